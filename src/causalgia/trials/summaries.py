"""Arms of a trial in numbers, before any comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from causalgia.trials.design import Design
from causalgia.trials.endpoints import Outcomes, fill_gaps, final_change, responds
from causalgia.trials.estimate import Estimate, mean_estimate, wilson_estimate
from causalgia.trials.primary import RESPONDER_SHARES
from causalgia.trials.result import ArmSummary
from causalgia.trials.utility import relief_percent, utility_points

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURE_UNITS", "adverse_names", "patient_points", "patient_relief", "summarize_arm"]

MEASURE_UNITS = {"sleep": "of 1", "npsi": "points of 100"}
"""Measures besides the diary, with their units: sleep from 0 (none) to 1 (sound), NPSI total."""


def adverse_names(patients: pd.DataFrame) -> tuple[str, ...]:
    """Names of the side effects in a table of patients."""
    columns = (str(name) for name in patients.columns)
    return tuple(c.removeprefix("adverse:") for c in columns if c.startswith("adverse:"))


def patient_relief(outcomes: Outcomes) -> Float[np.ndarray, " patient"]:
    """Relief in percent in the last week, the last value carried forward."""
    filled = fill_gaps(outcomes, "locf")
    return relief_percent(filled.baseline, filled.values[:, -1])


def patient_points(
    design: Design, patients: pd.DataFrame, outcomes: Outcomes
) -> Float[np.ndarray, " patient"]:
    """Utility of every patient in points."""
    return utility_points(patients, patient_relief(outcomes), design.utility)


def summarize_arm(
    design: Design,
    patients: pd.DataFrame,
    outcomes: Outcomes,
    name: str,
    change: Estimate,
    others: Mapping[str, Outcomes],
) -> ArmSummary:
    """Summarize an arm.

    **Arguments:** the `design`; the table of `patients` and their `outcomes` in the same order; the
    arm's `name`; its adjusted mean `change`; `others`, outcomes of "sleep" and "npsi" if measured.
    """
    alpha = design.alpha
    rows = outcomes.arm == name
    table = patients[rows]
    reasons = table["stop_reason"].astype(str)
    stopped = table["stop_day"].notna()
    points = patient_points(design, patients, outcomes)[rows]
    values = outcomes.values[rows]
    return ArmSummary(
        name=name,
        is_control=name == design.control.name,
        randomized=int(rows.sum()),
        completed=int((~stopped).sum()),
        stopped={str(k): int(v) for k, v in reasons[stopped].value_counts().sort_index().items()},
        baseline=mean_estimate(outcomes.baseline[rows], alpha=alpha),
        change=change,
        relief=mean_estimate(patient_relief(outcomes)[rows], unit="%", alpha=alpha),
        responders={
            label: _share(responds(outcomes, share)[rows], alpha)
            for label, share in RESPONDER_SHARES.items()
        },
        adverse={
            effect: _share(table[f"adverse:{effect}"].to_numpy(dtype=bool), alpha)
            for effect in adverse_names(patients)
        },
        rescue_days=mean_estimate(table["rescue_days"].to_numpy(float), unit="days", alpha=alpha),
        sleep=_mean_change(others.get("sleep"), rows, alpha, MEASURE_UNITS["sleep"]),
        npsi=_mean_change(others.get("npsi"), rows, alpha, MEASURE_UNITS["npsi"]),
        utility=mean_estimate(points, alpha=alpha),
        week=outcomes.week,
        curve=tuple(mean_estimate(v[np.isfinite(v)], alpha=alpha) for v in values.T),
    )


def _share(met: np.ndarray, alpha: float) -> Estimate:
    return wilson_estimate(int(met.sum()), len(met), alpha=alpha)


def _mean_change(
    outcomes: Outcomes | None, rows: np.ndarray, alpha: float, unit: str
) -> Estimate | None:
    if outcomes is None:
        return None
    change = final_change(fill_gaps(outcomes, "locf"))[rows]
    return mean_estimate(change[np.isfinite(change)], unit=unit, alpha=alpha)
