"""Crossover trials: every patient is their own control."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from causalgia.errors import InputError
from causalgia.trials.estimate import Estimate, symmetric_estimate
from causalgia.trials.random_intercept import fit_random_intercept

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CrossoverEffects", "crossover", "period_ends"]


@dataclass(frozen=True)
class CrossoverEffects:
    """What a crossover shows.

    `means` of the last week by treatment, and `differences` of each pair (first less second), of
    the same patients; the effect of each later period against the first (`periods`); `carryover`,
    what a treatment before, other than control, still adds in the next period (None: it cannot be
    told); standard deviations within and between patients; `patients` analyzed.
    """

    means: Mapping[str, Estimate]
    differences: Mapping[tuple[str, str], Estimate]
    periods: tuple[Estimate, ...]
    carryover: Estimate | None
    within_sd: float
    between_sd: float
    patients: int


def period_ends(weeks: pd.DataFrame, measure: str = "diary", last: int = 1) -> pd.DataFrame:
    """One row a patient and period: the mean of its last week(s), in `value`, NaN where missing."""
    final = weeks["week"].max()
    rows = weeks[weeks["week"] > final - last]
    found = rows.groupby(["patient", "period"], sort=True).agg(
        value=(measure, "mean"), treatment=("treatment", "first")
    )
    return found.reset_index()


def crossover(
    ends: pd.DataFrame, control: str, *, alpha: float = 0.05, unit: str = "points"
) -> CrossoverEffects:
    """Compare treatments within patients, with effects of the period.

    **Arguments:** `ends`, one row a patient and period (`period_ends`); the `control` treatment.
    **Raises:** `InputError` where there are not two treatments.
    """
    ends = ends.sort_values(["patient", "period"])
    treatment = ends["treatment"].to_numpy(dtype=str)
    period = ends["period"].to_numpy()
    patient = ends["patient"].to_numpy()
    value = ends["value"].to_numpy(dtype=float)
    names = [control, *(str(n) for n in np.unique(treatment) if n != control)]
    if control not in treatment or len(names) < 2:
        raise InputError(f"treatments: {', '.join(sorted(set(treatment)))}; needs {control!r}")
    later = np.unique(period)[1:]
    shown = (period[:, None] == later).astype(float)
    given = (treatment[:, None] == np.array(names[1:])).astype(float)
    columns = np.hstack([np.ones((len(value), 1)), given, shown - shown.mean(axis=0)])
    fit = fit_random_intercept(value, columns, patient)

    def estimate(weights: np.ndarray, method: str) -> Estimate:
        error = float(np.sqrt(weights @ fit.covariance @ weights))
        return symmetric_estimate(
            float(weights @ fit.effects),
            error,
            unit=unit,
            alpha=alpha,
            degrees=fit.degrees,
            method=method,
        )

    unitary = np.eye(columns.shape[1])
    level = {name: unitary[0] + (unitary[i] if i else 0.0) for i, name in enumerate(names)}
    method = "within patients, period effects"
    return CrossoverEffects(
        means={name: estimate(level[name], "adjusted mean") for name in names},
        differences={
            (b, a): estimate(level[b] - level[a], method) for a, b in combinations(names, 2)
        },
        periods=tuple(estimate(row, "period") for row in unitary[len(names) :]),
        carryover=_carryover(value, columns, patient, treatment, control, alpha, unit),
        within_sd=fit.within_sd,
        between_sd=fit.between_sd,
        patients=len(np.unique(patient[np.isfinite(value)])),
    )


def _carryover(
    value: np.ndarray,
    columns: np.ndarray,
    patient: np.ndarray,
    treatment: np.ndarray,
    control: str,
    alpha: float,
    unit: str,
) -> Estimate | None:
    """Effect of having been on any treatment but control in the period before."""
    same = np.concatenate([[False], patient[1:] == patient[:-1]])
    before = np.concatenate([[control], treatment[:-1]])
    added = (same & (before != control)).astype(float)
    more = np.hstack([columns, added[:, None]])
    kept = np.isfinite(value)
    if np.linalg.matrix_rank(more[kept]) < more.shape[1]:
        return None
    fit = fit_random_intercept(value, more, patient)
    return symmetric_estimate(
        float(fit.effects[-1]),
        float(np.sqrt(fit.covariance[-1, -1])),
        unit=unit,
        alpha=alpha,
        degrees=fit.degrees,
        method="carryover",
    )
