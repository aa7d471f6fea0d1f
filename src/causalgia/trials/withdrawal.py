"""Randomized withdrawal: how long the response to a treatment lasts with and without it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from causalgia.errors import InputError
from causalgia.trials.endpoints import Outcomes
from causalgia.trials.estimate import Estimate

if TYPE_CHECKING:
    pass

__all__ = ["Survival", "WithdrawalEffects", "loss_of_response", "withdrawal"]


@dataclass(frozen=True)
class Survival:
    """Share of an arm still responding (Kaplan and Meier).

    `week` of each loss, the `share` [loss] left after it with its interval (`low`, `high`), and
    the `median` weeks to loss (infinite: less than half lost it).
    """

    week: Float[np.ndarray, " loss"]
    share: Float[np.ndarray, " loss"]
    low: Float[np.ndarray, " loss"]
    high: Float[np.ndarray, " loss"]
    median: float


@dataclass(frozen=True)
class WithdrawalEffects:
    """Loss of response by arm: `survival`, and against control the hazard ratio and log-rank p."""

    survival: Mapping[str, Survival]
    hazard_ratio: Mapping[str, Estimate]
    log_rank_p: Mapping[str, float]


def loss_of_response(
    outcomes: Outcomes,
    before: Float[np.ndarray, " patient"],
    stopped: Bool[np.ndarray, " patient"],
    *,
    relief: float = 0.3,
) -> tuple[Float[np.ndarray, " patient"], Bool[np.ndarray, " patient"]]:
    """Weeks to loss of response, and whether it was lost (else the patient was lost to sight).

    Response is lost in the first week in which relief from `before` (the rating before all
    treatment) is less than `relief`, or when a patient `stopped` for lack of efficacy.
    """
    with np.errstate(invalid="ignore"):
        lost = (before[:, None] - outcomes.values) / before[:, None] < relief
    seen = np.isfinite(outcomes.values)
    lost &= seen
    any_lost = lost.any(axis=1)
    last = np.where(seen.any(axis=1), seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1), 0)
    at = np.where(any_lost, lost.argmax(axis=1), last)
    return outcomes.week[at].astype(float), any_lost | np.asarray(stopped, dtype=bool)


def withdrawal(
    weeks: Float[np.ndarray, " patient"],
    lost: Bool[np.ndarray, " patient"],
    arm: np.ndarray,
    control: str,
    *,
    alpha: float = 0.05,
) -> WithdrawalEffects:
    """Compare arms by the time to loss of response.

    **Raises:** `InputError` where there are not two arms.
    """
    from statsmodels.duration.survfunc import survdiff

    arm, lost = np.asarray(arm, dtype=str), np.asarray(lost, dtype=bool)
    others = [str(name) for name in np.unique(arm) if name != control]
    if control not in arm or not others:
        raise InputError(f"arms: {', '.join(sorted(set(arm)))}; needs {control!r} and another")
    survival = {a: _survival(weeks[arm == a], lost[arm == a], alpha) for a in (control, *others)}
    ratios, tests = {}, {}
    for name in others:
        both = (arm == name) | (arm == control)
        group = (arm[both] == name).astype(float)
        ratios[name] = _hazard_ratio(weeks[both], lost[both], group, alpha)
        tests[name] = float(survdiff(weeks[both], lost[both].astype(int), group)[1])
    return WithdrawalEffects(survival, ratios, tests)


def _survival(weeks: np.ndarray, lost: np.ndarray, alpha: float) -> Survival:
    """Kaplan-Meier with Greenwood's error on the scale log(-log)."""
    from scipy.special import ndtri
    from statsmodels.duration.survfunc import SurvfuncRight

    if not lost.any():
        none = np.zeros(0)
        return Survival(none, none, none, none, math.inf)
    found = SurvfuncRight(weeks, lost.astype(int))
    kept = found.n_events > 0
    at, share, error = found.surv_times[kept], found.surv_prob[kept], found.surv_prob_se[kept]
    with np.errstate(divide="ignore", invalid="ignore"):
        width = float(ndtri(1.0 - alpha / 2.0)) * error / (share * np.log(share))
        low, high = share ** np.exp(-width), share ** np.exp(width)
    inside = (share > 0.0) & (share < 1.0)
    low, high = np.where(inside, low, share), np.where(inside, high, share)
    below = share <= 0.5
    median = float(at[below][0]) if below.any() else math.inf
    return Survival(at, share, low, high, median)


def _hazard_ratio(weeks: np.ndarray, lost: np.ndarray, group: np.ndarray, alpha: float) -> Estimate:
    """Cox's hazard ratio with Efron's treatment of ties."""
    from scipy.special import ndtri
    from statsmodels.duration.hazard_regression import PHReg

    method = "Cox, Efron's ties"
    events = [lost[group == side].sum() for side in (0.0, 1.0)]
    if min(events) == 0:
        return Estimate(math.nan, math.nan, math.nan, "1", 1.0 - alpha, method=method)
    fit = PHReg(weeks, group[:, None], status=lost.astype(int), ties="efron").fit(disp=0)
    value, error = float(fit.params[0]), float(fit.bse[0])
    reach = float(ndtri(1.0 - alpha / 2.0)) * error
    return Estimate(
        value=math.exp(value),
        low=math.exp(value - reach),
        high=math.exp(value + reach),
        unit="1",
        level=1.0 - alpha,
        standard_error=error,
        p_value=float(fit.pvalues[0]),
        method=method,
    )
