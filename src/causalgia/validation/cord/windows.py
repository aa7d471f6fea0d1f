"""Spikes after each of some times, and the sign of a change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

__all__ = ["NOTICED", "counted", "sign_of_change"]

NOTICED = 0.1
"""Share by which a number must change for its sign to count (assumed)."""


def counted(
    times_ms: Float[np.ndarray, " spike"], starts_ms: Sequence[float] | np.ndarray, window_ms: float
) -> list[int]:
    """How many spikes come in a window that begins at each of the starts."""
    return [int(((times_ms >= s) & (times_ms < s + window_ms)).sum()) for s in starts_ms]


def sign_of_change(before: float, after: float, least: float = NOTICED) -> float:
    """1 where a number rose by more than a share of what it was, -1 where it fell, else 0."""
    change = after - before
    return float(np.sign(change)) if abs(change) > least * abs(before) else 0.0
