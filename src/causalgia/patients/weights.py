"""Weighted virtual patients: how many they are worth, their quantiles, their mean."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from causalgia.patients.result import Estimate

__all__ = ["effective_sample_size", "estimate", "weighted_quantiles"]


def effective_sample_size(weights: Float[np.ndarray, " patient"]) -> float:
    r"""$(\sum w)^2 / \sum w^2$: how many equally weighted patients the weights are worth."""
    return float(weights.sum() ** 2 / np.square(weights).sum())


def weighted_quantiles(
    values: Float[np.ndarray, "*rows patient"],
    weights: Float[np.ndarray, " patient"],
    quantiles: tuple[float, ...],
) -> Float[np.ndarray, " quantile *rows"]:
    """Quantiles over the last axis: between the middles of the weights, by straight lines."""
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    steps = weights[order]
    reached = np.cumsum(steps, axis=-1) - 0.5 * steps
    rows = ordered.reshape(-1, ordered.shape[-1])
    marks = reached.reshape(rows.shape)
    found = np.array([np.interp(quantiles, at, row) for at, row in zip(marks, rows, strict=True)])
    return found.T.reshape(len(quantiles), *ordered.shape[:-1])


def estimate(
    values: Float[np.ndarray, " patient"], weights: Float[np.ndarray, " patient"]
) -> Estimate:
    """Weighted mean, and the interval that holds the middle 95 % of the weight."""
    low, high = weighted_quantiles(values, weights, (0.025, 0.975))
    return Estimate(float(values @ weights), float(low), float(high))
