"""What is analyzed: every patient's value at every week, as an estimand and gaps have it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from causalgia.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ESTIMANDS", "Outcomes", "fill_gaps", "final_change", "outcomes_of", "responds"]

ESTIMANDS = ("treatment_policy", "hypothetical", "while_on_treatment", "composite")
"""Ways to treat what happens after a patient stopped (ICH E9 addendum)."""


@dataclass(frozen=True)
class Outcomes:
    """Values of a measure by patient and week.

    `patient`, `arm`, `stratum`, `baseline` [patient]; `week` [week]; `values` [patient, week],
    NaN where missing; `failed` [patient], who counts as failure whatever the values.
    """

    patient: np.ndarray
    arm: np.ndarray
    stratum: np.ndarray
    baseline: Float[np.ndarray, " patient"]
    week: np.ndarray
    values: Float[np.ndarray, "patient week"]
    failed: Bool[np.ndarray, " patient"]

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms there are, sorted."""
        return tuple(str(name) for name in np.unique(self.arm))

    @property
    def change(self) -> Float[np.ndarray, "patient week"]:
        """Change from baseline."""
        return self.values - self.baseline[:, None]

    def only(self, rows: Bool[np.ndarray, " patient"]) -> Outcomes:
        """The same for some of the patients."""
        kept = {
            name: getattr(self, name)[rows]
            for name in ("patient", "arm", "stratum", "baseline", "values", "failed")
        }
        return replace(self, **kept)


def outcomes_of(
    patients: pd.DataFrame,
    weeks: pd.DataFrame,
    *,
    estimand: str = "treatment_policy",
    measure: str = "diary",
    baseline: str = "baseline",
) -> Outcomes:
    """Values of a trial of one period, as the estimand has them.

    `treatment_policy`: what was felt, on treatment or not (after stopping, the true rating where
    no diary was kept). `hypothetical`: as if nobody had stopped; what followed is missing.
    `while_on_treatment`: the last value on treatment stands. `composite`: stopping is failure, and
    the value returns to baseline.

    **Arguments:** the two tables of a trial; the `measure` ("diary", "sleep", "npsi") and the
    column of its `baseline`.
    **Raises:** `InputError` for an unknown estimand or a column that is not there.
    """
    if estimand not in ESTIMANDS:
        raise InputError(f"unknown estimand {estimand!r}; {nearest(estimand, ESTIMANDS)}")
    for table, name in ((patients, baseline), (weeks, measure)):
        if name not in table.columns:
            raise InputError(f"no column {name!r}; {nearest(name, map(str, table.columns))}")
    ids = patients["patient"].to_numpy()
    grid = _Grid(ids, weeks)
    values = grid(measure)
    on = grid("on_treatment") == 1.0
    start = patients[baseline].to_numpy(dtype=float)
    failed = np.zeros(len(ids), dtype=bool)
    if estimand == "treatment_policy":
        if measure == "diary" and "pain" in weeks.columns:
            values = np.where(~on & np.isnan(values), grid("pain"), values)
    else:
        values = np.where(on, values, np.nan)
    if estimand == "while_on_treatment":
        values = np.where(on, values, _carried(values, start))
    if estimand == "composite":
        values = np.where(on, values, start[:, None])
        failed = ~on[:, -1]
    return Outcomes(
        patient=ids,
        arm=patients["arm"].to_numpy(dtype=str),
        stratum=patients["stratum"].to_numpy(dtype=str),
        baseline=start,
        week=grid.week,
        values=values,
        failed=failed,
    )


def fill_gaps(outcomes: Outcomes, missing: str) -> Outcomes:
    """Fill what is missing by a single value.

    **Arguments:** `missing`: "locf", the last value before; "bocf", the baseline where the last
    week is missing (earlier gaps by the value before).
    **Raises:** `InputError` for any other way.
    """
    if missing not in ("locf", "bocf"):
        raise InputError(f"unknown way {missing!r} to fill gaps; allowed: locf, bocf")
    filled = _carried(outcomes.values, outcomes.baseline)
    if missing == "bocf":
        gone = np.isnan(outcomes.values[:, -1])
        filled[gone, -1] = outcomes.baseline[gone]
    return replace(outcomes, values=filled)


def final_change(outcomes: Outcomes) -> Float[np.ndarray, " patient"]:
    """Change from baseline to the last week; NaN where missing."""
    return outcomes.change[:, -1]


def responds(outcomes: Outcomes, share: float) -> Bool[np.ndarray, " patient"]:
    """Who has at least a `share` of relief in the last week; missing and failed do not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relief = -final_change(outcomes) / outcomes.baseline
    return (np.nan_to_num(relief, nan=-1.0) >= share - 1e-6) & ~outcomes.failed


class _Grid:
    """Where each row of the table of weeks goes in an array [patient, week]."""

    def __init__(self, ids: np.ndarray, weeks: pd.DataFrame) -> None:
        order = np.argsort(ids, kind="stable")
        owner = weeks["patient"].to_numpy()
        found = np.minimum(np.searchsorted(ids, owner, sorter=order), len(ids) - 1)
        self.row = order[found]
        if not np.array_equal(ids[self.row], owner):
            raise InputError("weeks: patients that are not in the table of patients")
        self.week, column = np.unique(weeks["week"].to_numpy(), return_inverse=True)
        self.column = column.ravel()
        self.shape = (len(ids), len(self.week))
        self.weeks = weeks

    def __call__(self, name: str) -> Float[np.ndarray, "patient week"]:
        """One column of the table, NaN where there is no row."""
        wide = np.full(self.shape, np.nan)
        wide[self.row, self.column] = self.weeks[name].to_numpy(dtype=float)
        return wide


def _carried(values: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Gaps filled by the value before, from the baseline on."""
    filled = np.array(values)
    previous = np.asarray(start, dtype=float)
    for week in range(filled.shape[1]):
        gone = np.isnan(filled[:, week])
        filled[gone, week] = previous[gone]
        previous = filled[:, week]
    return filled
