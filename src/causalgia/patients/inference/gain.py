r"""What would tell most: how many bits each answer not yet given is expected to bring.

The expected information gain of an observation $Y$ about a target $T$ (cause and origin together,
or the dominant mechanism) is their mutual information under the posterior,

$$I = \sum_{t,y} P(t, y) \log_2 \frac{P(t, y)}{P(t)\,P(y)},$$

with the answers of an observation as its few `outcomes`, of a sign as there or not, and of a
diagnostic block as relief within quarters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Float, Int

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.patients.anatomy import signs
from causalgia.patients.inference.lesions import Lesions, large_fiber_loss, sign_chances
from causalgia.patients.inference.likelihood import BLOCK, block_reliefs, single_questions
from causalgia.patients.inference.mechanism import DOMINANT, dominant
from causalgia.patients.inference.posterior import Posterior
from causalgia.patients.observations import OBSERVATIONS
from causalgia.treatments import find as find_treatment

__all__ = ["Gain", "How", "information_gain"]

How: TypeAlias = Literal["told", "examined", "measured", "block"]
"""How an answer is had."""

_MOST_ROWS, _NEGLIGIBLE = 2000, 1e-4
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
class _Part:
    """One cause that is possible: its `lesions`; its `rows` among its own that matter, their
    `columns` among all that do, and the weight of each origin in each, `shares` [origin, row].
    """

    lesions: Lesions
    rows: Int[np.ndarray, " row"]
    columns: Int[np.ndarray, " row"]
    shares: Float[np.ndarray, "origin row"]


@dataclass(frozen=True)
class _Weights:
    """The posterior over the `rows` of the atlas that matter.

    `parts`, cause by cause; `mechanism` [label, row], the weight of each row under its label;
    `losses` [patient] of large fibers by place.
    """

    rows: Int[np.ndarray, " row"]
    parts: tuple[_Part, ...]
    mechanism: Float[np.ndarray, "label row"]
    losses: Mapping[str, Float[np.ndarray, " patient"]]


def information_gain(
    posterior: Posterior, candidates: Sequence[str] | None = None
) -> tuple[Gain, ...]:
    """What each answer not yet given would tell, the most telling (about cause and origin) first.

    **Arguments:** the `posterior`; names of observations, of signs, or `block@PLACE` (None:
    everything not yet known but questionnaires).
    **Raises:** `InputError` for a name that is none of these.
    """
    wanted = _open_questions(posterior) if candidates is None else tuple(candidates)
    weights = _weights(posterior)
    patients = posterior.atlas.patients.select(weights.rows)
    gains = []
    for name in wanted:
        place = name.removeprefix("block@")
        if name in OBSERVATIONS:
            own = OBSERVATIONS[name]
            gains.append(_of_rows(name, own.label, own.how, own.chance(patients), weights))
        elif name in signs():
            gains.append(_of_sign(name, weights))
        elif name != place and place in find_treatment(BLOCK).sites:
            chance = _block_chances(posterior, place)[:, weights.rows]
            label = f"Block at the {place.replace('_', ' ')}"
            gains.append(_of_rows(name, label, "block", chance, weights))
        else:
            known = (*OBSERVATIONS, *signs())
            raise InputError(f"no observation, sign or block {name!r}; {nearest(name, known)}")
    return tuple(sorted(gains, key=lambda own: -own.about_lesion))


def _open_questions(posterior: Posterior) -> tuple[str, ...]:
    findings = posterior.findings
    # Questionnaires ask in other words what single questions ask.
    observed = [name for name in single_questions() if name not in findings.observed]
    examined = [name for name in signs() if name not in findings.signs]
    blocks = []
    if posterior.atlas.treatments:
        done = {name.partition("@")[2] for name in posterior.log_likelihoods if "@" in name}
        blocks = [f"block@{p}" for p in find_treatment(BLOCK).sites if p not in done]
    return (*observed, *examined, *blocks)


def _weights(posterior: Posterior) -> _Weights:
    """The heaviest rows, few enough to be asked everything."""
    atlas, weights = posterior.atlas, posterior.weights
    rows = np.sort(np.argsort(-weights)[:_MOST_ROWS])
    rows = rows[weights[rows] > _NEGLIGIBLE * weights.max()]
    column = np.full(len(weights), -1)
    column[rows] = np.arange(len(rows))
    parts = []
    for lesions in posterior.lesions:
        own = np.flatnonzero(column[lesions.rows] >= 0)
        if len(own):
            kept = lesions.rows[own]
            shares = lesions.given_row[:, own] * weights[kept]
            parts.append(_Part(lesions, kept, column[kept], shares))
    label = dominant(atlas.patients.select(rows))
    places = {origin.place for part in parts for origin in part.lesions.origins}
    return _Weights(
        rows,
        tuple(parts),
        np.where(np.arange(len(DOMINANT))[:, None] == label, weights[rows], 0.0),
        {place: large_fiber_loss(atlas, place) for place in sorted(places)},
    )


def _of_rows(
    name: str, label: str, how: How, chance: Float[np.ndarray, "outcome row"], weights: _Weights
) -> Gain:
    """Of an answer that hangs on the patient, wherever the lesion sits."""
    joint = [chance[:, part.columns] @ part.shares.T for part in weights.parts]
    return _gain(name, label, how, joint, chance @ weights.mechanism.T)


def _of_sign(name: str, weights: _Weights) -> Gain:
    """Of a sign, whose chance hangs on the origin as well as on the patient."""
    joint, there = [], np.zeros(len(weights.rows))
    for part in weights.parts:
        present = part.shares * sign_chances(
            name, part.lesions.origins, {p: loss[part.rows] for p, loss in weights.losses.items()}
        )
        there[part.columns] = present.sum(axis=0)
        joint.append(np.stack([present.sum(axis=1), (part.shares - present).sum(axis=1)]))
    in_all = weights.mechanism.sum(axis=0)
    chance = there / np.maximum(in_all, 1e-300)
    with_mechanism = np.stack([chance, 1.0 - chance]) @ weights.mechanism.T
    return _gain(name, signs()[name].label, "examined", joint, with_mechanism)


def _gain(
    name: str,
    label: str,
    how: How,
    with_lesion: list[Float[np.ndarray, "outcome origin"]],
    with_mechanism: Float[np.ndarray, "outcome label"],
) -> Gain:
    with_cause = np.stack([own.sum(axis=1) for own in with_lesion], axis=1)
    return Gain(
        name=name,
        label=label,
        how=how,
        about_cause=_mutual_information(with_cause),
        about_lesion=_mutual_information(np.concatenate(with_lesion, axis=1)),
        about_mechanism=_mutual_information(with_mechanism),
    )


def _mutual_information(joint: Float[np.ndarray, "outcome target"]) -> float:
    """In bits."""
    joint = np.maximum(joint, 0.0) / joint.sum()
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    there = joint > 0.0
    bits = (joint[there] * np.log2(joint[there] / independent[there])).sum()
    return max(float(bits), 0.0)


def _block_chances(posterior: Posterior, place: str) -> Float[np.ndarray, "outcome patient"]:
    """The probability of relief within each quarter, told with an error."""
    from scipy.special import ndtr

    spread = parameter("causalgia_patients/block_relief_sd").value
    relief = block_reliefs(posterior.atlas, place)
    below = [ndtr((edge - relief) / spread) for edge in _QUARTERS]
    edges = np.stack([np.zeros_like(relief), *below, np.ones_like(relief)])
    return np.diff(edges, axis=0)
