"""Every number with its source: what was measured, what was fitted, what is merely assumed."""

from __future__ import annotations

from causalgia.evidence.bibliography import cite as cite
from causalgia.evidence.parameter import STATUSES as STATUSES
from causalgia.evidence.parameter import Parameter as Parameter
from causalgia.evidence.parameter import Source as Source
from causalgia.evidence.parameter import Status as Status
from causalgia.evidence.store import all_parameters as all_parameters
from causalgia.evidence.store import load_sources as load_sources
from causalgia.evidence.store import parameter as parameter
from causalgia.evidence.store import parameters as parameters
