"""Histories of virtual patients with a cause, from its onset to the day on which each is seen.

Durations are even on a logarithmic scale, drawn in strata so that late patients are as many as
early ones. Few of those who once had a cause still hurt years later: candidates of a stratum are
simulated until enough hurt, and each patient kept counts for as many as it stands for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from causalgia.causes import KINDS, Cause
from causalgia.course import CourseState, Patients, healthy_state
from causalgia.evidence import parameter
from causalgia.pathway import TESTS, Response
from causalgia.pathway.weights import healthy_ratings
from causalgia.patients.atlas.stepping import BLOCK, advance, days_until, look
from causalgia.patients.population import draw_patients
from causalgia.patients.simulate import covariates
from causalgia.patients.streams import stream
from causalgia.treatments import build_schedule

__all__ = ["Histories", "Wanted", "complaint", "seen_between", "simulate_histories"]

_STRATA = 8
_MOST_BLOCKS = 8
_PAINLESS_SHARE = 0.125
_WEEK = 7.0
_SHORTEST = 14.0

Tree = TypeVar("Tree")


@dataclass(frozen=True)
class Wanted:
    """Which patients are asked for.

    **Arguments:** about how many `rows`; the `seed`; covariates that are `known`, which all share;
    the range of `duration_days` since the onset (None: as such patients are seen) and of
    `severity`; how many blocks of candidates a stratum of durations may take.
    """

    rows: int
    seed: int = 0
    known: tuple[tuple[str, float], ...] = ()
    duration_days: tuple[float, float] | None = None
    severity: tuple[float, float] | None = None
    most_blocks: int = _MOST_BLOCKS


@dataclass(frozen=True)
class Histories:
    """Patients with one cause on the day on which each is seen.

    `patients` and `state` [batch]; `duration_days` [batch] since the onset; `weight` [batch], how
    much each counts, which sums to 1; how many `candidates` were followed.
    """

    cause: Cause
    patients: Patients
    state: CourseState
    duration_days: Float[np.ndarray, " batch"]
    weight: Float[np.ndarray, " batch"]
    candidates: int

    @property
    def count(self) -> int:
        """How many."""
        return len(self.weight)


def seen_between(cause: str) -> tuple[float, float]:
    """From how many to how many days after its onset patients with a cause are seen."""
    low = parameter(f"causalgia_clinic/shortest_{cause}").value
    high = parameter(f"causalgia_clinic/longest_{cause}").value
    return low, high


def complaint(response: Response) -> Float[np.ndarray, " batch"]:
    """The worst that somebody can complain of (0-10): pain at rest, or in a test beyond health."""
    usual = np.array(healthy_ratings())
    assert TESTS[0] == "rest" and usual[0] == 0.0
    return np.asarray(np.max(np.asarray(response.rating) - usual[:, None], axis=0))


def simulate_histories(cause: Cause, wanted: Wanted) -> Histories:
    """Follow candidates and keep those who are wanted, most of them in pain."""
    edges = _edges(wanted.duration_days or seen_between(cause.name))
    parts = [
        _stratum(cause, wanted, number, (float(low), float(high)))
        for number, (low, high) in enumerate(pairwise(edges))
    ]
    return Histories(
        cause=cause,
        patients=_beside([part.patients for part in parts]),
        state=_beside([part.state for part in parts]),
        duration_days=np.concatenate([part.duration_days for part in parts]),
        weight=np.concatenate([part.weight for part in parts]) / len(parts),
        candidates=sum(part.candidates for part in parts),
    )


def _edges(duration_days: tuple[float, float]) -> Float[np.ndarray, " edge"]:
    low, high = (max(day, _SHORTEST) for day in duration_days)
    return np.geomspace(low, max(high, low), _STRATA + 1)


def _stratum(cause: Cause, wanted: Wanted, number: int, between: tuple[float, float]) -> Histories:
    """Candidates of one range of durations, block by block until enough of them hurt."""
    room = round(wanted.rows / _STRATA)
    painless_room = round(_PAINLESS_SHARE * room)
    least = parameter("causalgia_patients/ongoing_pain_threshold").value
    parts: list[Histories] = []
    hurting: list[Bool[np.ndarray, " batch"]] = []
    for block in range(wanted.most_blocks):
        part, worst = _candidates(cause, wanted, (number, block), between)
        parts.append(part)
        hurting.append(worst >= least)
        if sum(int(h.sum()) for h in hurting) >= room - painless_room:
            break
    hurts = np.concatenate(hurting)
    kept, weight = _keep(hurts, room - painless_room, painless_room)
    days = np.concatenate([part.duration_days for part in parts])
    return Histories(
        cause=cause,
        patients=_select(_beside([part.patients for part in parts]), kept),
        state=_select(_beside([part.state for part in parts]), kept),
        duration_days=days[kept],
        weight=weight,
        candidates=len(hurts),
    )


def _keep(
    hurts: Bool[np.ndarray, " batch"], room: int, painless_room: int
) -> tuple[np.ndarray, np.ndarray]:
    """The first of those who hurt and of those who do not, and what each stands for."""
    lanes, weights = [], []
    for mask, most in ((hurts, room), (~hurts, painless_room)):
        found = np.flatnonzero(mask)
        kept = found[: max(most, 1)]
        lanes.append(kept)
        if len(kept):
            weights.append(np.full(len(kept), len(found) / len(kept) / len(hurts)))
    return np.concatenate(lanes), np.concatenate(weights)


def _candidates(
    cause: Cause, wanted: Wanted, place: tuple[int, int], between: tuple[float, float]
) -> tuple[Histories, Float[np.ndarray, " batch"]]:
    """One block of candidates on the day on which each is seen, and what each complains of."""
    seed = _seed(wanted, cause.name, *place)
    drawn = draw_patients(
        cause,
        dict(wanted.known),
        count=BLOCK,
        seed=seed,
        severity=wanted.severity,
        onset_years=between[1] / 365.25,
    )
    patients = covariates(drawn)
    share = stream(seed, "atlas", "duration").random(BLOCK)
    days = between[0] * (between[1] / between[0]) ** share
    days = np.maximum(np.round(days / _WEEK), 1.0) * _WEEK
    nothing = build_schedule((), KINDS)
    state = advance(
        healthy_state(patients), patients, cause, days_until(days.max()), nothing, until_days=days
    )
    response = look(state.mechanisms, nothing, jnp.float32(0.0), patients)
    weight = np.full(BLOCK, 1.0 / BLOCK)
    return Histories(cause, patients, state, days, weight, BLOCK), complaint(response)


def _seed(wanted: Wanted, cause: str, stratum: int, block: int) -> int:
    text = f"atlas|{wanted.seed}|{cause}|{stratum}|{block}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest(), "little")


def _select(tree: Tree, lanes: np.ndarray) -> Tree:
    # By NumPy: JAX would compile a program for every new number of lanes.
    return jax.tree.map(
        lambda leaf: jax.device_put(np.asarray(leaf)[..., lanes]) if np.ndim(leaf) else leaf, tree
    )


def _beside(trees: list[Any]) -> Any:
    def beside(*leaves: Any) -> Any:
        if np.ndim(leaves[0]) == 0:
            return leaves[0]
        return jax.device_put(np.concatenate([np.asarray(leaf) for leaf in leaves], axis=-1))

    return jax.tree.map(beside, *trees)
