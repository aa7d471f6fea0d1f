"""Taxanes: every dose freezes the microtubules of the longest axons and irritates their endings.

Neuropathy in two of three a month after neurotoxic chemotherapy (Seretny 2014). It begins to heal
once the doses end.
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.length_dependent import POISONED_PLACES, poison_in_doses

__all__ = ["TAXANE"]

TAXANE = Cause(
    name="taxane",
    label="Paclitaxel and other taxanes",
    description="microtubules of the longest axons are frozen, dose after dose",
    kinds=("toxic", "inflammation"),
    places=POISONED_PLACES,
    onset="day of the first dose",
    default_region="foot",
    removable_by=("toxin_stop",),
    priors=(Prior("age_years", 35.0, 75.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "seretny_2014", "molassiotis_2019"),
    insult=poison_in_doses("taxane"),
)
"""A poison of microtubules or of the proteasome, from the first dose on."""
