"""What an operation does to the nerves in its way.

Some axons are cut, others pulled and pressed by retractors for the day, whose mark goes in weeks;
the wound inflames. In some patients cut ends do not meet, and a scar holds and presses the nerve.
How long the mark of the retractor lasts is lognormal between patients, by `persistence`.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes.cause import Insult, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import cut, fading, held_share, resorbing, spread_by_rank

__all__ = ["WOUND_KINDS", "WOUND_PLACES", "surgical_wound"]

WOUND_KINDS = ("section", "gap", "compression", "inflammation")
"""What nerves in the way of an operation suffer."""

WOUND_PLACES = ("distal_nerve", "terminal")
"""Where they suffer it."""


def surgical_wound(prefix: str) -> Callable[[Float[Array, ""], Traits], Insult]:
    """The insult of an operation, with the numbers of that prefix."""
    number, shared = numbers_of(prefix), numbers_of("wound")

    def insult(day: Float[Array, ""], patients: Traits) -> Insult:
        harmed = number("share_cut") * patients.severity
        apart = held_share(patients.persistence, shared("meeting_patients"), shared("gap_spread"))
        gap = apart * jnp.minimum(shared("gap_slope") * patients.severity, 1.0)
        mending_days = spread_by_rank(
            patients.persistence, shared("traction_time"), shared("traction_log_sd")
        )
        left = resorbing(day, mending_days, shared("scar_share") * apart)
        pulled = number("traction") * patients.severity * left
        wound = patients.severity * fading(day, shared("healing_time"))
        return stack_insult(
            {
                ("section", "distal_nerve"): cut(day, harmed),
                ("gap", "distal_nerve"): gap,
                ("compression", "distal_nerve"): pulled,
                ("inflammation", "distal_nerve"): wound,
                ("inflammation", "terminal"): wound,
            },
            patients,
        )

    return insult
