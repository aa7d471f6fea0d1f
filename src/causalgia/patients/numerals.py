"""Numbers as people read them: percentages that are never falsely certain, and true minus signs."""

from __future__ import annotations

import math

__all__ = ["minus", "percent", "signed"]


def percent(share: float) -> str:
    """A share as people read it: no decimals, and never a false zero or a false all."""
    if 0.0 < share < 0.005:
        return "<1 %"
    if 0.995 < share < 1.0:
        return ">99 %"
    return f"{100 * share:.0f} %"


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign, a true minus for less; a dash of what is not known."""
    if not math.isfinite(value):
        return "–"
    # Neither less nor more: what rounds to nothing has no sign.
    nothing = f"{0.0:.{digits}f}"
    figure = f"{value:+.{digits}f}"
    return nothing if figure[1:] == nothing else minus(figure)


def minus(figure: str) -> str:
    """A figure with a true minus sign."""
    return figure.replace("-", "−")
