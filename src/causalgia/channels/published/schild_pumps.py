r"""Pumps and the exchanger of C-type vagal ganglion neurons (Schild 1994, after DiFrancesco 1985).

Each density is the publication's scale of the current at the temperature of the run. In the cable
form of the model (Pelot 2020) these scales are multiplied by $Q_{10}^{(T_0 - T)/10}$, as times are:
they fall with temperature. Its rest depends on that, so `slowed_factor` keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping

import equinox as eqx
from jaxtyping import Array, Float

from causalgia.channels.channel import temperature_factor
from causalgia.channels.exponentials import exp
from causalgia.channels.ions import thermal_mV
from causalgia.channels.pumps import AbstractPump
from causalgia.channels.stack import Concentrations

__all__ = [
    "CalciumPump",
    "SodiumCalciumExchanger",
    "VagalSodiumPotassiumPump",
    "slowed_factor",
]

Rows = Float[Array, "compartment batch"]


def slowed_factor(q10: float, temperature_degC: float, reference_degC: float) -> float:
    """What the cable form of the model multiplies a pump by: less than 1 above the reference."""
    return 1.0 / temperature_factor(q10, temperature_degC, reference_degC)


class VagalSodiumPotassiumPump(AbstractPump):
    r"""The Na/K pump: three sodium out for two potassium in, the faster the more depolarized.

    $I = A\,\frac{V + 150}{V + 200} \left(\frac{Na_i}{Na_i + 5.46}\right)^3
    \left(\frac{K_o}{K_o + 0.621}\right)^2$, $I_{Na} = 3I$, $I_K = -2I$; the density
    is $A$ (mA/cm2).
    """

    name: str = eqx.field(static=True, default="sodium_potassium_pump")
    half_sodium_mM: float = 5.46
    half_potassium_mM: float = 0.621

    def currents(
        self, voltage: Rows, inside: Concentrations, outside: Concentrations
    ) -> Mapping[str, Rows]:
        sodium = inside["sodium"] / (inside["sodium"] + self.half_sodium_mM)
        potassium = outside["potassium"] / (outside["potassium"] + self.half_potassium_mM)
        cycle = (voltage + 150.0) / (voltage + 200.0) * sodium**3 * potassium**2
        return {"sodium": 3.0 * cycle, "potassium": -2.0 * cycle}


class CalciumPump(AbstractPump):
    r"""The calcium pump: $I_{Ca} = A\,Ca_i / (Ca_i + K)$; the density is $A$ (mA/cm2)."""

    name: str = eqx.field(static=True, default="calcium_pump")
    half_mM: float = 5e-4

    def currents(
        self, voltage: Rows, inside: Concentrations, outside: Concentrations
    ) -> Mapping[str, Rows]:
        calcium = inside["calcium"]
        # of the shape of the voltage also where the concentration is fixed
        return {"calcium": calcium / (calcium + self.half_mM) + 0.0 * voltage}


class SodiumCalciumExchanger(AbstractPump):
    r"""Three sodium for one calcium, either way.

    $I = A\,(Na_i^3 Ca_o e^{v/2} - Na_o^3 Ca_i e^{-v/2}) / (1 + D\,(Ca_i Na_o^3 + Ca_o Na_i^3))$
    with $v = FV/RT$, $I_{Na} = 3I$, $I_{Ca} = -2I$; the density is $A$ (mA/cm2/mM4).
    """

    name: str = eqx.field(static=True, default="sodium_calcium_exchanger")
    temperature_degC: float = 37.0
    saturation_per_mM4: float = 0.0036

    def currents(
        self, voltage: Rows, inside: Concentrations, outside: Concentrations
    ) -> Mapping[str, Rows]:
        half = voltage * (0.5 / thermal_mV(self.temperature_degC))
        inward = inside["sodium"] ** 3 * outside["calcium"]
        outward = outside["sodium"] ** 3 * inside["calcium"]
        saturated = 1.0 + self.saturation_per_mM4 * (inward + outward)
        exchanged = (inward * exp(half) - outward * exp(-half)) / saturated
        return {"sodium": 3.0 * exchanged, "calcium": -2.0 * exchanged}
