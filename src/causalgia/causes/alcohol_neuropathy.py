"""Alcohol: years of drinking, and of eating too little else, wear down the longest fibers."""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.length_dependent import POISONED_PLACES, length_dependent
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import begun

__all__ = ["ALCOHOL_NEUROPATHY"]

_number = numbers_of("alcohol")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    poison = _number("dose") * patients.severity * begun(day, _number("rise_time"))
    return stack_insult(length_dependent(poison), patients)


ALCOHOL_NEUROPATHY = Cause(
    name="alcohol_neuropathy",
    label="Alcoholic neuropathy",
    description="alcohol and want of vitamins wear down the longest fibers",
    kinds=("toxic",),
    places=POISONED_PLACES,
    onset="day on which drinking began to harm the nerves",
    default_region="foot",
    removable_by=("toxin_stop",),
    priors=(Prior("age_years", 35.0, 70.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes",),
    insult=_insult,
    longest_step_days=14.0,
)
"""Alcohol at the longest fibers, from the first harm on."""
