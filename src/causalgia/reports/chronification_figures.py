"""Figures of chronification: where sensitization holds itself, and the window in which it ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from causalgia.course.chronification import Bistability, Window
from causalgia.reports.curves_figure import Axis, Series, draw_curves
from causalgia.reports.svg import Canvas, Scale

__all__ = ["draw_bistability", "draw_window"]

_WIDTH, _LEFT, _TOP, _CELL = 420.0, 96.0, 40.0, 26.0


def draw_bistability(found: Bistability, title: str, usual: float = 1.0) -> str:
    """Pain without input after three years, over sensitization (across) and a trait (up).

    The stronger the color, the more pain is left; the line is the least sensitization that holds
    itself. Values of the trait in which both health and illness stay are marked with a dot, the
    `usual` value by its name.
    """
    values = len(found.values)
    height = _TOP + _CELL * values + 54.0
    canvas = Canvas(_WIDTH, height, _describe(found, title), "bistability")
    step = (_WIDTH - 16.0 - _LEFT) / len(found.sensitization)
    canvas.text(8.0, 18.0, f"{title}: who keeps pain without input", "label")
    across = Scale(0.0, 1.0, _LEFT + 0.5 * step, _WIDTH - 16.0 - 0.5 * step)
    for row, value in enumerate(found.values):
        y = _TOP + _CELL * (values - 1 - row)
        text = f"{value:g}" + (" usual" if np.isclose(value, usual) else "")
        canvas.text(_LEFT - 18.0, y + 0.65 * _CELL, text, "tick", anchor="end")
        if found.is_bistable[row]:
            canvas.add("circle", cx=_LEFT - 9.0, cy=y + 0.5 * _CELL, r=3.5, class_="dot tone-1")
        for column, pain in enumerate(found.end[row]):
            canvas.add(
                "rect",
                x=_LEFT + step * column,
                y=y,
                width=step - 0.6,
                height=_CELL - 0.6,
                class_=f"bar tone-{1 if pain >= 1.0 else 5}",
                opacity=f"{min(0.08 + pain / 5.0, 1.0):.2f}",
            )
    bottom = _TOP + _CELL * values
    for level in (0.0, 0.25, 0.5, 0.75, 1.0):
        canvas.text(across(level), bottom + 18.0, f"{level:g}", "tick", anchor="middle")
    canvas.text(_WIDTH - 16.0, bottom + 38.0, "sensitization to begin with", "tick", anchor="end")
    return canvas.render("figure")


def _describe(found: Bistability, title: str) -> str:
    ill = [
        f"{v:g}" for v, bistable in zip(found.values, found.is_bistable, strict=True) if bistable
    ]
    said = ", ".join(ill) if ill else "no value"
    return f"Pain without input after three years. Both health and pain hold at {title} of {said}."


def draw_window(windows: Sequence[tuple[str, int, Window]], name: str = "window") -> str:
    """The share free of pain a year after the cause was taken away, over how long it had lasted.

    **Arguments:** each line's name, its tone, and what was found.
    """
    lines = [
        Series(label, found.delay_days / 30.4375, 100.0 * found.resolved, tone)
        for label, tone, found in windows
    ]
    return draw_curves(
        name,
        lines,
        Axis("cause taken away after, months", low=0.0),
        Axis("free of pain a year later, %", low=0.0, high=100.0),
    )
