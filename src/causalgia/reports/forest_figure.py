"""Relief per treatment: what to expect, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

from causalgia.patients.numerals import percent
from causalgia.patients.result import Arm, CaseResult
from causalgia.reports.svg import Canvas, Scale

__all__ = ["draw_forest"]

_ROW_WIDE, _ROW_NARROW = 40.0, 74.0
_TOP = 58.0


def draw_forest(result: CaseResult, *, narrow: bool) -> str:
    """Change in rating of each arm, with the interval over virtual patients like this one."""
    arms = result.arms[1:]
    width, row = (360.0, _ROW_NARROW) if narrow else (1000.0, _ROW_WIDE)
    left, right = (16.0, 340.0) if narrow else (300.0, 800.0)
    bottom = _TOP + row * len(arms)
    canvas = Canvas(width, bottom + 52, _describe(arms), "forest")
    low, high = _limits(arms)
    scale = Scale(low, high, left, right)
    _draw_axis(canvas, scale, bottom, range(int(low), int(high) + 1))
    if narrow:
        canvas.text(352, 16, "chance of 30 % · 50 % relief", "heading-small", anchor="end")
    else:
        canvas.text(870, 34, "30 % relief", "heading-small", anchor="middle")
        canvas.text(960, 34, "50 % relief", "heading-small", anchor="middle")
        canvas.text(0, 34, "Treatment", "heading-small")
    for index, arm in enumerate(arms):
        _draw_row(canvas, scale, arm, _TOP + row * index, narrow=narrow)
    return canvas.render("figure narrow" if narrow else "figure wide")


def _describe(arms: Sequence[Arm]) -> str:
    lines = [
        f"{arm.label}: {arm.change.mean:+.1f} points ({arm.change.low:+.1f} to "
        f"{arm.change.high:+.1f}), 30 % relief {arm.relief_30}, "
        f"50 % relief {arm.relief_50}"
        for arm in arms
    ]
    return "Change in pain per treatment. " + "; ".join(lines)


def _limits(arms: Sequence[Arm]) -> tuple[float, float]:
    lows = [arm.change.low for arm in arms] or [-1.0]
    highs = [arm.change.high for arm in arms] or [1.0]
    return floor(min(*lows, -2.0)), ceil(max(*highs, 0.5))


def _draw_axis(canvas: Canvas, scale: Scale, bottom: float, ticks: range) -> None:
    for tick in ticks:
        x = scale(tick)
        class_ = "zero" if tick == 0 else "grid"
        canvas.path(f"M{x:.1f} {_TOP - 8:.0f}V{bottom:.0f}", class_)
        sign = "−" if tick < 0 else "+" if tick > 0 else ""
        canvas.text(x, bottom + 20, f"{sign}{abs(tick)}", "tick", anchor="middle")
    middle = (scale.start + scale.end) / 2
    caption = "change in pain at rest, points of 10"
    canvas.text(middle, bottom + 42, caption, "note", anchor="middle")
    canvas.text(scale(0) - 8, _TOP - 20, "← less pain", "note good", anchor="end")


def _draw_row(canvas: Canvas, scale: Scale, arm: Arm, top: float, *, narrow: bool) -> None:
    y = top + (58.0 if narrow else 18.0)
    chances = (arm.relief_30, arm.relief_50)
    if narrow:
        canvas.text(8, top + 24, arm.label, "label halo")
        said = " · ".join(percent(own.value) for own in chances)
        canvas.text(352, top + 24, said, "label strong halo", anchor="end")
        limits = " · ".join(own.limits or percent(own.value) for own in chances)
        canvas.text(352, top + 41, limits, "note halo", anchor="end")
    else:
        canvas.text(0, y - 2, arm.label, "label")
        canvas.text(0, y + 13, _when(arm), "note")
        for x, own in zip((870.0, 960.0), chances, strict=True):
            canvas.text(x, y - 2, percent(own.value), "label strong", anchor="middle")
            canvas.text(x, y + 13, own.limits, "note", anchor="middle")
    helps = "helps" if arm.change.high < 0 else "unsure"
    canvas.line((scale(arm.change.low), y), (scale(arm.change.high), y), f"interval {helps}")
    x = scale(arm.change.mean)
    canvas.path(f"M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8-8z", f"diamond {helps}")


def _when(arm: Arm) -> str:
    days = arm.assessed_after_days
    if days < 1:
        return "while it lasts"
    return f"after {days / 7:.0f} weeks" if days < 200 else f"after {days / 30.4375:.0f} months"
