"""The explorer's server under load: one user alone, and fifty at once on the same machine.

A server is started as a user's would be, in a process of its own, with programs compiled by a start
before it. Every request asks something that nobody asked before, so that no kept answer helps. The
clients run on the same cores as the server, which counts against it. A request is lost where it is
answered by anything but what was asked for.

Run `python benchmarks/serve.py`, with `--quick` for under a minute and `--json` for data.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

USERS = 50
ALONE_PATHWAY_ms, ALONE_COURSE_ms, CROWD_p95_ms = 20.0, 200.0, 500.0
WARM_s = 600.0


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """The port of a server that is warm, and the number of its process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "causalgia", "serve", "--port", "0", "--no-open"]
        process = subprocess.Popen(
            [*command, "--jobs", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().split()[2].rstrip("/").rpartition(":")[2])
            until = time.monotonic() + WARM_s
            while not fetch(connection(port), "GET", "health")["warm"]:
                if time.monotonic() > until:
                    raise SystemExit("the server did not get warm")
                time.sleep(0.2)
            yield port, process.pid
        finally:
            process.kill()
            process.wait()


def connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def fetch(link: http.client.HTTPConnection, method: str, path: str, body: Any = None) -> Any:
    """What is answered; raises where it is not what was asked for."""
    headers = {"Content-Type": "application/json"}
    link.request(method, f"/api/v1/{path}", None if body is None else json.dumps(body), headers)
    answer = link.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise OSError(f"{answer.status}: {content[:200]!r}")
    return json.loads(content)


def a_pathway(draw: random.Random) -> tuple[str, Any]:
    """A change of a few sliders."""
    mechanisms = {
        "nav1_7@terminal/c": draw.uniform(0.5, 2.5),
        "potassium@distal_nerve/c": draw.uniform(0.4, 1.2),
        "kcc2@cord": draw.uniform(0.2, 1.0),
        "microglia@cord": draw.uniform(0.0, 1.0),
    }
    point = {"mechanisms": mechanisms, "treatments": [{"name": "gabapentin"}]}
    return "pathway", {"points": [point]}


def a_course(draw: random.Random) -> tuple[str, Any]:
    """A change of who the patient is, two years of untreated and treated people."""
    covariates = {"age_years": draw.uniform(30, 90), "severity": draw.uniform(0.3, 1.0)}
    given = {"name": "gabapentin", "start_day": 90.0}
    return "course", {"cause": "shingles", "covariates": covariates, "treatments": [given]}


def a_treatment(draw: random.Random) -> tuple[str, Any]:
    """A change of what is done, as the page asks about it: a year ahead of the same person."""
    given = {"name": "gabapentin", "dose": draw.uniform(300, 3600), "start_day": 122.0}
    return "course", {"cause": "shingles", "horizon_days": 546, "treatments": [given]}


def worked_ms(pid: int) -> float:
    """Processor time that a process has taken; not a number where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return 1e3 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return math.nan


def alone(
    port: int, pid: int, ask: Callable[[random.Random], tuple[str, Any]], count: int
) -> dict[str, float]:
    """The median time of an answer to one user, and what of a processor it takes, in ms."""
    link, draw, found = connection(port), random.Random(1), []
    before = 0.0
    for number in range(count + 1):
        if number == 1:
            before = worked_ms(pid)
        began = time.perf_counter()
        path, body = ask(draw)
        fetch(link, "POST", path, body)
        found.append(1e3 * (time.perf_counter() - began))
    return {"clock_ms": median(found[1:]), "processor_ms": (worked_ms(pid) - before) / count}


def crowd(port: int, seconds: float) -> dict[str, Any]:
    """Users who all move sliders, without a pause: times in ms, and how many were lost."""
    times: list[float] = []
    lost: list[str] = []
    until = time.monotonic() + seconds

    def use(number: int) -> None:
        link, draw = connection(port), random.Random(number)
        while time.monotonic() < until:
            path, body = a_pathway(draw)
            began = time.perf_counter()
            try:
                point = fetch(link, "POST", path, body)["points"][0]
                if not 0.0 <= point["rating"]["rest"] <= 10.0:
                    raise OSError(f"no rating: {point}")
            except (OSError, http.client.HTTPException, ValueError, LookupError) as error:
                lost.append(repr(error))
                link = connection(port)
            else:
                times.append(1e3 * (time.perf_counter() - began))

    threads = [threading.Thread(target=use, args=(100 + i,)) for i in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return {
        "users": USERS,
        "answers": len(times),
        "per_second": len(times) / seconds,
        "median_ms": median(times),
        "p95_ms": times[int(0.95 * len(times))],
        "longest_ms": times[-1],
        "lost": len(lost),
        "first_lost": lost[:1],
    }


def measure(quick: bool) -> dict[str, Any]:
    """All figures and bars."""
    count, seconds = (15, 8.0) if quick else (60, 30.0)
    with server() as (port, pid):
        pathway = alone(port, pid, a_pathway, 4 * count)
        course = alone(port, pid, a_course, count)
        treatment = alone(port, pid, a_treatment, count)
        many = crowd(port, seconds)
    bars = [
        _bar("pathway, one user, median ms", pathway["clock_ms"], ALONE_PATHWAY_ms),
        _bar("course of two years, one user, median ms", course["clock_ms"], ALONE_COURSE_ms),
        _bar("treatment changed, one user, median ms", treatment["clock_ms"], ALONE_COURSE_ms),
        _bar(f"pathway, {USERS} users, 95th percentile ms", many["p95_ms"], CROWD_p95_ms),
        _bar("requests lost", many["lost"], 0),
    ]
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "quick": quick,
        "pathway": pathway,
        "course": course,
        "treatment": treatment,
        "crowd": many,
        "bars": bars,
        "bars_met": all(bar["met"] for bar in bars),
    }


def _bar(what: str, value: float, bar: float) -> dict[str, Any]:
    return {"what": what, "value": round(value, 1), "bar": bar, "met": value <= bar}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", action="store_true", help="print data")
    given = parser.parse_args(arguments)
    found = measure(given.quick)
    if given.json:
        print(json.dumps(found, indent=2))
        return 0
    for bar in found["bars"]:
        met = "met" if bar["met"] else "missed"
        print(f"{bar['what']}: {bar['value']} (bar {bar['bar']:g}: {met})")
    many = found["crowd"]
    for name in ("pathway", "course", "treatment"):
        print(f"{name}: {found[name]['processor_ms']:.1f} ms of a processor an answer")
    print(
        f"{many['answers']} answers to {USERS} users, {many['per_second']:.0f} a second, median "
        f"{many['median_ms']:.0f} ms, longest {many['longest_ms']:.0f} ms, at a load of "
        f"{found['load']} on {found['cores']} cores"
    )
    print(f"bars met: {found['bars_met']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
