"""Poisons of axons: full in the endings, less the nearer to the cell body."""

from __future__ import annotations

from collections.abc import Callable

from jaxtyping import Array, Float

from causalgia.causes.cause import Insult, Traits, stack_insult
from causalgia.causes.numbers import numbers_of
from causalgia.causes.time_courses import cycles

__all__ = ["POISONED_PLACES", "length_dependent", "poison_in_doses"]

POISONED_PLACES = ("terminal", "distal_nerve", "proximal_nerve", "root")
"""Where a poison of axons strikes, skin to cord."""


def length_dependent(
    poison: Float[Array, " batch"],
) -> dict[tuple[str, str], Float[Array, " batch"]]:
    """The parts of an insult by a poison whose strength in the endings is given."""
    shared = numbers_of("poison")
    return {
        ("toxic", "terminal"): poison,
        ("toxic", "distal_nerve"): shared("share_in_distal_nerve") * poison,
        ("toxic", "proximal_nerve"): shared("share_in_proximal_nerve") * poison,
        ("toxic", "root"): shared("share_at_root") * poison,
    }


def poison_in_doses(cause: str) -> Callable[[Float[Array, ""], Traits], Insult]:
    """The insult of a drug given in cycles, which irritates endings too; numbers are a cause's."""
    number = numbers_of(cause)

    def insult(day: Float[Array, ""], patients: Traits) -> Insult:
        given = cycles(day, number("interval"), int(number("cycles")), number("washout_time"))
        poison = number("dose") * patients.severity * given
        irritation = {("inflammation", "terminal"): number("irritation") * poison}
        return stack_insult(length_dependent(poison) | irritation, patients)

    return insult
