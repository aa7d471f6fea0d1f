"""Synaptic currents of lamina II neurons of the library's dorsal horn, clamped at the soma."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from causalgia.cord.horn import dorsal_horn
from causalgia.cord.network import Network, Population, Synapses
from causalgia.cord.receptors import CHLORIDE
from causalgia.cord.simulate_network import Watch, simulate_network
from causalgia.cord.spikes import Trains
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["clamped_current", "synaptic_currents", "time_constants_ms"]

NEURON = "somatostatin"
EVENT_ms, DURATION_ms, SAMPLE_ms = 200.0, 500.0, 0.1
CLAMP_S_per_cm2 = 10.0
"""Of the soma's leak, so large that the soma hardly moves."""

WEIGHT_uS = 1e-4
HELD_mV = {"ampa": -60.0, "gaba_a": 0.0, "glycine": 0.0}
"""Where the soma is held: as in the source at -60 mV, and for inhibition at 0."""

INSIDE_mV = -70.0
"""Reversal of inhibition with chloride inside held by the pipette; times do not depend on it."""

ROWS = {
    "CB0065.rise": ("gaba_a", 0),
    "CB0065.decay": ("gaba_a", 1),
    "CB0066.rise": ("ampa", 0),
    "CB0066.decay": ("ampa", 1),
    "CB0088.decay": ("ampa", 1),
    "CB0089.glycine": ("glycine", 1),
    "CB0089.gaba_a": ("gaba_a", 1),
}


@measures(*ROWS)
def synaptic_currents(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Rise and decay (ms) of the current that one event lets into the soma."""
    receptors = {ROWS[row][0] for row in ids}
    times = {name: time_constants_ms(*clamped_current(name)) for name in receptors}
    return {row: times[ROWS[row][0]][ROWS[row][1]] for row in ids}


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
