"""What figures of a circuit over time share: from when to when, its labels, when stimuli begin."""

from __future__ import annotations

from dataclasses import dataclass

from causalgia.cord.experiment_result import CordResult, LATEST_ms
from causalgia.reports.fiber_figures import nice_ticks
from causalgia.reports.svg import Canvas, Scale, number

__all__ = ["TimeAxis", "draw_stimuli", "draw_times", "shown_ms", "time_axis"]


@dataclass(frozen=True)
class TimeAxis:
    """Times go `across` after multiplication with a `factor`, which makes them `unit`."""

    across: Scale
    factor: float
    unit: str

    def __call__(self, time_ms: float) -> float:
        """Where a time (ms) lies in the picture."""
        return self.across(self.factor * float(time_ms))


def shown_ms(result: CordResult, condition: int) -> tuple[float, float]:
    """From when to when a condition is shown: as asked, else until the last volley is answered."""
    last = result.duration_ms
    if result.protocol.run.experiment == "windup":
        last = float(result.conditions[condition].onsets_ms[-1]) + LATEST_ms
    draw = result.protocol.draw
    return draw.start, min(draw.end or last, result.duration_ms)


def time_axis(result: CordResult, condition: int, left: float, right: float) -> TimeAxis:
    """The axis of a condition between two places of a picture."""
    start, end = shown_ms(result, condition)
    factor, unit = (1e-3, "s") if end - start >= 2000 else (1.0, "ms")
    return TimeAxis(Scale(factor * start, factor * end, left, right), factor, unit)


def draw_times(canvas: Canvas, axis: TimeAxis, bottom: float) -> None:
    """Labels below a figure, the last with its unit."""
    across = axis.across
    values = nice_ticks(across.low, across.high, 4)
    for index, value in enumerate(values):
        label = f"{value:g} {axis.unit}" if index == len(values) - 1 else f"{value:g}"
        near = across(value) > across.end - 20
        canvas.text(across(value), bottom + 16, label, "tick", anchor="end" if near else "middle")


def draw_stimuli(canvas: Canvas, result: CordResult, condition: int, axis: TimeAxis) -> None:
    """When stimuli begin: arrows where there are few, a bar where they follow each other."""
    across = axis.across
    onsets = axis.factor * result.conditions[condition].onsets_ms
    onsets = onsets[(onsets >= across.low) & (onsets <= across.high)]
    if not onsets.size:
        return
    if onsets.size > 24:
        x = across(float(onsets[0]))
        width = across(float(min(onsets[-1], across.high))) - x
        canvas.add("rect", x=x, y=8.0, width=width, height=4.0, class_="stimulus")
        return
    for onset in onsets:
        canvas.path(f"M{number(across(float(onset)))} 15m-4 -8h8l-4 7z", "stimulus")
