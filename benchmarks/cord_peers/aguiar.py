"""The wind-up circuit of Aguiar, Sousa and Lima (2010): an interneuron and a projection neuron.

C-fibers excite the interneuron and, by substance P, the projection neuron; A-delta fibers and 20
delayed connections of the interneuron excite the projection neuron. The protocol has no noise.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cord_peers.circuit import Cell, Circuit, Connections, Receptor, Section, tapered

LEAK = (4.2e-5, -65.0)
STIMULI = 15
SYNAPSES = 20
RECEPTORS = {
    "AMPA": Receptor(0.1, 5.0),
    "NMDA": Receptor(2.0, 100.0, magnesium_mM=1.0, calcium_share=0.1),
    "NK1 of the interneuron": Receptor(100.0, 3000.0, calcium_share=0.1),
    "NK1": Receptor(200.0, 3000.0, calcium_share=0.1),
    "GABA": Receptor(0.1, 10.0, -80.0),
}
AXON_CURRENTS = {"na": {"gbar": 0.1}, "k": {"gbar": 0.04}}
SPIKE = {"na": {"gbar": 0.08}, "k": {"gbar": 0.02}}


def cell(soma: dict, dendrite: dict) -> Cell:
    """Both cells but for the currents of soma and dendrite."""
    return Cell(
        {
            "soma": Section(20, 20, 3, None, LEAK, 50, -70, {**SPIKE, **soma}),
            "dendrite": Section(500, 4, 5, ("soma", 0.0), LEAK, 50, -70, dendrite),
            "hillock": tapered(3, (2, 1), 3, AXON_CURRENTS, leak=LEAK),
            "axon": Section(1000, 1, 5, ("hillock", 1.0), LEAK, currents=AXON_CURRENTS),
        },
        150.0,
        output=("hillock", 0.5),
    )


def calcium(tau_ms: float, kca: float, **more: dict) -> dict:
    """A shell of calcium and what it opens."""
    return {"shell": {"tau": tau_ms}, "kca": {"gbar": kca}, **more}


KINDS = {
    "projection": cell(
        calcium(1.0, 1e-4, cal={"pbar": 1e-4}, nap={"gbar": 1e-4}),
        calcium(2.0, 1e-3, cal={"pbar": 3e-5}, can={"gbar": 7e-5}),
    ),
    "interneuron": cell(calcium(1.0, 2e-3), calcium(2.0, 2e-3)),
}


def starts_ms(stimuli: int = STIMULI, frequency_Hz: float = 1.0) -> np.ndarray:
    return 1000.0 + 1000.0 / frequency_Hz * np.arange(stimuli)


def read_jitter(folder: Path) -> np.ndarray:
    """The normal draws of the published times."""
    file = folder / "aguiar_event_jitter.csv"
    return np.loadtxt(file, delimiter=",", skiprows=1)[:, 1]


def windup(
    jitter: np.ndarray | None = None,
    *,
    stimuli: int = STIMULI,
    frequency_Hz: float = 1.0,
    gains: dict[str, float] | None = None,
    seed: int = 1,
) -> Circuit:
    """The circuit under volleys; `jitter` are standard normal draws, drawn here if not given.

    `gains` are factors of receptors on the projection neuron, such as {"NMDA": 0.0}.
    """
    if jitter is None:
        jitter = np.random.default_rng(seed).standard_normal(SYNAPSES * max(stimuli, 1))
    volleys = starts_ms(stimuli, frequency_Hz)
    afferents = [
        volleys + 30.0 + 5.0 * jitter[synapse : SYNAPSES * stimuli : SYNAPSES]
        for synapse in range(SYNAPSES)
    ]
    projection, interneuron = SYNAPSES + 1, SYNAPSES + 2
    rows = [
        (0, interneuron, "AMPA", 0.008, 0.0),
        (0, interneuron, "NMDA", 0.004, 0.0),
        (0, interneuron, "NK1 of the interneuron", 2e-5, 0.0),
        (0, projection, "NK1", 1.5e-5, 0.0),
    ]
    for index in range(SYNAPSES):
        delay_ms = 200.0 + 20.0 * float(jitter[index])
        rows += [
            (1 + index, projection, "AMPA", 8e-4, 0.0),
            (1 + index, projection, "NMDA", 1e-4, 0.0),
            (interneuron, projection, "AMPA", 2e-4, delay_ms),
            (interneuron, projection, "NMDA", 2e-4, delay_ms),
            (interneuron, projection, "GABA", 2e-4, delay_ms + 1.0),
        ]
    gain = {projection: gains or {}}
    rows = [
        (source, target, name, weight * gain.get(target, {}).get(name, 1.0), delay_ms)
        for source, target, name, weight, delay_ms in rows
    ]
    populations = [("projection", "projection", 1), ("interneuron", "interneuron", 1)]
    connections = Connections.of(rows)
    return Circuit(KINDS, populations, RECEPTORS, connections, [volleys, *afferents], -65.0, 0.0125)
