"""What is decided between weeks: who starts, has side effects, goes on with less, or stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from causalgia.treatments.side_effects import SideEffect
from causalgia.trials.participants import REASONS, Traits
from causalgia.trials.protocol import Protocol
from causalgia.trials.week import DAYS_A_WEEK

__all__ = ["Attendance", "begin", "decide", "end_courses", "new_attendance"]

_LEAST_SHARE = 0.25
_SPONTANEOUS_DAYS = 14.0


@dataclass
class Attendance:
    """Who takes what, and why they stopped; changes from week to week.

    Per course [course, batch]: the day on which it `began` (infinite: it is not taken) and the
    `share` of its planned dose; `fixed_share`, what kidneys, adherence and clearance for no known
    reason make of it. Per side effect [effect, batch]: who `ever` had it. Per patient: index of
    the `reason` (0: goes on), the `stop_day` since randomization, cumulative hazards of
    `impatience` and `unsteadiness`.
    """

    began: Float[np.ndarray, "course batch"]
    share: Float[np.ndarray, "course batch"]
    fixed_share: Float[np.ndarray, "course batch"]
    exposure: Float[np.ndarray, "course batch"]
    ever: Bool[np.ndarray, "effect batch"]
    reason: Int[np.ndarray, " batch"]
    stop_day: Float[np.ndarray, " batch"]
    impatience: Float[np.ndarray, " batch"]
    unsteadiness: Float[np.ndarray, " batch"]

    @property
    def is_in(self) -> Bool[np.ndarray, " batch"]:
        """Who has not stopped."""
        return self.reason == 0


def new_attendance(
    protocol: Protocol,
    traits: Traits,
    exposure: Float[np.ndarray, "course batch"],
    renal_clearance_mL_min: Float[np.ndarray, " batch"],
    scatter: Float[np.ndarray, " batch"],
) -> Attendance:
    """Nobody takes anything yet.

    **Arguments:** the `exposure` of each patient to each course relative to a typical one;
    standard normal `scatter` of clearance for no known reason.
    """
    courses, count = len(protocol.courses), traits.count
    fixed = np.ones((courses, count))
    for i, course in enumerate(protocol.courses):
        treatment = course.given.treatment
        spread = treatment.kinetics.clearance_log_sd
        fixed[i] = protocol.renal_share(i, renal_clearance_mL_min) * np.exp(-spread * scatter)
        # Only what patients take themselves is forgotten: no operation, infusion or session is.
        if treatment.is_self_given:
            fixed[i] *= traits.adherence
    return Attendance(
        began=np.full((courses, count), np.inf),
        share=np.ones((courses, count)),
        fixed_share=fixed,
        exposure=exposure,
        ever=np.zeros((len(protocol.effects), count), dtype=bool),
        reason=np.zeros(count, dtype=np.int8),
        stop_day=np.full(count, np.nan),
        impatience=np.zeros(count),
        unsteadiness=np.zeros(count),
    )


def begin(
    attendance: Attendance,
    course: int,
    who: Bool[np.ndarray, " batch"],
    day: float,
) -> None:
    """Let some begin a course on a day (since the onset of the illness)."""
    attendance.began[course, who] = day
    attendance.share[course, who] = 1.0


def end_courses(
    protocol: Protocol,
    attendance: Attendance,
    courses: tuple[int, ...],
    who: Bool[np.ndarray, " batch"],
) -> None:
    """Let some stop courses; what was done once stays done."""
    for course in courses:
        if not protocol.is_done_once(course):
            attendance.share[course, who] = 0.0


def decide(
    protocol: Protocol,
    attendance: Attendance,
    traits: Traits,
    *,
    day: float,
    trial_day: float,
    relief: Float[np.ndarray, " batch"],
) -> None:
    """At the end of a week: side effects come, doses are lowered, patients leave.

    **Arguments:** the `day` since the onset of the illness, the `trial_day` since randomization;
    `relief` from baseline in this week, as a share.
    """
    bothered, unnerved = _side_effects(protocol, attendance, traits, day, trial_day)
    leaves = _go_on_with_less(protocol, attendance, bothered) | unnerved
    waits = trial_day >= protocol.numbers["lack_of_efficacy_patience"]
    unhelped = (relief < protocol.numbers["lack_of_efficacy_relief"]) & waits
    attendance.impatience += unhelped * protocol.numbers["lack_of_efficacy_hazard"] * DAYS_A_WEEK
    attendance.unsteadiness += protocol.numbers["other_withdrawal_hazard"] * DAYS_A_WEEK
    going = attendance.is_in.copy()
    causes = (
        leaves,
        attendance.impatience > traits.patience,
        attendance.unsteadiness > traits.steadiness,
    )
    for reason, does in zip(range(1, len(REASONS)), causes, strict=True):
        now = going & does & attendance.is_in
        attendance.reason[now] = reason
        attendance.stop_day[now] = trial_day
    taken = protocol.of_role("arm") + protocol.of_role("rescue") + protocol.of_role("run_in")
    end_courses(protocol, attendance, taken, ~attendance.is_in)


def _side_effects(
    protocol: Protocol,
    attendance: Attendance,
    traits: Traits,
    day: float,
    trial_day: float,
) -> tuple[Bool[np.ndarray, "course batch"], Bool[np.ndarray, " batch"]]:
    """Note who has which side effect; whom a course bothers so much that they would stop it, and
    who would leave for what comes without any.
    """
    bothered = np.zeros_like(attendance.began, dtype=bool)
    unnerved = np.zeros(traits.count, dtype=bool)
    taking = np.isfinite(attendance.began) & (attendance.share > 0.0)
    listed = [protocol.side_effects(i) for i in range(len(protocol.courses))]
    for e, name in enumerate(protocol.effects):
        own = [(i, *table[name]) for i, table in enumerate(listed) if name in table]
        on_placebo = max(effect.on_placebo for _, effect, _ in own)
        since_drawn = trial_day - traits.spontaneous_day[e]
        by_itself = (traits.spontaneous[e] < on_placebo) & (since_drawn >= 0.0)
        attendance.ever[e] |= by_itself & attendance.is_in
        lately = by_itself & (since_drawn < _SPONTANEOUS_DAYS)
        for i, effect, at_full_dose in own:
            excess = _excess(protocol, attendance, i, effect, at_full_dose, day)
            has = taking[i] & (traits.liability[e] < excess / (1.0 - on_placebo))
            attendance.ever[e] |= has & attendance.is_in
            would_stop = traits.sensitivity[e] < effect.stops
            bothered[i] |= (has | (lately & taking[i])) & would_stop
        # On placebo some stop for what they take for side effects too.
        would_stop = traits.sensitivity[e] < max(effect.stops for _, effect, _ in own)
        unnerved |= lately & would_stop & ~taking.any(axis=0)
    return bothered, unnerved


def _excess(
    protocol: Protocol,
    attendance: Attendance,
    course: int,
    effect: SideEffect,
    at_full_dose: float,
    day: float,
) -> Float[np.ndarray, " batch"]:
    """The share of people like each patient who have a side effect of a course beyond placebo."""
    steps = protocol.courses[course].prescription.steps()
    highest = np.zeros_like(attendance.exposure[course])
    # Looked at on the first and on the last day of the week: it was had if it was had on either.
    for looked_at in (day - DAYS_A_WEEK, day):
        since = np.maximum(looked_at - attendance.began[course], 0.0)
        since = np.where(np.isfinite(since), since, 0.0)
        planned = protocol.planned_share(course, since)
        taken = planned * attendance.share[course] * attendance.fixed_share[course]
        exposure = at_full_dose * taken * attendance.exposure[course]
        share = effect.probability(exposure, effect.unused(steps, since)) - effect.on_placebo
        highest = np.maximum(highest, share)
    return highest


def _go_on_with_less(
    protocol: Protocol, attendance: Attendance, bothered: Bool[np.ndarray, "course batch"]
) -> Bool[np.ndarray, " batch"]:
    """Halve the dose of those bothered where the design is flexible; return who leaves instead."""
    leaves = np.zeros(bothered.shape[1], dtype=bool)
    for i, course in enumerate(protocol.courses):
        if course.given.titrate == "flexible":
            less = bothered[i] & (attendance.share[i] > _LEAST_SHARE)
            attendance.share[i, less] *= 0.5
            leaves |= bothered[i] & ~less
        else:
            leaves |= bothered[i]
    return leaves
