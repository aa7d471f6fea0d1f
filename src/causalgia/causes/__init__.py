"""Causes: one file each, what it does to the peripheral pathway over time."""

from __future__ import annotations

from causalgia.causes.cause import KINDS as KINDS
from causalgia.causes.cause import Cause as Cause
from causalgia.causes.cause import Insult as Insult
from causalgia.causes.cause import Prior as Prior
from causalgia.causes.registry import find as find
from causalgia.causes.registry import names as names
