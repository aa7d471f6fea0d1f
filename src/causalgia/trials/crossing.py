r"""Chances that a test statistic crosses boundaries at repeated looks, by numerical integration.

At shares $t_k$ of the full information the statistic $Z_k$ is normal with mean $\delta\sqrt{t_k}$
($\delta$: the drift, the mean at full information), and $Z_k\sqrt{t_k}$ has independent increments.
The density of those still within the boundaries is carried from look to look by Simpson's rule on
the grid of Jennison and Turnbull (2000, chapter 19), after Armitage, McPherson and Rowe (1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

__all__ = ["Crossing", "crossing"]

_FINENESS = 24


@dataclass(frozen=True)
class Crossing:
    """Chances by look: to cross the `upper` boundary there first, or the `lower` one [look]."""

    upper: Float[np.ndarray, " look"]
    lower: Float[np.ndarray, " look"]

    @property
    def stop(self) -> Float[np.ndarray, " look"]:
        """Chance to stop at each look."""
        return self.upper + self.lower

    @property
    def total(self) -> float:
        """Chance to cross either boundary at any look."""
        return float(self.stop.sum())


def crossing(
    information: Sequence[float],
    upper: Sequence[float] | np.ndarray,
    lower: Sequence[float] | np.ndarray,
    drift: float = 0.0,
) -> Crossing:
    """Chances to cross boundaries on the scale of the statistic.

    **Arguments:** shares of the full `information` at the looks, rising; `upper` and `lower`
    boundaries (infinite: none); the `drift`.
    """
    from scipy.special import ndtr

    above, below = np.zeros(len(information)), np.zeros(len(information))
    points, mass, before = np.zeros(1), np.ones(1), 0.0
    for look, share in enumerate(information):
        step = np.sqrt(share - before)
        # Mean of the statistic now, in units of the step's spread, for each point before.
        reached = (points * np.sqrt(before) + drift * (share - before)) / step
        scale = np.sqrt(share) / step
        above[look] = mass @ ndtr(reached - upper[look] * scale)
        below[look] = mass @ ndtr(lower[look] * scale - reached)
        grid, weights = _grid(lower[look], upper[look], drift * np.sqrt(share))
        density = np.exp(-0.5 * (grid[:, None] * scale - reached) ** 2) * scale
        mass = weights * (density @ mass) / np.sqrt(2.0 * np.pi)
        points, before = grid, share
    return Crossing(above, below)


def _grid(low: float, high: float, middle: float) -> tuple[np.ndarray, np.ndarray]:
    """Points between two boundaries, dense around a normal density's middle, and weights."""
    if not low < high:
        return np.zeros(1), np.zeros(1)
    r = _FINENESS
    i = np.arange(1, 6 * r)
    tails = 3.0 + 4.0 * np.log(r / np.where(i < r, i, 1))
    other = 3.0 + 4.0 * np.log(r / np.where(i > 5 * r, 6 * r - i, 1))
    body = -3.0 + 3.0 * (i - r) / (2.0 * r)
    nodes = middle + np.select([i < r, i <= 5 * r], [-tails, body], other)
    inside = nodes[(nodes > low) & (nodes < high)]
    low, high = max(low, nodes[0]), min(high, nodes[-1])
    if not low < high:
        # All of the density lies beyond a boundary.
        return np.zeros(1), np.zeros(1)
    nodes = np.unique(np.concatenate([[low], inside, [high]]))
    middles = (nodes[1:] + nodes[:-1]) / 2.0
    widths = np.diff(nodes)
    points = np.concatenate([nodes, middles])
    ends = np.concatenate([widths, [0.0]]) + np.concatenate([[0.0], widths])
    return points, np.concatenate([ends / 6.0, widths * 4.0 / 6.0])
