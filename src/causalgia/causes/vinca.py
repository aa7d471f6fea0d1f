"""Vinca alkaloids: microtubules fall apart, and with them the way to the endings.

The same course as taxanes with less irritation; washed out more slowly.
"""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.length_dependent import POISONED_PLACES, length_dependent
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import cycles

__all__ = ["VINCA"]

_number = numbers_of("vinca")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    given = cycles(day, _number("interval"), int(_number("cycles")), _number("washout_time"))
    poison = _number("dose") * patients.severity * given
    return stack_insult(
        length_dependent(poison) | {("inflammation", "terminal"): _number("irritation") * poison},
        patients,
    )


VINCA = Cause(
    name="vinca",
    label="Vincristine and other vinca alkaloids",
    description="microtubules of the longest axons fall apart, dose after dose",
    kinds=("toxic", "inflammation"),
    places=POISONED_PLACES,
    onset="day of the first dose",
    default_region="foot",
    removable_by=("toxin_stop",),
    priors=(Prior("age_years", 20.0, 75.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "seretny_2014"),
    insult=_insult,
)
"""A poison of microtubules or of the proteasome, from the first dose on."""
