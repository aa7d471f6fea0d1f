"""The projection neuron and the interneuron of Aguiar, Sousa and Lima (2010)."""

from __future__ import annotations

from collections.abc import Mapping

from causalgia.cable.geometry import Cable
from causalgia.channels.channel import Channel
from causalgia.channels.dorsal_horn import (
    calcium_activated_cation,
    calcium_activated_potassium,
    l_type_calcium,
    persistent_sodium,
    spike_potassium,
    spike_sodium,
)
from causalgia.channels.membrane import Membrane
from causalgia.cord.cells import CellType
from causalgia.cord.published_cells.parts import (
    Numbers,
    calcium_shell,
    cell_of,
    line_of,
    potassium_by_place,
)
from causalgia.evidence import parameters

__all__ = ["aguiar_interneuron", "aguiar_projection"]

TEMPERATURE_degC = 36.0


COMPARTMENTS = (5, 3, 3, 5)
"""Of dendrite, soma, hillock and axon."""


def aguiar_projection(compartments: tuple[int, int, int, int] = COMPARTMENTS) -> CellType:
    """The wide-dynamic-range projection neuron of lamina V.

    `compartments` of dendrite, soma, hillock and axon.
    """
    own = parameters("aguiar_2010")
    threshold = own["hodgkin_huxley_threshold_shift"].value
    channels = [
        spike_sodium(threshold),
        spike_potassium(threshold),
        persistent_sodium(threshold),
        l_type_calcium(TEMPERATURE_degC),
        calcium_activated_cation(TEMPERATURE_degC),
        calcium_activated_potassium(TEMPERATURE_degC),
    ]
    densities = _spike_densities(own) | {
        "persistent_sodium": {
            "soma": own["projection_soma_persistent_sodium_conductance"].value,
        },
        "l_type_calcium": {
            "soma": own["projection_soma_calcium_l_permeability"].value,
            "dendrite": own["projection_dendrite_calcium_l_permeability"].value,
        },
        "calcium_activated_cation": {
            "dendrite": own["projection_dendrite_can_conductance"].value,
        },
        "calcium_activated_potassium": {
            "soma": own["projection_soma_kca_conductance"].value,
            "dendrite": own["projection_dendrite_kca_conductance"].value,
        },
    }
    return _cell("aguiar_projection", _cable(own, compartments), own, channels, densities, "soma")


def aguiar_interneuron() -> CellType:
    """The excitatory interneuron that C-fibers drive; its spikes are counted in the hillock."""
    own = parameters("aguiar_2010")
    threshold = own["hodgkin_huxley_threshold_shift"].value
    channels = [
        spike_sodium(threshold),
        spike_potassium(threshold),
        calcium_activated_potassium(TEMPERATURE_degC),
    ]
    conductance = own["interneuron_kca_conductance"].value
    densities = _spike_densities(own) | {
        "calcium_activated_potassium": {"soma": conductance, "dendrite": conductance}
    }
    cable = _cable(own, COMPARTMENTS)
    return _cell("aguiar_interneuron", cable, own, channels, densities, "hillock")


def _spike_densities(own: Numbers) -> dict[str, dict[str, float]]:
    """Sodium and potassium of both cells, none in the dendrite."""
    return {
        ion: {
            "soma": own[f"soma_{ion}_conductance"].value,
            "hillock": own[f"axon_{ion}_conductance"].value,
            "axon": own[f"axon_{ion}_conductance"].value,
        }
        for ion in ("sodium", "potassium")
    }


def _cable(own: Numbers, compartments: tuple[int, int, int, int]) -> Cable:
    of_dendrite, of_soma, of_hillock, of_axon = compartments
    soma, dendrite, axon = (own[f"{part}_diameter"].value for part in ("soma", "dendrite", "axon"))
    taper = own["hillock_start_diameter"].value, own["hillock_end_diameter"].value
    return line_of(
        [
            ("dendrite", own["dendrite_length"].value, (dendrite, dendrite), of_dendrite),
            ("soma", own["soma_length"].value, (soma, soma), of_soma),
            ("hillock", own["hillock_length"].value, taper, of_hillock),
            ("axon", own["axon_length"].value, (axon, axon), of_axon),
        ],
        own["axial_resistivity"].value,
        own["membrane_capacitance"].value,
    )


def _cell(
    name: str,
    cable: Cable,
    own: Numbers,
    channels: list[Channel],
    densities: Mapping[str, Mapping[str, float]],
    spike_section: str,
) -> CellType:
    membrane = Membrane.of(
        channels,
        {
            "sodium": own["sodium_reversal"].value,
            "potassium": potassium_by_place(
                cable,
                own["dendrite_potassium_reversal"].value,
                own["axon_potassium_reversal"].value,
            ),
            "cation_can": own["can_reversal"].value,
        },
        ions=[
            calcium_shell(
                cable, own, own["calcium_shell_depth"].value, own["extracellular_calcium"].value
            )
        ],
        temperature_degC=TEMPERATURE_degC,
    )
    return cell_of(
        name,
        cable,
        membrane,
        densities,
        leak_S_per_cm2=dict.fromkeys(cable.section, own["leak_conductance"].value),
        leak_mV=own["leak_reversal"].value,
        initial_mV=own["resting_potential"].value,
        threshold_mV=own["spike_threshold"].value,
        spike_section=spike_section,
    )
