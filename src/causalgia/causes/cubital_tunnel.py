"""Cubital tunnel syndrome: the ulnar nerve is pressed, and stretched by every bend, at the elbow.

Milder than the carpal tunnel, farther from the skin: what is lost takes longer to grow back. The
course is not known well; it is taken as that of the carpal tunnel.
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.entrapment import entrapment

__all__ = ["CUBITAL_TUNNEL"]

CUBITAL_TUNNEL = Cause(
    name="cubital_tunnel",
    label="Cubital tunnel syndrome",
    description="the ulnar nerve is pressed at the elbow",
    kinds=("compression",),
    places=("proximal_nerve",),
    onset="first day of tingling or pain",
    default_region="hand",
    removable_by=("decompression",),
    priors=(Prior("age_years", 30.0, 75.0), Prior("severity", 0.1, 1.0)),
    sources=("causalgia_causes",),
    insult=entrapment("cubital_tunnel", "proximal_nerve"),
    longest_step_days=7.0,
)
"""A nerve in a narrow place, from the first symptom on."""
