"""A membrane: channels side by side, with their reversal potentials and capacitance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel
from causalgia.channels.stack import GateStack, GateValues
from causalgia.errors import InputError, nearest

__all__ = ["Membrane"]


class Membrane(eqx.Module):
    """Channels in parallel. Densities are not part of it: they are given at each run."""

    channels: tuple[Channel, ...]
    stack: GateStack
    reversal_mV: tuple[float, ...]

    @classmethod
    def of(cls, channels: Sequence[Channel], reversal_mV: Mapping[str, float]) -> Membrane:
        """Put `channels` side by side.

        **Arguments:** the channels and the reversal potential (mV) of each ion they name.
        **Raises:** `InputError` when a channel's ion has no reversal potential.
        """
        for channel in channels:
            if channel.reversal not in reversal_mV:
                raise InputError(
                    f"channel {channel.name!r} needs a reversal potential for "
                    f"{channel.reversal!r}; {nearest(channel.reversal, reversal_mV)}"
                )
        reversals = tuple(float(reversal_mV[channel.reversal]) for channel in channels)
        return cls(tuple(channels), GateStack.of(channels), reversals)

    @property
    def names(self) -> tuple[str, ...]:
        """Channel names, in the order of the density array."""
        return tuple(channel.name for channel in self.channels)

    def conductance_and_drive(
        self,
        gates: GateValues,
        densities: Float[Array, "channel compartment #batch"],
    ) -> tuple[Float[Array, "compartment #batch"], Float[Array, "compartment #batch"]]:
        """Total conductance (S/cm2) and the sum of conductance times reversal (S/cm2 mV)."""
        conductance: Float[Array, "..."] | float = 0.0
        drive: Float[Array, "..."] | float = 0.0
        for index, channel in enumerate(self.channels):
            opened = densities[index] * channel.open_fraction(self.stack.of_channel(gates, index))
            conductance = conductance + opened
            drive = drive + opened * self.reversal_mV[index]
        return jnp.asarray(conductance), jnp.asarray(drive)
