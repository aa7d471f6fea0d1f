"""A number with its interval, as every analysis hands it out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

__all__ = [
    "Estimate",
    "mean_estimate",
    "moments_estimate",
    "symmetric_estimate",
    "wilson_estimate",
]


@dataclass(frozen=True)
class Estimate:
    """A number, the interval it is known within, and how it was found.

    **Arguments:** `value` in `unit`; `low` and `high`, a confidence interval at `level`;
    `standard_error`, `p_value` (two-sided, against 0) and `degrees` of freedom where there are
    any (else NaN and infinite); the `method` in words.
    """

    value: float
    low: float
    high: float
    unit: str = "points"
    level: float = 0.95
    standard_error: float = math.nan
    p_value: float = math.nan
    degrees: float = math.inf
    method: str = ""

    @property
    def is_beyond_zero(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0.0 or self.high < 0.0

    def __str__(self) -> str:
        return f"{self.value:.2f} {self.unit} ({self.low:.2f} to {self.high:.2f})"


def symmetric_estimate(
    value: float,
    standard_error: float,
    *,
    unit: str = "points",
    alpha: float = 0.05,
    degrees: float = math.inf,
    method: str = "",
) -> Estimate:
    """An estimate whose error is normal, or t with `degrees` of freedom."""
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    normal = math.isinf(degrees)
    tail = 1.0 - alpha / 2.0
    reach = float(ndtri(tail) if normal else stdtrit(degrees, tail)) * standard_error
    p_value = math.nan
    if standard_error > 0.0:
        z = -abs(value) / standard_error
        p_value = float(2.0 * (ndtr(z) if normal else stdtr(degrees, z)))
    return Estimate(
        value=float(value),
        low=float(value - reach),
        high=float(value + reach),
        unit=unit,
        level=1.0 - alpha,
        standard_error=float(standard_error),
        p_value=p_value,
        degrees=float(degrees),
        method=method,
    )


def mean_estimate(values: np.ndarray, *, unit: str = "points", alpha: float = 0.05) -> Estimate:
    """Mean of values [patient], with Student's interval; NaN where there are fewer than two."""
    values = np.asarray(values, dtype=float)
    count = len(values)
    mean = float(values.mean()) if count else math.nan
    variance = float(values.var(ddof=1)) if count > 1 else math.nan
    return moments_estimate(count, mean, variance, unit=unit, alpha=alpha)


def moments_estimate(
    count: int, mean: float, variance: float, *, unit: str = "points", alpha: float = 0.05
) -> Estimate:
    """The same from count, mean and variance."""
    if count < 2:
        return Estimate(mean, math.nan, math.nan, unit, 1.0 - alpha, method="mean")
    error = math.sqrt(max(variance, 0.0) / count)
    return symmetric_estimate(mean, error, unit=unit, alpha=alpha, degrees=count - 1, method="mean")


def wilson_estimate(met: int, total: int, *, alpha: float = 0.05) -> Estimate:
    """A share with Wilson's score interval (Wilson 1927); NaN of nobody."""
    from scipy.special import ndtri

    if total == 0:
        return Estimate(math.nan, math.nan, math.nan, "1", 1.0 - alpha, method="Wilson score")
    z = float(ndtri(1.0 - alpha / 2.0))
    share = met / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = math.sqrt(share * (1 - share) / total + z * z / (4 * total**2))
    reach = z * spread / (1 + z * z / total)
    return Estimate(
        value=share,
        low=0.0 if met == 0 else middle - reach,
        high=1.0 if met == total else middle + reach,
        unit="1",
        level=1.0 - alpha,
        standard_error=math.sqrt(share * (1.0 - share) / total),
        method="Wilson score",
    )
