"""Numbers as they are sent: five significant digits."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

__all__ = ["rounded", "series"]

_DIGITS = 5
_NOTHING = 1e-9


def rounded(value: float | np.floating) -> float:
    """One number."""
    return series(np.array([value]))[0]


def series(values: Float[np.ndarray, " time"]) -> list[float]:
    """Numbers over time; what is as good as nothing is 0."""
    given = np.asarray(values, dtype=np.float64)
    size = np.abs(given)
    some = size > _NOTHING
    scale = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(np.where(some, size, 1.0))))
    found: list[float] = np.where(some, np.round(given * scale) / scale, 0.0).tolist()
    return found
