"""Design matrices of the analyses: arms against a control, and covariates to adjust for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError

__all__ = ["Matrix", "matrix_of"]


@dataclass(frozen=True)
class Matrix:
    """Columns of a linear model.

    `values` [patient, column]; their `names`; the `active` arms, whose column is 1 in that arm;
    `others`, how many columns follow (covariates, centered on their mean).
    """

    values: Float[np.ndarray, "patient column"]
    names: tuple[str, ...]
    active: tuple[str, ...]

    def effect(self, arm: str) -> Float[np.ndarray, " column"]:
        """Weights of an arm's difference from control."""
        return np.array([float(name == f"arm: {arm}") for name in self.names])

    def mean(self, arm: str) -> Float[np.ndarray, " column"]:
        """Weights of an arm's mean at the mean of all covariates."""
        weights = self.effect(arm)
        weights[0] = 1.0
        return weights


def matrix_of(
    arm: np.ndarray,
    control: str,
    *,
    baseline: Float[np.ndarray, " patient"] | None = None,
    stratum: np.ndarray | None = None,
    covariates: Mapping[str, Float[np.ndarray, " patient"]] | None = None,
) -> Matrix:
    """Intercept, arms other than `control`, and covariates centered on their mean.

    Columns that do not vary, or follow from those before, are left out.
    **Raises:** `InputError` where the control, or any other arm, has no patients.
    """
    arm = np.asarray(arm, dtype=str)
    present = [str(name) for name in np.unique(arm)]
    if control not in present or len(present) < 2:
        raise InputError(f"arms: {', '.join(present) or 'none'}; needs {control!r} and another")
    active = tuple(name for name in present if name != control)
    names = ["intercept", *(f"arm: {name}" for name in active)]
    columns = [np.ones(len(arm)), *((arm == name).astype(float) for name in active)]
    for name, values in _candidates(baseline, stratum, covariates or {}):
        centered = values - values.mean()
        if _adds(centered, columns):
            names.append(name)
            columns.append(centered)
    return Matrix(np.stack(columns, axis=1), tuple(names), active)


def _adds(column: np.ndarray, columns: list[np.ndarray]) -> bool:
    """Whether a column holds anything that the others do not."""
    others = np.stack(columns)
    weights = np.linalg.lstsq(others @ others.T, others @ column, rcond=None)[0]
    rest = column - weights @ others
    return bool(rest @ rest > 1e-12 * max(float(column @ column), 1e-12))


def _candidates(
    baseline: np.ndarray | None, stratum: np.ndarray | None, covariates: Mapping[str, np.ndarray]
) -> list[tuple[str, np.ndarray]]:
    found: list[tuple[str, np.ndarray]] = []
    if baseline is not None:
        found.append(("baseline", np.asarray(baseline, dtype=float)))
    if stratum is not None:
        levels = [str(level) for level in np.unique(stratum)]
        found += [(f"stratum: {s}", (stratum == s).astype(float)) for s in levels[1:]]
    for name, values in covariates.items():
        values = np.asarray(values, dtype=float)
        if not np.isfinite(values).all():
            raise InputError(f"covariate {name!r} has missing values; leave it out")
        found.append((name, values))
    return found
