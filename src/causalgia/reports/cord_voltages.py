"""Voltages of single neurons of a circuit over time, one below the other."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from causalgia.cord.experiment_result import CordResult, Trace
from causalgia.patients.numerals import minus
from causalgia.reports.cord_rasters import in_words, sentence, tone_of
from causalgia.reports.cord_time import TimeAxis, draw_stimuli, draw_times, shown_ms, time_axis
from causalgia.reports.svg import Canvas, Scale, points

__all__ = ["draw_cord_voltages", "name_of"]

_WIDTH, _LEFT, _RIGHT, _TOP, _ROOM = 420.0, 40.0, 410.0, 22.0, 92.0
_COLUMNS = 740
"""As many as can be told apart: of what falls into one, the lowest and the highest are drawn."""


def name_of(trace: Trace) -> str:
    """A neuron in words, counted from one."""
    return f"{sentence(in_words(trace.population))}, neuron {trace.member + 1}"


def draw_cord_voltages(result: CordResult, variant: int, condition: int) -> str:
    """The voltage of every neuron asked for, of one variant under one condition."""
    start, end = shown_ms(result, condition)
    every = result.discharge.voltage_every_ms
    kept = [result.voltage_mV(trace)[variant, condition] for trace in result.traces]
    time_ms = every * np.arange(1, kept[0].size + 1)
    inside = (time_ms >= start) & (time_ms <= end)
    shown = [voltage[inside] for voltage in kept]
    low = min(-80.0, 20 * math.floor(min(float(v.min(initial=0.0)) for v in shown) / 20))
    high = max(20.0, 20 * math.ceil(max(float(v.max(initial=0.0)) for v in shown) / 20))
    bottom = _TOP + _ROOM * len(shown)
    canvas = Canvas(_WIDTH, bottom + 26, _describe(result, variant, condition, shown), "voltages")
    axis = time_axis(result, condition, _LEFT, _RIGHT)
    draw_stimuli(canvas, result, condition, axis)
    for row, (trace, voltage) in enumerate(zip(result.traces, shown, strict=True)):
        top = _TOP + _ROOM * row
        up = Scale(low, high, top + _ROOM - 8, top + 20)
        for level in (low, 0.0):
            canvas.line((_LEFT, up(level)), (_RIGHT, up(level)), "grid")
            label = minus(f"{level:g}") + (" mV" if row == 0 and level == 0 else "")
            canvas.text(_LEFT - 6, up(level) + 4, label, "tick", anchor="end")
        canvas.text(_LEFT, top + 13, name_of(trace), "tick")
        path = _line(time_ms[inside], voltage, axis, up)
        canvas.path(path, f"tick-mark {tone_of(result, trace.population)} voltage")
    draw_times(canvas, axis, bottom)
    return canvas.render("figure")


def _line(
    time_ms: Float[np.ndarray, " sample"],
    voltage_mV: Float[np.ndarray, " sample"],
    across: TimeAxis,
    up: Scale,
) -> str:
    """The voltage as a path of at most two points a column, so that no spike is lost."""
    chosen = np.arange(voltage_mV.size)
    if voltage_mV.size > 2 * _COLUMNS:
        columns = np.array_split(chosen, _COLUMNS)
        lowest = [c[np.argmin(voltage_mV[c])] for c in columns]
        highest = [c[np.argmax(voltage_mV[c])] for c in columns]
        chosen = np.unique([*lowest, *highest])
    return points((across(float(time_ms[i])), up(float(voltage_mV[i]))) for i in chosen)


def _describe(
    result: CordResult, variant: int, condition: int, shown: list[Float[np.ndarray, " sample"]]
) -> str:
    named = result.conditions[condition].name
    said = ", ".join(
        f"{name_of(trace)} from {v.min(initial=0.0):.0f} to {v.max(initial=-90.0):.0f} mV"
        for trace, v in zip(result.traces, shown, strict=True)
    )
    return f"Voltage, {result.variants[variant]}{', ' + named if named else ''}: {said}."
