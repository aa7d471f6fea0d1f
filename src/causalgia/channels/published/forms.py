r"""Rate forms that recur in published fits, put together from those of `causalgia.channels.rates`.

With $V_0$ for a midpoint: $A e^{-B^2 (V - V_0)^2} + C$ (`bell`) and
$A / (e^{(V - V_1)/k_1} + e^{-(V - V_2)/k_2})$ (`peaked`).
"""

from __future__ import annotations

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.exponentials import exp
from causalgia.channels.rates import AbstractRate, Bell, Exponential, Reciprocal, Sigmoid, Sum

__all__ = ["Root", "bell", "cube_root_sigmoid", "peaked", "total"]


class Root(AbstractRate):
    r"""$r(V)^{1/n}$ of a positive rate, so that the n-th power of a gate follows $r$."""

    rate: AbstractRate
    degree: float

    def __call__(self, voltage: Float[Array, "..."]) -> Float[Array, "..."]:
        return exp(jnp.log(self.rate(voltage)) * (1.0 / self.degree))


def cube_root_sigmoid(midpoint_mV: float, slope_mV: float) -> Root:
    r"""$(1 + e^{(V - V_h)/k})^{-1/3}$: the steady state of a gate that enters in third power."""
    return Root(Sigmoid(1.0, midpoint_mV, slope_mV), 3.0)


def bell(amplitude: float, inverse_width_per_mV: float, offset: float, midpoint_mV: float) -> Bell:
    r"""$A e^{-B^2 (V - V_0)^2} + C$, with $B$ in 1/mV."""
    return Bell(amplitude, midpoint_mV, 1.0 / (math.sqrt(2.0) * inverse_width_per_mV), offset)


def peaked(
    amplitude: float, rising: tuple[float, float], falling: tuple[float, float]
) -> AbstractRate:
    r"""$A / (e^{(V - V_1)/k_1} + e^{-(V - V_2)/k_2})$ from $(V_1, k_1)$ and $(V_2, k_2)$."""
    return Reciprocal(
        Sum(
            Exponential(1.0 / amplitude, *rising),
            Exponential(1.0 / amplitude, falling[0], -falling[1]),
        )
    )


def total(first: AbstractRate, *others: AbstractRate) -> AbstractRate:
    """The sum of rates."""
    for other in others:
        first = Sum(first, other)
    return first
