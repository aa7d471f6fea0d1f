"""What a run is asked to keep, and what it kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

__all__ = ["Recorder", "Recording"]


@dataclass(frozen=True)
class Recorder:
    """What to keep of a run.

    **Arguments:** compartments whose `voltage` is kept every `every_ms` (none: no traces);
    compartments whose upward crossings of `threshold_mV` are kept as `spikes`, at most one per
    compartment in each `every_ms`, with times interpolated within the step; active compartments
    whose `concentrations` are kept every `every_ms`.
    """

    voltage: tuple[int, ...] = ()
    spikes: tuple[int, ...] = ()
    every_ms: float = 0.1
    threshold_mV: float = -20.0
    concentrations: tuple[int, ...] = ()


@dataclass(frozen=True)
class Recording:
    """What a run kept.

    `time_ms` [sample]; `voltage_mV` [sample, site, batch]; `crossing_ms` [sample, site, batch],
    the time of the upward crossing in the interval before each sample, NaN where there is none;
    `final_voltage_mV` [compartment, batch]; `concentration_mM`, for each ("sodium", "inside")
    whose concentration changes, [sample, site, batch].
    """

    time_ms: Float[np.ndarray, " sample"]
    voltage_mV: Float[np.ndarray, "sample site batch"]
    crossing_ms: Float[np.ndarray, "sample spike_site batch"]
    final_voltage_mV: Float[np.ndarray, "compartment batch"]
    concentration_mM: Mapping[tuple[str, str], Float[np.ndarray, "sample site batch"]] = field(
        default_factory=dict
    )

    def spike_times_ms(self, site: int, lane: int) -> Float[np.ndarray, " spike"]:
        """Times at which one recorded site of one lane crossed the threshold upward."""
        times = self.crossing_ms[:, site, lane]
        return times[np.isfinite(times)]

    def spike_count(
        self, after_ms: float = 0.0, before_ms: float = np.inf
    ) -> Int[np.ndarray, "spike_site batch"]:
        """Number of crossings of each site and lane in a window of time."""
        inside = (self.crossing_ms >= after_ms) & (self.crossing_ms < before_ms)
        return np.asarray(inside.sum(axis=0))
