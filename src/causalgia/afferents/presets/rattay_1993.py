"""The unmyelinated fiber of Rattay and Aberham (1993): the squid axon's membrane at 37 degC.

Used for C-fibers in stimulation studies for its speed and its few numbers, not for its fidelity:
its spikes are far shorter than those of C-fibers, and it neither slows nor adapts.
"""

from __future__ import annotations

from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.unmyelinated import (
    UniformAxon,
    check_temperature,
    uniform_model,
)
from causalgia.channels import Membrane
from causalgia.channels.cation import open_channel
from causalgia.channels.published.rattay import rattay_potassium, rattay_sodium
from causalgia.evidence import parameters

__all__ = ["rattay_1993"]


def rattay_1993(
    diameter_um: float = 1.0,
    length_um: float = 5000.0,
    compartment_um: float = 8.333,
    temperature_degC: float = 37.0,
    *,
    passive_ends: bool = False,
) -> FiberModel:
    """A uniform fiber; arguments as in `UniformAxon`, and the temperature of its gates."""
    check_temperature(temperature_degC)
    own = parameters("rattay_1993")
    rest = own["resting_potential"].value
    carriers = ("sodium", "potassium", "leak")
    membrane = Membrane.of(
        [
            rattay_sodium(temperature_degC, rest),
            rattay_potassium(temperature_degC, rest),
            open_channel("leak", "leak", "rattay_1993"),
        ],
        {name: own[f"{name}_reversal"].value for name in carriers},
        temperature_degC=temperature_degC,
    )
    return uniform_model(
        UniformAxon(diameter_um, length_um, compartment_um, passive_ends),
        membrane,
        {name: own[f"{name}_conductance"].value for name in carriers},
        name="rattay_1993",
        axial_resistivity_ohm_cm=own["axial_resistivity"].value,
        capacitance_uF_per_cm2=own["membrane_capacitance"].value,
        rest_mV=rest,
        crossing_mV=-30.0,
        source="rattay_1993",
        description="squid membrane at 37 degC in an unmyelinated fiber",
    )
