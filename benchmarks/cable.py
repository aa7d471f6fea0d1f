"""Nanoseconds per compartment and step of a Hodgkin-Huxley cable, beside NEURON and Jaxley.

The cable is that of the bars: 100 compartments, a step of 25 us, a pulse at one end. Each
simulator runs in a process of its own, all on one core, and they take turns: a figure is the
median of its rounds, a ratio the median of the ratios within a round, since machines are noisy.
Time is that of the processor, compilation apart. NEURON computes cables one after the other, so
that its figure for one cable is its figure for any number.

Run `python benchmarks/cable.py`, with `--quick` for less than a minute, `--json` for data, and
`--jaxley-python FILE` where Jaxley lives in another environment.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from statistics import median
from typing import Any

COMPARTMENTS = 100
DT_ms = 0.025
STEPS = {1: 40000, 64: 2000, 256: 600}
"""Steps of a run by number of cables: a tenth of a second or so each."""
BARS = (
    ("one cable, against NEURON", "neuron", 1, 2.5),
    ("256 cables, per core, against NEURON", "neuron", 256, 8.0),
    ("64 cables, against Jaxley", "jaxley", 64, 4.0),
)
Run = Callable[[float], object]


def causalgia_run(batch: int, precision: str) -> Run:
    import numpy as np

    from causalgia.cable import Electrics, Recorder, simulate, unbranched
    from causalgia.cable.stimulus import Pulses
    from causalgia.channels.hodgkin_huxley import HODGKIN_HUXLEY_DENSITIES, hodgkin_huxley_membrane

    cable = unbranched(10000.0, 10.0, COMPARTMENTS)
    densities = np.array(list(HODGKIN_HUXLEY_DENSITIES.values()))[:, None, None]
    electrics = Electrics(densities * np.ones((3, COMPARTMENTS, 1)))
    membrane, pulse = hodgkin_huxley_membrane(), Pulses((0,), 1.0, 1.0, 5.0)
    recorder = Recorder((50,), (25, 75), every_ms=0.1)

    def run(duration_ms: float) -> object:
        return simulate(
            cable,
            membrane,
            electrics,
            duration_ms=duration_ms,
            dt_ms=DT_ms,
            currents=[pulse],
            recorder=recorder,
            batch=batch,
            precision=precision,  # type: ignore[arg-type]
            workers=1,
        ).spike_count()

    return run


@cache  # whatever is built is computed: one cable serves all widths
def one_neuron_cable() -> Run:
    from neuron import h

    h.load_file("stdrun.hoc")
    axon = h.Section(name="axon")
    axon.L, axon.diam, axon.nseg, axon.Ra, axon.cm = 10000.0, 10.0, COMPARTMENTS, 100.0, 1.0
    axon.insert("hh")
    h.celsius = 6.3  # its rates are then tabulated, NEURON's own choice for speed
    clamp = h.IClamp(axon(0.5 / COMPARTMENTS))
    clamp.delay, clamp.dur, clamp.amp = 1.0, 1.0, 5.0
    trace = h.Vector().record(axon(0.505)._ref_v, 0.1)
    context = h.ParallelContext()

    def run(duration_ms: float) -> object:
        h.dt, h.steps_per_ms = DT_ms, 1.0 / DT_ms
        context.set_maxstep(10)
        h.finitialize(-65.0)
        context.psolve(duration_ms)  # the quickest of NEURON's ways to run
        assert axon.nseg == COMPARTMENTS and clamp.amp > 0.0 and trace.max() > 0.0
        return trace

    return run


def neuron_run(batch: int, precision: str) -> Run:
    return one_neuron_cable()


def jaxley_run(batch: int, precision: str) -> Run:
    import jax

    jax.config.update("jax_enable_x64", precision == "float64")
    import jax.numpy as jnp
    import jaxley as jx
    from jaxley.channels import HH

    cell = jx.Cell(jx.Branch(jx.Compartment(), ncomp=COMPARTMENTS), parents=[-1])
    cell.insert(HH())
    for name, value in (("radius", 5.0), ("length", 100.0), ("axial_resistivity", 100.0)):
        cell.set(name, value)
    cell.set("v", -65.0)
    cell.init_states()
    cell.branch(0).comp(50).record(verbose=False)
    compiled: dict[float, Any] = {}

    def program(duration_ms: float) -> Any:
        def one(amplitude: Any) -> Any:
            current = amplitude * jx.step_current(1.0, 1.0, 1.0, DT_ms, duration_ms)
            stimulus = cell.branch(0).comp(0).data_stimulate(current, None)
            return jx.integrate(cell, data_stimuli=stimulus, delta_t=DT_ms)

        return jax.jit(jax.vmap(one) if batch > 1 else one)

    amplitudes = jnp.full((batch,), 1.0) * 5.0 if batch > 1 else jnp.asarray(5.0)

    def run(duration_ms: float) -> object:
        if duration_ms not in compiled:
            compiled[duration_ms] = program(duration_ms)
        return compiled[duration_ms](amplitudes).block_until_ready()

    return run


BUILDERS = {"causalgia": causalgia_run, "neuron": neuron_run, "jaxley": jaxley_run}


def work(simulator: str) -> None:
    """Answer requests from standard input, one a line, with seconds of processor time."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is not an answer
    runs: dict[tuple[int, str], Run] = {}
    for line in sys.stdin:
        batch, precision, duration_ms = json.loads(line)
        start = time.process_time()
        try:
            if (batch, precision) not in runs:
                runs[batch, precision] = BUILDERS[simulator](batch, precision)
            start = time.process_time()
            runs[batch, precision](duration_ms)
            answer: dict[str, object] = {"seconds": time.process_time() - start}
        except ImportError as error:
            answer = {"missing": str(error)}
        print(json.dumps(answer), file=answers, flush=True)


class Worker:
    """One simulator in a process of its own, on the first core that this process may use."""

    def __init__(self, simulator: str, python: str) -> None:
        self.missing: str | None = None
        self.process = subprocess.Popen(
            [python, __file__, "--work", simulator],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"},
        )
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self.process.pid, {min(os.sched_getaffinity(0))})

    def seconds(self, batch: int, precision: str, duration_ms: float) -> float:
        """Processor time of one run, compilation included where it is the first of its kind."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([batch, precision, duration_ms]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"missing": "its process ended"}
        self.missing = answer.get("missing", self.missing)
        return float(answer.get("seconds", "nan"))

    def close(self) -> None:
        """Let the process end."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=30)


def measure(workers: dict[str, Worker], rounds: int, share: float) -> list[dict[str, object]]:
    """Rows of simulator, batch, precision, first-run seconds and nanoseconds of each round."""
    rows: list[dict[str, object]] = []
    for batch, steps in STEPS.items():
        for precision in ("float32", "float64"):
            entries: list[tuple[str, float, float, list[float]]] = []
            for name, worker in workers.items():
                if name == "neuron" and precision == "float32":
                    continue
                duration_ms = DT_ms * share * (STEPS[1] if name == "neuron" else steps)
                first = worker.seconds(batch, precision, duration_ms)
                if worker.missing is None:
                    entries.append((name, duration_ms, first, []))
            for _ in range(rounds):
                for name, duration_ms, _, kept in entries:
                    cells = COMPARTMENTS * (1 if name == "neuron" else batch)
                    taken = workers[name].seconds(batch, precision, duration_ms)
                    kept.append(1e9 * taken / (cells * duration_ms / DT_ms))
            rows += [
                {
                    "simulator": name,
                    "batch": batch,
                    "precision": precision,
                    "first_run_s": round(first, 3),
                    "ns": round(median(kept), 2),
                    "rounds_ns": [round(value, 2) for value in kept],
                }
                for name, _, first, kept in entries
            ]
    return rows


def compare(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Each bar, its measured ratio (median over rounds) and whether it is met."""
    found: dict[tuple[Any, ...], Any] = {
        (row["simulator"], row["batch"], row["precision"]): row["rounds_ns"] for row in rows
    }
    bars = []
    for name, peer, batch, bar in BARS:
        theirs = found.get((peer, batch, "float64" if peer == "neuron" else "float32"))
        ours = found["causalgia", batch, "float32"]
        ratio = None
        if theirs:
            ratio = round(median(b / a for a, b in zip(ours, theirs, strict=True)), 2)
        bars.append({"what": name, "bar": bar, "ratio": ratio, "met": ratio and ratio >= bar})
    return bars


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, under a minute")
    parser.add_argument("--jaxley-python", default=sys.executable, help="interpreter with Jaxley")
    parser.add_argument("--work", choices=sorted(BUILDERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work)
        return
    pythons = {"jaxley": options.jaxley_python}
    workers = {name: Worker(name, pythons.get(name, sys.executable)) for name in BUILDERS}
    rows = measure(workers, *((4, 0.5) if options.quick else (11, 1.0)))
    bars = compare(rows)
    missing = {name: worker.missing for name, worker in workers.items() if worker.missing}
    for worker in workers.values():
        worker.close()
    pinned = hasattr(os, "sched_setaffinity")
    result: dict[str, object] = {"rows": rows, "bars": bars, "missing": missing, "one_core": pinned}
    result["bars_met"] = all(bar["met"] for bar in bars)
    print(json.dumps(result) if options.json else as_text(result))


def as_text(result: dict[str, Any]) -> str:
    lines = [f"{'simulator':12}{'batch':>6}  {'precision':10}{'first run s':>12}{'ns':>8}"]
    lines += [
        f"{row['simulator']:12}{row['batch']:6}  {row['precision']:10}"
        f"{row['first_run_s']:12.2f}{row['ns']:8.1f}"
        for row in result["rows"]
    ]
    for bar in result["bars"]:
        verdict = "met" if bar["met"] else "missed" if bar["ratio"] else "not measured"
        lines.append(f"{bar['what']}: {bar['ratio']} times, bar {bar['bar']}: {verdict}")
    lines += [f"{name} is missing: {why}" for name, why in result["missing"].items()]
    lines.append(f"bars met: {result['bars_met']}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
