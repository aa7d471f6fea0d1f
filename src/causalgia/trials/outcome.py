"""What a simulated shard hands to analysis: two tables and the flow of patients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from causalgia.pathway import TESTS
from causalgia.trials.baseline import Profile
from causalgia.trials.by_period import adverse_in
from causalgia.trials.enrollment import Flow
from causalgia.trials.group import Group
from causalgia.trials.participants import REASONS

__all__ = ["Followed", "ShardResult", "WeekOf", "shard_tables"]

_COVARIATES = (
    *("age_years", "weight_kg", "renal_clearance_mL_min", "cyp2d6_activity", "hba1c_percent"),
    *("severity", "distress"),
)


@dataclass(frozen=True)
class WeekOf:
    """One week of a group: its `period` and number within it, by patient the `treatment` of that
    period and what was written and felt, all [batch].
    """

    period: int
    week: int
    treatment: np.ndarray
    diary: Float[np.ndarray, " batch"]
    pain: Float[np.ndarray, " batch"]
    sleep: Float[np.ndarray, " batch"]
    symptoms: Float[np.ndarray, " batch"]
    on_treatment: np.ndarray


@dataclass(frozen=True)
class Followed:
    """A group to the end: its patients by `rank` and randomized `arm`, `stratum`, their profile,
    the relief that each treatment's push alone would give them, days on `rescue`, all weeks, and by
    period who had which side effect in it (`adverse` [effect, batch]).
    """

    group: Group
    profile: Profile
    flow: Flow
    ranks: np.ndarray
    arm: np.ndarray
    stratum: np.ndarray
    push: dict[str, Float[np.ndarray, " batch"]]
    rescue_days: Float[np.ndarray, " batch"]
    weeks: tuple[WeekOf, ...]
    adverse: tuple[Bool[np.ndarray, "effect batch"], ...]


@dataclass(frozen=True)
class ShardResult:
    """One shard: a row a randomized patient, a row a patient and week, and how many came so far.

    `patients`: patient, shard, stratum, arm (or sequence of arms), condition, months since the
    onset, screening and baseline rating (0-10; of the week before randomization), covariates,
    phenotype, ratings of the bedside tests, stop_day (NaN: completed) and stop_reason, one column
    a side effect (and one for each period of several), one a treatment of any arm (push: points of
    pain at rest that its push alone would take away at entry), days of rescue, sleep (0-1) and
    symptom score (0-100) at baseline.
    `weeks`: patient, period, treatment, week within the period, diary (NaN where missing), pain
    whatever became of the patient, on_treatment, sleep, npsi (symptom score).
    """

    patients: pd.DataFrame
    weeks: pd.DataFrame
    flow: dict[str, int]


def shard_tables(shard: int, followed: Sequence[Followed]) -> ShardResult:
    """Put groups together, in the order of ranks."""
    patients = pd.concat([_patients(shard, one) for one in followed], ignore_index=True)
    weeks = pd.concat([_weeks(one) for one in followed], ignore_index=True)
    flow: Counter[str] = Counter()
    for one in followed:
        flow.update(one.flow)
    return ShardResult(
        patients.sort_values("patient", ignore_index=True, kind="stable"),
        weeks.sort_values(["patient", "period", "week"], ignore_index=True, kind="stable"),
        dict(flow),
    )


def _patients(shard: int, one: Followed) -> pd.DataFrame:
    group, here = one.group, one.group.attendance
    rating = np.asarray(one.profile.response.rating)
    table: dict[str, object] = {
        "patient": one.ranks.astype(np.int64),
        "shard": np.full(group.count, shard, dtype=np.int32),
        "stratum": one.stratum,
        "arm": one.arm,
        "condition": group.cause.name,
        "months_ill": (group.extra["entry_day"] / 30.4375).astype(np.float32),
        "baseline": group.extra["baseline"].astype(np.float32),
        "screening": group.extra["screening"].astype(np.float32),
    }
    for name in _COVARIATES:
        table[name] = np.asarray(getattr(group.patients, name), dtype=np.float32)
    table |= {
        "irritable_nociceptor": one.profile.irritable_nociceptor,
        "dominant_mechanism": one.profile.dominant_mechanism,
        "origin": one.profile.origin,
        **{f"test:{name}": rating[i].astype(np.float32) for i, name in enumerate(TESTS)},
        "stop_day": here.stop_day.astype(np.float32),
        "stop_reason": np.array(REASONS)[here.reason],
    }
    for i, name in enumerate(group.protocol.effects):
        table[f"adverse:{name}"] = here.ever[i]
        for period, had in enumerate(one.adverse, start=1) if len(one.adverse) > 1 else ():
            table[adverse_in(period, name)] = had[i]
    for name, points in one.push.items():
        table[f"push:{name}"] = points.astype(np.float32)
    table |= {
        "rescue_days": one.rescue_days.astype(np.float32),
        "sleep_baseline": group.extra["sleep_baseline"].astype(np.float32),
        "npsi_baseline": group.extra["npsi_baseline"].astype(np.float32),
    }
    return pd.DataFrame(table)


def _weeks(one: Followed) -> pd.DataFrame:
    count, ranks = one.group.count, one.ranks.astype(np.int64)
    frames = [
        pd.DataFrame(
            {
                "patient": ranks,
                "period": np.full(count, week.period, dtype=np.int8),
                "treatment": week.treatment,
                "week": np.full(count, week.week, dtype=np.int16),
                "diary": week.diary.astype(np.float32),
                "pain": week.pain.astype(np.float32),
                "on_treatment": week.on_treatment,
                "sleep": week.sleep.astype(np.float32),
                "npsi": week.symptoms.astype(np.float32),
            }
        )
        for week in one.weeks
    ]
    return pd.concat(frames, ignore_index=True)
