r"""Factorial trials: does a combination do more than its parts.

Additive scale: the change by both together less the changes by each. Bliss: parts act
independently if the pain left, as a share of that without either, multiplies, $f_{AB} = f_A f_B$;
the excess is $\log f_{AB} - \log f_A - \log f_B$ (below 0: more relief than expected). Loewe: parts
act as doses of one drug if $d_A/D_A + d_B/D_B = 1$, with $D$ the dose alone for the same relief.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.trials.estimate import Estimate, symmetric_estimate

__all__ = ["DoseResponse", "FactorialEffects", "combination_index", "factorial", "fit_response"]


@dataclass(frozen=True)
class FactorialEffects:
    """Effects in a two by two trial.

    Change by each factor `alone` and by `both`, against neither; over the levels of the other
    factor (`margins`); the interaction on the `additive` scale and as `bliss` excess (log units).
    """

    alone: Mapping[str, Estimate]
    both: Estimate
    margins: Mapping[str, Estimate]
    additive: Estimate
    bliss: Estimate


def factorial(
    final: Float[np.ndarray, " patient"],
    baseline: Float[np.ndarray, " patient"],
    first: np.ndarray,
    second: np.ndarray,
    names: tuple[str, str] = ("first", "second"),
    *,
    alpha: float = 0.05,
) -> FactorialEffects:
    """Effects and interaction of two factors.

    **Arguments:** ratings at the end (`final`, NaN where missing) and at `baseline`; who has the
    `first` and the `second` factor; their `names`.
    **Raises:** `InputError` where one of the four groups has fewer than three patients.
    """
    from statsmodels.regression.linear_model import OLS

    kept = np.isfinite(final)
    final, baseline = np.asarray(final)[kept], np.asarray(baseline)[kept]
    a, b = np.asarray(first, dtype=bool)[kept], np.asarray(second, dtype=bool)[kept]
    groups = [~a & ~b, a & ~b, ~a & b, a & b]
    if min(int(group.sum()) for group in groups) < 3:
        raise InputError("factorial: a group has fewer than three patients with an outcome")
    centered = baseline - baseline.mean()
    cells = np.stack([group.astype(float) for group in groups], axis=1)
    if np.ptp(centered) > 0.0:
        cells = np.column_stack([cells, centered])
    fit = OLS(final, cells).fit(cov_type="HC3")
    means, spread = fit.params[:4], fit.cov_params()[:4, :4]

    def estimate(weights: list[float], method: str) -> Estimate:
        w = np.array(weights)
        return symmetric_estimate(
            float(w @ means),
            float(np.sqrt(w @ spread @ w)),
            alpha=alpha,
            degrees=float(fit.df_resid),
            method=method,
        )

    return FactorialEffects(
        alone={
            names[0]: estimate([-1, 1, 0, 0], "ANCOVA"),
            names[1]: estimate([-1, 0, 1, 0], "ANCOVA"),
        },
        both=estimate([-1, 0, 0, 1], "ANCOVA"),
        margins={
            names[0]: estimate([-0.5, 0.5, -0.5, 0.5], "over the other factor"),
            names[1]: estimate([-0.5, -0.5, 0.5, 0.5], "over the other factor"),
        },
        additive=estimate([1, -1, -1, 1], "additive interaction"),
        bliss=_bliss(means, spread, alpha, float(fit.df_resid)),
    )


def _bliss(means: np.ndarray, spread: np.ndarray, alpha: float, degrees: float) -> Estimate:
    """Excess over independence on the logarithm of the pain left."""
    if (means <= 0.0).any():
        return Estimate(math.nan, math.nan, math.nan, "log units", 1.0 - alpha, method="Bliss")
    signs = np.array([1.0, -1.0, -1.0, 1.0])
    slope = signs / means
    return symmetric_estimate(
        float(signs @ np.log(means)),
        float(np.sqrt(slope @ spread @ slope)),
        unit="log units",
        alpha=alpha,
        degrees=degrees,
        method="Bliss",
    )


@dataclass(frozen=True)
class DoseResponse:
    """Relief against dose, `most` * dose^hill / (dose^hill + half^hill)."""

    most: float
    half: float
    hill: float = 1.0

    def relief(self, dose: float) -> float:
        """Relief by a dose."""
        return self.most / (1.0 + (self.half / dose) ** self.hill) if dose > 0.0 else 0.0

    def dose(self, relief: float) -> float:
        """The dose for a relief; infinite where none gives it."""
        if relief <= 0.0:
            return 0.0
        if relief >= self.most:
            return math.inf
        return self.half * (relief / (self.most - relief)) ** (1.0 / self.hill)


def fit_response(
    dose: Float[np.ndarray, " arm"],
    relief: Float[np.ndarray, " arm"],
    standard_error: Float[np.ndarray, " arm"],
) -> DoseResponse:
    """Fit a response (Hill exponent 1) to the relief of arms, by weighted least squares.

    **Raises:** `InputError` for fewer than two doses above 0.
    """
    from scipy.optimize import curve_fit

    dose, relief = np.asarray(dose, dtype=float), np.asarray(relief, dtype=float)
    above = dose > 0.0
    if len(np.unique(dose[above])) < 2:
        raise InputError("dose response: needs at least two doses above 0")

    def curve(d: np.ndarray, log_most: float, log_half: float) -> np.ndarray:
        return np.exp(log_most) * d / (d + np.exp(log_half))

    start = (math.log(max(relief.max(), 1e-3) * 1.5), math.log(float(np.median(dose[above]))))
    found, _ = curve_fit(curve, dose, relief, start, sigma=standard_error, maxfev=20_000)
    return DoseResponse(float(np.exp(found[0])), float(np.exp(found[1])))


def combination_index(
    doses: tuple[float, float], relief: float, alone: tuple[DoseResponse, DoseResponse]
) -> float:
    """Loewe's sum of doses, each over the dose alone for the same relief; below 1: synergy."""
    parts = [
        dose / curve.dose(relief) if relief > 0.0 else math.inf
        for dose, curve in zip(doses, alone, strict=True)
    ]
    return float(sum(parts))
