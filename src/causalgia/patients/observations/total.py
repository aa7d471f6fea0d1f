"""The total of a questionnaire: how probable each is in a virtual patient.

Given what is wrong with a patient, answers to items are independent, so that the distribution of
their sum is that of the items folded into each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from causalgia.patients.observations.instruments import Instrument
from causalgia.patients.virtual import VirtualPatients

__all__ = ["Total"]

Array = Float[np.ndarray, " patient"]

_MOST_OUTCOMES = 11
_LEAST = 1e-12


@dataclass(frozen=True)
class Total:
    """The total of an `instrument`, counted on its grid."""

    instrument: Instrument

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest total."""
        return self.instrument.limits

    @cached_property
    def _bins(self) -> tuple[np.ndarray, np.ndarray]:
        """The bin of each total, and the middle of each bin."""
        count = len(self.grid)
        width = -(-count // _MOST_OUTCOMES)
        bins = np.arange(count) // width
        middles = [self.grid[bins == own].mean() for own in range(bins[-1] + 1)]
        return bins, np.asarray(middles)

    @cached_property
    def grid(self) -> np.ndarray:
        """Every total that can be, from the lowest."""
        steps = sum(self._span(item) for item in range(len(self.instrument.items)))
        return self._lowest + self.instrument.grid * np.arange(steps + 1)

    @property
    def _lowest(self) -> float:
        points = [self._points(item).min() for item in range(len(self.instrument.items))]
        return self.instrument.constant + self.instrument.grid * float(np.sum(points))

    def _points(self, item: int) -> np.ndarray:
        """What each outcome of an item counts, in steps of the grid."""
        own = self.instrument.items[item]
        counted = own.weight * np.asarray(own.model.outcomes) / self.instrument.grid
        return np.rint(counted).astype(int)

    def _span(self, item: int) -> int:
        points = self._points(item)
        return int(points.max() - points.min())

    @property
    def outcomes(self) -> tuple[float, ...]:
        """Middles of a few bins of totals."""
        return tuple(float(middle) for middle in self._bins[1])

    def each(self, patients: VirtualPatients) -> Float[np.ndarray, "total patient"]:
        """The chance of every total on the grid, from the lowest."""
        chance = np.ones((1, patients.count))
        for number, item in enumerate(self.instrument.items):
            own = item.model.chance(patients)
            points = self._points(number)
            points = points - points.min()
            wider = np.zeros((len(chance) + int(points.max()), patients.count))
            for point, share in zip(points, own, strict=True):
                wider[point : point + len(chance)] += chance * share
            chance = wider
        return chance

    def log_likelihood(self, value: float, patients: VirtualPatients) -> Array:
        """The log of the chance of the nearest total on the grid."""
        nearest = int(np.argmin(np.abs(self.grid - value)))
        return np.log(np.maximum(self.each(patients)[nearest], _LEAST))

    def chance(self, patients: VirtualPatients) -> Float[np.ndarray, "outcome patient"]:
        """The chance of each bin of totals."""
        bins = self._bins[0]
        found = np.zeros((bins[-1] + 1, patients.count))
        np.add.at(found, bins, self.each(patients))
        return found

    def draw(self, patients: VirtualPatients, generator: np.random.Generator) -> Array:
        """A total."""
        counted = [
            item.weight * item.model.draw(patients, generator) for item in self.instrument.items
        ]
        return self.instrument.constant + np.sum(counted, axis=0)
