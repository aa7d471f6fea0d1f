"""Synaptic currents of lamina II neurons of the library's dorsal horn, clamped at the soma."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive
from causalgia.cord.network import Network, Population, Synapses
from causalgia.cord.receptors import CHLORIDE
from causalgia.cord.simulate_network import Watch, simulate_network
from causalgia.cord.spikes import Trains
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = [
    "clamped_current",
    "miniature_amplitude",
    "supramaximal_current",
    "synaptic_currents",
    "time_constants_ms",
]

NEURON = "somatostatin"
EVENT_ms, DURATION_ms, SAMPLE_ms = 200.0, 500.0, 0.1
CLAMP_S_per_cm2 = 10.0
"""Of the soma's leak, so large that the soma hardly moves."""

WEIGHT_uS = 1e-4
HELD_mV = {"ampa": -60.0, "gaba_a": 0.0, "glycine": 0.0, "nmda": 40.0}
"""Where the soma is held: as in the sources at -60 mV, for inhibition at 0, for NMDA at 40."""

INSIDE_mV = -70.0
"""Reversal of inhibition with chloride inside held by the pipette; times do not depend on it."""

ROOT_SHARE = 1.0 / 3.0
"""A slice's root is 10 mm long (assumed), a third of the way that the latencies stand for."""

ROWS = {
    "CB0065.rise": ("gaba_a", 0),
    "CB0065.decay": ("gaba_a", 1),
    "CB0066.rise": ("ampa", 0),
    "CB0066.decay": ("ampa", 1),
    "CB0088.decay": ("ampa", 1),
    "CB0089.glycine": ("glycine", 1),
    "CB0089.gaba_a": ("gaba_a", 1),
    "CB0090": ("nmda", 1),
}


@measures(*ROWS)
def synaptic_currents(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Rise and decay (ms) of the current that one event lets into the soma."""
    receptors = {ROWS[row][0] for row in ids}
    times = {name: time_constants_ms(*clamped_current(name)) for name in receptors}
    return {row: times[ROWS[row][0]][ROWS[row][1]] for row in ids}


@measures("CB0088.amplitude")
def miniature_amplitude(_: Collection[str]) -> Mapping[str, Outcome]:
    """Peak (pA) of what one contact of mean weight lets into the soma."""
    contacts = [
        np.broadcast_to(s.weight_uS, s.target_index.shape)
        for s in dorsal_horn().synapses
        if s.target == NEURON and s.receptor in ("ampa", "c_ampa")
    ]
    _, current_nA = clamped_current("ampa")
    # Proportional, since the soma is held.
    scale = float(np.concatenate(contacts).mean()) / WEIGHT_uS
    return {"CB0088.amplitude": 1e3 * scale * float(current_nA.max())}


@measures("CB0087")
def supramaximal_current(_: Collection[str]) -> Mapping[str, Outcome]:
    """Peak (pA), in the mean of neurons, when all C fibers fire once, each with its latency."""
    network = dorsal_horn()
    shock = HornDrive(network).volleys([0.0], ("c",))["c"]
    arrival_ms = np.zeros(network.afferents["c"])
    arrival_ms[shock.fiber] = ROOT_SHARE * shock.time_ms
    time_ms, current_nA = clamped_current("ampa")
    grid = np.arange(0.0, float(arrival_ms.max()) + 60.0, SAMPLE_ms)
    total = np.zeros((network.population(NEURON).count, grid.size))
    for synapses in network.synapses:
        if (synapses.source, synapses.target, synapses.receptor) != ("c", NEURON, "c_ampa"):
            continue
        weight = np.broadcast_to(synapses.weight_uS, synapses.target_index.shape) / WEIGHT_uS
        at_ms = arrival_ms[synapses.source_index] + synapses.delay_ms
        for neuron, share, begins in zip(synapses.target_index, weight, at_ms, strict=True):
            total[neuron] += share * np.interp(grid - begins, time_ms, current_nA, left=0.0)
    return {"CB0087": 1e3 * float(total.max(axis=1).mean())}


def clamped_current(
    receptor: str,
) -> tuple[Float[np.ndarray, " sample"], Float[np.ndarray, " sample"]]:
    """Times (ms) after an event and the change of the clamp's current (nA) that follows it.

    The soma's leak is that of the clamp; its current is read from what little the soma moves. The
    neuron's own currents are left out, as a pipette with caesium would.
    """
    found = dorsal_horn().population(NEURON)
    cell = found.cell
    soma = list(cell.cable.section["soma"])
    assert cell.electrics.passive_S_per_cm2 is not None
    passive = np.array(cell.electrics.passive_S_per_cm2)
    passive[soma] = CLAMP_S_per_cm2
    electrics = replace(
        cell.electrics,
        passive_S_per_cm2=passive,
        passive_reversal_mV=HELD_mV[receptor],
        densities_S_per_cm2=np.zeros_like(cell.electrics.densities_S_per_cm2),
    )
    clamped = replace(
        cell, electrics=electrics, initial_mV=HELD_mV[receptor], spike_site=soma[len(soma) // 2]
    )
    port = next(r for r in found.receptors if r.name == receptor)
    if port.reversal_mV == CHLORIDE:
        port = replace(port, reversal_mV=INSIDE_mV)
    one = np.zeros(1, dtype=int)
    synapses = (
        Synapses("fiber", NEURON, receptor, one, one, WEIGHT_uS, 0.0),
        # without weight: its delay makes the samples short
        Synapses(NEURON, NEURON, receptor, one, one, 0.0, SAMPLE_ms),
    )
    run = simulate_network(
        Network((Population(NEURON, clamped, 1, (port,)),), {"fiber": 1}, synapses),
        {"fiber": Trains.of([[EVENT_ms]])},
        duration_ms=DURATION_ms,
        dt_ms=0.025,
        watch=(Watch(NEURON),),
        precision="float64",
    )
    voltage_mV = run.voltage_mV[NEURON][:, 0, 0]
    time_ms = run.voltage_every_ms * np.arange(1, voltage_mV.size + 1) - EVENT_ms
    after = time_ms > 0
    moved_mV = voltage_mV - voltage_mV[time_ms < 0][-1]
    conductance_uS = CLAMP_S_per_cm2 * float(cell.cable.area_cm2[soma].sum()) * 1e6
    return time_ms[after], conductance_uS * np.abs(moved_mV[after])


def time_constants_ms(
    time_ms: Float[np.ndarray, " sample"], current_nA: Float[np.ndarray, " sample"]
) -> tuple[float, float]:
    """Of the rise, from its 10 to 90 %, and of the fall from 80 to 20 % of the peak."""
    share = current_nA / current_nA.max()
    top = int(share.argmax())
    begins, ends = np.interp([0.1, 0.9], share[: top + 1], time_ms[: top + 1])
    falling = np.flatnonzero((np.arange(share.size) > top) & (share < 0.8) & (share > 0.2))
    slope, _ = np.polyfit(time_ms[falling], np.log(share[falling]), 1)
    return float((ends - begins) / np.log(9.0)), float(-1.0 / slope)
