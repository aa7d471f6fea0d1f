r"""What would tell most: how many bits each answer not yet given is expected to bring.

The expected information gain of an observation $Y$ about a target $T$ (cause and origin together,
or the dominant mechanism) is their mutual information under the posterior,

$$I = \sum_{t,y} P(t, y) \log_2 \frac{P(t, y)}{P(t)\,P(y)},$$

with the answers of an observation as its few `outcomes`, of a sign as there or not, and of a
diagnostic block as relief within quarters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Float, Int

from causalgia.errors import InputError
from causalgia.evidence import parameter
from causalgia.patients.anatomy import signs
from causalgia.patients.inference.lesions import sign_chances
from causalgia.patients.inference.likelihood import BLOCK, block_reliefs
from causalgia.patients.inference.mechanism import DOMINANT, dominant
from causalgia.patients.inference.posterior import Posterior
from causalgia.patients.observations import OBSERVATIONS
from causalgia.treatments import find as find_treatment

__all__ = ["Gain", "How", "information_gain"]

How: TypeAlias = Literal["told", "examined", "measured", "block"]
"""How an answer is had."""

_NEGLIGIBLE = 1e-5
_QUARTERS = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Gain:
    """What one more answer is expected to tell, in bits.

    `about_cause` alone; `about_lesion`, cause and origin together (never less); `about_mechanism`,
    what dominates the pain. `how` it is had.
    """

    name: str
    label: str
    how: How
    about_cause: float
    about_lesion: float
    about_mechanism: float


@dataclass(frozen=True)
class _Weights:
    """The posterior over the rows that matter.

    `rows` of the atlas; `lesion` [lesion, row], which weights of a row its origins share, whose
    causes are `cause` [lesion]; `mechanism` [label, row].
    """

    rows: Int[np.ndarray, " row"]
    lesion: Float[np.ndarray, "lesion row"]
    cause: Int[np.ndarray, " lesion"]
    mechanism: Float[np.ndarray, "label row"]


def information_gain(
    posterior: Posterior, candidates: Sequence[str] | None = None
) -> tuple[Gain, ...]:
    """What each answer not yet given would tell, the most telling (about cause and origin) first.

    **Arguments:** the `posterior`; names of observations, of signs, or `block@PLACE` (None:
    everything not yet known).
    **Raises:** `InputError` for a name that is none of these.
    """
    wanted = _open_questions(posterior) if candidates is None else tuple(candidates)
    weights = _weights(posterior)
    patients = posterior.atlas.patients.select(weights.rows)
    gains = []
    for name in wanted:
        if name in OBSERVATIONS:
            own = OBSERVATIONS[name]
            chance = own.chance(patients)
            gains.append(
                _gain(name, own.label, own.how, chance @ weights.lesion.T, chance, weights)
            )
        elif name in signs():
            gains.append(_gain_of_sign(name, posterior, weights))
        elif name.removeprefix("block@") in find_treatment(BLOCK).sites:
            chance = _block_chances(posterior, name.removeprefix("block@"))[:, weights.rows]
            label = f"nerve block at the {name.removeprefix('block@').replace('_', ' ')}"
            gains.append(_gain(name, label, "block", chance @ weights.lesion.T, chance, weights))
        else:
            raise InputError(f"no observation, sign or block {name!r}")
    return tuple(sorted(gains, key=lambda own: -own.about_lesion))


def _open_questions(posterior: Posterior) -> tuple[str, ...]:
    findings = posterior.findings
    observed = [name for name in OBSERVATIONS if name not in findings.observed]
    examined = [name for name in signs() if name not in findings.signs]
    blocks = []
    if posterior.atlas.treatments:
        done = {name.partition("@")[2] for name in posterior.log_likelihoods if "@" in name}
        blocks = [f"block@{p}" for p in find_treatment(BLOCK).sites if p not in done]
    return (*observed, *examined, *blocks)


def _weights(posterior: Posterior) -> _Weights:
    weights = posterior.weights
    rows = np.flatnonzero(weights > _NEGLIGIBLE * weights.max())
    column = np.full(len(weights), -1)
    column[rows] = np.arange(len(rows))
    parts, cause = [], []
    for number, lesion in enumerate(posterior.lesions):
        kept = column[lesion.rows] >= 0
        if not kept.any():
            continue
        own = np.zeros((len(lesion.origins), len(rows)))
        own[:, column[lesion.rows[kept]]] = lesion.given_row[:, kept] * weights[lesion.rows[kept]]
        parts.append(own)
        cause.append(np.full(len(lesion.origins), number))
    label = dominant(posterior.atlas.patients)[rows]
    mechanism = np.where(np.arange(len(DOMINANT))[:, None] == label, weights[rows], 0.0)
    return _Weights(rows, np.concatenate(parts), np.concatenate(cause), mechanism)


def _gain(
    name: str,
    label: str,
    how: How,
    with_lesion: Float[np.ndarray, "outcome lesion"],
    chance: Float[np.ndarray, "outcome row"],
    weights: _Weights,
) -> Gain:
    count = int(weights.cause.max()) + 1
    with_cause = np.stack([np.bincount(weights.cause, own, minlength=count) for own in with_lesion])
    return Gain(
        name=name,
        label=label,
        how=how,
        about_cause=_mutual_information(with_cause),
        about_lesion=_mutual_information(with_lesion),
        about_mechanism=_mutual_information(chance @ weights.mechanism.T),
    )


def _mutual_information(joint: Float[np.ndarray, "outcome target"]) -> float:
    """In bits."""
    joint = joint / joint.sum()
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    there = joint > 0.0
    bits = (joint[there] * np.log2(joint[there] / independent[there])).sum()
    return max(float(bits), 0.0)


def _gain_of_sign(name: str, posterior: Posterior, weights: _Weights) -> Gain:
    """Of a sign, whose chance hangs on the origin as well as on the patient."""
    place = np.full(posterior.atlas.count, -1)
    place[weights.rows] = np.arange(len(weights.rows))
    there = np.zeros(weights.lesion.shape)
    first = 0
    for lesion in posterior.lesions:
        kept = place[lesion.rows] >= 0
        if not kept.any():
            continue
        chance = sign_chances(name, lesion, posterior.atlas)
        last = first + len(lesion.origins)
        there[first:last, place[lesion.rows[kept]]] = chance[:, kept]
        first = last
    present = there * weights.lesion
    absent = weights.lesion - present
    joint = np.stack([present.sum(axis=1), absent.sum(axis=1)])
    of_row = present.sum(axis=0) / np.maximum(weights.lesion.sum(axis=0), 1e-300)
    label = signs()[name].label
    return _gain(name, label, "examined", joint, np.stack([of_row, 1.0 - of_row]), weights)


def _block_chances(posterior: Posterior, place: str) -> Float[np.ndarray, "outcome patient"]:
    """The probability of relief within each quarter, told with an error."""
    from scipy.special import ndtr

    spread = parameter("causalgia_patients/block_relief_sd").value
    relief = block_reliefs(posterior.atlas, place)
    below = [ndtr((edge - relief) / spread) for edge in _QUARTERS]
    edges = np.stack([np.zeros_like(relief), *below, np.ones_like(relief)])
    return np.diff(edges, axis=0)
