"""A nerve cut in part or whole: by a knife, a fracture, a needle.

Severed axons grow back at once where both ends meet; a gap, in patients of high `persistence`,
keeps them ending in a neuroma until it is repaired. Repair comes too late when the way has lost its
guides (`course.axons`).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes.cause import Cause, Insult, Prior, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import cut, fading, held_share

__all__ = ["NERVE_INJURY"]

_number = numbers_of("nerve_injury")


def _insult(day: Float[Array, ""], patients: Traits) -> Insult:
    apart = held_share(patients.persistence, _number("meeting_patients"), _number("gap_spread"))
    gap = apart * jnp.minimum(_number("gap_slope") * patients.severity, 1.0)
    wound = patients.severity * fading(day, _number("wound_healing_time"))
    return stack_insult(
        {
            ("section", "distal_nerve"): cut(day, patients.severity),
            ("gap", "distal_nerve"): gap,
            ("inflammation", "distal_nerve"): wound,
        },
        patients,
    )


NERVE_INJURY = Cause(
    name="nerve_injury",
    label="Injured nerve",
    description="a nerve is cut, in part or whole",
    kinds=("section", "gap", "inflammation"),
    places=("distal_nerve",),
    onset="day of the injury",
    default_region="hand",
    removable_by=("nerve_repair",),
    priors=(Prior("age_years", 18.0, 70.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "mackinnon_1985", "roza_2003"),
    insult=_insult,
)
"""A cut nerve, from the day of the injury on; severity is the share that was cut."""
