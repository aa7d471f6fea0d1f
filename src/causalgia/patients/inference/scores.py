r"""How good odds are, in numbers: how often right, how well they mean what they say.

The Brier score is the mean of $\sum_c (p_c - 1[c])^2$ and the log score the mean of
$-\log_2 p_{true}$, each beside that of the mix of causes before anything is known. The calibration
error is the mean distance between odds and shares, weighted over bins of odds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from causalgia.patients.inference.calibration import Recovered

__all__ = ["reliability", "score", "uniform_p"]

_BINS = 10
_LEAST = 1e-6


def uniform_p(ranks: Float[np.ndarray, " person"]) -> float:
    """The p of a Kolmogorov-Smirnov test of ranks (0-1) against the uniform."""
    from scipy.stats import kstest

    return float(kstest(ranks, "uniform").pvalue)


def reliability(
    odds: Float[np.ndarray, " case"], true: Float[np.ndarray, " case"]
) -> list[tuple[float, float, int]]:
    """Mean odds, share that is true, and number of cases, bin by bin of the odds."""
    found = []
    place = np.minimum((odds * _BINS).astype(int), _BINS - 1)
    for number in range(_BINS):
        own = place == number
        if own.any():
            found.append((float(odds[own].mean()), float(true[own].mean()), int(own.sum())))
    return found


def _calibration_error(odds: np.ndarray, true: np.ndarray) -> float:
    bins = reliability(odds, true)
    total = sum(count for *_, count in bins)
    return sum(count * abs(mean - share) for mean, share, count in bins) / total


def score(found: Recovered) -> dict[str, Any]:
    """All numbers, ready to print."""
    people, causes = found.probabilities.shape
    true = np.zeros((people, causes))
    true[np.arange(people), found.truth] = 1.0
    top = np.argsort(-found.probabilities, axis=1)
    before = np.broadcast_to(found.before, (people, causes))
    return {
        "people": people,
        "right": {name: float(own.mean()) for name, own in found.right.items()},
        "expected_right": {name: float(own.mean()) for name, own in found.first.items()},
        "calibration_error_of_first": {
            name: _calibration_error(found.first[name], own) for name, own in found.right.items()
        },
        "cause_among_first_three": float((top[:, :3] == found.truth[:, None]).any(axis=1).mean()),
        "brier": float(((found.probabilities - true) ** 2).sum(axis=1).mean()),
        "brier_before": float(((before - true) ** 2).sum(axis=1).mean()),
        "log_score_bits": _log_score(found.of_truth["cause"]),
        "log_score_bits_before": _log_score(found.before[found.truth]),
        "calibration_error_of_causes": _calibration_error(
            found.probabilities.ravel(), true.ravel()
        ),
        "ranks_uniform_p": {name: uniform_p(own) for name, own in found.ranks.items()},
        "rank_means": {name: float(own.mean()) for name, own in found.ranks.items()},
        "called_contradictory": found.kinds.count("contradictory") / people,
        "called_open": found.kinds.count("open") / people,
        "effective_patients": [float(q) for q in np.quantile(found.sizes, (0.05, 0.5, 0.95))],
        "tempered_share": float((found.tempering < 1.0).mean()),
        "tempering_median_of_tempered": float(
            np.median(found.tempering[found.tempering < 1.0], keepdims=False)
        )
        if (found.tempering < 1.0).any()
        else 1.0,
    }


def _log_score(probability: np.ndarray) -> float:
    return float(-np.log2(np.maximum(probability, _LEAST)).mean())
