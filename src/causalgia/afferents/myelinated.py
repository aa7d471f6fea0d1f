"""A-delta and A-beta fibers: nodes of Ranvier joined by myelinated internodes.

A single cable whose internodes lump axolemma and myelin in series; node kinetics of McIntyre
(2002), with sodium densities halved because the periaxonal space that steadies the published
double cable is left out (a first approximation). Thinner myelin raises the capacitance and leak
of the internode, which slows and then blocks conduction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from jaxtyping import Float

from causalgia.afferents.fiber import Fiber, Layout
from causalgia.cable import Cable, Section, cable_of
from causalgia.channels import Membrane
from causalgia.channels.cation import open_channel
from causalgia.channels.potassium import nodal_slow
from causalgia.channels.sodium import nodal_fast, nodal_persistent
from causalgia.evidence import parameters

__all__ = ["a_beta", "a_delta"]

SPACER, ZONE, ENDING = 4, 16, 3
"""Nodes of a healthy stretch, of a zone, and of a nerve ending."""

INTERNODE = 3
"""Compartments of an internode."""

Lanes = Float[np.ndarray, "compartment batch"]


@cache
def a_beta(zones: int = 1, ending: bool = False) -> Fiber:
    """A low-threshold A-beta fiber."""
    own, model = parameters("causalgia_afferents"), parameters("mcintyre_2002")
    geometry = {
        "fiber": own["a_beta_diameter"].value,
        "axon": model["fiber_5_7_um_axon_diameter"].value,
        "node": model["fiber_5_7_um_node_diameter"].value,
        "pitch": model["fiber_5_7_um_node_spacing"].value,
        "lamellae": model["fiber_5_7_um_myelin_lamellae"].value,
    }
    return _fiber("a_beta", geometry, zones, ending, pulse_nA=3.0)


@cache
def a_delta(zones: int = 1, ending: bool = False) -> Fiber:
    """A thin myelinated nociceptor."""
    own = parameters("causalgia_afferents")
    geometry = {
        "fiber": own["a_delta_diameter"].value,
        "axon": own["a_delta_axon_diameter"].value,
        "node": own["a_delta_node_diameter"].value,
        "pitch": own["a_delta_internode_length"].value,
        "lamellae": own["a_delta_lamellae"].value,
    }
    return _fiber("a_delta", geometry, zones, ending, pulse_nA=2.0)


def _fiber(
    name: str, geometry: dict[str, float], zones: int, ending: bool, pulse_nA: float
) -> Fiber:
    own, model = parameters("causalgia_afferents"), parameters("mcintyre_2002")
    node_length = model["node_length"].value
    layout, nodes = _layout(zones, ending)
    cable = _cable(geometry, nodes, node_length, model["axial_resistivity"].value)
    membrane = Membrane.of(
        [
            nodal_fast(37.0),
            nodal_persistent(37.0),
            nodal_slow(37.0),
            open_channel("leak", "leak", "mcintyre_2002"),
        ],
        {
            "sodium": model["sodium_reversal"].value,
            "potassium": model["potassium_reversal"].value,
            "leak": model["leak_reversal"].value,
        },
    )
    return Fiber(
        name=name,
        cable=cable,
        layout=layout,
        membrane=membrane,
        densities={
            "nodal_fast": model["fast_sodium_conductance"].value * own["node_sodium_scale"].value,
            "nodal_persistent": model["persistent_sodium_conductance"].value
            * own["node_persistent_scale"].value,
            "nodal_slow": model["slow_potassium_conductance"].value,
            "leak": model["node_leak_conductance"].value,
        },
        scaled_by={
            "persistent_sodium": ("nodal_persistent",),
            "potassium": ("nodal_slow",),
            "sodium_availability": ("nodal_fast", "nodal_persistent"),
        },
        passive=_myelin(cable, geometry, set(layout.active)),
        passive_reversal_mV=model["internode_leak_reversal"].value,
        rest_mV=-82.0,
        pulse_nA=pulse_nA,
        pulse_ms=0.1,
        noise_nA_sqrt_ms=own[f"{name}_noise"].value,
        dt_ms=0.02,
        threshold_mV=-20.0,
    )


def _layout(zones: int, ending: bool) -> tuple[Layout, int]:
    """Zones with healthy nodes between, before (unless it starts with an ending) and after.

    Channels change over a whole zone; myelin is lost over its second half and noise acts in the
    first, as where a ganglion lies beside a compressed root.
    """
    rows, node = [], 0 if ending else SPACER
    for index in range(zones):
        length = ENDING if ending and index == 0 else ZONE
        rows.append(tuple(range(node, node + length)))
        node += length + SPACER
    stride = 1 + INTERNODE
    layout = Layout(
        zones=tuple(rows),
        sheaths=tuple(tuple(range(stride * z[len(z) // 2], stride * z[-1] + 1)) for z in rows),
        active=tuple(range(0, node * stride, stride)),
        input_site=0,
        output_site=(node - 2) * stride,
        zone_sites=tuple(
            tuple(stride * row for row in (z[len(z) // 8], z[len(z) // 4], z[3 * len(z) // 8]))
            for z in rows
        ),
    )
    return layout, node


def _cable(geometry: dict[str, float], nodes: int, node_length: float, resistivity: float) -> Cable:
    """Node, internode, node, internode ... node."""
    sections: list[Section] = []
    for index in range(nodes):
        parent = sections[-1].name if sections else None
        sections.append(
            Section(
                f"node{index}",
                node_length,
                geometry["node"],
                1,
                parent,
                axial_resistivity_ohm_cm=resistivity,
            )
        )
        if index < nodes - 1:
            sections.append(
                Section(
                    f"internode{index}",
                    geometry["pitch"] - node_length,
                    geometry["axon"],
                    INTERNODE,
                    sections[-1].name,
                    axial_resistivity_ohm_cm=resistivity,
                )
            )
    return cable_of(sections)


def _myelin(
    cable: Cable, geometry: dict[str, float], nodes: set[int]
) -> Callable[[Lanes], tuple[Lanes, Lanes]]:
    """Passive conductance (S/cm2) and capacitance (uF/cm2) of axon and myelin in series."""
    model = parameters("mcintyre_2002")
    is_node = np.isin(np.arange(cable.size), sorted(nodes))[:, None]
    spread = geometry["fiber"] / geometry["axon"]
    lamella_capacitance = spread * model["lamella_membrane_capacitance"].value / 2.0
    lamella_conductance = spread * model["lamella_membrane_conductance"].value / 2.0
    axon_capacitance = model["internode_axolemma_capacitance"].value
    axon_conductance = model["internode_conductance"].value
    node_capacitance = model["node_capacitance"].value

    def passive(myelin: Lanes) -> tuple[Lanes, Lanes]:
        lamellae = geometry["lamellae"] * myelin
        capacitance = 1.0 / (1.0 / axon_capacitance + lamellae / lamella_capacitance)
        conductance = 1.0 / (1.0 / axon_conductance + lamellae / lamella_conductance)
        return np.where(is_node, 0.0, conductance), np.where(is_node, node_capacitance, capacitance)

    return passive
