"""Matching a case to virtual patients: how well each would explain what was observed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.evidence import parameter
from causalgia.pathway.response import QUALITIES
from causalgia.patients.case import Case
from causalgia.patients.weights import (
    effective_sample_size,
    estimate,
    weighted_quantiles,
)

__all__ = [
    "Match",
    "effective_sample_size",
    "estimate",
    "log_likelihood",
    "match",
    "weighted_quantiles",
]

_SOURCE = "causalgia_patients"


@dataclass(frozen=True)
class Match:
    """How much each virtual patient counts.

    **Arguments:** `weights` [patient], which sum to 1; their `effective_sample_size`; the
    `tempering` exponent that the likelihood was raised to (1: none); the size without it.
    """

    weights: Float[np.ndarray, " patient"]
    effective_sample_size: float
    tempering: float
    untempered_size: float


def log_likelihood(
    case: Case,
    rating: Float[np.ndarray, " patient"],
    qualities: Float[np.ndarray, "quality patient"],
    block_relief: Float[np.ndarray, "block patient"],
) -> Float[np.ndarray, " patient"]:
    r"""How probable the observations are in each virtual patient, as a logarithm.

    The rating given is normal around the simulated one. A symptom of strength $q$ (0-1) is
    reported with probability $f + (s - f) q$, with sensitivity $s$ and false positives $f$. The
    relief told after a diagnostic block is normal around the simulated one.
    """
    noise = parameter(f"{_SOURCE}/rating_noise_sd").value
    total = -0.5 * ((case.rating_now - rating) / noise) ** 2
    sensitivity = parameter(f"{_SOURCE}/symptom_sensitivity").value
    false_positive = parameter(f"{_SOURCE}/symptom_false_positive").value
    for name, present in case.symptoms:
        strength = np.clip(qualities[QUALITIES.index(name)], 0.0, 1.0)
        chance = false_positive + (sensitivity - false_positive) * strength
        total = total + np.log(chance if present else 1.0 - chance)
    spread = parameter(f"{_SOURCE}/block_relief_sd").value
    for block, relief in zip(case.blocks, block_relief, strict=True):
        total = total - 0.5 * ((block.relief - relief) / spread) ** 2
    return total


def match(log_likelihoods: Float[np.ndarray, " patient"]) -> Match:
    """Weights of the virtual patients, tempered where too few would carry them all.

    The likelihood is raised to the largest power of at most 1 that leaves enough patients: the
    case then says less than it could, and intervals are wider than they might be.
    """
    enough = min(parameter(f"{_SOURCE}/enough_sample_size").value, 0.5 * len(log_likelihoods))
    full = _weights(log_likelihoods, 1.0)
    size = effective_sample_size(full)
    if size >= enough:
        return Match(full, size, 1.0, size)
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        if effective_sample_size(_weights(log_likelihoods, middle)) >= enough:
            low = middle
        else:
            high = middle
    weights = _weights(log_likelihoods, low)
    return Match(weights, effective_sample_size(weights), low, size)


def _weights(
    log_likelihoods: Float[np.ndarray, " patient"], power: float
) -> Float[np.ndarray, " patient"]:
    scaled = power * (log_likelihoods - log_likelihoods.max())
    weights = np.exp(scaled)
    return weights / weights.sum()
