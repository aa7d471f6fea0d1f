"""Shares of patients: differences, ratios, and numbers needed to treat or to harm."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool

from causalgia.trials.estimate import Estimate, symmetric_estimate, wilson_estimate

__all__ = [
    "NumberNeeded",
    "mantel_haenszel",
    "mantel_haenszel_counts",
    "newcombe_difference",
    "number_needed",
    "risk_ratio",
]


@dataclass(frozen=True)
class NumberNeeded:
    """Patients to treat for one more to benefit, or (`harms`) for one more to be harmed.

    The interval runs from `low` to `high`. Where no difference is within it, `high` is infinite
    and it goes on from infinity to `other_side` of the other kind (Altman 1998); else None.
    """

    value: float
    low: float
    high: float
    harms: bool
    other_side: float | None = None

    def __str__(self) -> str:
        name, other = ("NNH", "NNT") if self.harms else ("NNT", "NNH")
        if not math.isfinite(self.value):
            return f"{name} ∞"
        end = "∞" if math.isinf(self.high) else f"{self.high:.1f}"
        beyond = "" if self.other_side is None else f", beyond it {other} {self.other_side:.1f}"
        return f"{name} {self.value:.1f} ({self.low:.1f} to {end}{beyond})"


def newcombe_difference(
    met: int, total: int, met_control: int, total_control: int, *, alpha: float = 0.05
) -> Estimate:
    """Difference of two shares with Newcombe's hybrid score interval (1998, method 10)."""
    active = wilson_estimate(met, total, alpha=alpha)
    control = wilson_estimate(met_control, total_control, alpha=alpha)
    value = active.value - control.value
    below = math.hypot(active.value - active.low, control.high - control.value)
    above = math.hypot(active.high - active.value, control.value - control.low)
    return Estimate(
        value=value,
        low=value - below,
        high=value + above,
        unit="1",
        level=1.0 - alpha,
        standard_error=math.hypot(active.standard_error, control.standard_error),
        p_value=_two_shares(met, total, met_control, total_control),
        method="Newcombe hybrid score",
    )


def _two_shares(met: int, total: int, met_control: int, total_control: int) -> float:
    """Two-sided p of the score test of two shares."""
    from scipy import stats

    if not total or not total_control:
        return math.nan
    pooled = (met + met_control) / (total + total_control)
    error = math.sqrt(pooled * (1.0 - pooled) * (1.0 / total + 1.0 / total_control))
    if error == 0.0:
        return 1.0
    return float(2.0 * stats.norm.sf(abs(met / total - met_control / total_control) / error))


def risk_ratio(
    met: int, total: int, met_control: int, total_control: int, *, alpha: float = 0.05
) -> Estimate:
    """Ratio of two shares with the interval of its logarithm (Katz 1978).

    Where nobody met it in an arm, half a patient is added to each cell.
    """
    from scipy import stats

    if not total or not total_control:
        return Estimate(math.nan, math.nan, math.nan, "1", 1.0 - alpha, method="log risk ratio")
    add = 0.5 if 0 in (met, met_control) else 0.0
    a, n = met + add, total + 2 * add
    b, m = met_control + add, total_control + 2 * add
    value = (a / n) / (b / m)
    error = math.sqrt(max(1 / a - 1 / n + 1 / b - 1 / m, 0.0))
    reach = float(stats.norm.ppf(1.0 - alpha / 2.0)) * error
    return Estimate(
        value=value,
        low=value * math.exp(-reach),
        high=value * math.exp(reach),
        unit="1",
        level=1.0 - alpha,
        standard_error=error,
        p_value=float(2.0 * stats.norm.sf(abs(math.log(value)) / error)) if error else math.nan,
        method="log risk ratio",
    )


def mantel_haenszel(
    met: Bool[np.ndarray, " patient"],
    active: Bool[np.ndarray, " patient"],
    stratum: np.ndarray,
    *,
    alpha: float = 0.05,
) -> Estimate:
    """Difference of shares over strata, with Sato's error, and the Cochran-Mantel-Haenszel test.

    Strata with one arm only say nothing. (Greenland and Robins 1985; Sato 1989.)
    """
    met, active = np.asarray(met, dtype=bool), np.asarray(active, dtype=bool)
    counts = []
    for level in np.unique(stratum):
        here = stratum == level
        yes = [int((met & here & group).sum()) for group in (active, ~active)]
        size = [int((here & group).sum()) for group in (active, ~active)]
        counts.append((yes[0], size[0], yes[1], size[1]))
    return mantel_haenszel_counts(counts, alpha=alpha)


def mantel_haenszel_counts(
    counts: Iterable[tuple[int, int, int, int]], *, alpha: float = 0.05
) -> Estimate:
    """The same from counts: by stratum who met it and how many there are, active then control."""
    from statsmodels.stats.contingency_tables import StratifiedTable

    tables = [[[a, n - a], [b, m - b]] for a, n, b, m in counts if min(n, m) > 0]
    if not tables:
        return Estimate(math.nan, math.nan, math.nan, "1", 1.0 - alpha, method="Mantel-Haenszel")
    cells = np.array(tables, dtype=float)
    first, second = cells[:, 0].sum(axis=1), cells[:, 1].sum(axis=1)
    total = first + second
    a, b = cells[:, 0, 0], cells[:, 1, 0]
    weight = first * second / total
    value = float(((a * second - b * first) / total).sum() / weight.sum())
    p = (first**2 * b - second**2 * a + first * second * (second - first) / 2) / total**2
    q = (a * (second - b) + b * (first - a)) / (2 * total)
    variance = (value * p.sum() + q.sum()) / weight.sum() ** 2
    found = symmetric_estimate(
        value, math.sqrt(max(variance, 0.0)), unit="1", alpha=alpha, method="Mantel-Haenszel"
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        test = StratifiedTable(list(cells.transpose(1, 2, 0).transpose(2, 0, 1))).test_null_odds()
    return replace(found, p_value=float(test.pvalue))


def number_needed(difference: Estimate, *, benefit: bool = True) -> NumberNeeded:
    """Number needed to treat, or to harm, of a difference of shares.

    **Arguments:** the `difference` (active less control); whether meeting the criterion is a
    `benefit` (else a harm).
    """
    harms = (difference.value < 0.0) if benefit else (difference.value >= 0.0)
    low, high = difference.low, difference.high
    if difference.value < 0.0:
        low, high = -high, -low
    size = abs(difference.value)
    return NumberNeeded(
        value=math.inf if size == 0.0 else 1.0 / size,
        low=math.inf if high <= 0.0 else 1.0 / high,
        high=1.0 / low if low > 0.0 else math.inf,
        harms=harms,
        other_side=1.0 / -low if low < 0.0 else None,
    )
