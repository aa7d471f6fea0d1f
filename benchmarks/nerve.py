"""Fibers of pain beside PyFibers, NEURON and Jaxley: time, memory, and agreement.

Each simulator runs in a process of its own. While times are taken all of them are on one core and
take turns: a figure is the median of its rounds, a ratio the median of the ratios within a round,
since machines are noisy. Time is that of the processor, compilation apart.

What is compared, at the same step (5 us) and with the same compartments and channels:

* the C-fibers of Tigerholm and Sundt and the 8.7 um myelinated fiber under a point electrode,
  beside PyFibers as its users run it, and beside a plain NEURON loop over the same fiber;
* Tigerholm's fiber with a current at one end, beside NEURON, and, with concentrations held (Jaxley
  has none of these channels; they are written for it in `nerve_peers`), beside Jaxley;
* a long train with steps that follow the error, beside our own fixed steps;
* thresholds and velocities beside PyFibers; compile time with an empty cache and a filled one; a
  doubled batch, length and duration.

NEURON computes fibers one after the other, so that its figure for one is its figure for any number.

Run `python benchmarks/nerve.py`, with `--quick` for short fibers and runs in about a minute,
`--json` for data, and `--pyfibers-python FILE`, `--jaxley-python FILE` where these live in other
environments; that of PyFibers needs its mechanisms compiled (`pyfibers_compile`) and serves NEURON.
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

from nerve_peers.contests import (
    FIBERS,
    FULL,
    MINI,
    QUICK,
    Comparison,
    DT_ms,
    Effort,
    comparisons,
    contests,
)
from rounds import NOISE, Run, bar_line, in_parallel, judged, take_turns, warm
from worker import Worker, cores

MODULES = {
    "causalgia": "nerve_peers.causalgia_fibers",
    "causalgia inside": "nerve_peers.causalgia_fibers",
    "pyfibers": "nerve_peers.pyfibers_fibers",
    "neuron": "nerve_peers.neuron_c_fiber",
    "jaxley": "nerve_peers.jaxley_c_fiber",
}
TOLERANCE = 0.01


def compare(comparison: Comparison, runs: Sequence[Run]) -> dict[str, Any]:
    """The median over the rounds of the ratio within each, against its bar."""
    chosen = {run.label: run for run in runs}
    fast, slow = chosen[comparison.fast], chosen[comparison.slow]
    bar = comparison.bar
    if not (fast.rounds_s and slow.rounds_s):
        return judged(comparison.what, None, bar, None)
    sides = [(run.rounds_s if comparison.whole else run.rounds_ns) for run in (slow, fast)]
    ratio = median(a / b for a, b in zip(*sides, strict=True))
    met = None
    if bar is not None:
        met = ratio <= bar * NOISE if comparison.doubled else ratio >= bar
    return judged(comparison.what, round(ratio, 2), bar, met)


def agreement(
    workers: dict[str, Worker], effort: Effort, model: str, runs: Sequence[Run]
) -> list[dict[str, Any]]:
    """Our threshold and velocity beside those of PyFibers' fiber, at the same step."""
    given = (model, effort.length[model], DT_ms)
    names = [f"{model}, {what} apart from that of PyFibers" for what in ("threshold", "velocity")]
    search = {run.label: run for run in runs}["64, a threshold search"]
    if search.first.result is None or workers["pyfibers"].missing:
        return [judged(name, None, TOLERANCE, None) for name in names]
    ours = float(search.first.result["threshold_mA"])

    def theirs(amplitude: float) -> dict[str, Any]:
        return workers["pyfibers"].call("plain", *given, effort.search_ms[model], amplitude).result

    low, high = ours * (1 - TOLERANCE), ours * (1 + TOLERANCE)
    within = not theirs(low)["fires"] and theirs(high)["fires"]
    for _ in range(effort.bisections if within else 0):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if theirs(middle)["fires"] else (middle, high)
    apart = max(abs(low / ours - 1), abs(high / ours - 1)) if within else 1.0
    one = {run.label: run for run in runs}["one"].arguments
    mine = workers["causalgia"].call("outside", *one[:-1], [1.2 * ours]).result
    velocities = (mine["velocity_m_per_s"], theirs(1.2 * ours)["velocity_m_per_s"])
    slower = None if None in velocities else abs(velocities[0] / velocities[1] - 1)
    return [
        judged(names[0], round(apart, 5), TOLERANCE, within),
        judged(
            names[1],
            None if slower is None else round(slower, 5),
            TOLERANCE,
            slower is not None and slower <= TOLERANCE,
        ),
    ]


def latencies(runs: Sequence[Run]) -> dict[str, Any]:
    """How far the latencies of adaptive steps lie from those of fixed steps."""
    what, bar = "train, latencies apart from those of fixed steps", 0.001
    results = [run.first.result for run in runs]
    if None in results:
        return judged(what, None, bar, None)
    pairs = [
        (a, b)
        for rows in zip(*(result["latency_ms"] for result in results), strict=True)
        for a, b in zip(*rows, strict=True)
    ]
    largest = max(abs(b / a - 1) for a, b in pairs)  # NaN, a spike that failed, fails the bar
    return judged(what, round(largest, 6), bar, largest <= bar)


def after_compiling(cache: str, run: Run, effort: Effort) -> list[dict[str, Any]]:
    """New processes: one that finds its program compiled, and two for memory."""
    if not run.rounds_s:
        return [judged("compiling with a filled cache, and memory", None, 0.0, None)]

    def cached(_: float) -> float:
        worker = Worker("nerve_peers.causalgia_fibers", cache=cache)
        worker.call("prepare")
        first, later = (worker.call(run.function, *run.arguments) for _ in range(2))
        worker.close()
        return first.seconds - later.seconds

    def peak(duration_ms: float) -> dict[str, float]:
        worker = Worker("nerve_peers.causalgia_fibers", core=1)
        found = worker.call("memory", duration_ms)
        worker.close()
        return found.result or {}

    jobs = [(cached, 0.0), (peak, effort.memory_ms), (peak, 2 * effort.memory_ms)]
    again, short, long = in_parallel(lambda job: job[0](job[1]), jobs)
    empty = run.compile_s
    grown = long.get("peak_MiB", float("nan")) - short.get("peak_MiB", float("nan"))
    naive = long.get("if_all_kept_MiB", 0.0) - short.get("if_all_kept_MiB", 0.0)
    return [
        judged(
            "seconds to compile, cached by another process (bar: half of the empty cache's)",
            round(again, 2),
            round(0.5 * empty, 2),
            again < 0.5 * empty,
        ),
        judged(
            f"MiB more for twice the duration ({naive:.0f} if all were kept)",
            round(grown, 1),
            round(0.25 * naive, 1),
            grown < 0.25 * naive,
        ),
    ]


def compiling(runs: Sequence[Run]) -> dict[str, Any]:
    """The longest that one of our programs took to compile with an empty cache."""
    ours = [run for run in runs if run.simulator.startswith("causalgia") and run.rounds_s]
    longest = max((run.compile_s for run in ours), default=None)
    value = None if longest is None else round(longest, 2)
    return judged("seconds to compile, empty cache, longest", value, 5.0, (value or 9e9) < 5.0)


def roofline(inside: Sequence[Run]) -> dict[str, Any]:
    """What the arithmetic of a step alone would take, beside what a step takes."""
    worker = Worker("nerve_peers.causalgia_roofline")
    counted = worker.call("arithmetic", True, MINI[0], 64).result
    rate = worker.call("rate").result
    worker.close()
    ours = {run.label: run for run in inside}["256"].rounds_ns
    if not (counted and rate and ours):
        return {"missing": worker.missing}
    bound = counted["operations"] / rate["operations_per_ns"]
    return {
        "operations": round(counted["operations"]),
        "operations_per_ns": round(rate["operations_per_ns"], 1),
        "bound_ns": round(bound, 1),
        "measured_ns": round(median(ours), 1),
        "share": round(bound / median(ours), 2),
    }


def measure(effort: Effort, pythons: dict[str, str], cache: str) -> dict[str, Any]:
    """Everything, as a table of rows, bars and what was missing."""
    began = time.perf_counter()
    workers = {
        name: Worker(module, pythons.get(name, sys.executable), cache, core=index)
        for index, (name, module) in enumerate(MODULES.items())
    }
    prepared = {"causalgia": ("sundt", "mcintyre"), "causalgia inside": ("sundt",)}
    in_parallel(lambda name: workers[name].call("prepare", *prepared[name]), tuple(prepared))
    found = contests(effort)
    runs = [run for members in found.values() for run in members]
    warm(workers, runs)
    bars = [bar for model in FIBERS for bar in agreement(workers, effort, model, found[model])]
    bars.append(latencies(found["train"]))
    for worker in workers.values():
        worker.move(0)
    for name, members in found.items():
        take_turns(workers, members, effort.train_rounds if name == "train" else effort.rounds)
    bars = [*(compare(c, found[c.contest]) for c in comparisons()), *bars]
    bars += [compiling(runs), *after_compiling(cache, found["inside"][3], effort)]
    result: dict[str, Any] = {
        "rows": [row for name, members in found.items() for row in rows(name, members)],
        "bars": bars,
        "roofline": roofline(found["inside"]),
        "missing": {name: worker.missing for name, worker in workers.items() if worker.missing},
        "one_core": bool(cores()),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "seconds": round(time.perf_counter() - began, 1),
    }
    for worker in workers.values():
        worker.close()
    result["bars_met"] = all(bar["met"] for bar in bars if bar["bar"] is not None)
    return result


def rows(contest: str, runs: Sequence[Run]) -> list[dict[str, Any]]:
    return [
        {
            "contest": contest,
            "simulator": run.simulator.split()[0],
            "run": run.label,
            "first_run_s": None if run.first.missing else round(run.first.seconds, 2),
            "seconds": round(median(run.rounds_s), 3) if run.rounds_s else None,
            "ns": round(median(run.rounds_ns), 1) if run.rounds_s and run.work > 1 else None,
            "rounds_s": [round(value, 4) for value in run.rounds_s],
            "missing": run.first.missing,
        }
        for run in runs
    ]


def as_text(result: dict[str, Any]) -> str:
    lines = [f"{'':10} {'':10} {'':26}{'first run s':>12}{'run s':>9}{'ns':>9}"]
    for row in result["rows"]:
        left = f"{row['contest']:10} {row['simulator']:10} {row['run']:26}"
        if row["missing"]:
            lines.append(f"{left}  not available: {row['missing']}")
            continue
        ns = "" if row["ns"] is None else f"{row['ns']:9.1f}"
        lines.append(f"{left}{row['first_run_s']:12.2f}{row['seconds']:9.3f}{ns:>9}")
    lines += [bar_line(bar) for bar in result["bars"]]
    lines.append(f"roofline of the C-fiber's arithmetic: {result['roofline']}")
    lines.append(f"load {result['load']}, {result['seconds']} s, bars met: {result['bars_met']}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="short fibers, about a minute")
    parser.add_argument("--jaxley-python", default=sys.executable, help="interpreter with Jaxley")
    parser.add_argument(
        "--pyfibers-python", default=sys.executable, help="interpreter with PyFibers and NEURON"
    )
    options = parser.parse_args()
    pythons = {
        "jaxley": options.jaxley_python,
        "pyfibers": options.pyfibers_python,
        "neuron": options.pyfibers_python,
    }
    with tempfile.TemporaryDirectory() as cache:
        result = measure(QUICK if options.quick else FULL, pythons, cache)
    print(json.dumps(result) if options.json else as_text(result))


if __name__ == "__main__":
    main()
