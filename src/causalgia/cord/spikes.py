"""Spikes as lists of events: what goes into a network and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float, Int

from causalgia.errors import InputError

__all__ = ["Discharge", "Events", "Trains"]


@dataclass(frozen=True)
class Trains:
    """When the fibers of a class fire.

    `time_ms`, `fiber` and `patient`, one entry a spike; `patient` None: all patients alike.
    """

    time_ms: Float[np.ndarray, " spike"]
    fiber: Int[np.ndarray, " spike"]
    patient: Int[np.ndarray, " spike"] | None = None

    @classmethod
    def of(cls, times_ms: Sequence[Sequence[float] | np.ndarray]) -> Trains:
        """From a list of times for each fiber, the same in all patients."""
        sizes = [len(times) for times in times_ms]
        times = np.concatenate([np.zeros(0), *(np.asarray(t, dtype=float) for t in times_ms)])
        return cls(times, np.repeat(np.arange(len(sizes)), sizes))

    def check(self, name: str, fibers: int, patients: int) -> None:
        """Raise `InputError` for spikes of fibers or patients that are not there."""
        for label, values, most in (
            ("fiber", self.fiber, fibers),
            ("patient", self.patient, patients),
        ):
            if values is None:
                continue
            if np.size(values) != np.size(self.time_ms):
                raise InputError(
                    f"trains of {name}: {label} has {np.size(values)} entries, "
                    f"time_ms {np.size(self.time_ms)}"
                )
            if np.size(values) and not 0 <= np.min(values) <= np.max(values) < most:
                raise InputError(
                    f"trains of {name}: {label} goes from {np.min(values)} to {np.max(values)}, "
                    f"must lie in 0 to {most - 1}"
                )
        if np.size(self.time_ms) and not np.isfinite(self.time_ms).all():
            raise InputError(f"trains of {name}: time_ms has values that are not finite")

    def write(
        self,
        raster: Int[np.ndarray, "step terminal patient"],
        start: int,
        dt_ms: float,
        terminals: Int[np.ndarray, " mine"],
        fibers: Int[np.ndarray, " mine"],
        lags: Int[np.ndarray, " mine"],
        patients: Int[np.ndarray, " patient"],
    ) -> None:
        """Count the spikes that arrive, from step `start` on, in a raster of terminals.

        **Arguments:** the places of this class's `terminals` in the raster, the fiber of each and
        its lag in steps; the patients that are the raster's columns.
        """
        steps = np.rint(np.asarray(self.time_ms) / dt_ms).astype(np.int64)
        last = start + raster.shape[0]
        near = (steps >= start - lags.max()) & (steps < last - lags.min())
        steps, fired = steps[near], np.asarray(self.fiber)[near]
        order = np.argsort(fibers, kind="stable")
        ordered = fibers[order]
        # Each spike goes to all terminals of its fiber.
        low, high = np.searchsorted(ordered, fired), np.searchsorted(ordered, fired, side="right")
        repeat = high - low
        spike = np.repeat(np.arange(fired.size), repeat)
        offset = np.arange(spike.size) - np.repeat(np.cumsum(repeat) - repeat, repeat)
        chosen = order[np.repeat(low, repeat) + offset]
        arrival = steps[spike] + lags[chosen] - start
        inside = (arrival >= 0) & (arrival < raster.shape[0])
        arrival, chosen, spike = arrival[inside], chosen[inside], spike[inside]
        if self.patient is None:
            np.add.at(raster, (arrival, terminals[chosen]), 1)
            return
        column = np.full(int(max(np.max(self.patient, initial=0), patients.max())) + 1, -1)
        column[patients] = np.arange(patients.size)
        place = column[np.asarray(self.patient)[near][spike]]
        mine = place >= 0
        np.add.at(raster, (arrival[mine], terminals[chosen[mine]], place[mine]), 1)


@dataclass(frozen=True)
class Events:
    """Spikes of a population: `time_ms`, `neuron` and `patient` of each, in order of time."""

    time_ms: Float[np.ndarray, " spike"]
    neuron: Int[np.ndarray, " spike"]
    patient: Int[np.ndarray, " spike"]

    def of(self, patient: int, neuron: int | None = None) -> Float[np.ndarray, " spike"]:
        """Times (ms) of the spikes of a patient, or of one neuron of a patient."""
        mine = self.patient == patient
        if neuron is not None:
            mine &= self.neuron == neuron
        return self.time_ms[mine]


@dataclass(frozen=True)
class Discharge:
    """What a network fired.

    `events`, spikes by population; `sizes`, neurons of each; `patients`; `duration_ms`.
    `voltage_mV`, for each watched population [sample, member, patient], a sample every
    `voltage_every_ms`. `chloride_mM` and `potentiated`, at the end, by population [neuron,
    patient].
    """

    events: Mapping[str, Events]
    sizes: Mapping[str, int]
    patients: int
    duration_ms: float
    voltage_every_ms: float = 0.0
    voltage_mV: Mapping[str, Float[np.ndarray, "sample member patient"]] = field(
        default_factory=dict
    )
    chloride_mM: Mapping[str, Float[np.ndarray, "neuron patient"]] = field(default_factory=dict)
    potentiated: Mapping[str, Float[np.ndarray, "neuron patient"]] = field(default_factory=dict)

    @classmethod
    def of_raster(
        cls,
        spikes: Int[np.ndarray, "step neuron patient"],
        places: Mapping[str, slice],
        start: int,
        dt_ms: float,
        patients: int,
    ) -> Discharge:
        """From a raster whose first step is number `start`."""
        step, neuron, patient = np.nonzero(spikes)
        time = (start + step + 1) * dt_ms
        events, sizes = {}, {}
        for name, place in places.items():
            mine = (neuron >= place.start) & (neuron < place.stop)
            events[name] = Events(time[mine], neuron[mine] - place.start, patient[mine])
            sizes[name] = place.stop - place.start
        return cls(events, sizes, patients, spikes.shape[0] * dt_ms)

    @classmethod
    def in_time(cls, pieces: Sequence[Discharge]) -> Discharge:
        """Pieces that follow each other."""
        return replace(
            pieces[0],
            events={name: _joined([p.events[name] for p in pieces]) for name in pieces[0].events},
            duration_ms=sum(p.duration_ms for p in pieces),
        )

    @classmethod
    def joined(cls, parts: Sequence[Discharge]) -> Discharge:
        """Patients side by side, in order."""
        if len(parts) == 1:
            return parts[0]
        starts = np.cumsum([0] + [p.patients for p in parts])
        events = {}
        for name in parts[0].events:
            moved = [
                replace(p.events[name], patient=p.events[name].patient + s)
                for p, s in zip(parts, starts, strict=False)
            ]
            whole = _joined(moved)
            order = np.argsort(whole.time_ms, kind="stable")
            events[name] = Events(whole.time_ms[order], whole.neuron[order], whole.patient[order])

        def beside(label: str) -> dict[str, np.ndarray]:
            names = getattr(parts[0], label)
            return {n: np.concatenate([getattr(p, label)[n] for p in parts], -1) for n in names}

        return replace(
            parts[0],
            events=events,
            patients=int(starts[-1]),
            voltage_mV=beside("voltage_mV"),
            chloride_mM=beside("chloride_mM"),
            potentiated=beside("potentiated"),
        )

    def with_states(
        self,
        *,
        voltage_every_ms: float,
        voltage_mV: Mapping[str, np.ndarray],
        chloride_mM: Mapping[str, np.ndarray],
        potentiated: Mapping[str, np.ndarray],
    ) -> Discharge:
        """The same with voltages and what was left at the end."""
        return replace(
            self,
            voltage_every_ms=voltage_every_ms,
            voltage_mV=voltage_mV,
            chloride_mM=chloride_mM,
            potentiated=potentiated,
        )

    def count(
        self, population: str, after_ms: float = 0.0, before_ms: float = np.inf
    ) -> Int[np.ndarray, " patient"]:
        """Spikes of a population in a window, patient by patient."""
        mine = self.events[population]
        inside = (mine.time_ms >= after_ms) & (mine.time_ms < before_ms)
        return np.bincount(mine.patient[inside], minlength=self.patients)

    def rate_Hz(
        self, population: str, after_ms: float = 0.0, before_ms: float | None = None
    ) -> Float[np.ndarray, " patient"]:
        """Mean rate of a neuron of a population in a window, patient by patient."""
        end = self.duration_ms if before_ms is None else before_ms
        fired = self.count(population, after_ms, end)
        return np.asarray(1e3 * fired / ((end - after_ms) * self.sizes[population]))


def _joined(parts: Sequence[Events]) -> Events:
    return Events(
        np.concatenate([p.time_ms for p in parts]),
        np.concatenate([p.neuron for p in parts]),
        np.concatenate([p.patient for p in parts]),
    )
