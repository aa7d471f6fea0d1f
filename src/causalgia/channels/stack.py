"""All gates of a membrane in one array, evaluated form by form.

Gates of the same form (the same pytree structure) have their coefficients stacked along a gate
axis, so that a time step is one fused expression per form instead of one small loop per gate:
on a CPU this is what keeps a membrane with twenty gates in cache and quick to compile.
"""

from __future__ import annotations

from collections.abc import Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel
from causalgia.channels.gates import AbstractGate

__all__ = ["GateStack"]


class GateStack(eqx.Module):
    """The gates of several channels, sorted by form.

    `groups` holds one gate per form whose coefficients have shape [gates of that form, 1, 1];
    `rows[c]` are the rows of the state array that belong to channel `c`, in its own order.
    """

    groups: tuple[AbstractGate, ...]
    rows: tuple[tuple[int, ...], ...] = eqx.field(static=True)
    size: int = eqx.field(static=True)

    @classmethod
    def of(cls, channels: Sequence[Channel]) -> GateStack:
        """Sort the gates of `channels` by form and stack their coefficients."""
        by_form: dict[str, list[tuple[int, int, AbstractGate]]] = {}
        for index, channel in enumerate(channels):
            for position, gate in enumerate(channel.gates):
                form = str(jax.tree.structure(gate))
                by_form.setdefault(form, []).append((index, position, gate))
        place: dict[tuple[int, int], int] = {}
        groups = []
        for members in by_form.values():
            for index, position, _ in members:
                place[index, position] = len(place)
            gates = [gate for _, _, gate in members]
            groups.append(
                jax.tree.map(
                    lambda *leaves: np.asarray(leaves, dtype=np.float64).reshape(-1, 1, 1), *gates
                )
            )
        rows = tuple(
            tuple(place[index, position] for position in range(len(channel.gates)))
            for index, channel in enumerate(channels)
        )
        return cls(tuple(groups), rows, len(place))

    def steady_state(
        self, voltage: Float[Array, "compartment batch"]
    ) -> Float[Array, "gate compartment batch"]:
        """Gate values (0-1) after an infinite time at `voltage` (mV)."""
        if not self.groups:
            return jnp.zeros((0, *voltage.shape), voltage.dtype)
        return jnp.concatenate([group.kinetics(voltage[None])[0] for group in self.groups])

    def advance(
        self,
        gates: Float[Array, "gate compartment batch"],
        voltage: Float[Array, "compartment batch"],
        dt_ms: float,
    ) -> Float[Array, "gate compartment batch"]:
        """One exponential-Euler step: exact for a voltage held over `dt_ms`."""
        if not self.groups:
            return gates
        pieces = []
        start = 0
        for group in self.groups:
            steady, speed = group.kinetics(voltage[None])
            stop = start + steady.shape[0]
            current = gates[start:stop]
            pieces.append(current + (steady - current) * (1.0 - jnp.exp(-dt_ms * speed)))
            start = stop
        return jnp.concatenate(pieces) if len(pieces) > 1 else pieces[0]
