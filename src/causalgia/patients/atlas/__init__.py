"""A stored population of all causes, seen once each, and what every treatment does in it."""

from __future__ import annotations

from causalgia.patients.atlas.atlas import MOMENTS as MOMENTS
from causalgia.patients.atlas.atlas import Arm as Arm
from causalgia.patients.atlas.atlas import Atlas as Atlas
from causalgia.patients.atlas.library import atlas as atlas
