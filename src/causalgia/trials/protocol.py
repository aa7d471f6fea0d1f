"""A design as arrays: which treatment each push belongs to, and what an arm gives in which week."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Array, Float

from causalgia.causes import KINDS
from causalgia.course import Patients, typical
from causalgia.errors import InputError
from causalgia.treatments import Prescription, Schedule, build_schedule
from causalgia.treatments.inhibition import row_owners, slowed
from causalgia.treatments.schedule import plateau_per_dose
from causalgia.treatments.side_effects import SideEffect, relative_exposure
from causalgia.trials.design import Design
from causalgia.trials.given import GivenTable
from causalgia.trials.participants import Numbers, trial_numbers

__all__ = ["Protocol", "TreatmentCourse", "protocol_of"]

_DONE_ONCE = ("surgery", "patch", "injection")


@dataclass(frozen=True)
class TreatmentCourse:
    """One treatment of a trial: as `given`, its `prescription` from day 0, whether it is open
    `run_in`, `background`, `rescue` or was taken `prior` to it.
    """

    given: GivenTable
    prescription: Prescription
    role: str = "arm"


@dataclass(frozen=True)
class Protocol:
    """All that a trial gives.

    `courses` of treatment; the `schedule` of all their pushes and, for each push, which course it
    is of (`course_of`, -1 for padding); names of all side `effects`; the `numbers` of taking part.
    """

    design: Design
    courses: tuple[TreatmentCourse, ...]
    schedule: Schedule
    course_of: np.ndarray
    effects: tuple[str, ...]
    numbers: Numbers

    @cached_property
    def rescue(self) -> Float[np.ndarray, "row 1"]:
        """1 for pushes of rescue treatment."""
        mine = [i for i, course in enumerate(self.courses) if course.role == "rescue"]
        return np.isin(self.course_of, mine).astype(np.float32)[:, None]

    def rows(self, by_course: Float[np.ndarray, "course batch"], empty: float) -> np.ndarray:
        """Values of courses for each of their pushes."""
        padded = np.concatenate([by_course, np.full((1, by_course.shape[1]), empty)])
        return padded[self.course_of].astype(np.float32)

    def of_arm(self, name: str) -> tuple[int, ...]:
        """Which courses an arm takes, in a period of its own."""
        listed = [row.model_dump_json() for row in self.design.arm(name).treatments]
        return tuple(
            i
            for i, course in enumerate(self.courses)
            if course.role == "arm" and course.given.model_dump_json() in listed
        )

    def of_role(self, role: str) -> tuple[int, ...]:
        """Which courses are of a role."""
        return tuple(i for i, course in enumerate(self.courses) if course.role == role)

    def is_done_once(self, course: int) -> bool:
        """Whether a course is over when it is given: an operation, a patch that defunctionalizes,
        an injection.
        """
        treatment = self.courses[course].given.treatment
        by_kind = treatment.kinetics.form == "lasting" and treatment.kind in _DONE_ONCE
        return by_kind and not treatment.is_self_given

    def side_effects(self, course: int) -> dict[str, tuple[SideEffect, float]]:
        """Side effects of a course by name, with the exposure of its full dose relative to that
        at which they were counted. Of what was taken before the trial none is reported.
        """
        given = self.courses[course].given
        if self.courses[course].role == "prior":
            return {}
        return {
            effect.name: (effect, relative_exposure(given.treatment, effect, given.full_dose))
            for effect in given.treatment.side_effects
        }

    def planned_share(
        self, course: int, since_days: Float[np.ndarray, " batch"]
    ) -> Float[np.ndarray, " batch"]:
        """The planned dose so many days after the start, as a share of the full one."""
        prescription = self.courses[course].prescription
        steps = prescription.steps()
        doses = np.array([0.0, *(dose for _, dose in steps)]) / prescription.full_dose
        return doses[np.searchsorted([day for day, _ in steps], since_days, side="right")]

    @cached_property
    def inhibits(self) -> bool:
        """Whether any of it slows CYP2D6 for another."""
        return bool(np.any(np.asarray(self.schedule.inhibits) > 0.0))

    def exposures(
        self, patients: Patients, plasma: Float[Array, "row batch"] | None = None
    ) -> Float[np.ndarray, "course batch"]:
        """Exposure of patients to each course at one dose, relative to a typical patient without
        any other treatment.

        **Arguments:** what is in `plasma` (ng/mL) for each push, where some slow CYP2D6 for others.
        """
        who = patients if plasma is None else slowed(self.schedule, plasma, patients)
        own = np.asarray(plateau_per_dose(self.schedule, who))
        usual = np.asarray(plateau_per_dose(self.schedule, typical(1)))
        ratios = np.ones((len(self.courses), own.shape[1]))
        for course in range(len(self.courses)):
            rows = np.flatnonzero(self.course_of == course)
            if len(rows):
                ratios[course] = own[rows[0]] / usual[rows[0]]
        return ratios

    def renal_share(self, course: int, clearance_mL_min: np.ndarray) -> np.ndarray:
        """The share of the full dose that people with such a renal clearance are given."""
        given = self.courses[course].given
        share = np.ones_like(clearance_mL_min)
        # The tightest limit that holds comes last.
        for limit in sorted(given.treatment.renal_limits, key=lambda row: -row.below_mL_min):
            most = min(limit.maximum / given.full_dose, 1.0)
            share = np.where(clearance_mL_min < limit.below_mL_min, most, share)
        for row in reversed(given.renal_doses):
            own = float(row.dose) / given.full_dose
            share = np.where(clearance_mL_min < row.below, own, share)
        return share

    def belief_factor(self, arm: str) -> float:
        """How much people in an arm believe, relative to an even chance of being treated.

        In a blind trial all believe alike, the more the likelier they are treated; in an open one
        those in the control arm believe nothing and the others are sure.
        """
        design, power = self.design, self.numbers["belief_by_chance"]
        if not design.blind:
            return 0.0 if arm == design.control.name else 2.0**power
        shares = {row.name: row.allocation for row in design.arms}
        treated = sum(a for name, a in shares.items() if design.arm(name).treatments)
        return float((2.0 * treated / sum(shares.values())) ** power)


def protocol_of(
    design: Design,
    efficacies: Mapping[str, float] | None = None,
    numbers: Numbers | None = None,
) -> Protocol:
    """Lay a design out.

    **Arguments:** `efficacies` by target and `numbers` of taking part, where they differ from
    those of the evidence.
    **Raises:** `InputError` for a prescription that cannot be.
    """
    courses = [TreatmentCourse(row, _prescription(row)) for row in design.prescribed]
    courses += [TreatmentCourse(row, _prescription(row), "background") for row in design.background]
    courses += [TreatmentCourse(row, _prescription(row), "prior") for row in design.prior]
    if design.run_in is not None:
        courses += [
            TreatmentCourse(r, _prescription(r), "run_in") for r in design.run_in.treatments
        ]
    if design.rescue is not None:
        row = design.rescue.given
        courses.append(TreatmentCourse(row, _prescription(row), "rescue"))
    schedule = build_schedule(tuple(c.prescription for c in courses), KINDS, efficacies)
    owners = row_owners(tuple(c.prescription for c in courses))
    course_of = np.full(schedule.step_day.shape[0], -1)
    course_of[: len(owners)] = owners
    own = [c for c in courses if c.role != "prior"]
    names = [e.name for c in own for e in c.given.treatment.side_effects]
    return Protocol(
        design,
        tuple(courses),
        schedule,
        course_of,
        tuple(dict.fromkeys(names)),
        trial_numbers(numbers),
    )


def _prescription(given: GivenTable) -> Prescription:
    treatment = given.treatment
    if given.titrate is False and treatment.regimen is not None:
        at_once = dataclasses.replace(treatment.regimen, start=0.0)
        treatment = dataclasses.replace(treatment, regimen=at_once)
    try:
        return Prescription(treatment, 0.0, dose=given.dose, place=given.place)
    except InputError as error:
        raise InputError(f"arms: {error}") from None
