"""Vinca alkaloids: microtubules fall apart, and with them the way to the endings.

The same course as taxanes with less irritation; washed out more slowly.
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.length_dependent import POISONED_PLACES, poison_in_doses

__all__ = ["VINCA"]

VINCA = Cause(
    name="vinca",
    label="Vincristine and other vinca alkaloids",
    description="microtubules of the longest axons fall apart, dose after dose",
    kinds=("toxic", "inflammation"),
    places=POISONED_PLACES,
    onset="day of the first dose",
    default_region="foot",
    removable_by=("toxin_stop",),
    priors=(Prior("age_years", 20.0, 75.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "seretny_2014"),
    insult=poison_in_doses("vinca"),
)
"""A poison of microtubules or of the proteasome, from the first dose on."""
