"""What comes in: spikes of afferents, drawn from rates, volleys and stimulation pulses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from causalgia.cord.catalog import Arrival
from causalgia.cord.spikes import Trains

__all__ = ["Fired", "merged", "ongoing", "patients_of", "pulses", "volleys"]


@dataclass(frozen=True)
class Fired:
    """Spikes of one class of afferents: when, and which fiber."""

    time_ms: Float[np.ndarray, " spike"]
    fiber: Int[np.ndarray, " spike"]


def ongoing(
    rate_Hz: float, fibers: int, start_ms: float, end_ms: float, random: np.random.Generator
) -> Fired:
    """Poisson trains of a rate between two times, each fiber for itself."""
    counts = random.poisson(1e-3 * rate_Hz * (end_ms - start_ms), size=fibers)
    times = random.uniform(start_ms, end_ms, size=int(counts.sum()))
    return Fired(times, np.repeat(np.arange(fibers), counts))


def volleys(
    onsets_ms: Sequence[float] | Float[np.ndarray, " volley"],
    arrival: Arrival,
    fibers: int,
    random: np.random.Generator,
    fraction: float = 1.0,
) -> Fired:
    """One spike of each fiber (or of a `fraction` of them) at each onset, late by its latency."""
    onsets = np.asarray(onsets_ms, dtype=float)
    mine = np.arange(max(1, round(fraction * fibers)) if fraction > 0 else 0)
    draws = random.normal(size=(onsets.size if arrival.anew else 1, fibers))[:, : mine.size]
    late = np.maximum(arrival.latency_ms + arrival.scatter_ms * draws, 0.0)
    times = onsets[:, None] + late
    return Fired(times.ravel(), np.tile(mine, onsets.size))


def pulses(frequency_Hz: float, start_ms: float, end_ms: float) -> Float[np.ndarray, " pulse"]:
    """When pulses of a frequency are given between two times; none at 0 Hz."""
    if frequency_Hz <= 0:
        return np.zeros(0)
    period = 1e3 / frequency_Hz
    count = int(np.ceil((end_ms - start_ms) / period - 1e-9))
    return start_ms + period * np.arange(max(count, 0))


def merged(parts: Sequence[Fired], refractory_ms: float) -> Fired:
    """All of them, less what follows a kept spike of the same fiber within the refractory time."""
    time = np.concatenate([np.zeros(0), *(p.time_ms for p in parts)])
    fiber = np.concatenate([np.zeros(0, int), *(p.fiber for p in parts)])
    order = np.lexsort((time, fiber))
    time, fiber = time[order], fiber[order]
    kept = _far_enough(time, fiber, refractory_ms)
    time, fiber = time[kept], fiber[kept]
    order = np.argsort(time, kind="stable")
    return Fired(time[order], fiber[order])


def _far_enough(
    time: Float[np.ndarray, " spike"], fiber: Int[np.ndarray, " spike"], refractory_ms: float
) -> Bool[np.ndarray, " spike"]:
    kept = np.ones(time.size, dtype=bool)
    last_fiber, last_time = -1, -np.inf
    for index in range(time.size):
        if fiber[index] == last_fiber and time[index] - last_time < refractory_ms:
            kept[index] = False
        else:
            last_fiber, last_time = int(fiber[index]), float(time[index])
    return kept


def patients_of(drives: Sequence[Mapping[str, Fired]]) -> dict[str, Trains]:
    """The trains of a run in which each patient has a drive of their own."""
    classes = dict.fromkeys(name for drive in drives for name in drive)
    made = {}
    for name in classes:
        parts = [(k, drive[name]) for k, drive in enumerate(drives) if name in drive]
        made[name] = Trains(
            np.concatenate([fired.time_ms for _, fired in parts]),
            np.concatenate([fired.fiber for _, fired in parts]),
            np.concatenate([np.full(fired.time_ms.size, k) for k, fired in parts]),
        )
    return made
