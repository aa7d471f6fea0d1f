"""Thoracotomy: ribs are spread, and intercostal nerves pressed and cut.

Nearly half have some pain after six months (Bayman 2014), a third pain of the operation itself
(Bayman 2017).
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.surgical_wound import WOUND_KINDS, WOUND_PLACES, surgical_wound

__all__ = ["THORACOTOMY"]

THORACOTOMY = Cause(
    name="thoracotomy",
    label="Thoracotomy",
    description="ribs are spread and intercostal nerves pressed or cut",
    kinds=WOUND_KINDS,
    places=WOUND_PLACES,
    onset="day of the operation",
    default_region="chest",
    removable_by=("nerve_repair", "decompression"),
    priors=(Prior("age_years", 40.0, 80.0), Prior("severity", 0.0, 1.0)),
    sources=("causalgia_causes", "bayman_2014", "bayman_2017"),
    insult=surgical_wound("thoracotomy"),
)
"""Nerves in the way of an operation, from its day on."""
