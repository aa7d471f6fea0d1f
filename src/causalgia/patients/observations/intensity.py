"""How much it hurts, on a scale from 0 to 10."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr

from causalgia.patients.virtual import VirtualPatients

__all__ = ["Intensity", "normal_share"]

Array = Float[np.ndarray, " patient"]

_LEAST = 1e-12


def normal_share(limit: np.ndarray) -> np.ndarray:
    """The share of a standard normal distribution below a limit."""
    return np.asarray(ndtr(limit))


@dataclass(frozen=True)
class Intensity:
    """A rating from 0 to 10: normal around what is felt, held within the scale.

    **Arguments:** `felt` by patients; the standard deviation `noise` of a single answer.
    """

    felt: Callable[[VirtualPatients], Array]
    noise: float

    outcomes = tuple(float(point) for point in range(11))
    limits = (0.0, 10.0)

    def log_likelihood(self, value: float, patients: VirtualPatients) -> Array:
        """The log of the chance of an answer within half a point."""
        felt = self.felt(patients)
        low = -np.inf if value <= 0.5 else value - 0.5
        high = np.inf if value >= 9.5 else value + 0.5
        return np.log(np.maximum(self._between(low, high, felt), _LEAST))

    def chance(self, patients: VirtualPatients) -> Float[np.ndarray, "outcome patient"]:
        """The chance of each whole number."""
        felt = self.felt(patients)
        edges = [-np.inf, *(point + 0.5 for point in range(10)), np.inf]
        return np.stack([self._between(low, high, felt) for low, high in pairwise(edges)])

    def draw(self, patients: VirtualPatients, generator: np.random.Generator) -> Array:
        """A whole number."""
        noisy = self.felt(patients) + self.noise * generator.standard_normal(patients.count)
        return np.clip(np.round(noisy), 0.0, 10.0)

    def _between(self, low: float, high: float, felt: Array) -> Array:
        return normal_share((high - felt) / self.noise) - normal_share((low - felt) / self.noise)
