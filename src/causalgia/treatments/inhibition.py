r"""Treatments that slow CYP2D6: what is left of the enzyme while they are in plasma.

An inhibitor at a concentration $C$ in plasma leaves of a patient's activity $a$

$$a' = \frac{a}{1 + \sum_j C_j / K_j}, $$

the sum over everything else that the patient takes; $K$ is the concentration of total drug at which
half is left. What a drug does to its own clearance is part of that clearance as it was measured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Array, Float

from causalgia.treatments.kinetics import PARENT, Kinetics, Traits

if TYPE_CHECKING:
    from causalgia.treatments.prescription import Prescription
    from causalgia.treatments.schedule import Schedule

__all__ = ["area_ratio", "inhibition_of", "inhibitors", "row_owners", "slowed"]


@dataclass(frozen=True)
class _Slowed:
    """Patients as each row of a schedule finds them: the enzyme's activity is [row, batch]."""

    age_years: Float[Array, " batch"]
    renal_clearance_mL_min: Float[Array, " batch"]
    weight_kg: Float[Array, " batch"]
    cyp2d6_activity: Float[Array, "row batch"]
    regrowth: Float[Array, " batch"]


def slowed(schedule: Schedule, plasma: Float[Array, "row batch"], patients: Traits) -> Traits:
    """The patients, with what is left of their CYP2D6 for each row.

    **Arguments:** concentrations in `plasma` (ng/mL) of each row; only those of inhibitors count.
    """
    return _Slowed(
        age_years=patients.age_years,
        renal_clearance_mL_min=patients.renal_clearance_mL_min,
        weight_kg=patients.weight_kg,
        cyp2d6_activity=patients.cyp2d6_activity / (1.0 + schedule.inhibits @ plasma),
        regrowth=patients.regrowth,
    )


def inhibitors(prescriptions: Sequence[Prescription]) -> tuple[int, ...]:
    """Which of the prescriptions slow CYP2D6 for another one that depends on it."""
    return tuple(
        i
        for i, one in enumerate(prescriptions)
        if math.isfinite(one.treatment.kinetics.cyp2d6_half_inhibition)
        and any(_depends(other, one) for other in prescriptions)
    )


def _depends(on_enzyme: Prescription, inhibitor: Prescription) -> bool:
    same = on_enzyme.treatment.name == inhibitor.treatment.name
    return not same and on_enzyme.treatment.kinetics.depends_on_cyp2d6


def row_owners(prescriptions: Sequence[Prescription]) -> tuple[int, ...]:
    """Which prescription each row of their schedule belongs to.

    First a row for each push, then one for each of the `inhibitors`, which carries its
    concentration in plasma and pushes nothing.
    """
    pushes = (i for i, p in enumerate(prescriptions) for _ in p.treatment.pushes)
    return (*pushes, *inhibitors(prescriptions))


def inhibition_of(
    prescriptions: Sequence[Prescription], count: int
) -> Float[np.ndarray, "row row"]:
    """For each of `count` rows what a ng/mL of each other row in plasma takes off the enzyme."""
    owners, found = row_owners(prescriptions), np.zeros((count, count))
    first = len(owners) - len(inhibitors(prescriptions))
    for row, owner in enumerate(owners):
        for column in range(first, len(owners)):
            inhibitor = prescriptions[owners[column]].treatment
            if prescriptions[owner].treatment.name != inhibitor.name:
                found[row, column] = 1.0 / inhibitor.kinetics.cyp2d6_half_inhibition
    return found


def area_ratio(inhibitor: Kinetics, dose: float, other: Kinetics, moiety: str = PARENT) -> float:
    """Exposure to another drug together with an inhibitor, relative to that without it.

    In a reference patient and in steady state.
    **Arguments:** the `inhibitor` at a daily `dose` in its unit; the `other` drug and the `moiety`
    of it that is meant.
    """
    plasma = inhibitor.level(dose) / inhibitor.clearance_L_per_h
    left = 1.0 / (1.0 + plasma / inhibitor.cyp2d6_half_inhibition)

    def cleared(share: float) -> float:
        return share * left + 1.0 - share

    metabolite = other.metabolite(moiety)
    parent = 1.0 / cleared(other.cyp2d6_share)
    if metabolite is None:
        return parent
    formed = cleared(metabolite.formed_cyp2d6_share)
    return parent * formed / cleared(metabolite.cyp2d6_share)
