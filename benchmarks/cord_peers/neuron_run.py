"""Run a published circuit in NEURON: `run` for a worker process, or from a terminal.

`PYTHONPATH=benchmarks python -m cord_peers.neuron_run zhang --lists FOLDER --spikes FILE.npz`
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from typing import Any

import numpy as np

from cord_peers import published
from cord_peers.neuron_circuit import NeuronCircuit, Ran


@cache
def built(name: str, lists: str | None, seed: int, each_synapse: bool, core: bool) -> NeuronCircuit:
    """The circuit, one a process."""
    circuit = published.circuit(name, lists, seed)
    return NeuronCircuit(circuit, each_synapse=each_synapse, core=core)


def prepare(
    name: str,
    lists: str | None = None,
    seed: int = 1,
    each_synapse: bool = False,
    core: bool = False,
) -> dict[str, int]:
    """Build, which is not timed."""
    made = built(name, lists, seed, each_synapse, core)
    return {
        "compartments": made.circuit.compartments,
        "connections": int(made.circuit.connections.source.size),
        "synapses": len(made.synapses),
    }


def run(
    name: str,
    duration_ms: float,
    dt_ms: float | None = None,
    lists: str | None = None,
    seed: int = 1,
    each_synapse: bool = False,
    core: bool = False,
    second_order: bool = True,
    tables: bool = True,
) -> dict[str, Any]:
    """One run; the times are those of integrating, without building."""
    made = built(name, lists, seed, each_synapse, core)
    ran = made.run(duration_ms, dt_ms, second_order=second_order, tables=tables)
    step_ms = dt_ms or made.circuit.dt_ms
    return {
        **prepare(name, lists, seed, each_synapse, core),
        "steps": round(duration_ms / step_ms),
        "processor_s": ran.processor_s,
        "wall_s": ran.wall_s,
        "spikes_ms": spikes_ms(made, ran),
    }


def spikes_ms(made: NeuronCircuit, ran: Ran) -> dict[str, list[list[float]]]:
    """By population, one list a cell."""
    return {
        name: [ran.spikes_ms[cell].tolist() for cell in cells]
        for name, cells in made.circuit.members().items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("circuit", choices=published.NAMES)
    parser.add_argument("--duration", type=float, help="ms; as in the reference by default")
    parser.add_argument("--dt", type=float, help="ms; as published by default")
    parser.add_argument("--lists", help="folder of published events and connections")
    parser.add_argument("--seed", type=int, default=1, help="draws what no folder gives")
    parser.add_argument("--each-synapse", action="store_true", help="an object a connection")
    parser.add_argument("--core", action="store_true", help="integrate with CoreNEURON")
    parser.add_argument("--first-order", action="store_true", help="backward Euler")
    parser.add_argument("--no-tables", action="store_true", help="compute rates at every step")
    parser.add_argument("--spikes", help="write t_ms and cell to this .npz")
    given = parser.parse_args()
    found = run(
        given.circuit,
        given.duration or published.DURATION_ms[given.circuit],
        given.dt,
        given.lists,
        given.seed,
        given.each_synapse,
        given.core,
        not given.first_order,
        not given.no_tables,
    )
    spikes = found.pop("spikes_ms")
    if given.spikes:
        cells = [np.array(times) for members in spikes.values() for times in members]
        order = np.repeat(np.arange(len(cells)), [times.size for times in cells])
        np.savez(given.spikes, t_ms=np.concatenate(cells), cell=order)
    counts = {name: sum(map(len, members)) for name, members in spikes.items()}
    print(json.dumps({**found, "spikes": counts}))


if __name__ == "__main__":
    main()
