"""What the membrane of a cable is made of, place by place and lane by lane."""

from __future__ import annotations

import equinox as eqx
import numpy as np
from jaxtyping import Float

__all__ = ["Electrics"]


class Electrics(eqx.Module):
    """What each lane's membrane is made of; every array may differ from lane to lane.

    `densities_S_per_cm2` [current, active, #batch] for the membrane's channels and pumps in the
    active compartments (a permeability in cm/s where the channel's law is "ghk", mA/cm2 for a
    pump); `passive_S_per_cm2` [compartment, #batch], a leak everywhere toward
    `passive_reversal_mV`, one or [compartment, #batch]; `capacitance_uF_per_cm2` [compartment,
    #batch] where it differs from the cable's own; `diameter_scale` [batch] stretches all diameters
    (area and capacitance grow with it, axial conductance with its square); `axial_factor`, one or
    [compartment, #batch], multiplies the conductance of each compartment to its parent.
    """

    densities_S_per_cm2: Float[np.ndarray, "current active #batch"]
    passive_S_per_cm2: Float[np.ndarray, "compartment #batch"] | None = None
    passive_reversal_mV: Float[np.ndarray, "compartment #batch"] | float = -65.0
    capacitance_uF_per_cm2: Float[np.ndarray, "compartment #batch"] | None = None
    diameter_scale: Float[np.ndarray, " #batch"] | float = 1.0
    axial_factor: Float[np.ndarray, "compartment #batch"] | float = 1.0
