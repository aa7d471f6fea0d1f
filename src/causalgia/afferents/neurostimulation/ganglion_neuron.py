"""A C neuron of a root ganglion whose T-junction tires: tree, ion accumulation, and SK.

The tree is that of Sundt (2015), the membrane that of Tigerholm (2014), whose sodium and potassium
accumulate with every spike. The published neuron has neither: it follows 20 Hz without end.
"""

from __future__ import annotations

from math import isfinite

import numpy as np
from jaxtyping import Float

from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.sundt_2015 import NEAR_JUNCTION, t_junction
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_membrane
from causalgia.cable import Cable, Electrics
from causalgia.channels import Ion, Membrane, Pool
from causalgia.channels.calcium import cav2_2
from causalgia.channels.potassium import sk
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["ganglion_neuron", "ganglion_path_um"]

TEMPERATURE_degC = 37.0
AXON, JUNCTION = 60, 15
"""Compartments of each axon, and of each stretch near the junction."""

Lanes = float | Float[np.ndarray, " lane"]


def ganglion_neuron(sk_S_per_cm2: Lanes | None = None, stem_um: float | None = None) -> FiberModel:
    """The neuron, with calcium-activated potassium channels near the junction.

    With SK come N-type calcium channels and a shell of calcium, which opens it; none of them where
    its density is 0.

    **Arguments:** the density of SK at junction, stem and soma, one or [lane] (None: such that
    short trains pass as measured); the length of the stem (None: as published).
    **Raises:** `InputError` for a negative density.
    """
    if sk_S_per_cm2 is None:
        sk_S_per_cm2 = parameters("causalgia_neurostimulation")["ganglion_sk"].value
    wanted = np.atleast_1d(np.asarray(sk_S_per_cm2, dtype=float))
    if not all(isfinite(v) and v >= 0 for v in wanted):
        raise InputError(f"sk_S_per_cm2 is {sk_S_per_cm2}, must be 0 or more")
    published = parameters("tigerholm_2014")
    cable = t_junction(
        stem_um,
        axon_compartments=AXON,
        junction_compartments=JUNCTION,
        axial_resistivity_ohm_cm=published["axial_resistivity"].value,
    )
    own, densities = tigerholm_membrane(TEMPERATURE_degC, TEMPERATURE_degC)
    membrane = _with_calcium(own) if wanted.any() else own
    active = np.flatnonzero(cable.area_cm2 > 0)
    given = np.zeros((len(membrane.names), active.size, wanted.size))
    for name, density in densities.items():
        given[membrane.names.index(name)] = density
    if wanted.any():
        near = np.isin(active, np.concatenate([cable.section[part] for part in NEAR_JUNCTION]))
        permeability = parameters("causalgia_neurostimulation")["ganglion_calcium_permeability"]
        given[membrane.names.index("sk"), near] = wanted
        given[membrane.names.index("cav2_2"), near] = np.where(wanted > 0, permeability.value, 0.0)
    return FiberModel(
        name="ganglion_neuron",
        cable=cable,
        membrane=membrane,
        electrics=Electrics(given),
        initial_mV=published["resting_potential"].value,
        dt_ms=0.01,
        crossing_mV=-10.0,
        source="causalgia_neurostimulation",
        description="C neuron with T-junction and ion accumulation",
        active=tuple(int(index) for index in active),
    )


def ganglion_path_um(cable: Cable) -> Float[np.ndarray, "compartment xyz"]:
    """Where the compartments of such a tree lie: axons along z, the stem along y, junction at 0."""
    place = np.zeros((cable.size, 3))
    junction = float(cable.position_um[cable.section["peripheral_junction"][-1]])
    along = cable.position_um - junction
    for part, members in cable.section.items():
        place[members, 1 if part in ("stem", "soma") else 2] = along[members]
    return place


def _with_calcium(membrane: Membrane) -> Membrane:
    own = parameters("causalgia_neurostimulation")
    rest = own["ganglion_calcium"].value
    calcium = Ion(
        "calcium",
        2,
        inside=Pool(
            rest,
            rest,
            relaxation_per_ms=1.0 / own["ganglion_calcium_decay"].value,
            depth_um=own["ganglion_calcium_shell"].value,
            free_fraction=own["ganglion_calcium_free"].value,
        ),
        outside=own["ganglion_calcium_outside"].value,
    )
    return Membrane.of(
        [*membrane.channels, cav2_2(TEMPERATURE_degC), sk(TEMPERATURE_degC)],
        {},
        ions=[*membrane.ions, calcium],
        pumps=membrane.pumps,
        temperature_degC=TEMPERATURE_degC,
    )
