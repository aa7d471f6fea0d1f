r"""A linear model in which the measurements of a patient share one random level.

$y_{st} = x_{st}^T\beta + u_s + e_{st}$, $u_s \sim N(0, \lambda\sigma^2)$, $e \sim N(0, \sigma^2)$,
by restricted maximum likelihood over the ratio $\lambda$ alone: the rest has closed forms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError

__all__ = ["InterceptFit", "fit_random_intercept"]

_LARGEST_RATIO = 1e4


@dataclass(frozen=True)
class InterceptFit:
    """A fitted model.

    `effects` [column] with `covariance` [column, column]; `within_sd` and `between_sd`;
    `degrees` of freedom of what varies within patients.
    """

    effects: Float[np.ndarray, " column"]
    covariance: Float[np.ndarray, "column column"]
    within_sd: float
    between_sd: float
    degrees: float


def fit_random_intercept(
    values: Float[np.ndarray, " row"], columns: Float[np.ndarray, "row column"], patient: np.ndarray
) -> InterceptFit:
    """Fit by restricted maximum likelihood.

    **Arguments:** measurements, NaN where missing; `columns` with one of ones; whose they are.
    **Raises:** `InputError` where there are too few rows, or columns that follow from each other.
    """
    from scipy.optimize import minimize_scalar

    values, columns = np.asarray(values, dtype=float), np.asarray(columns, dtype=float)
    kept = np.isfinite(values)
    values, columns = values[kept], columns[kept]
    owner = np.unique(np.asarray(patient)[kept], return_inverse=True)[1].ravel()
    rows, width = columns.shape
    count = int(owner.max()) + 1 if rows else 0
    if rows <= width or np.linalg.matrix_rank(columns) < width:
        raise InputError("within patients: too few measurements, or columns that repeat each other")
    sizes = np.bincount(owner, minlength=count).astype(float)
    sums = np.stack([np.bincount(owner, c, minlength=count) for c in columns.T], axis=1)
    totals = np.bincount(owner, values, minlength=count)
    square, cross = columns.T @ columns, columns.T @ values
    own = float(values @ values)

    def solve(ratio: float) -> tuple[np.ndarray, np.ndarray, float]:
        shrink = ratio / (1.0 + ratio * sizes)
        information = square - (sums * shrink[:, None]).T @ sums
        effects = np.linalg.solve(information, cross - sums.T @ (shrink * totals))
        rest = own - float(shrink @ totals**2)
        rest -= float(effects @ (cross - sums.T @ (shrink * totals)))
        return information, effects, max(rest, 1e-12 * own)

    def deviance(log_ratio: float) -> float:
        ratio = float(np.exp(log_ratio))
        information, _, rest = solve(ratio)
        size = float(np.log1p(ratio * sizes).sum() + np.linalg.slogdet(information)[1])
        return (rows - width) * float(np.log(rest)) + size

    found = minimize_scalar(
        deviance, bounds=(-12.0, np.log(_LARGEST_RATIO)), method="bounded", options={"xatol": 1e-8}
    )
    ratio = float(np.exp(found.x))
    information, effects, rest = solve(ratio)
    variance = rest / (rows - width)
    inside = columns - (sums / sizes[:, None])[owner]
    within = int(np.linalg.matrix_rank(inside)) if rows > count else 0
    return InterceptFit(
        effects=effects,
        covariance=variance * np.linalg.inv(information),
        within_sd=float(np.sqrt(variance)),
        between_sd=float(np.sqrt(variance * ratio)),
        degrees=float(max(rows - count - within, 1)),
    )
