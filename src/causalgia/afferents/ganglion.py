"""Somata of ganglion neurons: one compartment, run side by side, and what a patch clamp reads.

Lanes are neurons, or doses, or amplitudes: whatever differs goes along the last axis of a model's
densities and of the currents given, and is run in one call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from causalgia.afferents.model import FiberModel
from causalgia.cable import Electrics, Recorder, Recording, simulate, unbranched
from causalgia.cable.simulate import Precision
from causalgia.cable.stimulus import AbstractCurrent, Pulses
from causalgia.channels import Membrane
from causalgia.errors import InputError, nearest

__all__ = [
    "SomaBiomarkers",
    "chosen",
    "ganglion_soma",
    "input_resistance_MOhm",
    "lanes_of",
    "repeated",
    "resting_potential_mV",
    "rheobase_nA",
    "simulate_soma",
    "soma_biomarkers",
    "spikes_at",
]

Lanes = Float[np.ndarray, " batch"]

REST_GRID_MV = np.arange(-100.0, -19.9, 0.25)
LARGEST_CURRENT_nA = 10.0
LANES_AT_ONCE = 64
REFINED = 2000


def ganglion_soma(
    name: str,
    membrane: Membrane,
    densities: Mapping[str, float | Lanes],
    *,
    area_cm2: float | Lanes,
    capacitance_uF_per_cm2: float,
    initial_mV: float,
    dt_ms: float,
    crossing_mV: float,
    source: str,
    description: str,
) -> FiberModel:
    """A sphere's worth of membrane, one compartment as long as it is wide.

    **Arguments:** the density of each current of the `membrane` (missing: 0) and the area, one
    for all lanes or [batch]; the rest as in `FiberModel`.
    **Raises:** `InputError` for a density of a current that the membrane does not have, or a
    number out of range.
    """
    for given, value in densities.items():
        if given not in membrane.names:
            raise InputError(f"{name}: no current {given!r}; {nearest(given, membrane.names)}")
        if np.any(~(np.asarray(value) >= 0)):
            raise InputError(f"{name}: density of {given!r} is {value}, must be 0 or more")
    area = np.asarray(area_cm2, float)
    if np.any(~(area > 0)):
        raise InputError(f"{name}: area_cm2 is {area_cm2}, must be positive")
    rows = [np.atleast_1d(np.asarray(densities.get(n, 0.0), float)) for n in membrane.names]
    diameter_um = 1e4 * np.sqrt(area / np.pi)
    first = float(np.ravel(diameter_um)[0])
    width = np.broadcast_shapes(*(row.shape for row in rows), np.atleast_1d(area).shape)
    stacked = np.stack([np.broadcast_to(row, width) for row in rows])[:, None]
    return FiberModel(
        name=name,
        cable=unbranched(first, first, 1, capacitance_uF_per_cm2=capacitance_uF_per_cm2),
        membrane=membrane,
        electrics=Electrics(
            stacked,
            # an area is stretched by its diameter at a fixed length
            diameter_scale=1.0 if area.ndim == 0 else area / np.ravel(area)[0],
        ),
        initial_mV=initial_mV,
        dt_ms=dt_ms,
        crossing_mV=crossing_mV,
        source=source,
        description=description,
    )


def lanes_of(model: FiberModel) -> int:
    """How many neurons a model holds."""
    widths = (model.electrics.densities_S_per_cm2.shape[2], np.size(model.electrics.diameter_scale))
    return int(max(widths))


def repeated(model: FiberModel, times: int) -> FiberModel:
    """Each neuron of a model several times, next to each other: lanes 0 0 0 1 1 1 for `times` 3."""
    return chosen(model, np.repeat(np.arange(lanes_of(model)), times))


def chosen(model: FiberModel, lanes: Int[np.ndarray, " batch"]) -> FiberModel:
    """The neurons of some lanes, in the order given."""
    count = lanes_of(model)
    electrics = model.electrics
    densities = electrics.densities_S_per_cm2
    wide = np.broadcast_to(densities, (*densities.shape[:2], count))[:, :, lanes]
    scale = np.broadcast_to(np.asarray(electrics.diameter_scale, float), (count,))[lanes]
    return replace(model, electrics=Electrics(wide, diameter_scale=scale))


def simulate_soma(
    model: FiberModel,
    *,
    duration_ms: float,
    currents: Sequence[AbstractCurrent] = (),
    initial_mV: Lanes | None = None,
    voltage: bool = False,
    every_ms: float = 0.5,
    dt_ms: float | None = None,
    precision: Precision = "float32",
) -> Recording:
    """Run all neurons from rest (or `initial_mV`), recording spikes and, if asked, voltage."""
    start = resting_potential_mV(model) if initial_mV is None else np.asarray(initial_mV, float)
    recorder = Recorder((0,) if voltage else (), (0,), every_ms, model.crossing_mV)
    return simulate(
        model.cable,
        model.membrane,
        model.electrics,
        duration_ms=duration_ms,
        dt_ms=model.dt_ms if dt_ms is None else dt_ms,
        initial_mV=start[None],
        currents=currents,
        recorder=recorder,
        batch=lanes_of(model),
        precision=precision,
    )


def resting_potential_mV(model: FiberModel) -> Lanes:
    """Where the steady current of each neuron first turns outward, from below; [batch].

    NaN where it does so nowhere between -100 and -20 mV. Whether the neuron stays there is for a
    run to show.
    """
    current = _steady_current(model, REST_GRID_MV)
    outward = current > 0
    crossing = outward[1:] & ~outward[:-1]
    at = np.argmax(crossing, axis=0)
    lane = np.arange(current.shape[1])
    below, above = current[at, lane], current[at + 1, lane]
    rest = REST_GRID_MV[at] - below * (REST_GRID_MV[1] - REST_GRID_MV[0]) / (above - below)
    # one more secant step than the grid gives, from both sides of the root
    near = _steady_current_at(model, np.stack([rest - 0.01, rest + 0.01]))
    rest = rest - 0.01 - 0.02 * near[0] / (near[1] - near[0])
    return np.where(crossing.any(axis=0), rest, np.nan)


def input_resistance_MOhm(model: FiberModel, below_mV: float = 5.0) -> Lanes:
    """Resistance of each neuron between rest and a little below it, gates settled; [batch]."""
    rest = resting_potential_mV(model)
    current = _steady_current_at(model, (rest - below_mV)[None])[0]
    return below_mV / (-current * _area_cm2(model)) * 1e-6


def spikes_at(
    model: FiberModel,
    amplitude_nA: Float[np.ndarray, "amplitude #batch"],
    *,
    width_ms: float,
    after_ms: float = 20.0,
) -> Int[np.ndarray, "amplitude batch"]:
    """Spikes of each neuron during and shortly after a pulse of each amplitude, in one call."""
    count, amplitudes = lanes_of(model), np.asarray(amplitude_nA, float)
    given = np.broadcast_to(amplitudes, (amplitudes.shape[0], count))
    wide = repeated(model, given.shape[0])
    pulse = Pulses((0,), 1.0, width_ms, jnp.asarray(given.T.reshape(1, -1)))
    run = simulate_soma(
        wide,
        duration_ms=1.0 + width_ms + after_ms,
        currents=[pulse],
        initial_mV=np.repeat(resting_potential_mV(model), given.shape[0]),
    )
    return run.spike_count()[0].reshape(count, given.shape[0]).T


def rheobase_nA(
    model: FiberModel, *, width_ms: float, largest_nA: float = LARGEST_CURRENT_nA
) -> Lanes:
    """Smallest current of a pulse that makes each neuron spike, within 1/2000; [batch].

    Infinite where `largest_nA` does not; 0 where a neuron spikes without any.
    """
    count = lanes_of(model)
    # few neurons leave room for many amplitudes side by side
    inner = max(1, LANES_AT_ONCE // count)
    low, high = np.zeros(count), np.full(count, largest_nA)
    always, reached = spikes_at(model, np.stack([low, high]), width_ms=width_ms) > 0
    for _ in range(int(np.ceil(np.log(REFINED) / np.log(inner + 1)))):
        rungs = np.linspace(low, high, inner + 2)
        fires = spikes_at(model, rungs[1:-1], width_ms=width_ms) > 0
        first = np.argmax(np.concatenate([fires, np.ones((1, count), bool)]), axis=0)
        low, high = (np.take_along_axis(rungs, (first + k)[None], axis=0)[0] for k in (0, 1))
    return np.where(always, 0.0, np.where(reached, high, np.inf))


@dataclass(frozen=True)
class SomaBiomarkers:
    """What a patch clamp reads from each neuron, all [batch].

    `rest_mV`; `input_resistance_MOhm`; `capacitance_pF`; `rheobase_nA` of a pulse; `peak_mV`
    and `width_ms` (halfway between rest and peak) of the first action potential at a twentieth
    more than that; NaN where there is none.
    """

    rest_mV: Lanes
    input_resistance_MOhm: Lanes
    capacitance_pF: Lanes
    rheobase_nA: Lanes
    peak_mV: Lanes
    width_ms: Lanes


def soma_biomarkers(
    model: FiberModel, *, pulse_ms: float, after_ms: float = 30.0
) -> SomaBiomarkers:
    """Biomarkers of all neurons of a model, side by side, with pulses of `pulse_ms`."""
    rest = resting_potential_mV(model)
    rheobase = rheobase_nA(model, width_ms=pulse_ms)
    given = np.where(np.isfinite(rheobase), 1.05 * rheobase, 0.0)
    run = simulate_soma(
        model,
        duration_ms=1.0 + pulse_ms + after_ms,
        currents=[Pulses((0,), 1.0, pulse_ms, jnp.asarray(given[None]))],
        initial_mV=rest,
        voltage=True,
        every_ms=0.05,
    )
    trace = run.voltage_mV[:, 0]
    shapes = [
        _first_spike(run.time_ms, trace[:, lane], run.spike_times_ms(0, lane), rest[lane])
        for lane in range(trace.shape[1])
    ]
    peak, width = np.asarray(shapes, float).T
    capacitance = 1e6 * _area_cm2(model) * _capacitance_uF_per_cm2(model)
    return SomaBiomarkers(rest, input_resistance_MOhm(model), capacitance, rheobase, peak, width)


def _first_spike(
    time: np.ndarray, trace: np.ndarray, crossings: np.ndarray, rest_mV: float
) -> tuple[float, float]:
    """Peak and width at half height of the first action potential of a trace."""
    if not crossings.size:
        return np.nan, np.nan
    start = int(np.searchsorted(time, crossings[0]))
    falling = np.flatnonzero(np.diff(trace[start:]) < 0)
    if not falling.size:
        return np.nan, np.nan
    top = start + int(falling[0])
    peak = float(trace[top])
    half = 0.5 * (rest_mV + peak)
    before, after = np.flatnonzero(trace[:top] < half), np.flatnonzero(trace[top:] < half)
    if not (before.size and after.size):
        return peak, np.nan
    rise, fall = int(before[-1]), top + int(after[0])
    up = time[rise] + (half - trace[rise]) / (trace[rise + 1] - trace[rise]) * (
        time[rise + 1] - time[rise]
    )
    down = time[fall] - (half - trace[fall]) / (trace[fall - 1] - trace[fall]) * (
        time[fall] - time[fall - 1]
    )
    return peak, float(down - up)


def _area_cm2(model: FiberModel) -> Lanes:
    scale = np.broadcast_to(np.asarray(model.electrics.diameter_scale, float), (lanes_of(model),))
    return np.asarray(model.cable.area_cm2[0] * scale)


def _capacitance_uF_per_cm2(model: FiberModel) -> float:
    return float(model.cable.capacitance_uF[0] / model.cable.area_cm2[0])


def _steady_current(model: FiberModel, voltage_mV: np.ndarray) -> np.ndarray:
    """Current (mA/cm2, outward positive), gates settled at each voltage; [voltage, batch]."""
    return _steady_current_at(model, np.repeat(voltage_mV[:, None], lanes_of(model), axis=1))


def _steady_current_at(model: FiberModel, voltage_mV: np.ndarray) -> np.ndarray:
    densities = model.electrics.densities_S_per_cm2
    with jax.enable_x64(True):
        return np.asarray(
            _flow(model.membrane, jnp.asarray(densities), jnp.asarray(voltage_mV, float))
        )


@eqx.filter_jit
def _flow(membrane: Membrane, densities: jax.Array, voltage: jax.Array) -> jax.Array:
    flow = membrane.flow(membrane.start(voltage), densities, voltage)
    return flow.conductance * voltage - flow.drive
