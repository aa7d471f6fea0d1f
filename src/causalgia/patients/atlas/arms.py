"""What becomes of patients from the day on which they are seen: untreated, and in every arm."""

from __future__ import annotations

from functools import cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.causes import KINDS
from causalgia.course import CourseState, Patients
from causalgia.pathway import TESTS
from causalgia.patients.atlas.atlas import MOMENTS, Arm
from causalgia.patients.atlas.histories import Histories
from causalgia.patients.atlas.seen import in_blocks
from causalgia.patients.atlas.stepping import Days, insults_of, look, step_on
from causalgia.treatments import Prescription, Schedule, build_schedule, find, names

__all__ = ["OUTLOOK_WEEKS", "all_arms", "follow_arms", "judged_weeks"]

OUTLOOK_WEEKS = (0, 26, 52)
"""Weeks of the outlook without treatment, beside those at which treatments are judged."""

_WEEK = 7.0
_MOMENT_ROWS = [TESTS.index(moment) for moment in MOMENTS]


@cache
def judged_weeks() -> tuple[int, ...]:
    """Weeks after the day on which patients are seen that the atlas tells of."""
    own = {round(find(name).assessed_after_days / _WEEK) for name in names()}
    return tuple(sorted(own | set(OUTLOOK_WEEKS)))


@cache
def all_arms() -> tuple[Arm, ...]:
    """Every treatment of the library, at each place where it may be put if it needs one."""
    weeks = judged_weeks()
    arms: list[Arm] = []
    for name in names():
        treatment = find(name)
        week = weeks.index(round(treatment.assessed_after_days / _WEEK))
        places = treatment.sites if treatment.needs_place else (None,)
        arms.extend(Arm(name, place, week) for place in places)
    return tuple(arms)


def follow_arms(
    histories: Histories, *, with_treatments: bool = True
) -> tuple[Float[np.ndarray, "week moment batch"], Float[np.ndarray, "treatment moment batch"]]:
    """Pain (0-10) of the patients without treatment, week by week, and in every arm when it is
    judged.
    """
    arms = all_arms() if with_treatments else ()
    parts = in_blocks(histories, lambda block: _follow_block(block, arms))
    untreated, treated = zip(*parts, strict=True)
    kept = histories.count
    return (
        np.concatenate(untreated, axis=-1)[..., :kept],
        np.concatenate(treated, axis=-1)[..., :kept],
    )


def _follow_block(histories: Histories, arms: tuple[Arm, ...]) -> tuple[np.ndarray, np.ndarray]:
    weeks, patients = judged_weeks(), histories.patients
    start = _WEEK * np.arange(weeks[-1])
    days = Days(start, np.full(len(start), _WEEK))
    insults = insults_of(histories.cause, days, patients, histories.duration_days)

    def after(state: CourseState, schedule: Schedule, first: int, last: int) -> CourseState:
        return step_on(state, patients, insults, days, schedule, first=first, last=last)[0]

    nothing, state, without = build_schedule((), KINDS), histories.state, []
    for before, week in zip((0, *weeks), weeks, strict=False):
        state = after(state, nothing, before, week)
        without.append(_pain(state, patients, nothing, week * _WEEK))
    within = []
    for arm in arms:
        treatment = find(arm.name)
        schedule = build_schedule((Prescription(treatment, 0.0, place=arm.place),), KINDS)
        week = weeks[arm.week]
        end = after(histories.state, schedule, 0, week)
        day = max(treatment.assessed_after_days, week * _WEEK)
        within.append(_pain(end, patients, schedule, day))
    none = np.zeros((0, *without[0].shape), dtype=np.float32)
    return np.stack(without), np.stack(within) if within else none


def _pain(
    state: CourseState, patients: Patients, schedule: Schedule, day: float
) -> Float[np.ndarray, "moment batch"]:
    rating = look(state.mechanisms, schedule, jnp.float32(day), patients).rating
    return np.asarray(rating)[_MOMENT_ROWS]
