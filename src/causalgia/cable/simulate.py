"""Time stepping: many copies of one cable, side by side.

State is two arrays, voltage [compartment, batch] and gates [gate, active compartment, batch].
A step solves the voltage implicitly with the gates held, then moves the gates with the new
voltage held (the staggered scheme of Hines 1984). The inner loop records nothing; an outer loop
records every `record_every` steps, so that memory grows only with what is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from causalgia.cable.geometry import Cable
from causalgia.cable.solver import axial_current, axial_diagonal, solve_tree
from causalgia.cable.stimulus import AbstractCurrent, Extracellular
from causalgia.channels.membrane import Membrane
from causalgia.errors import InputError, SimulationDiverged

__all__ = ["Recording", "Recorder", "simulate"]

Precision = Literal["float32", "float64"]
RUNAWAY_mV = 1000.0


@dataclass(frozen=True)
class Recorder:
    """What to keep of a run.

    **Arguments:** compartments whose `voltage` is kept every `every_ms` (none: no traces);
    compartments whose upward crossings of `threshold_mV` are kept as `spikes`, at most one per
    compartment in each `every_ms`, with times interpolated within the step.
    """

    voltage: tuple[int, ...] = ()
    spikes: tuple[int, ...] = ()
    every_ms: float = 0.1
    threshold_mV: float = -20.0


@dataclass(frozen=True)
class Recording:
    """What a run kept.

    `time_ms` [sample]; `voltage_mV` [sample, site, batch]; `crossing_ms` [sample, site, batch],
    the time of the upward crossing in the interval before each sample, NaN where there is none;
    `final_voltage_mV` [compartment, batch].
    """

    time_ms: Float[np.ndarray, " sample"]
    voltage_mV: Float[np.ndarray, "sample site batch"]
    crossing_ms: Float[np.ndarray, "sample spike_site batch"]
    final_voltage_mV: Float[np.ndarray, "compartment batch"]

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


class Electrics(eqx.Module):
    """What each lane's membrane is made of; every array may differ from lane to lane.

    `densities_S_per_cm2` [channel, active, #batch] for the membrane's channels in the active
    compartments; `passive_S_per_cm2` [compartment, #batch], a leak everywhere toward
    `passive_reversal_mV`; `capacitance_uF_per_cm2` [compartment, #batch] where it differs from
    the cable's own; `diameter_scale` [batch] stretches all diameters (area and capacitance grow
    with it, axial conductance with its square).
    """

    densities_S_per_cm2: Float[np.ndarray, "channel active #batch"]
    passive_S_per_cm2: Float[np.ndarray, "compartment #batch"] | None = None
    passive_reversal_mV: float = -65.0
    capacitance_uF_per_cm2: Float[np.ndarray, "compartment #batch"] | None = None
    diameter_scale: Float[np.ndarray, " #batch"] | float = 1.0


class _Problem(eqx.Module):
    """Everything a compiled run reads, in one precision; conductances in mS, currents in uA."""

    membrane: Membrane
    densities: Array
    axial: Array
    active_area: Array
    passive: Array
    passive_drive: Array
    fixed_diagonal: Array
    initial: Array
    currents: tuple[AbstractCurrent, ...]
    extracellular: Extracellular | None
    dt: Array
    threshold: Array


class _State(eqx.Module):
    voltage: Array
    gates: Array
    crossing: Array


@dataclass(frozen=True)
class _Plan:
    """The static side of a run: what the compiled program is specialized on."""

    parent: tuple[int, ...]
    active: tuple[int, ...]
    voltage_sites: tuple[int, ...]
    spike_sites: tuple[int, ...]
    inner: int
    outer: int


def simulate(
    cable: Cable,
    membrane: Membrane,
    electrics: Electrics,
    *,
    duration_ms: float,
    dt_ms: float,
    initial_mV: float | Float[np.ndarray, "compartment #batch"] = -65.0,
    active: Sequence[int] | None = None,
    currents: Sequence[AbstractCurrent] = (),
    extracellular: Extracellular | None = None,
    recorder: Recorder | None = None,
    batch: int = 1,
    precision: Precision = "float32",
) -> Recording:
    """Integrate `batch` copies of a cable side by side.

    **Arguments:** the `cable`, its `membrane` and what each lane is made of (`electrics`);
    `duration_ms` and `dt_ms`; the `initial_mV` potential, at which gates start in their steady
    state; the `active` compartments that carry the membrane's channels (default: all that have
    area); injected `currents` and an `extracellular` potential; what to record; `precision`.
    **Returns:** a `Recording` of NumPy arrays.
    **Raises:** `InputError` for steps or shapes that make no sense; `SimulationDiverged` with
    time, place and lane when a voltage runs away.
    """
    recorder = recorder or Recorder()
    sites = tuple(np.flatnonzero(cable.area_cm2 > 0)) if active is None else tuple(active)
    inner, outer = _steps(duration_ms, dt_ms, recorder.every_ms)
    plan = _Plan(
        tuple(int(i) for i in cable.parent),
        tuple(int(i) for i in sites),
        tuple(recorder.voltage),
        tuple(recorder.spikes),
        inner,
        outer,
    )
    with jax.enable_x64(precision == "float64"):
        problem = _problem(
            cable,
            membrane,
            electrics,
            plan,
            currents,
            extracellular,
            recorder,
            dt_ms,
            initial_mV,
            batch,
            np.dtype(precision),
        )
        final, worst, place, voltages, crossings = jax.device_get(_run(problem, plan))
    time_ms = dt_ms * inner * np.arange(1, outer + 1)
    _refuse_runaway(cable, electrics, time_ms, worst, place)
    return Recording(time_ms, voltages, crossings, final)


def _steps(duration_ms: float, dt_ms: float, every_ms: float) -> tuple[int, int]:
    """Steps between records, and records."""
    if not (dt_ms > 0 and duration_ms >= dt_ms):
        raise InputError(
            f"dt_ms is {dt_ms} and duration_ms {duration_ms}: need 0 < dt_ms <= duration_ms"
        )
    inner = max(1, round(every_ms / dt_ms))
    return inner, max(1, round(duration_ms / (dt_ms * inner)))


def _problem(
    cable: Cable,
    membrane: Membrane,
    electrics: Electrics,
    plan: _Plan,
    currents: Sequence[AbstractCurrent],
    extracellular: Extracellular | None,
    recorder: Recorder,
    dt_ms: float,
    initial_mV: float | np.ndarray,
    batch: int,
    dtype: np.dtype,
) -> _Problem:
    scale = np.atleast_1d(np.asarray(electrics.diameter_scale, dtype=float))[None]
    area = cable.area_cm2[:, None] * scale
    axial = cable.axial_mS[:, None] * scale**2
    if electrics.capacitance_uF_per_cm2 is None:
        capacitance = cable.capacitance_uF[:, None] * scale
    else:
        capacitance = electrics.capacitance_uF_per_cm2 * area
    passive = np.zeros_like(area)
    if electrics.passive_S_per_cm2 is not None:
        passive = 1e3 * electrics.passive_S_per_cm2 * area
    active = np.asarray(plan.active)
    if electrics.densities_S_per_cm2.shape[:2] != (len(membrane.channels), active.size):
        raise InputError(
            f"densities_S_per_cm2 has shape {electrics.densities_S_per_cm2.shape}, must be "
            f"({len(membrane.channels)} channels, {active.size} active compartments, lanes)"
        )
    problem = _Problem(
        membrane=membrane,
        densities=electrics.densities_S_per_cm2,
        axial=axial,
        active_area=1e3 * area[active],
        passive=passive,
        passive_drive=passive * electrics.passive_reversal_mV,
        fixed_diagonal=capacitance / dt_ms + axial_diagonal(cable.parent, axial) + passive,
        initial=np.broadcast_to(
            np.asarray(initial_mV, dtype=float).reshape(-1, 1)
            if np.ndim(initial_mV) < 2
            else np.asarray(initial_mV),
            (cable.size, batch),
        ),
        currents=tuple(currents),
        extracellular=extracellular,
        dt=np.asarray(dt_ms),
        threshold=np.asarray(recorder.threshold_mV),
    )
    return jax.tree.map(lambda leaf: _cast(leaf, dtype), problem)


def _cast(leaf: object, dtype: np.dtype) -> object:
    """Floats in the run's precision; keys and integers as they are."""
    if isinstance(leaf, float):
        return jnp.asarray(leaf, dtype)
    if isinstance(leaf, (np.ndarray, jax.Array)) and jnp.issubdtype(leaf.dtype, jnp.floating):
        return jnp.asarray(leaf, dtype)
    return leaf


def _take(values: Array, sites: tuple[int, ...]) -> Array:
    """Rows of an array: a slice where they are evenly spaced, which stays vectorized."""
    if len(sites) == values.shape[0]:
        return values
    stride = sites[1] - sites[0] if len(sites) > 1 else 1
    if stride > 0 and sites == tuple(range(sites[0], sites[-1] + 1, stride)):
        return values[sites[0] : sites[-1] + 1 : stride]
    return values[np.asarray(sites, dtype=int)]


def _add(values: Array, sites: tuple[int, ...], amount: Array) -> Array:
    """Add to some rows of an array."""
    if len(sites) == values.shape[0]:
        return values + amount
    return values.at[np.asarray(sites, dtype=int)].add(amount)


def _advance(problem: _Problem, plan: _Plan, state: _State, step: Array) -> _State:
    """One time step of every lane."""
    parent = np.asarray(plan.parent)
    voltage, time = state.voltage, step * problem.dt
    conductance, drive = problem.membrane.conductance_and_drive(state.gates, problem.densities)
    conductance = conductance * problem.active_area
    membrane_current = conductance * _take(voltage, plan.active) - drive * problem.active_area
    inside = voltage
    if problem.extracellular is not None:
        inside = voltage + problem.extracellular.potential_mV(step)
    right = axial_current(parent, problem.axial, inside)
    right = right - problem.passive * voltage + problem.passive_drive
    right = _add(right, plan.active, -membrane_current)
    for current in problem.currents:
        right = _add(right, current.sites, 1e-3 * current.current_nA(time, step, problem.dt))
    diagonal = jnp.broadcast_to(problem.fixed_diagonal, voltage.shape)
    diagonal = _add(diagonal, plan.active, conductance)
    moved = voltage + solve_tree(parent, problem.axial, diagonal, right)
    gates = problem.membrane.stack.advance(state.gates, _take(moved, plan.active), problem.dt)
    crossing = state.crossing
    if plan.spike_sites:
        before, after = _take(voltage, plan.spike_sites), _take(moved, plan.spike_sites)
        crossed = (before < problem.threshold) & (after >= problem.threshold)
        fraction = (problem.threshold - before) / jnp.where(crossed, after - before, 1.0)
        crossing = jnp.where(crossed, time + fraction * problem.dt, crossing)
    return _State(moved, gates, crossing)


@eqx.filter_jit
def _run(problem: _Problem, plan: _Plan) -> tuple[Array, ...]:
    """All steps; returns final voltage, worst size and its place a record, traces, crossings."""
    voltage = problem.initial
    gates = problem.membrane.stack.steady_state(_take(voltage, plan.active))
    nothing = jnp.full((len(plan.spike_sites), voltage.shape[1]), jnp.nan, voltage.dtype)

    def record(state: _State, index: Array) -> tuple[_State, tuple[Array, ...]]:
        state = _State(state.voltage, state.gates, nothing)

        def inner(carry: _State, offset: Array) -> tuple[_State, None]:
            return _advance(problem, plan, carry, index * plan.inner + offset), None

        state, _ = jax.lax.scan(inner, state, jnp.arange(plan.inner))
        size = jnp.where(jnp.isnan(state.voltage), jnp.inf, jnp.abs(state.voltage))
        kept = _take(state.voltage, plan.voltage_sites) if plan.voltage_sites else nothing[:0]
        return state, (size.max(axis=0), size.argmax(axis=0), kept, state.crossing)

    state = _State(voltage, gates, nothing)
    state, (worst, place, voltages, crossings) = jax.lax.scan(record, state, jnp.arange(plan.outer))
    return state.voltage, worst, place, voltages, crossings


def _refuse_runaway(
    cable: Cable,
    electrics: Electrics,
    time_ms: np.ndarray,
    worst: np.ndarray,
    place: np.ndarray,
) -> None:
    """Stop with time, place and parameters of the first lane that ran away."""
    bad = ~(worst < RUNAWAY_mV)
    if not bad.any():
        return
    sample = int(np.flatnonzero(bad.any(axis=1))[0])
    lane = int(np.flatnonzero(bad[sample])[0])
    compartment = int(place[sample, lane])
    densities = electrics.densities_S_per_cm2
    mine = densities[:, 0, lane if densities.shape[2] > 1 else 0]
    raise SimulationDiverged(
        f"voltage ran away ({worst[sample, lane]:.3g} mV) by {time_ms[sample]:.4g} ms in lane "
        f"{lane}, compartment {compartment} ({cable.position_um[compartment]:.4g} um from the "
        f"start); its first compartment's densities (S/cm2) are {np.round(mine, 6).tolist()}; "
        "try a smaller dt_ms"
    )
