"""The compiled program of a network: neurons by themselves for an interval, then their spikes.

No spike arrives earlier than the shortest delay after it was fired, so that for so long all neurons
can be integrated without looking at each other: a group of equal cells at a time, in blocks of
lanes (neuron by patient) that stay in cache. Then the spikes of the interval are written into a
ring of past spikes, from which terminals read what arrives in the next one.

A step is of second order in time: the implicit half step is extrapolated to the whole one (Crank
and Nicolson), with gates and calcium half a step ahead of the voltage.
"""

from __future__ import annotations

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from causalgia.cable.compiler import compiled_on_cpu
from causalgia.cable.program import Problem
from causalgia.cable.solver import AbstractAxial
from causalgia.channels.membrane import Flow, MembraneState
from causalgia.cord.state import (
    Carry,
    GroupArrays,
    GroupPlan,
    GroupState,
    Kept,
    NetworkArrays,
    NetworkPlan,
    Settings,
)

__all__ = ["run_chunk"]


def run_chunk(
    arrays: NetworkArrays,
    plan: NetworkPlan,
    settings: Settings,
    carry: Carry,
    afferent: Int[np.ndarray, "interval step terminal patient"],
) -> tuple[Carry, Kept]:
    """Integrate the intervals for which `afferent` spikes (counts) are given."""
    leaves, structure = jax.tree.flatten(arrays)
    return _compiled()(tuple(leaves), structure, plan, settings, carry, afferent)


@cache
def _compiled() -> jax.stages.Wrapped:
    return compiled_on_cpu(_integrate, static=("structure", "plan"), donate=("carry",))


def _integrate(
    leaves: tuple[Array, ...],
    structure: jax.tree_util.PyTreeDef,
    plan: NetworkPlan,
    settings: Settings,
    carry: Carry,
    afferent: Array,
) -> tuple[Carry, Kept]:
    arrays: NetworkArrays = jax.tree.unflatten(structure, leaves)

    def interval(carry: Carry, fired: Array) -> tuple[Carry, Kept]:
        arrived = jnp.concatenate([_arriving(arrays, plan, carry), fired.astype(_real(arrays))], 1)
        released, resources, use, contacts = _released(arrays, plan, settings, carry, arrived)
        states, spikes, largest, voltages = [], [], [], []
        for index, group in enumerate(plan.groups):
            amplitudes = jnp.einsum("rnt,ktp->krnp", arrays.groups[index].weights, released)
            amplitudes = amplitudes * settings.gain[index][None]
            state, fires, size, seen = _group_interval(
                arrays, plan, group, index, settings, carry.groups[index], amplitudes
            )
            states.append(state)
            spikes.append(fires)
            largest.append(size)
            voltages.append(seen)
        fires = jnp.concatenate(spikes, axis=1)
        place = carry.step % plan.ring
        ring = jax.lax.dynamic_update_slice_in_dim(carry.ring, fires, place, 0)
        step = carry.step + plan.interval
        after = Carry(tuple(states), ring, resources, use, contacts, step)
        return after, Kept(fires, tuple(largest), tuple(voltages))

    return jax.lax.scan(interval, carry, afferent)


def _real(arrays: NetworkArrays) -> np.dtype:
    return np.dtype(arrays.dt_ms.dtype)


def _arriving(arrays: NetworkArrays, plan: NetworkPlan, carry: Carry) -> Array:
    """Spikes [step, terminal, patient] that arrive at the terminals of neurons in an interval."""
    steps = carry.step + jnp.arange(plan.interval)[:, None] - arrays.lag[None]
    arrived = carry.ring[steps % plan.ring, arrays.source[None]]
    return jnp.where((steps >= 0)[:, :, None], arrived, 0).astype(_real(arrays))


def _released(
    arrays: NetworkArrays, plan: NetworkPlan, settings: Settings, carry: Carry, arrived: Array
) -> tuple[Array, Array, Array, Array]:
    """What terminals release [step, terminal, patient], and what they remember of it."""
    share = settings.release[None]
    if not plan.releases:
        return arrived * share, carry.resources, carry.use, carry.contacts
    inner = arrays.source.shape[0]
    most = arrays.utilization

    def step(
        memory: tuple[Array, Array, Array], spikes: Array
    ) -> tuple[tuple[Array, Array, Array], Array]:
        resources, use, contacts = memory
        fires = spikes > 0
        use = jnp.where(fires, use + most * (1.0 - use), use)
        freed = jnp.where(fires, use * resources, 0.0)
        resources = resources - freed
        resources = resources + (1.0 - resources) * arrays.recovery
        opened = contacts[0] - contacts[1]
        taken = arrays.axo_most * opened / (1.0 + opened)
        left = jnp.prod(1.0 - taken, axis=0)
        whole = jnp.concatenate([jnp.ones((inner, left.shape[1]), left.dtype), left[arrays.fiber]])
        gift = freed / most * whole * share[0]
        onto = jnp.einsum("kft,tp->kfp", arrays.axo_axonic, gift)
        contacts = contacts * arrays.axo_decay + onto[None]
        return (resources, use - use * arrays.facilitation, contacts), gift

    memory = (carry.resources, carry.use, carry.contacts)
    (resources, use, contacts), released = jax.lax.scan(step, memory, arrived)
    return released, resources, use, contacts


def _group_interval(
    arrays: NetworkArrays,
    plan: NetworkPlan,
    group: GroupPlan,
    index: int,
    settings: Settings,
    state: GroupState,
    amplitudes: Array,
) -> tuple[GroupState, Array, Array, Array]:
    """A group over an interval: its state, spikes [step, neuron, patient], largest voltage, traces.

    **Arguments:** `amplitudes` [step, receptor, neuron, patient] that arrive.
    """
    mine = arrays.groups[index]
    lanes = group.neurons * plan.patients
    spare = group.blocks * group.width - lanes
    arrivals = amplitudes.reshape(*amplitudes.shape[:2], lanes)
    if spare:
        arrivals = jnp.concatenate([arrivals, arrivals[:, :, -1:].repeat(spare, axis=2)], axis=2)
    arrivals = arrivals.reshape(*arrivals.shape[:2], group.blocks, group.width)
    arrivals = jnp.moveaxis(arrivals, 2, 0)
    own = (mine.by_lane, settings.tonic_uS[index], settings.kcc2[index], state, arrivals)

    def block(
        _: None, one: tuple[Problem, Array, Array, GroupState, Array]
    ) -> tuple[None, tuple[GroupState, Array, Array, Array]]:
        problem: Problem = eqx.combine(mine.cells, one[0])
        return None, _block_interval(plan, group, mine, problem, arrays.dt_ms, *one[1:])

    if group.blocks == 1:
        found = block(None, jax.tree.map(lambda leaf: leaf[0], own))[1]
        state, fires, size, seen = jax.tree.map(lambda leaf: leaf[None], found)
    else:
        _, (state, fires, size, seen) = jax.lax.scan(block, None, own)

    def patients(values: Array) -> Array:
        """[block, ..., width] -> [..., neuron, patient]."""
        flat = jnp.moveaxis(values, 0, -2)
        flat = flat.reshape(*flat.shape[:-2], group.blocks * group.width)[..., :lanes]
        return flat.reshape(*flat.shape[:-1], group.neurons, plan.patients)

    neurons = np.array([neuron for neuron, _ in group.watched], dtype=int)
    seen = patients(seen)[:, np.arange(len(neurons)), neurons]
    return state, patients(fires), patients(size).max(axis=0), seen


def _block_interval(
    plan: NetworkPlan,
    group: GroupPlan,
    mine: GroupArrays,
    problem: Problem,
    dt_ms: Array,
    tonic_uS: Array,
    kcc2: Array,
    state: GroupState,
    arrivals: Array,
) -> tuple[GroupState, Array, Array, Array]:
    """A block of lanes over an interval; `arrivals` [step, receptor, lane]."""
    reversal = jnp.broadcast_to(mine.reversal_mV, tonic_uS.shape)
    chloride_mV = jnp.zeros_like(kcc2)
    if group.chloride is not None:
        chloride_mV = group.chloride.chloride_reversal_mV(state.chloride_mM)
        turned = group.chloride.reversal_mV(state.chloride_mM)
        reversal = reversal.at[np.asarray(group.following, dtype=int)].set(turned[None])
    if group.plastic:
        grown = jnp.ones_like(tonic_uS).at[np.asarray(group.plastic)].add(state.potentiated[None])
        arrivals = arrivals * grown[None]
    nothing = jnp.zeros_like(kcc2)
    watched = np.array([row for _, row in group.watched], dtype=int)

    def step(
        carry: tuple[Array, MembraneState, Array, Array, Array], arriving: Array
    ) -> tuple[tuple[Array, MembraneState, Array, Array, Array], tuple[Array, Array]]:
        voltage, membrane, synapse, brought, called = carry
        moved, membrane, synapse, charge, open_nmda = _step(
            plan.second_order,
            group,
            mine,
            problem,
            dt_ms,
            (voltage, membrane, synapse + arriving[None]),
            (tonic_uS, reversal, chloride_mV),
        )
        row = group.spike_row
        fired = (voltage[row] < mine.threshold_mV) & (moved[row] >= mine.threshold_mV)
        carry = (moved, membrane, synapse, brought + charge, called + open_nmda)
        return carry, (fired.astype(jnp.uint8), moved[watched])

    begin = (state.voltage, state.membrane, state.synapse, nothing, nothing)
    last, (fires, traces) = jax.lax.scan(step, begin, arrivals)
    voltage, membrane, synapse, brought, called = last
    span = plan.interval * dt_ms
    chloride, trace, potentiated = state.chloride_mM, state.trace, state.potentiated
    if group.chloride is not None:
        chloride = group.chloride.advance(chloride, brought, kcc2, span)
    if group.potentiation is not None:
        trace, potentiated = group.potentiation.advance(
            trace, potentiated, called / plan.interval, span
        )
    after = GroupState(voltage, membrane, synapse, chloride, trace, potentiated)
    return after, fires, jnp.max(jnp.abs(voltage), axis=0), traces[plan.sample - 1 :: plan.sample]


def _step(
    second_order: bool,
    group: GroupPlan,
    mine: GroupArrays,
    problem: Problem,
    dt_ms: Array,
    state: tuple[Array, MembraneState, Array],
    receptors: tuple[Array, Array, Array],
) -> tuple[Array, MembraneState, Array, Array, Array]:
    """One step of a block of lanes.

    **Arguments:** voltage, membrane and `synapse`; what is always open (uS), reversal potentials
    and that of chloride (mV).
    **Returns:** the three after the step, the charge that chloride carried (pC) and the
    conductance of NMDA receptors that magnesium leaves (uS).
    """
    voltage, remembered, synapse = state
    tonic_uS, reversal_mV, chloride_mV = receptors
    halfway = synapse * mine.halfway
    opened = halfway[0] - halfway[1] + tonic_uS
    rows = np.asarray(group.site_rows, dtype=int)
    here = voltage[rows]
    unblocked = nmda = jnp.zeros_like(chloride_mV)
    if group.blocked:
        chosen = np.asarray(group.blocked)
        unblocked = 1.0 + jnp.exp(-0.062 * here[chosen]) * (mine.magnesium_mM[chosen] / 3.57)
        opened = opened.at[chosen].set(opened[chosen] / unblocked)
        nmda = opened[chosen].sum(axis=0)
    flow = problem.membrane.flow(remembered, problem.densities_mS, voltage)
    flow = jax.tree.map(lambda part: jnp.broadcast_to(part, voltage.shape), flow)
    flow = _with_synapses(group, mine, flow, 1e-3 * opened, reversal_mV)
    right = flow.drive - flow.conductance * voltage
    if problem.passive_mS is not None:
        right = right + problem.passive_mS * (problem.passive_mV - voltage)
    diagonal = problem.fixed_diagonal_mS + flow.conductance
    # Writing to a row makes XLA keep the sums, which it would compute again for each reader.
    right = right.at[0].add(0.0 * dt_ms)
    assert isinstance(problem.axial, AbstractAxial)  # neurons have no sheath
    risen = problem.axial.solve(diagonal, right, voltage)
    moved = voltage + (2.0 * risen if second_order else risen)
    membrane = problem.membrane.advance(remembered, moved, dt_ms, flow, problem.pool_gain)
    charge = jnp.zeros_like(chloride_mV)
    if group.following:
        chosen = np.asarray(group.following)
        between = here[chosen] + risen[rows[chosen]] - chloride_mV
        charge = (mine.chloride_share * opened[chosen] * between * dt_ms).sum(axis=0)
    return moved, membrane, synapse * mine.decay, charge, nmda


def _with_synapses(
    group: GroupPlan, mine: GroupArrays, flow: Flow, opened_mS: Array, reversal_mV: Array
) -> Flow:
    """A membrane's currents with those of synapses added where they sit."""
    drive = opened_mS * reversal_mV
    by_ion = dict(flow.by_ion)
    conductance, pull = flow.conductance, flow.drive
    for row in sorted(set(group.site_rows)):
        chosen = np.asarray([i for i, site in enumerate(group.site_rows) if site == row])
        conductance = conductance.at[row].add(opened_mS[chosen].sum(axis=0))
        pull = pull.at[row].add(drive[chosen].sum(axis=0))
        if group.brings_calcium:
            share = mine.calcium_share[chosen]
            g, d = by_ion["calcium"]
            by_ion["calcium"] = (
                g.at[row].add((share * opened_mS[chosen]).sum(axis=0)),
                d.at[row].add((share * drive[chosen]).sum(axis=0)),
            )
    return Flow(conductance, pull, by_ion)
