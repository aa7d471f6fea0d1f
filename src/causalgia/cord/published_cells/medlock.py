"""The neurons of the superficial dorsal horn network of Medlock et al. (2022)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

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
from causalgia.channels.published.melnick import borg_a_type, melnick_potassium, melnick_sodium
from causalgia.cord.cells import CellType
from causalgia.cord.published_cells.parts import (
    Numbers,
    calcium_shell,
    cell_of,
    line_of,
    potassium_by_place,
)
from causalgia.evidence import parameters

__all__ = ["medlock_bursting", "medlock_delayed", "medlock_projection", "medlock_tonic"]

TEMPERATURE_degC = 36.0
SPEED = 1.0
"""Of Melnick's currents: this network leaves them as they are at room temperature."""
# of the shell and the bath, as in the other networks of the family
SHELL_um, OUTSIDE_mM = 0.1, 2.0

Body = tuple[Cable, Membrane]


def medlock_delayed() -> CellType:
    """Delayed firing: PKC-gamma, VGLUT3, delta-opioid, somatostatin and calretinin cells."""
    own = parameters("medlock_2022")
    everywhere, near = ("dendrite", "soma", "hillock"), ("soma", "hillock")
    densities = {
        "sodium": _by_section(own, "delayed_{}_sodium_conductance", everywhere),
        "potassium": _by_section(own, "delayed_{}_potassium_conductance", everywhere),
        "melnick_sodium": _by_section(own, "delayed_{}_melnick_sodium_conductance", near),
    } | _outward(own, "delayed")
    return _cell("delayed", own, _excitatory_interneuron(), densities)


def medlock_bursting(*, shifted: bool = False) -> CellType:
    """Initial bursting: transient central cells.

    They have the shape and the currents of delayed cells, some of them at a density of zero, so
    that a network computes both side by side.

    **Arguments:** whether the rates of sodium are `shifted` as the authors' parameters say. In
    their network they are not: all cells read one table of rates, made for the first of them. With
    shifts a third of the published spikes is missing.
    """
    own = parameters("medlock_2022")
    densities = {
        "melnick_sodium": _by_section(
            own, "bursting_{}_melnick_sodium_conductance", ("soma", "hillock")
        ),
    } | _outward(own, "bursting")
    body = _excitatory_interneuron()
    if shifted:
        shifts = [own[f"bursting_sodium_{rate}_shift"].value for rate in ("alpha", "beta")]
        channels = [
            melnick_sodium(SPEED, *shifts),
            melnick_potassium(SPEED),
            borg_a_type(),
            calcium_activated_potassium(TEMPERATURE_degC),
        ]
        body = _body(own, "bursting", channels)
    return _cell("bursting", own, body, densities)


def medlock_projection() -> CellType:
    """The projection neuron of lamina I (NK1)."""
    own = parameters("medlock_2022")
    threshold = own["projection_threshold_shift"].value
    channels = [
        spike_sodium(threshold),
        spike_potassium(threshold),
        persistent_sodium(threshold),
        l_type_calcium(TEMPERATURE_degC),
        calcium_activated_cation(TEMPERATURE_degC),
        calcium_activated_potassium(TEMPERATURE_degC),
    ]
    near = ("dendrite", "soma")
    densities = {
        "sodium": {"hillock": own["projection_hillock_sodium_conductance"].value},
        "potassium": _by_section(own, "projection_{}_potassium_conductance", (*near, "hillock")),
        "persistent_sodium": {"soma": own["projection_soma_persistent_sodium_conductance"].value},
        "l_type_calcium": _by_section(own, "projection_{}_calcium_l_permeability", near),
        "calcium_activated_cation": {"dendrite": own["projection_dendrite_can_conductance"].value},
        "calcium_activated_potassium": _by_section(own, "projection_{}_kca_conductance", near),
    }
    body = _body(own, "projection", channels)
    return _cell("projection", own, body, densities, "projection_spike_threshold")


def medlock_tonic(dendrite: int = 50, soma: int = 10, hillock: int = 30) -> CellType:
    """Tonic firing: the inhibitory cells (parvalbumin, dynorphin, islet).

    **Arguments:** how many compartments each section has, by default as published.
    """
    own = parameters("medlock_2022")
    counts = {"dendrite": dendrite, "soma": soma, "hillock": hillock}
    cable = line_of(
        [
            (
                part,
                own[f"inhibitory_{part}_length"].value,
                (own[f"inhibitory_{part}_diameter"].value,) * 2,
                count,
            )
            for part, count in counts.items()
        ],
        own["inhibitory_axial_resistivity"].value,
        own["membrane_capacitance"].value,
    )
    membrane = Membrane.of(
        [melnick_sodium(SPEED), melnick_potassium(SPEED)],
        {
            "sodium": own["inhibitory_sodium_reversal"].value,
            "potassium": own["inhibitory_potassium_reversal"].value,
        },
        temperature_degC=TEMPERATURE_degC,
    )
    densities = {
        "melnick_sodium": _by_section(own, "inhibitory_{}_sodium_conductance", ("soma", "hillock")),
        "melnick_potassium": _by_section(own, "inhibitory_{}_potassium_conductance", tuple(counts)),
    }
    return cell_of(
        "medlock_tonic",
        cable,
        membrane,
        densities,
        leak_S_per_cm2=dict.fromkeys(counts, own["inhibitory_leak_conductance"].value),
        leak_mV=own["inhibitory_leak_reversal"].value,
        initial_mV=own["resting_potential"].value,
        threshold_mV=own["spike_threshold"].value,
    )


def _by_section(own: Numbers, pattern: str, sections: tuple[str, ...]) -> dict[str, float]:
    return {section: own[pattern.format(section)].value for section in sections}


def _outward(own: Numbers, kind: str) -> dict[str, dict[str, float]]:
    """Potassium currents that both kinds of excitatory interneurons have."""
    everywhere = ("dendrite", "soma", "hillock")
    conductance = own[f"{kind}_kca_conductance"].value
    return {
        "melnick_potassium": _by_section(
            own, f"{kind}_{{}}_melnick_potassium_conductance", everywhere
        ),
        "a_type": _by_section(own, f"{kind}_{{}}_a_type_potassium_conductance", everywhere),
        "calcium_activated_potassium": {"dendrite": conductance, "soma": conductance},
    }


def _cable(own: Numbers, kind: str) -> Cable:
    soma, hillock = own["soma_diameter"].value, own["hillock_diameter"].value
    dendrite = own[f"{kind}_dendrite_diameter"].value
    return line_of(
        [
            ("dendrite", own[f"{kind}_dendrite_length"].value, (dendrite, dendrite), 5),
            ("soma", own["soma_length"].value, (soma, soma), 3),
            ("hillock", own["hillock_length"].value, (hillock, hillock), 3),
        ],
        own["axial_resistivity"].value,
        own["membrane_capacitance"].value,
    )


@cache
def _excitatory_interneuron() -> Body:
    """That of delayed and bursting cells: of one object, since so a network knows them for alike.

    Their dendrites have one length and one diameter.
    """
    own = parameters("medlock_2022")
    threshold = own["delayed_threshold_shift"].value
    channels = [
        spike_sodium(threshold),
        spike_potassium(threshold),
        melnick_sodium(SPEED),
        melnick_potassium(SPEED),
        borg_a_type(),
        calcium_activated_potassium(TEMPERATURE_degC),
    ]
    return _body(own, "delayed", channels)


def _body(own: Numbers, kind: str, channels: list[Channel]) -> Body:
    """Shape and membrane of an excitatory or a projection cell."""
    cable = _cable(own, kind)
    potassium_mV = potassium_by_place(
        cable, own["dendrite_potassium_reversal"].value, own["hillock_potassium_reversal"].value
    )
    membrane = Membrane.of(
        channels,
        {
            "sodium": own["sodium_reversal"].value,
            "potassium": potassium_mV,
            "cation_can": own["can_reversal"].value,
        },
        ions=[calcium_shell(cable, own, SHELL_um, OUTSIDE_mM)],
        temperature_degC=TEMPERATURE_degC,
    )
    return cable, membrane


def _cell(
    kind: str,
    own: Numbers,
    body: Body,
    densities: Mapping[str, Mapping[str, float]],
    threshold: str = "spike_threshold",
) -> CellType:
    cable, membrane = body
    return cell_of(
        f"medlock_{kind}",
        cable,
        membrane,
        densities,
        leak_S_per_cm2=dict.fromkeys(cable.section, own[f"{kind}_leak_conductance"].value),
        leak_mV=own["leak_reversal"].value,
        initial_mV=own["resting_potential"].value,
        threshold_mV=own[threshold].value,
    )
