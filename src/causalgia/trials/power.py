r"""Power and other operating characteristics, by formula and by simulating the trial many times.

Two groups of $n$, true difference $\delta$, standard deviation $\sigma$: the t statistic is
noncentral with $2n-2$ degrees of freedom and center $\delta/(\sigma\sqrt{2/n})$.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from causalgia.errors import InputError
from causalgia.trials.estimate import Estimate, mean_estimate, wilson_estimate
from causalgia.trials.sequential import Boundary

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "OperatingCharacteristics",
    "first_patients",
    "operating_characteristics",
    "patients_needed",
    "power_of_t_test",
    "statistic_of",
]


@dataclass(frozen=True)
class OperatingCharacteristics:
    """What a design does over many trials, each with its Monte Carlo interval.

    `power`, the share of trials that reject (under no effect: the error of the first kind);
    mean `effect` and, where the truth is known, its `bias` and the share of intervals that hold
    it (`coverage`); mean `information` used and how often each look stopped (`stopped`); `trials`.
    """

    power: Estimate
    effect: Estimate
    bias: Estimate | None
    coverage: Estimate | None
    information: Estimate
    stopped: tuple[Estimate, ...]
    trials: int


def operating_characteristics(
    trial: Callable[[int], tuple[pd.DataFrame, pd.DataFrame]],
    analyze: Callable[[pd.DataFrame, pd.DataFrame], Estimate],
    seeds: Iterable[int],
    *,
    truth: float | None = None,
    boundary: Boundary | None = None,
    alpha: float = 0.05,
) -> OperatingCharacteristics:
    """Simulate a trial with many seeds and count.

    **Arguments:** `trial`, the two tables for a seed; `analyze`, the estimate that decides; the
    `seeds`; the true effect, if known; the `boundary` of interim looks, at each of which the first
    patients (by number) are analyzed alone.
    **Raises:** `InputError` for fewer than two seeds.
    """
    estimates, used, looks = [], [], []
    for seed in seeds:
        patients, weeks = trial(seed)
        if boundary is None:
            found = analyze(patients, weeks)
            estimates.append((found, found.p_value < alpha))
            used.append(1.0)
            looks.append(1)
            continue
        found, rejected, look = _with_looks(patients, weeks, analyze, boundary)
        estimates.append((found, rejected))
        used.append(boundary.information[look - 1])
        looks.append(look)
    count = len(estimates)
    if count < 2:
        raise InputError(f"{count} seeds; allowed: at least 2")
    values = np.array([found.value for found, _ in estimates])
    held = [found.low <= truth <= found.high for found, _ in estimates] if truth is not None else []
    at = np.array(looks)
    last = 1 if boundary is None else len(boundary.information)
    return OperatingCharacteristics(
        power=wilson_estimate(sum(bool(rejected) for _, rejected in estimates), count),
        effect=mean_estimate(values),
        bias=None if truth is None else mean_estimate(values - truth),
        coverage=None if truth is None else wilson_estimate(sum(held), count),
        information=mean_estimate(np.array(used), unit="1"),
        stopped=tuple(wilson_estimate(int((at == k).sum()), count) for k in range(1, last + 1)),
        trials=count,
    )


def first_patients(
    patients: pd.DataFrame, weeks: pd.DataFrame, share: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of the first share of the patients, by number."""
    count = max(round(share * len(patients)), 1)
    kept = np.sort(patients["patient"].to_numpy())[:count]
    rows = weeks["patient"].isin(kept)
    return patients[patients["patient"].isin(kept)].reset_index(drop=True), weeks[rows]


def statistic_of(estimate: Estimate) -> float:
    """The estimate as a standard normal statistic of the same p value."""
    from scipy.special import ndtri

    if not math.isfinite(estimate.p_value):
        return 0.0
    return math.copysign(-float(ndtri(max(estimate.p_value, 1e-300) / 2.0)), estimate.value)


def _with_looks(
    patients: pd.DataFrame,
    weeks: pd.DataFrame,
    analyze: Callable[[pd.DataFrame, pd.DataFrame], Estimate],
    boundary: Boundary,
) -> tuple[Estimate, bool, int]:
    """Analyze look by look, no further than needed."""
    for look, share in enumerate(boundary.information, start=1):
        found = analyze(*first_patients(patients, weeks, share))
        if abs(statistic_of(found)) >= boundary.critical[look - 1]:
            return found, True, look
    return found, False, len(boundary.information)


def power_of_t_test(difference: float, sd: float, per_arm: int, alpha: float = 0.05) -> float:
    """Power of the two-sided two-sample t test."""
    from scipy import stats

    if per_arm < 2 or sd <= 0.0:
        raise InputError(f"{per_arm} patients an arm and sd {sd:g}; allowed: at least 2, above 0")
    degrees = 2 * per_arm - 2
    center = abs(difference) / (sd * math.sqrt(2.0 / per_arm))
    limit = stats.t.ppf(1.0 - alpha / 2.0, degrees)
    return float(stats.nct.sf(limit, degrees, center) + stats.nct.cdf(-limit, degrees, center))


def patients_needed(
    difference: float, sd: float, power: float = 0.9, alpha: float = 0.05, drop_out: float = 0.0
) -> int:
    """Patients an arm for a power, raised by the share expected to drop out.

    **Raises:** `InputError` for no difference, or a power or share that cannot be.
    """
    if difference == 0.0 or not alpha < power < 1.0 or not 0.0 <= drop_out < 1.0:
        raise InputError(
            f"difference {difference:g}, power {power:g}, drop-out {drop_out:g}; allowed: a "
            "difference, a power between alpha and 1, and a share from 0 to below 1"
        )
    low, high = 1, 2
    while power_of_t_test(difference, sd, high, alpha) < power:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        enough = power_of_t_test(difference, sd, middle, alpha) >= power
        low, high = (low, middle) if enough else (middle, high)
    return math.ceil(high / (1.0 - drop_out))
