"""A threshold or a rating of a sensory test, as a z-score: healthy people are N(0, 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.patients.observations.intensity import normal_share
from causalgia.patients.virtual import VirtualPatients

__all__ = ["ZScore"]

Array = Float[np.ndarray, " patient"]

_FARTHEST = 8.0
_MIDDLES = (-4.0, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 4.0)
_EDGES = (-np.inf, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, np.inf)


@dataclass(frozen=True)
class ZScore:
    r"""Normal around the `mean` of patients with deviation $\sqrt{1 + (c\,\bar z)^2}$.

    The 1 is the spread of healthy people; `unlike`, $c$, says how much patients whose nerves are
    alike differ in how far their skin is from health where it is tested.
    """

    mean: Callable[[VirtualPatients], Array]
    unlike: float

    outcomes = _MIDDLES
    limits = (-12.0, 12.0)

    def deviation(self, mean: Array) -> Array:
        """Standard deviation of the answers of patients with a mean."""
        return np.sqrt(1.0 + np.square(self.unlike * mean))

    def log_likelihood(self, value: float, patients: VirtualPatients) -> Array:
        """The log of the density at a z-score."""
        mean = self.within(patients)
        deviation = self.deviation(mean)
        return -0.5 * np.square((value - mean) / deviation) - np.log(
            deviation * np.sqrt(2.0 * np.pi)
        )

    def chance(self, patients: VirtualPatients) -> Float[np.ndarray, "outcome patient"]:
        """The chance of each bin: a standard deviation wide, the outer ones open."""
        mean = self.within(patients)
        deviation = self.deviation(mean)
        below = np.stack([normal_share((edge - mean) / deviation) for edge in _EDGES])
        return np.diff(below, axis=0)

    def draw(self, patients: VirtualPatients, generator: np.random.Generator) -> Array:
        """A z-score."""
        mean = self.within(patients)
        noisy = mean + self.deviation(mean) * generator.standard_normal(patients.count)
        return np.clip(noisy, *self.limits)

    def within(self, patients: VirtualPatients) -> Array:
        """The mean, where a device still measures it."""
        return np.clip(self.mean(patients), -_FARTHEST, _FARTHEST)
