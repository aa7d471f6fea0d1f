"""The library's own dorsal horn: laminae I to V of one segment, ten populations.

    touch --> parvalbumin --| PKC-gamma, vertical, wide dynamic range      (and the touch fibers)
    touch --> PKC-gamma --> transient central --> vertical --> lamina I    (shut in health)
    C     --> transient central, vertical, somatostatin, lamina I, wide dynamic range
    C     --> dynorphin, islet --| somatostatin, vertical, transient central (and the C fibers)
    touch of the surround --> surround --| wide dynamic range, lamina I, somatostatin

Who contacts whom, how often and how strongly is a table (`data/horn_connections.csv`) with a source
for each pair; weights are set so that the healthy circuit answers as measured (see
`causalgia.validation`), which is said there row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from causalgia.cord.cells import CellType
from causalgia.cord.chloride_load import ChlorideLoad
from causalgia.cord.connections import connections, joined
from causalgia.cord.firing import (
    delayed_neuron,
    nociceptive_specific_neuron,
    tonic_neuron,
    transient_neuron,
    wide_dynamic_range_neuron,
)
from causalgia.cord.network import Network, Population
from causalgia.cord.potentiation import Potentiation
from causalgia.cord.receptors import CHLORIDE, Receptor
from causalgia.cord.release import AxoAxonic, Release
from causalgia.evidence import Parameter, parameters

__all__ = ["HORN_AFFERENTS", "HORN_POPULATIONS", "INHIBITORY", "dorsal_horn", "horn_potentiation"]

HORN_POPULATIONS: Mapping[str, Callable[[], CellType]] = {
    "transient_central": transient_neuron,
    "vertical": delayed_neuron,
    "pkc_gamma": delayed_neuron,
    "somatostatin": delayed_neuron,
    "parvalbumin": tonic_neuron,
    "dynorphin": tonic_neuron,
    "islet": tonic_neuron,
    "surround": tonic_neuron,
    "lamina_i": nociceptive_specific_neuron,
    "wide_dynamic_range": wide_dynamic_range_neuron,
}
"""Populations and how their neurons fire."""

INHIBITORY = ("parvalbumin", "dynorphin", "islet", "surround")
"""Populations that release GABA and glycine."""

HORN_AFFERENTS = ("c", "a_delta", "a_beta", "surround_a_beta", "background")
"""What drives the circuit; the background stands for all that is not simulated."""

RECEPTORS = ("ampa", "c_ampa", "nmda", "nk1", "gaba_a", "glycine", "girk")


def dorsal_horn(seed: int = 0) -> Network:
    """The circuit, its connections drawn from a `seed`.

    Populations are those of `HORN_POPULATIONS`, afferents those of `HORN_AFFERENTS`. On afferents
    sit the contacts "presynaptic_gaba_a" and "presynaptic_gaba_b".
    """
    own = parameters("causalgia_horn")
    cells = {make: make() for make in dict.fromkeys(HORN_POPULATIONS.values())}
    populations = tuple(
        Population(
            name,
            cells[make],
            int(own[f"{name}_cells"].value),
            _receptors(),
            _chloride(_size(name)),
        )
        for name, make in HORN_POPULATIONS.items()
    )
    afferents = {name: int(own[f"{name}_fibers"].value) for name in HORN_AFFERENTS}
    sizes = {p.name: p.count for p in populations} | afferents
    synapses = tuple(joined(row, sizes, seed) for row in connections())
    return Network(populations, afferents, synapses, _release(own), _axo_axonic(own))


def horn_potentiation() -> Potentiation:
    """How C-fiber synapses of the circuit potentiate; give it to a run in which they shall."""
    own = parameters("causalgia_horn")
    return Potentiation(
        trace_ms=own["potentiation_trace_time"].value,
        threshold_uS=1e-3 * own["potentiation_threshold"].value,
        rate_per_uS_ms=1e3 * own["potentiation_rate"].value,
        most=own["potentiation_most"].value,
        forgetting_ms=own["potentiation_forgetting_time"].value,
    )


def _size(population: str) -> str:
    """Whose volume a population's chloride fills."""
    return population if population in ("lamina_i", "wide_dynamic_range") else "lamina_ii"


@cache
def _receptors() -> tuple[Receptor, ...]:
    own = parameters("causalgia_horn")
    made = []
    for name in RECEPTORS:
        kind = name.removeprefix("c_")
        follows = name in ("gaba_a", "glycine")
        made.append(
            Receptor(
                name,
                own[f"{kind}_rise_time"].value,
                own[f"{kind}_decay_time"].value,
                CHLORIDE if follows else own[f"{kind}_reversal"].value,
                magnesium_mM=own["magnesium"].value if name == "nmda" else 0.0,
                calcium_share=own["calcium_fraction"].value if name in ("nmda", "nk1") else 0.0,
                plastic=name == "c_ampa",
            )
        )
    return tuple(made)


@cache
def _chloride(size: str) -> ChlorideLoad:
    own = parameters("causalgia_horn")
    return ChlorideLoad(
        outside_mM=own["chloride_outside"].value,
        resting_mM=own["chloride_resting"].value,
        kcc2_floor_mM=own["chloride_floor"].value,
        kcc2_per_ms=1.0 / own["chloride_recovery_time"].value,
        volume_pL=own[f"{size}_volume"].value,
        bicarbonate_share=own["bicarbonate_share"].value,
        bicarbonate_reversal_mV=own["bicarbonate_reversal"].value,
        temperature_degC=own["temperature"].value,
    )


def _release(own: Mapping[str, Parameter]) -> dict[str, Release]:
    return {
        kind: Release(
            own[f"{kind}_utilization"].value,
            own[f"{kind}_recovery_time"].value,
            own[f"{kind}_facilitation_time"].value,
        )
        for kind in ("c", "a_delta", "a_beta")
    }


def _axo_axonic(own: Mapping[str, Parameter]) -> dict[str, AxoAxonic]:
    return {
        f"presynaptic_{kind}": AxoAxonic(
            own[f"presynaptic_{kind}_rise_time"].value,
            own[f"presynaptic_{kind}_decay_time"].value,
            own[f"presynaptic_{kind}_most"].value,
        )
        for kind in ("gaba_a", "gaba_b")
    }
