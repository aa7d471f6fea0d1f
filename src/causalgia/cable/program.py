"""The compiled program: one time step of many copies of a cable, and the loops around it.

State is the voltage [row, batch] and what the membrane remembers: gates, one array a form [gate,
active row, batch], bound drugs and concentrations. A step solves the voltage implicitly with the
membrane held, then moves the membrane with the new voltage held (the staggered scheme of Hines
1984). The inner loop records nothing; an outer loop records every few steps, so that memory grows
only with what is asked for. Gates that take milliseconds move every 0.05 ms only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.cable.compiler import compiled_on_cpu
from causalgia.cable.rows import add_rows, take_rows
from causalgia.cable.sheath import SheathedLine
from causalgia.cable.solver import AbstractAxial
from causalgia.cable.stimulus import AbstractCurrent, Extracellular, MembraneNoise, Opening
from causalgia.channels.membrane import Membrane, MembraneState

__all__ = ["Kept", "Plan", "Problem", "State", "advance", "in_precision", "run", "start", "watched"]


class Problem(eqx.Module):
    """Everything a compiled run reads, in one precision; conductances in mS, currents in uA.

    Arrays that hold a value for each lane have the lanes as their last axis. `pool_gain` is the
    rise of each concentration (mM/ms) for 1 uA of its ion; `fixed_diagonal_mS` holds capacitances
    over the step, leaks and, without a sheath, the links along the cable.
    """

    membrane: Membrane
    densities_mS: Float[Array, "current active #batch"]
    pool_gain: Float[Array, "pool active #batch"] | None
    axial: AbstractAxial | SheathedLine
    passive_mS: Float[Array, "row #batch"] | None
    passive_mV: Float[Array, "..."]
    fixed_diagonal_mS: Float[Array, "row #batch"]
    initial_mV: Float[Array, "row batch"]
    currents: tuple[AbstractCurrent, ...]
    openings: tuple[Opening, ...]
    extracellular: Extracellular | None
    dt_ms: Float[Array, ""]
    threshold_mV: Float[Array, ""]


@dataclass(frozen=True)
class Plan:
    """The static side of a run: what the compiled program is specialized on, in rows.

    `concentration_sites` are places among the active rows; slow gates move every `stride` steps,
    a divisor of `inner`.
    """

    active: tuple[int, ...]
    voltage_sites: tuple[int, ...]
    spike_sites: tuple[int, ...]
    concentration_sites: tuple[int, ...]
    inner: int
    outer: int
    stride: int = 1


class Kept(eqx.Module):
    """What a run gives back.

    `final_mV` [row, batch]; `largest_mV` [sample, batch], the largest voltage in size, NaN where
    there is one; `voltage_mV` and `crossing_ms` [sample, site, batch]; `shift_mM`
    [sample, pool, site, batch].
    """

    final_mV: Array
    largest_mV: Array
    voltage_mV: Array
    crossing_ms: Array
    shift_mM: Array


class State(eqx.Module):
    """What a step reads and gives.

    `sheath` is the potential across the sheath (mV) where there is one; `drawn`, the random
    currents (nA) of the coming step. Random numbers are drawn a step ahead: as part of the state
    they are drawn once, where XLA would fuse their generator into all rows that might receive them.
    """

    voltage: Float[Array, "row batch"]
    sheath: Float[Array, "row batch"] | None
    membrane: MembraneState
    drawn: tuple[Float[Array, "site #batch"] | None, ...]
    step: Array


def run(problem: Problem, plan: Plan) -> Kept:
    """Integrate all lanes of a problem."""
    leaves, structure = jax.tree.flatten(problem)
    return _compiled()(tuple(leaves), structure, plan)


@cache
def _compiled() -> jax.stages.Wrapped:
    return compiled_on_cpu(_integrate, static=("structure", "plan"))


def _integrate(leaves: tuple[Array, ...], structure: jax.tree_util.PyTreeDef, plan: Plan) -> Kept:
    problem: Problem = jax.tree.unflatten(structure, leaves)

    def inner(state: State, _: None) -> tuple[State, Array]:
        state = advance(problem, plan, state, state.step * problem.dt_ms)
        return state, take_rows(state.voltage, plan.spike_sites)

    def stride(state: State, _: None) -> tuple[State, Array]:
        state, levels = jax.lax.scan(inner, state, None, length=plan.stride)
        return _advance_slow(problem, plan, state), levels

    def steps(state: State) -> tuple[State, Array]:
        if plan.stride == 1:
            return jax.lax.scan(inner, state, None, length=plan.inner)
        state, levels = jax.lax.scan(stride, state, None, length=plan.inner // plan.stride)
        return state, levels.reshape(plan.inner, *levels.shape[2:])

    def outer(carry: tuple[State, Array], _: None) -> tuple[tuple[State, Array], tuple[Array, ...]]:
        state, before = carry
        first = state.step
        state, after = steps(state)
        crossing = _crossing(problem, first, jnp.concatenate([before[None], after]))
        largest = jnp.max(jnp.abs(state.voltage), axis=0)
        return (state, after[-1]), (largest, *watched(plan, state, crossing))

    state = start(problem, plan)
    levels = take_rows(state.voltage, plan.spike_sites)
    (state, _), kept = jax.lax.scan(outer, (state, levels), None, length=plan.outer)
    return Kept(state.voltage, *kept)


def start(problem: Problem, plan: Plan) -> State:
    """The state before the first step: the membrane steady at its initial voltage."""
    voltage = problem.initial_mV
    first = jnp.zeros((), jnp.int32)
    return State(
        voltage,
        jnp.zeros_like(voltage) if isinstance(problem.axial, SheathedLine) else None,
        problem.membrane.start(take_rows(voltage, plan.active)),
        _drawn(problem, first),
        first,
    )


def watched(plan: Plan, state: State, crossing: Array) -> tuple[Array, Array, Array]:
    """What is kept of a sample: voltages, crossings, shifts of concentrations."""
    shifts = state.membrane.shifts
    chosen = shifts[:, np.asarray(plan.concentration_sites, dtype=int)]
    return take_rows(state.voltage, plan.voltage_sites), crossing, chosen


def advance(problem: Problem, plan: Plan, state: State, time_ms: Array) -> State:
    """One time step of every lane."""
    membrane, voltage = problem.membrane, state.voltage
    here = take_rows(voltage, plan.active)
    flow = membrane.flow(state.membrane, problem.densities_mS, here)
    right = jnp.zeros_like(voltage)
    if problem.passive_mS is not None:
        right = problem.passive_mS * (problem.passive_mV - voltage)
    right = add_rows(right, plan.active, flow.drive - flow.conductance * here)
    diagonal = jnp.broadcast_to(problem.fixed_diagonal_mS, voltage.shape)
    diagonal = add_rows(diagonal, plan.active, flow.conductance)
    for opening in problem.openings:
        conductance = opening.conductance_mS(state.step)
        pull = conductance * (opening.reversal_mV - take_rows(voltage, opening.sites))
        diagonal = add_rows(diagonal, opening.sites, conductance)
        right = add_rows(right, opening.sites, pull)
    if isinstance(problem.axial, SheathedLine):
        assert state.sheath is not None
        inside, space = _pulled(problem, state.step, problem.axial.currents)
        inside = _inject(problem, inside, state, time_ms)
        risen, stretched = problem.axial.solve_layers(
            diagonal, right, inside, space, voltage, state.sheath
        )
        sheath = state.sheath + stretched
    else:
        axial = problem.axial
        if problem.extracellular is not None:
            right = right + _pulled(problem, state.step, lambda v: (axial.current(v),))[0]
        right = _inject(problem, right, state, time_ms)
        risen, sheath = axial.solve(diagonal, right, voltage), None

    moved = voltage + risen
    remembered = membrane.advance(
        state.membrane,
        take_rows(moved, plan.active),
        problem.dt_ms,
        flow,
        problem.pool_gain,
        with_slow=plan.stride == 1,
    )
    step = state.step + 1
    return State(moved, sheath, remembered, _drawn(problem, step), step)


def _advance_slow(problem: Problem, plan: Plan, state: State) -> State:
    """The slow gates moved over all steps of a stride, at the voltage after the last."""
    here = take_rows(state.voltage, plan.active)
    span_ms = plan.stride * problem.dt_ms
    return replace(state, membrane=problem.membrane.advance_slow(state.membrane, here, span_ms))


def _drawn(problem: Problem, step: Array) -> tuple[Array | None, ...]:
    """The random ones among the stimuli's currents (nA) during a step, None for the others."""
    time, dt = step * problem.dt_ms, problem.dt_ms
    return tuple(
        current.current_nA(time, step, dt) if isinstance(current, MembraneNoise) else None
        for current in problem.currents
    )


def _crossing(problem: Problem, start: Array, levels: Array) -> Array:
    """Time (ms) of the last upward crossing [site, batch] in successive voltages, NaN for none."""
    before, after = levels[:-1], levels[1:]
    crossed = (before < problem.threshold_mV) & (after >= problem.threshold_mV)
    fraction = (problem.threshold_mV - before) / jnp.where(crossed, after - before, 1.0)
    step = start + jnp.arange(before.shape[0])[:, None, None]
    last = jnp.max(jnp.where(crossed, (step + fraction) * problem.dt_ms, -jnp.inf), axis=0)
    return jnp.where(jnp.isfinite(last), last, jnp.nan)


def _pulled(
    problem: Problem, step: Array, currents: Callable[[Array], tuple[Array, ...]]
) -> tuple[Array, ...]:
    """Currents (uA) that the potential outside drives along each layer, [row, batch].

    Those of a unit of its waveform are the same in all steps, and often in all lanes.
    """
    zero = jnp.zeros_like(problem.initial_mV)
    outside = problem.extracellular
    if outside is None:
        return zero, zero
    amplitude = outside.amplitude(step)[None]
    return tuple(
        zero + unit * amplitude for unit in currents(jnp.asarray(outside.potential_mV_per_unit))
    )


def _inject(problem: Problem, right: Array, state: State, time_ms: Array) -> Array:
    """`right` with the injected currents (uA) of a step.

    What concerns few rows is added last: in place, not as a question asked in every row.
    """
    for current, drawn in zip(problem.currents, state.drawn, strict=True):
        if drawn is None:
            drawn = current.current_nA(time_ms, state.step, problem.dt_ms)
        right = add_rows(right, current.sites, 1e-3 * drawn)
    if not problem.currents:
        # Writing to a row makes XLA keep the sum, of which it would compute all channels again
        # for each of its readers.
        nothing = jnp.broadcast_to(0.0 * problem.dt_ms, (1, right.shape[1]))
        right = add_rows(right, (0,), nothing)
    return right


Numbers = TypeVar("Numbers")


def in_precision(numbers: Numbers, precision: str) -> Numbers:
    """The same tree with all its real numbers in one precision; integers as they are."""
    dtype = np.dtype(precision)

    def cast(leaf: object) -> object:
        if isinstance(leaf, float):
            return np.asarray(leaf, dtype)
        if isinstance(leaf, (np.ndarray, jax.Array)) and jnp.issubdtype(leaf.dtype, jnp.floating):
            return np.asarray(leaf, dtype)
        return leaf

    return jax.tree.map(cast, numbers)
