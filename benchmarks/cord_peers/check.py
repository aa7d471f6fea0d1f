"""How far NEURON's side of the circuits lies from the published numbers.

`PYTHONPATH=benchmarks python -m cord_peers.check FOLDER` with the folder of the published lists;
`--whole` adds a second of Medlock's network, which takes a minute. Each circuit is run in a process
of its own. The single cells of Medlock are compared under steps of current, its populations one at
a time with everything else played back.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

from cord_peers import aguiar, medlock, published, zhang
from cord_peers.neuron_circuit import NeuronCircuit, Ran, counted

# Spikes that the published files give when run with second-order steps, no noise, 1 Hz.
WINDUP = [7, 9, 9, 9, 9, 9, 10, 12, 13, 14, 15, 16, 16, 16, 17]
WITHOUT_NMDA = 33
ZHANG = {"T": 624, "EX": 718, "SG": 40, "SGZ2": 0}
BACKGROUND_Hz = {"T": 74.5, "EX": 113.5, "SG": 39.5}
"""Between 1 and 3 s of ongoing firing, as published with second-order steps."""
STEPS_nA = (0.05, 0.1, 0.2, 0.3)
STEP_SPIKES = {
    "excitatory": (0, 0, 40, 91),
    "transient": (0, 0, 0, 0),
    "inhibitory": (50, 68, 90, 104),
    "projection": (70, 128, 210, 268),
}
MEDLOCK_Hz = {
    "PKC": 23.93, "VGLUT3": 90.0, "PV": 47.87, "DOR": 33.03, "TrC": 27.5, "DYN": 48.3,
    "SOM": 37.73, "CR": 34.75, "ISLET": 0.27, "NK1": 6.5,
}  # fmt: skip
"""Mean rates in the first second."""


def say(what: str, ours: object, published_: object, ran: Ran, simulated_ms: float) -> None:
    seconds = f"{ran.processor_s / simulated_ms * 1e3:.2f} s of processor a simulated second"
    print(f"{what}: {ours}, published {published_} ({seconds})", flush=True)


def check_aguiar(folder: Path, nmda: str = "1") -> None:
    circuit = aguiar.windup(aguiar.read_jitter(folder), gains={"NMDA": float(nmda)})
    ran = NeuronCircuit(circuit).run(published.DURATION_ms["aguiar"])
    cell = circuit.members()["projection"].start
    counts = counted(ran.spikes_ms[cell], aguiar.starts_ms(), 1000.0)
    if float(nmda):
        say("Aguiar, spikes by stimulus", counts, WINDUP, ran, 17000)
    else:
        say("Aguiar without NMDA, spikes", sum(counts), WITHOUT_NMDA, ran, 17000)


def check_zhang(folder: Path) -> None:
    circuit = published.circuit("zhang", folder)
    ran = NeuronCircuit(circuit).run(published.DURATION_ms["zhang"])
    found = {name: ran.counts(circuit.members()[name]) for name in ZHANG}
    say("Zhang, wind-up, spikes", found, ZHANG, ran, 21000)


def check_background(folder: Path) -> None:
    events_ms = zhang.read_background(folder / "zhang_foreman_inputs.npz", 3000.0)
    circuit = zhang.network(events_ms, surround=True)
    ran = NeuronCircuit(circuit).run(3000.0)
    found = {
        name: float((ran.spikes_ms[circuit.members()[name].start] >= 1000.0).sum() / 2.0)
        for name in BACKGROUND_Hz
    }
    say("Zhang, ongoing firing, Hz", found, BACKGROUND_Hz, ran, 3000)


def check_cell(folder: Path, kind: str) -> None:
    made = NeuronCircuit(medlock.without_input(kind))
    clamp = made.interpreter.IClamp(made.cells[1]["soma"](0.5))
    clamp.delay, clamp.dur = 300.0, 1000.0
    found = []
    for clamp.amp in STEPS_nA:
        ran = made.run(1400.0)
        found += counted(ran.spikes_ms[1], np.array([300.0]), 1000.0)
    say(f"Medlock, {kind} cell, spikes at {STEPS_nA} nA", found, STEP_SPIKES[kind], ran, 1400)


def check_population(folder: Path, name: str) -> None:
    connections = medlock.read_connections(folder / "medlock_connections.csv.gz")
    spikes_ms = medlock.read_spikes(folder / "medlock_spikes_ctl.npz")
    circuit = medlock.replayed(name, connections, spikes_ms)
    ran = NeuronCircuit(circuit).run(1000.0)
    members = circuit.members()[name]
    rate_Hz = ran.counts(members) / len(members)
    say(f"Medlock, {name} alone, Hz", round(rate_Hz, 2), MEDLOCK_Hz[name], ran, 1000)


def check_medlock(folder: Path) -> None:
    circuit = published.circuit("medlock", folder)
    ran = NeuronCircuit(circuit).run(1000.0)
    found = {name: round(ran.counts(c) / len(c), 2) for name, c in circuit.members().items()}
    say("Medlock, Hz", found, MEDLOCK_Hz, ran, 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="the published lists of events and connections")
    parser.add_argument("--whole", action="store_true", help="Medlock's whole network too")
    parser.add_argument("--only", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        globals()[f"check_{given.only[0]}"](given.folder, *given.only[1:])
        return
    checks = [("aguiar",), ("aguiar", "0"), ("zhang",), ("background",)]
    checks += [("cell", kind) for kind in STEP_SPIKES]
    checks += [("population", name) for name in MEDLOCK_Hz if name not in ("PV", "DYN", "ISLET")]
    for check in [*checks, ("medlock",)] if given.whole else checks:
        subprocess.run(
            [sys.executable, "-m", "cord_peers.check", str(given.folder), "--only", *check],
            check=True,
            stderr=subprocess.DEVNULL,
        )


if __name__ == "__main__":
    main()
