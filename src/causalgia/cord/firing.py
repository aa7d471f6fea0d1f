"""Firing types of dorsal horn neurons from their conductances, in a few compartments each.

Neurons of lamina II have one shape and one set of currents, and differ in densities only, so that
all of them can run side by side: an inward current below threshold (persistent sodium) makes them
tonic, Kv4 delays their first spike, the M current ends their firing, and Kv1 lets one spike pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from causalgia.cable.geometry import Cable
from causalgia.channels.calcium import cav3_2
from causalgia.channels.dorsal_horn import (
    calcium_activated_cation,
    calcium_activated_potassium,
    kv4,
    l_type_calcium,
    persistent_sodium,
    spike_potassium,
    spike_sodium,
)
from causalgia.channels.ions import Ion
from causalgia.channels.membrane import Membrane
from causalgia.channels.potassium import kv1, m_current
from causalgia.cord.cells import CellType
from causalgia.cord.published_cells.aguiar import aguiar_projection
from causalgia.cord.published_cells.parts import Numbers, calcium_shell, cell_of, line_of
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = [
    "LAMINA_II",
    "delayed_neuron",
    "lamina_ii_neuron",
    "nociceptive_specific_neuron",
    "single_spiking_neuron",
    "tonic_neuron",
    "transient_neuron",
    "wide_dynamic_range_neuron",
]

TEMPERATURE_degC = 36.0
SECTIONS = ("dendrite", "soma", "hillock", "axon")

LAMINA_II: Mapping[str, tuple[str, ...]] = {
    "tonic": ("m_current", "persistent_sodium"),
    "delayed": ("kv4",),
    "transient": ("m_current", "kv1", "cav3_2"),
    "single": ("kv1",),
}
"""The currents that make each firing type of lamina II, on top of those of spikes."""

COMPACT = (3, 1, 1, 2)
"""Compartments of dendrite, soma, hillock and axon."""

WIDE = (5, 1, 1, 5)
"""The same of the wide-dynamic-range neuron: with fewer it fires twice as fast as published."""


def tonic_neuron() -> CellType:
    """Fires as long as it is driven: most inhibitory neurons of lamina II."""
    return lamina_ii_neuron("tonic")


def delayed_neuron() -> CellType:
    """Fires after a delay that Kv4 makes: most excitatory neurons of lamina II."""
    return lamina_ii_neuron("delayed")


def transient_neuron() -> CellType:
    """Fires a burst at the start only: transient central cells."""
    return lamina_ii_neuron("transient")


def single_spiking_neuron() -> CellType:
    """Fires once, since Kv1 opens below threshold."""
    return lamina_ii_neuron("single")


def lamina_ii_neuron(firing: str) -> CellType:
    """A neuron of lamina II of one of the firing types in `LAMINA_II`.

    **Raises:** `InputError` for another type.
    """
    if firing not in LAMINA_II:
        raise InputError(f"firing is {firing!r}; {nearest(firing, LAMINA_II)}")
    own = parameters("causalgia_cord_cells")
    cable, membrane = _lamina_ii()
    return _neuron(f"{firing}_neuron", own, cable, membrane, "", f"{firing}_", LAMINA_II[firing])


def nociceptive_specific_neuron() -> CellType:
    """A projection neuron of lamina I that only strong input brings to its threshold.

    Calcium enters through L- and T-type channels; it fires tonically.
    """
    own = parameters("causalgia_cord_cells")
    cable = _cable(own, "specific_")
    threshold = own["specific_threshold_shift"].value
    slow_degC = own["slow_potassium_temperature"].value
    membrane = Membrane.of(
        [
            spike_sodium(threshold),
            spike_potassium(threshold),
            kv4(),
            m_current(slow_degC),
            cav3_2(TEMPERATURE_degC),
            l_type_calcium(TEMPERATURE_degC),
            calcium_activated_cation(TEMPERATURE_degC),
            calcium_activated_potassium(TEMPERATURE_degC),
        ],
        _reversals_mV(own) | {"cation_can": own["can_reversal"].value},
        ions=[
            calcium_shell(
                cable, own, own["calcium_shell_depth"].value, own["outside_calcium"].value
            )
        ],
        temperature_degC=TEMPERATURE_degC,
    )
    name, further = "nociceptive_specific_neuron", membrane.names[2:]
    return _neuron(name, own, cable, membrane, "specific_", "specific_", further)


def wide_dynamic_range_neuron() -> CellType:
    """The projection neuron of lamina V: that of Aguiar (2010) in fewer compartments.

    L-type calcium, the cation current that calcium opens and persistent sodium make it wind up.
    """
    return replace(aguiar_projection(WIDE), name="wide_dynamic_range_neuron")


def _neuron(
    name: str,
    own: Numbers,
    cable: Cable,
    membrane: Membrane,
    shared: str,
    kind: str,
    currents: Sequence[str],
) -> CellType:
    """A neuron whose leak and `currents` have names that begin with `kind`, its spikes `shared`."""
    densities = {
        ion: {
            part: own[f"{shared}{part}_{ion}_conductance"].value
            for part in ("soma", "hillock", "axon")
        }
        for ion in ("sodium", "potassium")
    }
    for current in currents:
        densities[current] = _spread(own, current, own[f"{kind}{current}"].value)
    return cell_of(
        name,
        cable,
        membrane,
        densities,
        leak_S_per_cm2=dict.fromkeys(SECTIONS, own[f"{kind}leak_conductance"].value),
        leak_mV=own["leak_reversal"].value,
        initial_mV=own["leak_reversal"].value,
        threshold_mV=own["spike_threshold"].value,
    )


def _spread(own: Numbers, current: str, density: float) -> dict[str, float]:
    """Densities by section of a current from that in the soma."""
    spread = {"soma": density}
    for section in ("dendrite", "hillock"):
        share = own.get(f"{current}_{section}_share")
        if share is not None:
            spread[section] = share.value * density
    return spread


def _reversals_mV(own: Numbers) -> dict[str, float]:
    return {ion: own[f"{ion}_reversal"].value for ion in ("sodium", "potassium")}


def _cable(own: Numbers, kind: str) -> Cable:
    """A shape whose lengths and diameters have names that begin with `kind`."""
    return line_of(
        [
            (
                part,
                own[f"{kind}{part}_length"].value,
                (own[f"{kind}{part}_diameter"].value,) * 2,
                count,
            )
            for part, count in zip(SECTIONS, COMPACT, strict=True)
        ],
        own["axial_resistivity"].value,
        own["membrane_capacitance"].value,
    )


@cache
def _lamina_ii() -> tuple[Cable, Membrane]:
    """Shape and currents that all neurons of lamina II share."""
    own = parameters("causalgia_cord_cells")
    threshold = own["threshold_shift"].value
    slow_degC = own["slow_potassium_temperature"].value
    membrane = Membrane.of(
        [
            spike_sodium(threshold),
            spike_potassium(threshold),
            persistent_sodium(threshold),
            kv4(),
            kv1(slow_degC),
            m_current(slow_degC),
            cav3_2(TEMPERATURE_degC),
        ],
        _reversals_mV(own),
        ions=[Ion("calcium", 2, own["resting_calcium"].value, own["outside_calcium"].value)],
        temperature_degC=TEMPERATURE_degC,
    )
    return _cable(own, ""), membrane
