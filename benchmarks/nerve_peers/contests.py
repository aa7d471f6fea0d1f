"""What `benchmarks/nerve.py` times: contests between runs, and the bars on their ratios."""

from __future__ import annotations

from dataclasses import dataclass

from rounds import Run

DT_ms = 0.005
MINI = (200, 10000.0)
"""Compartments and length (um) of the C-fiber with a current at its end."""
FIBERS = ("tigerholm", "sundt", "mcintyre")
AMPLITUDE_mA = {"tigerholm": 0.095, "sundt": 0.1, "mcintyre": 0.24}
"""A fifth above the published thresholds."""


@dataclass(frozen=True)
class Effort:
    """How long fibers and runs are: durations (ms) of searches, of single fibers, of peers."""

    length: dict[str, float]
    search_ms: dict[str, float]
    one_ms: dict[str, float]
    peer_ms: dict[str, float]
    inside_ms: dict[str, float]
    pulses: int
    memory_ms: float
    bisections: int
    rounds: int
    train_rounds: int


QUICK = Effort(
    length={"tigerholm": 2500.0, "sundt": 2500.0, "mcintyre": 25},
    search_ms={"tigerholm": 5.0, "sundt": 6.0, "mcintyre": 2.0},
    one_ms={"tigerholm": 20.0, "sundt": 20.0, "mcintyre": 5.0},
    peer_ms={"tigerholm": 1.5, "sundt": 1.5, "mcintyre": 2.0},
    inside_ms={"neuron": 4.0, "one": 16.0, "many": 1.0, "jaxley": 0.5},
    pulses=2,
    memory_ms=4.0,
    bisections=0,
    rounds=3,
    train_rounds=1,
)
FULL = Effort(
    length={"tigerholm": 10000.0, "sundt": 10000.0, "mcintyre": 25},
    search_ms={"tigerholm": 20.0, "sundt": 20.0, "mcintyre": 5.0},
    one_ms={"tigerholm": 50.0, "sundt": 50.0, "mcintyre": 5.0},
    peer_ms={"tigerholm": 50.0, "sundt": 50.0, "mcintyre": 5.0},
    inside_ms={"neuron": 40.0, "one": 40.0, "many": 10.0, "jaxley": 5.0},
    pulses=120,
    memory_ms=20.0,
    bisections=5,
    rounds=3,
    train_rounds=1,
)


def contests(effort: Effort) -> dict[str, list[Run]]:
    """Everything timed; the runs of a contest take turns."""
    found: dict[str, list[Run]] = {}
    for model in FIBERS:
        given = (model, effort.length[model], DT_ms)
        amplitude = AMPLITUDE_mA[model]
        theirs = (*given, effort.peer_ms[model], amplitude)
        found[model] = [
            Run("PyFibers", "pyfibers", "scaled", theirs),
            Run("plain NEURON loop", "pyfibers", "plain", theirs),
            Run("one", "causalgia", "outside", (*given, effort.one_ms[model], [amplitude])),
            Run(
                "64, a threshold search",
                "causalgia",
                "threshold",
                (*given, effort.search_ms[model]),
            ),
        ]
    span = effort.inside_ms
    found["inside"] = [
        Run("NEURON", "neuron", "psolve", (*MINI, DT_ms, span["neuron"])),
        Run("Jaxley, 256, held", "jaxley", "integrate", (*MINI, DT_ms, span["jaxley"], 256)),
        Run("one", "causalgia inside", "inside", (True, *MINI, DT_ms, span["one"], 1)),
        Run("256", "causalgia inside", "inside", (True, *MINI, DT_ms, span["many"], 256)),
        Run("256, held", "causalgia inside", "inside", (False, *MINI, DT_ms, span["many"], 256)),
    ]
    found["doubling"] = [
        Run(label, "causalgia inside", "outside", ("sundt", length, DT_ms, 1.5, [0.1] * batch))
        for label, length, batch in (
            ("64 of 5 mm", 5000.0, 64),
            ("128 of 5 mm", 5000.0, 128),
            ("64 of 10 mm", 10000.0, 64),
        )
    ]
    found["train"] = [
        Run("fixed steps", "causalgia inside", "train", (effort.pulses, 2.0, 0.02, 0.0)),
        Run("adaptive steps", "causalgia inside", "train", (effort.pulses, 2.0, 2.0, 0.01)),
    ]
    return found


@dataclass(frozen=True)
class Comparison:
    """A bar on how a contest's runs compare: `slow` takes at least `bar` times as long as `fast`.

    With `doubled` the bar is on how much longer `slow` takes at most, as whole runs.
    """

    what: str
    contest: str
    fast: str
    slow: str
    bar: float | None
    whole: bool = False
    doubled: bool = False


def comparisons() -> list[Comparison]:
    """The bars on ratios of times, and, without a bar, ratios that are reported."""
    search = "64, a threshold search"
    found = []
    for model in FIBERS:
        found += [
            Comparison(f"{model}, one fiber, against PyFibers", model, "one", "PyFibers", 30.0),
            Comparison(f"{model}, 64, against PyFibers", model, search, "PyFibers", 100.0),
            Comparison(
                f"{model}, one fiber, against NEURON's loop",
                model,
                "one",
                "plain NEURON loop",
                None,
            ),
            Comparison(
                f"{model}, 64, against NEURON's loop", model, search, "plain NEURON loop", None
            ),
        ]
    return [
        *found,
        Comparison("C-fiber, one, against NEURON", "inside", "one", "NEURON", 3.0),
        Comparison("C-fiber, 256, per core, against NEURON", "inside", "256", "NEURON", 20.0),
        Comparison(
            "C-fiber, 256, concentrations held, against Jaxley",
            "inside",
            "256, held",
            "Jaxley, 256, held",
            5.0,
        ),
        Comparison("train, adaptive steps", "train", "adaptive steps", "fixed steps", 10.0, True),
        Comparison("twice the batch", "doubling", "64 of 5 mm", "128 of 5 mm", 2.0, True, True),
        Comparison("twice the length", "doubling", "64 of 5 mm", "64 of 10 mm", 2.0, True, True),
    ]
