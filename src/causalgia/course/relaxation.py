r"""How a slow quantity moves: toward where it is drawn, at a rate.

Every mechanism follows $\dot x = r\,(x^* - x)$, so that over a time $\Delta$
$x \leftarrow x^* + (x - x^*)\,e^{-r\Delta}$: exact while target and rate hold, stable for any
step, and never past its target.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = ["Pull", "advance", "hill", "toward"]


class Pull(NamedTuple):
    """Where a quantity is drawn (`target`) and how fast (`rate`, 1/day); arrays [row, batch]."""

    target: Float[Array, "row batch"]
    rate: Float[Array, "row batch"]


def toward(
    target: Float[Array, "*shape"],
    value: Float[Array, "*shape"],
    rise_days: Float[Array, ""],
    fall_days: Float[Array, ""],
) -> Pull:
    """A pull with one time constant on the way up and another on the way down."""
    return Pull(target, jnp.where(target > value, 1.0 / rise_days, 1.0 / fall_days))


def advance(
    value: Float[Array, "row batch"], pull: Pull, span_days: Float[Array, ""]
) -> Float[Array, "row batch"]:
    """The value after `span_days`."""
    return pull.target + (value - pull.target) * jnp.exp(-pull.rate * span_days)


def hill(signal: Float[Array, "*shape"], half: Float[Array, ""]) -> Float[Array, "*shape"]:
    """Saturating answer of a slow process to a rate in Hz: $x^2 / (x^2 + h^2)$.

    The square keeps the answer to the stray spikes of a healthy nerve next to nothing.
    """
    square = jnp.square(jnp.maximum(signal, 0.0))
    return square / (square + jnp.square(half))
