"""Complex regional pain syndrome: a limb stays inflamed by its own nerves after a small injury.

A few axons are lost with the injury; inflammation of skin and nerve goes over months, and stays in
patients of high `persistence`. A third call themselves recovered after some years (de Mos 2009,
recalled).
"""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import cut, held_share, resorbing, spread_by_rank

__all__ = ["COMPLEX_REGIONAL_PAIN"]

_number = numbers_of("complex_regional")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    held = held_share(patients.persistence, _number("resolving_patients"), _number("spread"))
    resolution_days = spread_by_rank(
        patients.persistence, _number("resolution_time"), _number("resolution_log_sd")
    )
    left = resorbing(day, resolution_days, held)
    inflammation = _number("inflammation") * patients.severity * left
    return stack_insult(
        {
            ("inflammation", "terminal"): inflammation,
            ("inflammation", "distal_nerve"): inflammation,
            ("section", "distal_nerve"): cut(day, _number("share_cut") * patients.severity),
        },
        patients,
    )


COMPLEX_REGIONAL_PAIN = Cause(
    name="complex_regional_pain",
    label="Complex regional pain syndrome",
    description="a limb stays inflamed by its own nerves after a small injury",
    kinds=("inflammation", "section"),
    places=("terminal", "distal_nerve"),
    onset="day of the injury",
    default_region="hand",
    removable_by=(),
    priors=(Prior("age_years", 25.0, 75.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes",),
    insult=_insult,
)
"""A limb inflamed by its nerves, from the injury on."""
