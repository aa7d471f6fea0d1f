"""What `benchmarks/cord.py` times: contests between runs, and the bars on their ratios."""

from __future__ import annotations

from dataclasses import dataclass

from rounds import Run

CIRCUITS = ("aguiar", "zhang", "medlock")
DT_ms, REDUCED_DT_ms = 0.025, 0.05
PUBLISHED, MERGED, CORE = "NEURON as published", "NEURON", "CoreNEURON"
ARRANGEMENTS = {PUBLISHED: (True, False), MERGED: (False, False), CORE: (False, True)}
"""Whether each connection has an object of its own, and whether CoreNEURON integrates."""
ONE, MANY, TWICE = "one", "64", "128"
REDUCED, REDUCED_MANY = "one, reduced", "64, reduced"
BARS_ONE = {"aguiar": 1.0, "zhang": 1.0, "medlock": 5.0}
BAR_MANY = 10.0
PATIENTS = 64
SEPARATE = "medlock"
"""Whose runs of many patients have a process of their own, to be compiled beside those of one."""


@dataclass(frozen=True)
class Effort:
    """Which of NEURON's `arrangements` run, and how long runs are (ms), by circuit.

    Of NEURON, of one patient, of many of them. Many of the reduced circuit may be left out.
    """

    arrangements: tuple[str, ...]
    peer_ms: dict[str, float]
    one_ms: dict[str, float]
    many_ms: dict[str, float]
    reduced_many_ms: float | None
    step_ms: float
    rounds: int


QUICK = Effort(
    arrangements=(PUBLISHED, MERGED),
    peer_ms={"aguiar": 400.0, "zhang": 150.0, "medlock": 20.0},
    one_ms={"aguiar": 400.0, "zhang": 200.0, "medlock": 200.0},
    many_ms={"aguiar": 100.0, "zhang": 40.0, "medlock": 2.5},
    reduced_many_ms=None,
    step_ms=200.0,
    rounds=3,
)
FULL = Effort(
    arrangements=tuple(ARRANGEMENTS),
    peer_ms={"aguiar": 2000.0, "zhang": 600.0, "medlock": 100.0},
    one_ms={"aguiar": 2000.0, "zhang": 600.0, "medlock": 1000.0},
    many_ms={"aguiar": 400.0, "zhang": 100.0, "medlock": 20.0},
    reduced_many_ms=50.0,
    step_ms=1000.0,
    rounds=3,
)


def simulator(circuit: str, arrangement: str) -> str:
    """The name of the process of one of NEURON's arrangements, which holds one circuit."""
    return f"{arrangement}, {circuit}"


def own_simulator(circuit: str, patients: int) -> str:
    """The name of the process of our runs of a circuit."""
    many = ", many" if circuit == SEPARATE and patients > 1 else ""
    return f"causalgia, {circuit}{many}"


def contests(effort: Effort, seed: int) -> dict[str, list[Run]]:
    """Everything timed; the runs of a contest, one a circuit, take turns."""
    found: dict[str, list[Run]] = {}
    for circuit in CIRCUITS:
        found[circuit] = [
            Run(
                label,
                simulator(circuit, label),
                "run",
                (circuit, effort.peer_ms[circuit], None, None, seed, *ARRANGEMENTS[label]),
            )
            for label in effort.arrangements
        ]
        one, many = effort.one_ms[circuit], effort.many_ms[circuit]
        found[circuit] += [
            ours(ONE, circuit, one, 1, seed),
            ours(MANY, circuit, many, PATIENTS, seed),
            ours(TWICE, circuit, many, 2 * PATIENTS, seed),
        ]
    one, many = effort.one_ms["medlock"], effort.reduced_many_ms
    found["medlock"].append(ours(REDUCED, "medlock", one, 1, seed, reduced=True))
    if many is not None:
        found["medlock"].append(ours(REDUCED_MANY, "medlock", many, PATIENTS, seed, reduced=True))
    return found


def ours(
    label: str,
    circuit: str,
    duration_ms: float,
    patients: int,
    seed: int,
    *,
    reduced: bool = False,
) -> Run:
    given = (circuit, duration_ms, patients, REDUCED_DT_ms if reduced else None, reduced, seed)
    return Run(label, own_simulator(circuit, patients), "run", given)


def steps_of(effort: Effort) -> dict[bool, Run]:
    """Steps of current into Medlock's tonic cell as published and reduced; not timed."""
    found = {}
    for reduced, dt_ms in ((False, DT_ms), (True, REDUCED_DT_ms)):
        given = (dt_ms, reduced, effort.step_ms)
        found[reduced] = Run("steps", "causalgia, aguiar", "tonic_steps", given)
    return found


@dataclass(frozen=True)
class Comparison:
    """A bar on how much faster than a peer a run is, for a patient and simulated second."""

    circuit: str
    fast: str
    slow: str
    bar: float | None

    @property
    def what(self) -> str:
        patients = "one patient" if self.fast == ONE else f"{PATIENTS} patients, per core"
        return f"{self.circuit}, {patients}, against {self.slow}"


def comparisons(effort: Effort) -> list[Comparison]:
    """The bars are on NEURON as published; beside it the same with what NEURON can do better."""
    return [
        Comparison(circuit, fast, slow, None if slow == CORE else bar)
        for circuit in CIRCUITS
        for fast, bar in ((ONE, BARS_ONE[circuit]), (MANY, BAR_MANY))
        for slow in effort.arrangements
    ]
