"""A simulator in a process of its own, which runs functions of one module when asked.

As a script (`python worker.py PACKAGE.MODULE`) this is that process; imported, it starts and asks
it.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Answer:
    """Seconds of processor time of a call and what it returned; `missing` says why it could not."""

    seconds: float = float("nan")
    result: Any = None
    missing: str | None = None


class Worker:
    """A process of `python` that has loaded a module of a package beside this file, on one core.

    It is there from its start, since libraries start as many threads as they find cores.
    """

    def __init__(
        self, module: str, python: str = sys.executable, cache: str = "", core: int = 0
    ) -> None:
        self.missing: str | None = None
        quiet = {
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "JAX_PLATFORMS": "cpu",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        allowed = cores()
        with on_core(allowed[core % len(allowed)] if allowed else None):
            self.process = subprocess.Popen(
                [python, "-W", "ignore", str(HERE / "worker.py"), module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**os.environ, **quiet, "CAUSALGIA_CACHE": cache or str(HERE / "none")},
            )

    def move(self, core: int) -> None:
        """Put all of its threads on another of the cores that this process may use."""
        allowed = cores()
        for thread in Path(f"/proc/{self.process.pid}/task").glob("*") if allowed else ():
            os.sched_setaffinity(int(thread.name), {allowed[core % len(allowed)]})

    def call(self, function: str, *arguments: object, least_s: float = 0.0) -> Answer:
        """One call, or as many as take `least_s`, of which the answer is the mean and the last."""
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write(json.dumps([least_s, function, *arguments]) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        given = json.loads(line) if line else {"missing": "its process ended"}
        self.missing = given.get("missing", self.missing)
        return Answer(**given)

    def close(self) -> None:
        """Let the process end."""
        assert self.process.stdin
        with suppress(BrokenPipeError):  # it has ended by itself
            self.process.stdin.close()
        self.process.wait(timeout=60)


def cores() -> list[int]:
    """The cores that this process may use, none where it cannot choose."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Let processes that are started within inherit a core."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def serve(module: str) -> None:
    """Answer requests from standard input, one a line."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is not an answer
    warnings.simplefilter("ignore")
    functions = importlib.import_module(module)
    for line in sys.stdin:
        least_s, name, *arguments = json.loads(line)
        try:
            calls, start = 0, time.process_time()
            while calls == 0 or time.process_time() - start < least_s:
                result = getattr(functions, name)(*arguments)
                calls += 1
            seconds = (time.process_time() - start) / calls
            line = json.dumps({"seconds": seconds, "result": result})
        except Exception as error:  # what a simulator lacks or refuses is to be reported
            line = json.dumps({"missing": f"{type(error).__name__}: {error}"})
        print(line, file=answers, flush=True)


if __name__ == "__main__":
    sys.path.remove(str(HERE))
    sys.path.append(str(HERE))  # last: a module here must not hide a library of the same name
    serve(sys.argv[1])
