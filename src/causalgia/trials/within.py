"""Analysis of trials in which every patient is given every arm: crossover and N-of-1."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from causalgia.trials.by_period import begun_periods, harms_by_treatment, shares, stops_of
from causalgia.trials.crossover import CrossoverEffects, crossover, period_ends
from causalgia.trials.design import Design
from causalgia.trials.estimate import Estimate, mean_estimate, wilson_estimate
from causalgia.trials.n_of_1 import NOf1Effects, n_of_1
from causalgia.trials.primary import RESPONDER_SHARES, adjusted_p, is_as_good
from causalgia.trials.responders import number_needed
from causalgia.trials.result import Analysis, ArmSummary, Comparison
from causalgia.trials.utility import relief_percent, utility_points

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["analyze_within"]


def analyze_within(design: Design, patients: pd.DataFrame, weeks: pd.DataFrame) -> Analysis:
    """Analyze a crossover or an N-of-1 trial.

    Values are those of the last week of each period; of patients who left, the periods they had.
    Harms are counted by the treatment of the period.
    """
    control, all_weeks = design.control.name, weeks
    if design.estimand != "treatment_policy":
        weeks = weeks[weeks["on_treatment"].to_numpy(dtype=bool)]
    ends = period_ends(weeks)
    ends = ends.merge(patients[["patient", "baseline"]], on="patient")
    begun = begun_periods(design, patients, all_weeks)
    effects = crossover(ends, control, alpha=design.alpha)
    active = [name for name in design.arm_names if name != control]
    primary = {name: _primary(design, ends, effects, name, control) for name in active}
    adjusted = adjusted_p(design, primary)
    return Analysis(
        endpoint=design.endpoint,
        estimand=design.estimand,
        missing=design.missing,
        alpha=design.alpha,
        arms=tuple(
            _summary(design, ends, weeks, begun, effects, name) for name in design.arm_names
        ),
        comparisons=tuple(
            Comparison(
                arm=name,
                control=control,
                primary=primary[name],
                adjusted_p=adjusted[name],
                measures={
                    "change": effects.differences[name, control],
                    **{
                        label: _paired_shares(ends, name, control, share, design.alpha)
                        for label, share in RESPONDER_SHARES.items()
                    },
                },
                sensitivity={},
                nnt={
                    label: number_needed(_paired_shares(ends, name, control, share, design.alpha))
                    for label, share in RESPONDER_SHARES.items()
                },
                nnh=harms_by_treatment(design, begun, name),
                is_as_good=is_as_good(design, primary[name]),
            )
            for name in active
        ),
        crossover=effects,
        n_of_1=_individual(design, ends, active, control),
        notes=design.warnings(),
    )


def _individual(
    design: Design, ends: pd.DataFrame, active: list[str], control: str
) -> dict[str, NOf1Effects] | None:
    if design.kind != "n_of_1":
        return None
    arms = len(design.arms)
    return {n: n_of_1(ends, n, control, arms=arms, alpha=design.alpha) for n in active}


def _primary(
    design: Design, ends: pd.DataFrame, effects: CrossoverEffects, name: str, control: str
) -> Estimate:
    if design.endpoint == "change":
        return effects.differences[name, control]
    share = RESPONDER_SHARES[design.endpoint]
    return _paired_shares(ends, name, control, share, design.alpha)


def _relief(ends: pd.DataFrame) -> np.ndarray:
    return relief_percent(ends["baseline"].to_numpy(float), ends["value"].to_numpy(float))


def _paired_shares(
    ends: pd.DataFrame, name: str, control: str, share: float, alpha: float
) -> Estimate:
    """Difference of shares of responders in those who had both treatments."""
    table = ends.assign(met=(_relief(ends) >= 100.0 * share - 1e-6).astype(float))
    wide = table.pivot_table(index="patient", columns="treatment", values="met")
    gap = (wide[name] - wide[control]).dropna().to_numpy(dtype=float)
    return mean_estimate(gap, unit="1", alpha=alpha)


def _shifted(estimate: Estimate, by: float) -> Estimate:
    """A mean as a change from a baseline that is taken as known."""
    return replace(
        estimate,
        value=estimate.value + by,
        low=estimate.low + by,
        high=estimate.high + by,
        p_value=math.nan,
    )


def _points(design: Design, own: pd.DataFrame, begun: pd.DataFrame, name: str) -> np.ndarray:
    """Utility of a treatment for each who began it: relief in the mean of its periods, if any."""
    mine = begun[begun["treatment"] == name].reset_index(drop=True)
    relief = own.assign(relief=_relief(own)).groupby("patient")["relief"].mean()
    found = relief.reindex(mine["patient"]).fillna(0.0).to_numpy(dtype=float)
    return utility_points(mine, found, design.utility)


def _summary(
    design: Design,
    ends: pd.DataFrame,
    weeks: pd.DataFrame,
    begun: pd.DataFrame,
    effects: CrossoverEffects,
    name: str,
) -> ArmSummary:
    """A treatment, in all periods in which it was given."""
    alpha = design.alpha
    own = ends[(ends["treatment"] == name) & ends["value"].notna()]
    given = weeks[weeks["treatment"] == name]
    by_week = [
        (int(week), rows["diary"].dropna().to_numpy(float)) for week, rows in given.groupby("week")
    ]
    relief = _relief(own)
    nothing = Estimate(np.nan, np.nan, np.nan)
    return ArmSummary(
        name=name,
        is_control=name == design.control.name,
        randomized=int(given["patient"].nunique()),
        completed=int(own["patient"].nunique()),
        stopped=stops_of(begun, name),
        baseline=mean_estimate(own["baseline"].to_numpy(float), alpha=alpha),
        change=_shifted(effects.means[name], -float(own["baseline"].mean())),
        relief=mean_estimate(relief, unit="%", alpha=alpha),
        responders={
            label: wilson_estimate(int((relief >= 100 * share - 1e-6).sum()), len(own), alpha=alpha)
            for label, share in RESPONDER_SHARES.items()
        },
        adverse=shares(begun, name, alpha),
        rescue_days=nothing,
        sleep=None,
        npsi=None,
        utility=mean_estimate(_points(design, own, begun, name), alpha=alpha),
        week=np.array([week for week, _ in by_week]),
        curve=tuple(mean_estimate(values, alpha=alpha) for _, values in by_week),
    )
