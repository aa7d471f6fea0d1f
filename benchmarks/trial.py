"""A trial of 10,000 patients, two arms, 12 weeks: its time and memory, and a million by shards.

Each run is a process of its own, as a user's would be, with programs compiled by a run before it:
it simulates all shards, stores them, analyzes them and writes the report. The bar is on processor
time, which is the most that a quiet machine takes, as if only one core worked; the time on the
clock is printed beside it. Memory is the largest the process ever held. Twice the patients must
take no more than twice the time. A million patients are 2,000 shards that are stored one by one:
what the process holds may not grow with the shards it has done, and the time is that of the shards
measured, scaled up.

Run `python benchmarks/trial.py`, with `--quick` for a tenth of the patients, scaled up to the bar,
and `--json` for data.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

BAR_s, BAR_GiB, BAR_TWICE = 60.0, 2.0, 2.2
PATIENTS, QUICK_PATIENTS = 10_000, 2_000
MILLION, FAIR_SHARE, QUICK_SHARE = 1_000_000, 40_000, 4_000
CORES = 2
DESIGN = """
title = "Two arms, twelve weeks"
weeks = "12 weeks"
patients = 10000
[[condition]]
cause = "shingles"
duration = ["3 months", "5 years"]
[[arms]]
name = "placebo"
[[arms]]
name = "gabapentin"
[[arms.treatments]]
name = "gabapentin"
dose = "1800 mg/day"
"""


def held_GiB() -> float:
    """The most this process ever held, in gibibytes."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


def run_once(patients: int, shards_alone: bool) -> dict[str, float]:
    """Run a trial in this process: its seconds, and gibibytes after the first shard and later.

    Those of shards are processor seconds.
    """
    from causalgia.cache import enable_compilation_cache
    from causalgia.reports.trial_command import write_report
    from causalgia.trials.design import read_design
    from causalgia.trials.shards import run_shards
    from causalgia.trials.store import open_run

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "trial.toml").write_text(DESIGN, encoding="utf-8")
        began, worked = time.perf_counter(), time.process_time()
        enable_compilation_cache()
        design = read_design(folder / "trial.toml", {"patients": patients})
        run = open_run(design, folder / "store")
        run_shards(design, run, shards=range(1))
        first_s, first_GiB = time.process_time() - worked, held_GiB()
        run_shards(design, run)
        shards_s, shards_GiB = time.process_time() - worked, held_GiB()
        if not shards_alone:
            write_report(design, run, folder / "report")
        stored = sum(file.stat().st_size for file in run.folder.iterdir())
        return {
            "patients": patients,
            "shards": run.shards,
            "seconds": time.perf_counter() - began,
            "processor_s": time.process_time() - worked,
            "first_shard_s": first_s,
            "further_shard_s": (shards_s - first_s) / max(run.shards - 1, 1),
            "GiB": held_GiB(),
            "GiB_after_first_shard": first_GiB,
            "GiB_after_shards": shards_GiB,
            "stored_MB": stored / 1e6,
        }


def apart(patients: int, shards_alone: bool = False) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--one", str(patients), str(int(shards_alone))]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(run.stderr.strip().splitlines()[-1])
    return json.loads(run.stdout.splitlines()[-1])


def measure(quick: bool, rounds: int) -> dict[str, Any]:
    """All figures and bars."""
    patients, share = (QUICK_PATIENTS, QUICK_SHARE) if quick else (PATIENTS, FAIR_SHARE)
    apart(500)  # compiles
    pairs = [(apart(patients // 2), apart(patients)) for _ in range(rounds)]
    many = apart(share, shards_alone=True)
    whole = [two for _, two in pairs]
    # What a run takes but for its shards does not grow with them.
    seconds = median(
        run["processor_s"] + run["further_shard_s"] * run["shards"] * (PATIENTS / patients - 1.0)
        for run in whole
    )
    twice = median(two["processor_s"] / half["processor_s"] for half, two in pairs)
    scaled = " (scaled up)" if quick else ""
    bars = [
        _bar(f"{PATIENTS:,} patients, 12 weeks, processor seconds{scaled}", seconds, BAR_s),
        _bar("memory, GiB", max(run["GiB"] for run in whole), BAR_GiB),
        _bar(f"{patients:,} patients in times of {patients // 2:,}", twice, BAR_TWICE),
        _bar(f"memory of {share:,} patients' shards, GiB", many["GiB_after_shards"], BAR_GiB),
    ]
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "quick": quick,
        "rounds": [{"half": half, "whole": two} for half, two in pairs],
        "of_a_million": many,
        "clock_s": median(run["seconds"] for run in whole),
        "million_hours": many["further_shard_s"] * many["shards"] * MILLION / share / 3600,
        "million_GB": many["stored_MB"] * MILLION / share / 1000,
        "grown_GiB": many["GiB_after_shards"] - many["GiB_after_first_shard"],
        "bars": bars,
        "bars_met": all(bar["met"] for bar in bars),
    }


def _bar(what: str, value: float, bar: float) -> dict[str, Any]:
    return {"what": what, "value": round(value, 2), "bar": bar, "met": value <= bar}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="about a minute")
    parser.add_argument("--json", action="store_true", help="print data")
    parser.add_argument("--rounds", type=int, help="how often all is repeated")
    parser.add_argument("--one", nargs=2, type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one:
        print(json.dumps(run_once(given.one[0], bool(given.one[1]))))
        return 0
    found = measure(given.quick, given.rounds or (1 if given.quick else 3))
    if given.json:
        print(json.dumps(found, indent=2))
        return 0
    for bar in found["bars"]:
        met = "met" if bar["met"] else "missed"
        print(f"{bar['what']}: {bar['value']} (bar {bar['bar']}: {met})")
    whole = found["rounds"][0]["whole"]["patients"]
    print(f"{found['clock_s']:.1f} s on the clock for {whole:,}, at a load of {found['load']}")
    print(
        f"a million patients: {found['million_hours']:.2f} hours of a core and "
        f"{found['million_GB']:.2f} GB on disk, from {found['of_a_million']['patients']:,} "
        f"measured, while which the process grew by {found['grown_GiB']:.2f} GiB"
    )
    print(f"bars met: {found['bars_met']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
