r"""Analysis of covariance of the last week's change.

$\Delta_s = \beta_0 + \sum_a \tau_a [arm_s = a] + \beta_1 baseline_s + \gamma_{stratum} + \dots$ by
ordinary least squares, with errors that hold when variances differ between arms (HC3; MacKinnon and
White 1985).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.trials.covariates import Matrix, matrix_of
from causalgia.trials.estimate import Estimate, symmetric_estimate

__all__ = ["ArmEffects", "ancova", "arm_effects"]


@dataclass(frozen=True)
class ArmEffects:
    """Adjusted means by arm, and differences from control by arm other than control.

    `patients` analyzed; `residual_sd` of the model.
    """

    control: str
    means: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]
    patients: int
    residual_sd: float


def ancova(
    change: Float[np.ndarray, " patient"],
    arm: np.ndarray,
    control: str,
    *,
    baseline: Float[np.ndarray, " patient"] | None = None,
    stratum: np.ndarray | None = None,
    covariates: Mapping[str, Float[np.ndarray, " patient"]] | None = None,
    alpha: float = 0.05,
    unit: str = "points",
) -> ArmEffects:
    """Compare arms by the change of patients who have one.

    **Arguments:** `change`, NaN where missing; `arm` of each patient and the name of the
    `control`; what is adjusted for.
    **Raises:** `InputError` where there are not two arms.
    """
    from statsmodels.regression.linear_model import OLS

    change, arm = np.asarray(change, dtype=float), np.asarray(arm, dtype=str)
    kept = np.isfinite(change)
    matrix = matrix_of(
        arm[kept],
        control,
        baseline=None if baseline is None else np.asarray(baseline)[kept],
        stratum=None if stratum is None else np.asarray(stratum)[kept],
        covariates={n: np.asarray(v)[kept] for n, v in (covariates or {}).items()},
    )
    fit = OLS(change[kept], matrix.values).fit(cov_type="HC3")
    return arm_effects(
        matrix,
        control,
        effects=np.asarray(fit.params),
        covariance=np.asarray(fit.cov_params()),
        patients=int(kept.sum()),
        residual_sd=float(np.sqrt(fit.scale)),
        alpha=alpha,
        unit=unit,
    )


def arm_effects(
    matrix: Matrix,
    control: str,
    *,
    effects: Float[np.ndarray, " column"],
    covariance: Float[np.ndarray, "column column"],
    patients: int,
    residual_sd: float,
    alpha: float = 0.05,
    unit: str = "points",
) -> ArmEffects:
    """What the coefficients of a linear model, and their covariance, say of arms."""
    degrees = float(patients - len(effects))

    def estimate(weights: np.ndarray, method: str) -> Estimate:
        return symmetric_estimate(
            float(weights @ effects),
            float(np.sqrt(weights @ covariance @ weights)),
            unit=unit,
            alpha=alpha,
            degrees=degrees,
            method=method,
        )

    return ArmEffects(
        control=control,
        means={a: estimate(matrix.mean(a), "adjusted mean") for a in (control, *matrix.active)},
        differences={a: estimate(matrix.effect(a), "ANCOVA") for a in matrix.active},
        patients=patients,
        residual_sd=residual_sd,
    )
