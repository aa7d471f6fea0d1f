"""The course of the pain: steady, steady with attacks, or attacks first of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.patients.observations.complaint import Propensity, logistic
from causalgia.patients.virtual import VirtualPatients

__all__ = ["Pattern"]

Array = Float[np.ndarray, " patient"]


@dataclass(frozen=True)
class Pattern:
    """Which picture of pain over time fits: -1 steady with attacks, 0 steady, 1 attacks.

    **Arguments:** how readily `attacks` and `constant` pain are reported; of those with both, the
    share to whom attacks are `foremost`.
    """

    attacks: Propensity
    constant: Propensity
    foremost: float

    outcomes = (-1.0, 0.0, 1.0)
    limits = (-1.0, 1.0)

    def chance(self, patients: VirtualPatients) -> Float[np.ndarray, "outcome patient"]:
        """The chance of each picture."""
        attacks = logistic(self.attacks.logit(patients))
        constant = logistic(self.constant.logit(patients))
        mixed = attacks * constant * (1.0 - self.foremost)
        return np.stack([mixed, 1.0 - attacks, attacks - mixed])

    def log_likelihood(self, value: float, patients: VirtualPatients) -> Array:
        """The log of the chance of a picture."""
        chance = self.chance(patients)[round(value) + 1]
        return np.log(np.maximum(chance, np.finfo(float).tiny))

    def draw(self, patients: VirtualPatients, generator: np.random.Generator) -> Array:
        """A picture."""
        rank = generator.random(patients.count)
        reached = np.cumsum(self.chance(patients), axis=0)[:-1]
        return np.asarray(self.outcomes)[(rank > reached).sum(axis=0)]
