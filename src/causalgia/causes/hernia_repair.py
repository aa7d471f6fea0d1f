"""Hernia repair: nerves of the groin are cut, sewn in or caught in the mesh.

The same wound as other operations, smaller; its own course is not known to this table.
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.surgical_wound import WOUND_KINDS, WOUND_PLACES, surgical_wound

__all__ = ["HERNIA_REPAIR"]

HERNIA_REPAIR = Cause(
    name="hernia_repair",
    label="Hernia repair",
    description="nerves of the groin are cut, sewn in or caught in mesh",
    kinds=WOUND_KINDS,
    places=WOUND_PLACES,
    onset="day of the operation",
    default_region="abdomen",
    removable_by=("nerve_repair", "decompression"),
    priors=(Prior("age_years", 25.0, 75.0), Prior("severity", 0.0, 1.0)),
    sources=("causalgia_causes",),
    insult=surgical_wound("hernia_repair"),
)
"""Nerves in the way of an operation, from its day on."""
