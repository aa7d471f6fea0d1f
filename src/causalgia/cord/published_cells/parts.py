"""What published dorsal horn neurons share: a line of sections, a calcium shell, a leak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from causalgia.cable.electrics import Electrics
from causalgia.cable.geometry import Cable, Section, cable_of
from causalgia.channels.ions import Ion, Pool
from causalgia.channels.membrane import Membrane
from causalgia.cord.cells import CellType, densities_of, middle, per_section
from causalgia.evidence import Parameter

__all__ = ["Stretch", "calcium_shell", "cell_of", "line_of", "potassium_by_place"]

Stretch = tuple[str, float, tuple[float, float], int]
"""Name, length (um), diameters at start and end (um) and number of compartments of a section."""

Numbers = Mapping[str, Parameter]


def line_of(
    stretches: Sequence[Stretch], axial_resistivity_ohm_cm: float, capacitance_uF_per_cm2: float
) -> Cable:
    """Sections one after the other, from the tip of the dendrite."""
    sections: list[Section] = []
    for name, length_um, (start_um, end_um), compartments in stretches:
        sections.append(
            Section(
                name,
                length_um,
                start_um,
                compartments,
                parent=sections[-1].name if sections else None,
                end_diameter_um=end_um,
                axial_resistivity_ohm_cm=axial_resistivity_ohm_cm,
                capacitance_uF_per_cm2=capacitance_uF_per_cm2,
            )
        )
    return cable_of(sections)


def calcium_shell(cable: Cable, own: Numbers, depth_um: float, outside_mM: float) -> Ion:
    """Calcium in a shell under the membrane, which relaxes slower in the dendrite."""
    soma_ms = own["soma_calcium_time_constant"].value
    dendrite_ms = own["dendrite_calcium_time_constant"].value
    relaxation = per_section(cable, {"dendrite": 1.0 / dendrite_ms}, default=1.0 / soma_ms)
    rest_mM = own["resting_calcium"].value
    return Ion("calcium", 2, Pool(rest_mM, rest_mM, relaxation[:, None], depth_um), outside_mM)


def potassium_by_place(
    cable: Cable, dendrite_mV: float, axon_mV: float
) -> Float[np.ndarray, " compartment"]:
    """One reversal potential in dendrite and soma, another beyond."""
    return per_section(cable, {"dendrite": dendrite_mV, "soma": dendrite_mV}, default=axon_mV)


def cell_of(
    name: str,
    cable: Cable,
    membrane: Membrane,
    densities: Mapping[str, Mapping[str, float]],
    *,
    leak_S_per_cm2: Mapping[str, float],
    leak_mV: float,
    initial_mV: float,
    threshold_mV: float,
    spike_section: str = "soma",
) -> CellType:
    """A neuron from densities by current and section, and a leak by section.

    Synapses contact the middle of its dendrite; where two compartments meet there, the one of
    them that lies toward the tip is taken, as the publications' simulator does.
    """
    dendrite = cable.section["dendrite"]
    leak = per_section(cable, leak_S_per_cm2)[:, None]
    electrics = Electrics(densities_of(cable, membrane, densities), leak, leak_mV)
    return CellType(
        name,
        cable,
        membrane,
        electrics,
        initial_mV=initial_mV,
        input_site=int(dendrite[(len(dendrite) - 1) // 2]),
        spike_site=middle(cable, spike_section),
        threshold_mV=threshold_mV,
    )
