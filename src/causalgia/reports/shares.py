"""Shares of virtual patients, said with the interval that their number leaves."""

from __future__ import annotations

import math

from causalgia.patients.reasons import percent

__all__ = ["share_text", "wilson_interval"]

_NORMAL_95 = 1.959964


def wilson_interval(share: float, size: float) -> tuple[float, float]:
    r"""The 95 % score interval of a share of `size` people (Wilson 1927).

    $(p + z^2/2n \pm z \sqrt{p(1-p)/n + z^2/4n^2}) / (1 + z^2/n)$; the size of weighted people is
    what their weight is worth, and need not be whole.
    """
    z = _NORMAL_95
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    reach = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size**2)) / (1 + z * z / size)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def share_text(share: float, size: float) -> str:
    """A share with its interval, as "43 % (35-51)"; a dash of nobody."""
    if not size or not math.isfinite(share):
        return "–"
    low, high = (round(100 * limit) for limit in wilson_interval(share, size))
    return f"{percent(share)} ({low}–{high})"
