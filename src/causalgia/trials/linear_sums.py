r"""Linear models of more patients than fit in memory, from what one part after another adds up to.

Least squares need $X^T X$ and $X^T y$ alone. Errors that hold when variances differ (HC3) need

$$(X^T X)^{-1} \Big( \sum_s \frac{e_s^2}{(1 - h_s)^2}\, x_s x_s^T \Big) (X^T X)^{-1},$$

and with it a second pass, once effects and thus residuals $e_s$ and leverages $h_s$ are known.
Repeated measures need the sums of each pattern of visits (`causalgia.trials.unstructured`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float

from causalgia.trials.ancova import ArmEffects, arm_effects
from causalgia.trials.covariates import Matrix
from causalgia.trials.mmrm import repeated_measures
from causalgia.trials.unstructured import Pattern, fit_patterns, patterns_of

__all__ = ["Columns", "CovarianceSums", "RepeatedSums"]

_ADDS = 1e-9

Table = Float[np.ndarray, "patient column"]


@dataclass(frozen=True)
class Columns:
    """Columns of a linear model as they come: an intercept, `arms` other than `control`, others.

    Once they are summed up, covariates are centered on their mean and those that do not vary or
    follow from others are left out, as `causalgia.trials.covariates.matrix_of` does.
    """

    control: str
    arms: tuple[str, ...]
    strata: tuple[str, ...]
    covariates: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all."""
        return (
            "intercept",
            *(f"arm: {name}" for name in self.arms),
            "baseline",
            *(f"stratum: {level}" for level in self.strata[1:]),
            *self.covariates,
        )

    def table(
        self,
        arm: np.ndarray,
        baseline: Float[np.ndarray, " patient"],
        stratum: np.ndarray,
        covariates: Sequence[Float[np.ndarray, " patient"]] = (),
    ) -> Table:
        """The columns of some patients; `covariates` in the order of their names."""
        parts = [
            np.ones(len(arm)),
            *((arm == name).astype(float) for name in self.arms),
            np.asarray(baseline, dtype=float),
            *((stratum == level).astype(float) for level in self.strata[1:]),
            *(np.asarray(values, dtype=float) for values in covariates),
        ]
        return np.stack(parts, axis=1)

    def settled(
        self, squares: Float[np.ndarray, "column column"]
    ) -> tuple[Matrix, Float[np.ndarray, "kept column"]]:
        """Which columns are kept, and what makes them of those that came, by their `squares`."""
        center = np.eye(len(squares))
        first = 1 + len(self.arms)
        center[first:, 0] = -squares[0, first:] / squares[0, 0]
        centered = center @ squares @ center.T
        kept: list[int] = list(range(first))
        for column in range(first, len(squares)):
            size = max(float(centered[column, column]), 1e-12)
            along = centered[np.ix_(kept, [column])][:, 0]
            weights = np.linalg.lstsq(centered[np.ix_(kept, kept)], along, rcond=None)[0]
            if centered[column, column] - weights @ along > _ADDS * size:
                kept.append(column)
        names = tuple(self.names[i] for i in kept)
        return Matrix(np.zeros((0, len(kept))), names, self.arms), center[kept]


@dataclass
class CovarianceSums:
    """Analysis of covariance: first `add` every part, then `settle`, then `add_errors` likewise."""

    columns: Columns
    count: int = 0
    squares: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def add(self, table: Table, change: Float[np.ndarray, " patient"]) -> None:
        """Sums of some patients; those without a `change` are left out."""
        both = np.column_stack([table, change])[np.isfinite(change)]
        sums = both.T @ both
        self.count += len(both)
        self.squares = sums if not self.squares.size else self.squares + sums

    def settle(self) -> None:
        """Effects, from all that was added."""
        self.matrix, self._make = self.columns.settled(self.squares[:-1, :-1])
        squares = self._make @ self.squares[:-1, :-1] @ self._make.T
        cross = self._make @ self.squares[:-1, -1]
        self._inverse = np.linalg.inv(squares)
        self.effects = self._inverse @ cross
        left = float(self.squares[-1, -1] - cross @ self.effects)
        self.residual_sd = float(np.sqrt(max(left, 0.0) / (self.count - len(cross))))
        self._spread = np.zeros_like(squares)

    def add_errors(self, table: Table, change: Float[np.ndarray, " patient"]) -> None:
        """The second pass: what residuals add."""
        kept = np.isfinite(change)
        values = table[kept] @ self._make.T
        leverage = np.einsum("pi,ij,pj->p", values, self._inverse, values)
        scaled = (change[kept] - values @ self.effects) / (1.0 - leverage)
        weighted = values * scaled[:, None]
        self._spread += weighted.T @ weighted

    def result(self, *, alpha: float = 0.05, unit: str = "points") -> ArmEffects:
        """Arms compared."""
        return arm_effects(
            self.matrix,
            self.columns.control,
            effects=self.effects,
            covariance=self._inverse @ self._spread @ self._inverse,
            patients=self.count,
            residual_sd=self.residual_sd,
            alpha=alpha,
            unit=unit,
        )


@dataclass
class RepeatedSums:
    """Repeated measures: `add` every part, then fit."""

    columns: Columns
    patterns: dict[bytes, Pattern] = field(default_factory=dict)

    def add(self, table: Table, change: Float[np.ndarray, "patient visit"]) -> None:
        """Sums of some patients by the visits they were seen at."""
        for new in patterns_of(change, table):
            key = new.seen.tobytes()
            old = self.patterns.get(key)
            self.patterns[key] = new if old is None else _together(old, new)

    def result(self, week: np.ndarray, *, alpha: float = 0.05) -> ArmEffects:
        """Arms compared at the last of the weeks."""
        found = tuple(self.patterns.values())
        matrix, make = self.columns.settled(np.sum([p.covariates for p in found], axis=0))
        made = tuple(
            replace(
                pattern,
                covariates=make @ pattern.covariates @ make.T,
                cross=make @ pattern.cross,
            )
            for pattern in found
        )
        fit = fit_patterns(made)
        return repeated_measures(fit, matrix, week, self.columns.control, alpha=alpha).final


def _together(one: Pattern, other: Pattern) -> Pattern:
    return Pattern(
        one.seen,
        one.count + other.count,
        one.covariates + other.covariates,
        one.cross + other.cross,
        one.squares + other.squares,
    )
