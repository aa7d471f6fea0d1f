r"""N-of-1 trials: what a treatment does in one patient, and in all who tried it so.

Each cycle gives one difference of treatment and control; a patient's mean difference $d_s$ has
variance $\sigma^2/c_s$ with the differences' spread $\sigma$ pooled over patients. Over patients
$d_s \sim N(\mu, \tau^2 + \sigma^2/c_s)$, by restricted maximum likelihood; a patient's own effect
is drawn towards $\mu$ as far as $\tau$ says (Zucker and others 1997).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from causalgia.errors import InputError
from causalgia.trials.estimate import Estimate, mean_estimate, symmetric_estimate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NOf1Effects", "n_of_1"]


@dataclass(frozen=True)
class NOf1Effects:
    """Effects of one treatment against control.

    For each patient the `individual` effect from that patient alone, and the one drawn towards
    all (`shrunken`); the `mean` over patients; `patient_sd`, how much patients differ in earnest,
    `cycle_sd`, how much cycles do (NaN: one cycle each does not tell); `responding`, the expected
    share of patients better by more than the margin asked for.
    """

    individual: Mapping[int, Estimate]
    shrunken: Mapping[int, Estimate]
    mean: Estimate
    patient_sd: float
    cycle_sd: float
    responding: float


def n_of_1(
    ends: pd.DataFrame,
    treatment: str,
    control: str,
    *,
    arms: int = 2,
    margin: float = 1.0,
    alpha: float = 0.05,
) -> NOf1Effects:
    """Individual and common effects.

    **Arguments:** `ends`, one row a patient and period (`crossover.period_ends`); the `treatment`
    and the `control`; how many `arms` a cycle has; the `margin`, in points, of a worthwhile effect.
    **Raises:** `InputError` where no patient has a cycle with both.
    """
    differences = _differences(ends, treatment, control, arms)
    if not differences:
        raise InputError(f"N-of-1: no patient has a cycle with both {treatment!r} and {control!r}")
    counts = np.array([len(d) for d in differences.values()], dtype=float)
    means = np.array([d.mean() for d in differences.values()])
    rest = sum(float(((d - d.mean()) ** 2).sum()) for d in differences.values())
    degrees = float(counts.sum() - len(counts))
    variance = rest / degrees if degrees > 0.0 else math.nan
    middle, error, between = _combined(means, variance / counts)
    shrunken = {}
    for patient, own, count in zip(differences, means, counts, strict=True):
        noise = variance / count
        weight = between / (between + noise) if between + noise > 0.0 else 0.0
        spread = math.sqrt(max(weight * noise + (1.0 - weight) ** 2 * error**2, 0.0))
        shrunken[patient] = symmetric_estimate(
            float(weight * own + (1.0 - weight) * middle), spread, alpha=alpha, method="shrunken"
        )
    return NOf1Effects(
        individual={p: _own(d, variance, degrees, alpha) for p, d in differences.items()},
        shrunken=shrunken,
        mean=symmetric_estimate(
            middle,
            error,
            alpha=alpha,
            degrees=max(len(means) - 1, 1),
            method="over patients, restricted maximum likelihood",
        ),
        patient_sd=math.sqrt(between),
        cycle_sd=math.sqrt(variance),
        responding=_share_below(-margin, middle, math.sqrt(between)),
    )


def _differences(
    ends: pd.DataFrame, treatment: str, control: str, arms: int
) -> dict[int, np.ndarray]:
    """Treatment less control in each cycle of each patient."""
    table = ends.assign(cycle=(ends["period"].to_numpy() - 1) // arms)
    wide = table.pivot_table(index=["patient", "cycle"], columns="treatment", values="value")
    if treatment not in wide.columns or control not in wide.columns:
        return {}
    gap = (wide[treatment] - wide[control]).dropna()
    return {int(p): g.to_numpy(dtype=float) for p, g in gap.groupby(level="patient")}


def _own(values: np.ndarray, variance: float, degrees: float, alpha: float) -> Estimate:
    """A patient's mean difference; where it is one cycle only, with the spread of all."""
    if len(values) > 1:
        return mean_estimate(values, alpha=alpha)
    error = math.sqrt(variance) if degrees > 0.0 else math.nan
    return symmetric_estimate(
        float(values[0]), error, alpha=alpha, degrees=max(degrees, 1.0), method="pooled spread"
    )


def _combined(means: np.ndarray, noise: np.ndarray) -> tuple[float, float, float]:
    """Mean over patients, its error and the variance between them."""
    from scipy.optimize import minimize_scalar

    if not np.isfinite(noise).all():
        error = float(means.std(ddof=1) / math.sqrt(len(means))) if len(means) > 1 else math.nan
        return float(means.mean()), error, math.nan

    def deviance(between: float) -> float:
        weight = 1.0 / (between + noise)
        middle = float((weight @ means) / weight.sum())
        size = float(np.log(between + noise).sum() + np.log(weight.sum()))
        return size + float(weight @ (means - middle) ** 2)

    between = 0.0
    if len(means) > 1:
        most = 4.0 * float(means.var()) + 1e-9
        found = minimize_scalar(
            deviance, bounds=(0.0, most), method="bounded", options={"xatol": 1e-8}
        )
        between = float(found.x) if found.fun < deviance(0.0) else 0.0
    weight = 1.0 / (between + noise)
    return float((weight @ means) / weight.sum()), float(1.0 / math.sqrt(weight.sum())), between


def _share_below(limit: float, middle: float, spread: float) -> float:
    from scipy.special import ndtr

    if spread <= 0.0:
        return float(middle <= limit)
    return float(ndtr((limit - middle) / spread))
