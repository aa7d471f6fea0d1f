"""How the reference thresholds and velocities of unmyelinated fibers were measured.

A point cathode over the middle of a fiber of 601 compartments, 250 um away in 0.3 S/m; rectangular
pulses from the start on; a spike is an upward crossing at nine tenths of the fiber.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.cable.stimulus import Extracellular

DISTANCE_UM = 250.0
CONDUCTIVITY_S_PER_M = 0.3
WITHIN = 0.01
"""A threshold is met when this much less does not fire the fiber and this much more does."""


@dataclass(frozen=True)
class Measured:
    """What a fiber did.

    **Arguments:** for each pulse width whether it `fired` (below, above) threshold; velocity,
    peak and width at half height of the spike that the shortest pulse sets off, a fifth above its
    threshold; by how much an unstimulated fiber `drifted_mV`.
    """

    fired: dict[float, tuple[bool, bool]]
    velocity_m_per_s: float
    peak_mV: float
    width_ms: float
    drifted_mV: float


@pytest.fixture(scope="session")
def measure() -> Callable[[FiberModel, Mapping[float, float], float], Measured]:
    """Try pulses of several widths (ms) around their thresholds (mA), all side by side."""

    def run(fiber: FiberModel, threshold_mA: Mapping[float, float], duration_ms: float) -> Measured:
        shortest = min(threshold_mA)
        tried = [(shortest, 0.0), (shortest, 1.2 * threshold_mA[shortest])]
        for width_ms, threshold in threshold_mA.items():
            tried += [(width_ms, threshold * share) for share in (1.0 - WITHIN, 1.0 + WITHIN)]
        widths_ms, amplitudes_mA = np.array(tried).T
        step = np.arange(round(widths_ms.max() / fiber.dt_ms))[:, None]
        position_um = fiber.cable.position_um
        radius_um = np.hypot(position_um - position_um[fiber.cable.size // 2], DISTANCE_UM)
        per_mA = 1e6 / (4.0 * np.pi * CONDUCTIVITY_S_PER_M * radius_um)
        places = [int(share * (fiber.cable.size - 1)) for share in (0.65, 0.9)]
        recording = simulate_fiber(
            fiber,
            duration_ms=duration_ms,
            every_ms=fiber.dt_ms,
            extracellular=Extracellular(
                per_mA[:, None],
                np.where(step < np.round(widths_ms / fiber.dt_ms), -amplitudes_mA, 0.0),
            ),
            voltage=places[1:],
            spikes=places,
            batch=len(tried),
        )
        fired = np.isfinite(recording.crossing_ms[:, 1]).any(axis=0)[2:].reshape(-1, 2)
        first_ms, last_ms = np.nanmin(recording.crossing_ms[:, :, 1], axis=0)
        unmoved_mV, spike_mV = recording.voltage_mV[:, 0, :2].T
        high = spike_mV > 0.5 * (spike_mV.max() + fiber.initial_mV)
        return Measured(
            {
                width: (bool(below), bool(above))
                for width, (below, above) in zip(threshold_mA, fired, strict=True)
            },
            float(1e-3 * (position_um[places[1]] - position_um[places[0]]) / (last_ms - first_ms)),
            float(spike_mV.max()),
            float(high.sum() * fiber.dt_ms),
            float(np.abs(unmoved_mV - fiber.initial_mV).max()),
        )

    return run
