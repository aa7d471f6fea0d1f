r"""The hours: plasma concentration of a drug and its metabolites after each dose or infusion.

What is in the gut $g$, in the central and peripheral volumes $a_1, a_2$ and in each metabolite $m$:

$$\dot g = -k_a g, \quad \dot a_1 = k_a g + r - \tfrac{CL + Q}{V_1} a_1 + \tfrac{Q}{V_2} a_2, \quad
\dot a_2 = \tfrac{Q}{V_1} a_1 - \tfrac{Q}{V_2} a_2, \quad
\dot m = \tfrac{CL_f}{V_1} a_1 - \tfrac{CL_m}{V_m} m$$

with an infusion at rate $r$ and doses that enter the gut after a lag. The system is linear, so that
each step is exact. The course of months knows only the mean of a day (`causalgia.treatments.
schedule`); the mean of these hours in steady state is that very number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.treatments.kinetics import (
    PARENT,
    Kinetics,
    Metabolite,
    Traits,
    relative_clearance,
    relative_size,
)
from causalgia.treatments.treatment import Treatment

__all__ = ["Hours", "plasma_by_hour"]

_GUT, _CENTRAL, _PERIPHERAL, _FIRST_METABOLITE = 0, 1, 2, 3
_AT_ONCE_PER_H = 1e3  # absorption without a rate of its own
_MOST_STEPS = 200_000


@dataclass(frozen=True)
class Hours:
    """Plasma concentrations (ng/mL) by moiety, each [time, batch], at `time_h` [time]."""

    time_h: Float[np.ndarray, " time"]
    plasma: Mapping[str, Float[np.ndarray, "time batch"]]

    def peak(self, moiety: str = PARENT) -> Float[np.ndarray, " batch"]:
        """The highest concentration, in ng/mL."""
        return self.plasma[moiety].max(axis=0)

    def time_of_peak_h(self, moiety: str = PARENT) -> Float[np.ndarray, " batch"]:
        """When it is reached."""
        return self.time_h[self.plasma[moiety].argmax(axis=0)]

    def area(
        self, moiety: str = PARENT, from_h: float = 0.0, to_h: float = math.inf
    ) -> Float[np.ndarray, " batch"]:
        """Area under the curve between two times, in ng h/mL."""
        within = (self.time_h >= from_h) & (self.time_h <= to_h)
        values = self.plasma[moiety][within]
        return np.trapezoid(values, self.time_h[within], axis=0)

    def half_life_h(self, moiety: str = PARENT) -> Float[np.ndarray, " batch"]:
        """Of the last quarter of the time, where the curve falls by itself."""
        late = self.time_h >= 0.75 * self.time_h[-1]
        slope = np.polyfit(self.time_h[late], np.log(self.plasma[moiety][late]), 1)[0]
        return -math.log(2.0) / slope


def plasma_by_hour(
    treatment: Treatment,
    patients: Traits,
    *,
    dose: float | None = None,
    hours: float = 48.0,
    doses: int | None = None,
    step_h: float = 0.05,
    clearance_factor: Float[np.ndarray, " batch"] | float = 1.0,
) -> Hours:
    """Plasma concentrations over hours from the first dose on.

    **Arguments:** a systemic `treatment`; the daily `dose` in its unit (None: the usual one), split
    over its doses a day; how many single `doses` are given (None: as long as it lasts; an infusion
    runs for its course); `step_h`, between two values; `clearance_factor`, of a patient's clearance
    of the drug relative to what is expected of that patient.
    **Raises:** `InputError` for a treatment that is not in plasma, or times that are none.
    """
    kinetics, regimen = treatment.kinetics, treatment.regimen
    if kinetics.form != "systemic" or regimen is None:
        raise InputError(f"{treatment.name}: is not given into the blood; it has no plasma curve")
    if not (step_h > 0.0 and hours >= step_h and hours / step_h <= _MOST_STEPS):
        raise InputError(f"hours {hours:g} and step_h {step_h:g}: at most {_MOST_STEPS} steps")
    given = regimen.default if dose is None else dose
    system = _System(kinetics, patients, np.asarray(clearance_factor, dtype=float))
    course = math.inf if regimen.course_days is None else 24.0 * regimen.course_days
    time = step_h * np.arange(round(hours / step_h) + 1)
    amounts = np.zeros((time.size, system.count, system.size))
    boluses, rate = _intake(kinetics, given, hours, doses)
    forward, held = system.steps(step_h)
    state = np.zeros((system.count, system.size))
    for i, now in enumerate(time):
        if i:
            infusing = rate * float(np.clip((course - time[i - 1]) / step_h, 0.0, 1.0))
            state = np.einsum("bij,bj->bi", forward, state) + infusing * held
        # A dose between two steps is carried to the next one exactly.
        for taken, amount in boluses:
            if now - step_h < taken <= now + 1e-9:
                state = state + amount * system.since(now - taken)
        amounts[i] = state
    return Hours(time, system.concentrations(amounts))


def _intake(
    kinetics: Kinetics, dose: float, hours: float, count: int | None
) -> tuple[list[tuple[float, float]], float]:
    """When how much (ug) enters the gut, and the rate of an infusion (ug/h)."""
    a_day = kinetics.level(dose) * 24.0
    if kinetics.doses_per_day <= 0.0:
        return [], a_day / 24.0
    every = 24.0 / kinetics.doses_per_day
    times = np.arange(0.0, hours + 1e-9, every)
    times = times if count is None else times[:count]
    amount = a_day / kinetics.doses_per_day
    return [(float(time) + kinetics.absorption_lag_h, amount) for time in times], 0.0


class _System:
    """The linear system of every patient, as one stack of matrices [batch, state, state]."""

    def __init__(
        self, kinetics: Kinetics, patients: Traits, factor: Float[np.ndarray, "#batch"]
    ) -> None:
        self.kinetics, self._patients = kinetics, patients
        self._weight = np.asarray(relative_size(patients), dtype=float)
        self.count = self._weight.size
        self.size = _FIRST_METABOLITE + len(kinetics.metabolites)
        self.volumes = [kinetics.volume_L * self._weight]
        self.matrix = np.zeros((self.count, self.size, self.size))
        absorption = min(kinetics.absorption_per_h, _AT_ONCE_PER_H)
        self._flow(_GUT, _CENTRAL, absorption)
        relative = self._relative(kinetics.renal_share, kinetics.cyp2d6_share)
        clearance = kinetics.clearance_L_per_h * factor * relative
        self.matrix[:, _CENTRAL, _CENTRAL] -= clearance / self.volumes[0]
        between = kinetics.intercompartmental_clearance_L_per_h
        if between > 0.0 and kinetics.peripheral_volume_L > 0.0:
            self._flow(_CENTRAL, _PERIPHERAL, between / self.volumes[0])
            behind = kinetics.peripheral_volume_L * self._weight
            self._flow(_PERIPHERAL, _CENTRAL, between / behind)
        for row, metabolite in enumerate(kinetics.metabolites, start=_FIRST_METABOLITE):
            self._add(row, metabolite)

    def _relative(self, renal: float, cyp2d6: float) -> Float[np.ndarray, " batch"]:
        fall = self.kinetics.fall_per_decade
        return np.asarray(relative_clearance(renal, cyp2d6, self._patients, fall), dtype=float)

    def _flow(self, source: int, sink: int, rate: Float[np.ndarray, " batch"] | float) -> None:
        self.matrix[:, source, source] -= rate
        self.matrix[:, sink, source] += rate

    def _add(self, row: int, metabolite: Metabolite) -> None:
        """A metabolite: what forms it is part of the parent's clearance already."""
        by_cyp2d6 = metabolite.formed_cyp2d6_share
        enzymes = 1.0 - by_cyp2d6 + by_cyp2d6 * np.asarray(self._patients.cyp2d6_activity)
        forming = self.kinetics.formed_mass(metabolite) * self.kinetics.clearance_L_per_h * enzymes
        self.matrix[:, row, _CENTRAL] = forming * self._relative(0.0, 0.0) / self.volumes[0]
        relative = self._relative(metabolite.renal_share, metabolite.cyp2d6_share)
        volume = metabolite.volume_L * self._weight
        self.matrix[:, row, row] = -metabolite.clearance_L_per_h * relative / volume
        self.volumes.append(volume)

    def since(self, hours: float) -> Float[np.ndarray, "batch state"]:
        """What a unit taken so long ago has become."""
        from scipy.linalg import expm

        return np.asarray(expm(self.matrix * hours))[:, :, _GUT]

    def steps(
        self, hours: float
    ) -> tuple[Float[np.ndarray, "batch state state"], Float[np.ndarray, "batch state"]]:
        """What a step makes of a state, and of an infusion at unit rate into the blood."""
        from scipy.linalg import expm

        wide = np.zeros((self.count, self.size + 1, self.size + 1))
        wide[:, : self.size, : self.size] = self.matrix
        wide[:, _CENTRAL, self.size] = 1.0
        moved = np.asarray(expm(wide * hours))
        return moved[:, : self.size, : self.size], moved[:, : self.size, self.size]

    def concentrations(
        self, amounts: Float[np.ndarray, "time batch state"]
    ) -> dict[str, Float[np.ndarray, "time batch"]]:
        """In ng/mL, by moiety: micrograms over liters."""
        names = [PARENT, *(metabolite.name for metabolite in self.kinetics.metabolites)]
        rows = [_CENTRAL, *range(_FIRST_METABOLITE, self.size)]
        return {
            name: amounts[:, :, row] / volume
            for name, row, volume in zip(names, rows, self.volumes, strict=True)
        }
