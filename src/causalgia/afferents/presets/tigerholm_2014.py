"""The C-fiber of Tigerholm et al. (2014): activity-dependent slowing from sodium and potassium.

An unmyelinated human cutaneous axon with nine currents, a pump, and sodium and potassium inside
and in the periaxonal space. Written from the equations; the values are those of the public port.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from causalgia.afferents.balance import resting_currents
from causalgia.afferents.model import FiberModel
from causalgia.cable import Electrics, unbranched
from causalgia.channels import Channel, Ion, Membrane, Pool
from causalgia.channels.cation import hcn, open_channel
from causalgia.channels.gates import HillGate
from causalgia.channels.potassium import a_type, delayed_rectifier, m_current
from causalgia.channels.pumps import SodiumPotassiumPump
from causalgia.channels.sodium import nav1_7, nav1_8, nav1_9
from causalgia.evidence import parameters

__all__ = ["tigerholm_2014", "tigerholm_membrane"]

DENSITIES = {
    "nav1_7": "sodium_1_7_conductance",
    "nav1_8": "sodium_1_8_conductance",
    "nav1_9": "sodium_1_9_conductance",
    "delayed_rectifier": "delayed_rectifier_conductance",
    "a_type": "a_type_potassium_conductance",
    "m_current": "m_current_conductance",
    "hcn": "hcn_conductance",
    "sodium_activated": "sodium_dependent_potassium_conductance",
}
"""Where the evidence keeps each channel's density."""


def tigerholm_2014(
    length_um: float = 10000.0,
    diameter_um: float = 1.0,
    compartments: int = 200,
    gating_degC: float = 37.0,
    nernst_degC: float = 37.0,
) -> FiberModel:
    """A uniform stretch of the axon.

    **Arguments:** its length, diameter and number of compartments; the temperature of the gates,
    and that of the Nernst potentials (the public port computes the latter at 6.3 degC).
    """
    own = parameters("tigerholm_2014")
    membrane, densities = tigerholm_membrane(gating_degC, nernst_degC)
    given = np.array([densities[name] for name in membrane.names])[:, None, None]
    return FiberModel(
        name="tigerholm_2014",
        cable=unbranched(
            length_um,
            diameter_um,
            compartments,
            axial_resistivity_ohm_cm=own["axial_resistivity"].value,
            capacitance_uF_per_cm2=own["membrane_capacitance"].value,
        ),
        membrane=membrane,
        electrics=Electrics(np.broadcast_to(given, (given.shape[0], compartments, 1))),
        initial_mV=own["resting_potential"].value,
        dt_ms=0.01,
        crossing_mV=-10.0,
        source="tigerholm_2014",
        description="human C-fiber with ion accumulation, slows with activity",
    )


@cache
def tigerholm_membrane(
    gating_degC: float = 37.0, nernst_degC: float = 37.0
) -> tuple[Membrane, Mapping[str, float]]:
    """The membrane and its densities, with leaks that balance sodium and potassium at rest."""
    own = parameters("tigerholm_2014")
    rest = own["resting_potential"].value
    ions = _ions()
    membrane = Membrane.of(
        _channels(gating_degC),
        {},
        ions=ions,
        pumps=[SodiumPotassiumPump()],
        temperature_degC=nernst_degC,
    )
    densities = {name: own[key].value for name, key in DENSITIES.items()}
    # The source gives the pump a negative scale and its equation a positive sign.
    densities["sodium_potassium_pump"] = -own["pump_current_density"].value
    unbalanced = resting_currents(membrane, densities, rest)
    for ion in ions:
        pull_mV = ion.reversal_mV(nernst_degC) - rest
        densities[f"{ion.name}_leak"] = unbalanced[ion.name] / pull_mV
    return membrane, densities


def _channels(temperature_degC: float) -> list[Channel]:
    own = parameters("tigerholm_2014")
    opened = HillGate(
        "sodium",
        own["sodium_dependent_potassium_half_sodium"].value,
        own["sodium_dependent_potassium_hill"].value,
        own["sodium_dependent_potassium_maximum"].value,
    )
    sodium_activated = Channel(
        "sodium_activated", "potassium", (opened,), ((1.0, (1,)),), "tigerholm_2014"
    )
    return [
        nav1_7(temperature_degC),
        nav1_8(temperature_degC),
        nav1_9(temperature_degC),
        delayed_rectifier(temperature_degC),
        a_type(temperature_degC),
        m_current(temperature_degC),
        replace(hcn(temperature_degC), reversal=(("sodium", 0.5), ("potassium", 0.5))),
        sodium_activated,
        open_channel("sodium_leak", "sodium", "tigerholm_2014"),
        open_channel("potassium_leak", "potassium", "tigerholm_2014"),
    ]


def _ions() -> list[Ion]:
    own = parameters("tigerholm_2014")
    shell_um = own["periaxonal_thickness"].value
    # m/s is 1e3 um/ms
    washout_per_ms = 1e3 * own["periaxonal_exchange_velocity"].value / shell_um

    def ion(name: str) -> Ion:
        inside = own[f"intracellular_{name}"].value
        outside = own[f"extracellular_{name}"].value
        return Ion(
            name,
            1,
            inside=Pool(inside, inside),
            outside=Pool(outside, outside, washout_per_ms, shell_um),
        )

    return [ion("sodium"), ion("potassium")]
