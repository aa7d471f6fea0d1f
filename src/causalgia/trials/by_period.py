"""Harms of trials in which everybody is given every arm: by the treatment of the period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from causalgia.trials.design import Design
from causalgia.trials.estimate import Estimate, wilson_estimate
from causalgia.trials.responders import NumberNeeded, newcombe_difference, number_needed
from causalgia.trials.summaries import adverse_names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STOPPING", "adverse_in", "begun_periods", "harms_by_treatment", "shares", "stops_of"]

STOPPING = "stopping for an adverse event"
"""What numbers needed to harm call it."""


def adverse_in(period: int, effect: str) -> str:
    """The column that says who had a side effect in a period, from 1."""
    return f"adverse in period {period}:{effect}"


def begun_periods(design: Design, patients: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """One row for each patient and treatment begun: what happened on it, in whichever period.

    `patient`, `treatment`; `adverse:` and the name of each side effect; `stop_reason` and
    `stop_day` of those who stopped on it.
    """
    first = weeks[(weeks["week"] == 1) & weeks["on_treatment"].to_numpy(dtype=bool)]
    begun = first[["patient", "period", "treatment"]].merge(patients, on="patient")
    names = adverse_names(patients)
    for effect in names:
        begun[f"adverse:{effect}"] = False
        for period in begun["period"].unique():
            column, here = adverse_in(int(period), effect), begun["period"] == period
            if column in patients.columns:
                begun.loc[here, f"adverse:{effect}"] = begun.loc[here, column].astype(bool)
    if "stop_day" in patients.columns:
        length = 7.0 * (design.period_weeks + design.washout_weeks)
        # A stop falls on the last day of a week.
        then = ((begun["stop_day"] - 7.0) // length + 1.0) == begun["period"]
        begun["stop_day"] = begun["stop_day"].where(then)
        begun["stop_reason"] = begun["stop_reason"].astype(str).where(then, "")
    else:
        begun["stop_day"], begun["stop_reason"] = float("nan"), ""
    each = begun.sort_values("period").groupby(["patient", "treatment"], sort=True)
    any_of = {f"adverse:{effect}": "any" for effect in names}
    return each.agg({**any_of, "stop_day": "min", "stop_reason": "max"}).reset_index()


def harms_by_treatment(design: Design, begun: pd.DataFrame, name: str) -> dict[str, NumberNeeded]:
    """Numbers needed to harm of a treatment against control: each side effect, and stopping.

    Of all who began each, as if they were different people: as most are the same, the intervals
    are wide rather than narrow.
    """
    ours, theirs = (begun[begun["treatment"] == n] for n in (name, design.control.name))
    found = {}
    for label, column in _harms(begun).items():
        counts = [n for part in (ours, theirs) for n in (int(_met(part, column).sum()), len(part))]
        difference = newcombe_difference(*counts, alpha=design.alpha)
        found[label] = number_needed(difference, benefit=False)
    return found


def shares(begun: pd.DataFrame, name: str, alpha: float) -> dict[str, Estimate]:
    """Shares of those who began a treatment who had each side effect on it."""
    own = begun[begun["treatment"] == name]
    return {
        effect: wilson_estimate(int(own[f"adverse:{effect}"].sum()), len(own), alpha=alpha)
        for effect in adverse_names(begun)
    }


def stops_of(begun: pd.DataFrame, name: str) -> Mapping[str, int]:
    """How many stopped while on a treatment, by reason."""
    reasons = begun.loc[begun["treatment"] == name, "stop_reason"]
    counted = reasons[reasons != ""].value_counts().sort_index()
    return {str(reason): int(count) for reason, count in counted.items()}


def _harms(begun: pd.DataFrame) -> dict[str, str]:
    effects = {effect: f"adverse:{effect}" for effect in adverse_names(begun)}
    return {**effects, STOPPING: "stop_reason"}


def _met(part: pd.DataFrame, column: str) -> pd.Series:
    return part[column] == "adverse event" if column == "stop_reason" else part[column]
