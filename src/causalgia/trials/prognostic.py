"""A prognostic score: what would become of a patient in the control arm, as far as is known before.

A ridge regression of the outcome of control (or historical) patients on covariates, their squares
and products; its prediction for every patient of a trial is one more covariate of the analysis,
which then needs fewer patients (PROCOVA; Schuler and others 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PrognosticModel", "fit_prognosis", "prognostic_columns"]

_PENALTIES = np.geomspace(1e-2, 1e4, 25)
_LEFT_OUT = ("stop_day", "rescue_days", "patient", "shard", "screening")


@dataclass(frozen=True)
class PrognosticModel:
    """A fitted score.

    `columns` it is made of, their `middle` and `spread` [column]; `weights` [term] and the
    `level`; `explained`, the share of the variance of patients left out of the fit.
    """

    columns: tuple[str, ...]
    middle: Float[np.ndarray, " column"]
    spread: Float[np.ndarray, " column"]
    weights: Float[np.ndarray, " term"]
    level: float
    explained: float

    def predict(self, patients: pd.DataFrame) -> Float[np.ndarray, " patient"]:
        """The score of patients, in units of the outcome."""
        table = patients[list(self.columns)].to_numpy(dtype=float)
        return self.level + _terms((table - self.middle) / self.spread) @ self.weights


def prognostic_columns(patients: pd.DataFrame) -> tuple[str, ...]:
    """Columns with numbers that are known before randomization, vary and have no gaps."""
    found = []
    for name in map(str, patients.columns):
        values = patients[name]
        if name in _LEFT_OUT or name.startswith("adverse"):
            continue
        if values.dtype.kind in "fiub" and np.ptp(values.to_numpy(dtype=float)) > 0.0:
            found.append(name)
    return tuple(found)


def fit_prognosis(
    patients: pd.DataFrame,
    outcome: Float[np.ndarray, " patient"],
    columns: Sequence[str] | None = None,
) -> PrognosticModel:
    """Fit a score to patients whose `outcome` without the treatment is known.

    The penalty is that of the least error over patients left out one by one.
    **Arguments:** the `patients`; their `outcome`, NaN where missing; `columns` (None: all numbers
    known before randomization).
    **Raises:** `InputError` for a column that is not there, or fewer than 20 patients.
    """
    columns = prognostic_columns(patients) if columns is None else tuple(columns)
    for name in columns:
        if name not in patients.columns:
            raise InputError(f"no column {name!r}; {nearest(name, map(str, patients.columns))}")
    table = patients[list(columns)].to_numpy(dtype=float)
    outcome = np.asarray(outcome, dtype=float)
    kept = np.isfinite(outcome) & np.isfinite(table).all(axis=1)
    if kept.sum() < 20 or not columns:
        raise InputError(f"a prognostic score needs 20 patients with an outcome, not {kept.sum()}")
    table, outcome = table[kept], outcome[kept]
    middle = table.mean(axis=0)
    spread = np.where(table.std(axis=0) > 0.0, table.std(axis=0), 1.0)
    terms = _terms((table - middle) / spread)
    center = terms.mean(axis=0)
    weights, error = _ridge(terms - center, outcome - outcome.mean())
    return PrognosticModel(
        columns=columns,
        middle=middle,
        spread=spread,
        weights=weights,
        level=float(outcome.mean() - center @ weights),
        explained=float(1.0 - error / outcome.var()),
    )


def _terms(standardized: np.ndarray) -> np.ndarray:
    """Columns, their squares and products."""
    first, second = np.triu_indices(standardized.shape[1])
    return np.hstack([standardized, standardized[:, first] * standardized[:, second]])


def _ridge(terms: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights at the best penalty, and the mean squared error of patients left out."""
    left, sizes, right = np.linalg.svd(terms, full_matrices=False)
    along = left.T @ outcome
    best: tuple[float, np.ndarray] | None = None
    for penalty in _PENALTIES:
        shrink = sizes**2 / (sizes**2 + penalty)
        residual = outcome - left @ (shrink * along)
        # The mean takes a share of every patient as well.
        leverage = (left**2) @ shrink + 1.0 / len(outcome)
        error = float(np.mean((residual / (1.0 - np.minimum(leverage, 0.999))) ** 2))
        if best is None or error < best[0]:
            factor = np.divide(shrink, sizes, out=np.zeros_like(sizes), where=sizes > 0.0)
            best = error, right.T @ (factor * along)
    assert best is not None
    return best[1], best[0]
