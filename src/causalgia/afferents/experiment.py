"""Doing what a protocol says: rest, threshold, response to every pulse, recovery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from causalgia.afferents.biomarkers import (
    FiberBiomarkers,
    INTERVALS_ms,
    RATES_Hz,
    RecoveryCycle,
    current_threshold_nA,
    following_frequency_Hz,
    recovery_cycle,
    spike_shape,
)
from causalgia.afferents.fiber_result import FiberResult, Response, Window
from causalgia.afferents.model import FiberModel
from causalgia.afferents.passing import slowing_percent
from causalgia.afferents.protocol import Protocol
from causalgia.afferents.setup import Setup, prepared
from causalgia.cable.recording import Recording
from causalgia.cable.thresholds import Inside, Outside, activation_threshold, stimulate
from causalgia.cable.train import Stepping, Train, simulate_train
from causalgia.cable.waveforms import Delayed, Monophasic
from causalgia.errors import InputError

__all__ = ["run_protocol"]

Tell = Callable[[str], None]

A_INTERVALS_ms = (0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100)
A_RATES_Hz = tuple(float(round(rate)) for rate in np.geomspace(100.0, 1500.0, 16))
MOST_ROWS, MOST_SAMPLES = 120, 400
"""Of a picture of voltage in space and time."""

SHORTEST_STEP_ms = 0.01
"""Of a long train, whose steps follow the error; a fiber may ask for longer ones."""

TEST_FACTOR = 1.5
"""Times a fiber's own threshold: the pulses that its biomarkers are read with."""


def run_protocol(protocol: Protocol, *, tell: Tell = lambda text: None) -> FiberResult:
    """Do what the protocol says, to the fiber as built and, where it is changed, as changed.

    Amplitudes "x threshold" are times the threshold of the fiber as built: a drug or a lesion
    meets the stimulus that was set before it.
    **Raises:** `InputError` that names the field of the protocol.
    """
    setup = prepared(protocol)
    model = setup.fibers["unchanged"]
    tell("threshold")
    threshold = _threshold_nA(setup, model)
    outside = _electrode_threshold_mA(setup, model)
    amplitude, unit = _amplitude(setup, threshold, outside)
    responses: dict[str, Response] = {}
    seen_ms = 0.0
    for name, fiber in setup.fibers.items():
        settled, rest, rate = _settled(setup, fiber)
        known = (threshold, outside) if name == "unchanged" else None
        tell(f"{name} fiber")
        responses[name] = _respond(setup, settled, rest, rate, amplitude, known, seen_ms, tell)
        seen_ms = responses[name].windows[0].time_ms[-1]
    position = model.cable.position_um
    return FiberResult(
        setup,
        amplitude,
        unit,
        position[list(setup.watched)],
        float(position[setup.site]),
        setup.pulse_times_ms,
        responses,
    )


def _amplitude(setup: Setup, threshold_nA: float, outside_mA: float) -> tuple[float, str]:
    asked = setup.protocol.stimulus.amplitude
    inside = setup.protocol.stimulus.electrode == "intracellular"
    unit = "nA" if inside else "mA"
    if asked.unit != "x":
        return asked.value, unit
    found = threshold_nA if inside else outside_mA
    if not found > 0:
        raise InputError(
            "stimulus.amplitude: the fiber as built has no threshold for this stimulus; "
            f"give an amplitude in {unit}"
        )
    return asked.value * found, unit


def _slowest(setup: Setup) -> float:
    """Velocity (m/s) below which a spike is not waited for."""
    return 2.0 if setup.is_sheathed else 0.25


def _settled(setup: Setup, model: FiberModel) -> tuple[FiberModel, float, float]:
    """The fiber at its own rest, that rest (mV), and how often it fires by itself (Hz)."""
    # The run that spikes are read from, without its pulse: one program serves both.
    run = _probe(setup, model, 0.0)
    trace = run.voltage_mV[:, list(setup.path).index(setup.watched[-1]), 0]
    rest = float(np.median(trace[trace.size // 2 :]))
    spikes, duration = int(run.spike_count()[-1, 0]), float(run.time_ms[-1])
    return replace(model, initial_mV=rest), rest, 1e3 * spikes / duration


def _threshold_nA(setup: Setup, model: FiberModel) -> float:
    last = setup.watched[-1]
    duration = setup.width_ms + _waiting_ms(setup) + setup.travel_ms(_slowest(setup), last)
    return current_threshold_nA(model, setup.site, last, setup.width_ms, duration)


def _waiting_ms(setup: Setup) -> float:
    """How long a membrane just at its threshold hesitates."""
    return 3.0 if setup.is_sheathed else 12.0


def _electrode_threshold_mA(setup: Setup, model: FiberModel) -> float:
    """Of the protocol's own pulse; NaN where it is given inside, or nothing excites."""
    given = setup.stimulus(trains=False)
    if not isinstance(given, Outside):
        return float("nan")
    travel = setup.travel_ms(_slowest(setup), setup.watched[-1])
    duration = setup.begin_ms + setup.waveform.length_ms + _waiting_ms(setup) + travel
    try:
        return activation_threshold(
            model,
            given,
            at=setup.watched[-1],
            duration_ms=duration,
            between=(1e-3, 100.0),
            tolerance=2e-3,
            amplitudes=16,
        ).amplitude
    except InputError:
        return float("nan")


def _respond(
    setup: Setup,
    model: FiberModel,
    rest_mV: float,
    spontaneous_Hz: float,
    amplitude: float,
    known: tuple[float, float] | None,
    seen_ms: float,
    tell: Tell,
) -> Response:
    """Everything that one fiber shows."""
    threshold, outside = known or (
        _threshold_nA(setup, model),
        _electrode_threshold_mA(setup, model),
    )
    tell("response")
    # A fiber that cannot be excited, or needs no excitation, is shown as it is.
    test_nA = TEST_FACTOR * threshold if threshold > 0 else 0.0
    probe = _probe(setup, model, test_nA)
    times = _first_crossings(probe)
    latency = times - setup.begin_ms
    position = model.cable.position_um[list(setup.watched)]
    velocity = float("nan")
    if setup.conducts and len(setup.watched) > 1:
        velocity = float(1e-3 * abs(position[-1] - position[0]) / abs(times[-1] - times[0]))
    column = list(setup.path).index(setup.watched[-1])
    shape = spike_shape(probe.time_ms, probe.voltage_mV[:, column, 0], rest_mV)
    once = probe if setup.long and amplitude == test_nA else None
    windows, trace_time, traces, spikes, latencies = _answers(
        setup, model, amplitude, latency, once, seen_ms
    )
    recovery, following = _recovery(setup, model, test_nA, latency, tell)
    delay = latencies[:, -1] - (latencies[:, 0] if latencies.shape[1] > 1 else 0.0)
    slowing = slowing_percent(delay)
    answered = np.isfinite(latencies[:, -1])
    last = slowing[np.isfinite(slowing)]
    return Response(
        FiberBiomarkers(
            rest_mV=rest_mV,
            spontaneous_Hz=spontaneous_Hz,
            threshold_nA=threshold,
            electrode_threshold_mA=outside,
            spike=shape,
            velocity_m_per_s=velocity,
            slowing_percent=float(last[-1]) if setup.conducts and last.size > 1 else float("nan"),
            failed_percent=float(100.0 * (1.0 - answered.mean())),
            following_Hz=following,
            recovery=recovery,
        ),
        windows,
        trace_time,
        traces,
        spikes,
        latencies,
    )


def _probe(setup: Setup, model: FiberModel, amplitude_nA: float) -> Recording:
    """One pulse inside, and voltage all along."""
    wait = 20.0 if setup.is_sheathed else 60.0
    duration = setup.begin_ms + setup.width_ms + wait
    duration += setup.travel_ms(4.0 if setup.is_sheathed else 0.35, setup.watched[-1])
    pulse = Delayed(Monophasic(setup.width_ms, sign=1), setup.begin_ms)
    return stimulate(
        model,
        [Inside(setup.site, pulse)],
        np.full((1, 1), amplitude_nA),
        sites=setup.watched,
        duration_ms=duration,
        voltage=setup.path,
        every_ms=_every_ms(setup, model),
    )


def _every_ms(setup: Setup, model: FiberModel) -> float:
    return max(model.dt_ms, 0.02 if setup.is_sheathed else 0.05)


def _first_crossings(run: Recording) -> Float[np.ndarray, " site"]:
    times = np.where(np.isfinite(run.crossing_ms[:, :, 0]), run.crossing_ms[:, :, 0], np.inf)
    first = times.min(axis=0)
    return np.where(np.isfinite(first), first, np.nan)


def _answers(
    setup: Setup,
    model: FiberModel,
    amplitude: float,
    latency_ms: Float[np.ndarray, " site"],
    once: Recording | None,
    seen_ms: float,
) -> tuple[
    tuple[Window, ...], np.ndarray, np.ndarray, tuple[np.ndarray, ...], Float[np.ndarray, "p s"]
]:
    """Windows, traces, spikes and latencies of the protocol's own stimulus.

    `once` is a run of its first pulse where there is one already; `seen_ms`, how much of another
    fiber is shown.
    """
    first = max(_window_ms(setup, latency_ms), seen_ms - setup.begin_ms)
    if setup.long:
        duration = min(setup.duration_ms, setup.begin_ms + first)
        run = once or _stimulated(setup, model, amplitude, duration, trains=False)
        latencies = _long_train(setup, model, amplitude)
        windows: tuple[Window, ...] = (_window(setup, model, run, "first pulse", 0.0, duration),)
        spikes = tuple(
            (setup.pulse_times_ms + latencies[:, place])[np.isfinite(latencies[:, place])]
            for place in range(len(setup.watched))
        )
    else:
        run = _stimulated(setup, model, amplitude, setup.duration_ms, trains=True)
        spikes = tuple(run.spike_times_ms(place, 0) for place in range(len(setup.watched)))
        latencies = _latencies(setup, spikes, latency_ms)
        end = min(setup.duration_ms, setup.begin_ms + first)
        windows = (_window(setup, model, run, "first pulse", 0.0, end),)
        if setup.count > 1:
            start = float(setup.pulse_times_ms[-1] - setup.begin_ms)
            windows += (_window(setup, model, run, "last pulse", start, start + end),)
    kept = run.time_ms <= setup.begin_ms + first
    columns = [list(setup.path).index(site) for site in setup.watched]
    return windows, run.time_ms[kept], run.voltage_mV[kept][:, columns, 0], spikes, latencies


def _window_ms(setup: Setup, latency_ms: Float[np.ndarray, " site"]) -> float:
    """How long a first pulse is looked at: until its spike has passed, and its tail."""
    known = latency_ms[np.isfinite(latency_ms)]
    tail = 1.5 if setup.is_sheathed else 15.0
    longest = known.max() if known.size else tail
    return float(setup.waveform.length_ms + 1.45 * longest + tail)


def _stimulated(
    setup: Setup, model: FiberModel, amplitude: float, duration_ms: float, *, trains: bool
) -> Recording:
    return stimulate(
        model,
        [setup.stimulus(trains=trains)],
        np.full((1, 1), amplitude),
        sites=setup.watched,
        duration_ms=duration_ms,
        voltage=setup.path,
        every_ms=_every_ms(setup, model),
    )


def _window(
    setup: Setup, model: FiberModel, run: Recording, label: str, start_ms: float, end_ms: float
) -> Window:
    """A stretch of a run, thinned to what a picture can show."""
    samples = np.flatnonzero((run.time_ms >= start_ms) & (run.time_ms <= end_ms))
    samples = samples[:: max(1, samples.size // MOST_SAMPLES)]
    rows = np.arange(0, len(setup.path), max(1, len(setup.path) // MOST_ROWS))
    position = model.cable.position_um[list(setup.path)]
    return Window(
        label,
        start_ms,
        run.time_ms[samples],
        position[rows],
        run.voltage_mV[samples][:, rows, 0],
    )


def _long_train(
    setup: Setup, model: FiberModel, amplitude_nA: float
) -> Float[np.ndarray, "pulse site"]:
    """Latencies of many pulses far apart, with steps that follow the error."""
    after = max(setup.duration_ms - float(setup.pulse_times_ms[-1]), 2.0 * setup.width_ms)
    found = simulate_train(
        model.cable,
        model.membrane,
        model.electrics,
        Train(setup.pulse_times_ms, setup.site, setup.width_ms, amplitude_nA, after),
        sites=setup.watched,
        initial_mV=model.initial_mV,
        active=model.active,
        threshold_mV=model.crossing_mV,
        stepping=Stepping(max(model.dt_ms, SHORTEST_STEP_ms)),
    )
    return np.asarray(found.latency_ms[:, :, 0])


def _latencies(
    setup: Setup, spikes: tuple[np.ndarray, ...], latency_ms: Float[np.ndarray, " site"]
) -> Float[np.ndarray, "pulse site"]:
    """From each pulse to its spike: the first that is not too early to be its own."""
    found = np.full((setup.count, len(setup.watched)), np.nan)
    for place, times in enumerate(spikes):
        expected = latency_ms[place] if np.isfinite(latency_ms[place]) else 0.0
        for pulse, begin in enumerate(setup.pulse_times_ms):
            earliest = begin + 0.6 * expected
            latest = earliest + (setup.period_ms if setup.count > 1 else np.inf)
            own = times[(times >= earliest) & (times < latest)]
            if own.size:
                found[pulse, place] = own[0] - begin
    return found


def _recovery(
    setup: Setup,
    model: FiberModel,
    amplitude_nA: float,
    latency_ms: Float[np.ndarray, " site"],
    tell: Tell,
) -> tuple[RecoveryCycle, float]:
    """The recovery cycle and the highest rate followed, if asked for and if a spike arrives."""
    intervals = np.asarray(A_INTERVALS_ms if setup.is_sheathed else INTERVALS_ms, dtype=float)
    none = RecoveryCycle(intervals, np.full(intervals.size, np.nan))
    if not setup.protocol.record.recovery or not amplitude_nA > 0:
        return none, float("nan")
    if not np.isfinite(latency_ms).all():
        return none, 0.0
    tell("recovery")
    ends = (setup.watched[0], setup.watched[-1])
    travel = float(latency_ms.max())
    intervals = intervals[intervals > 1.2 * setup.width_ms]
    rates = A_RATES_Hz if setup.is_sheathed else RATES_Hz
    common = (model, setup.site, ends, amplitude_nA, setup.width_ms, travel)
    recovery = recovery_cycle(*common, tuple(intervals)) if setup.conducts else none
    return recovery, following_frequency_Hz(*common, rates)
