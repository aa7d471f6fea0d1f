r"""Fibers that lie so close that they share the space around them.

Currents that leave one fiber flow back along the space between them and shift the potential there,
which acts on its neighbors. In a space closed to the sides the currents along fibers and space sum
to zero (Katz and Schmitt 1940): with $r_k$ the resistance along fiber $k$, $r_e$ that of the space,
and $V_k$ the potential across each membrane,

$$\phi = -\sum_k \frac{V_k - V_{rest}}{r_k} \Big/ \Big(\frac{1}{r_e} + \sum_k \frac{1}{r_k}\Big).$$

Here $\phi$ of the last step acts on the next, which is stable since it is less than what made it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.afferents.model import FiberModel
from causalgia.cable.layout import layout_of
from causalgia.cable.program import Plan, Problem, State, advance, in_precision, start
from causalgia.cable.rows import take_rows
from causalgia.cable.simulate import problem_of
from causalgia.cable.stimulus import Extracellular, Pulses, placed
from causalgia.errors import InputError

__all__ = ["BundleSpikes", "simulate_bundle"]

FOREVER = 2**31 - 1
"""Steps for which a potential is held: each step has one of its own."""


@dataclass(frozen=True)
class BundleSpikes:
    """First upward crossing (ms) of each watched compartment of each fiber, and how many.

    `first_ms` [site, fiber], NaN for none; `count` [site, fiber]; `largest_field_mV`, the largest
    shift of the potential between the fibers.
    """

    first_ms: Float[np.ndarray, "site fiber"]
    count: Float[np.ndarray, "site fiber"]
    largest_field_mV: float


def simulate_bundle(
    model: FiberModel,
    *,
    outside_over_inside: float,
    duration_ms: float,
    stimulated: tuple[int, ...] = (0,),
    amplitude_nA: float = 4.0,
    sites: tuple[int, ...] = (),
    dt_ms: float | None = None,
) -> BundleSpikes:
    """Run the lanes of an unsheathed model as neighbors, some of them stimulated at their start.

    **Arguments:** a `model` whose lanes are the fibers; `outside_over_inside`, the resistance along
    the shared space over that along the first fiber (0: far apart); which fibers get a pulse of
    1 ms after 1 ms; compartments watched.
    **Raises:** `InputError` for a sheathed model, a negative ratio or an unknown fiber.
    """
    electrics = model.electrics
    lanes = max(electrics.densities_S_per_cm2.shape[2], np.size(electrics.diameter_scale))
    if model.sheath is not None:
        raise InputError(f"simulate_bundle: {model.name} has a sheath, which shuts it off")
    if not outside_over_inside >= 0:
        raise InputError(f"outside_over_inside is {outside_over_inside:g}, must be 0 or more")
    if any(not 0 <= fiber < lanes for fiber in stimulated):
        raise InputError(f"stimulated is {stimulated}; the model has fibers 0 to {lanes - 1}")
    dt = model.dt_ms if dt_ms is None else dt_ms
    active = (
        tuple(np.flatnonzero(model.cable.area_cm2 > 0)) if model.active is None else model.active
    )
    layout = layout_of(model.cable.parent, tuple(int(i) for i in active))
    watched = tuple(layout.rows[site] for site in sites)
    problem = problem_of(
        model.cable, model.membrane, electrics, layout, None, dt, model.initial_mV, lanes
    )
    amplitude = np.zeros((1, lanes))
    amplitude[0, list(stimulated)] = amplitude_nA
    pulse = placed(Pulses((0,), 1.0, 1.0, jnp.asarray(amplitude)), layout.rows, lanes)
    problem = replace(
        problem,
        currents=(pulse,),
        threshold_mV=jnp.asarray(model.crossing_mV),
    )
    inside = np.broadcast_to(np.atleast_1d(electrics.diameter_scale) ** 2, (lanes,))
    # the space lets as much pass as the first fiber over the ratio
    weights = outside_over_inside * inside / (inside[0] + outside_over_inside * inside.sum())
    plan = Plan(layout.active, (), watched, (), 1, 1)
    given = in_precision((problem, weights), "float64")
    leaves, structure = jax.tree.flatten(given)
    with jax.enable_x64(True):
        found = _compiled()(tuple(leaves), structure, plan, round(duration_ms / dt))
        first, count, largest = jax.device_get(found)
    return BundleSpikes(first, count, float(largest))


@cache
def _compiled() -> jax.stages.Wrapped:
    return jax.jit(_integrate, static_argnames=("structure", "plan"))


def _integrate(
    leaves: tuple[Array, ...], structure: jax.tree_util.PyTreeDef, plan: Plan, steps: Array
) -> tuple[Array, Array, Array]:
    problem: Problem
    problem, weights = jax.tree.unflatten(structure, leaves)
    rest = problem.initial_mV

    def step(
        index: Array, carry: tuple[State, Array, Array, Array]
    ) -> tuple[State, Array, Array, Array]:
        state, first, count, largest = carry
        field = -jnp.sum(weights * (state.voltage - rest), axis=1, keepdims=True)
        shared = Extracellular(
            jnp.broadcast_to(field, state.voltage.shape), jnp.ones((1, 1), rest.dtype), FOREVER
        )
        time = index * problem.dt_ms
        after = advance(replace(problem, extracellular=shared), plan, state, time)
        level, level_after = (take_rows(s.voltage, plan.spike_sites) for s in (state, after))
        crossed = (level < problem.threshold_mV) & (level_after >= problem.threshold_mV)
        first = jnp.where(crossed & (count == 0), time + problem.dt_ms, first)
        return after, first, count + crossed, jnp.maximum(largest, jnp.max(jnp.abs(field)))

    state = start(problem, plan)
    shape = take_rows(state.voltage, plan.spike_sites).shape
    nothing = jnp.full(shape, jnp.nan, rest.dtype)
    begin = (state, nothing, jnp.zeros(shape, rest.dtype), jnp.zeros((), rest.dtype))
    return jax.lax.fori_loop(0, steps, step, begin)[1:]
