"""Descent along gradients from many starts at once, for losses that are no sum of squares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float

from causalgia.errors import InputError
from causalgia.fitting.fit import Fit, best_first, check_starts
from causalgia.fitting.free import Free, bounded, spread_logits

__all__ = ["Loss", "descend"]

Loss = Callable[[Mapping[str, Float[Array, " start"]]], Float[Array, " start"]]
"""From the values of free parameters to how bad they are, start by start."""


def descend(
    loss: Loss,
    free: Sequence[Free],
    *,
    starts: int = 16,
    iterations: int = 200,
    learning_rate: float = 0.1,
    seed: int = 0,
) -> Fit:
    """Descend from several starts within bounds (Adam, with a rate that falls to a tenth).

    For a recording, `fit` needs a tenth of the time; this takes any loss that has a slope.
    **Arguments:** the `loss`, start by start; what is `free`; how many starts, drawn over the
    bounds by a Latin hypercube; iterations, learning rate (in logits of the range) and seed.
    **Returns:** where each start was best.
    **Raises:** `InputError` for numbers out of range; `SimulationDiverged` when no start survives.
    """
    check_starts(free, starts, iterations)
    if not learning_rate > 0:
        raise InputError(f"learning_rate is {learning_rate}, must be above 0")
    schedule = optax.exponential_decay(learning_rate, iterations, 0.1)
    with jax.enable_x64(True):
        unit = jnp.asarray(spread_logits(len(free), starts, seed))
        found, history = _descend(loss, tuple(free), unit, optax.adam(schedule), iterations)
        values = {name: np.asarray(value) for name, value in bounded(free, found).items()}
    return best_first(values, np.asarray(history[-1]), None, np.asarray(history))


def _descend(
    loss: Loss,
    free: tuple[Free, ...],
    unit: Float[Array, "free start"],
    optimizer: optax.GradientTransformation,
    iterations: int,
) -> tuple[Array, Array]:
    def total(unit: Array) -> tuple[Array, Array]:
        each = loss(bounded(free, unit))
        return jnp.sum(jnp.where(jnp.isfinite(each), each, 0.0)), each

    def iterate(carry: tuple, _: None) -> tuple[tuple, Array]:
        unit, memory, best, least = carry
        (_, each), slope = jax.value_and_grad(total, has_aux=True)(unit)
        better = each < least
        best, least = jnp.where(better, unit, best), jnp.where(better, each, least)
        # A start that has gone bad stays where it is, and leaves the others alone.
        slope = jnp.where(jnp.isfinite(slope), slope, 0.0)
        change, memory = optimizer.update(_normed(slope), memory, unit)
        return (optax.apply_updates(unit, change), memory, best, least), least

    start = (unit, optimizer.init(unit), unit, jnp.full(unit.shape[1], jnp.inf))

    @jax.jit
    def run(start: tuple) -> tuple[tuple, Array]:
        return jax.lax.scan(iterate, start, None, length=iterations)

    (_, _, best, _), history = run(start)
    return best, history


def _normed(slope: Float[Array, "free start"]) -> Float[Array, "free start"]:
    """Slopes of a length of one at most, start by start: a spike that jumps is one step too."""
    length = jnp.sqrt(jnp.sum(slope**2, axis=0, keepdims=True))
    return slope / jnp.maximum(length, 1.0)
