"""Those who have the illness and hurt: where the participants of a trial come from.

Few who fall ill still hurt months later, so a pool of histories is simulated once for a condition
and participants are drawn from it, again and again in a large trial. What differs between two who
share a history is all that a trial adds: how their pain fluctuates, what they expect, how they
take and bear a drug. `Pool.histories` says how many distinct histories there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.causes import Cause
from causalgia.causes import find as find_cause
from causalgia.course import CourseState, Patients, follow, healthy_state, typical
from causalgia.course.plan import Respond
from causalgia.errors import InputError
from causalgia.patients.population import draw_patients
from causalgia.patients.simulate import covariates
from causalgia.trials.pool_store import keep_pools, kept_pools, pool_key

__all__ = ["Pool", "durations", "pools"]

_BELOW_THRESHOLD, _LEAST_PAIN = 2.0, 0.5
# Who hurts this much less than a trial asks for will hardly be in by a fluctuation.

_SNAPSHOTS = 4
_TARGET, _BATCH, _MOST = 160, 1024, 8192
_WEEK_DAYS = 7.0
_INSULT_IS_OVER = 1e-3

Tree = TypeVar("Tree")


@dataclass(frozen=True)
class Pool:
    """Patients with one condition, all so many days after its onset, who hurt.

    `cause`; `patients` and `state` [batch]; `pain` [batch], mean of the last week (0-10); how many
    `candidates` were followed to find them.
    """

    cause: Cause
    patients: Patients
    state: CourseState
    pain: Float[np.ndarray, " batch"]
    candidates: int

    @property
    def histories(self) -> int:
        """How many distinct histories."""
        return len(self.pain)


def durations(shortest_days: float, longest_days: float) -> tuple[float, ...]:
    """Days since the onset at which participants are enrolled: octiles of a log-uniform spread,
    in whole weeks.
    """
    shares = (np.arange(_SNAPSHOTS) + 0.5) / _SNAPSHOTS
    days = np.exp(np.log(shortest_days) + shares * np.log(longest_days / shortest_days))
    weeks = np.maximum(np.round(days / _WEEK_DAYS), 1.0)
    return tuple(float(day) for day in weeks * _WEEK_DAYS)


@lru_cache(maxsize=8)
def pools(
    cause: str,
    known: tuple[tuple[str, float], ...],
    duration_days: tuple[float, float],
    respond: Respond,
    *,
    severity: tuple[float, float] | None = None,
    threshold: float = 4.0,
    seed: int = 0,
) -> tuple[Pool, ...]:
    """The pools of a condition, one for each of its `durations`.

    Candidates are followed until at least 160 hurt at `threshold` and above at every duration, or
    8192 have been.

    **Arguments:** the name of the `cause`; covariates that are `known`; from how long to how long
    after the onset patients are enrolled; `respond`, the pathway; the range of `severity` (None:
    the cause's own); the `threshold` of a trial, 0-10; the `seed` of the histories.
    **Raises:** `InputError` where nobody hurts that late.
    """
    found = find_cause(cause)
    days = durations(*duration_days)
    if getattr(respond, "__module__", "") != "causalgia.pathway.surrogate":
        drawn = _drawn(found, known, days, respond, severity, threshold, seed)
    else:
        key = pool_key(cause, known, days, severity, threshold, seed)
        stored = kept_pools(key)
        if stored is None:
            drawn = _drawn(found, known, days, respond, severity, threshold, seed)
            keep_pools(key, [_arrays(pool) for pool in drawn])
        else:
            drawn = tuple(_from_arrays(found, arrays) for arrays in stored)
    for day, pool in zip(days, drawn, strict=True):
        if not pool.histories:
            raise InputError(
                f"condition.duration: of {pool.candidates} virtual patients with {cause}, "
                f"nobody hurts after {day / 30.44:.0f} months; give a shorter duration"
            )
    return drawn


def _drawn(
    cause: Cause,
    known: tuple[tuple[str, float], ...],
    days: tuple[float, ...],
    respond: Respond,
    severity: tuple[float, float] | None,
    threshold: float,
    seed: int,
) -> tuple[Pool, ...]:
    least = max(threshold - _BELOW_THRESHOLD, _LEAST_PAIN)
    parts: list[list[Pool]] = [[] for _ in days]
    for number in range(_MOST // _BATCH):
        first = seed * (_MOST // _BATCH) + number
        batch = _batch(cause, known, days, respond, severity, least, first)
        for pool, part in zip(batch, parts, strict=True):
            part.append(pool)
        if all(sum((p.pain >= threshold).sum() for p in part) >= _TARGET for part in parts):
            break
    return tuple(_join(part) for part in parts)


def _arrays(pool: Pool) -> dict[str, np.ndarray]:
    """A pool as named arrays."""
    leaves = jax.tree.leaves((pool.patients, pool.state))
    named = {f"leaf{i}": np.asarray(leaf) for i, leaf in enumerate(leaves)}
    return {**named, "pain": pool.pain, "candidates": np.array(pool.candidates)}


def _from_arrays(cause: Cause, arrays: Mapping[str, np.ndarray]) -> Pool:
    who = typical(1)
    like, shape = jax.tree.flatten((who, healthy_state(who)))
    leaves = [jnp.asarray(arrays[f"leaf{i}"]) for i in range(len(like))]
    patients, state = jax.tree.unflatten(shape, leaves)
    return Pool(cause, patients, state, arrays["pain"], int(arrays["candidates"]))


def _batch(
    cause: Cause,
    known: tuple[tuple[str, float], ...],
    days: tuple[float, ...],
    respond: Respond,
    severity: tuple[float, float] | None,
    least: float,
    seed: int,
) -> list[Pool]:
    """One batch of candidates, followed from snapshot to snapshot."""
    years = days[-1] / 365.25
    drawn = draw_patients(
        cause, dict(known), count=_BATCH, seed=seed, severity=severity, onset_years=years
    )
    patients, state = covariates(drawn), None
    reached, step, found = 0.0, _step_days(cause), []
    for day in days:
        if day > reached:
            course = follow(
                cause,
                patients,
                respond=respond,
                days=day - reached,
                start=state,
                step_days=step,
                record_every_days=max(_WEEK_DAYS, step),
                seed=seed,
            )
            state, reached, pain = course.state, float(course.state.day), course.pain[-1]
        assert state is not None
        # Those who fill up a block stand last, with no name of their own.
        own = np.asarray(patients.identity) < _BATCH
        hurting = np.flatnonzero(own & (pain >= least))
        found.append(
            Pool(cause, _select(patients, hurting), _select(state, hurting), pain[hurting], _BATCH)
        )
        kept = np.flatnonzero(own & ((pain >= least) | _still_struck(cause, patients, days)))
        if len(kept) and day < days[-1]:
            lanes, names = _whole_blocks(kept)
            patients, state = _select(patients, lanes), _select(state, lanes)
            patients = _renamed(patients, names)
            pain = pain[lanes]
    return found


def _step_days(cause: Cause) -> float:
    """A step that sees the cause and fits whole weeks."""
    return _WEEK_DAYS if cause.longest_step_days >= _WEEK_DAYS else 1.0


def _still_struck(cause: Cause, patients: Patients, days: tuple[float, ...]) -> np.ndarray:
    """Whether the cause will still act at any later time: else those without pain stay so."""
    later = [np.asarray(_insult(cause, jnp.float32(day), patients)).max((0, 1)) for day in days]
    return np.max(later, axis=0) > _INSULT_IS_OVER


@cache
def _insult_program(cause: Cause):  # type: ignore[no-untyped-def]
    return jax.jit(cause.insult)


def _insult(cause: Cause, day: jax.Array, patients: Patients) -> jax.Array:
    return _insult_program(cause)(day, patients)


def _whole_blocks(kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lanes filled up to whole blocks, so that programs stay few; fillers are nobody."""
    width = 256
    count = -(-len(kept) // width) * width
    lanes = np.concatenate([kept, np.full(count - len(kept), kept[-1])])
    return lanes, np.arange(count) < len(kept)


def _renamed(patients: Patients, is_somebody: np.ndarray) -> Patients:
    nobody = np.uint32(np.iinfo(np.uint32).max)
    names = np.where(is_somebody, np.asarray(patients.identity), nobody)
    return jax.tree.unflatten(
        jax.tree.structure(patients), [jnp.asarray(names), *jax.tree.leaves(patients)[1:]]
    )


def _select(tree: Tree, lanes: np.ndarray) -> Tree:
    # By NumPy: JAX would compile a program for every new number of lanes.
    return jax.tree.map(
        lambda leaf: jax.device_put(np.asarray(leaf)[..., lanes]) if leaf.ndim else leaf, tree
    )


def _join(parts: list[Pool]) -> Pool:
    def beside(*leaves: jax.Array) -> jax.Array:
        return jax.device_put(np.concatenate(leaves, axis=-1)) if leaves[0].ndim else leaves[0]

    return Pool(
        cause=parts[0].cause,
        patients=jax.tree.map(beside, *(part.patients for part in parts)),
        state=jax.tree.map(beside, *(part.state for part in parts)),
        pain=np.concatenate([part.pain for part in parts]),
        candidates=sum(part.candidates for part in parts),
    )
