"""Doing what a protocol says to a circuit: every patient under every condition, in one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from causalgia.cord.catalog import CIRCUITS, Circuit, find
from causalgia.cord.drive import patients_of
from causalgia.cord.experiment_drive import Drive
from causalgia.cord.experiment_result import CordResult, Descended, LATEST_ms, Plan, Trace
from causalgia.cord.handles import CordHandles
from causalgia.cord.handles import modulation_of as modulation_of_handles
from causalgia.cord.modulation import Modulation, combined
from causalgia.cord.network import Network
from causalgia.cord.protocol import INTACT, CordProtocol, PatientTable
from causalgia.cord.receptors import CHLORIDE
from causalgia.cord.simulate_network import Watch, simulate_network
from causalgia.cord.spikes import Discharge
from causalgia.errors import InputError, nearest

__all__ = ["Brain", "modulation_of", "planned", "run_protocol"]

Tell = Callable[[str], None]

SETTLE_ms = {"raster": 0.0, "windup": 200.0, "stimulation": 500.0, "gate": 300.0}
"""How long a circuit runs before what is counted begins, unless said."""

DURATION_ms = {"raster": 1000.0, "stimulation": 2000.0, "gate": 1000.0}
FREQUENCIES_Hz = (0.5, 1.0, 2.0)


class Brain(Protocol):
    """What answers a cord whose protocol asks for feedback."""

    def heard(self, time_ms: float, news: Discharge) -> Modulation:
        """Take in what was fired since the last call; what that changes in the cord."""

    def sent(self) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
        """When (ms) which tones, by transmitter [time, lane], were sent so far."""


def run_protocol(
    protocol: CordProtocol,
    *,
    seed: int = 1,
    tell: Tell = lambda text: None,
    brain: Callable[[int], Brain] | None = None,
) -> CordResult:
    """Do what the protocol says: the circuit as built and its variants, side by side.

    The same `seed` draws the same connections and the same spikes of afferents, which all variants
    share. `brain` makes one for so many cords, each with a loop of its own
    (`causalgia.pathway.central.brain_loop`); a protocol with feedback needs it, others do not ask.
    **Raises:** `InputError` that names the field of the protocol.
    """
    plan = planned(protocol, seed)
    if protocol.run.feedback and brain is None:
        raise InputError(
            "run.feedback: is true, which needs a brain; give brain="
            "causalgia.pathway.central.brain_loop"
        )
    lanes = len(plan.variants) * len(plan.conditions)
    tell(f"{plan.circuit.name}: {lanes} side by side for {plan.duration_ms:g} ms")
    drives = [condition.fired for _ in plan.variants for condition in plan.conditions]
    changes = modulation_of(plan)
    answering = brain(lanes) if brain and protocol.run.feedback else None
    if plan.circuit.descends and answering is None:
        changes = combined(changes, modulation_of_handles(CordHandles()))

    def answered(time_ms: float, news: Discharge) -> Modulation:
        assert answering is not None
        return combined(changes, answering.heard(time_ms, news))

    discharge = simulate_network(
        plan.network,
        patients_of(drives),
        duration_ms=plan.duration_ms,
        dt_ms=protocol.run.dt,
        patients=lanes,
        modulation=changes if answering is None else answered,
        potentiation=plan.circuit.grows() if protocol.run.potentiation else None,
        watch=_watches(plan.traces),
    )
    descended = Descended(*answering.sent()) if answering else None
    return CordResult.of(plan, discharge, seed=seed, descended=descended)


def _watches(traces: Sequence[Trace]) -> list[Watch]:
    """One for each population, its neurons in order."""
    members: dict[str, set[int]] = {}
    for trace in traces:
        members.setdefault(trace.population, set()).add(trace.member)
    return [Watch(name, tuple(sorted(chosen))) for name, chosen in members.items()]


def planned(protocol: CordProtocol, seed: int = 1) -> Plan:
    """Build the circuit and draw what drives it.

    **Raises:** `InputError` for what the circuit does not have.
    """
    circuit = find(protocol.circuit.name)
    network = circuit.build(seed, coarse=protocol.circuit.coarse)
    _check(protocol, circuit, network)
    experiment = protocol.run.experiment
    begin = protocol.run.settle
    begin = SETTLE_ms[experiment] if begin is None else begin
    frequencies = (protocol.volley and protocol.volley.frequencies) or list(FREQUENCIES_Hz)
    shortest = _windup_ms(protocol, begin, frequencies) if experiment == "windup" else begin
    duration = protocol.run.duration or (
        shortest if experiment == "windup" else begin + DURATION_ms[experiment]
    )
    if duration < shortest or duration <= begin:
        what = "the last stimulus is answered" if experiment == "windup" else "the circuit settles"
        raise InputError(f"run.duration: {duration:g} ms ends before {what}, at {shortest:g} ms")
    variants = (PatientTable(name=INTACT), *protocol.patients)
    if experiment == "gate" and not protocol.patients:
        variants += (PatientTable(name="disinhibited", inhibition=0.0),)
    source = Drive(protocol, circuit, network, seed, begin, duration)
    conditions = {
        "raster": source.raster,
        "windup": lambda: source.windup(frequencies),
        "stimulation": source.stimulation,
        "gate": source.gate,
    }[experiment]()
    traces = _traces(protocol.draw.traces or (), network)
    return Plan(protocol, circuit, network, variants, tuple(conditions), traces, begin, duration)


def _traces(names: Sequence[str], network: Network) -> tuple[Trace, ...]:
    """Neurons by population, or by population and number, as "lamina_i:2", counted from one.

    **Raises:** `InputError` for one that is not there.
    """
    sizes = {p.name: p.count for p in network.populations}
    found = []
    for text in names:
        name, is_numbered, which = text.partition(":")
        _known("draw.traces", [name], sizes)
        number = int(which) if which.isdecimal() else 0 if is_numbered else 1
        if not 1 <= number <= sizes[name]:
            raise InputError(
                f"draw.traces: {text!r} is no neuron; allowed: {name}:1 to {name}:{sizes[name]}"
            )
        found.append(Trace(name, number - 1))
    return tuple(dict.fromkeys(found))


def _windup_ms(protocol: CordProtocol, begin_ms: float, frequencies: Sequence[float]) -> float:
    """When the last answer to the slowest volleys has been counted."""
    count = (protocol.volley.stimuli if protocol.volley else 8) - 1
    return begin_ms + max(
        count * 1e3 / frequency + min(1e3 / frequency, LATEST_ms) for frequency in frequencies
    )


def modulation_of(plan: Plan) -> Modulation:
    """What each variant changes, for all of its conditions: one fold for each patient."""
    times = len(plan.conditions)

    def folds(values: Sequence[float]) -> np.ndarray:
        return np.repeat(np.asarray(values, dtype=float), times)

    receptors = {name for variant in plan.variants for name in variant.receptors}
    receptors |= set(plan.circuit.inhibitory)
    sources = {name for variant in plan.variants for name in variant.release}
    conductance: dict[str | tuple[str, str], float | np.ndarray] = {}
    for name in sorted(receptors):
        left = [v.inhibition if name in plan.circuit.inhibitory else 1.0 for v in plan.variants]
        own = [variant.receptors.get(name, 1.0) for variant in plan.variants]
        conductance[name] = folds(np.multiply(left, own).tolist())
    release = {name: folds([v.release.get(name, 1.0) for v in plan.variants]) for name in sources}
    return Modulation(
        release=release,
        conductance=conductance,
        kcc2=folds([variant.kcc2 for variant in plan.variants]),
    )


def _check(protocol: CordProtocol, circuit: Circuit, network: Network) -> None:
    """Raise `InputError` for what is asked of a circuit that does not have it."""
    experiment = protocol.run.experiment
    if experiment in ("stimulation", "gate") and not circuit.column:
        raise InputError(
            f"run.experiment: {circuit.name} has no A-beta fibers, which {experiment!r} needs"
        )
    for field, asked, has in (
        ("feedback", protocol.run.feedback, _descends),
        ("potentiation", protocol.run.potentiation, _grows),
    ):
        if asked and not has(circuit):
            able = ", ".join(name for name in CIRCUITS if has(find(name)))
            raise InputError(f"run.{field}: {circuit.name} has none; allowed: true in {able}")
    _known("afferents", protocol.afferents, network.afferents)
    for label, table, allowed in (
        ("volley", protocol.volley, tuple(circuit.arrivals)),
        ("stimulation", protocol.stimulation, tuple(network.afferents)),
        ("touch", protocol.touch, tuple(network.afferents)),
    ):
        if table is not None:
            _known(f"{label}.classes", getattr(table, "classes", None) or (), allowed)
    populations = [p.name for p in network.populations]
    _known("draw.populations", protocol.draw.populations or (), [*network.afferents, *populations])
    receptors = {r.name for p in network.populations for r in p.receptors}
    loaded = any(
        receptor.reversal_mV == CHLORIDE for p in network.populations for receptor in p.receptors
    )
    for index, patient in enumerate(protocol.patients):
        field = f"patients[{index + 1}]"
        _known(f"{field}.receptors", patient.receptors, receptors)
        _known(f"{field}.release", patient.release, [*network.afferents, *populations])
        if patient.kcc2 != 1.0 and not loaded:
            raise InputError(f"{field}.kcc2: {circuit.name} keeps no chloride for it to transport")


def _descends(circuit: Circuit) -> bool:
    return circuit.descends


def _grows(circuit: Circuit) -> bool:
    return bool(circuit.potentiation)


def _known(field: str, given: Mapping[str, object] | Sequence[str], allowed: object) -> None:
    names = list(allowed)  # type: ignore[call-overload]
    for name in given:
        if name not in names:
            raise InputError(f"{field}: unknown name {name!r}; {nearest(name, names)}")
