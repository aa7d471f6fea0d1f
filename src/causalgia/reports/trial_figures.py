"""Figures of a trial: pain by week, relief and who has it, effects as a forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from jaxtyping import Float

from causalgia.patients.numerals import minus
from causalgia.reports.fiber_figures import nice_ticks
from causalgia.reports.svg import Canvas, Scale, points

__all__ = ["Curve", "Effect", "draw_effects", "draw_relief", "draw_survival", "draw_weeks"]

_WIDTH, _HEIGHT = 460.0, 290.0
_LEFT, _TOP, _BOTTOM = 46.0, 32.0, 236.0
_LETTER, _MOST_LETTERS = 7.2, 26


@dataclass(frozen=True)
class Curve:
    """A line with its interval.

    The `name` of the arm and its color (`tone`, 0 to 5); `x`; `y` with `low` and `high`.
    """

    name: str
    tone: int
    x: Float[np.ndarray, " point"]
    y: Float[np.ndarray, " point"]
    low: Float[np.ndarray, " point"]
    high: Float[np.ndarray, " point"]


@dataclass(frozen=True)
class Effect:
    """A row of a forest plot.

    Its `label` and `note`; `value` with its interval (`low` to `high`); further `cells`, and the
    same in a few words (`brief`) for a narrow page.
    """

    label: str
    note: str
    value: float
    low: float
    high: float
    cells: tuple[str, ...] = ()
    brief: str = ""


def draw_weeks(curves: Sequence[Curve]) -> str:
    """Mean diary by week and arm, with intervals, from 0 to what there is."""
    most = max(float(np.nanmax(curve.high)) for curve in curves)
    up = Scale(0.0, min(10.0, max(4.0, ceil(most))), _BOTTOM, _TOP)
    last = max(float(curve.x[-1]) for curve in curves)
    said = "; ".join(f"{c.name} from {c.y[0]:.1f} to {c.y[-1]:.1f}" for c in curves)
    canvas = Canvas(_WIDTH, _HEIGHT, f"Mean pain in the diary by week: {said}.", "weeks")
    across = Scale(float(curves[0].x[0]), max(last, 1.0), _LEFT + 8, _right(curves))
    canvas.text(2, _TOP - 16, "mean pain in the diary, 0–10", "tick")
    for value in range(0, int(up.high) + 1, 2):
        _level(canvas, up(value), str(value), across.end)
    _draw_week_ticks(canvas, across, last)
    _draw_lines(canvas, curves, across, up, dots=last <= 26)
    _draw_names(canvas, curves, up, across.end)
    return canvas.render("figure")


def draw_relief(curves: Sequence[Curve]) -> str:
    """Share of each arm with at least so much relief: the cumulative responder curve."""
    said = "; ".join(
        f"{c.name} {100 * np.interp(30, c.x, c.y):.0f} % with 30 % relief, "
        f"{100 * np.interp(50, c.x, c.y):.0f} % with 50 %"
        for c in curves
    )
    canvas = Canvas(_WIDTH, _HEIGHT, f"Share with at least so much relief: {said}.", "relief")
    across = Scale(0.0, 100.0, _LEFT + 8, _WIDTH - 30.0)
    up = Scale(0.0, 1.0, _BOTTOM, _TOP)
    canvas.text(2, _TOP - 16, "patients with at least this relief", "tick")
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        _level(canvas, up(value), f"{100 * value:.0f} %", across.end)
    for percent in (0, 30, 50, 70, 100):
        if percent in (30, 50):
            canvas.line((across(percent), _TOP), (across(percent), _BOTTOM), "level")
        canvas.text(across(percent), _BOTTOM + 20, f"{percent} %", "tick", anchor="middle")
    middle = (_LEFT + across.end) / 2
    canvas.text(middle, _HEIGHT - 10, "relief from baseline at the end", "tick", anchor="middle")
    _draw_lines(canvas, curves, across, up, dots=False)
    for row, curve in enumerate(curves):
        # Where nearly nobody has so much relief there is room for names.
        class_ = f"name halo-card tone-{curve.tone}"
        y = _TOP + 14.0 + 17.0 * row
        canvas.text(across.end - 4, y, _name(curve.name), class_, anchor="end")
    return canvas.render("figure")


def draw_survival(curves: Sequence[Curve]) -> str:
    """Share of each arm that still responds, over weeks."""
    said = "; ".join(f"{c.name} {100 * c.y[-1]:.0f} %" for c in curves)
    canvas = Canvas(_WIDTH, _HEIGHT, f"Share that still responds at the end: {said}.", "survival")
    last = max(float(curve.x[-1]) for curve in curves)
    across = Scale(0.0, max(last, 1.0), _LEFT + 8, _right(curves))
    up = Scale(0.0, 1.0, _BOTTOM, _TOP)
    canvas.text(2, _TOP - 16, "patients who still respond", "tick")
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        _level(canvas, up(value), f"{100 * value:.0f} %", across.end)
    _draw_week_ticks(canvas, across, last)
    _draw_lines(canvas, curves, across, up, dots=False)
    _draw_names(canvas, curves, up, across.end)
    return canvas.render("figure")


def _draw_week_ticks(canvas: Canvas, across: Scale, last: float) -> None:
    step = next((s for s in (1, 2, 4, 6, 12, 24, 52) if last / s <= 9), 104)
    for week in range(0, int(last) + 1, step):
        canvas.text(across(week), _BOTTOM + 20, str(week), "tick", anchor="middle")
    canvas.text((_LEFT + across.end) / 2, _HEIGHT - 10, "week", "tick", anchor="middle")


def _right(curves: Sequence[Curve]) -> float:
    letters = max(len(_name(curve.name)) for curve in curves)
    return _WIDTH - 16.0 - _LETTER * letters


def _name(name: str) -> str:
    return name if len(name) <= _MOST_LETTERS else name[: _MOST_LETTERS - 1].rstrip() + "…"


def _level(canvas: Canvas, y: float, text: str, right: float) -> None:
    canvas.line((_LEFT, y), (right, y), "grid")
    canvas.text(_LEFT - 8, y + 4, text, "tick", anchor="end")


def _draw_lines(
    canvas: Canvas, curves: Sequence[Curve], across: Scale, up: Scale, *, dots: bool
) -> None:
    for curve in curves:
        known = np.isfinite(curve.low) & np.isfinite(curve.high)
        upper = _places(curve.x[known], curve.high[known], across, up)
        lower = _places(curve.x[known], curve.low[known], across, up)
        if upper:
            canvas.path(points(upper + lower[::-1]) + "Z", f"band tone-{curve.tone}")
    for curve in curves:
        known = np.isfinite(curve.y)
        spots = _places(curve.x[known], curve.y[known], across, up)
        canvas.path(points(spots), f"curve tone-{curve.tone}")
        for x, y in spots if dots else ():
            canvas.add("circle", cx=x, cy=y, r=3.0, class_=f"dot tone-{curve.tone}")


def _places(
    x: Float[np.ndarray, " point"], y: Float[np.ndarray, " point"], across: Scale, up: Scale
) -> list[tuple[float, float]]:
    return [(across(float(a)), up(float(b))) for a, b in zip(x, y, strict=True)]


def _draw_names(canvas: Canvas, curves: Sequence[Curve], up: Scale, right: float) -> None:
    """Each arm's name beside the end of its line, moved apart where names would touch."""
    ends = sorted((up(float(c.y[np.isfinite(c.y)][-1])), i) for i, c in enumerate(curves))
    placed, row = [y for y, _ in ends], 16.0
    for _ in range(60):
        for upper in range(len(placed) - 1):
            short = row - (placed[upper + 1] - placed[upper])
            if short > 0:
                placed[upper] -= 0.5 * short
                placed[upper + 1] += 0.5 * short
    over = max(placed[-1] - _BOTTOM, 0.0)
    for y, (_, index) in zip(placed, ends, strict=True):
        curve = curves[index]
        canvas.text(right + 9, y - over + 4, _name(curve.name), f"name tone-{curve.tone}")


def draw_effects(
    effects: Sequence[Effect], title: str, heads: Sequence[str], *, narrow: bool
) -> str:
    """A forest plot: what lies left of zero is better.

    **Arguments:** the rows; the `title` of the axis; heads of the further cells; whether it is
    for a `narrow` page, where cells stand in a line of their own.
    """
    width, row = (360.0, 82.0) if narrow else (1000.0, 44.0)
    cells = 0 if narrow else len(heads)
    left, right = (16.0, 340.0) if narrow else (290.0, 980.0 - 105.0 * cells)
    top = 34.0 if narrow else 58.0
    bottom = top + row * len(effects)
    said = "; ".join(f"{e.label} {e.value:+.2f} ({e.low:+.2f} to {e.high:+.2f})" for e in effects)
    canvas = Canvas(width, bottom + 52, f"{title}: {said}.", "effects")
    low, high = _limits(effects)
    scale = Scale(low, high, left, right)
    for tick in nice_ticks(low, high):
        x = scale(tick)
        canvas.path(f"M{x:.1f} {top - 8:.0f}V{bottom:.0f}", "zero" if tick == 0 else "grid")
        canvas.text(x, bottom + 20, minus(f"{tick:+g}") if tick else "0", "tick", anchor="middle")
    canvas.text((left + right) / 2, bottom + 42, title, "note", anchor="middle")
    canvas.text(scale(0) - 8, top - 18, "← better", "note good", anchor="end")
    if not narrow:
        for index, head in enumerate(heads):
            x = 1000.0 - 105.0 * (cells - index) + 52.0
            canvas.text(x, top - 18, head, "heading-small", anchor="middle")
    for index, effect in enumerate(effects):
        _draw_effect(canvas, scale, effect, heads, top + row * index, narrow=narrow)
    return canvas.render("figure narrow" if narrow else "figure wide")


def _limits(effects: Sequence[Effect]) -> tuple[float, float]:
    known = [v for e in effects for v in (e.low, e.high, e.value) if np.isfinite(v)]
    low, high = min([-0.5, *known]), max([0.25, *known])
    return floor(low * 2 - 0.2) / 2, ceil(high * 2 + 0.2) / 2


def _write_cell(canvas: Canvas, x: float, y: float, cell: str, class_: str) -> None:
    """A value; an interval in brackets behind it stands below it."""
    value, _, limits = cell.partition(" (")
    if not limits:
        canvas.text(x, y, value, class_, anchor="middle")
        return
    canvas.text(x, y - 7, value, class_, anchor="middle")
    canvas.text(x, y + 9, limits.removesuffix(")"), "note", anchor="middle")


def _draw_effect(
    canvas: Canvas,
    scale: Scale,
    effect: Effect,
    heads: Sequence[str],
    top: float,
    *,
    narrow: bool,
) -> None:
    y = top + (62.0 if narrow else 22.0)
    if narrow:
        canvas.text(8, top + 16, effect.label, "label halo")
        canvas.text(8, top + 36, effect.brief or effect.note, "note halo")
    else:
        canvas.text(0, y - 2, effect.label, "label")
        canvas.text(0, y + 14, effect.note, "note")
        for index, cell in enumerate(effect.cells):
            x = 1000.0 - 105.0 * (len(heads) - index) + 52.0
            _write_cell(canvas, x, y + 5, cell, "label strong" if index == 0 else "label")
    if not np.isfinite(effect.value):
        middle = (scale.start + scale.end) / 2
        canvas.text(middle, y + 4, "too few to tell", "note halo", anchor="middle")
        return
    kind = "helps" if effect.high < 0 else "unsure"
    canvas.line((scale(effect.low), y), (scale(effect.high), y), f"interval {kind}")
    canvas.path(f"M{scale(effect.value):.1f} {y - 8:.1f}l8 8l-8 8l-8-8z", f"diamond {kind}")
