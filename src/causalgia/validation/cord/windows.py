"""Spikes after each of some times, and patients one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

__all__ = ["counted"]


def counted(
    times_ms: Float[np.ndarray, " spike"], starts_ms: Sequence[float] | np.ndarray, window_ms: float
) -> list[int]:
    """How many spikes come in a window that begins at each of the starts."""
    return [int(((times_ms >= s) & (times_ms < s + window_ms)).sum()) for s in starts_ms]
