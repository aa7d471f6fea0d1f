"""A simulator in a process of its own, which runs functions of one module when asked.

As a script (`python worker.py MODULE`) this is that process; imported, it starts and asks it.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
import warnings
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
    """A process of `python` that has loaded a module of this folder."""

    def __init__(self, module: str, python: str = sys.executable, cache: str = "") -> None:
        self.missing: str | None = None
        self.pending = 0
        quiet = {
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "JAX_PLATFORMS": "cpu",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        self.process = subprocess.Popen(
            [python, "-W", "ignore", str(HERE / "worker.py"), module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **quiet, "CAUSALGIA_CACHE": cache or str(HERE / "none")},
        )

    def pin(self, core: int) -> None:
        """Keep the process on one core."""
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self.process.pid, {core})

    def ask(self, function: str, *arguments: object) -> None:
        """Begin a call; `answer` waits for it."""
        assert self.process.stdin
        try:
            self.process.stdin.write(json.dumps([function, *arguments]) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.missing = self.missing or "its process ended"

    def answer(self) -> Answer:
        """What came of the earliest call not yet answered."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        given = json.loads(line) if line else {"missing": "its process ended"}
        self.missing = given.get("missing", self.missing)
        return Answer(**given)

    def call(self, function: str, *arguments: object) -> Answer:
        """One call from beginning to end."""
        self.ask(function, *arguments)
        return self.answer()

    def close(self) -> None:
        """Let the process end."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=60)


def serve(module: str) -> None:
    """Answer requests from standard input, one a line."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is not an answer
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(HERE.parent))
    functions = importlib.import_module(f"nerve_peers.{module}")
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            start = time.process_time()
            result = getattr(functions, name)(*arguments)
            line = json.dumps({"seconds": time.process_time() - start, "result": result})
        except Exception as error:  # what a simulator lacks or refuses is to be reported
            line = json.dumps({"missing": f"{type(error).__name__}: {error}"})
        print(line, file=answers, flush=True)


if __name__ == "__main__":
    sys.path.remove(str(HERE))  # a module here must not hide a library of the same name
    serve(sys.argv[1])
