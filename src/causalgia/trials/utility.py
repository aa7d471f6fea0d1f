"""Benefit against harm, in points that the user can tilt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from causalgia.trials.design_schema import UtilityTable
from causalgia.trials.estimate import Estimate, mean_estimate, symmetric_estimate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compare_utility", "relief_percent", "utility_by_arm", "utility_points", "welch"]


def relief_percent(
    baseline: Float[np.ndarray, " patient"], final: Float[np.ndarray, " patient"]
) -> Float[np.ndarray, " patient"]:
    """Relief in percent of the baseline, at most 100; 0 where the end is missing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relief = 100.0 * (baseline - final) / baseline
    return np.nan_to_num(np.minimum(relief, 100.0), nan=0.0, neginf=0.0)


def utility_points(
    patients: pd.DataFrame, relief: Float[np.ndarray, " patient"], weights: UtilityTable
) -> Float[np.ndarray, " patient"]:
    """Points of every patient: relief, less side effects and leaving.

    **Arguments:** the table of `patients`; their `relief` in percent; the `weights`.
    """
    points = weights.relief * np.asarray(relief, dtype=float)
    for column in map(str, patients.columns):
        if column.startswith("adverse:"):
            weight = weights.adverse.get(column.removeprefix("adverse:"), weights.adverse_event)
            points = points - weight * patients[column].to_numpy(dtype=float)
    stopped = patients["stop_day"].notna().to_numpy()
    return points - weights.drop_out * stopped


def utility_by_arm(
    points: Float[np.ndarray, " patient"], arm: np.ndarray, *, alpha: float = 0.05
) -> Mapping[str, Estimate]:
    """Mean points by arm."""
    return {str(a): mean_estimate(points[arm == a], alpha=alpha) for a in np.unique(arm)}


def compare_utility(
    points: Float[np.ndarray, " patient"],
    arm: np.ndarray,
    name: str,
    control: str,
    *,
    alpha: float = 0.05,
) -> Estimate:
    """Difference of mean points of an arm and control (Welch)."""
    groups = (points[arm == name], points[arm == control])
    counts, means = ([f(group) for group in groups] for f in (len, np.mean))
    spreads = [group.var(ddof=1) if len(group) > 1 else np.nan for group in groups]
    return welch(counts, means, spreads, alpha=alpha)


def welch(
    counts: Sequence[int],
    means: Sequence[float],
    variances: Sequence[float],
    *,
    alpha: float = 0.05,
) -> Estimate:
    """Difference of two means with unequal variances, first less second."""
    parts = [variance / count for variance, count in zip(variances, counts, strict=True)]
    total = float(sum(parts))
    shares = [part**2 / max(count - 1, 1) for part, count in zip(parts, counts, strict=True)]
    degrees = total**2 / float(sum(shares)) if total > 0.0 else np.inf
    return symmetric_estimate(
        float(means[0] - means[1]),
        float(np.sqrt(total)),
        alpha=alpha,
        degrees=degrees,
        method="Welch",
    )
