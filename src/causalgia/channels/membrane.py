"""A membrane: channels and pumps side by side, the ions they move and the drugs that block them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels.block import Block, checked_blocks, inactivating_gates
from causalgia.channels.buffers import Buffer
from causalgia.channels.channel import Channel
from causalgia.channels.gates import AbstractSensingGate
from causalgia.channels.ions import Ion, ghk, nernst_mV, sides
from causalgia.channels.pumps import AbstractPump
from causalgia.channels.stack import Concentrations, GateStack, GateValues
from causalgia.errors import InputError, nearest

__all__ = ["Flow", "Membrane", "MembraneState"]

Rows = Float[Array, "compartment #batch"]

Reversal = Float[np.ndarray, "active 1"]

LEAST = 1e-5
"""What always stays in a pool, as a share of its start."""


class MembraneState(eqx.Module):
    """What a membrane remembers.

    `gates`; `bound` [block, compartment, batch], the share of channels that each drug holds;
    `shifts` [pool, compartment, batch], by how much each concentration differs from its start (mM);
    `taken` [buffer, compartment, batch], the same for the share of each buffer's sites in use.
    """

    gates: GateValues
    bound: Float[Array, "block compartment batch"]
    shifts: Float[Array, "pool compartment batch"]
    taken: Float[Array, "buffer compartment batch"]


class Flow(eqx.Module):
    """Currents, linear in the voltage: outward current = conductance times voltage - drive.

    In the unit of the densities given (S/cm2 gives mA/cm2). `by_ion` holds the same pair for each
    ion whose concentration changes.
    """

    conductance: Rows
    drive: Rows
    by_ion: dict[str, tuple[Rows, Rows]]


class Membrane(eqx.Module):
    """Channels and pumps in parallel. Densities are not part of it: they are given at each run.

    `reversal_mV` holds, for each channel, the fixed reversal potential of each of its carriers:
    one, or [active compartment, 1] where it differs from place to place, or None where it follows
    from concentrations. `inactivation` holds the inactivating gates of the channel that each block
    acts on.
    """

    channels: tuple[Channel, ...]
    stack: GateStack
    reversal_mV: tuple[tuple[float | Reversal | None, ...], ...]
    ions: tuple[Ion, ...] = ()
    pumps: tuple[AbstractPump, ...] = ()
    blocks: tuple[Block, ...] = ()
    inactivation: tuple[tuple[int, ...], ...] = eqx.field(static=True, default=())
    temperature_degC: float = 37.0

    @classmethod
    def of(
        cls,
        channels: Sequence[Channel],
        reversal_mV: Mapping[str, float | Float[np.ndarray, " active"]],
        *,
        ions: Sequence[Ion] = (),
        pumps: Sequence[AbstractPump] = (),
        temperature_degC: float = 37.0,
    ) -> Membrane:
        """Put `channels` and `pumps` side by side.

        **Arguments:** the channels; the fixed reversal potential (mV) of what has no `ions` entry,
        one or one for each active compartment; ions with their concentrations; the temperature,
        which sets their reversal potentials.
        **Raises:** `InputError` when a channel's ion has no reversal potential, or a gate or a
        pump needs an ion that is not there.
        """
        named = {ion.name for ion in ions}
        for channel in channels:
            _check_channel(channel, named, reversal_mV)
        reversals = tuple(
            tuple(
                None if ion in named or channel.law == "ghk" else _fixed(reversal_mV[ion])
                for ion, _ in channel.carriers
            )
            for channel in channels
        )
        return cls(
            tuple(channels),
            GateStack.of(channels),
            reversals,
            tuple(ions),
            tuple(pumps),
            temperature_degC=temperature_degC,
        )

    def blocked_by(self, blocks: Sequence[Block]) -> Membrane:
        """The same membrane with drugs on it.

        **Raises:** `InputError` for a channel that is not there or a number out of range.
        """
        checked = checked_blocks(blocks, self.channels)
        gates = tuple(
            inactivating_gates(self.channels[self.names.index(block.channel)]) for block in checked
        )
        return replace(self, blocks=checked, inactivation=gates)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of channels, then pumps: the order of the density array."""
        return (*(c.name for c in self.channels), *(pump.name for pump in self.pumps))

    @property
    def _buffers(self) -> tuple[Buffer, ...]:
        """The buffers of all pools, in the order of a state's taken sites."""
        pools = (pool for ion in self.ions for _, pool in ion.pools)
        return tuple(pool.buffer for pool in pools if pool.buffer is not None)

    @property
    def pools(self) -> tuple[tuple[str, str], ...]:
        """Ion and side of each concentration that changes, in the order of a state's shifts."""
        return tuple(
            (ion.name, "inside" if inside else "outside")
            for ion in self.ions
            for inside, _ in ion.pools
        )

    def pool_fills(self, diameter_um: Float[np.ndarray, "..."]) -> Float[np.ndarray, "pool ..."]:
        """Rise of each concentration (mM/ms) for an outward current of 1 mA/cm2 of its ion."""
        fills = [
            ion.fills_mM_per_ms(inside, pool, diameter_um)
            for ion in self.ions
            for inside, pool in ion.pools
        ]
        return np.asarray(fills).reshape(len(fills), *np.shape(diameter_um))

    def start(self, voltage: Float[Array, "compartment batch"]) -> MembraneState:
        """The state after an infinite time at `voltage` (mV), concentrations as at their start."""
        shape = voltage.shape
        shifts = jnp.zeros((len(self.pools), *shape), voltage.dtype)
        gates = self.stack.steady_state(voltage, sides(self.ions, shifts)[0])
        bound = jnp.zeros((len(self.blocks), *shape), voltage.dtype)
        taken = jnp.zeros((len(self._buffers), *shape), voltage.dtype)
        state = MembraneState(gates, bound, shifts, taken)
        ratios = [block.binding(*shares) for block, shares in self._shares(state)]
        shares = [jnp.broadcast_to(ratio / (1.0 + ratio), shape) for ratio in ratios]
        return replace(state, bound=jnp.stack(shares)) if shares else state

    def advance(
        self,
        state: MembraneState,
        voltage: Float[Array, "compartment batch"],
        dt_ms: Float[Array, ""] | float,
        flow: Flow | None = None,
        pool_gain: Float[Array, "pool compartment #batch"] | None = None,
        with_slow: bool = True,
    ) -> MembraneState:
        """One step of gates, blocks and concentrations with the voltage held.

        **Arguments:** the `flow` before the voltage moved, and `pool_gain`, the rise of each
        concentration (mM/ms) for a unit of its ion's current; whether slow gates move too (else
        `advance_slow` is for them).
        """
        shifts, taken = state.shifts, state.taken
        if flow is not None and pool_gain is not None and self.pools:
            shifts, taken = self._fill(state, voltage, dt_ms, flow, pool_gain)
        inside = sides(self.ions, shifts)[0]
        slow = None if with_slow else False
        gates = self.stack.advance(state.gates, voltage, dt_ms, inside, slow)
        bound = state.bound
        if self.blocks:
            moved = [
                block.advance(bound[index], *shares, dt_ms)
                for index, (block, shares) in enumerate(self._shares(state))
            ]
            bound = jnp.stack(moved)
        return MembraneState(gates, bound, shifts, taken)

    def advance_slow(
        self,
        state: MembraneState,
        voltage: Float[Array, "compartment batch"],
        dt_ms: Float[Array, ""] | float,
    ) -> MembraneState:
        """One step, longer than those of `advance`, of the slow gates alone."""
        return replace(state, gates=self.stack.advance(state.gates, voltage, dt_ms, slow=True))

    def flow(
        self,
        state: MembraneState,
        densities: Float[Array, "current compartment #batch"],
        voltage: Float[Array, "compartment batch"],
    ) -> Flow:
        """Currents of all channels and pumps at a state, linearized in the voltage."""
        inside, outside = sides(self.ions, state.shifts)
        total: tuple[Rows | float, Rows | float] = (0.0, 0.0)
        by_ion: dict[str, tuple[Rows | float, Rows | float]] = {
            name: (0.0, 0.0) for name in dict.fromkeys(ion for ion, _ in self.pools)
        }
        nernst = {
            ion.name: nernst_mV(
                ion.valence, inside[ion.name], outside[ion.name], self.temperature_degC
            )
            + ion.offset_mV
            for ion in self.ions
        }
        for ion, conductance, drive in self._parts(
            state, densities, voltage, inside, outside, nernst
        ):
            total = (total[0] + conductance, total[1] + drive)
            if ion in by_ion:
                before = by_ion[ion]
                by_ion[ion] = (before[0] + conductance, before[1] + drive)
        arrays = {name: (jnp.asarray(g), jnp.asarray(d)) for name, (g, d) in by_ion.items()}
        return Flow(jnp.asarray(total[0]), jnp.asarray(total[1]), arrays)

    def conductance_and_drive(
        self, gates: GateValues, densities: Float[Array, "channel compartment #batch"]
    ) -> tuple[Rows, Rows]:
        """Total conductance (S/cm2) and the sum of conductance times reversal (S/cm2 mV).

        For membranes of ohmic channels with fixed reversal potentials.
        """
        conductance: Rows | float = 0.0
        drive: Rows | float = 0.0
        for index, channel in enumerate(self.channels):
            opened = densities[index] * channel.open_fraction(self.stack.of_channel(gates, index))
            for (_, share), reversal in zip(channel.carriers, self.reversal_mV[index], strict=True):
                assert reversal is not None  # only flow() knows concentrations
                mine = opened if share == 1.0 else share * opened
                conductance = conductance + mine
                drive = drive + mine * reversal
        return jnp.asarray(conductance), jnp.asarray(drive)

    def _parts(
        self,
        state: MembraneState,
        densities: Float[Array, "current compartment #batch"],
        voltage: Rows,
        inside: Concentrations,
        outside: Concentrations,
        nernst: Concentrations,
    ) -> list[tuple[str, Rows, Rows]]:
        """The current of each carrier of each channel and pump as (ion, conductance, drive)."""
        parts: list[tuple[str, Rows, Rows]] = []
        for index, channel in enumerate(self.channels):
            opened = densities[index] * channel.open_fraction(
                self.stack.of_channel(state.gates, index)
            )
            for row, block in enumerate(self.blocks):
                if block.channel == channel.name:
                    opened = opened * (1.0 - state.bound[row])
            for (ion, share), fixed in zip(channel.carriers, self.reversal_mV[index], strict=True):
                mine = opened if share == 1.0 else share * opened
                if channel.law == "ghk":
                    conductance, drive = self._permeation(ion, voltage, inside, outside)
                    parts.append((ion, mine * conductance, mine * drive))
                else:
                    reversal = nernst[ion] if fixed is None else fixed
                    parts.append((ion, mine, mine * reversal))
        for row, pump in enumerate(self.pumps):
            density = densities[len(self.channels) + row]
            for ion, current in pump.currents(voltage, inside, outside).items():
                parts.append((ion, jnp.zeros_like(density), -density * current))
        return parts

    def _permeation(
        self, name: str, voltage: Rows, inside: Concentrations, outside: Concentrations
    ) -> tuple[Rows, Rows]:
        """Conductance and drive of a permeability of 1 cm/s: the tangent at the voltage."""
        (ion,) = (ion for ion in self.ions if ion.name == name)

        def current(v: Array) -> Array:
            return ghk(ion.valence, v, inside[name], outside[name], self.temperature_degC)

        value, slope = jax.jvp(current, (voltage,), (jnp.ones_like(voltage),))
        return slope, slope * voltage - value

    def _shares(self, state: MembraneState) -> list[tuple[Block, tuple[Array, Array]]]:
        """Each block with the shares of its channels that are open and inactivated."""
        found = []
        for block, inactivation in zip(self.blocks, self.inactivation, strict=True):
            index = self.names.index(block.channel)
            values = self.stack.of_channel(state.gates, index)
            available: Array | float = 1.0
            for gate in inactivation:
                available = available * values[gate]
            opened = jnp.asarray(self.channels[index].open_fraction(values))
            found.append((block, (opened, jnp.asarray(1.0 - available))))
        return found

    def _fill(
        self,
        state: MembraneState,
        voltage: Rows,
        dt_ms: Array | float,
        flow: Flow,
        pool_gain: Float[Array, "pool compartment #batch"],
    ) -> tuple[Float[Array, "pool compartment batch"], Float[Array, "buffer compartment batch"]]:
        """What a step's currents, its buffers and the relaxation of each pool make of the shifts.

        Also what is taken of the buffers afterwards.
        """
        moved: list[Array] = []
        taken: list[Array] = []
        row = 0
        for ion in self.ions:
            for _, pool in ion.pools:
                conductance, drive = flow.by_ion[ion.name]
                change = pool_gain[row] * (conductance * voltage - drive)
                change = change + pool.relaxation_per_ms * (pool.rest_mM - pool.initial_mM)
                after = state.shifts[row] + dt_ms * change
                if pool.buffer is not None:
                    before = state.taken[len(taken)]
                    filled = pool.buffer.advance(before, pool.initial_mM + state.shifts[row], dt_ms)
                    after = after - pool.buffer.sites_mM * (filled - before)
                    taken.append(filled)
                after = after / (1.0 + dt_ms * pool.relaxation_per_ms)
                # A step of a strong current can ask for more than there is.
                moved.append(jnp.maximum(after, (LEAST - 1.0) * pool.initial_mM))
                row += 1
        return jnp.stack(moved), jnp.stack(taken) if taken else state.taken


def _fixed(reversal_mV: float | Float[np.ndarray, " active"]) -> float | Reversal:
    if np.ndim(reversal_mV) == 0:
        return float(reversal_mV)
    return np.asarray(reversal_mV, dtype=float).reshape(-1, 1)


def _check_channel(channel: Channel, ions: set[str], reversal_mV: Collection[str]) -> None:
    for ion, _ in channel.carriers:
        if channel.law == "ghk":
            if ion not in ions:
                raise InputError(
                    f"channel {channel.name!r} needs the concentrations of {ion!r} among the ions"
                )
        elif ion not in ions and ion not in reversal_mV:
            raise InputError(
                f"channel {channel.name!r} needs a reversal potential for "
                f"{ion!r}; {nearest(ion, {*reversal_mV, *ions})}"
            )
    for gate in channel.gates:
        if isinstance(gate, AbstractSensingGate) and gate.ion not in ions:
            raise InputError(
                f"a gate of channel {channel.name!r} senses {gate.ion!r}, which is not among the "
                f"membrane's ions ({', '.join(sorted(ions)) or 'none'})"
            )
