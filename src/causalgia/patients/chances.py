"""Shares of virtual patients, with the interval that their number leaves, and said in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from causalgia.patients.numerals import percent

__all__ = ["Chance", "chance", "limits_text", "odds_text", "share_text"]

_NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Chance:
    """A share of the weight of virtual patients, and the 95 % interval for their being few.

    How far the model itself may be off is not in the interval.
    """

    value: float
    low: float
    high: float

    @property
    def limits(self) -> str:
        """The interval alone, as "35–51"."""
        return limits_text(self.low, self.high)

    def __str__(self) -> str:
        """As "43 % (35-51)"; a dash of nobody."""
        return odds_text(self.value, self.low, self.high)


def chance(share: float, size: float) -> Chance:
    r"""Wilson's score interval of a share seen in `size` virtual patients (Wilson 1927).

    $$\frac{p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n},\quad z = 1.96$$

    The size of weighted patients is what their weight is worth, and need not be whole.
    """
    z, n = _NORMAL_95, max(size, 1.0)
    share = min(max(share, 0.0), 1.0)
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Rounding leaves neither a chance below 0 nor one above 1.
    return Chance(share, max(min(share, middle - half), 0.0), min(max(share, middle + half), 1.0))


def odds_text(value: float, low: float, high: float) -> str:
    """A share with its interval, as "43 % (35-51)"; a dash of nobody."""
    if not math.isfinite(value):
        return "–"
    said, limits = percent(value), limits_text(low, high)
    return f"{said} ({limits})" if limits else said


def limits_text(low: float, high: float) -> str:
    """An interval of a share, as "35–51"; empty where it is narrower than what is said.

    So "<1 %", ">99 %", certainty and what is computed without drawing anybody have no brackets.
    """
    ends = [f"{100 * end:.0f}" for end in (low, high)]
    return "" if ends[0] == ends[1] else "–".join(ends)


def share_text(share: float, size: float) -> str:
    """A share seen in `size` virtual patients with its interval; a dash of nobody."""
    return str(chance(share, size)) if size and math.isfinite(share) else "–"
