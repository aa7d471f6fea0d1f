"""What a fiber's protocol showed: voltages, spikes, latencies, biomarkers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.afferents.biomarkers import FiberBiomarkers
from causalgia.afferents.setup import Setup

__all__ = ["FiberResult", "Response", "Window"]


@dataclass(frozen=True)
class Window:
    """Voltage everywhere for a while: `voltage_mV` [sample, position], times from `start_ms`."""

    label: str
    start_ms: float
    time_ms: Float[np.ndarray, " sample"]
    position_um: Float[np.ndarray, " position"]
    voltage_mV: Float[np.ndarray, "sample position"]


@dataclass(frozen=True)
class Response:
    """What one fiber did.

    `windows` of voltage in space and time; `trace_time_ms` and `trace_mV` [sample, site] around
    the first pulse; `spike_ms` for each site, all times; `latency_ms` [pulse, site], NaN for none.
    """

    biomarkers: FiberBiomarkers
    windows: tuple[Window, ...]
    trace_time_ms: Float[np.ndarray, " sample"]
    trace_mV: Float[np.ndarray, "sample site"]
    spike_ms: tuple[Float[np.ndarray, " spike"], ...]
    latency_ms: Float[np.ndarray, "pulse site"]


@dataclass(frozen=True)
class FiberResult:
    """What a protocol showed: a response for each fiber, "unchanged" first.

    `amplitude` given, in `unit`; `site_um` [site], where it was watched; `stimulus_um`.
    """

    setup: Setup
    amplitude: float
    unit: str
    site_um: Float[np.ndarray, " site"]
    stimulus_um: float
    pulse_ms: Float[np.ndarray, " pulse"]
    responses: dict[str, Response]
