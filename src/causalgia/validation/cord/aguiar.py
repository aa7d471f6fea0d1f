"""The wind-up circuit of Aguiar (2010) with draws of its own: each block, each frequency."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from causalgia.cord.cells import CellType
from causalgia.cord.modulation import Modulation
from causalgia.cord.network import Network, Population
from causalgia.cord.presets.aguiar_2010 import aguiar_2010, aguiar_volleys
from causalgia.cord.simulate_network import simulate_network
from causalgia.cord.spikes import Discharge, Trains
from causalgia.validation.cord.windows import counted
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["aguiar_windup"]

DURATION_ms, FIRST_ms, STIMULI = 16000.0, 1000.0, 15
DT_ms = 0.0125
PERIOD_ms = {
    "control": 1000.0,
    "no_nmda": 1000.0,
    "no_nk1": 1000.0,
    "no_gaba": 1000.0,
    "2hz": 500.0,
    "half_hz": 2000.0,
    "fifth_hz": 5000.0,
}
"""The patients of one call, and how long it is from stimulus to stimulus."""

BLOCKED = {"no_nmda": "nmda", "no_nk1": "nk1", "no_gaba": "gaba_a"}
LACKING = {"no_can": "calcium_activated_cation", "no_calcium": "l_type_calcium"}
"""Currents that dendrites of neurons of their own lack, driven by the same interneuron."""


@measures("aguiar_2010.windup.*")
def aguiar_windup(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Spikes of the projection neuron at each stimulus, under each block and frequency."""
    counts = _patients() | (_lacking() if any(f".{n}." in i for i in ids for n in LACKING) else {})
    found: dict[str, Outcome] = {}
    for name, each in counts.items():
        found[f"aguiar_2010.windup.{name}.total"] = float(sum(each))
        found[f"aguiar_2010.windup.{name}.first"] = float(each[0])
        found[f"aguiar_2010.windup.{name}.last"] = float(each[-1])
    return found


def _onsets_ms(name: str) -> list[float]:
    period_ms = PERIOD_ms.get(name, 1000.0)
    return [float(t) for t in np.arange(FIRST_ms, DURATION_ms, period_ms)[:STIMULI]]


def _patients() -> dict[str, list[int]]:
    volleys = [aguiar_volleys(_onsets_ms(name)) for name in PERIOD_ms]
    trains = {
        fibers: Trains(
            np.concatenate([v[fibers].time_ms for v in volleys]),
            np.concatenate([v[fibers].fiber for v in volleys]),
            np.repeat(np.arange(len(volleys)), [v[fibers].time_ms.size for v in volleys]),
        )
        for fibers in ("c", "a_delta")
    }
    folds: dict[str | tuple[str, str], float | np.ndarray] = {
        receptor: np.array([0.0 if name == blocked else 1.0 for name in PERIOD_ms])
        for blocked, receptor in BLOCKED.items()
    }
    fired = _run(aguiar_2010(), trains, len(volleys), Modulation(conductance=folds))
    counts = {
        name: counted(fired.events["projection"].of(place), _onsets_ms(name), PERIOD_ms[name])
        for place, name in enumerate(PERIOD_ms)
    }
    interneuron = fired.events["interneuron"].of(0)
    return counts | {"interneuron": counted(interneuron, _onsets_ms("control"), 1000.0)}


def _lacking() -> dict[str, list[int]]:
    network = aguiar_2010()
    whole = network.population("projection")
    populations, synapses = [network.population("interneuron")], list(network.synapses)
    synapses = [s for s in synapses if s.target != whole.name]
    for name, current in LACKING.items():
        populations.append(Population(name, _without(whole.cell, current), 1, whole.receptors))
        synapses += [replace(s, target=name) for s in network.synapses if s.target == whole.name]
    made = Network(tuple(populations), network.afferents, tuple(synapses))
    onsets_ms = _onsets_ms("control")
    fired = _run(made, aguiar_volleys(onsets_ms), 1, None)
    return {name: counted(fired.events[name].of(0), onsets_ms, 1000.0) for name in LACKING}


def _without(cell: CellType, current: str) -> CellType:
    densities = np.array(cell.electrics.densities_S_per_cm2)
    densities[cell.membrane.names.index(current), cell.cable.section["dendrite"]] = 0.0
    return replace(cell, electrics=replace(cell.electrics, densities_S_per_cm2=densities))


def _run(
    network: Network, trains: Mapping[str, Trains], patients: int, modulation: Modulation | None
) -> Discharge:
    return simulate_network(
        network,
        trains,
        duration_ms=DURATION_ms,
        dt_ms=DT_ms,
        patients=patients,
        modulation=modulation,
        precision="float64",
    )
