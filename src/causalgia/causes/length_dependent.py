"""Poisons of axons: full in the endings, less the nearer to the cell body."""

from __future__ import annotations

from jaxtyping import Array, Float

from causalgia.causes.numbers import numbers_of

__all__ = ["POISONED_PLACES", "length_dependent"]

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
