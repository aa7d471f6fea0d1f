"""Virtual trials: designs as files, virtual patients in arms, and the statistics of what follows.

Statistics (and with them pandas) are imported where they are asked for, not here.
"""

from __future__ import annotations

from causalgia.trials.design import SHARD_PATIENTS as SHARD_PATIENTS
from causalgia.trials.design import Design as Design
from causalgia.trials.design import read_design as read_design
from causalgia.trials.sequences import Sequence as Sequence
