"""Run a network for many patients side by side: event times in, spike times out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import jax
import numpy as np
from jaxtyping import Float, Int

from causalgia.cable.parallel import map_blocks
from causalgia.cable.program import in_precision
from causalgia.cable.simulate import Precision
from causalgia.cord.modulation import Modulation, settings_of
from causalgia.cord.network import Network
from causalgia.cord.potentiation import Potentiation
from causalgia.cord.prepare import Options, Watch, prepared, started
from causalgia.cord.spikes import Discharge, Trains
from causalgia.cord.state import Carry, Kept, NetworkPlan, Settings
from causalgia.cord.steps import run_chunk
from causalgia.cord.wiring import Wiring, wiring_of
from causalgia.errors import InputError, SimulationDiverged

__all__ = ["Watch", "simulate_network"]

RUNAWAY_mV = 1000.0
CHUNK_ms = 50.0
"""How long is integrated in one call; between calls the brain and drugs may change settings."""

PATIENTS_A_SHARD = 32
"""At most; the shards of a run are as equal as can be, since each size is compiled for itself."""


Feedback = Callable[[float, Discharge], Modulation]
"""From the time (ms) and what was fired since the last call to the settings that follow.

The first call is at 0 ms, with a discharge of no duration: what a run starts from.
"""


def simulate_network(
    network: Network,
    trains: Mapping[str, Trains],
    *,
    duration_ms: float,
    dt_ms: float = 0.025,
    patients: int = 1,
    modulation: Modulation | Feedback | None = None,
    potentiation: Potentiation | None = None,
    watch: Sequence[Watch] = (),
    second_order: bool = True,
    precision: Precision = "float32",
    workers: int | None = None,
) -> Discharge:
    """Integrate a network driven by spikes of afferents.

    **Arguments:** the `network`; `trains`, for each class of afferents when which fiber of which
    patient fires; how long, in which steps, for how many `patients`; the `modulation` (what drugs,
    disease and the brain change), or a function that gives it at the start and then every 50 ms
    from what was fired since (the patients of a feedback run are not shared among cores); how
    C-fiber synapses potentiate (None: they do not); neurons whose voltage to keep; `second_order`
    in time, or first as most published runs; `precision`; how many `workers` share the patients
    (results do not depend on it).
    **Returns:** a `Discharge`: spike times by population, voltages, what became of chloride and
    synapses.
    **Raises:** `InputError` for a class of afferents that is not there or steps that make no
    sense; `SimulationDiverged` with time, population, neuron and patient when a voltage runs away.
    """
    _check(network, trains, duration_ms, dt_ms, patients)
    for wanted in watch:
        network.population(wanted.population)
    wiring = wiring_of(network, dt_ms)
    run = _Run(
        wiring,
        trains,
        math.ceil(duration_ms / (dt_ms * wiring.interval) - 1e-9),
        modulation,
        Options(potentiation, tuple(watch), second_order, precision),
    )
    if callable(modulation):
        return run.of(np.arange(patients))
    shards = np.array_split(np.arange(patients), math.ceil(patients / PATIENTS_A_SHARD))
    return Discharge.joined(map_blocks(run.of, shards, workers))


def _check(
    network: Network,
    trains: Mapping[str, Trains],
    duration_ms: float,
    dt_ms: float,
    patients: int,
) -> None:
    if not 0 < dt_ms <= duration_ms:
        raise InputError(
            f"dt_ms is {dt_ms} and duration_ms {duration_ms}: need 0 < dt_ms <= duration_ms"
        )
    if patients < 1:
        raise InputError(f"patients is {patients}, must be 1 or more")
    for name, fired in trains.items():
        if name not in network.afferents:
            known = ", ".join(network.afferents) or "none"
            raise InputError(f"trains: {name!r} is not a class of afferents ({known})")
        fired.check(name, network.afferents[name], patients)


@dataclass(frozen=True)
class _Run:
    """Everything of a run but which patients."""

    wiring: Wiring
    trains: Mapping[str, Trains]
    intervals: int
    modulation: Modulation | Feedback | None
    options: Options
    chunk: int = field(init=False)

    def __post_init__(self) -> None:
        span = self.wiring.interval * self.wiring.dt_ms
        object.__setattr__(self, "chunk", max(1, round(CHUNK_ms / span)))

    def of(self, patients: Int[np.ndarray, " patient"]) -> Discharge:
        """The discharge of some of the patients."""
        # JAX's setting of precision belongs to a thread.
        with jax.enable_x64(self.options.precision == "float64"):
            return self._integrated(patients)

    def _integrated(self, patients: Int[np.ndarray, " patient"]) -> Discharge:
        wiring = self.wiring
        arrays, plan = prepared(wiring, len(patients), self.options)
        feedback, fixed = None, Modulation()
        if isinstance(self.modulation, Modulation):
            fixed = self.modulation
        elif self.modulation is not None:
            feedback = self.modulation
            nothing = np.zeros((0, wiring.neuron_count, len(patients)), np.uint8)
            fixed = feedback(
                0.0,
                Discharge.of_raster(nothing, wiring.neurons, 0, wiring.dt_ms, len(patients)),
            )
        settings = self._settings(fixed, plan, patients)
        carry = started(arrays, plan, wiring, settings)
        collected = _Collected(wiring, plan, self.options.watch, len(patients))
        for first in range(0, self.intervals, self.chunk):
            count = min(self.chunk, self.intervals - first)
            afferent = self._arrivals(first, count, patients)
            carry, kept = run_chunk(arrays, plan, settings, carry, afferent)
            news = collected.add(first, jax.device_get(kept), patients)
            if feedback:
                time_ms = (first + count) * wiring.interval * wiring.dt_ms
                settings = self._settings(feedback(time_ms, news), plan, patients)
        return collected.finish(jax.device_get(carry), plan)

    def _settings(
        self,
        modulation: Modulation,
        plan: NetworkPlan,
        patients: Int[np.ndarray, " patient"],
    ) -> Settings:
        made = settings_of(self.wiring, plan, modulation, patients)
        return in_precision(made, self.options.precision)

    def _arrivals(
        self, first: int, count: int, patients: Int[np.ndarray, " patient"]
    ) -> np.ndarray:
        """Spikes [interval, step, terminal, patient] at the terminals of afferents."""
        wiring, outer = self.wiring, self.wiring.outer
        steps = count * wiring.interval
        raster = np.zeros((steps, outer.source.size, len(patients)), np.uint8)
        start = first * wiring.interval
        for name, place in wiring.fibers.items():
            if name not in self.trains:
                continue
            mine = np.flatnonzero((outer.source >= place.start) & (outer.source < place.stop))
            if not mine.size:
                continue
            self.trains[name].write(
                raster, start, wiring.dt_ms, mine, outer.source[mine] - place.start,
                outer.lag[mine], patients,
            )  # fmt: skip
        return raster.reshape(count, wiring.interval, *raster.shape[1:])


class _Collected:
    """What chunk after chunk gave, in a person's terms."""

    def __init__(
        self, wiring: Wiring, plan: NetworkPlan, watch: Sequence[Watch], patients: int
    ) -> None:
        self.wiring, self.plan, self.patients = wiring, plan, patients
        self.watch = watch
        self.pieces: list[Discharge] = []
        self.voltages: list[list[np.ndarray]] = [[] for _ in plan.groups]

    def add(self, first: int, kept: Kept, patients: np.ndarray) -> Discharge:
        """What was fired in a chunk; its voltages are put aside."""
        wiring = self.wiring
        span = wiring.interval * wiring.dt_ms
        for group, (largest, seen) in enumerate(zip(kept.largest_mV, kept.voltage_mV, strict=True)):
            bad = ~(largest < RUNAWAY_mV)
            if bad.any():
                interval, patient = (int(i[0]) for i in np.nonzero(bad))
                names = ", ".join(name for name, _, _ in wiring.groups[group].members)
                raise SimulationDiverged(
                    f"a voltage ran away by {(first + interval + 1) * span:g} ms in {names} of "
                    f"patient {int(patients[patient])}; try a smaller dt_ms than {wiring.dt_ms:g}"
                )
            self.voltages[group].append(np.asarray(seen))
        spikes = np.asarray(kept.spikes).reshape(-1, *kept.spikes.shape[2:])
        start = first * wiring.interval
        piece = Discharge.of_raster(spikes, wiring.neurons, start, wiring.dt_ms, self.patients)
        self.pieces.append(piece)
        return piece

    def finish(self, carry: Carry, plan: NetworkPlan) -> Discharge:
        """The whole discharge."""
        whole = Discharge.in_time(self.pieces)
        voltage = {}
        for group, made, seen in zip(plan.groups, self.wiring.groups, self.voltages, strict=True):
            traces = np.concatenate(seen)  # [interval, sample, watched, patient]
            traces = traces.reshape(traces.shape[0] * traces.shape[1], *traces.shape[2:])
            place = 0
            names = {name for name, _, _ in made.members}
            for wanted in self.watch:
                if wanted.population in names:
                    count = len(wanted.members)
                    voltage[wanted.population] = traces[:, place : place + count]
                    place += count
            assert place == len(group.watched)
        return whole.with_states(
            voltage_every_ms=plan.sample * self.wiring.dt_ms,
            voltage_mV=voltage,
            **_states(self.wiring, plan, carry),
        )


def _states(
    wiring: Wiring, plan: NetworkPlan, carry: Carry
) -> dict[str, dict[str, Float[np.ndarray, "neuron patient"]]]:
    """Chloride and potentiation of each population that has them."""
    chloride: dict[str, np.ndarray] = {}
    potentiated: dict[str, np.ndarray] = {}
    for group, made, state in zip(plan.groups, wiring.groups, carry.groups, strict=True):
        for name, start, count in made.members:
            for has, values, book in (
                (group.chloride, state.chloride_mM, chloride),
                (group.potentiation, state.potentiated, potentiated),
            ):
                if has is not None:
                    lanes = np.asarray(values).reshape(-1)[: group.neurons * plan.patients]
                    book[name] = lanes.reshape(group.neurons, -1)[start : start + count]
    return {"chloride_mM": chloride, "potentiated": potentiated}
