"""Bortezomib: doses close together block the proteasome, and small fibers above all suffer.

Painful more often than other chemotherapy, and mostly better within months of the last dose
(recalled).
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.length_dependent import POISONED_PLACES, poison_in_doses

__all__ = ["BORTEZOMIB"]

BORTEZOMIB = Cause(
    name="bortezomib",
    label="Bortezomib",
    description="the proteasome of sensory neurons is blocked, dose after dose",
    kinds=("toxic", "inflammation"),
    places=POISONED_PLACES,
    onset="day of the first dose",
    default_region="foot",
    removable_by=("toxin_stop",),
    priors=(Prior("age_years", 45.0, 80.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "seretny_2014"),
    insult=poison_in_doses("bortezomib"),
)
"""A poison of microtubules or of the proteasome, from the first dose on."""
