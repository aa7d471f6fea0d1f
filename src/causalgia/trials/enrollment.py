"""Screening and run-in: from a pool of patients to those who are randomized."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from causalgia.course import Patients
from causalgia.course.plan import Respond
from causalgia.errors import InputError
from causalgia.patients.streams import stream
from causalgia.treatments.exposure import planned_levels, settled_exposure, washed_out
from causalgia.trials.baseline import Profile, profile
from causalgia.trials.belief import belief_factor
from causalgia.trials.decisions import Attendance, begin, decide, end_courses, new_attendance
from causalgia.trials.design import Design
from causalgia.trials.design_schema import ConditionTable, EligibilityTable
from causalgia.trials.group import Group, chosen, joined, width_for
from causalgia.trials.participants import Traits, draw_traits, take
from causalgia.trials.pool import Pool, durations, pools
from causalgia.trials.protocol import Protocol
from causalgia.trials.week import DAYS_A_WEEK, Standing

__all__ = ["Batch", "Flow", "batches", "enroll"]

Flow = dict[str, int]
"""How many were screened, left for which reason, and were randomized."""

_SCREENED_AT_ONCE = 4
_MOST_CHUNKS = 60
_GOLDEN, _SILVER = 0.6180339887498949, 0.41421356237309515
_NEAR = 0.3
_TAKEN_FOR_DAYS = 180.0


@dataclass(frozen=True)
class Batch:
    """Participants of a shard with one condition, equally long ill.

    Index of the `condition` and of its `duration`; their `ranks` among all of the trial; `names`
    of their random streams.
    """

    condition: int
    duration: int
    ranks: np.ndarray
    names: tuple[str, ...] = field(default=())


def batches(design: Design, shard: int) -> tuple[Batch, ...]:
    """The batches of a shard: conditions in their shares, durations in equal parts."""
    ranks = np.array(design.shard_ranks(shard))
    shares = np.cumsum([row.share for row in design.condition])
    # Two irrational steps spread ranks evenly over conditions and durations.
    condition = np.searchsorted(shares, (ranks + 0.5) * _GOLDEN % 1.0, side="right")
    condition = np.minimum(condition, len(shares) - 1)
    found = []
    for c, row in enumerate(design.condition):
        count = len(durations(*row.duration))
        duration = ((ranks + 0.5) * _SILVER % 1.0 * count).astype(int)
        for d in range(count):
            mine = ranks[(condition == c) & (duration == d)]
            if len(mine):
                found.append(Batch(c, d, mine, (f"shard {shard}", f"batch {c} {d}")))
    return tuple(found)


def enroll(protocol: Protocol, batch: Batch, respond: Respond) -> tuple[Group, Profile, Flow]:
    """Screen until there are enough, and take them through the run-in.

    **Returns:** the participants, as many as the batch asks for; their profile at baseline; how
    many were screened and left.
    **Raises:** `InputError` where hardly anybody may enter.
    """
    design, row = protocol.design, protocol.design.condition[batch.condition]
    pool = _pool(design, row, batch, respond)
    wanted = len(batch.ranks)
    flow: Flow = {"screened": 0}
    groups: list[Group] = []
    for chunk in range(_MOST_CHUNKS):
        screened = _screen(protocol, pool, batch, chunk, width_for(wanted), respond, flow)
        if screened is not None:
            groups.append(_run_in(screened, flow))
        if sum(group.count for group in groups) >= wanted:
            break
    else:
        raise InputError(
            f"eligibility: of {flow['screened']} virtual patients with {row.cause}, only "
            f"{sum(g.count for g in groups)} may enter; widen what is allowed"
        )
    group = joined(groups)
    surplus = group.count - wanted
    # Whom a full trial did not need was not screened.
    flow["screened"] -= surplus
    group = chosen(group, np.arange(wanted))
    flow["randomized"] = wanted
    return group, profile(group.extra["entry_mechanisms"], respond), flow


def _pool(design: Design, row: ConditionTable, batch: Batch, respond: Respond) -> Pool:
    """The pool of a batch; where nobody in it may enter by phenotype, that of the next duration."""
    found = pools(
        row.cause,
        tuple(sorted(row.known.items())),
        row.duration,
        respond,
        severity=row.severity,
        threshold=design.eligibility.baseline[0],
    )
    by_distance = sorted(range(len(found)), key=lambda i: (abs(i - batch.duration), i))
    for i in by_distance:
        if _has_phenotype(design.eligibility, found[i], respond).any():
            return found[i]
    return found[batch.duration]


def _has_phenotype(
    rules: EligibilityTable, pool: Pool, respond: Respond
) -> Bool[np.ndarray, " history"]:
    if rules.phenotype.text == "any":
        return np.ones(pool.histories, dtype=bool)
    mechanisms = np.asarray(pool.state.mechanisms)
    irritable = profile(mechanisms, respond).irritable_nociceptor
    return rules.phenotype.holds(mechanisms, irritable)


def _screen(
    protocol: Protocol,
    pool: Pool,
    batch: Batch,
    chunk: int,
    width: int,
    respond: Respond,
    flow: Flow,
) -> Group | None:
    """One visit of several candidates, up to `width` of whom begin the baseline week."""
    design = protocol.design
    names = (*batch.names, f"chunk {chunk}")
    count = _SCREENED_AT_ONCE * width
    traits = draw_traits(
        pool.histories,
        protocol.effects,
        protocol.numbers,
        count=count,
        seed=design.seed,
        names=names,
        believing=belief_factor(pool.cause, protocol.numbers),
    )
    patients = _renamed(pool, traits.history, names, design.seed)
    pain = pool.pain[traits.history]
    felt = pain + traits.fluctuation * pain / (pain + protocol.numbers["fluctuation_quiet_pain"])
    excluded = _exclusions(
        design.eligibility, np.clip(felt, 0.0, 10.0), pool, traits.history, respond
    )
    may_enter = ~np.any(list(excluded.values()), axis=0)
    entered = np.flatnonzero(may_enter)[:width]
    if not len(entered):
        _count(flow, excluded, count)
        return None
    seen = entered[-1] + 1 if len(entered) == width else count
    _count(flow, {reason: who[:seen] for reason, who in excluded.items()}, seen)
    scatter = stream(design.seed, "trial", *names, "clearance").standard_normal(count)
    took = [
        stream(design.seed, "trial", *names, f"prior {i}").random(count) < row.share
        for i, row in enumerate(design.prior)
    ]
    return _enter(
        protocol,
        pool,
        take(traits, entered),
        _of_pool(patients, entered),
        felt[entered],
        scatter[entered],
        [who[entered] for who in took],
        respond,
    )


def _enter(
    protocol: Protocol,
    pool: Pool,
    traits: Traits,
    patients: Patients,
    felt: Float[np.ndarray, " batch"],
    scatter: Float[np.ndarray, " batch"],
    took: list[Bool[np.ndarray, " batch"]],
    respond: Respond,
) -> Group:
    """Begin the baseline week, on what everybody goes on taking, and with what the washout has
    left of what each `took` before.
    """
    state = _of_pool(pool.state, traits.history)
    attendance = new_attendance(
        protocol,
        traits,
        protocol.exposures(patients),
        np.asarray(patients.renal_clearance_mL_min, dtype=float),
        scatter,
    )
    day = float(state.day)
    for course in protocol.of_role("background"):
        begin(attendance, course, np.ones(traits.count, dtype=bool), day - _TAKEN_FOR_DAYS)
    prior = protocol.of_role("prior")
    washout_days = DAYS_A_WEEK * protocol.design.eligibility.washout
    for course, who in zip(prior, took, strict=True):
        begin(attendance, course, who, day - _TAKEN_FOR_DAYS - washout_days)
    settled = settled_exposure(protocol.schedule, _levels(protocol, attendance, day), patients)
    end_courses(protocol, attendance, prior, np.ones(traits.count, dtype=bool))
    exposure = settled
    if prior:
        left = _levels(protocol, attendance, day)
        exposure = washed_out(settled, left, protocol.schedule, jnp.asarray(washout_days), patients)
    standing = Standing(
        course=state,
        exposure=exposure,
        fluctuation=jnp.asarray(traits.fluctuation, dtype=jnp.float32),
        belief=jnp.zeros(traits.count, dtype=jnp.float32),
        pain=jnp.asarray(felt, dtype=jnp.float32),
    )
    extra = {
        "screening": felt,
        "entry_mechanisms": np.asarray(state.mechanisms),
        "entry_day": np.full(traits.count, day),
    }
    return Group(protocol, pool.cause, respond, patients, standing, traits, attendance, extra)


def _levels(protocol: Protocol, attendance: Attendance, day: float) -> Float[Array, "row batch"]:
    """Dose levels of each push as planned and taken on a day."""
    since = jnp.asarray(day - protocol.rows(attendance.began, np.inf))
    share = jnp.asarray(protocol.rows(attendance.share * attendance.fixed_share, 0.0))
    return planned_levels(protocol.schedule, since) * share


def _exclusions(
    rules: EligibilityTable,
    felt: Float[np.ndarray, " candidate"],
    pool: Pool,
    history: np.ndarray,
    respond: Respond,
) -> dict[str, Bool[np.ndarray, " candidate"]]:
    """Who may not enter, by reason."""
    low, high = rules.baseline

    def of(covariate: str) -> np.ndarray:
        return np.asarray(getattr(pool.patients, covariate))[history]

    age = of("age_years")
    found = {
        # The week that counts is still to come: those near a limit may try.
        "pain outside the range at screening": (felt < low - _NEAR) | (felt > high + _NEAR),
        "age": (age < rules.age[0]) | (age > rules.age[1]),
        "renal clearance": of("renal_clearance_mL_min") < rules.renal_clearance_minimum,
        "HbA1c": of("hba1c_percent") > rules.hba1c_maximum,
    }
    if rules.phenotype.text != "any":
        found["phenotype"] = ~_has_phenotype(rules, pool, respond)[history]
    return found


def _count(flow: Flow, excluded: dict[str, np.ndarray], screened: int) -> None:
    """Count each who leaves once, under the first reason."""
    flow["screened"] += int(screened)
    counted = np.zeros(screened, dtype=bool)
    for reason, who in excluded.items():
        now = who & ~counted
        counted |= now
        if now.any():
            flow[reason] = flow.get(reason, 0) + int(now.sum())


def _run_in(group: Group, flow: Flow) -> Group:
    """The baseline week, then the run-in of the design; those who may go on."""
    design = group.protocol.design
    nothing = np.zeros(group.count)
    week = group.run_week(nothing)
    group.extra |= {
        "baseline": week.diary,
        "sleep_baseline": week.sleep,
        "npsi_baseline": week.symptoms,
    }
    low, high = design.eligibility.baseline
    stays = (week.diary >= low) & (week.diary <= high)
    flow["pain outside the range at baseline"] = flow.get(
        "pain outside the range at baseline", 0
    ) + int((~stays).sum())
    group = chosen(group, np.flatnonzero(stays))
    if design.run_in is None or not group.count:
        return group
    return _through_run_in(group, flow)


def _through_run_in(group: Group, flow: Flow) -> Group:
    """Weeks on placebo, unaware, or on open treatment; those whose relief allows it go on."""
    protocol, run_in = group.protocol, group.protocol.design.run_in
    assert run_in is not None
    for course in protocol.of_role("run_in"):
        begin(group.attendance, course, np.ones(group.count, dtype=bool), group.day)
    factor = 2.0 ** protocol.numbers["belief_by_chance"] if run_in.treatments else 1.0
    relief = np.zeros(group.count)
    week = None
    for number_of_week in range(1, run_in.weeks + 1):
        believed = np.where(group.attendance.is_in, factor, 0.0)
        week = group.run_week(believed)
        relief = 1.0 - week.diary / group.extra["baseline"]
        decide(
            protocol,
            group.attendance,
            group.traits,
            day=group.day,
            trial_day=7.0 * (number_of_week - run_in.weeks),
            relief=relief,
        )
    assert week is not None
    stayed = group.attendance.is_in
    by_relief = np.ones(group.count, dtype=bool)
    if run_in.keep_relief_from is not None:
        by_relief &= relief >= run_in.keep_relief_from
    if run_in.exclude_relief_above is not None:
        by_relief &= relief <= run_in.exclude_relief_above
    for reason, gone in (
        ("left during run-in", ~stayed),
        ("relief in run-in", stayed & ~by_relief),
    ):
        if gone.any():
            flow[reason] = flow.get(reason, 0) + int(gone.sum())
    group.extra["randomization"] = week.diary
    if not run_in.treatments:
        group.extra["baseline"] = week.diary
    return chosen(group, np.flatnonzero(stayed & by_relief))


def _renamed(pool: Pool, history: np.ndarray, names: tuple[str, ...], seed: int) -> Patients:
    """Patients of the pool under identities of their own, which key their diary and their noise."""
    identity = stream(seed, "trial", *names, "identity").integers(
        np.iinfo(np.uint32).max, size=len(history), dtype=np.uint32
    )
    patients = _of_pool(pool.patients, history)
    return eqx.tree_at(lambda who: who.identity, patients, jnp.asarray(identity))


def _of_pool(tree: Any, lanes: np.ndarray) -> Any:
    return jax.tree.map(lambda leaf: np.asarray(leaf)[..., lanes] if np.ndim(leaf) else leaf, tree)
