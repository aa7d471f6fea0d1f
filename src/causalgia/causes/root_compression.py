r"""Pressure on a root and its ganglion, wherever along the spine.

Compression $p(t) = s\,(h + (1-h)\,e^{-t/\tau})$: a soft disc shrinks over months in most patients,
a share $h$ stays. How much stays rises with the patient's `persistence` and with age (bone rather
than disc), and so does the time that the rest takes, $\tau$: lognormal between patients, so that
some who still hurt after half a year are free of pain after one. A fresh disc inflames the root as
well.
"""

from __future__ import annotations

from collections.abc import Callable

from jaxtyping import Array, Float

from causalgia.causes.cause import Insult, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import fading, held_share, resorbing, spread_by_rank

__all__ = ["ROOT_KINDS", "root_compression"]

ROOT_KINDS = ("compression", "inflammation")
"""What a compressed root suffers."""


def root_compression(prefix: str) -> Callable[[Float[Array, ""], Traits], Insult]:
    """The insult of a compressed root, with the numbers of that prefix."""
    number = numbers_of(prefix)

    def insult(day: Float[Array, ""], patients: Traits) -> Insult:
        rank = patients.persistence + number("age_slope") * (patients.age_years - 55.0)
        held = held_share(rank, number("resorbing_patients"), number("resorbing_spread"))
        resorption_days = spread_by_rank(
            patients.persistence, number("resorption_time"), number("resorption_log_sd")
        )
        compression = patients.severity * resorbing(day, resorption_days, held)
        fresh = fading(day, number("inflammation_time"))
        lasting = number("lasting_inflammation")
        inflammation = compression * (lasting + (1.0 - lasting) * fresh)
        return stack_insult(
            {("compression", "root"): compression, ("inflammation", "root"): inflammation},
            patients,
        )

    return insult
