r"""Least squares from many starts at once, each a lane of one program.

Levenberg and Marquardt's steps: $(J^T J + \mu\, \mathrm{diag}\, J^T J)\, s = -J^T r$ for the
residuals $r$ of each start and their slopes $J$, which come from forward differentiation: one more
pass of the model for each free parameter, whatever the number of starts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = ["Descent", "damped_steps", "normal_equations"]

Misfit = Callable[[Float[Array, "free start"]], Float[Array, "residual start"]]

FIRST_DAMPING = 1e-2
LONGEST_STEP = 1.5
"""In logits of the range."""


class Descent(NamedTuple):
    """Where each start is, its loss (the mean square), and the slopes there."""

    unit: Float[Array, "free start"]
    loss: Float[Array, " start"]
    curvature: Float[Array, "start free free"]
    slope: Float[Array, "start free"]
    damping: Float[Array, " start"]


def normal_equations(
    misfit: Misfit, unit: Float[Array, "free start"]
) -> tuple[Float[Array, " start"], Float[Array, "start free free"], Float[Array, "start free"]]:
    r"""Loss, $J^T J$ and $J^T r$ of each start, over the number of residuals.

    A start whose numbers are not finite has an infinite loss and no slopes.
    """
    # Starts do not mix, so one direction gives a column of every start's Jacobian.
    directions = jnp.eye(unit.shape[0])[:, :, None] * jnp.ones_like(unit)
    left, columns = jax.vmap(
        lambda direction: jax.jvp(misfit, (unit,), (direction,)), out_axes=(None, 0)
    )(directions)
    count = left.shape[0]
    finite = jnp.isfinite(left).all(axis=0) & jnp.isfinite(columns).all(axis=(0, 1))
    left, columns = (jnp.where(finite, part, 0.0) for part in (left, columns))
    loss = jnp.where(finite, jnp.sum(left**2, axis=0) / count, jnp.inf)
    curvature = jnp.einsum("fms,gms->sfg", columns, columns) / count
    return loss, curvature, jnp.einsum("fms,ms->sf", columns, left) / count


def damped_steps(
    misfit: Misfit, unit: Float[Array, "free start"], iterations: int
) -> tuple[Descent, Float[Array, "iteration start"]]:
    """Walk downhill; gives where each start ends, and its loss at each step."""
    loss, curvature, slope = normal_equations(misfit, unit)
    first = Descent(unit, loss, curvature, slope, jnp.full(loss.shape, FIRST_DAMPING))

    def iterate(now: Descent, _: None) -> tuple[Descent, Array]:
        tried = now.unit + _step(now)
        loss, curvature, slope = normal_equations(misfit, tried)
        better = loss < now.loss
        damping = jnp.clip(jnp.where(better, now.damping / 4.0, now.damping * 4.0), 1e-8, 1e8)
        return Descent(
            jnp.where(better, tried, now.unit),
            jnp.where(better, loss, now.loss),
            jnp.where(better[:, None, None], curvature, now.curvature),
            jnp.where(better[:, None], slope, now.slope),
            damping,
        ), jnp.where(better, loss, now.loss)

    return jax.lax.scan(iterate, first, None, length=iterations)


def _step(now: Descent) -> Float[Array, "free start"]:
    diagonal = jnp.diagonal(now.curvature, axis1=1, axis2=2)
    # A parameter that nothing depends on stays where it is.
    floor = 1e-9 * jnp.max(diagonal, axis=1, keepdims=True) + 1e-30
    damped = now.damping[:, None] * diagonal + floor
    matrix = now.curvature + damped[:, :, None] * jnp.eye(diagonal.shape[1])
    step = -jnp.linalg.solve(matrix, now.slope[..., None])[..., 0].T
    length = jnp.max(jnp.abs(step), axis=0)
    return step * jnp.minimum(1.0, LONGEST_STEP / jnp.maximum(length, 1e-30))
