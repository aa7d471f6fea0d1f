"""The nerve: channels, published fibers and neurons, and what has been measured on real ones."""

from __future__ import annotations

from causalgia.validation.nerve import clamp as clamp
from causalgia.validation.nerve import mcintyre as mcintyre
from causalgia.validation.nerve import measured_channels as measured_channels
from causalgia.validation.nerve import measured_fibers as measured_fibers
from causalgia.validation.nerve import pyfibers as pyfibers
from causalgia.validation.nerve import sundt as sundt
from causalgia.validation.nerve import tigerholm as tigerholm
from causalgia.validation.nerve import verma as verma
