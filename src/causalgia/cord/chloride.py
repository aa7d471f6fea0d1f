r"""Chloride: how far inhibition still inhibits.

KCC2 carries chloride out until its own equilibrium, while GABA-A channels and leaks let it in.
At balance the concentration inside is $Cl_i = Cl_{eq} + L / k$, with $L$ the load at full KCC2
and $k$ the fold of KCC2, and inhibition reverses at the Nernst potential of chloride.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from causalgia.evidence import parameters

__all__ = ["inhibition_reversal_mV"]

THERMAL_VOLTAGE_mV = 26.64
"""RT/F at 36 degC."""


def inhibition_reversal_mV(kcc2: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Reversal potential (mV) of GABA-A and glycine currents for a fold of KCC2."""
    own = parameters("causalgia_cord")
    outside = own["chloride_outside"].value
    equilibrium = outside * np.exp(own["kcc2_equilibrium"].value / THERMAL_VOLTAGE_mV)
    healthy = outside * np.exp(own["inhibition_reversal_healthy"].value / THERMAL_VOLTAGE_mV)
    inside = equilibrium + (healthy - equilibrium) / np.maximum(kcc2, 1e-3)
    return np.asarray(THERMAL_VOLTAGE_mV * np.log(inside / outside))
