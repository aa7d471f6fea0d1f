"""The myelinated fiber of McIntyre, Richardson and Grill (2002): a double cable.

Nodes of Ranvier carry fast and persistent sodium, slow potassium and a leak; between them the
axon lies in its periaxonal space under the myelin. Written from the equations of ModelDB 3810.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from causalgia.afferents.internodes import MyelinatedShape, kinds_of, published_shape
from causalgia.afferents.model import FiberModel
from causalgia.cable import Cable, Electrics, Section, Sheath, cable_of
from causalgia.cable.sheath import periaxonal_mS
from causalgia.channels import Membrane
from causalgia.channels.cation import open_channel
from causalgia.channels.potassium import nodal_slow
from causalgia.channels.sodium import nodal_fast, nodal_persistent
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["mcintyre_2002", "nodes_of"]

OPEN_S_per_cm2 = 1e10
"""The source's conductance of the myelin that a node does not have."""

DENSITIES = {
    "nodal_fast": "fast_sodium_conductance",
    "nodal_persistent": "persistent_sodium_conductance",
    "nodal_slow": "slow_potassium_conductance",
    "leak": "node_leak_conductance",
}


def mcintyre_2002(
    shape: MyelinatedShape | float = 10.0, nodes: int = 21, temperature_degC: float = 37.0
) -> FiberModel:
    """A myelinated fiber with a number of nodes, which begins and ends with one.

    **Arguments:** its `shape`, or the diameter (um) of one of the nine published fibers.
    **Raises:** `InputError` for a diameter that was not published or fewer than 3 nodes.
    """
    if nodes < 3:
        raise InputError(f"nodes is {nodes}, must be 3 or more")
    if not isinstance(shape, MyelinatedShape):
        shape = published_shape(shape)
    own = parameters("mcintyre_2002")
    kinds = kinds_of(nodes)
    cable = _cable(shape, kinds)
    membrane = _membrane(temperature_degC)
    densities = np.array([own[DENSITIES[name]].value for name in membrane.names])
    active = tuple(index for index, kind in enumerate(kinds) if kind == "node")
    return FiberModel(
        name="mcintyre_2002",
        cable=cable,
        membrane=membrane,
        electrics=_electrics(shape, kinds, densities, len(active)),
        initial_mV=own["resting_potential"].value,
        dt_ms=0.002,
        crossing_mV=-20.0,
        source="mcintyre_2002",
        description=f"myelinated fiber of {shape.fiber_diameter_um:g} um, double cable",
        active=active,
        sheath=_sheath(shape, kinds, cable),
    )


def nodes_of(model: FiberModel) -> tuple[int, ...]:
    """The compartments of a myelinated fiber that are nodes, in order."""
    assert model.active is not None
    return model.active


def _membrane(temperature_degC: float) -> Membrane:
    own = parameters("mcintyre_2002")
    return Membrane.of(
        [
            nodal_fast(temperature_degC),
            nodal_persistent(temperature_degC),
            nodal_slow(temperature_degC),
            open_channel("leak", "leak", "mcintyre_2002"),
        ],
        {ion: own[f"{ion}_reversal"].value for ion in ("sodium", "potassium", "leak")},
        temperature_degC=temperature_degC,
    )


def _cable(shape: MyelinatedShape, kinds: tuple[str, ...]) -> Cable:
    """Membrane area of the outer diameter, axoplasm of the inner."""
    own = parameters("mcintyre_2002")
    sections: list[Section] = []
    for index, kind in enumerate(kinds):
        inner = shape.inner_diameter_um(kind)
        outer = inner if kind == "node" else shape.fiber_diameter_um
        sections.append(
            Section(
                f"{kind}{index}",
                shape.length_um(kind),
                outer,
                1,
                sections[-1].name if sections else None,
                axial_resistivity_ohm_cm=own["axial_resistivity"].value * (outer / inner) ** 2,
            )
        )
    return cable_of(sections)


def _electrics(
    shape: MyelinatedShape,
    kinds: tuple[str, ...],
    densities: Float[np.ndarray, " channel"],
    nodes: int,
) -> Electrics:
    own = parameters("mcintyre_2002")

    def thinned(value: float, kind: str) -> float:
        """Per area of the fiber, what is `value` per area of the axon."""
        return value * shape.inner_diameter_um(kind) / shape.fiber_diameter_um

    leaks = {"paranode": "paranode_conductance"}
    passive = [
        0.0
        if kind == "node"
        else thinned(own[leaks.get(kind, "internode_conductance")].value, kind)
        for kind in kinds
    ]
    capacitance = [
        own["node_capacitance"].value
        if kind == "node"
        else thinned(own["internode_axolemma_capacitance"].value, kind)
        for kind in kinds
    ]
    return Electrics(
        np.broadcast_to(densities[:, None, None], (densities.size, nodes, 1)),
        np.array(passive)[:, None],
        own["internode_leak_reversal"].value,
        np.array(capacitance)[:, None],
    )


def _sheath(shape: MyelinatedShape, kinds: tuple[str, ...], cable: Cable) -> Sheath:
    """Lamellae in series, two membranes each, under which the periaxonal space runs."""
    own = parameters("mcintyre_2002")
    membranes = 2.0 * shape.lamellae
    conductance = own["lamella_membrane_conductance"].value / membranes
    capacitance = own["lamella_membrane_capacitance"].value / membranes
    is_node = np.array([kind == "node" for kind in kinds])[:, None]
    resistance = np.array([[shape.periaxonal_Mohm_per_cm(kind)] for kind in kinds])
    return Sheath(
        np.where(is_node, OPEN_S_per_cm2, conductance),
        np.where(is_node, 0.0, capacitance),
        periaxonal_mS(cable, resistance),
    )
