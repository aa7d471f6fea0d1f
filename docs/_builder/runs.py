"""Runs whose results the pages of validation and benchmarks show, kept in `docs/results/`.

    python scripts/build_docs.py --runs validate_course --runs benchmark_cable

makes them anew. Each file has the command, version, commit, date and machine beside the result.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import causalgia
from causalgia.errors import CausalgiaError, InputError, nearest

__all__ = ["RUNS", "load", "make", "store"]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "results"

RUNS: Mapping[str, tuple[str, ...]] = {
    **{
        f"validate_{floor}": ("-m", "causalgia", "validate", floor, "--json")
        for floor in ("nerve", "cord", "course", "treatments", "patients")
    },
    **{
        f"benchmark_{name}": (f"benchmarks/{name}.py", "--quick", "--json")
        for name in ("cable", "nerve", "cord", "course", "trial", "serve")
    },
}
"""Arguments of Python by the name of the run."""


def make(name: str) -> Path:
    """Run one and store what it printed.

    **Raises:** `InputError` for a run that is not one; `CausalgiaError` where it failed.
    """
    if name not in RUNS:
        raise InputError(f"--runs: {name!r} is not one; {nearest(name, RUNS)}")
    begun, started = datetime.now(UTC), time.monotonic()
    paths = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, *RUNS[name]],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        result = json.loads(done.stdout)
    except json.JSONDecodeError:
        last = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise CausalgiaError(f"{name}: no result, status {done.returncode}: {last}") from None
    return store(name, result, begun, time.monotonic() - started)


def store(name: str, result: Mapping[str, Any], begun: datetime, seconds: float) -> Path:
    """Write a result down with where it comes from."""
    record = {
        "name": name,
        "command": _command(name),
        "version": causalgia.__version__,
        "commit": _commit(),
        "date": begun.strftime("%Y-%m-%d"),
        "seconds": round(seconds),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{name}.json"
    beside = file.with_suffix(".part")
    beside.write_text(_written(record, result), encoding="utf-8")
    beside.replace(file)
    return file


def load(name: str) -> Mapping[str, Any] | None:
    """A stored run; None where there is none."""
    file = FOLDER / f"{name}.json"
    if not file.is_file():
        return None
    try:
        found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise CausalgiaError(f"{file.name}: cannot be read as JSON: {error}") from None
    return found


def _command(name: str) -> str:
    arguments = list(RUNS[name])
    if arguments[:2] == ["-m", "causalgia"]:
        return " ".join(["causalgia", *arguments[2:]])
    return " ".join(["python", *arguments])


def _commit() -> str:
    """The commit that ran; marked where files of the package were changed after it."""
    asked = ("git", "rev-parse", "--short", "HEAD")
    found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        return "unknown"
    asked = ("git", "status", "--porcelain", "--", "src", "benchmarks")
    changed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() + (" with changes" if changed.stdout.strip() else "")


def _written(record: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """JSON with one row a line, so that a new run shows what changed."""
    lines = [json.dumps(key) + ": " + _compact(value) for key, value in record.items()]
    inner = []
    for key, value in result.items():
        shown = _compact(value)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            shown = "[\n" + ",\n".join(map(_compact, value)) + "\n]"
        inner.append(json.dumps(key) + ": " + shown)
    lines.append('"result": {\n' + ",\n".join(inner) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
