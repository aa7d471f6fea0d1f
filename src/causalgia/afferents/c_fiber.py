"""The C fiber: an unmyelinated nociceptor with the channels of small ganglion neurons.

Kinetics of Verma (2020) with the slow inactivation of Nav1.8 of Tigerholm (2014), at body
temperature. The same membrane serves ending, axon and ganglion: a first approximation, in which
the stem and T-junction, ion accumulation and activity-dependent slowing are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array

from causalgia.afferents.fiber import Fiber, Layout
from causalgia.cable import unbranched
from causalgia.channels import Membrane
from causalgia.channels.cation import open_channel
from causalgia.channels.potassium import (
    a_type_ganglion,
    delayed_rectifier_ganglion,
    m_current,
)
from causalgia.channels.sodium import nav1_3, nav1_7, nav1_8_ganglion
from causalgia.channels.stack import GateStack
from causalgia.evidence import parameters

__all__ = ["c_fiber"]

COMPARTMENT_um = 100.0
SPACER, ZONE, ENDING = 8, 12, 6
"""Compartments of a healthy stretch, of a zone, and of a nerve ending."""

SODIUM = ("nav1_7", "nav1_8", "nav1_3")
POTASSIUM = ("delayed_rectifier", "a_type", "m_current")


@cache
def c_fiber(zones: int = 1, ending: bool = False) -> Fiber:
    """A C fiber with a number of zones, the first of which may be a nerve ending."""
    own, model = parameters("causalgia_afferents"), parameters("verma_2020")
    lengths = [ENDING if ending and i == 0 else ZONE for i in range(zones)]
    layout, size = _layout(lengths, ending)
    cable = unbranched(
        size * COMPARTMENT_um,
        own["c_diameter"].value,
        size,
        axial_resistivity_ohm_cm=own["c_axial_resistivity"].value,
        capacitance_uF_per_cm2=model["capacitance"].value,
    )
    membrane, densities = _membrane()
    return Fiber(
        name="c",
        cable=cable,
        layout=layout,
        membrane=membrane,
        densities=densities,
        scaled_by={
            "nav1_7": ("nav1_7",),
            "nav1_8": ("nav1_8",),
            "potassium": POTASSIUM,
            "sodium_availability": SODIUM,
        },
        passive=None,
        passive_reversal_mV=0.0,
        rest_mV=model["resting_potential"].value,
        pulse_nA=0.5,
        pulse_ms=1.0,
        noise_nA_sqrt_ms=own["c_noise"].value,
        dt_ms=0.05,
        threshold_mV=-15.0,
    )


def _layout(lengths: list[int], ending: bool) -> tuple[Layout, int]:
    """Zones with healthy stretches between, before (unless it starts with an ending) and after."""
    zones, position = [], 0 if ending else SPACER
    for length in lengths:
        zones.append(tuple(range(position, position + length)))
        position += length + SPACER
    layout = Layout(
        zones=tuple(zones),
        sheaths=tuple(() for _ in zones),
        active=tuple(range(position)),
        input_site=0,
        output_site=position - 3,
        zone_sites=tuple((z[len(z) // 4], z[len(z) // 2], z[-1 - len(z) // 4]) for z in zones),
    )
    return layout, position


@cache
def _membrane() -> tuple[Membrane, Mapping[str, float]]:
    """The membrane, its leak reversal set so that the healthy fiber rests where the source does."""
    own, model = parameters("causalgia_afferents"), parameters("verma_2020")
    temperature, rest = own["c_temperature"].value, model["resting_potential"].value
    channels = [
        nav1_7(temperature),
        nav1_8_ganglion(temperature),
        nav1_3(temperature),
        delayed_rectifier_ganglion(temperature),
        a_type_ganglion(temperature),
        m_current(temperature),
        open_channel("leak", "leak", "verma_2020"),
        open_channel("receptor", "receptor", "causalgia_afferents"),
    ]
    reversals = {
        "sodium": model["sodium_reversal"].value,
        "potassium": model["potassium_reversal"].value,
        "leak": rest,
        "receptor": own["c_receptor_reversal"].value,
    }
    densities = {
        "nav1_7": model["nav1_7_conductance"].value,
        "nav1_8": model["nav1_8_conductance"].value,
        "nav1_3": 0.0,
        "delayed_rectifier": model["delayed_rectifier_conductance"].value,
        "a_type": model["a_type_conductance"].value,
        "m_current": own["c_m_current_conductance"].value,
        "leak": model["leak_conductance"].value,
        "receptor": 0.0,
    }
    # also right when first asked for inside a compiled function
    with jax.enable_x64(True), jax.ensure_compile_time_eval():
        _balance(Membrane.of(channels, reversals), densities, reversals, rest)
    return Membrane.of(channels, reversals), densities


def _balance(
    membrane: Membrane, densities: dict[str, float], reversals: dict[str, float], rest_mV: float
) -> None:
    """Set the Nav1.8 density and the leak reversal so that the healthy fiber rests at `rest_mV`."""
    # one program: step by step, every operation would be compiled by itself
    voltage = cast(Array, np.full((1, 1), rest_mV))
    gates = eqx.filter_jit(GateStack.steady_state)(membrane.stack, voltage)
    # the source has no slow inactivation: scale so that as many Nav1.8 are available at rest
    _, _, slow, ultraslow = membrane.stack.of_channel(gates, membrane.names.index("nav1_8"))
    densities["nav1_8"] /= float(slow[0, 0] * ultraslow[0, 0])
    given = np.array([densities[name] for name in membrane.names])[:, None, None]
    conductance, drive = membrane.conductance_and_drive(gates, cast(Array, given))
    outward = float(conductance[0, 0]) * rest_mV - float(drive[0, 0])
    reversals["leak"] = rest_mV + outward / densities["leak"]
