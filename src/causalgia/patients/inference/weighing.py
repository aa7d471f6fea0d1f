r"""Weights of virtual patients, and the odds of causes with what few patients leave open.

A patient of cause $c$ has the weight $\pi_c\,w\,L$: the share of the cause among those seen, the
patient's own among all with the cause, and the likelihood of the findings. The odds of causes are
ratios of evidences $Z_c = \sum w L$, each a mean over drawn patients. How far another draw would
move them is simulated: $Z_c$ is taken as gamma with the mean and variance that its patients give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from causalgia.evidence import parameter
from causalgia.patients.streams import stream
from causalgia.patients.weights import effective_sample_size

__all__ = ["Weighed", "cause_intervals", "normalized", "weigh"]

_DRAWS = 400
_HALVINGS = 30

Rows = Float[np.ndarray, " row"]


@dataclass(frozen=True)
class Weighed:
    """How much each virtual patient counts.

    `weights` [row] sum to 1 and are worth `size` patients; `tempering`, the power that the
    likelihood was raised to (1: none), and the `untempered_size` without it.
    """

    weights: Rows
    size: float
    tempering: float
    untempered_size: float


def normalized(log_weights: Rows) -> Rows:
    """Weights that sum to 1."""
    weights = np.exp(log_weights - log_weights.max())
    return weights / weights.sum()


def weigh(log_prior: Rows, log_likelihood: Rows) -> Weighed:
    """Weights of the patients, tempered where too few would carry them all.

    The likelihood, not the prior, is raised to the largest power of at most 1 that leaves enough
    patients: findings then say less than they could.
    """

    def at(power: float) -> Rows:
        return normalized(log_prior + power * log_likelihood)

    full = at(1.0)
    size = effective_sample_size(full)
    most = effective_sample_size(at(0.0))
    enough = min(parameter("causalgia_inference/enough_patients").value, 0.5 * most)
    if size >= enough:
        return Weighed(full, size, 1.0, size)
    power = _largest(lambda p: effective_sample_size(at(p)) >= enough)
    weights = at(power)
    return Weighed(weights, effective_sample_size(weights), power, size)


def _largest(holds: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def cause_intervals(
    weights: Rows, cause: Int[np.ndarray, " row"], count: int
) -> tuple[Float[np.ndarray, " cause"], Float[np.ndarray, "2 cause"]]:
    """The probability of each cause, and the 95 % interval for its patients being few."""
    total = np.bincount(cause, weights, minlength=count)
    square = np.bincount(cause, weights**2, minlength=count)
    rows = np.maximum(np.bincount(cause, minlength=count), 1)
    # Relative variance of a mean of as many draws as the cause has rows.
    relative = square / np.maximum(total**2, 1e-300) - 1.0 / rows
    shape = 1.0 / np.clip(relative, 1e-6, 1e6)
    drawn = stream(0, "inference", "evidence").standard_gamma(shape, (_DRAWS, count))
    evidence = total * drawn / shape
    shares = evidence / np.maximum(evidence.sum(axis=1, keepdims=True), 1e-300)
    return total, np.quantile(shares, (0.025, 0.975), axis=0)
