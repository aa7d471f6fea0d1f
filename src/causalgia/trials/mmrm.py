"""Mixed model for repeated measures: all weeks in one model, nobody's gaps filled.

Change from baseline by arm, week and arm within week, with baseline and strata whose slopes differ
from week to week, and an unstructured covariance within patients. What is missing counts as
missing at random: as others would have gone on who were alike so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.trials.ancova import ArmEffects
from causalgia.trials.covariates import Matrix, matrix_of
from causalgia.trials.endpoints import Outcomes
from causalgia.trials.estimate import Estimate, symmetric_estimate
from causalgia.trials.unstructured import UnstructuredFit, fit_unstructured

__all__ = ["MOST_VISITS", "RepeatedMeasures", "mmrm", "repeated_measures", "visits_of"]

MOST_VISITS = 12
"""Longer trials are analyzed at this many weeks, evenly spaced, the last among them."""

_SMALL_SAMPLE = 2000
"""Up to this many patients, errors and degrees of freedom are those of small samples."""


@dataclass(frozen=True)
class RepeatedMeasures:
    """What the model says.

    `final`, the arms at the last week; `week` [week] of the analysis and for each arm the adjusted
    mean by week (`means`) and the difference from control (`differences`); the `fit` and its
    columns (`matrix`).
    """

    final: ArmEffects
    week: np.ndarray
    means: Mapping[str, tuple[Estimate, ...]]
    differences: Mapping[str, tuple[Estimate, ...]]
    fit: UnstructuredFit
    matrix: Matrix


def visits_of(week: np.ndarray, most: int = MOST_VISITS) -> np.ndarray:
    """Which weeks are analyzed, as positions: all, or `most` evenly spaced with the last."""
    count = len(week)
    if count <= most:
        return np.arange(count)
    return np.unique(np.round(np.arange(1, most + 1) * count / most).astype(int) - 1)


def mmrm(
    outcomes: Outcomes,
    control: str,
    *,
    covariates: Mapping[str, Float[np.ndarray, " patient"]] | None = None,
    alpha: float = 0.05,
    unit: str = "points",
) -> RepeatedMeasures:
    """Compare arms by their changes at all weeks.

    **Arguments:** `outcomes`, with gaps; the `control`; `covariates` besides baseline and stratum.
    **Raises:** `InputError` where there are not two arms, or too few measurements.
    """
    chosen = visits_of(outcomes.week)
    change = outcomes.change[:, chosen]
    kept = np.isfinite(change).any(axis=1)
    if not kept.any():
        raise InputError("repeated measures: there is no measurement")
    chosen_covariates = {n: np.asarray(v)[kept] for n, v in (covariates or {}).items()}
    matrix = matrix_of(
        outcomes.arm[kept],
        control,
        baseline=outcomes.baseline[kept],
        stratum=outcomes.stratum[kept],
        covariates=chosen_covariates,
    )
    fit = fit_unstructured(change[kept], matrix.values)
    return repeated_measures(fit, matrix, outcomes.week[chosen], control, alpha=alpha, unit=unit)


def repeated_measures(
    fit: UnstructuredFit,
    matrix: Matrix,
    week: np.ndarray,
    control: str,
    *,
    alpha: float = 0.05,
    unit: str = "points",
) -> RepeatedMeasures:
    """What a fitted model says of arms.

    **Arguments:** the `fit` and the `matrix` whose columns it has; the weeks it is of.
    """
    small = fit.patients <= _SMALL_SAMPLE

    def estimates(weights: np.ndarray, method: str) -> tuple[Estimate, ...]:
        found = []
        for visit in range(len(week)):
            place = np.zeros((len(weights), len(week)))
            place[:, visit] = weights
            value, error, degrees = fit.contrast(place, small_sample=small)
            found.append(
                symmetric_estimate(
                    value, error, unit=unit, alpha=alpha, degrees=degrees, method=method
                )
            )
        return tuple(found)

    method = "MMRM, Kenward-Roger" if small else "MMRM"
    means = {a: estimates(matrix.mean(a), "adjusted mean") for a in (control, *matrix.active)}
    differences = {a: estimates(matrix.effect(a), method) for a in matrix.active}
    final = ArmEffects(
        control=control,
        means={arm: found[-1] for arm, found in means.items()},
        differences={arm: found[-1] for arm, found in differences.items()},
        patients=fit.patients,
        residual_sd=float(np.sqrt(fit.covariance[-1, -1])),
    )
    return RepeatedMeasures(final, week, means, differences, fit, matrix)
