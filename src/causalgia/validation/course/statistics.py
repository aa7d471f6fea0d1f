"""Statistics of weighted patients, for many sets of weights at once: the sample and its resamples.

Weights are [draw, patient]; the first draw is the sample itself, the others say how often each
patient comes in a resample.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float

__all__ = [
    "hazard_ratio",
    "interval",
    "logistic_odds_ratio",
    "resamples",
    "share",
    "weighted_median",
    "wilson",
]

Weights = Float[np.ndarray, "draw patient"]
Values = Float[np.ndarray, " draw"]

_Z95 = 1.959964
_BISECTIONS = 40
_LARGEST_LOG_RATIO = 6.0


def resamples(patients: int, draws: int, seed: int) -> Weights:
    """The sample, then so many bootstrap resamples of it."""
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(patients, np.full(patients, 1.0 / patients), size=draws)
    return np.concatenate([np.ones((1, patients)), drawn])


def share(
    met: Bool[np.ndarray, " patient"], among: Bool[np.ndarray, " patient"], weights: Weights
) -> Values:
    """The share, 0-1, of those `among` whom it is met; not a number where there is nobody."""
    whole = weights @ among
    with np.errstate(invalid="ignore", divide="ignore"):
        return (weights @ (met & among)) / np.where(whole > 0.0, whole, np.nan)


def wilson(proportion: float, count: float) -> tuple[float, float]:
    """The 95 % interval by Wilson of a proportion of `count` patients."""
    if not count:
        return float("nan"), float("nan")
    middle = proportion + _Z95**2 / (2.0 * count)
    spread = _Z95 * math.sqrt(proportion * (1.0 - proportion) / count + _Z95**2 / (4.0 * count**2))
    scale = 1.0 + _Z95**2 / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def interval(draws: Values) -> tuple[float, float]:
    """From the 2.5th to the 97.5th percentile of the resamples that gave a number."""
    numbers = draws[np.isfinite(draws)]
    if not len(numbers):
        return float("nan"), float("nan")
    low, high = np.quantile(numbers, (0.025, 0.975))
    return float(low), float(high)


def weighted_median(values: Float[np.ndarray, " patient"], weights: Weights) -> Values:
    """The value that half of the weight does not exceed."""
    order = np.argsort(values)
    below = np.cumsum(weights[:, order], axis=1)
    total = below[:, -1:]
    at = np.argmax(below >= 0.5 * total, axis=1)
    return np.where(total[:, 0] > 0.0, values[order][at], np.nan)


def hazard_ratio(
    times: Float[np.ndarray, " patient"],
    exposed: Bool[np.ndarray, " patient"],
    horizon: float,
    weights: Weights,
) -> Values:
    r"""Cox's hazard ratio of the exposed, events at `times`, all censored at the `horizon`.

    The root of the score $\sum_t d_{1t} - d_t\,n_{1t}h/(n_{1t}h + n_{0t})$ with Breslow's ties.
    """
    events = np.unique(times[times <= horizon])
    happens = (times[:, None] == events).astype(float)
    at_risk = (times[:, None] >= events).astype(float)
    with_it, without = weights * exposed, weights * ~exposed
    deaths_1, deaths_0 = with_it @ happens, without @ happens
    risk_1, risk_0 = with_it @ at_risk, without @ at_risk

    def score(log_ratio: Values) -> Values:
        pull = risk_1 * np.exp(log_ratio)[:, None]
        whole = pull + risk_0
        expected = (deaths_1 + deaths_0) * pull / np.where(whole > 0.0, whole, 1.0)
        return (deaths_1 - expected).sum(axis=1)

    return np.exp(_root_of_falling(score, len(weights)))


def logistic_odds_ratio(
    met: Bool[np.ndarray, " patient"], factor: Float[np.ndarray, " patient"], weights: Weights
) -> Values:
    """The odds ratio of one unit more of a factor, by logistic regression on it alone."""
    centered = factor - factor.mean()
    scale = max(float(centered.std()), 1e-9)
    columns = np.stack([np.ones_like(centered), centered / scale])
    beta = np.zeros((len(weights), 2))
    for _ in range(_BISECTIONS):
        odds = 1.0 / (1.0 + np.exp(-np.clip(beta @ columns, -30.0, 30.0)))
        gradient = (weights * (met - odds)) @ columns.T
        curvature = np.einsum("rp,ip,jp->rij", weights * odds * (1.0 - odds), columns, columns)
        curvature += 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, gradient[..., None])[..., 0]
        beta = np.clip(beta + np.clip(step, -1.0, 1.0), -20.0, 20.0)
    return np.exp(np.clip(beta[:, 1] / scale, -_LARGEST_LOG_RATIO, _LARGEST_LOG_RATIO))


def _root_of_falling(score: Callable[[Values], Values], draws: int) -> Values:
    """Where a falling function of a log ratio is zero, by bisection."""
    low, high = np.full(draws, -_LARGEST_LOG_RATIO), np.full(draws, _LARGEST_LOG_RATIO)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        above = score(middle) > 0.0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return 0.5 * (low + high)
