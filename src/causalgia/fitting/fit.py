r"""Fits by least squares from many starts, along a path from a pulled to a free model.

Point by point, a spike a little late is as wrong as none, and a descent from afar gets stuck. So
the model is first pulled toward the recording, $C \dot V = \ldots + C p (V_{rec} - V)$ with a pull
$p$ so strong that its gates see nearly the recorded voltage, which makes what is left nearly linear
in the densities; the pull is then relaxed to zero, and the fit follows (Abarbanel et al. 2009).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.errors import InputError, SimulationDiverged
from causalgia.fitting.clamps import Residuals
from causalgia.fitting.free import Free, bounded, spread_logits, value_slopes
from causalgia.fitting.least_squares import Descent, damped_steps

__all__ = ["Fit", "best_first", "check_starts", "fit", "joined"]

PULLS_PER_MS = (50.0, 5.0, 0.5, 0.0)


@dataclass(frozen=True)
class Fit:
    """What a fit found.

    `values` by parameter and `loss`, the mean square of what is left [start], best first;
    `standard_error` by parameter [start], what independent noise of the size of what is left would
    do to each value (None where curvatures are unknown): one as large as the value says that the
    data do not fix it; `history` [iteration, start] of losses in the same order, those under a pull
    included; `lost`, how many starts ended in numbers that are not finite.
    """

    values: Mapping[str, Float[np.ndarray, " start"]]
    loss: Float[np.ndarray, " start"]
    standard_error: Mapping[str, Float[np.ndarray, " start"]] | None
    history: Float[np.ndarray, "iteration start"]
    lost: int

    @property
    def best(self) -> dict[str, float]:
        """The values of the best start."""
        return {name: float(values[0]) for name, values in self.values.items()}


def fit(
    residuals: Residuals,
    free: Sequence[Free],
    *,
    starts: int = 16,
    pulls_per_ms: Sequence[float] = PULLS_PER_MS,
    iterations: int = 10,
    seed: int = 0,
) -> Fit:
    """Find the values at which the least is left, from several starts within bounds.

    **Arguments:** the `residuals`, of a clamp or `joined`; what is `free`; how many starts, drawn
    over the bounds by a Latin hypercube; the pulls (1/ms), the last of which should be 0, and the
    iterations under each: a voltage clamp, which nothing pulls, needs one pull of 0 and more
    iterations; a seed.
    **Raises:** `InputError` for numbers out of range; `SimulationDiverged` when no start survives.
    """
    check_starts(free, starts, iterations)
    if not len(pulls_per_ms) or not (np.isfinite(pulls_per_ms).all() and min(pulls_per_ms) >= 0):
        raise InputError(f"pulls_per_ms is {pulls_per_ms}: need one or more, none below 0")
    free = tuple(free)
    with jax.enable_x64(True):

        @jax.jit
        def stage(unit: Array, pull: Array) -> tuple[Descent, Array]:
            return damped_steps(lambda u: residuals(bounded(free, u), pull), unit, iterations)

        unit, history = jnp.asarray(spread_logits(len(free), starts, seed)), []
        for pull in pulls_per_ms:
            end, losses = stage(unit, jnp.asarray(float(pull)))
            unit = end.unit
            history.append(np.asarray(losses))
        values = {name: np.asarray(value) for name, value in bounded(free, unit).items()}
        count = jax.eval_shape(lambda u: residuals(bounded(free, u), 0.0), unit).shape[0]
    errors = _standard_errors(free, values, end, count)
    return best_first(values, np.asarray(end.loss), errors, np.concatenate(history))


def joined(parts: Sequence[tuple[Residuals, float]]) -> Residuals:
    """Several recordings as one: what is left of each over its scale, which is what to expect.

    For recordings with noise of a known size, that size (mV in current clamp, a share of the root
    mean square in voltage clamp).
    **Raises:** `InputError` for no part or a scale that is not positive.
    """
    if not parts or not all(scale > 0 for _, scale in parts):
        raise InputError(
            f"joined: scales are {[s for _, s in parts]}; need one or more, all above 0"
        )

    def residuals(values: Mapping[str, Array], pull_per_ms: Array | float) -> Array:
        # The mean square is then the mean of the parts', however long each is.
        found = [part(values, pull_per_ms) / scale for part, scale in parts]
        longest = max(one.shape[0] for one in found)
        return jnp.concatenate([one * (longest / one.shape[0]) ** 0.5 for one in found])

    return residuals


def check_starts(free: Sequence[Free], starts: int, iterations: int) -> None:
    """Raise `InputError` where there is nothing to fit, or no start or iteration to fit it with."""
    if not free:
        raise InputError("nothing to fit: free is empty")
    for name, value in (("starts", starts), ("iterations", iterations)):
        if value < 1:
            raise InputError(f"{name} is {value}, must be 1 or more")


def best_first(
    values: Mapping[str, Float[np.ndarray, " start"]],
    loss: Float[np.ndarray, " start"],
    errors: Mapping[str, Float[np.ndarray, " start"]] | None,
    history: Float[np.ndarray, "iteration start"],
) -> Fit:
    """A fit whose starts are in the order of their losses, without those that were lost.

    **Raises:** `SimulationDiverged` when none is left.
    """
    usable = np.isfinite(loss)
    if not usable.any():
        raise SimulationDiverged("no start of the fit survived; narrow the bounds")
    order = np.argsort(np.where(usable, loss, np.inf), kind="stable")[: int(usable.sum())]
    return Fit(
        {name: value[order] for name, value in values.items()},
        loss[order],
        None if errors is None else {name: value[order] for name, value in errors.items()},
        history[:, order],
        int(loss.size - usable.sum()),
    )


def _standard_errors(
    free: Sequence[Free],
    values: Mapping[str, Float[np.ndarray, " start"]],
    end: Descent,
    count: int,
) -> dict[str, Float[np.ndarray, " start"]]:
    r"""$\sqrt{\mathrm{diag}\, s^2 (J^T J)^{-1}}$ with $s^2$ the mean square of what is left."""
    curvature, loss = np.asarray(end.curvature), np.asarray(end.loss)
    size = curvature.shape[1]
    # What nothing depends on has an error without bounds rather than none.
    floor = 1e-12 * np.trace(curvature, axis1=1, axis2=2)[:, None, None] + 1e-300
    inverse = np.linalg.inv(curvature + floor * np.eye(size))
    variance = np.diagonal(inverse, axis1=1, axis2=2).T * loss / max(count - size, 1)
    spread = np.sqrt(np.maximum(variance, 0.0)) * value_slopes(free, values)
    return {item.name: spread[row] for row, item in enumerate(free)}
