"""Published circuits of the spinal cord beside NEURON: time by patient, agreement, a reduction.

Each simulator runs in a process of its own. While times are taken all of them are on one core and
take turns: a figure is the median of its rounds, a ratio the median of the ratios within a round,
since machines are noisy. Time is that of the processor, compiling and building apart.

What is compared, with the same connections, events, compartments and steps (`cord_peers` draws
them from a seed for both sides): the circuits of Aguiar, Zhang and Medlock, for one patient and for
64 side by side, beside NEURON

* as published, an object for each connection: this is what the bars are on;
* with connections of a receptor merged, the quickest arrangement that plain NEURON has: the same
  bars are printed for it;
* with these computed by CoreNEURON, without bars, and not in short runs.

NEURON computes patients one after the other, so that its figure for one is its figure for any
number. Spikes of both sides are counted in the run. Medlock's circuit is timed as well with fewer
compartments and longer steps, and what that does to its rates is printed.

Run `python benchmarks/cord.py`, with `--quick` for short runs in about a minute, `--json` for data,
and `--neuron-python FILE` where NEURON lives in another environment; it needs NumPy there and a C++
compiler.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from cord_peers.contests import (
    ARRANGEMENTS,
    CIRCUITS,
    CORE,
    FULL,
    MANY,
    MERGED,
    ONE,
    PATIENTS,
    PUBLISHED,
    QUICK,
    REDUCED,
    REDUCED_MANY,
    TWICE,
    Comparison,
    DT_ms,
    Effort,
    REDUCED_DT_ms,
    comparisons,
    contests,
    own_simulator,
    simulator,
    steps_of,
)
from cord_peers.neuron_build import cache_folder
from rounds import NOISE, Run, bar_line, in_parallel, judged, take_turns, warm
from worker import Worker, cores

REDUCED_s = 2.0
"""A simulated second of Medlock's reduced circuit takes less."""
SPIKES, SHARE = 2, 0.05
"""By how many spikes, or by which share of them, a population's count may lie apart."""


def each_s(run: Run) -> list[float]:
    """Seconds for a simulated second of one patient, round by round."""
    patients = (run.first.result or {}).get("patients", 1)
    simulated_s = 1e-3 * float(str(run.arguments[1])) * patients
    return [seconds / simulated_s for seconds in run.rounds_s]


def compare(comparison: Comparison, runs: dict[str, Run]) -> dict[str, Any]:
    """The median over the rounds of the ratio within each, against its bar."""
    fast, slow = runs[comparison.fast], runs[comparison.slow]
    if not (fast.rounds_s and slow.rounds_s):
        return judged(comparison.what, None, comparison.bar, None)
    ratio = median(a / b for a, b in zip(each_s(slow), each_s(fast), strict=True))
    met = None if comparison.bar is None else ratio >= comparison.bar
    return judged(comparison.what, round(ratio, 2), comparison.bar, met)


def doubled(circuit: str, runs: dict[str, Run]) -> dict[str, Any]:
    """How much longer twice the patients take."""
    what = f"{circuit}, {TWICE} patients, in times of {MANY}"
    pairs = zip(runs[TWICE].rounds_s, runs[MANY].rounds_s, strict=True)
    ratios = [a / b for a, b in pairs]
    value = round(median(ratios), 2) if ratios else None
    return judged(what, value, 2.0, value is not None and value <= 2.0 * NOISE)


def agreement(circuit: str, runs: dict[str, Run], until_ms: float) -> list[dict[str, Any]]:
    """Spikes by population of one patient beside NEURON's, which both simulated for `until_ms`."""
    what = f"{circuit}, spikes in {until_ms:g} ms apart from NEURON's, most of a population"
    ours, theirs = (runs[label].first.result for label in (ONE, MERGED))
    if ours is None or theirs is None:
        return [judged(what, None, float(SPIKES), None)]
    found: dict[str, tuple[int, int]] = {}
    for name, members in theirs["spikes_ms"].items():
        mine = sum(t < until_ms for t in ours["spikes_ms"][name])
        found[name] = mine, sum(t < until_ms for times in members for t in times)
    apart = {name: abs(a - b) for name, (a, b) in found.items()}
    allowed = {name: max(SPIKES, SHARE * b) for name, (_, b) in found.items()}
    worst = max(apart, key=lambda name: apart[name] / allowed[name])
    is_met = all(apart[name] <= allowed[name] for name in found)
    bar = judged(what, float(apart[worst]), round(allowed[worst], 2), is_met)
    alike = judged(
        f"{circuit}, {MANY} patients fire alike",
        float((runs[MANY].first.result or {}).get("alike", False)),
        1.0,
        (runs[MANY].first.result or {}).get("alike", False),
    )
    return [{**bar, "spikes": found}, alike]


def reduction(runs: dict[str, Run], steps: dict[bool, Run], effort: Effort) -> dict[str, Any]:
    """What fewer compartments and longer steps do to Medlock's rates and tonic cells."""
    whole, less = (runs[label].first.result for label in (ONE, REDUCED))
    if whole is None or less is None:
        return {"missing": runs[ONE].first.missing or runs[REDUCED].first.missing}

    def rates_Hz(result: dict[str, Any]) -> dict[str, float]:
        return {
            name: round(1e3 * len(times) / (result["duration_ms"] * result["sizes"][name]), 2)
            for name, times in result["spikes_ms"].items()
        }

    return {
        "compartments": [whole["cells"], less["cells"]],
        "dt_ms": [DT_ms, REDUCED_DT_ms],
        "simulated_ms": whole["duration_ms"],
        "rates_Hz": [rates_Hz(whole), rates_Hz(less)],
        "tonic_spikes_at_0.05_0.1_0.2_0.3_nA": [run.first.result for run in steps.values()],
        "step_ms": effort.step_ms,
    }


def fast_enough(runs: dict[str, Run]) -> list[dict[str, Any]]:
    """Seconds a simulated second of the reduced circuit, and of a patient among many."""
    found = []
    for label, bar in ((REDUCED, REDUCED_s), (REDUCED_MANY, None)):
        if label not in runs:
            continue
        taken = each_s(runs[label])
        value = round(median(taken), 2) if taken else None
        met = None if bar is None else value is not None and value < bar
        found.append(judged(f"medlock, {label}, seconds a simulated second", value, bar, met))
    return found


def started(effort: Effort, pythons: dict[str, str], cache: str) -> dict[str, Worker]:
    """A process for each circuit and simulator. NEURON's libraries stay compiled between runs.

    Neighbors in the list are on different cores, so that each core has about as much to compile.
    """
    own = [own_simulator(c, n) for c in reversed(CIRCUITS) for n in (1, PATIENTS)]
    names = [simulator(circuit, kind) for circuit in CIRCUITS for kind in effort.arrangements]
    workers = {
        name: Worker("cord_peers.causalgia_run", cache=cache, core=index)
        for index, name in enumerate(dict.fromkeys(own))
    }
    for index, name in enumerate(names):
        workers[name] = Worker(
            "cord_peers.neuron_run", pythons["neuron"], str(cache_folder()), core=index
        )
    return workers


def prepared(workers: dict[str, Worker], seed: int) -> dict[str, float]:
    """Build every circuit; the seconds that took, NEURON's compiler included."""

    def one(name: str) -> float:
        kind, circuit, *_ = name.split(", ")
        given = (None, seed, *ARRANGEMENTS[kind]) if kind in ARRANGEMENTS else (seed,)
        began = time.perf_counter()
        workers[name].call("prepare", circuit, *given)
        return round(time.perf_counter() - began, 1)

    return dict(zip(workers, in_parallel(one, tuple(workers)), strict=True))


def measure(effort: Effort, pythons: dict[str, str], cache: str, seed: int) -> dict[str, Any]:
    """Everything, as a table of rows, bars and what was missing."""
    began, load = time.perf_counter(), os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    workers = started(effort, pythons, cache)
    build_s = prepared(workers, seed)
    found = contests(effort, seed)
    steps = steps_of(effort)
    warm(workers, [*(run for members in found.values() for run in members), *steps.values()])
    books = {name: {run.label: run for run in members} for name, members in found.items()}
    reduced = reduction(books["medlock"], steps, effort)
    for worker in workers.values():
        worker.move(0)
    for members in found.values():
        take_turns(workers, members, effort.rounds)
    bars = [compare(c, books[c.circuit]) for c in comparisons(effort)]
    bars += [doubled(name, runs) for name, runs in books.items()]
    bars += fast_enough(books["medlock"])
    for name, runs in books.items():
        until_ms = min(effort.peer_ms[name], effort.one_ms[name])
        bars += agreement(name, runs, until_ms)
    result: dict[str, Any] = {
        "rows": [row for name, members in found.items() for row in rows(name, members)],
        "bars": bars,
        "reduction": reduced,
        "build_s": build_s,
        "missing": {name: worker.missing for name, worker in workers.items() if worker.missing},
        "one_core": bool(cores()),
        "load_before": None if load is None else round(load, 1),
        "load": None if load is None else round(os.getloadavg()[0], 1),
        "seconds": round(time.perf_counter() - began, 1),
    }
    for worker in workers.values():
        worker.close()
    beside = f"against {MERGED}"
    judged_bars = [bar for bar in bars if bar["bar"] is not None]
    result["bars_met"] = all(b["met"] for b in judged_bars if not b["what"].endswith(beside))
    result["bars_met_beside_fastest_plain_neuron"] = all(
        b["met"] for b in judged_bars if not b["what"].endswith(PUBLISHED)
    )
    return result


def rows(circuit: str, runs: Sequence[Run]) -> list[dict[str, Any]]:
    """A row a run; `seconds` are those of a simulated second of one patient."""
    return [
        {
            "circuit": circuit,
            "run": run.label if run.label in ARRANGEMENTS else f"causalgia, {run.label}",
            "simulated_ms": run.arguments[1],
            "first_run_s": None if run.first.missing else round(run.first.seconds, 2),
            "compile_s": None
            if run.label in ARRANGEMENTS or not run.rounds_s
            else round(run.compile_s, 2),
            "seconds": round(median(each_s(run)), 3) if run.rounds_s else None,
            "rounds_s": [round(value, 4) for value in run.rounds_s],
            "missing": run.first.missing,
        }
        for run in runs
    ]


def as_text(result: dict[str, Any]) -> str:
    head = f"{'':8} {'':26}{'run ms':>8}{'compile s':>11}{'s/simulated s/patient':>23}"
    lines = [head]
    for row in result["rows"]:
        left = f"{row['circuit']:8} {row['run']:26}"
        if row["missing"]:
            lines.append(f"{left}  not available: {row['missing']}")
            continue
        compiled = "" if row["compile_s"] is None else f"{row['compile_s']:.2f}"
        lines.append(f"{left}{row['simulated_ms']:8g}{compiled:>11}{row['seconds']:23.3f}")
    lines += [bar_line(bar) for bar in result["bars"]]
    lines.append(f"reduction of medlock's circuit, before and after: {result['reduction']}")
    lines.append(f"seconds to build: {result['build_s']}")
    lines.append(f"load {result['load_before']} to {result['load']}, {result['seconds']} s")
    lines.append(
        f"bars met: {result['bars_met']}, beside {MERGED} at its quickest: "
        f"{result['bars_met_beside_fastest_plain_neuron']} ({CORE}: no bars)"
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="short runs, about a minute")
    parser.add_argument("--neuron-python", default=sys.executable, help="interpreter with NEURON")
    parser.add_argument("--seed", type=int, default=1, help="draws connections and events")
    given = parser.parse_args()
    pythons = {"neuron": given.neuron_python}
    with tempfile.TemporaryDirectory() as cache:
        result = measure(QUICK if given.quick else FULL, pythons, cache, given.seed)
    print(json.dumps(result) if given.json else as_text(result))


if __name__ == "__main__":
    main()
