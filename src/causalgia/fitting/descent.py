"""Descent along gradients from many starts at once, each a lane of one program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float

from causalgia.errors import InputError, SimulationDiverged
from causalgia.fitting.clamps import Loss
from causalgia.fitting.free import Free, bounded

__all__ = ["Fit", "fit"]


@dataclass(frozen=True)
class Fit:
    """What a fit found.

    `values` by parameter and `loss` [start], best first; `history` [iteration, start] of the
    losses in the same order; `lost`, how many starts ended in numbers that are not finite.
    """

    values: Mapping[str, Float[np.ndarray, " start"]]
    loss: Float[np.ndarray, " start"]
    history: Float[np.ndarray, "iteration start"]
    lost: int

    @property
    def best(self) -> dict[str, float]:
        """The values of the best start."""
        return {name: float(values[0]) for name, values in self.values.items()}


def fit(
    loss: Loss,
    free: Sequence[Free],
    *,
    starts: int = 16,
    iterations: int = 200,
    learning_rate: float = 0.1,
    seed: int = 0,
) -> Fit:
    """Descend from several starts within bounds (Adam, with a rate that falls to a tenth).

    **Arguments:** the `loss`, start by start; what is `free`; how many starts, drawn over the
    bounds by a Latin hypercube; iterations, learning rate (in logits of the range) and seed.
    **Raises:** `InputError` for numbers out of range; `SimulationDiverged` when no start survives.
    """
    if not free:
        raise InputError("nothing to fit: free is empty")
    if starts < 1 or iterations < 1 or not learning_rate > 0:
        raise InputError(
            f"starts is {starts}, iterations {iterations}, learning_rate {learning_rate}: "
            "must be positive"
        )
    unit = _latin_hypercube(len(free), starts, seed)
    schedule = optax.exponential_decay(learning_rate, iterations, 0.1)
    with jax.enable_x64(True):
        found, history = _descend(
            loss, tuple(free), jnp.asarray(unit), optax.adam(schedule), iterations
        )
        final = np.asarray(history[-1])
        values = {name: np.asarray(value) for name, value in bounded(free, found).items()}
    usable = np.isfinite(final)
    if not usable.any():
        raise SimulationDiverged("no start of the fit survived; narrow the bounds")
    order = np.argsort(np.where(usable, final, np.inf))[: int(usable.sum())]
    return Fit(
        {name: value[order] for name, value in values.items()},
        final[order],
        np.asarray(history)[:, order],
        int(starts - usable.sum()),
    )


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
    return best, jnp.where(jnp.isfinite(history), history, jnp.nan)


def _normed(slope: Float[Array, "free start"]) -> Float[Array, "free start"]:
    """Slopes of a length of one at most, start by start: a spike that jumps is one step too."""
    length = jnp.sqrt(jnp.sum(slope**2, axis=0, keepdims=True))
    return slope / jnp.maximum(length, 1.0)


def _latin_hypercube(rows: int, starts: int, seed: int) -> np.ndarray:
    """Logits of shares that fill each parameter's range evenly, from 2 to 98 %."""
    random = np.random.default_rng(seed)
    ranks = np.stack([random.permutation(starts) for _ in range(rows)])
    share = 0.02 + 0.96 * (ranks + random.random((rows, starts))) / starts
    return np.log(share / (1.0 - share))
