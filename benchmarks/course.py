"""The course of 10,000 patients: a year day by day, its time, its memory, and whether it is linear.

Each run is a process of its own, as a user's would be: time is that of following, with compiling
printed apart (a run with few patients before); memory is the largest the process ever held. The
bar is on processor time over two cores, which is what a quiet machine takes, since blocks of
patients wait for nothing; the time on the clock is printed beside it. There is no peer: no other
tool follows virtual patients from ion channel to pain.

Run `python benchmarks/course.py`, with `--quick` for a tenth of the patients and a quarter of the
year, scaled up to the bar, and `--json` for data.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

BAR_s, BAR_GiB, BAR_TWICE = 30.0, 2.0, 2.2
PATIENTS, DAYS = 10_000, 364
QUICK_PATIENTS, QUICK_DAYS = 2_048, 91
CORES = 2
CAUSE = "cervical_radiculopathy"


def follow_once(patients: int, days: int) -> dict[str, float]:
    """Follow patients in this process: seconds, seconds to compile, gibibytes at the most."""
    import resource

    from causalgia import causes
    from causalgia.cache import enable_compilation_cache
    from causalgia.course import follow
    from causalgia.course.run import BLOCK_PATIENTS
    from causalgia.pathway.surrogate import respond
    from causalgia.patients.population import draw_patients
    from causalgia.patients.simulate import covariates

    enable_compilation_cache()
    cause = causes.find(CAUSE)
    # Whole blocks, so that both sizes and the warming run share one compiled program.
    whole = BLOCK_PATIENTS * round(patients / BLOCK_PATIENTS)
    began = time.perf_counter()
    few = covariates(draw_patients(cause, count=BLOCK_PATIENTS, seed=2))
    follow(cause, few, respond=respond, days=7)
    compiled = time.perf_counter() - began
    who = covariates(draw_patients(cause, count=whole, seed=1))
    began, worked = time.perf_counter(), time.process_time()
    course = follow(cause, who, respond=respond, days=days, workers=CORES)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "patients": whole,
        "days": days,
        "seconds": seconds,
        "processor_s": processor,
        "compile_s": compiled,
        "GiB": held * unit / 2**30,
        "mean_pain_at_the_end": float(course.rating[-1, 0].mean()),
    }


def apart(patients: int, days: int) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--one", str(patients), str(days)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(run.stderr.strip().splitlines()[-1])
    return json.loads(run.stdout.splitlines()[-1])


def measure(quick: bool, rounds: int) -> dict[str, Any]:
    """All figures and bars."""
    patients, days = (QUICK_PATIENTS, QUICK_DAYS) if quick else (PATIENTS, DAYS)
    pairs = [(apart(patients, days), apart(2 * patients, days)) for _ in range(rounds)]
    whole = pairs[0][0]["patients"] * days
    scale = PATIENTS * DAYS / whole
    seconds = median(one["processor_s"] for one, _ in pairs) * scale / CORES
    clock = median(one["seconds"] for one, _ in pairs) * scale
    memory = max(run["GiB"] for pair in pairs for run in pair)
    twice = median(
        (two["processor_s"] / two["patients"]) / (one["processor_s"] / one["patients"])
        for one, two in pairs
    )
    scaled = " (scaled up)" if quick else ""
    bars = [
        _bar(f"{PATIENTS:,} patients, a year, processor seconds over 2{scaled}", seconds, BAR_s),
        _bar("memory, GiB", memory, BAR_GiB),
        _bar("twice the patients, in times of once", 2.0 * twice, BAR_TWICE),
    ]
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "quick": quick,
        "rounds": [{"once": one, "twice": two} for one, two in pairs],
        "clock_s": clock,
        "us_per_patient_and_day": 1e6 * CORES * seconds / (PATIENTS * DAYS),
        "bars": bars,
        "bars_met": all(bar["met"] for bar in bars),
    }


def _bar(what: str, value: float, bar: float) -> dict[str, Any]:
    return {"what": what, "value": round(value, 2), "bar": bar, "met": value <= bar}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", action="store_true", help="print data")
    parser.add_argument("--rounds", type=int, help="how often all is repeated")
    parser.add_argument("--one", nargs=2, type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one:
        print(json.dumps(follow_once(*given.one)))
        return 0
    found = measure(given.quick, given.rounds or (1 if given.quick else 3))
    if given.json:
        print(json.dumps(found, indent=2))
        return 0
    for bar in found["bars"]:
        print(
            f"{bar['what']}: {bar['value']} (bar {bar['bar']}: {'met' if bar['met'] else 'missed'})"
        )
    print(f"{found['clock_s']:.1f} s on the clock, at a load of {found['load']}")
    print(f"{found['us_per_patient_and_day']:.1f} us of a core for a patient and day")
    print(f"bars met: {found['bars_met']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
