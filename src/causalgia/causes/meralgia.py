"""Meralgia paraesthetica: a skin nerve of the thigh is pressed under the ligament of the groin.

Most get over it without surgery once belt, weight or pregnancy no longer press (recalled).
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.entrapment import entrapment

__all__ = ["MERALGIA"]

MERALGIA = Cause(
    name="meralgia",
    label="Meralgia paraesthetica",
    description="a skin nerve of the thigh is pressed at the groin",
    kinds=("compression",),
    places=("proximal_nerve",),
    onset="first day of tingling or pain",
    default_region="leg",
    removable_by=("decompression",),
    priors=(Prior("age_years", 30.0, 75.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes",),
    insult=entrapment("meralgia", "proximal_nerve"),
    longest_step_days=7.0,
)
"""A nerve in a narrow place, from the first symptom on."""
