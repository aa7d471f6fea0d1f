"""Lines over a number: one for each series, named where it ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.patients.numerals import minus
from causalgia.reports.fiber_figures import nice_ticks
from causalgia.reports.svg import Canvas, Scale, points

__all__ = ["Axis", "Series", "draw_curves"]

_WIDTH, _LEFT, _TOP, _BOTTOM, _HEIGHT = 420.0, 46.0, 30.0, 226.0, 272.0
_LETTER = 9.2
"""Width of a letter of a series' name, generously."""
_DOTTED = 24
"""A line of more points has no dots, which would touch."""


@dataclass(frozen=True)
class Series:
    """A line: its `name`, where it goes, its color (`tone`, 0 to 5) and its strength (0 to 1)."""

    name: str
    x: Float[np.ndarray, " point"]
    y: Float[np.ndarray, " point"]
    tone: int = 0
    strength: float = 1.0


@dataclass(frozen=True)
class Axis:
    """What an axis shows, and its ends where they are not the data's; `logarithmic` or straight."""

    title: str
    low: float | None = None
    high: float | None = None
    logarithmic: bool = False


def draw_curves(
    name: str,
    series: Sequence[Series],
    across: Axis,
    up: Axis,
    *,
    level: tuple[float, str] | None = None,
) -> str:
    """Lines with dots where there are few, each with its name at its end.

    **Arguments:** the figure's `name`; the `series`; both axes; a `level` to compare with, as a
    dashed line, and what it is called (or "").
    """
    canvas = Canvas(_WIDTH, _HEIGHT, _describe(series, across, up), name)
    right = _WIDTH - 12.0 - _LETTER * max(len(s.name) for s in series)
    x_scale = _scale(across, [s.x for s in series], _LEFT + 8, right)
    y_values = [s.y for s in series] + ([np.array([level[0]])] if level else [])
    y_scale = _scale(up, [*y_values, np.zeros(1)], _BOTTOM, _TOP)
    canvas.text(2, _TOP - 13, up.title, "tick")
    for value in nice_ticks(y_scale.low, y_scale.high):
        canvas.line((_LEFT, y_scale(value)), (right, y_scale(value)), "grid")
        canvas.text(_LEFT - 8, y_scale(value) + 4, _short(value), "tick", anchor="end")
    _draw_ticks(canvas, across, x_scale)
    canvas.text(0.5 * (_LEFT + right), _HEIGHT - 8, across.title, "tick", anchor="middle")
    if level is not None:
        y = y_scale(level[0])
        canvas.line((_LEFT, y), (right, y), "level")
        if level[1]:
            canvas.text(_LEFT + 4, y - 5, level[1], "tick")
    for line in series:
        _draw_line(canvas, line, across, x_scale, y_scale)
    _draw_names(canvas, series, y_scale, right)
    return canvas.render("figure")


def _place(value: float, axis: Axis) -> float:
    return math.log10(value) if axis.logarithmic else value


def _scale(axis: Axis, values: Sequence[np.ndarray], start: float, end: float) -> Scale:
    found = np.concatenate([v[np.isfinite(v)] for v in values])
    if axis.logarithmic:
        found = found[found > 0]
    low = float(found.min(initial=np.inf)) if axis.low is None else axis.low
    high = float(found.max(initial=-np.inf)) if axis.high is None else axis.high
    low, high = _place(low, axis), _place(high, axis)
    if not high > low:
        low, high = low - 0.5, low + 0.5
    return Scale(low, high + (0.06 * (high - low) if end < start else 0.0), start, end)


def _short(value: float) -> str:
    return minus(f"{value:g}")


def _draw_ticks(canvas: Canvas, axis: Axis, scale: Scale) -> None:
    if axis.logarithmic:
        decades = range(math.floor(scale.low), math.ceil(scale.high) + 1)
        values = [m * 10.0**d for d in decades for m in (1, 2, 5)]
        values = [v for v in values if scale.low - 1e-9 <= math.log10(v) <= scale.high + 1e-9]
    else:
        values = nice_ticks(scale.low, scale.high, 8)
        if scale.high - scale.low >= 2:
            values = [value for value in values if value == int(value)]
    for value in values:
        x = scale(_place(value, axis))
        canvas.text(x, _BOTTOM + 18, _short(value), "tick", anchor="middle")


def _draw_line(canvas: Canvas, line: Series, axis: Axis, across: Scale, up: Scale) -> None:
    known = np.isfinite(line.y)
    spots = [
        (across(_place(float(x), axis)), up(float(y)))
        for x, y in zip(line.x[known], line.y[known], strict=True)
    ]
    if not spots:
        return
    strength = f"{line.strength:g}" if line.strength < 1 else None
    canvas.path(points(spots), f"curve tone-{line.tone}", opacity=strength)
    for x, y in spots if len(spots) <= _DOTTED else ():
        canvas.add("circle", cx=x, cy=y, r=3.0, class_=f"dot tone-{line.tone}", opacity=strength)


def _draw_names(canvas: Canvas, series: Sequence[Series], up: Scale, right: float) -> None:
    """Each line's name beside its end, moved apart where they would touch."""
    ends = [(up(float(s.y[np.isfinite(s.y)][-1])), s) for s in series if np.isfinite(s.y).any()]
    ends.sort(key=lambda end: end[0])
    row, placed = 15.0, [y for y, _ in ends]
    for _ in range(40):
        for upper in range(len(placed) - 1):
            short = row - (placed[upper + 1] - placed[upper])
            if short > 0:
                placed[upper] -= 0.5 * short
                placed[upper + 1] += 0.5 * short
    over = max(placed[-1] - _BOTTOM, 0.0) if placed else 0.0
    for y, (_, line) in zip([y - over for y in placed], ends, strict=True):
        canvas.text(right + 9, y + 4, line.name, f"name tone-{line.tone}")


def _describe(series: Sequence[Series], across: Axis, up: Axis) -> str:
    said = []
    for line in series:
        known = line.y[np.isfinite(line.y)]
        if known.size:
            said.append(f"{line.name} from {known[0]:.3g} to {known[-1]:.3g}")
    return f"{up.title} over {across.title}: " + ", ".join(said) + "."
