"""Histories of virtual patients with a cause, from its onset to the day on which each is seen.

Durations are even on a logarithmic scale, drawn in strata so that late patients are as many as
early ones. Few of those who once had a cause still hurt years later: candidates of a stratum are
simulated until enough hurt at rest, and each patient kept counts for as many as it stands for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

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

__all__ = ["Histories", "Wanted", "seen_between", "simulate_histories"]

_STRATA = 8
_MOST_BLOCKS = 8
# Of those kept: who hurts at rest, who hurts only when tested, and who does not.
_SHARES = (0.75, 0.125, 0.125)
_WEEK = 7.0
_SHORTEST = 14.0

Tree = TypeVar("Tree")


@dataclass(frozen=True)
class Wanted:
    """Which patients are asked for.

    **Arguments:** about how many `rows`; the `seed`; covariates that are `known`, which all share;
    the range of `duration_days` since the onset (None: as such patients are seen) and of
    `severity`; how many `strata` of durations, and how many blocks of candidates each may take.
    """

    rows: int
    seed: int = 0
    known: tuple[tuple[str, float], ...] = ()
    duration_days: tuple[float, float] | None = None
    severity: tuple[float, float] | None = None
    strata: int = _STRATA
    most_blocks: int = _MOST_BLOCKS


@dataclass(frozen=True)
class Histories:
    """Patients with one cause on the day on which each is seen.

    `patients` and `state` [batch]; `duration_days` [batch] since the onset of the cause, and
    `hurting_days` since pain at rest first came (as long where it never did); `weight` [batch], how
    much each counts, which sums to 1; how many `candidates` were followed.
    """

    cause: Cause
    patients: Patients
    state: CourseState
    duration_days: Float[np.ndarray, " batch"]
    hurting_days: Float[np.ndarray, " batch"]
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


def simulate_histories(cause: Cause, wanted: Wanted) -> Histories:
    """Follow candidates and keep those who are wanted, most of them in pain."""
    edges = _edges(wanted.duration_days or seen_between(cause.name), wanted.strata)
    parts = [
        _stratum(cause, wanted, number, (float(low), float(high)))
        for number, (low, high) in enumerate(pairwise(edges))
    ]
    return Histories(
        cause=cause,
        patients=_beside([part.patients for part in parts]),
        state=_beside([part.state for part in parts]),
        duration_days=np.concatenate([part.duration_days for part in parts]),
        hurting_days=np.concatenate([part.hurting_days for part in parts]),
        weight=np.concatenate([part.weight for part in parts]) / len(parts),
        candidates=sum(part.candidates for part in parts),
    )


def _edges(duration_days: tuple[float, float], strata: int) -> Float[np.ndarray, " edge"]:
    low, high = (max(day, _SHORTEST) for day in duration_days)
    return np.geomspace(low, max(high, low), strata + 1)


def _stratum(cause: Cause, wanted: Wanted, number: int, between: tuple[float, float]) -> Histories:
    """Candidates of one range of durations, block by block until enough of them hurt at rest."""
    room = [round(share * wanted.rows / wanted.strata) for share in _SHARES]
    parts: list[Histories] = []
    kinds = np.zeros(0, dtype=np.int64)
    for block in range(wanted.most_blocks):
        part, own = _candidates(cause, wanted, (number, block), between)
        parts.append(part)
        kinds = np.concatenate([kinds, own])
        if (kinds == 0).sum() >= room[0]:
            break
    kept, weight = _keep(kinds, room)
    days = np.concatenate([part.duration_days for part in parts])
    hurting = np.concatenate([part.hurting_days for part in parts])
    return Histories(
        cause=cause,
        patients=_select(_beside([part.patients for part in parts]), kept),
        state=_select(_beside([part.state for part in parts]), kept),
        duration_days=days[kept],
        hurting_days=hurting[kept],
        weight=weight,
        candidates=len(kinds),
    )


def _keep(
    kinds: Int[np.ndarray, " batch"], room: Sequence[int]
) -> tuple[Int[np.ndarray, " kept"], Float[np.ndarray, " kept"]]:
    """The first of each kind, and what share of all each of them stands for."""
    lanes, weights = [], []
    for kind, most in enumerate(room):
        found = np.flatnonzero(kinds == kind)
        kept = found[: max(most, 1)]
        lanes.append(kept)
        weights.append(np.full(len(kept), len(found) / max(len(kept), 1) / len(kinds)))
    return np.concatenate(lanes), np.concatenate(weights)


def _candidates(
    cause: Cause, wanted: Wanted, place: tuple[int, int], between: tuple[float, float]
) -> tuple[Histories, Int[np.ndarray, " batch"]]:
    """One block of candidates on the day on which each is seen, and how each of them hurts."""
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
    state, first_pain = advance(
        healthy_state(patients), patients, cause, days_until(days.max()), nothing, until_days=days
    )
    response = look(state.mechanisms, nothing, jnp.float32(0.0), patients)
    weight = np.full(BLOCK, 1.0 / BLOCK)
    hurting = np.where(np.isfinite(first_pain), days - first_pain, days)
    return Histories(cause, patients, state, days, hurting, weight, BLOCK), _kinds(response)


def _kinds(response: Response) -> Int[np.ndarray, " batch"]:
    """0: pain at rest; 1: none, but more than in health when tested; 2: neither."""
    least = parameter("causalgia_patients/ongoing_pain_threshold").value
    usual = np.array(healthy_ratings())[:, None]
    rating = np.asarray(response.rating)
    tested = (rating - usual).max(axis=0) >= least
    return np.where(rating[TESTS.index("rest")] >= least, 0, np.where(tested, 1, 2))


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
