"""Trials drawn from a plain statistical law, to check analyses and plan sizes against the truth.

No pathway and no drug is in them: patients' weeks are normal with a mean that moves by arm, the
same correlation between all weeks, and drop-out that may depend on the week before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from causalgia.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KnownTrial", "draw_known_trial"]


@dataclass(frozen=True)
class KnownTrial:
    """The law.

    **Arguments:** mean change by arm at the end (`changes`, points), reached with a time constant
    of `onset_weeks`; `patients` in total; `weeks`; `sd` of the change and its `correlation` between
    weeks; `baseline_mean` and `baseline_sd` (truncated to 4-10); `baseline_slope` of the change;
    `prognostic`, points of change by one standard deviation of a covariate ("score");
    `drop_out` a week, and `informative`, by how much log odds rise for each point of worse pain.
    """

    changes: Mapping[str, float] = field(default_factory=lambda: {"placebo": -1.0, "drug": -2.0})
    patients: int = 200
    weeks: int = 8
    sd: float = 2.0
    correlation: float = 0.6
    onset_weeks: float = 2.0
    baseline_mean: float = 6.5
    baseline_sd: float = 1.2
    baseline_slope: float = -0.3
    prognostic: float = 0.0
    drop_out: float = 0.0
    informative: float = 0.0

    def __post_init__(self) -> None:
        if self.patients < len(self.changes) or not 0.0 <= self.drop_out < 1.0:
            raise InputError("a trial needs a patient an arm, and a drop-out from 0 to below 1")


def draw_known_trial(law: KnownTrial, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the two tables of a trial: patients, and weeks."""
    import pandas as pd

    random = np.random.default_rng(seed)
    count, week = law.patients, np.arange(1, law.weeks + 1)
    names = np.array(list(law.changes))
    arm = names[random.permutation(np.arange(count) % len(names))]
    baseline = np.clip(law.baseline_mean + law.baseline_sd * random.standard_normal(count), 4, 10)
    score = random.standard_normal(count)
    full = np.array([law.changes[str(name)] for name in arm])
    shape = 1.0 - np.exp(-week / law.onset_weeks)
    shape = shape / shape[-1]
    shared = np.sqrt(law.correlation) * random.standard_normal((count, 1))
    own = np.sqrt(1.0 - law.correlation) * random.standard_normal((count, law.weeks))
    personal = law.baseline_slope * (baseline - law.baseline_mean) + law.prognostic * score
    change = full[:, None] * shape + personal[:, None] + law.sd * (shared + own)
    pain = baseline[:, None] + change
    on = _stays(law, change, random)
    diary = np.where(on, pain, np.nan)
    last = on.sum(axis=1)
    stop = np.where(last < law.weeks, 7.0 * last, np.nan)
    patients = pd.DataFrame(
        {
            "patient": np.arange(count),
            "shard": np.zeros(count, dtype=np.int32),
            "stratum": np.where(score > 0.0, "high", "low"),
            "arm": arm,
            "baseline": baseline,
            "screening": baseline,
            "score": score,
            "stop_day": stop,
            "stop_reason": np.where(np.isnan(stop), "", "other"),
            "rescue_days": np.zeros(count),
        }
    )
    weeks = pd.DataFrame(
        {
            "patient": np.repeat(np.arange(count), law.weeks),
            "period": np.ones(count * law.weeks, dtype=np.int8),
            "treatment": np.repeat(arm, law.weeks),
            "week": np.tile(week, count).astype(np.int16),
            "diary": diary.ravel(),
            "pain": pain.ravel(),
            "on_treatment": on.ravel(),
        }
    )
    return patients, weeks


def _stays(law: KnownTrial, change: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Who is still there in each week; the first week is always there."""
    stays = np.ones_like(change, dtype=bool)
    if law.drop_out <= 0.0:
        return stays
    usual = np.log(law.drop_out / (1.0 - law.drop_out))
    for week in range(1, law.weeks):
        worse = change[:, week - 1] - change[:, week - 1].mean()
        odds = np.exp(usual + law.informative * worse)
        leaves = random.random(len(change)) < odds / (1.0 + odds)
        stays[:, week] = stays[:, week - 1] & ~leaves
    return stays
