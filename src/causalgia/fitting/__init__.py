"""From recordings back to models: fits of conductances and kinetics, and what firing hangs on."""

from causalgia.fitting.clamps import current_clamp_loss as current_clamp_loss
from causalgia.fitting.clamps import voltage_clamp_loss as voltage_clamp_loss
from causalgia.fitting.descent import Fit as Fit
from causalgia.fitting.descent import fit as fit
from causalgia.fitting.free import Free as Free
from causalgia.fitting.sensitivity import sensitivity as sensitivity
from causalgia.fitting.sweeps import Sweeps as Sweeps
from causalgia.fitting.sweeps import read_sweeps as read_sweeps
