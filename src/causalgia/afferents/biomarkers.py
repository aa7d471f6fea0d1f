r"""What an electrophysiologist reads from a fiber: rest, threshold, spike, velocity, recovery.

Every function takes a `FiberModel` of one lane, a compartment that is stimulated, and compartments
that are watched; whatever is tried (amplitudes, intervals, rates) runs side by side in one call.
Changes of latency are relative to the first spike's time of conduction, in percent; positive is
slower (subnormal), negative faster (supernormal).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.passing import first_spikes_ms, slowing_percent
from causalgia.cable.stimulus import Pulses
from causalgia.cable.thresholds import Inside, activation_threshold
from causalgia.cable.train import Stepping, Train, simulate_train
from causalgia.cable.waveforms import Monophasic
from causalgia.errors import InputError

__all__ = [
    "FiberBiomarkers",
    "INTERVALS_ms",
    "RATES_Hz",
    "RecoveryCycle",
    "SpikeShape",
    "coarse_ms",
    "current_threshold_nA",
    "following_frequency_Hz",
    "recovery_cycle",
    "spike_shape",
]

INTERVALS_ms = (2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 60, 80, 120, 180, 300, 500)
"""Between a conditioning and a test stimulus, as microneurographers space them."""

RATES_Hz = tuple(float(round(rate)) for rate in np.geomspace(30.0, 1000.0, 16))
"""At which a fiber may follow."""

PULSES = 10
"""A rate is followed if each of so many pulses brings a spike."""

LONG_SHARE = 0.16
"""Of the longest interval: what is longer is run apart."""

COARSE_ms, COARSE_SHEATHED_ms = 0.02, 0.005
"""Steps that resolve changes of latency, if not velocities, without and with myelin."""

LEAST_PEAK_mV = 20.0
"""What rises less above rest is no action potential."""


@dataclass(frozen=True)
class SpikeShape:
    """An action potential: its `peak_mV`, its `amplitude_mV` above rest, its `width_ms` halfway up.

    `after_mV` is the largest excursion from rest once the spike is over: negative for an
    afterhyperpolarization, positive for an afterdepolarization; `after_ms`, how long after the
    peak. NaN where the record ends too early.
    """

    peak_mV: float
    amplitude_mV: float
    width_ms: float
    after_mV: float
    after_ms: float


@dataclass(frozen=True)
class RecoveryCycle:
    """Change of latency (percent) of a test spike at intervals (ms) after a conditioning one.

    NaN where the fiber is refractory.
    """

    interval_ms: Float[np.ndarray, " interval"]
    change_percent: Float[np.ndarray, " interval"]

    @property
    def refractory_ms(self) -> float:
        """The longest interval at which the second spike fails; 0 for none, NaN if at all."""
        if not np.isfinite(self.change_percent).any():
            return float("nan")
        failed = self.interval_ms[~np.isfinite(self.change_percent)]
        return float(failed.max()) if failed.size else 0.0

    @property
    def supernormality_percent(self) -> float:
        """The largest speeding up, as a positive number; 0 where there is none."""
        found = self.change_percent[np.isfinite(self.change_percent)]
        return float(max(0.0, -found.min())) if found.size else float("nan")

    @property
    def subnormality_percent(self) -> float:
        """The largest slowing at intervals beyond 10 ms; 0 where there is none."""
        late = self.change_percent[np.isfinite(self.change_percent) & (self.interval_ms > 10.0)]
        return float(max(0.0, late.max())) if late.size else float("nan")


@dataclass(frozen=True)
class FiberBiomarkers:
    """All of a fiber's numbers, NaN for what it has not: no spike, no way to go, no train."""

    rest_mV: float
    spontaneous_Hz: float
    threshold_nA: float
    electrode_threshold_mA: float
    spike: SpikeShape
    velocity_m_per_s: float
    slowing_percent: float
    failed_percent: float
    following_Hz: float
    recovery: RecoveryCycle = field(repr=False)

    def as_dict(self) -> dict[str, float]:
        """Names with units, and numbers."""
        return {
            "rest_mV": self.rest_mV,
            "spontaneous_Hz": self.spontaneous_Hz,
            "threshold_nA": self.threshold_nA,
            "electrode_threshold_mA": self.electrode_threshold_mA,
            "peak_mV": self.spike.peak_mV,
            "amplitude_mV": self.spike.amplitude_mV,
            "width_ms": self.spike.width_ms,
            "afterpotential_mV": self.spike.after_mV,
            "velocity_m_per_s": self.velocity_m_per_s,
            "slowing_percent": self.slowing_percent,
            "failed_percent": self.failed_percent,
            "following_Hz": self.following_Hz,
            "refractory_ms": self.recovery.refractory_ms,
            "supernormality_percent": self.recovery.supernormality_percent,
            "subnormality_percent": self.recovery.subnormality_percent,
        }


def coarse_ms(model: FiberModel) -> float:
    """A longer step, for what needs no velocity to a percent."""
    return max(model.dt_ms, COARSE_ms if model.sheath is None else COARSE_SHEATHED_ms)


def current_threshold_nA(
    model: FiberModel,
    site: int,
    at: int,
    width_ms: float,
    duration_ms: float,
    *,
    between: tuple[float, float] = (1e-3, 30.0),
) -> float:
    """The smallest pulse (nA) into `site` whose spike reaches the compartment `at`.

    Within 0.2 percent; NaN where nothing tried brings one; 0 where the fiber fires by itself.
    """
    try:
        return activation_threshold(
            model,
            Inside(site, Monophasic(width_ms, sign=1)),
            at=at,
            duration_ms=duration_ms,
            between=between,
            tolerance=2e-3,
            amplitudes=16,
        ).amplitude
    except InputError as error:
        return 0.0 if "at amplitude 0 already" in str(error) else float("nan")


def spike_shape(
    time_ms: Float[np.ndarray, " sample"],
    voltage_mV: Float[np.ndarray, " sample"],
    rest_mV: float,
    *,
    until_ms: float = np.inf,
) -> SpikeShape:
    """The shape of the highest spike of a trace.

    **Arguments:** `time_ms` and `voltage_mV` [sample]; the resting potential; `until_ms`, when
    the next stimulus ends what belongs to it.
    """
    nothing = SpikeShape(*(5 * [float("nan")]))
    kept = time_ms < until_ms
    time, trace = time_ms[kept], voltage_mV[kept]
    top = int(np.argmax(trace)) if trace.size else 0
    if not trace.size or trace[top] < rest_mV + LEAST_PEAK_mV:
        return nothing
    peak = float(trace[top])
    half = 0.5 * (rest_mV + peak)
    rise = np.flatnonzero(trace[:top] < half)
    fall = np.flatnonzero(trace[top:] < half)
    if not (rise.size and fall.size):
        return SpikeShape(peak, peak - rest_mV, *(3 * [float("nan")]))
    before, after = int(rise[-1]), top + int(fall[0])
    up = _crossing(time, trace, before, half)
    down = _crossing(time, trace, after - 1, half)
    width = down - up
    # The spike's own way down takes about as long again; what then differs from rest comes after.
    begin = int(np.searchsorted(time, down + width))
    if begin >= trace.size:
        return SpikeShape(peak, peak - rest_mV, width, float("nan"), float("nan"))
    rest_of_it = trace[begin:] - rest_mV
    under, over = int(np.argmin(rest_of_it)), int(np.argmax(rest_of_it))
    # A tail that falls straight back to rest is no afterdepolarization, a hump is.
    chosen = under if rest_of_it[under] < -0.5 or over == 0 else over
    return SpikeShape(
        peak,
        peak - rest_mV,
        width,
        float(rest_of_it[chosen]),
        float(time[begin + chosen] - time[top]),
    )


def _crossing(time: np.ndarray, trace: np.ndarray, index: int, level: float) -> float:
    """When a trace passes a level between a sample and the next."""
    share = (level - trace[index]) / (trace[index + 1] - trace[index])
    return float(time[index] + share * (time[index + 1] - time[index]))


def recovery_cycle(
    model: FiberModel,
    site: int,
    watched: Sequence[int],
    amplitude_nA: float,
    width_ms: float,
    travel_ms: float,
    intervals_ms: Sequence[float] = INTERVALS_ms,
) -> RecoveryCycle:
    """How fast a second spike goes, at intervals after a first.

    **Arguments:** the compartment stimulated, and the two `watched` between which a spike is
    timed; the pulses; `travel_ms`, what the first spike takes to the second of them.
    """
    intervals = np.asarray(intervals_ms, dtype=float)
    change = np.full(intervals.size, np.nan)
    # All lanes of a call take as long as its longest interval: the few long ones go apart.
    is_long = (intervals > LONG_SHARE * intervals.max()) & (intervals > 2.0 * travel_ms + width_ms)
    adaptive = model.sheath is None
    for lanes in (np.flatnonzero(~is_long), np.flatnonzero(is_long & (not adaptive))):
        if lanes.size:
            times = _passing(
                model, site, watched, amplitude_nA, width_ms, travel_ms, intervals[lanes], 2
            )
            change[lanes] = slowing_percent(times[-1] - times[0])[1]
    for lane in np.flatnonzero(is_long & adaptive):
        pair = Train(
            np.array([0.0, intervals[lane]]), site, width_ms, amplitude_nA, 2.0 * travel_ms + 5.0
        )
        change[lane] = _second_change(model, watched, pair)
    return RecoveryCycle(intervals, change)


def _second_change(model: FiberModel, watched: Sequence[int], pair: Train) -> float:
    """Change of latency of the second of two spikes, in steps that follow the error."""
    found = simulate_train(
        model.cable,
        model.membrane,
        model.electrics,
        pair,
        sites=watched,
        initial_mV=model.initial_mV,
        active=model.active,
        threshold_mV=model.crossing_mV,
        stepping=Stepping(coarse_ms(model)),
    )
    delay = found.latency_ms[:, -1, 0] - found.latency_ms[:, 0, 0]
    return float(slowing_percent(delay)[1])


def following_frequency_Hz(
    model: FiberModel,
    site: int,
    watched: Sequence[int],
    amplitude_nA: float,
    width_ms: float,
    travel_ms: float,
    rates_Hz: Sequence[float] = RATES_Hz,
) -> float:
    """The highest of the rates at which each of ten pulses sends a spike to the last place watched.

    0 where none is followed; rates whose period is too short for the pulse are left out.
    """
    rates = np.asarray([rate for rate in rates_Hz if 1e3 / rate > 1.2 * width_ms], dtype=float)
    times = _passing(model, site, watched, amplitude_nA, width_ms, travel_ms, 1e3 / rates, PULSES)
    followed = np.isfinite(times[-1]).all(axis=0)
    return float(rates[followed].max()) if followed.any() else 0.0


def _passing(
    model: FiberModel,
    site: int,
    watched: Sequence[int],
    amplitude_nA: float,
    width_ms: float,
    travel_ms: float,
    periods_ms: Float[np.ndarray, " lane"],
    count: int,
) -> Float[np.ndarray, "site spike lane"]:
    """When the first `count` spikes of each lane, a train of its own period, pass each place."""
    begin = 1.0
    periods = jnp.asarray(periods_ms[None])
    pulses = Pulses((site,), begin, width_ms, amplitude_nA, periods, float(count))
    # What is slow to arrive is given twice the time and a little more.
    duration = begin + periods_ms.max() * (count - 1) + 2.0 * travel_ms + 2.0
    recording = simulate_fiber(
        model,
        duration_ms=float(duration),
        dt_ms=coarse_ms(model),
        currents=[pulses],
        spikes=tuple(watched),
        every_ms=min(0.5, 0.25 * float(periods_ms.min())),
        batch=periods_ms.size,
    )
    return first_spikes_ms(recording, len(watched), count, periods_ms.size)
