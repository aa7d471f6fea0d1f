r"""State-dependent block: a drug that binds resting, open and inactivated channels unequally.

The modulated receptor (Hille 1977; Bean, Cohen and Tsien 1983): with $f_s$ the share of channels
in state $s$, bound channels follow $\dot b = k_{off} (a (1 - b) - b)$ with
$a = \sum_s f_s (C / K_s)^n$. At rest this is the measured dose-response of each state; at a high
rate, or a depolarized potential, inactivated channels are more, and so is the block. Bound
channels pass no current. A first approximation: binding does not shift the gates of what is bound.
"""

from __future__ import annotations

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel
from causalgia.channels.exponentials import one_minus_exp
from causalgia.channels.gates import AbstractGate
from causalgia.errors import InputError, nearest

__all__ = ["Block", "checked_blocks", "inactivating_gates"]


class Block(eqx.Module):
    """A drug on one channel.

    **Arguments:** the name of the `channel`; the free `concentration_uM`, one for all lanes or
    [batch]; dissociation constants (uM) of resting, open and inactivated channels; the `hill`
    coefficient; `unbinding_per_ms`.
    """

    channel: str = eqx.field(static=True)
    concentration_uM: Float[np.ndarray, " #batch"] | float
    resting_uM: float
    open_uM: float
    inactivated_uM: float
    unbinding_per_ms: float
    hill: float = 1.0

    def binding(
        self, opened: Float[Array, "..."], inactivated: Float[Array, "..."]
    ) -> Float[Array, "..."]:
        """Bound over unbound in equilibrium, for shares of channels open and inactivated."""
        # Published gates can steady a hair above one (h of Tigerholm 2014 below -100 mV).
        inactivated = jnp.maximum(inactivated, 0.0)
        resting = jnp.maximum(1.0 - opened - inactivated, 0.0)
        total: Float[Array, "..."] | float = 0.0
        shares = (resting, opened, inactivated)
        constants = (self.resting_uM, self.open_uM, self.inactivated_uM)
        for share, constant in zip(shares, constants, strict=True):
            total = total + share * (jnp.asarray(self.concentration_uM) / constant) ** self.hill
        return jnp.asarray(total)

    def advance(
        self,
        bound: Float[Array, "..."],
        opened: Float[Array, "..."],
        inactivated: Float[Array, "..."],
        dt_ms: Float[Array, ""] | float,
    ) -> Float[Array, "..."]:
        """Share bound after a step in which the states hold."""
        ratio = self.binding(opened, inactivated)
        speed = self.unbinding_per_ms * (1.0 + ratio)
        return bound + (ratio / (1.0 + ratio) - bound) * one_minus_exp(dt_ms * speed)


def inactivating_gates(channel: Channel) -> tuple[int, ...]:
    """The gates of a channel that close when the membrane is depolarized."""
    found = []
    for index, gate in enumerate(channel.gates):
        if isinstance(gate, AbstractGate):
            low, high = (float(gate.kinetics(jnp.asarray(v))[0]) for v in (-120.0, 20.0))
            if high < low:
                found.append(index)
    return tuple(found)


def checked_blocks(blocks: Sequence[Block], channels: Sequence[Channel]) -> tuple[Block, ...]:
    """The blocks, if each names a channel and its numbers make sense.

    **Raises:** `InputError` for an unknown channel or a number that is not positive.
    """
    names = [channel.name for channel in channels]
    for block in blocks:
        if block.channel not in names:
            raise InputError(
                f"a block names channel {block.channel!r}; {nearest(block.channel, names)}"
            )
        for label in ("resting_uM", "open_uM", "inactivated_uM", "unbinding_per_ms", "hill"):
            if not getattr(block, label) > 0:
                raise InputError(
                    f"block of {block.channel!r}: {label} is {getattr(block, label)}, "
                    "must be positive"
                )
        if np.any(~(np.asarray(block.concentration_uM) >= 0)):
            raise InputError(
                f"block of {block.channel!r}: concentration_uM is {block.concentration_uM}, "
                "must be 0 or more"
            )
    return tuple(blocks)
