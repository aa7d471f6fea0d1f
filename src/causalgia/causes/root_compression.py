r"""Pressure on a root and its ganglion, wherever along the spine.

Compression $p(t) = s\,(h + (1-h)\,e^{-t/\tau})$: a soft disc shrinks over months in most patients,
a share $h$ stays. How much stays rises with the patient's `persistence` and with age (bone rather
than disc). A fresh disc inflames the root as well.
"""

from __future__ import annotations

from collections.abc import Callable

from jaxtyping import Array, Float

from causalgia.causes.cause import Insult, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import fading, held_share, resorbing

__all__ = ["ROOT_KINDS", "root_compression"]

ROOT_KINDS = ("compression", "inflammation")
"""What a compressed root suffers."""


def root_compression(prefix: str) -> Callable[[Float[Array, ""], Traits], Insult]:
    """The insult of a compressed root, with the numbers of that prefix."""
    number = numbers_of(prefix)

    def insult(day: Float[Array, ""], patients: Traits) -> Insult:
        rank = patients.persistence + number("age_slope") * (patients.age_years - 55.0)
        held = held_share(rank, number("resorbing_patients"), number("resorbing_spread"))
        resorption_days = number("resorption_time") * (0.5 + patients.persistence)
        compression = patients.severity * resorbing(day, resorption_days, held)
        fresh = fading(day, number("inflammation_time"))
        lasting = number("lasting_inflammation")
        inflammation = compression * (lasting + (1.0 - lasting) * fresh)
        return stack_insult(
            {("compression", "root"): compression, ("inflammation", "root"): inflammation},
            patients,
        )

    return insult
