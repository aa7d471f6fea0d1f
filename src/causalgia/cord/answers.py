"""How neurons answered: spikes after each stimulus, who responds, for how long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from causalgia.cord.spikes import Discharge

__all__ = ["C_WINDOW_ms", "answers", "last_spike_ms", "responding"]

C_WINDOW_ms = (50.0, 500.0)
"""When, after a shock, what C fibers evoke is counted."""

Onsets = Sequence[float] | Float[np.ndarray, " onset"]


def answers(
    discharge: Discharge,
    population: str,
    onsets_ms: Onsets,
    window_ms: tuple[float, float] = C_WINDOW_ms,
) -> Float[np.ndarray, "onset patient"]:
    """Spikes of a neuron of a population in a window after each onset, patient by patient."""
    begin, end = window_ms
    counts = [discharge.count(population, onset + begin, onset + end) for onset in onsets_ms]
    return np.array(counts) / discharge.sizes[population]


def last_spike_ms(
    discharge: Discharge,
    population: str,
    onsets_ms: Onsets,
    window_ms: tuple[float, float] = C_WINDOW_ms,
) -> Float[np.ndarray, "onset patient"]:
    """How long after each onset a neuron's last spike in the window comes, in the mean.

    Neurons that did not fire in the window are left out; NaN where none did.
    """
    begin, end = window_ms
    events = discharge.events[population]
    found = np.full((len(onsets_ms), discharge.sizes[population], discharge.patients), np.nan)
    for index, onset in enumerate(onsets_ms):
        inside = (events.time_ms >= onset + begin) & (events.time_ms < onset + end)
        # In order of time, so that the last one stays.
        found[index, events.neuron[inside], events.patient[inside]] = events.time_ms[inside] - onset
    fired = np.isfinite(found)
    count = fired.sum(axis=1)
    total = np.where(fired, found, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def responding(
    discharge: Discharge,
    population: str,
    after_ms: float,
    before_ms: float,
    least_Hz: float = 1.0,
) -> Bool[np.ndarray, "neuron patient"]:
    """Which neurons of a population fire faster than a rate in a window."""
    events = discharge.events[population]
    inside = (events.time_ms >= after_ms) & (events.time_ms < before_ms)
    counts = np.zeros((discharge.sizes[population], discharge.patients))
    np.add.at(counts, (events.neuron[inside], events.patient[inside]), 1)
    return 1e3 * counts / (before_ms - after_ms) > least_Hz
