"""The compiled program: one time step of many copies of a cable, and the loops around it.

State is the voltage [row, batch] and the gates, one array a form [gate, active row, batch]. A
step solves the voltage implicitly with the gates held, then moves the gates with the new voltage
held (the staggered scheme of Hines 1984). The inner loop records nothing; an outer loop records
every few steps, so that memory grows only with what is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.cable.rows import add_rows, take_rows
from causalgia.cable.solver import AbstractAxial
from causalgia.cable.stimulus import AbstractCurrent, Extracellular, MembraneNoise
from causalgia.channels.membrane import Membrane
from causalgia.channels.stack import GateValues

__all__ = ["Kept", "Plan", "Problem", "in_precision", "run"]


class Problem(eqx.Module):
    """Everything a compiled run reads, in one precision; conductances in mS, currents in uA.

    Arrays that hold a value for each lane have the lanes as their last axis.
    """

    membrane: Membrane
    densities_mS: Float[Array, "channel active #batch"]
    axial: AbstractAxial
    passive_mS: Float[Array, "row #batch"] | None
    passive_mV: Float[Array, ""]
    fixed_diagonal_mS: Float[Array, "row #batch"]
    initial_mV: Float[Array, "row batch"]
    currents: tuple[AbstractCurrent, ...]
    extracellular: Extracellular | None
    dt_ms: Float[Array, ""]
    threshold_mV: Float[Array, ""]


@dataclass(frozen=True)
class Plan:
    """The static side of a run: what the compiled program is specialized on, in rows."""

    active: tuple[int, ...]
    voltage_sites: tuple[int, ...]
    spike_sites: tuple[int, ...]
    inner: int
    outer: int


class Kept(eqx.Module):
    """What a run gives back.

    `final_mV` [row, batch]; `largest_mV` [sample, batch], the largest voltage in size, NaN where
    there is one; `voltage_mV` and `crossing_ms` [sample, site, batch].
    """

    final_mV: Array
    largest_mV: Array
    voltage_mV: Array
    crossing_ms: Array


class _State(eqx.Module):
    """What a step reads and gives; `drawn`, the random currents (nA) of the coming step.

    Random numbers are drawn a step ahead: as part of the state they are drawn once, where XLA
    would fuse their generator into all rows that might receive them.
    """

    voltage: Float[Array, "row batch"]
    gates: GateValues
    drawn: tuple[Float[Array, "site #batch"] | None, ...]
    step: Array


def run(problem: Problem, plan: Plan) -> Kept:
    """Integrate all lanes of a problem."""
    leaves, structure = jax.tree.flatten(problem)
    return _compiled()(tuple(leaves), structure, plan)


_CPU_OPTIONS = {
    "xla_cpu_prefer_vector_width": 512,
    "xla_cpu_copy_insertion_use_region_analysis": True,
}


@cache
def _compiled() -> jax.stages.Wrapped:
    # XLA uses half of a CPU's vector width and copies loop state it need not, unless told.
    on_cpu = jax.default_backend() == "cpu"
    options = _CPU_OPTIONS if on_cpu else None
    return jax.jit(_integrate, static_argnames=("structure", "plan"), compiler_options=options)


def _integrate(leaves: tuple[Array, ...], structure: jax.tree_util.PyTreeDef, plan: Plan) -> Kept:
    problem: Problem = jax.tree.unflatten(structure, leaves)
    voltage = problem.initial_mV
    gates = problem.membrane.stack.steady_state(take_rows(voltage, plan.active))

    def inner(state: _State, _: None) -> tuple[_State, Array]:
        state = _advance(problem, plan, state)
        return state, take_rows(state.voltage, plan.spike_sites)

    def outer(
        carry: tuple[_State, Array], _: None
    ) -> tuple[tuple[_State, Array], tuple[Array, ...]]:
        state, before = carry
        start = state.step
        state, after = jax.lax.scan(inner, state, None, length=plan.inner)
        crossing = _crossing(problem, start, jnp.concatenate([before[None], after]))
        largest = jnp.max(jnp.abs(state.voltage), axis=0)
        kept = take_rows(state.voltage, plan.voltage_sites)
        return (state, after[-1]), (largest, kept, crossing)

    first = jnp.zeros((), jnp.int32)
    start = _State(voltage, gates, _drawn(problem, first), first)
    levels = take_rows(voltage, plan.spike_sites)
    (state, _), kept = jax.lax.scan(outer, (start, levels), None, length=plan.outer)
    return Kept(state.voltage, *kept)


def _advance(problem: Problem, plan: Plan, state: _State) -> _State:
    """One time step of every lane."""
    voltage = state.voltage
    stack = problem.membrane.stack
    conductance, drive = problem.membrane.conductance_and_drive(state.gates, problem.densities_mS)
    inside = voltage
    if problem.extracellular is not None:
        inside = voltage + problem.extracellular.potential_mV(state.step)
    active = drive - conductance * take_rows(voltage, plan.active)
    right = _driving_current(problem, plan, state, active)
    diagonal = jnp.broadcast_to(problem.fixed_diagonal_mS, voltage.shape)
    diagonal = add_rows(diagonal, plan.active, conductance)
    moved = voltage + problem.axial.solve(diagonal, right, inside)
    gates = stack.advance(state.gates, take_rows(moved, plan.active), problem.dt_ms)
    step = state.step + 1
    return _State(moved, gates, _drawn(problem, step), step)


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


def _driving_current(problem: Problem, plan: Plan, state: _State, active: Array) -> Array:
    """Current (uA) into each row but for what comes along the cable.

    What concerns few rows is added last: in place, not as a question asked in every row.
    """
    right = jnp.zeros_like(state.voltage)
    if problem.passive_mS is not None:
        right = problem.passive_mS * (problem.passive_mV - state.voltage)
    right = add_rows(right, plan.active, active)
    time, dt = state.step * problem.dt_ms, problem.dt_ms
    for current, drawn in zip(problem.currents, state.drawn, strict=True):
        amount = current.current_nA(time, state.step, dt) if drawn is None else drawn
        right = add_rows(right, current.sites, 1e-3 * amount)
    return right


def in_precision(problem: Problem, precision: str) -> Problem:
    """The same problem with all its real numbers in one precision; integers as they are."""
    dtype = np.dtype(precision)

    def cast(leaf: object) -> object:
        if isinstance(leaf, float):
            return np.asarray(leaf, dtype)
        if isinstance(leaf, (np.ndarray, jax.Array)) and jnp.issubdtype(leaf.dtype, jnp.floating):
            return np.asarray(leaf, dtype)
        return leaf

    return jax.tree.map(cast, problem)
