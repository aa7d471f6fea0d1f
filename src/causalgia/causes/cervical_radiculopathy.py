"""A compressed cervical root: a disc or a bony spur presses on the root and its ganglion.

Most patients do well in the long run (Radhakrishnan 1994); decompression takes the compression
away on the day.
"""

from __future__ import annotations

from causalgia.causes.cause import Cause, Prior
from causalgia.causes.root_compression import ROOT_KINDS, root_compression

__all__ = ["CERVICAL_RADICULOPATHY"]

CERVICAL_RADICULOPATHY = Cause(
    name="cervical_radiculopathy",
    label="Compressed cervical root",
    description="a disc or a bony spur presses on a root and its ganglion, felt in the hand",
    kinds=ROOT_KINDS,
    places=("root",),
    onset="first day of arm pain",
    default_region="hand",
    removable_by=("decompression",),
    priors=(Prior("age_years", 35.0, 70.0), Prior("severity", 0.2, 1.0)),
    sources=("causalgia_causes", "radhakrishnan_1994"),
    insult=root_compression("radiculopathy"),
)
"""A root under pressure, from the first day of arm pain on."""
