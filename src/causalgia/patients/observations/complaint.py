r"""Yes or no, and how strongly: one hidden strength behind every complaint and sign.

A complaint of strength $s$ (a weighted sum of drives) is reported with odds

$$\frac{p}{1 - p} = \left(r + \frac{s}{h}\right)^{k}$$

where $h$ is the strength at which about half report it, $k$ says how much alike people are, and
$r$ gives the odds $r^k$ of those who report it with no such drive at all. That is a logistic
threshold on $\eta = k \ln(r + s/h)$: people differ in where they put it, and graded answers put
more thresholds on the same scale, so that a yes, a grade and a score of one person agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.patients.virtual import VirtualPatients

__all__ = ["Graded", "Propensity", "YesNo", "logistic"]

Array = Float[np.ndarray, " patient"]

_FARTHEST = 30.0
# Beyond such logits a chance is 0 or 1 in double precision.


def logistic(logit: np.ndarray) -> np.ndarray:
    """The chance that has a logit."""
    return 1.0 / (1.0 + np.exp(-np.clip(logit, -_FARTHEST, _FARTHEST)))


@dataclass(frozen=True)
class Propensity:
    r"""The logit of reporting a complaint: $k \ln(r + s/h)$.

    **Arguments:** `strength` of patients; `half`, the strength that about half report; `slope`
    $k$; `false`, the chance (0-1) to report it without any strength.
    """

    strength: Callable[[VirtualPatients], Array]
    half: float
    slope: float
    false: float

    def logit(self, patients: VirtualPatients) -> Array:
        """The logit of reporting it, of each patient."""
        return self.logit_of(self.strength(patients))

    def logit_of(self, strength: Array) -> Array:
        """The logit of reporting a complaint of some strength."""
        spurious = (self.false / (1.0 - self.false)) ** (1.0 / self.slope)
        return self.slope * np.log(spurious + np.maximum(strength, 0.0) / self.half)


@dataclass(frozen=True)
class YesNo:
    """Reported or not; seen or not."""

    propensity: Propensity

    outcomes = (1.0, 0.0)
    limits = (0.0, 1.0)

    def log_likelihood(self, value: float, patients: VirtualPatients) -> Array:
        """The log of the chance of this answer."""
        logit = self.propensity.logit(patients)
        return -np.logaddexp(0.0, -logit if value else logit)

    def chance(self, patients: VirtualPatients) -> Float[np.ndarray, "outcome patient"]:
        """The chances of yes and of no."""
        yes = logistic(self.propensity.logit(patients))
        return np.stack([yes, 1.0 - yes])

    def draw(self, patients: VirtualPatients, generator: np.random.Generator) -> Array:
        """1 or 0."""
        noise = generator.logistic(size=patients.count)
        return (self.propensity.logit(patients) + noise > 0.0).astype(float)


@dataclass(frozen=True)
class Graded:
    """How strongly, in grades: a threshold in logits for each grade above the lowest.

    Who has any of several complaints answers by the strongest.

    **Arguments:** the `propensities` of the complaints; `thresholds`, rising; `outcomes`, the
    value of each grade, rising, one more than there are thresholds.
    """

    propensities: tuple[Propensity, ...]
    thresholds: tuple[float, ...]
    outcomes: tuple[float, ...]

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest grade."""
        return self.outcomes[0], self.outcomes[-1]

    def log_likelihood(self, value: float, patients: VirtualPatients) -> Array:
        """The log of the chance of a grade; what lies between two grades, of both."""
        chance = self.chance(patients)
        grades = np.asarray(self.outcomes)
        below = min(int(np.searchsorted(grades, value, side="right")) - 1, len(grades) - 2)
        part = (value - grades[below]) / (grades[below + 1] - grades[below])
        found = (1.0 - part) * chance[below] + part * chance[below + 1]
        return np.log(np.maximum(found, np.finfo(float).tiny))

    def chance(self, patients: VirtualPatients) -> Float[np.ndarray, "outcome patient"]:
        """The chance of each grade."""
        marks = np.asarray(self.thresholds)[:, None]
        logits = [own.logit(patients)[None] for own in self.propensities]
        below = np.prod([logistic(marks - logit) for logit in logits], axis=0)
        edges = np.concatenate([np.zeros_like(below[:1]), below, np.ones_like(below[:1])])
        return np.diff(edges, axis=0)

    def draw(self, patients: VirtualPatients, generator: np.random.Generator) -> Array:
        """A grade."""
        felt = np.max(
            [
                own.logit(patients) + generator.logistic(size=patients.count)
                for own in self.propensities
            ],
            axis=0,
        )
        grade = (felt[:, None] > np.asarray(self.thresholds)).sum(axis=1)
        return np.asarray(self.outcomes)[grade]
