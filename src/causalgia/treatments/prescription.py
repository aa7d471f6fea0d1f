"""A prescription: a treatment, from when to when, how much and where."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Array, Float

from causalgia.errors import InputError, nearest
from causalgia.treatments.library import find
from causalgia.treatments.treatment import Action, Removal, Traits, Treatment

__all__ = ["Prescription", "prescribe"]


@dataclass(frozen=True)
class Prescription:
    """A treatment given from `start_day` on, to `stop_day` (None: for good).

    Days count from the onset of the cause. `dose` in the treatment's own unit (None: its usual
    one); `place` of the pathway where it is put, for treatments that are put somewhere.
    **Raises:** `InputError` for a dose or place that the treatment does not allow.
    """

    treatment: Treatment
    start_day: float
    stop_day: float | None = None
    dose: float | None = None
    place: str | None = None

    def __post_init__(self) -> None:
        _check_days(self)
        _check_dose(self)
        _check_place(self)

    @property
    def full_dose(self) -> float:
        """The dose after titration, in the treatment's unit; 1 where it has none."""
        regimen = self.treatment.regimen
        return 1.0 if regimen is None else (self.dose or regimen.default)

    def steps(self) -> tuple[tuple[float, float], ...]:
        """The doses and the days on which they begin: titration, then 0 from the stop on."""
        steps = [(self.start_day + day, dose) for day, dose in _titration(self)]
        stop = self.last_day
        if stop is None:
            return tuple(steps)
        kept = [step for step in steps if step[0] < stop]
        return (*kept, (stop, 0.0))

    @property
    def last_day(self) -> float | None:
        """When it stops: as prescribed, or as its course ends by itself (None: it goes on)."""
        regimen = self.treatment.regimen
        course = None if regimen is None else regimen.course_days
        ends = [] if course is None else [self.start_day + course]
        return min([*ends, *([] if self.stop_day is None else [self.stop_day])], default=None)

    def actions(self) -> tuple[Action, ...]:
        """The treatment's actions, at the place chosen."""
        if self.place is None or not self.treatment.needs_place:
            return self.treatment.actions
        return tuple(
            dataclasses.replace(a, effect=dataclasses.replace(a.effect, places=(self.place,)))
            for a in self.treatment.actions
        )

    def removals(self) -> tuple[Removal, ...]:
        """What the treatment takes off the cause, at the place chosen."""
        if self.place is None or not self.treatment.needs_place:
            return self.treatment.removals
        return tuple(dataclasses.replace(r, places=(self.place,)) for r in self.treatment.removals)

    def strengths(self, day: Float[Array, ""], patients: Traits) -> Float[Array, "effect batch"]:
        """How strongly each of its actions, then removals, works at a time (in days)."""
        from causalgia.treatments.schedule import build_schedule, strengths

        return strengths(build_schedule((self,)), day, patients)[: len(self.treatment.pushes)]


def prescribe(
    name: str,
    start_day: float,
    *,
    stop_day: float | None = None,
    dose: float | None = None,
    place: str | None = None,
) -> Prescription:
    """Prescribe a treatment by name.

    **Raises:** `InputError` for an unknown name, or a dose or place that is not allowed.
    """
    return Prescription(find(name), start_day, stop_day, dose, place)


def _titration(prescription: Prescription) -> list[tuple[float, float]]:
    regimen, full = prescription.treatment.regimen, prescription.full_dose
    if regimen is not None and regimen.ladder:
        below = [step for step in regimen.ladder if step[1] < full]
        reached = next((day for day, dose in regimen.ladder if dose >= full), None)
        # A dose above the last rung follows as the last rung followed the one before.
        last = regimen.ladder[-1][0] + regimen.step_days if reached is None else reached
        return [*below, (last, full)]
    if regimen is None or not 0.0 < regimen.start < full:
        return [(0.0, full)]
    count = math.ceil((full - regimen.start) / regimen.step)
    doses = [*(regimen.start + regimen.step * i for i in range(count)), full]
    return [(regimen.step_days * i, dose) for i, dose in enumerate(doses)]


def _check_days(prescription: Prescription) -> None:
    name, start, stop = prescription.treatment.name, prescription.start_day, prescription.stop_day
    if not np.isfinite(start):
        raise InputError(f"{name}: start_day {start!r} is not a finite number of days")
    if stop is not None and not stop >= start:
        raise InputError(f"{name}: stop_day {stop:g} must not come before start_day {start:g}")


def _check_dose(prescription: Prescription) -> None:
    treatment, dose = prescription.treatment, prescription.dose
    if dose is None:
        return
    regimen = treatment.regimen
    if regimen is None:
        raise InputError(f"{treatment.name}: dose {dose:g} given, but it has no dose; leave it out")
    if not 0.0 < dose <= regimen.maximum:
        raise InputError(
            f"{treatment.name}: dose {dose:g} {regimen.unit} is not allowed; "
            f"must be above 0 and at most {regimen.maximum:g} {regimen.unit}"
        )


def _check_place(prescription: Prescription) -> None:
    treatment, place = prescription.treatment, prescription.place
    if place is None:
        if treatment.needs_place:
            allowed = ", ".join(treatment.sites)
            raise InputError(f"{treatment.name}: place is missing; allowed: {allowed}")
        return
    if not treatment.sites:
        raise InputError(f"{treatment.name}: place {place!r} given, but it is not put at a place")
    if place not in treatment.sites:
        hint = nearest(place, treatment.sites)
        raise InputError(f"{treatment.name}: place {place!r} is not allowed; {hint}")
