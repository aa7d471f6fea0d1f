"""What benchmarks share: runs that take turns, and bars on what they measured."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from worker import Answer, Worker

LEAST_s = 0.15
"""A short run is repeated in its turn for so long, since a turn begins with cold caches."""
NOISE = 1.1
"""How much more than twice a doubled run may take on a noisy machine."""


@dataclass
class Run:
    """One simulator's part in a contest, and what was measured of it."""

    label: str
    simulator: str
    function: str
    arguments: tuple[object, ...]
    first: Answer = field(default_factory=Answer)
    rounds_s: list[float] = field(default_factory=list)

    @property
    def work(self) -> float:
        """Compartments times steps of the run, 1 where that is not its measure."""
        result = self.first.result or {}
        return float(result["cells"] * result["steps"]) if "cells" in result else 1.0

    @property
    def rounds_ns(self) -> list[float]:
        """Nanoseconds per compartment and step."""
        return [1e9 * seconds / self.work for seconds in self.rounds_s]

    @property
    def compile_s(self) -> float:
        """What the first run took beyond a later one."""
        return self.first.seconds - median(self.rounds_s)


def judged(what: str, value: float | None, bar: float | None, is_met: bool | None) -> dict:
    """A bar as it is printed; `met` is None where there is none or nothing was measured."""
    return {"what": what, "value": value, "bar": bar, "met": None if value is None else is_met}


def in_parallel(work: Any, items: Any) -> list[Any]:
    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(work, items))


def warm(workers: dict[str, Worker], runs: Sequence[Run]) -> None:
    """The first run of everything, simulators side by side."""

    def of_one(name: str) -> None:
        for run in runs:
            if run.simulator == name:
                run.first = workers[name].call(run.function, *run.arguments)

    in_parallel(of_one, workers)


def take_turns(workers: dict[str, Worker], runs: Sequence[Run], rounds: int) -> None:
    """Time what could be run, round by round.

    A result's own `processor_s`, which leaves out what is done before steps are, goes first.
    """
    for _ in range(rounds):
        for run in runs:
            if run.first.missing is None:
                answer = workers[run.simulator].call(run.function, *run.arguments, least_s=LEAST_s)
                run.rounds_s.append((answer.result or {}).get("processor_s", answer.seconds))


def bar_line(bar: dict[str, Any]) -> str:
    """A bar as a line of text."""
    verdict = {True: "met", False: "missed", None: "not measured"}[bar["met"]]
    goal = f"bar {bar['bar']}: {verdict}" if bar["bar"] is not None else "no bar"
    return f"{bar['what']}: {bar['value']} ({goal})"
