"""All gates of a membrane in a few arrays, one a form, each evaluated as one expression.

Gates of the same form (the same pytree structure) have their coefficients stacked along a gate
axis, so that a time step is one fused expression per form instead of one small loop per gate:
on a CPU this is what keeps a membrane with twenty gates in cache and quick to compile. The forms
stay apart, because joining them into one array would copy all gates at every step.
"""

from __future__ import annotations

from collections.abc import Sequence

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel
from causalgia.channels.exponentials import one_minus_exp
from causalgia.channels.gates import AbstractGate

__all__ = ["GateStack", "GateValues"]

GateValues = tuple[Float[Array, "gate compartment batch"], ...]
"""Gate values (0-1), one array a form."""


class GateStack(eqx.Module):
    """The gates of several channels, sorted by form.

    `groups` holds one gate per form whose coefficients have shape [gates of that form, 1, 1];
    `places[c]` says for each gate of channel `c`, in its own order, which group and which row.
    """

    groups: tuple[AbstractGate, ...]
    places: tuple[tuple[tuple[int, int], ...], ...] = eqx.field(static=True)

    @classmethod
    def of(cls, channels: Sequence[Channel]) -> GateStack:
        """Sort the gates of `channels` by form and stack their coefficients."""
        by_form: dict[str, list[AbstractGate]] = {}
        places = []
        for channel in channels:
            mine = []
            for gate in channel.gates:
                form = str(jax.tree.structure(gate))
                members = by_form.setdefault(form, [])
                mine.append((list(by_form).index(form), len(members)))
                members.append(gate)
            places.append(tuple(mine))
        groups = tuple(
            jax.tree.map(
                lambda *leaves: np.asarray(leaves, dtype=np.float64).reshape(-1, 1, 1), *gates
            )
            for gates in by_form.values()
        )
        return cls(groups, tuple(places))

    @property
    def size(self) -> int:
        """How many gates."""
        return sum(len(mine) for mine in self.places)

    def of_channel(self, gates: GateValues, channel: int) -> list[Float[Array, "..."]]:
        """Values of the gates of one channel, in its own order, each [compartment, batch]."""
        return [gates[group][row] for group, row in self.places[channel]]

    def steady_state(self, voltage: Float[Array, "compartment batch"]) -> GateValues:
        """Gate values (0-1) after an infinite time at `voltage` (mV)."""
        return tuple(group.kinetics(voltage[None])[0] for group in self.groups)

    def advance(
        self,
        gates: GateValues,
        voltage: Float[Array, "compartment batch"],
        dt_ms: Float[Array, ""] | float,
    ) -> GateValues:
        """One exponential-Euler step: exact for a voltage held over `dt_ms`."""
        moved = []
        for group, current in zip(self.groups, gates, strict=True):
            steady, speed = group.kinetics(voltage[None])
            moved.append(current + (steady - current) * one_minus_exp(dt_ms * speed))
        return tuple(moved)
