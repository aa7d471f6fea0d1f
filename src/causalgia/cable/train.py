"""Long trains of pulses: steps that lengthen while nothing happens.

Activity-dependent slowing takes minutes of stimulation at a few pulses a second, of which a spike
fills a hundredth. The step follows the local error of the voltage, estimated from the change of
its slope: short while a spike is anywhere in the cable, up to milliseconds between. A step
whose error is too large is taken again, shorter. All lanes of a block share the step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from causalgia.cable.compiler import compiled_on_cpu
from causalgia.cable.electrics import Electrics
from causalgia.cable.geometry import Cable
from causalgia.cable.layout import Layout, layout_of
from causalgia.cable.parallel import blocks_of, map_blocks, select_lanes
from causalgia.cable.program import Plan, Problem, State, advance, in_precision, start
from causalgia.cable.rows import take_rows
from causalgia.cable.simulate import (
    Precision,
    capacitance_of,
    concentrations_of,
    problem_of,
    state_size,
)
from causalgia.cable.stimulus import Pulses, placed
from causalgia.channels.membrane import Membrane
from causalgia.errors import InputError, SimulationDiverged

__all__ = ["Stepping", "Train", "TrainRecording", "simulate_train"]


@dataclass(frozen=True)
class Train:
    """Equal pulses at given times into one compartment.

    **Arguments:** `times_ms`, rising from 0; the `site`; `width_ms`; `amplitude_nA`, one or
    [batch]; `after_ms`, how long the run goes on after the last pulse.
    """

    times_ms: Float[np.ndarray, " pulse"]
    site: int
    width_ms: float
    amplitude_nA: float | Float[np.ndarray, " batch"]
    after_ms: float = 100.0

    def __post_init__(self) -> None:
        times = np.asarray(self.times_ms, dtype=float)
        if times.ndim != 1 or times.size == 0 or times[0] < 0 or np.any(np.diff(times) <= 0):
            raise InputError("train: times_ms must rise from 0 or later")
        shortest = min([self.after_ms, *np.diff(times)])
        if not 0 < self.width_ms < shortest:
            raise InputError(
                f"train: width_ms is {self.width_ms}, must be positive and below {shortest:g}, the "
                "shortest interval"
            )

    @property
    def intervals_ms(self) -> Float[np.ndarray, " pulse"]:
        """From each pulse to the next, and from the last to the end."""
        return np.append(np.diff(self.times_ms), self.after_ms)


@dataclass(frozen=True)
class Stepping:
    """How long steps may be: from `shortest_ms`, taken whenever the error asks, to `longest_ms`.

    `tolerance_mV` is the local error of the voltage allowed in a longer step; with 0 all steps are
    the shortest.
    """

    shortest_ms: float = 0.02
    longest_ms: float = 2.0
    tolerance_mV: float = 0.01

    def __post_init__(self) -> None:
        if not 0 < self.shortest_ms <= self.longest_ms or not self.tolerance_mV >= 0:
            raise InputError(
                f"stepping: shortest_ms is {self.shortest_ms}, longest_ms {self.longest_ms}, "
                f"tolerance_mV {self.tolerance_mV}; need 0 < shortest_ms <= longest_ms and "
                "tolerance_mV 0 or more"
            )


@dataclass(frozen=True)
class TrainRecording:
    """What a train left behind, pulse by pulse.

    `latency_ms` [pulse, site, batch] from each pulse to the first crossing it brought, NaN for
    none; `crossings` [pulse, site, batch], how many there were until the next pulse; `voltage_mV`
    [pulse, site, batch] and `concentration_mM` by ion and side [pulse, site, batch], some time
    after each pulse; `steps` [pulse], how many were computed.
    """

    latency_ms: Float[np.ndarray, "pulse site batch"]
    crossings: Int[np.ndarray, "pulse site batch"]
    voltage_mV: Float[np.ndarray, "pulse site batch"]
    concentration_mM: dict[tuple[str, str], Float[np.ndarray, "pulse site batch"]]
    steps: Int[np.ndarray, " pulse"]


class _Limits(eqx.Module):
    """The numbers of `Stepping` and when to look, as the compiled program reads them."""

    shortest_ms: Array
    longest_ms: Array
    tolerance_mV: Array
    sample_ms: Array


class _Walk(eqx.Module):
    """Where a run stands within the interval after a pulse."""

    state: State
    time_ms: Array
    dt_ms: Array
    slope: Float[Array, "row batch"]
    latency_ms: Float[Array, "site batch"]
    crossings: Int[Array, "site batch"]
    sampled_mV: Float[Array, "site batch"]
    sampled_mM: Float[Array, "pool site batch"]
    steps: Array


def simulate_train(
    cable: Cable,
    membrane: Membrane,
    electrics: Electrics,
    train: Train,
    *,
    sites: Sequence[int],
    initial_mV: float | Float[np.ndarray, "compartment #batch"] = -65.0,
    active: Sequence[int] | None = None,
    threshold_mV: float = -20.0,
    sample_after_ms: float | None = None,
    stepping: Stepping | None = None,
    batch: int = 1,
    precision: Precision = "float64",
    workers: int | None = None,
) -> TrainRecording:
    """Integrate copies of a cable side by side through a train of pulses.

    **Arguments:** as in `simulate`; the `train`; the active compartments watched (`sites`), whose
    upward crossings of `threshold_mV` are timed; when after each pulse voltages and concentrations
    are kept (None: just before the next). The default precision keeps the slow changes of
    concentrations.
    **Raises:** `InputError` for inputs that make no sense, `SimulationDiverged` when a voltage
    runs away.
    """
    found = np.flatnonzero(cable.area_cm2 > 0) if active is None else active
    chosen = tuple(int(i) for i in found)
    _check(train, chosen, sites, sample_after_ms)
    layout = layout_of(cable.parent, chosen)
    rows = layout.rows
    watched = tuple(rows[site] for site in sites)
    plan = Plan(
        layout.active, watched, watched, tuple(layout.active.index(row) for row in watched), 1, 1
    )
    problem, capacitance = _problem(
        cable, membrane, electrics, layout, train, initial_mV, threshold_mV, batch
    )
    limits = _limits(stepping or Stepping(), sample_after_ms)
    by_lane = in_precision((problem, capacitance), precision)
    # Apart, since there may be as many pulses as lanes.
    shared = in_precision((limits, train.intervals_ms), precision)

    def work(lanes: np.ndarray) -> tuple[np.ndarray, ...]:
        part = by_lane if lanes.size == batch else select_lanes(by_lane, lanes, batch)
        leaves, structure = jax.tree.flatten((*part, *shared))
        with jax.enable_x64(precision == "float64"):
            return jax.device_get(_compiled()(tuple(leaves), structure, plan))

    blocks = blocks_of(batch, state_size(membrane, layout), precision)
    parts = map_blocks(work, blocks, workers)
    *kept, steps = zip(*parts, strict=True)
    latency, crossings, voltage, shift = (np.concatenate(x, axis=-1)[..., :batch] for x in kept)
    _check_finite(voltage, train)
    return TrainRecording(
        latency, crossings, voltage, concentrations_of(membrane, shift), np.sum(steps, axis=0)
    )


def _check(
    train: Train, active: tuple[int, ...], sites: Sequence[int], sample_after_ms: float | None
) -> None:
    for site in (train.site, *sites):
        if site not in active:
            raise InputError(f"train: compartment {site} is not an active one of the cable")
    shortest = float(np.min(train.intervals_ms))
    if sample_after_ms is not None and not 0 < sample_after_ms <= shortest:
        raise InputError(
            f"sample_after_ms is {sample_after_ms}, must be positive and at most {shortest:g}, the "
            "shortest interval"
        )


def _check_finite(voltage_mV: Float[np.ndarray, "pulse site batch"], train: Train) -> None:
    """Raise `SimulationDiverged` with the first pulse after which a voltage is no number."""
    if not np.all(np.isfinite(voltage_mV)):
        pulse, _, lane = (int(i[0]) for i in np.nonzero(~np.isfinite(voltage_mV)))
        raise SimulationDiverged(
            f"voltage ran away after pulse {pulse} ({train.times_ms[pulse]:g} ms) in lane {lane}; "
            "try a smaller shortest_ms"
        )


def _limits(stepping: Stepping, sample_after_ms: float | None) -> _Limits:
    sample_ms = np.inf if sample_after_ms is None else sample_after_ms
    numbers = (stepping.shortest_ms, stepping.longest_ms, stepping.tolerance_mV, sample_ms)
    return _Limits(*(np.asarray(number) for number in numbers))  # type: ignore[arg-type]


def _problem(
    cable: Cable,
    membrane: Membrane,
    electrics: Electrics,
    layout: Layout,
    train: Train,
    initial_mV: float | np.ndarray,
    threshold_mV: float,
    batch: int,
) -> tuple[Problem, np.ndarray]:
    """A run whose diagonal holds no capacitance yet, since the step varies, and capacitances."""
    problem = problem_of(cable, membrane, electrics, layout, None, math.inf, initial_mV, batch)
    amplitude: Any = np.atleast_1d(np.asarray(train.amplitude_nA, dtype=float))[None]
    pulse = Pulses((train.site,), 0.0, train.width_ms, amplitude)
    problem = replace(
        problem,
        currents=(placed(pulse, layout.rows, batch),),
        threshold_mV=np.asarray(threshold_mV),  # type: ignore[arg-type]
    )
    return problem, capacitance_of(cable, electrics, layout)


@cache
def _compiled() -> jax.stages.Wrapped:
    return compiled_on_cpu(_integrate, static=("structure", "plan"))


def _integrate(
    leaves: tuple[Array, ...], structure: jax.tree_util.PyTreeDef, plan: Plan
) -> tuple[Array, ...]:
    problem, capacitance, limits, intervals = jax.tree.unflatten(structure, leaves)

    def after_pulse(state: State, interval: Array) -> tuple[State, tuple[Array, ...]]:
        walk = _begin(plan, state, limits)

        def step(walk: _Walk) -> _Walk:
            return _step(problem, capacitance, limits, plan, walk, interval)

        walk = jax.lax.while_loop(lambda w: w.time_ms < interval, step, walk)
        kept = (walk.latency_ms, walk.crossings, walk.sampled_mV, walk.sampled_mM, walk.steps)
        return walk.state, kept

    _, kept = jax.lax.scan(after_pulse, start(problem, plan), intervals)
    return kept


def _begin(plan: Plan, state: State, limits: _Limits) -> _Walk:
    levels = take_rows(state.voltage, plan.spike_sites)
    zero = jnp.zeros((), state.voltage.dtype)
    return _Walk(
        state,
        zero,
        limits.shortest_ms,
        jnp.zeros_like(state.voltage),
        jnp.full_like(levels, jnp.nan),
        jnp.zeros(levels.shape, jnp.int32),
        levels,
        _shifts(plan, state),
        jnp.zeros((), jnp.int32),
    )


def _shifts(plan: Plan, state: State) -> Array:
    return state.membrane.shifts[:, np.asarray(plan.concentration_sites, dtype=int)]


def _step(
    problem: Problem, capacitance: Array, limits: _Limits, plan: Plan, walk: _Walk, end: Array
) -> _Walk:
    """One try: a step that is kept if its error allows, and the length of the next."""
    pulse: Any = problem.currents[0]
    # Steps end where the pulse ends, where a sample is taken, and where the interval ends.
    stops = jnp.stack([pulse.width_ms, jnp.minimum(limits.sample_ms, end), end])
    left = jnp.min(jnp.where(stops > walk.time_ms, stops - walk.time_ms, jnp.inf))
    # What little would remain is taken along rather than left to a step of its own.
    dt = jnp.where(left < 1.5 * walk.dt_ms, left, walk.dt_ms)
    diagonal = problem.fixed_diagonal_mS + capacitance / dt
    current = replace(problem, fixed_diagonal_mS=diagonal, dt_ms=dt)
    tried = advance(current, plan, walk.state, walk.time_ms)
    slope = (tried.voltage - walk.state.voltage) / dt
    error = 0.5 * dt * jnp.max(jnp.abs(slope - walk.slope))
    known = jnp.isfinite(error)
    factor = jnp.clip(0.9 * jnp.sqrt(limits.tolerance_mV / (error + 1e-12)), 0.2, 1.5)
    coming = jnp.clip(walk.dt_ms * factor, limits.shortest_ms, limits.longest_ms)
    coming = jnp.where(known, coming, limits.shortest_ms)
    kept = (error <= limits.tolerance_mV) | (dt <= 1.5 * limits.shortest_ms)

    def keep() -> _Walk:
        return _kept(problem, limits, plan, walk, tried, slope, dt, left, coming)

    def discard() -> _Walk:
        return replace(walk, dt_ms=coming, steps=walk.steps + 1)

    return jax.lax.cond(kept, keep, discard)


def _kept(
    problem: Problem,
    limits: _Limits,
    plan: Plan,
    walk: _Walk,
    moved: State,
    slope: Array,
    dt: Array,
    left: Array,
    coming: Array,
) -> _Walk:
    """The walk after a step: spikes timed, and the sample taken where it was due."""
    before = take_rows(walk.state.voltage, plan.spike_sites)
    after = take_rows(moved.voltage, plan.spike_sites)
    crossed = (before < problem.threshold_mV) & (after >= problem.threshold_mV)
    fraction = (problem.threshold_mV - before) / jnp.where(crossed, after - before, 1.0)
    is_first = crossed & (walk.crossings == 0)
    latency = jnp.where(is_first, walk.time_ms + fraction * dt, walk.latency_ms)
    time = walk.time_ms + dt
    due = time <= limits.sample_ms * (1 + 1e-6)
    return _Walk(
        moved,
        time,
        coming,
        slope,
        latency,
        walk.crossings + crossed,
        jnp.where(due, after, walk.sampled_mV),
        jnp.where(due, _shifts(plan, moved), walk.sampled_mM),
        walk.steps + 1,
    )
