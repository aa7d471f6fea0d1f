"""The deep dorsal horn under spinal cord stimulation of Zhang, Janik and Grill (2014).

SG and SGZ2 are inhibitory interneurons that A-beta fibers drive, the second from the surround; EX
is an excitatory interneuron of C-fibers; T is the wide-dynamic-range projection neuron.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from cord_peers.circuit import Cell, Circuit, Connections, Receptor, Section, tapered

FIBERS = {"A-beta": 15, "A-delta": 15, "C": 30, "surround": 15}
STIMULI = 20
LEAK, LEAK_SG = (4.2e-5, -65.0), (1.1e-5, -70.0)
RECEPTORS = {
    "AMPA": Receptor(0.1, 5.0),
    "NMDA": Receptor(2.0, 100.0, magnesium_mM=1.0, calcium_share=0.1),
    "NK1 of EX": Receptor(100.0, 3000.0, calcium_share=0.1),
    "NK1": Receptor(200.0, 3000.0, calcium_share=0.1),
    "GABA": Receptor(0.1, 20.0, -70.0),
    "glycine": Receptor(0.1, 10.0, -70.0),
}
WARM = 3.0 ** ((36.0 - 23.0) / 10.0)
"""The factor by which 36 degC quickens the currents of SG."""


def inhibitory(sodium: float, rectifier: float) -> dict:
    """The currents of SG and SGZ2, in S/cm2."""
    found = {"kdri": {"gbar": rectifier, "speed": WARM}}
    return {"bna": {"gbar": sodium, "speed": WARM}, **found} if sodium else found


SG_ENDS = {"leak": LEAK_SG, "sodium_mV": 60, "potassium_mV": -84}
SPIKES = {"na": {"gbar": 3.45}, "k": {"gbar": 0.076}}
SOMA = {"k": {"gbar": 0.001075}, "shell": {"tau": 1.0}}
DENDRITE = {"k": {"gbar": 0.036}, "shell": {"tau": 2.0}}
PROJECTION = {
    "soma": {
        **SOMA, "cal": {"pbar": 1e-4}, "kca": {"gbar": 1e-4}, "nap": {"gbar": 1e-4},
    },
    "dendrite": {
        **DENDRITE, "cal": {"pbar": 3e-5}, "can": {"gbar": 9.1e-5}, "kca": {"gbar": 0.001},
    },
}  # fmt: skip
KINDS = {
    "inhibitory": Cell(
        {
            "soma": Section(10, 10, 10, None, LEAK_SG, 60, -84, inhibitory(0.008, 0.0043)),
            "dendrite": Section(
                1371, 1.4, 50, ("soma", 0.0), LEAK_SG, 60, -84, inhibitory(0.0, 0.034)
            ),
            "hillock": tapered(30, (1, 0.5), 30, inhibitory(3.45, 0.076), **SG_ENDS),
            "axon": Section(0.001, 0.001, 1, ("hillock", 1.0), LEAK_SG),
        },
        80.0,
        output=("soma", 1.0),
    ),
    "excitatory": Cell(
        {
            "soma": Section(20, 20, 3, None, LEAK, 50, -70, {**SOMA, "kca": {"gbar": 0.002}}),
            "dendrite": Section(
                400, 3, 5, ("soma", 0.0), LEAK, 50, -70, {**DENDRITE, "kca": {"gbar": 0.002}}
            ),
            "hillock": tapered(9, (2, 1), 3, SPIKES, leak=LEAK),
            "axon": Section(1000, 1, 5, ("hillock", 1.0), LEAK),
        },
        150.0,
        output=("soma", 1.0),
    ),
    "projection": Cell(
        {
            "soma": Section(20, 20, 3, None, LEAK, 50, -70, PROJECTION["soma"]),
            "dendrite": Section(
                350, 2.5, 5, ("soma", 0.0), LEAK, 50, -70, PROJECTION["dendrite"]
            ),
            "hillock": tapered(9, (2, 1), 3, SPIKES, leak=LEAK),
            "axon": Section(1000, 1, 5, ("hillock", 1.0)),
        },
        150.0,
        output=("soma", 1.0),
    ),
}  # fmt: skip
POPULATIONS = [
    ("SG", "inhibitory", 1),
    ("SGZ2", "inhibitory", 1),
    ("EX", "excitatory", 1),
    ("T", "projection", 1),
]
FIRST_ms = {"A-beta": (1001.8, 1007.2), "A-delta": (1016.8, 1042.5), "C": (1069.0, 1315.0)}


def fibers(kind: str) -> range:
    """The numbers of the fibers of a kind among the inputs."""
    first = sum(FIBERS[name] for name in list(FIBERS)[: list(FIBERS).index(kind)])
    return range(first, first + FIBERS[kind])


def volleys(seed: int = 1, stimuli: int = STIMULI, period_ms: float = 1000.0) -> list[np.ndarray]:
    """Once a second each fiber fires, at a time of its own in the published range of its kind."""
    random = np.random.default_rng(seed)
    events = []
    for kind, number in FIBERS.items():
        for first_ms in random.uniform(*FIRST_ms.get(kind, (0.0, 0.0)), number):
            times = first_ms + period_ms * np.arange(stimuli)
            events.append(times if kind in FIRST_ms else np.zeros(0))
    return events


def read_volleys(file: str | Path) -> list[np.ndarray]:
    """The published wind-up: trains of A-beta and A-delta fibers, one of the surround, of C."""
    trains = read_trains(file)
    afferents, silent = FIBERS["A-beta"] + FIBERS["A-delta"], FIBERS["surround"]
    return trains[:afferents] + trains[afferents + 1 :] + [np.zeros(0)] * silent


def read_background(file: str | Path, until_ms: float) -> list[np.ndarray]:
    """The published ongoing firing, in which the surround comes before the C-fibers."""
    trains = [times[times < until_ms] for times in read_trains(file)]
    a, s = FIBERS["A-beta"] + FIBERS["A-delta"], FIBERS["surround"]
    return trains[:a] + trains[a + s :] + trains[a : a + s]


def read_trains(file: str | Path) -> list[np.ndarray]:
    """From an archive of `train_times_ms` and `train_offsets`."""
    found = np.load(file)
    times, ends = found["train_times_ms"], found["train_offsets"]
    return [times[a:b] for a, b in pairwise(ends)]


def network(events_ms: list[np.ndarray], *, surround: bool = False, gaba: float = 1.0) -> Circuit:
    """The circuit for the times of its 75 fibers, in the order of `FIBERS`.

    `surround` connects SGZ2 as under stimulation; `gaba` is a factor of the weights of GABA.
    """
    sg, sgz2, ex, t = range(75, 79)
    rows: list[tuple[int, int, str, float, float]] = []

    def fan(kind: str, target: int, weights: dict[str, float]) -> None:
        rows.extend(
            (fiber, target, name, weight, 0.0)
            for fiber in fibers(kind)
            for name, weight in weights.items()
        )

    fan("A-beta", sg, {"AMPA": 9.7067e-4})
    fan("surround", sgz2, {"AMPA": 1.3333e-3})
    fan("C", ex, {"AMPA": 0.008, "NMDA": 0.004, "NK1 of EX": 6.6667e-7})
    for kind in ("A-beta", "A-delta"):
        fan(kind, t, {"AMPA": 0.0016, "NMDA": 6.6667e-5})
    fan("C", t, {"NK1": 4.5e-7})
    rows += [(ex, t, name, w, 1.0) for name, w in (("AMPA", 1.2e-5), ("NMDA", 9.6e-6))] * 30
    inhibition = [(sg, ex, 0.00532), (sg, t, 0.00532)]
    if surround:
        inhibition += [(sgz2, ex, 0.007315), *[(sgz2, t, 0.007315)] * 2]
    rows += [(source, target, "GABA", gaba * w, 1.0) for source, target, w in inhibition]
    rows.append((sg, t, "glycine", 0.00532, 1.0))
    return Circuit(
        KINDS, POPULATIONS, RECEPTORS, Connections.of(rows), events_ms, -65.0, 0.0125
    )  # fmt: skip
