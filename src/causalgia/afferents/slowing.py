r"""What activity does to a fiber: conduction velocity, slowing in trains, recovery after a spike.

As microneurographers measure it: a fiber is stimulated at one place, and the latency of its spike
is watched farther on. Slowing is $100\,(\theta_0 / \theta - 1)$, the rise of the time of conduction
over its first value, in percent.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.passing import first_spikes_ms, slowing_percent
from causalgia.cable.stimulus import Pulses
from causalgia.cable.train import Stepping, Train, simulate_train
from causalgia.errors import InputError

__all__ = [
    "TrainResponse",
    "conduction_velocity_m_per_s",
    "latency_change_percent",
    "low_frequency_train_ms",
    "regular_train_ms",
    "respond_to_train",
]

PULSE_ms = 1.0
PULSE_nA = 4.0
"""Suprathreshold at the end of every C-fiber of up to 2.5 um."""


@dataclass(frozen=True)
class TrainResponse:
    """How a fiber answered each pulse of a train.

    `velocity_m_per_s` [pulse, lane], NaN where no spike arrived; `spikes` [pulse, lane], how many
    arrived; `sodium_mM` [pulse, lane] inside, where concentrations change, just before the next
    pulse.
    """

    velocity_m_per_s: Float[np.ndarray, "pulse lane"]
    spikes: Float[np.ndarray, "pulse lane"]
    sodium_mM: Float[np.ndarray, "pulse lane"] | None

    @property
    def slowing_percent(self) -> Float[np.ndarray, "pulse lane"]:
        """Rise of the time of conduction over that of the first spike."""
        return slowing_percent(1.0 / self.velocity_m_per_s)

    @property
    def failed(self) -> Float[np.ndarray, " lane"]:
        """Share of pulses that sent no spike to the far end."""
        return np.mean(self.spikes == 0, axis=0)


def regular_train_ms(rate_Hz: float, duration_s: float) -> Float[np.ndarray, " pulse"]:
    """Times of the pulses of a regular train that begins after 10 ms.

    **Raises:** `InputError` for a rate or duration that is not positive.
    """
    if not (rate_Hz > 0 and duration_s > 0):
        raise InputError(f"rate_Hz is {rate_Hz} and duration_s {duration_s}, must be positive")
    return 10.0 + 1e3 / rate_Hz * np.arange(round(rate_Hz * duration_s) + 1)


def low_frequency_train_ms() -> Float[np.ndarray, " pulse"]:
    """The low-frequency protocol of Weidner (1999): 20 pulses at 1/8, 20 at 1/4, 30 at 1/2 Hz."""
    intervals = np.repeat([8000.0, 4000.0, 2000.0], [20, 20, 30])
    return 10.0 + np.concatenate([[0.0], np.cumsum(intervals)])


def respond_to_train(
    model: FiberModel,
    times_ms: Float[np.ndarray, " pulse"],
    *,
    stepping: Stepping | None = None,
    amplitude_nA: float = PULSE_nA,
) -> TrainResponse:
    """Stimulate an unbranched fiber at its start, and watch spikes go from 1/4 to 3/4 of it."""
    near, far = _watched(model)
    lanes = _lanes(model)
    recording = simulate_train(
        model.cable,
        model.membrane,
        model.electrics,
        Train(np.asarray(times_ms, dtype=float), 0, PULSE_ms, amplitude_nA),
        sites=(near, far),
        initial_mV=model.initial_mV,
        active=model.active,
        threshold_mV=model.crossing_mV,
        stepping=stepping or Stepping(model.dt_ms),
        batch=lanes,
    )
    delay = recording.latency_ms[:, 1] - recording.latency_ms[:, 0]
    way_mm = 1e-3 * (model.cable.position_um[far] - model.cable.position_um[near])
    sodium = recording.concentration_mM.get(("sodium", "inside"))
    return TrainResponse(
        way_mm / delay,
        recording.crossings[:, 1].astype(float),
        None if sodium is None else sodium[:, 1],
    )


def conduction_velocity_m_per_s(
    model: FiberModel,
    *,
    dt_ms: float | None = None,
    amplitude_nA: float = PULSE_nA,
    pulse_ms: float = PULSE_ms,
) -> Float[np.ndarray, " lane"]:
    """Velocity of one spike from 1/4 to 3/4 of an unbranched fiber at rest, NaN where none came."""
    sites = _watched(model)
    times = _passing(model, [Pulses((0,), 1.0, pulse_ms, amplitude_nA)], 30.0, dt_ms)
    way_mm = 1e-3 * (model.cable.position_um[sites[1]] - model.cable.position_um[sites[0]])
    return way_mm / (times[1, 0] - times[0, 0])


def latency_change_percent(
    model: FiberModel, intervals_ms: Float[np.ndarray, " lane"], *, dt_ms: float | None = None
) -> Float[np.ndarray, " lane"]:
    """Rise of a second spike's time of conduction over the first's, the recovery cycle.

    Negative is supernormal. **Arguments:** the `model` of one lane; the interval of the two
    stimuli, one a lane. NaN where the second does not arrive: the fiber is refractory.
    """
    intervals = np.asarray(intervals_ms, dtype=float)
    first = Pulses((0,), 1.0, PULSE_ms, PULSE_nA)
    second = Pulses((0,), jnp.asarray(1.0 + intervals[None]), PULSE_ms, PULSE_nA)
    times = _passing(model, [first, second], float(intervals.max()) + 40.0, dt_ms, intervals.size)
    return slowing_percent(times[1] - times[0])[1]


def _passing(
    model: FiberModel,
    currents: list[Pulses],
    duration_ms: float,
    dt_ms: float | None,
    lanes: int | None = None,
) -> Float[np.ndarray, "site spike lane"]:
    """When the first spikes, one for each stimulus, pass the two places watched."""
    lanes = lanes or _lanes(model)
    recording = simulate_fiber(
        model,
        duration_ms=duration_ms,
        dt_ms=dt_ms,
        currents=currents,
        spikes=_watched(model),
        every_ms=1.0,
        batch=lanes,
        precision="float64",
    )
    return first_spikes_ms(recording, 2, len(currents), lanes)


def _watched(model: FiberModel) -> tuple[int, int]:
    """Active compartments at a fourth and at three fourths of the fiber."""
    active = model.active or tuple(range(model.cable.size))
    return active[len(active) // 4], active[3 * len(active) // 4]


def _lanes(model: FiberModel) -> int:
    electrics = model.electrics
    return max(electrics.densities_S_per_cm2.shape[2], np.size(electrics.diameter_scale))
