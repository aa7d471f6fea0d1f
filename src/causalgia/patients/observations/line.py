"""A rating of 0-10 that is asked for on a longer line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.patients.observations.observation import Model
from causalgia.patients.virtual import VirtualPatients

__all__ = ["Stretched"]

Array = Float[np.ndarray, " patient"]


@dataclass(frozen=True)
class Stretched:
    """The answers of a `model`, each times a `factor`."""

    model: Model
    factor: float

    @property
    def outcomes(self) -> tuple[float, ...]:
        """Those of the model, times the factor."""
        return tuple(self.factor * outcome for outcome in self.model.outcomes)

    @property
    def limits(self) -> tuple[float, float]:
        """Those of the model, times the factor."""
        low, high = self.model.limits
        return self.factor * low, self.factor * high

    def log_likelihood(self, value: float, patients: VirtualPatients) -> Array:
        """That of the model for the shorter line."""
        return self.model.log_likelihood(value / self.factor, patients)

    def chance(self, patients: VirtualPatients) -> Float[np.ndarray, "outcome patient"]:
        """That of the model."""
        return self.model.chance(patients)

    def draw(self, patients: VirtualPatients, generator: np.random.Generator) -> Array:
        """An answer of the model, times the factor."""
        return self.factor * self.model.draw(patients, generator)
