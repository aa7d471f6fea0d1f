"""From recordings back to models: fits of conductances and kinetics, and what firing hangs on."""

from causalgia.fitting.clamps import current_clamp_residuals as current_clamp_residuals
from causalgia.fitting.clamps import voltage_clamp_residuals as voltage_clamp_residuals
from causalgia.fitting.descent import descend as descend
from causalgia.fitting.excitability import Ladder as Ladder
from causalgia.fitting.excitability import excitability as excitability
from causalgia.fitting.fit import Fit as Fit
from causalgia.fitting.fit import fit as fit
from causalgia.fitting.fit import joined as joined
from causalgia.fitting.free import Free as Free
from causalgia.fitting.free import coefficients as coefficients
from causalgia.fitting.sensitivity import degeneracy as degeneracy
from causalgia.fitting.sensitivity import sensitivity as sensitivity
from causalgia.fitting.sweeps import Sweeps as Sweeps
from causalgia.fitting.sweeps import read_sweeps as read_sweeps
