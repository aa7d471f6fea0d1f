"""Figures of fits: data against model, what an output hangs on, models that fire alike."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError, nearest
from causalgia.fitting.fit import Fit
from causalgia.fitting.sensitivity import Degeneracy, Sensitivity
from causalgia.fitting.sweeps import Sweeps
from causalgia.reports.svg import Canvas, Scale, points

__all__ = ["draw_degenerate", "draw_fit", "draw_sensitivity"]

_WIDTH = 660.0
_LEFT, _RIGHT = 48.0, 648.0
_STYLE = """
.fit-data, .fit-model, .fit-command, .fit-degenerate, .fit-whisker { fill: none; }
.fit-data { stroke: var(--gray-fill); stroke-width: 4; opacity: .45; stroke-linejoin: round; }
.fit-model { stroke: var(--ember); stroke-width: 1.3; stroke-linejoin: round; }
.fit-command { stroke: var(--a-delta); stroke-width: 1.2; }
.fit-bar.alone { fill: var(--a-delta); } .fit-bar.joint { fill: var(--ember-light); }
.fit-whisker { stroke: var(--ink); stroke-width: 1.4; opacity: .8; }
.fit-degenerate { stroke-width: 1.1; opacity: .7; stroke-linejoin: round; }
.fit-degenerate.low { stroke: var(--a-delta); } .fit-degenerate.high { stroke: var(--ember); }
"""
"""Beside the page's style, whose colors it uses."""

_LARGEST_PATH = 1200
"""Points of a trace that are drawn; of more, the lowest and highest of each bin."""


def draw_fit(data: Sweeps, model: Sweeps, found: Fit) -> str:
    """Sweeps with the model over them and their commands below; the losses of all starts beside.

    **Arguments:** the recording, the model's answer to it (`ClampResiduals.predicted`), the fit.
    **Raises:** `InputError` where the two are not of one shape.
    """
    if data.measured.shape != model.measured.shape:
        raise InputError(
            f"the model has sweeps of shape {model.measured.shape}, "
            f"the recording of {data.measured.shape}"
        )
    sweeps = data.measured.shape[1]
    height = 336.0
    canvas = _canvas(height, _describe_fit(data, model, found), "fit")
    units = ("mV", "nA") if data.kind == "current clamp" else ("nA", "mV")
    time = Scale(float(data.time_ms[0]), float(data.time_ms[-1]), _LEFT, 430.0)
    both = np.stack([data.measured, model.measured])
    level = _draw_levels(canvas, time, float(both.min()), float(both.max()), (34.0, 208.0))
    canvas.text(time.start, 18.0, f"measured, {units[0]}", "label")
    _draw_key(canvas, 236.0, 14.0, (("data", "fit-data"), ("fit", "fit-model")))
    for sweep in range(sweeps):
        canvas.path(_trace(data.time_ms, data.measured[:, sweep], time, level), "fit-data")
    for sweep in range(sweeps):
        canvas.path(_trace(data.time_ms, model.measured[:, sweep], time, level), "fit-model")
    canvas.text(time.start, 236.0, f"command, {units[1]}", "label")
    low, high = float(data.command.min()), float(data.command.max())
    level = _draw_levels(canvas, time, low, high, (250.0, 298.0), 2)
    for sweep in range(sweeps):
        canvas.path(_steps(data.time_ms, data.command[:, sweep], time, level), "fit-command")
    _draw_across(canvas, time, 316.0, "ms")
    _draw_losses(canvas, found, (492.0, _RIGHT), (34.0, 298.0))
    return canvas.render("figure")


def draw_sensitivity(found: Sensitivity, output: str, label: str | None = None) -> str:
    """Bars of one output's first-order and total indices, with 90 % intervals, largest total first.

    **Raises:** `InputError` for an output that is not there.
    """
    if output not in found.names:
        raise InputError(f"no output {output!r}; {nearest(output, found.names)}")
    row = found.names.index(output)
    order = np.argsort(-found.total_order[row], kind="stable")
    height = 74.0 + 30.0 * order.size
    first, total = found.first_order[row], found.total_order[row]
    worded = ", ".join(f"{found.parameters[i]} {total[i]:.2f}" for i in order)
    canvas = _canvas(height, f"Total Sobol indices of {output}: {worded}.", output)
    canvas.text(_LEFT - 40.0, 18.0, f"what {label or output} hangs on", "label")
    _draw_key(canvas, 430.0, 14.0, (("alone", "fit-bar alone"), ("with others", "fit-bar joint")))
    end = max(1.0, math.ceil(10.0 * float(found.total_order_range[1, row].max())) / 10.0)
    share = Scale(0.0, end, 190.0, _RIGHT - 8.0)
    bottom = 36.0 + 30.0 * order.size
    for value in np.arange(0.0, end + 1e-9, 0.25):
        canvas.line((share(value), 32.0), (share(value), bottom), "grid-line")
        canvas.text(share(value), bottom + 18.0, f"{value:g}", "tick", anchor="middle")
    canvas.text(_RIGHT, bottom + 34.0, "share of the variance", "tick", anchor="end")
    ends = ((first, found.first_order_range, "alone"), (total, found.total_order_range, "joint"))
    for place, index in enumerate(order):
        y = 40.0 + 30.0 * place
        canvas.text(180.0, y + 14.0, _spelled(found.parameters[index]), "label", anchor="end")
        for offset, (values, spread, style) in zip((0.0, 11.0), ends, strict=True):
            _draw_bar(canvas, share, y + offset, float(values[index]), style)
            reach = np.clip(spread[:, row, index], 0.0, end)
            middle = y + offset + 4.5
            canvas.line((share(reach[0]), middle), (share(reach[1]), middle), "fit-whisker")
    return canvas.render("figure")


def draw_degenerate(found: Sensitivity, same: Degeneracy, most: int = 60) -> str:
    """Models that fire alike as lines through their parameters, over the spread of all drawn.

    At most so many lines; parameters on logarithmic scales, as multiples of the middle of what was
    drawn. Colors are those of low and high values of the parameter that is tied most to another.
    """
    names = list(found.parameters)
    height = 290.0
    kept = np.flatnonzero(same.accepted)[:most]
    values = np.stack([found.drawn[name] for name in names])
    middle = np.sqrt(values.min(axis=1) * values.max(axis=1))[:, None]
    logs = np.log2(values / middle)
    # Draws stop a little before the ends of their range.
    reach = math.ceil(20.0 * float(np.abs(logs).max())) / 20.0
    canvas = _canvas(height, _describe_degenerate(same, len(logs[0])), "degenerate")
    count = int(same.accepted.sum())
    canvas.text(8.0, 18.0, f"{count} models that fire alike, of {same.accepted.size}", "label")
    up = Scale(-reach, reach, 226.0, 40.0)
    across = Scale(0.0, max(len(names) - 1, 1), 84.0, _RIGHT - 56.0)
    for level in range(-math.floor(reach + 1e-9), math.floor(reach + 1e-9) + 1):
        canvas.line((across.start - 18.0, up(level)), (across.end + 18.0, up(level)), "grid-line")
        canvas.text(across.start - 26.0, up(level) + 4.0, f"×{2.0**level:g}", "tick", anchor="end")
    for place, name in enumerate(names):
        canvas.line((across(place), up(-reach)), (across(place), up(reach)), "grid-line")
        y = up(-reach) + (20.0 if place % 2 == 0 else 38.0)
        canvas.text(across(place), y, _spelled(name), "tick", anchor="middle")
    # Told apart by what most goes along with another.
    tied = np.abs(same.correlations - np.eye(len(names)))
    by = logs[int(np.argmax(tied.max(axis=1))), kept]
    for model, place_among in zip(kept, by, strict=True):
        shade = "low" if place_among < np.median(by) else "high"
        line = points((across(place), up(logs[place, model])) for place in range(len(names)))
        canvas.path(line, f"fit-degenerate {shade}")
    folds = [f"{same.folds[name]:.1f}" for name in names]
    canvas.text(8.0, height - 6.0, "fold", "tick")
    for place, fold in enumerate(folds):
        canvas.text(across(place), height - 6.0, fold, "tick", anchor="middle")
    return canvas.render("figure")


def _canvas(height: float, alt: str, name: str) -> Canvas:
    canvas = Canvas(_WIDTH, height, alt, name)
    canvas.add("style", _STYLE)
    return canvas


def _draw_losses(
    canvas: Canvas, found: Fit, across: tuple[float, float], up: tuple[float, float]
) -> None:
    history = np.maximum(found.history, 1e-300)
    finite = history[np.isfinite(history)]
    low, high = math.floor(np.log10(finite.min())), math.ceil(np.log10(finite.max()))
    decades = Scale(float(low), float(max(high, low + 1)), up[1], up[0])
    canvas.text(across[0] - 30.0, 18.0, "mean square left, by start", "label")
    step = max(1, math.ceil((high - low) / 6))
    for decade in range(low, max(high, low + 1) + 1, step):
        canvas.line((across[0], decades(decade)), (across[1], decades(decade)), "grid-line")
        canvas.text(
            across[0] - 7.0, decades(decade) + 4.0, f"{10.0**decade:g}", "tick", anchor="end"
        )
    iteration = Scale(1.0, float(max(len(history), 2)), *across)
    for start in reversed(range(history.shape[1])):
        pairs = [
            (iteration(k + 1.0), decades(float(np.log10(value))))
            for k, value in enumerate(history[:, start])
            if np.isfinite(value)
        ]
        canvas.path(points(pairs), "fit-model" if start == 0 else "fit-command")
    _draw_across(canvas, iteration, 316.0, "iterations")


def _draw_levels(
    canvas: Canvas,
    across: Scale,
    low: float,
    high: float,
    up: tuple[float, float],
    most: int = 5,
) -> Scale:
    """Grid lines at round values, and the scale that they are on."""
    if high <= low:
        low, high = low - 0.5, high + 0.5
    level = Scale(low, high, up[1], up[0])
    for value in _round_values(low, high, most):
        canvas.line((across.start, level(value)), (across.end, level(value)), "grid-line")
        canvas.text(across.start - 7.0, level(value) + 4.0, f"{value:g}", "tick", anchor="end")
    return level


def _draw_across(canvas: Canvas, scale: Scale, y: float, unit: str) -> None:
    room = 34.0 if len(unit) < 4 else 76.0
    for value in _round_values(scale.low, scale.high, 5 if len(unit) < 4 else 3):
        if scale(value) < scale.end - room:
            canvas.text(scale(value), y, f"{value:g}", "tick", anchor="middle")
    canvas.text(scale.end, y, unit, "tick", anchor="end")


def _round_values(low: float, high: float, most: int) -> Sequence[float]:
    """At most so many multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def _trace(
    time_ms: Float[np.ndarray, " sample"],
    values: Float[np.ndarray, " sample"],
    across: Scale,
    up: Scale,
) -> str:
    kept = np.arange(values.size)
    if values.size > _LARGEST_PATH:
        bins = np.array_split(kept, _LARGEST_PATH // 2)
        ends = [(part[values[part].argmin()], part[values[part].argmax()]) for part in bins]
        kept = np.unique(ends)
    return points((across(time_ms[k]), up(values[k])) for k in kept)


def _steps(
    time_ms: Float[np.ndarray, " sample"],
    values: Float[np.ndarray, " sample"],
    across: Scale,
    up: Scale,
) -> str:
    """A command, which holds and jumps, by its corners alone."""
    corners = [(across(time_ms[0]), up(values[0]))]
    for k in np.flatnonzero(np.diff(values)):
        corners += [(across(time_ms[k]), up(values[k])), (across(time_ms[k]), up(values[k + 1]))]
    return points([*corners, (across(time_ms[-1]), up(values[-1]))])


def _draw_bar(canvas: Canvas, share: Scale, y: float, value: float, style: str) -> None:
    # Indices near nothing may come out a little below it.
    end = share(min(max(value, 0.0), share.high))
    width = max(end - share.start, 0.5)
    canvas.add(
        "rect",
        x=float(share.start),
        y=y,
        width=width,
        height=9.0,
        rx=1.5,
        class_=f"fit-bar {style}",
    )


def _draw_key(canvas: Canvas, x: float, y: float, entries: Sequence[tuple[str, str]]) -> None:
    for label, style in entries:
        if style.startswith("fit-bar"):
            canvas.add("rect", x=x, y=y - 5.0, width=18.0, height=9.0, rx=1.5, class_=style)
        else:
            canvas.line((x, y), (x + 18.0, y), style)
        canvas.text(x + 24.0, y + 4.0, label, "tick")
        x += 46.0 + 7.5 * len(label)


def _spelled(name: str) -> str:
    """A parameter as people write it: Nav1.8, delayed rectifier."""
    words = name.split("/")[0].replace("nav1_", "Nav1.").replace("cav", "Cav")
    words = words.replace("hcn", "HCN").replace("_", " ")
    words = "A type" if words == "a type" else words.replace("m current", "M current")
    return words


def _describe_fit(data: Sweeps, model: Sweeps, found: Fit) -> str:
    left = float(np.sqrt(np.mean((data.measured - model.measured) ** 2)))
    unit = "mV" if data.kind == "current clamp" else "nA"
    return (
        f"{data.measured.shape[1]} sweeps of a {data.kind} with the fitted model over them, which "
        f"is off by {left:.2g} {unit} (root mean square); losses of "
        f"{found.loss.size} starts."
    )


def _describe_degenerate(same: Degeneracy, count: int) -> str:
    spread = ", ".join(f"{name} {fold:.1f}-fold" for name, fold in same.folds.items())
    return f"{int(same.accepted.sum())} of {count} models fire alike; their spread: {spread}."
