"""Mastectomy: skin nerves of the chest are cut, and that of the armpit with its lymph nodes.

Clearing the armpit more than doubles the odds of lasting pain (Wang 2016); eleven in a hundred
are left with severe pain after half a year (Miaskowski 2012).
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.surgical_wound import WOUND_KINDS, WOUND_PLACES, surgical_wound

__all__ = ["MASTECTOMY"]

MASTECTOMY = Cause(
    name="mastectomy",
    label="Mastectomy",
    description="nerves of breast and armpit are cut",
    kinds=WOUND_KINDS,
    places=WOUND_PLACES,
    onset="day of the operation",
    default_region="chest",
    removable_by=("nerve_repair", "decompression"),
    priors=(Prior("age_years", 35.0, 75.0), Prior("severity", 0.0, 1.0)),
    sources=("causalgia_causes", "wang_2016", "miaskowski_2012", "juhl_2016"),
    insult=surgical_wound("mastectomy"),
)
"""Nerves in the way of an operation, from its day on."""
