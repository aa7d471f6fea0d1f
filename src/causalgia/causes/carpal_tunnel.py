"""Carpal tunnel syndrome: the median nerve is pressed at the wrist.

A third at most get better untreated; without surgery symptoms last six to nine months in the middle
patient (DeStefano 1997). Release helps most hands within a month (Park 2014).
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.entrapment import entrapment

__all__ = ["CARPAL_TUNNEL"]

CARPAL_TUNNEL = Cause(
    name="carpal_tunnel",
    label="Carpal tunnel syndrome",
    description="the median nerve is pressed at the wrist",
    kinds=("compression",),
    places=("distal_nerve",),
    onset="first day of tingling or pain",
    default_region="hand",
    removable_by=("decompression",),
    priors=(Prior("age_years", 30.0, 75.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes", "destefano_1997", "gerritsen_2002", "park_2014"),
    insult=entrapment("carpal_tunnel", "distal_nerve"),
    longest_step_days=7.0,
)
"""A nerve in a narrow place, from the first symptom on."""
