r"""Pressure on a nerve where it passes a narrow place.

Pressure comes up over months, and goes again by itself in some:
$p(t) = s\,(1 - e^{-t/\tau_{rise}})\,(h + (1-h)\,e^{-t/\tau})$, with $h$ by the patient's
`persistence` and age and $\tau$ lognormal between patients, by `persistence`.
"""

from __future__ import annotations

from collections.abc import Callable

from jaxtyping import Array, Float

from causalgia.causes.cause import Insult, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import begun, held_share, resorbing, spread_by_rank

__all__ = ["entrapment"]


def entrapment(prefix: str, place: str) -> Callable[[Float[Array, ""], Traits], Insult]:
    """The insult of an entrapped nerve at a place, with the numbers of that prefix."""
    number, shared = numbers_of(prefix), numbers_of("entrapment")

    def insult(day: Float[Array, ""], patients: Traits) -> Insult:
        rank = patients.persistence + shared("age_slope") * (patients.age_years - 55.0)
        held = held_share(rank, number("resolving_patients"), shared("resolving_spread"))
        resolution_days = spread_by_rank(
            patients.persistence, number("resolution_time"), shared("resolution_log_sd")
        )
        left = resorbing(day, resolution_days, held)
        pressure = number("pressure") * patients.severity * begun(day, shared("rise_time")) * left
        return stack_insult({("compression", place): pressure}, patients)

    return insult
