r"""The small ganglion neuron of Verma et al. (2020): five currents in one compartment.

$C \dot V = I/A - g_{1.7} m^3 h s (V - E_{Na}) - g_{1.8} m h (V - E_{Na}) - g_K n (V - E_K)
- g_{A} m h (V - E_K) - g_l (V - E_l)$ at room temperature. Its Nav1.8 has no slow inactivation,
which is what lets it fire on and on.
"""

from __future__ import annotations

from causalgia.afferents.ganglion import ganglion_soma
from causalgia.afferents.model import FiberModel
from causalgia.channels import Channel, Membrane
from causalgia.channels.cation import open_channel
from causalgia.channels.potassium import a_type_ganglion, delayed_rectifier_ganglion
from causalgia.channels.sodium import nav1_7, nav1_8
from causalgia.evidence import parameters

__all__ = ["verma_2020"]

# The source's kinetics have no temperature factor: each gate is taken where its own is one.
NAV1_7_DEGC = 21.0
ROOM_DEGC = 22.0
CHANNELS = ("nav1_7", "nav1_8", "delayed_rectifier", "a_type", "leak")


def verma_2020() -> FiberModel:
    """The neuron as published, at its rest."""
    own = parameters("verma_2020")
    membrane = Membrane.of(
        [
            nav1_7(NAV1_7_DEGC),
            _nav1_8_without_slow_inactivation(),
            delayed_rectifier_ganglion(ROOM_DEGC),
            a_type_ganglion(ROOM_DEGC),
            open_channel("leak", "leak", "verma_2020"),
        ],
        {
            "sodium": own["sodium_reversal"].value,
            "potassium": own["potassium_reversal"].value,
            "leak": own["leak_reversal"].value,
        },
        temperature_degC=ROOM_DEGC,
    )
    return ganglion_soma(
        "verma_2020",
        membrane,
        {name: own[f"{name}_conductance"].value for name in CHANNELS},
        area_cm2=own["area"].value,
        capacitance_uF_per_cm2=own["capacitance"].value,
        initial_mV=own["resting_potential"].value,
        dt_ms=0.01,
        crossing_mV=0.0,
        source="verma_2020",
        description="small rodent ganglion neuron, room temperature",
    )


def _nav1_8_without_slow_inactivation() -> Channel:
    full = nav1_8(ROOM_DEGC)
    return Channel("nav1_8", "sodium", full.gates[:2], ((1.0, (1, 1)),), "verma_2020")
