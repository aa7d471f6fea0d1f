"""The vagal afferent of Schild and Kunze (1997) as an unmyelinated fiber.

The model of 1994 with the sodium currents measured since, and densities of their own. In the cable
form of Pelot et al. (2020) it rests near -68 mV once calcium has settled, not at the -46.5 mV that
is given as its resting potential.
"""

from __future__ import annotations

from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.schild_1994 import vagal_fiber
from causalgia.afferents.presets.unmyelinated import UniformAxon
from causalgia.channels.published import schild

__all__ = ["schild_1997"]


def schild_1997(
    diameter_um: float = 1.0,
    length_um: float = 5000.0,
    compartment_um: float = 8.333,
    temperature_degC: float = 37.0,
    *,
    passive_ends: bool = False,
) -> FiberModel:
    """A uniform fiber; arguments as in `UniformAxon`, and the temperature of all it has."""
    return vagal_fiber(
        UniformAxon(diameter_um, length_um, compartment_um, passive_ends),
        (schild.schild_sodium_fast_1997, schild.schild_sodium_slow_1997),
        "schild_1997",
        temperature_degC,
        "vagal afferent with the mean sodium currents of 1997",
    )
