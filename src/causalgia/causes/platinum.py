"""Oxaliplatin and cisplatin: tissue keeps platinum, and ganglion cells go on dying after the end.

Each infusion irritates endings for days (cold hurts); what the ganglion has bound leaves over
months, so that neuropathy grows on after the last dose: coasting. Sensory neuropathy in 71 % at its
peak around month 6 (Molassiotis 2019).
"""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.length_dependent import POISONED_PLACES, length_dependent
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import cycles, cycles_kept

__all__ = ["PLATINUM"]

_number = numbers_of("platinum")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    every, count = _number("interval"), int(_number("cycles"))
    acute = cycles(day, every, count, _number("washout_time"))
    kept = cycles_kept(day, every, count, _number("retention_time"))
    poison = _number("dose") * patients.severity * acute
    return stack_insult(
        length_dependent(poison)
        | {("neuronopathic", "root"): _number("bound") * patients.severity * kept},
        patients,
    )


PLATINUM = Cause(
    name="platinum",
    label="Oxaliplatin and other platinum drugs",
    description="platinum irritates endings for days and kills ganglion cells for months",
    kinds=("toxic", "neuronopathic"),
    places=POISONED_PLACES,
    onset="day of the first dose",
    default_region="foot",
    removable_by=("toxin_stop", "platinum_stop"),
    priors=(Prior("age_years", 40.0, 80.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "molassiotis_2019", "seretny_2014"),
    insult=_insult,
)
"""Platinum in the ganglion, from the first dose on."""
