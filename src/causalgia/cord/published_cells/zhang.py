"""The neurons of the spinal cord stimulation network of Zhang, Janik and Grill (2014)."""

from __future__ import annotations

from collections.abc import Mapping

from causalgia.cable.geometry import Cable
from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.dorsal_horn import (
    calcium_activated_cation,
    calcium_activated_potassium,
    l_type_calcium,
    persistent_sodium,
    spike_potassium,
    spike_sodium,
)
from causalgia.channels.membrane import Membrane
from causalgia.channels.published.melnick import melnick_potassium, melnick_sodium
from causalgia.cord.cells import CellType
from causalgia.cord.published_cells.parts import (
    Numbers,
    calcium_shell,
    cell_of,
    line_of,
    potassium_by_place,
)
from causalgia.evidence import parameters

__all__ = ["zhang_excitatory", "zhang_inhibitory", "zhang_projection"]

TEMPERATURE_degC = 36.0
INITIAL_mV = -65.0
MELNICK_Q10, MELNICK_DEGC = 3.0, 23.0


def zhang_inhibitory() -> CellType:
    """The inhibitory neuron of the substantia gelatinosa that touch drives (SG, SGZ2).

    Its axon, a nanometer long in the source, is left out.
    """
    own = parameters("zhang_2014")
    soma, dendrite = (own[f"inhibitory_{part}_diameter"].value for part in ("soma", "dendrite"))
    taper = (
        own["inhibitory_hillock_start_diameter"].value,
        own["inhibitory_hillock_end_diameter"].value,
    )
    cable = line_of(
        [
            ("dendrite", own["inhibitory_dendrite_length"].value, (dendrite, dendrite), 50),
            ("soma", own["inhibitory_soma_length"].value, (soma, soma), 10),
            ("hillock", own["inhibitory_hillock_length"].value, taper, 30),
        ],
        own["inhibitory_axial_resistivity"].value,
        own["membrane_capacitance"].value,
    )
    speed = temperature_factor(MELNICK_Q10, TEMPERATURE_degC, MELNICK_DEGC)
    membrane = Membrane.of(
        [melnick_sodium(speed), melnick_potassium(speed)],
        {
            "sodium": own["inhibitory_sodium_reversal"].value,
            "potassium": own["inhibitory_potassium_reversal"].value,
        },
        temperature_degC=TEMPERATURE_degC,
    )
    densities = {
        "melnick_sodium": {
            part: own[f"inhibitory_{part}_sodium_conductance"].value for part in ("soma", "hillock")
        },
        "melnick_potassium": {
            part: own[f"inhibitory_{part}_potassium_conductance"].value for part in cable.section
        },
    }
    return cell_of(
        "zhang_inhibitory",
        cable,
        membrane,
        densities,
        leak_S_per_cm2=dict.fromkeys(cable.section, own["inhibitory_leak_conductance"].value),
        leak_mV=own["inhibitory_leak_reversal"].value,
        initial_mV=INITIAL_mV,
        threshold_mV=own["spike_threshold"].value,
    )


def zhang_excitatory() -> CellType:
    """The excitatory interneuron that C-fibers drive (EX)."""
    own = parameters("zhang_2014")
    threshold = own["hodgkin_huxley_threshold_shift"].value
    channels = [
        spike_sodium(threshold),
        spike_potassium(threshold),
        calcium_activated_potassium(TEMPERATURE_degC),
    ]
    conductance = own["excitatory_kca_conductance"].value
    densities = _spike_densities(own) | {
        "calcium_activated_potassium": {"soma": conductance, "dendrite": conductance}
    }
    leaky = ("dendrite", "soma", "hillock", "axon")
    return _cell("excitatory", own, channels, densities, leaky)


def zhang_projection() -> CellType:
    """The wide-dynamic-range projection neuron (T); its axon has neither channels nor a leak."""
    own = parameters("zhang_2014")
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
        "persistent_sodium": {"soma": own["projection_soma_persistent_sodium_conductance"].value},
        "l_type_calcium": {
            "soma": own["projection_soma_calcium_l_permeability"].value,
            "dendrite": own["projection_dendrite_calcium_l_permeability"].value,
        },
        "calcium_activated_cation": {"dendrite": own["projection_dendrite_can_conductance"].value},
        "calcium_activated_potassium": {
            "soma": own["projection_soma_kca_conductance"].value,
            "dendrite": own["projection_dendrite_kca_conductance"].value,
        },
    }
    return _cell("projection", own, channels, densities, ("dendrite", "soma", "hillock"))


def _spike_densities(own: Numbers) -> dict[str, dict[str, float]]:
    """Sodium in the hillock only; potassium in soma, dendrite and hillock."""
    return {
        "sodium": {"hillock": own["hillock_sodium_conductance"].value},
        "potassium": {
            part: own[f"{part}_potassium_conductance"].value
            for part in ("soma", "dendrite", "hillock")
        },
    }


def _cable(own: Numbers, kind: str) -> Cable:
    soma, axon = own["soma_diameter"].value, own["axon_diameter"].value
    dendrite = own[f"{kind}_dendrite_diameter"].value
    taper = own["hillock_start_diameter"].value, own["hillock_end_diameter"].value
    return line_of(
        [
            ("dendrite", own[f"{kind}_dendrite_length"].value, (dendrite, dendrite), 5),
            ("soma", own["soma_length"].value, (soma, soma), 3),
            ("hillock", own["hillock_length"].value, taper, 3),
            ("axon", own["axon_length"].value, (axon, axon), 5),
        ],
        own["excitatory_axial_resistivity"].value,
        own["membrane_capacitance"].value,
    )


def _cell(
    kind: str,
    own: Numbers,
    channels: list[Channel],
    densities: Mapping[str, Mapping[str, float]],
    leaky: tuple[str, ...],
) -> CellType:
    """EX or T, with a leak in some sections."""
    cable = _cable(own, kind)
    potassium_mV = potassium_by_place(
        cable, own["dendrite_potassium_reversal"].value, own["axon_potassium_reversal"].value
    )
    membrane = Membrane.of(
        channels,
        {
            "sodium": own["sodium_reversal"].value,
            "potassium": potassium_mV,
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
        f"zhang_{kind}",
        cable,
        membrane,
        densities,
        leak_S_per_cm2=dict.fromkeys(leaky, own["excitatory_leak_conductance"].value),
        leak_mV=own["excitatory_leak_reversal"].value,
        initial_mV=INITIAL_mV,
        threshold_mV=own["spike_threshold"].value,
    )
