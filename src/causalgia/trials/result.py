"""What the analysis of a trial hands to reports: arms, comparisons, and what kinds add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from causalgia.trials.crossover import CrossoverEffects
from causalgia.trials.enrichment import Predictor, Subgroup
from causalgia.trials.estimate import Estimate
from causalgia.trials.factorial import FactorialEffects
from causalgia.trials.n_of_1 import NOf1Effects
from causalgia.trials.responders import NumberNeeded
from causalgia.trials.sequential import Boundary, Decision
from causalgia.trials.withdrawal import WithdrawalEffects

__all__ = ["Analysis", "ArmSummary", "Comparison"]


@dataclass(frozen=True)
class ArmSummary:
    """One arm (of a crossover: one treatment, in all who had it).

    How many were `randomized` and `completed`, and why others stopped (`stopped`, by reason); mean
    `baseline`; adjusted mean `change`; `relief` in percent; shares of responders by criterion;
    shares with each side effect (`adverse`); `rescue_days`; mean change of `sleep` and of `npsi`
    (None: not measured); `utility` in points; and by `week` the mean diary (`curve`).
    """

    name: str
    is_control: bool
    randomized: int
    completed: int
    stopped: Mapping[str, int]
    baseline: Estimate
    change: Estimate
    relief: Estimate
    responders: Mapping[str, Estimate]
    adverse: Mapping[str, Estimate]
    rescue_days: Estimate
    sleep: Estimate | None
    npsi: Estimate | None
    utility: Estimate
    week: np.ndarray
    curve: tuple[Estimate, ...]


@dataclass(frozen=True)
class Comparison:
    """One arm against control.

    The `primary` estimate and its p value over all arms (`adjusted_p`); other `measures` by name
    (differences; "risk ratio ..." are ratios, against 1); `sensitivity`, the change under other
    estimands and ways with gaps; numbers needed to treat (`nnt`) by criterion and to harm (`nnh`)
    by side effect and for stopping; the `decision` of interim looks, and the primary estimate
    `as_stopped`, at the look at which the trial stopped, allowing for having looked; whether the
    arm `is_as_good` as control, its interval within the margin (None: there is no margin).
    """

    arm: str
    control: str
    primary: Estimate
    adjusted_p: float
    measures: Mapping[str, Estimate]
    sensitivity: Mapping[str, Estimate]
    nnt: Mapping[str, NumberNeeded]
    nnh: Mapping[str, NumberNeeded]
    decision: Decision | None = None
    as_stopped: Estimate | None = None
    is_as_good: bool | None = None


@dataclass(frozen=True)
class Analysis:
    """A trial analyzed.

    `endpoint`, `estimand`, `missing` and two-sided `alpha` as the design has them; `arms`, and
    `comparisons` with control; what a kind of design adds; `subgroups` and `predictors` of
    response (of the first comparison); the `boundary` of interim looks; plain `notes`.
    """

    endpoint: str
    estimand: str
    missing: str
    alpha: float
    arms: tuple[ArmSummary, ...]
    comparisons: tuple[Comparison, ...]
    crossover: CrossoverEffects | None = None
    factorial: FactorialEffects | None = None
    n_of_1: Mapping[str, NOf1Effects] | None = None
    withdrawal: WithdrawalEffects | None = None
    subgroups: tuple[Subgroup, ...] = ()
    predictors: tuple[Predictor, ...] = ()
    boundary: Boundary | None = None
    notes: tuple[str, ...] = ()
