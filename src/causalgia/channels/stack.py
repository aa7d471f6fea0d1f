"""All gates of a membrane in a few arrays, one a form, each evaluated as one expression.

Gates of the same form (the same pytree structure) have their coefficients stacked along a gate
axis, so that a time step is one fused expression per form instead of one small loop per gate:
on a CPU this is what keeps a membrane with twenty gates in cache and quick to compile. The forms
stay apart, because joining them into one array would copy all gates at every step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel
from causalgia.channels.exponentials import one_minus_exp
from causalgia.channels.gates import AbstractGate, AbstractSensingGate, OpenClose, Relaxation

__all__ = ["Concentrations", "GateStack", "GateValues"]

GateValues = tuple[Float[Array, "gate compartment batch"], ...]
"""Gate values (0-1), one array a form."""

Concentrations = Mapping[str, Float[Array, "#compartment #batch"]]
"""Ion to concentration (mM)."""


class GateStack(eqx.Module):
    """The gates of several channels, sorted by form.

    `groups` holds one gate per form whose coefficients have shape [gates of that form, 1, 1];
    `places[c]` says for each gate of channel `c`, in its own order, which group and which row.
    """

    groups: tuple[AbstractGate | AbstractSensingGate, ...]
    places: tuple[tuple[tuple[int, int], ...], ...] = eqx.field(static=True)

    @classmethod
    def of(cls, channels: Sequence[Channel]) -> GateStack:
        """Sort the gates of `channels` by form and stack their coefficients."""
        by_form: dict[str, list[AbstractGate | AbstractSensingGate]] = {}
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
    def has_slow(self) -> bool:
        """Whether any gate is slow."""
        return any(_is_slow(group) for group in self.groups)

    @property
    def size(self) -> int:
        """How many gates."""
        return sum(len(mine) for mine in self.places)

    def of_channel(self, gates: GateValues, channel: int) -> list[Float[Array, "..."]]:
        """Values of the gates of one channel, in its own order, each [compartment, batch]."""
        return [gates[group][row] for group, row in self.places[channel]]

    def steady_state(
        self, voltage: Float[Array, "compartment batch"], inside: Concentrations | None = None
    ) -> GateValues:
        """Gate values (0-1) after an infinite time at `voltage` (mV), with ions `inside` (mM)."""
        return tuple(_kinetics(group, voltage, inside)[0] for group in self.groups)

    def advance(
        self,
        gates: GateValues,
        voltage: Float[Array, "compartment batch"],
        dt_ms: Float[Array, ""] | float,
        inside: Concentrations | None = None,
        slow: bool | None = None,
    ) -> GateValues:
        """One exponential-Euler step: exact for a voltage and ions held over `dt_ms`.

        With `slow` only the slow gates (True) or only the others (False) move.
        """
        moved = []
        for group, current in zip(self.groups, gates, strict=True):
            if slow is not None and slow != _is_slow(group):
                moved.append(current)
                continue
            steady, speed = _kinetics(group, voltage, inside)
            moved.append(current + (steady - current) * one_minus_exp(dt_ms * speed))
        return tuple(moved)


def _is_slow(group: AbstractGate | AbstractSensingGate) -> bool:
    return isinstance(group, (OpenClose, Relaxation)) and group.slow


def _kinetics(
    group: AbstractGate | AbstractSensingGate,
    voltage: Float[Array, "compartment batch"],
    inside: Concentrations | None,
) -> tuple[Float[Array, "gate compartment batch"], Float[Array, "gate compartment batch"]]:
    if isinstance(group, AbstractSensingGate):
        assert inside is not None  # a membrane checks that it has the ions its gates sense
        return group.kinetics_at(voltage[None], inside[group.ion][None])
    return group.kinetics(voltage[None])
