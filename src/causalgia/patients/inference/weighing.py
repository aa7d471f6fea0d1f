r"""Weights of virtual patients, and the odds of causes with what few patients leave open.

A patient of cause $c$ has the weight $\pi_c\,w\,L$: the share of the cause among those seen, the
patient's own among all with the cause, and the likelihood of the findings. The odds of causes are
those of the evidences $\pi_c Z_c$, $Z_c = \sum w L$, each known from few patients only: $Z_c$ is
taken as gamma distributed with the mean and the variance that its patients give, and the odds are
means over it, so that a cause which one patient speaks for is not called sure. Any other share is a
mean over causes: within each it is beta distributed with the mean and the variance that the cause's
patients give.

Within a cause, where too few patients would carry all of its weight, the likelihood is raised to
the largest power of at most 1 that leaves enough: findings then say less about this patient, and no
less about the cause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from causalgia.evidence import parameter
from causalgia.patients.chances import Chance
from causalgia.patients.streams import stream
from causalgia.patients.weights import effective_sample_size

__all__ = ["Weighed", "normalized", "weigh"]

_DRAWS, _HALVINGS = 400, 25
_LEAST_WEIGHT, _LEAST_TOTAL, _SAME = 1e-300, 1e-9, 1e-9
_LEAST_ODDS = 1e-4

Rows = Float[np.ndarray, " row"]
Causes = Float[np.ndarray, " cause"]


@dataclass(frozen=True)
class Weighed:
    """How much each virtual patient counts.

    `weights` [row] sum to 1 and are worth `size` patients. By cause: its `odds`, which sum to 1,
    the ends of their 95 % interval, `low` and `high`, how many patients its weights are worth
    untempered, `sizes`, the `powers` that its likelihood was raised to (1: none), and odds `drawn`
    [draw, cause] as few patients leave them open. `cause` [row] points into it.
    """

    weights: Rows
    size: float
    odds: Causes
    low: Causes
    high: Causes
    sizes: Causes
    powers: Causes
    drawn: Float[np.ndarray, "draw cause"]
    cause: Int[np.ndarray, " row"]

    @property
    def tempering(self) -> float:
        """The power in the most probable cause."""
        return float(self.powers[self.odds.argmax()])

    @property
    def untempered_size(self) -> float:
        """What the patients of the most probable cause would be worth without it."""
        return float(self.sizes[self.odds.argmax()])

    def chance(self, values: Rows) -> Chance:
        """What of the weight has something, and the 95 % interval for patients being few.

        **Arguments:** `values` [row], the probability (0-1) that each patient has it. What all
        patients of a cause have, or none, is certain there.
        """
        value = float(values @ self.weights)
        count = len(self.odds)
        total = np.bincount(self.cause, self.weights, minlength=count)
        own = self.weights / np.maximum(total, _LEAST_WEIGHT)[self.cause]
        mean = np.clip(np.bincount(self.cause, own * values, minlength=count), 0.0, 1.0)
        least, most = np.ones(count), np.zeros(count)
        np.minimum.at(least, self.cause, values)
        np.maximum.at(most, self.cause, values)
        is_open = np.flatnonzero((most - least > _SAME) & (total > _LEAST_TOTAL))
        square = np.bincount(self.cause, own**2, minlength=count)[is_open]
        off = np.bincount(self.cause, (own * (values - mean[self.cause])) ** 2, minlength=count)
        size = np.maximum(mean * (1.0 - mean), 0.0)[is_open] / np.maximum(off[is_open], 1e-12)
        size = np.maximum(size, 1.0 / square)
        met = mean[is_open] * size
        shares = np.tile(mean, (len(self.drawn), 1))
        random = stream(0, "inference", "share")
        shares[:, is_open] = random.beta(met + 0.5, size - met + 0.5, (len(shares), len(is_open)))
        low, high = np.quantile((self.drawn * shares).sum(axis=1), (0.025, 0.975))
        return Chance(value, min(float(low), value), max(float(high), value))


def normalized(log_weights: Rows) -> Rows:
    """Weights that sum to 1."""
    weights = np.exp(log_weights - log_weights.max())
    return weights / weights.sum()


def weigh(
    log_prior: Rows, log_likelihood: Rows, cause: Int[np.ndarray, " row"], count: int
) -> Weighed:
    """Weights of patients by prior and likelihood; `cause` of each of `count`."""
    full = normalized(log_prior + log_likelihood)
    drawn = _drawn(full, cause, count)
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    odds = drawn.mean(axis=0) / drawn.mean(axis=0).sum()
    enough = parameter("causalgia_inference/enough_patients").value
    weights, powers, sizes = np.zeros(len(full)), np.ones(count), np.zeros(count)
    for number in range(count):
        rows = np.flatnonzero(cause == number)
        if not len(rows) or not full[rows].sum() > 0.0:
            continue
        own = full[rows] / full[rows].sum()
        sizes[number] = effective_sample_size(own)
        if sizes[number] < enough and odds[number] >= _LEAST_ODDS:
            own, powers[number] = _tempered(log_prior[rows], log_likelihood[rows], enough)
        weights[rows] = odds[number] * own
    weights = weights / weights.sum()
    return Weighed(
        weights=weights,
        size=effective_sample_size(weights),
        odds=odds,
        low=np.minimum(low, odds),
        high=np.maximum(high, odds),
        sizes=sizes,
        powers=powers,
        drawn=drawn,
        cause=cause,
    )


def _tempered(log_prior: Rows, log_likelihood: Rows, enough: float) -> tuple[Rows, float]:
    """Weights worth `enough` patients, or half of what the prior's are worth."""

    def at(power: float) -> Rows:
        return normalized(log_prior + power * log_likelihood)

    enough = min(enough, 0.5 * effective_sample_size(at(0.0)))
    power = _largest(lambda p: effective_sample_size(at(p)) >= enough)
    return at(power), power


def _largest(holds: Callable[[float], bool]) -> float:
    if holds(1.0):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _drawn(
    weights: Rows, cause: Int[np.ndarray, " row"], count: int
) -> Float[np.ndarray, "draw cause"]:
    """Odds of each cause, drawn as often as its patients being few leaves them open."""
    total = np.bincount(cause, weights, minlength=count)
    square = np.bincount(cause, weights**2, minlength=count)
    rows = np.maximum(np.bincount(cause, minlength=count), 1)
    # Relative variance of a mean of as many draws as the cause has rows.
    relative = square / np.maximum(total**2, 1e-300) - 1.0 / rows
    shape = 1.0 / np.clip(relative, 1e-6, 1e6)
    drawn = stream(0, "inference", "evidence").standard_gamma(shape, (_DRAWS, count))
    evidence = total * drawn / shape
    return evidence / np.maximum(evidence.sum(axis=1, keepdims=True), 1e-300)
