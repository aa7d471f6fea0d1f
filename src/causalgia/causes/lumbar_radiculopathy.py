"""A compressed lumbar root: a disc presses on the root and its ganglion, felt in leg and foot.

A fresh disc inflames more and shrinks sooner than a bony spur of the neck. Four in five do well
after two years, operated early or not (Peul 2008).
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.root_compression import ROOT_KINDS, root_compression

__all__ = ["LUMBAR_RADICULOPATHY"]

LUMBAR_RADICULOPATHY = Cause(
    name="lumbar_radiculopathy",
    label="Compressed lumbar root",
    description="a disc presses on a root and its ganglion, felt in leg and foot",
    kinds=ROOT_KINDS,
    places=("root",),
    onset="first day of leg pain",
    default_region="foot",
    removable_by=("decompression",),
    priors=(Prior("age_years", 25.0, 65.0), Prior("severity", 0.2, 1.0)),
    sources=("causalgia_causes", "peul_2008"),
    insult=root_compression("lumbar"),
)
"""A root under pressure, from the first day of leg pain on."""
