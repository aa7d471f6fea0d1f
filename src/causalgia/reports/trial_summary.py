"""What a stored trial looks like, shard by shard: pain by week, relief, flow, side effects.

Only sums are kept from shard to shard, so that a million patients take no more memory than one
shard. What is estimated from all patients together is the business of `causalgia.trials`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from causalgia.reports.trial_flow_figure import ArmFlow, Flow
from causalgia.trials.store import Run, read_flow, read_table

if TYPE_CHECKING:
    import pandas as pd

    from causalgia.trials.design import Design

__all__ = ["ADVERSE", "PUSH", "RELIEF_PERCENT", "Summary", "summarize"]

ADVERSE = "adverse:"
"""How columns of side effects begin."""

PUSH = "push:"
"""How columns of what a treatment's push alone would take away begin."""

RELIEF_PERCENT = np.arange(0.0, 101.0, 2.0)
"""At which relief the responder curve is known."""

_WEEK_COLUMNS = ("patient", "period", "treatment", "week", "diary", "pain", "on_treatment")
_MOST_ORDERS = 4
_USEFUL_POINTS = 1.0
_NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Summary:
    """A trial described.

    `arms` are what is given by allocation, in the order of the design. `week` (0: baseline) with
    `mean`, `low` and `high` [arm, week] of the diary as written, and how many wrote, `count`
    [arm, week]; `relief` [arm, percent], share with at least so much relief in the last week, as
    the design's estimand counts it, of as many as have `ended` [arm]; the `flow` of people;
    `adverse`, by side effect how many of those in each arm had it (where everybody is given every
    arm: on it, of those who began it), `stops`, by reason how many stopped there, and the `sizes`
    of arms. At entry: pain at `rest`;
    `push`, by treatment the mean relief that its push alone would give, its standard error, and the
    share of patients with a point or more of it; by place the share in whom most of what reaches
    the cord is born there (`origin`).
    """

    arms: tuple[str, ...]
    week: Int[np.ndarray, " week"]
    mean: Float[np.ndarray, "arm week"]
    low: Float[np.ndarray, "arm week"]
    high: Float[np.ndarray, "arm week"]
    count: Int[np.ndarray, "arm week"]
    relief: Float[np.ndarray, "arm percent"]
    ended: Int[np.ndarray, " arm"]
    flow: Flow
    sizes: tuple[int, ...]
    adverse: Mapping[str, tuple[int, ...]]
    stops: Mapping[str, tuple[int, ...]]
    rest: float
    push: Mapping[str, tuple[float, float, float]]
    origin: Mapping[str, float]


class _Entry:
    """Sums over shards of what patients are like at entry."""

    def __init__(self) -> None:
        self.rest, self.push, self.origin = 0.0, dict[str, np.ndarray](), Counter[str]()

    def add(self, patients: pd.DataFrame) -> None:
        """One more shard."""
        self.rest += float(patients["test:rest"].sum()) if "test:rest" in patients else 0.0
        if "origin" in patients:
            self.origin.update(patients["origin"])
        for column in (c for c in patients.columns if c.startswith(PUSH)):
            points = patients[column].to_numpy(float)
            sums = np.array([points.sum(), (points**2).sum(), (points >= _USEFUL_POINTS).sum()])
            name = column.removeprefix(PUSH)
            self.push[name] = self.push.get(name, np.zeros(3)) + sums


class _Sums:
    """Sums over shards: of the diary by arm and week, of relief by arm."""

    def __init__(self, arms: Sequence[str], weeks: int) -> None:
        self.arms, self.weeks = list(arms), weeks
        self.moments = np.zeros((3, len(arms), weeks + 1))
        self.relieved = np.zeros((len(arms), len(RELIEF_PERCENT)))
        self.periods = np.zeros(len(arms))

    def add(self, patients: pd.DataFrame, weeks: pd.DataFrame) -> None:
        """One more shard."""
        arm = _codes(weeks["treatment"], self.arms)
        week = weeks["week"].to_numpy()
        diary = weeks["diary"].to_numpy(dtype=float)
        baseline = patients.set_index("patient")["baseline"]
        before = baseline.reindex(weeks["patient"]).to_numpy(dtype=float)
        self._add_week(arm, week, diary)
        first = week == 1
        self._add_week(arm[first], np.zeros(int(first.sum()), dtype=int), before[first])

    def add_relief(self, arm: np.ndarray, relief: np.ndarray) -> None:
        """Relief in percent at the end; NaN counts as none, and so does more pain."""
        # Ratings are in single precision: what is 30 % but for rounding is 30 %.
        met = np.nan_to_num(relief, nan=-1.0)[:, None] >= RELIEF_PERCENT - 1e-4
        met[:, 0] = True
        np.add.at(self.relieved, arm, met)
        np.add.at(self.periods, arm, 1)

    def _add_week(self, arm: np.ndarray, week: np.ndarray, diary: np.ndarray) -> None:
        known = np.isfinite(diary)
        place = (arm[known], week[known])
        for power in range(3):
            np.add.at(self.moments[power], place, diary[known] ** power)


class _Harms:
    """Sums over shards of side effects and stops, by arm."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.sizes = np.zeros(len(design.arm_names), dtype=int)
        self.adverse: dict[str, np.ndarray] = {}
        self.stops: dict[str, np.ndarray] = {}

    def add(self, patients: pd.DataFrame, weeks: pd.DataFrame) -> None:
        """One more shard."""
        from causalgia.trials.by_period import begun_periods

        table, label = patients, "arm"
        if self.design.period_count > 1:
            table, label = begun_periods(self.design, patients, weeks), "treatment"
        arm, count = _codes(table[label], self.design.arm_names), len(self.sizes)
        self.sizes += np.bincount(arm, minlength=count)
        for column in (c for c in table.columns if c.startswith(ADVERSE)):
            met = table[column].to_numpy(dtype=bool)
            _count(self.adverse, column.removeprefix(ADVERSE), arm[met], count)
        reasons = table["stop_reason"].astype(str).to_numpy()
        for reason in np.unique(reasons[reasons != ""]):
            _count(self.stops, str(reason), arm[reasons == reason], count)


def summarize(run: Run, design: Design) -> Summary:
    """Describe a run that is done."""
    sums = _Sums(design.arm_names, design.period_weeks)
    groups = [sequence.name for sequence in design.sequences]
    sizes = np.zeros(len(groups), dtype=int)
    stopped: dict[str, np.ndarray] = {}
    harms, entry = _Harms(design), _Entry()
    for shard in range(run.shards):
        patients = read_table(run, "patients", shards=[shard])
        weeks = read_table(run, "weeks", _WEEK_COLUMNS, [shard])
        sums.add(patients, weeks)
        entry.add(patients)
        sums.add_relief(*_relief(design, patients, weeks))
        group = _codes(patients["arm"], groups)
        sizes += np.bincount(group, minlength=len(groups))
        for reason in patients["stop_reason"].unique():
            met = (patients["stop_reason"] == reason).to_numpy()
            _count(stopped, str(reason), group[met], len(groups))
        harms.add(patients, weeks)
    count, total, squares = sums.moments
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / count
        variance = np.maximum(squares - count * mean**2, 0.0) / (count - 1)
        reach = _NORMAL_95 * np.sqrt(variance / count)
        relief = sums.relieved / sums.periods[:, None]
    return Summary(
        arms=design.arm_names,
        week=np.arange(design.period_weeks + 1),
        mean=mean,
        low=mean - reach,
        high=mean + reach,
        count=count.astype(int),
        relief=relief,
        ended=sums.periods.astype(int),
        flow=_flow(read_flow(run), _orders(design), sizes, stopped),
        sizes=tuple(int(size) for size in harms.sizes),
        adverse={n: tuple(int(m) for m in harms.adverse[n]) for n in sorted(harms.adverse)},
        stops={n: tuple(int(m) for m in harms.stops[n]) for n in sorted(harms.stops)},
        rest=entry.rest / sizes.sum(),
        push={name: _push(own, int(sizes.sum())) for name, own in entry.push.items()},
        origin={name: count / int(sizes.sum()) for name, count in entry.origin.most_common()},
    )


def _push(sums: Float[np.ndarray, " sum"], count: int) -> tuple[float, float, float]:
    """Mean, its standard error, and the share of patients, from sums over them."""
    mean, square, useful = sums / count
    error = np.sqrt(max(square - mean**2, 0.0) / max(count - 1, 1))
    return float(mean), float(error), float(useful)


def _relief(
    design: Design, patients: pd.DataFrame, weeks: pd.DataFrame
) -> tuple[Int[np.ndarray, " end"], Float[np.ndarray, " end"]]:
    """Arm and relief in percent at each end of treatment, as the analysis counts it."""
    from causalgia.trials.crossover import period_ends
    from causalgia.trials.endpoints import final_change, outcomes_of

    if design.period_count > 1:
        if design.estimand != "treatment_policy":
            weeks = weeks[weeks["on_treatment"].to_numpy(dtype=bool)]
        ends = period_ends(weeks).merge(patients[["patient", "baseline"]], on="patient")
        ends = ends[ends["value"].notna()]
        before, after = ends["baseline"].to_numpy(float), ends["value"].to_numpy(float)
        return _codes(ends["treatment"], design.arm_names), 100.0 * (before - after) / before
    outcomes = outcomes_of(patients, weeks, estimand=design.estimand)
    relief = -100.0 * final_change(outcomes) / outcomes.baseline
    return _codes(outcomes.arm, design.arm_names), np.where(outcomes.failed, np.nan, relief)


def _codes(names: Iterable[str], known: Sequence[str]) -> Int[np.ndarray, " row"]:
    """The place of each name among those known."""
    import pandas as pd

    codes = pd.Categorical(names, categories=list(known)).codes
    return np.asarray(codes, dtype=np.int64)


def _count(counts: dict[str, np.ndarray], name: str, group: np.ndarray, groups: int) -> None:
    counts[name] = counts.get(name, np.zeros(groups, int)) + np.bincount(group, minlength=groups)


def _orders(design: Design) -> dict[str, tuple[str, ...]]:
    """How groups are drawn: arms by name, a few orders of arms one by one, many as one."""
    if design.period_count == 1:
        return {sequence.name: () for sequence in design.sequences}
    if len(design.sequences) > _MOST_ORDERS:
        return {f"{len(design.sequences)} orders of the arms": ()}
    return {f"Order {i}": sequence.arms for i, sequence in enumerate(design.sequences, 1)}


def _flow(
    counted: Mapping[str, int],
    orders: Mapping[str, tuple[str, ...]],
    sizes: np.ndarray,
    stopped: Mapping[str, np.ndarray],
) -> Flow:
    arms = []
    for index, (name, order) in enumerate(orders.items()):
        mine = slice(index, index + 1) if len(orders) == len(sizes) else slice(None)
        reasons = tuple(
            (reason, int(counts[mine].sum()))
            for reason, counts in sorted(stopped.items())
            if reason
        )
        gone, size = sum(count for _, count in reasons), int(sizes[mine].sum())
        arms.append(ArmFlow(name, size, reasons, size - gone, order))
    excluded = tuple(
        (name, int(count))
        for name, count in counted.items()
        if name not in ("screened", "randomized")
    )
    return Flow(
        screened=int(counted.get("screened", sizes.sum())),
        excluded=excluded,
        randomized=int(sizes.sum()),
        arms=tuple(arms),
    )
