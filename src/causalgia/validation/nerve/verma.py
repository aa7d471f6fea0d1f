"""The small ganglion neuron of Verma (2020): rest, rheobase, spike, firing rates, Nav1.8."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.afferents.ganglion import (
    input_resistance_MOhm,
    repeated,
    resting_potential_mV,
    simulate_soma,
)
from causalgia.afferents.model import FiberModel, scaled
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.cable.stimulus import Pulses
from causalgia.cable.thresholds import Inside, thresholds
from causalgia.cable.waveforms import Monophasic
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["latencies", "resting_numbers", "rheobases", "single_spike", "step_counts"]

NAV1_8_mS_per_cm2 = 7.0
"""What the densities of Nav1.8 in the rows are multiples of."""

EVERY_ms = 0.1
Trace = Float[np.ndarray, "time lane"]


@measures("verma_2020.rest*", "verma_2020.input_resistance", "verma_2020.nav1_8_*.rest")
def verma_at_rest(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Rest and what is open there, at several densities of Nav1.8."""
    found = dict(resting_numbers(verma_2020()))
    found |= {i: resting_potential_mV(_with_nav1_8(i))[0] for i in ids if "nav1_8_" in i}
    return found


@measures("verma_2020.rheobase.*")
def verma_rheobases(_: Collection[str]) -> Mapping[str, Outcome]:
    """The smallest pulses that make it spike."""
    return rheobases(verma_2020())


@measures("verma_2020.spike.*")
def verma_spike(_: Collection[str]) -> Mapping[str, Outcome]:
    """The spike of a short pulse."""
    return single_spike(verma_2020())


@measures(
    "verma_2020.rate.*",
    "verma_2020.count.*",
    "verma_2020.slow.*",
    "verma_2020.nav1_8_*pa",
)
def verma_steps(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Firing in steps of current, all side by side."""
    return step_counts(verma_2020(), ids)


@measures("verma_2020.latency.*")
def verma_latencies(ids: Collection[str]) -> Mapping[str, Outcome]:
    """The first spikes of steps, in steps of time short enough near the rheobase."""
    return latencies(verma_2020(), ids)


def resting_numbers(model: FiberModel) -> Mapping[str, Outcome]:
    """Rest, input resistance and the gates at rest."""
    rest = resting_potential_mV(model)
    stack = model.membrane.stack
    with jax.enable_x64(True):
        gates = stack.steady_state(jnp.asarray(rest)[None])
        values = [float(value[0, 0]) for c in range(5) for value in stack.of_channel(gates, c)]
    names = ("m17", "h17", "s17", "m18", "h18", "n", "nka", "hka")
    found: dict[str, Outcome] = {
        f"verma_2020.rest.{name}": value for name, value in zip(names, values, strict=True)
    }
    found["verma_2020.rest"] = float(rest[0])
    found["verma_2020.input_resistance"] = float(input_resistance_MOhm(model, below_mV=0.1)[0])
    return found


def rheobases(model: FiberModel) -> Mapping[str, Outcome]:
    """Rheobases (pA) for pulses of several widths."""
    widths = {"1": 1.0, "5": 5.0, "20": 20.0, "200": 200.0, "500": 500.0}
    pulses = [Inside(0, Monophasic(width, sign=1)) for width in widths.values()]
    found = thresholds(
        model, pulses, at=0, duration_ms=560.0, between=(0.03, 0.6), tolerance=1e-3, amplitudes=24
    )
    return {
        f"verma_2020.rheobase.{name}ms": 1e3 * threshold.amplitude
        for name, threshold in zip(widths, found, strict=True)
    }


def single_spike(model: FiberModel) -> Mapping[str, Outcome]:
    """Shape of the spike of 120 pA for 5 ms, from samples as fine as the step."""
    run = simulate_soma(
        model,
        duration_ms=40.0,
        currents=[Pulses((0,), 0.0, 5.0, 0.12)],
        voltage=True,
        every_ms=model.dt_ms,
        precision="float64",
    )
    rest = float(resting_potential_mV(model)[0])
    time = np.concatenate([[0.0], run.time_ms])
    trace = np.concatenate([[rest], run.voltage_mV[:, 0, 0]])
    slope = np.gradient(trace, time)
    top, bottom = int(np.argmax(trace)), int(np.argmin(trace))
    half = 0.5 * (rest + trace[top])
    above = np.flatnonzero(trace > half)
    steep = np.flatnonzero(slope >= 10.0)
    return {
        "verma_2020.spike.peak": float(trace[top]),
        "verma_2020.spike.peak_time": float(time[top]),
        "verma_2020.spike.threshold": float(trace[steep[0]]) if steep.size else np.nan,
        "verma_2020.spike.rise": float(slope.max()),
        "verma_2020.spike.fall": float(slope.min()),
        "verma_2020.spike.width": float(time[above[-1]] - time[above[0]]),
        "verma_2020.spike.after": float(trace[bottom]),
        "verma_2020.spike.after_time": float(time[bottom]),
    }


_STEP = re.compile(r"\.(\d+(?:_\d+)?)pa$")


def step_counts(model: FiberModel, ids: Collection[str]) -> Mapping[str, Outcome]:
    """Spikes and rates of the rows asked for, one lane each."""
    ids = list(ids)
    amplitude_nA = [_step_nA(i) for i in ids]
    width_ms = [1000.0 if "nav1_8_" in i else 3000.0 if ".slow." in i else 2000.0 for i in ids]
    density = [_nav1_8_of(i) / NAV1_8_mS_per_cm2 for i in ids]
    lanes = scaled(repeated(model, len(ids)), {"nav1_8": np.array(density)})
    run = simulate_soma(
        lanes,
        duration_ms=max(width_ms),
        currents=[Pulses((0,), 0.0, jnp.array([width_ms]), jnp.array([amplitude_nA]))],
        voltage=True,
        every_ms=EVERY_ms,
        precision="float64",
    )
    trace = run.voltage_mV[:, 0]
    found: dict[str, Outcome] = {}
    for lane, row in enumerate(ids):
        level = -10.0 if "nav1_8_" in row else 0.0
        times = _crossings_ms(run.time_ms, trace[:, lane], level)
        times = times[times < width_ms[lane]]
        if ".rate." in row:
            late = times[times >= 1000.0]
            found[row] = 1e3 * (late.size - 1) / np.ptp(late) if late.size > 1 else 0.0
        else:
            found[row] = float(times.size)
    return found


def latencies(model: FiberModel, ids: Collection[str]) -> Mapping[str, Outcome]:
    """When the first spike crosses 0 mV after the start of each step."""
    ids = list(ids)
    run = simulate_soma(
        repeated(model, len(ids)),
        duration_ms=20.0,
        currents=[Pulses((0,), 0.0, 20.0, jnp.array([[_step_nA(i) for i in ids]]))],
        dt_ms=0.0025,
        precision="float64",
    )
    spikes = [run.spike_times_ms(0, lane) for lane in range(len(ids))]
    return {
        i: float(times[0]) if times.size else np.nan for i, times in zip(ids, spikes, strict=True)
    }


def _step_nA(row: str) -> float:
    """The step that a row names, as "..103_5pa"."""
    named = _STEP.search(row)
    assert named is not None
    return 1e-3 * float(named[1].replace("_", "."))


def _crossings_ms(time: np.ndarray, trace: np.ndarray, level: float) -> np.ndarray:
    before = np.flatnonzero((trace[:-1] < level) & (trace[1:] >= level))
    share = (level - trace[before]) / (trace[before + 1] - trace[before])
    return np.asarray(time[before] + share * (time[before + 1] - time[before]))


def _nav1_8_of(row: str) -> float:
    """The density (mS/cm2) of Nav1.8 that a row names, else the published one."""
    named = re.search(r"nav1_8_(\d+)\.", row)
    return float(named[1]) if named else NAV1_8_mS_per_cm2


def _with_nav1_8(row: str) -> FiberModel:
    return scaled(verma_2020(), {"nav1_8": _nav1_8_of(row) / NAV1_8_mS_per_cm2})
