"""The outlook: how pain goes on in virtual patients like this one."""

from __future__ import annotations

import numpy as np

from causalgia.patients.result import Arm, CaseResult
from causalgia.reports.svg import Canvas, Scale, points

__all__ = ["draw_fan"]

_WIDTH, _HEIGHT = 320.0, 228.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 30.0, 312.0, 28.0, 192.0


def draw_fan(result: CaseResult, arm: Arm) -> str:
    """One arm as a fan, with the median without further treatment beside it."""
    untreated = result.arms[0]
    canvas = Canvas(_WIDTH, _HEIGHT, _describe(result, arm), arm.key)
    horizon = float(result.week_days[-1])
    time = Scale(0.0, horizon, _LEFT, _RIGHT)
    rating = Scale(0.0, 10.0, _BOTTOM, _TOP)
    _draw_axes(canvas, time, rating, horizon)
    days = result.week_days
    pairs = len(result.quantiles) // 2
    class_ = "fan untreated" if arm is untreated else "fan treated"
    for i in range(pairs):
        upper = _place(arm.rating_quantiles[-1 - i], time, rating, days)
        lower = _place(arm.rating_quantiles[i], time, rating, days)
        canvas.path(points(upper + lower[::-1]) + "Z", class_)
    if arm is not untreated:
        canvas.path(_median(untreated, time, rating, days), "median untreated")
    canvas.path(_median(arm, time, rating, days), class_.replace("fan", "median"))
    return canvas.render("figure")


def _place(
    ratings: np.ndarray, time: Scale, rating: Scale, days: np.ndarray
) -> list[tuple[float, float]]:
    return [(time(d), rating(v)) for d, v in zip(days, ratings, strict=True)]


def _median(arm: Arm, time: Scale, rating: Scale, days: np.ndarray) -> str:
    middle = arm.rating_quantiles[len(arm.rating_quantiles) // 2]
    return points(_place(middle, time, rating, days))


def _describe(result: CaseResult, arm: Arm) -> str:
    low, middle, high = (arm.rating_quantiles[i, -1] for i in (0, len(result.quantiles) // 2, -1))
    return (
        f"Pain at rest over time, {arm.label}: at the end the median is {middle:.1f}, and nine of "
        f"ten virtual patients lie between {low:.1f} and {high:.1f}."
    )


def _draw_axes(canvas: Canvas, time: Scale, rating: Scale, horizon: float) -> None:
    canvas.text(2, 12, "pain at rest, 0–10", "tick")
    for value in (0, 2, 4, 6, 8, 10):
        canvas.path(f"M{_LEFT:.0f} {rating(value):.1f}H{_RIGHT:.0f}", "grid")
        canvas.text(_LEFT - 8, rating(value) + 4, str(value), "tick", anchor="end")
    months = horizon / 30.4375
    step = next(s for s in (1, 2, 3, 6, 12, 24) if months / s <= 4.5)
    for month in range(0, int(months + 0.2) + 1, step):
        label = "today" if month == 0 else f"{month} mo"
        anchor = "start" if month == 0 else "middle"
        x = time(month * 30.4375)
        if x > _RIGHT - 12:
            x, anchor = _RIGHT, "end"
        canvas.text(x, _BOTTOM + 20, label, "tick", anchor=anchor)
