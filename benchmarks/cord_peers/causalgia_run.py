"""Causalgia's side: networks from the same circuits, and runs of them for a worker process.

Cells are those of `causalgia.cord.published_cells`; receptors, connections and events come from the
`Circuit`, as NEURON's do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from causalgia.cache import enable_compilation_cache
from causalgia.cord import published_cells
from causalgia.cord.cells import CellType
from causalgia.cord.current_clamp import answer_steps
from causalgia.cord.network import Network, Population, Synapses
from causalgia.cord.presets.medlock_2022 import REDUCED_TONIC
from causalgia.cord.receptors import Receptor
from causalgia.cord.simulate_network import simulate_network
from causalgia.cord.spikes import Trains
from cord_peers import published
from cord_peers.circuit import Circuit

INPUTS = "inputs"
CELLS: dict[str, dict[str, Callable[[], CellType]]] = {
    "aguiar": {
        "projection": published_cells.aguiar_projection,
        "interneuron": published_cells.aguiar_interneuron,
    },
    "zhang": {
        "inhibitory": published_cells.zhang_inhibitory,
        "excitatory": published_cells.zhang_excitatory,
        "projection": published_cells.zhang_projection,
    },
    "medlock": {
        "excitatory": published_cells.medlock_delayed,
        "transient": published_cells.medlock_bursting,
        "inhibitory": published_cells.medlock_tonic,
        "projection": published_cells.medlock_projection,
    },
}
STEPS_nA = (0.05, 0.1, 0.2, 0.3)


@cache
def circuit_of(name: str, seed: int) -> Circuit:
    return published.circuit(name, None, seed)


def cells_of(name: str, tonic: tuple[int, ...]) -> dict[str, CellType]:
    """The cell of each kind; `tonic`, compartments of Medlock's tonic cell (none: as published)."""
    made = dict(CELLS[name])
    if tonic:
        made["inhibitory"] = lambda: published_cells.medlock_tonic(*tonic)
    return {kind: make() for kind, make in made.items()}


@cache
def network_of(name: str, seed: int, tonic: tuple[int, ...]) -> Network:
    """The circuit as a network."""
    circuit = circuit_of(name, seed)
    rows, members = circuit.connections, circuit.members()
    cells = cells_of(name, tonic)
    first = {INPUTS: 0} | {name: cells.start for name, cells in members.items()}
    owner = np.array(
        [INPUTS] * len(circuit.events_ms) + [n for n, cells in members.items() for _ in cells]
    )
    joined: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row, key in enumerate(
        zip(owner[rows.source], owner[rows.target], rows.receptor, strict=True)
    ):
        joined[key[0], key[1], key[2]].append(row)
    populations = tuple(
        Population(
            population,
            cells[kind],
            count,
            tuple(
                receptor(name, circuit)
                for name in circuit.receptors
                if any(key[1:] == (population, name) for key in joined)
            ),
        )
        for population, kind, count in circuit.populations
    )
    synapses = tuple(
        Synapses(
            source,
            target,
            name,
            rows.source[chosen] - first[source],
            rows.target[chosen] - first[target],
            rows.weight_uS[chosen],
            rows.delay_ms[chosen],
        )
        for (source, target, name), chosen in joined.items()
    )
    return Network(populations, {INPUTS: len(circuit.events_ms)}, synapses)


def receptor(name: str, circuit: Circuit) -> Receptor:
    given = circuit.receptors[name]
    return Receptor(
        name,
        given.rise_ms,
        given.decay_ms,
        given.reversal_mV,
        magnesium_mM=given.magnesium_mM,
        calcium_share=given.calcium_share,
    )


def prepare(name: str, seed: int = 1) -> dict[str, int]:
    """Build, and keep compiled programs in the folder that the environment names."""
    enable_compilation_cache()
    network = network_of(name, seed, ())
    return {"compartments": compartments(network)}


def compartments(network: Network) -> int:
    return sum(p.count * p.cell.cable.size for p in network.populations)


def run(
    name: str,
    duration_ms: float,
    patients: int,
    dt_ms: float | None = None,
    reduced: bool = False,
    seed: int = 1,
) -> dict[str, Any]:
    """One run on one core; spikes are those of the first patient, all of which are alike."""
    circuit = circuit_of(name, seed)
    network = network_of(name, seed, REDUCED_TONIC if reduced else ())
    step_ms = dt_ms or circuit.dt_ms
    fired = simulate_network(
        network,
        {INPUTS: Trains.of(circuit.events_ms)},
        duration_ms=duration_ms,
        dt_ms=step_ms,
        patients=patients,
        workers=1,
    )
    return {
        "cells": compartments(network) * patients,
        "steps": round(duration_ms / step_ms),
        "patients": patients,
        "duration_ms": duration_ms,
        "alike": all(np.ptp(fired.count(name)) == 0 for name in fired.events),
        "spikes_ms": {name: fired.events[name].of(0).tolist() for name in fired.events},
        "sizes": dict(fired.sizes),
    }


def tonic_steps(dt_ms: float, reduced: bool, duration_ms: float) -> list[int]:
    """Spikes of Medlock's tonic cell in steps of current."""
    cell = published_cells.medlock_tonic(*(REDUCED_TONIC if reduced else ()))
    return list(answer_steps(cell, STEPS_nA, duration_ms=duration_ms, dt_ms=dt_ms).counts)


def rates_Hz(result: Mapping[str, Any], until_ms: float) -> dict[str, float]:
    """Mean rate of a neuron by population, from what `run` gave."""
    return {
        name: 1e3 * sum(t < until_ms for t in times) / (until_ms * result["sizes"][name])
        for name, times in result["spikes_ms"].items()
    }
