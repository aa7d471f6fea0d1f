"""A channel at a glance: what its gates do with the voltage, and how fast."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib import resources

import jax.numpy as jnp
import numpy as np

from causalgia.channels.channel import Channel
from causalgia.channels.clamp import GateSummary, gate_summary
from causalgia.channels.gates import AbstractGate, AbstractSensingGate, HillGate
from causalgia.channels.touch import TouchGating, touch_time_course
from causalgia.errors import InputError
from causalgia.reports.svg import Canvas, Scale, points

__all__ = ["draw_channel", "draw_touch", "standalone"]

_WIDTH, _HEIGHT = 640.0, 246.0
_TOP, _BOTTOM = 34.0, 196.0
_PANELS = ((40.0, 300.0), (370.0, 630.0))
_LOW_MV, _HIGH_MV = -120.0, 60.0
_COLORS = ("c", "a-delta", "tract", "a-beta")
"""Line classes of the page's style, gate by gate."""

_LETTER = 8.0
_CALCIUM_MM = (1e-4, 1e-3, 1e-2)
"""What a gate that senses calcium is drawn at."""

_DECADES_MM = {"calcium": (-5.0, -1.0), "sodium": (0.0, 3.0)}
"""Logarithms of the concentrations (mM) that a channel is drawn over."""

_FASTEST_MS = 0.01
"""What is faster counts as instantaneous: it is left out of the time constants."""

Line = tuple[str, str, GateSummary]


def draw_channel(
    channel: Channel,
    gates: Sequence[str],
    temperature_degC: float,
    range_mV: tuple[float, float] = (_LOW_MV, _HIGH_MV),
) -> str:
    """Steady states on the left, time constants on the right, as an SVG element.

    Over the voltage, or over the concentration for a channel that senses nothing else; a gate
    that senses calcium and voltage is drawn at three concentrations.
    **Arguments:** the channel as built for `temperature_degC`, and names of its `gates` in their
    order.
    **Raises:** `InputError` for a channel without gates, which has nothing to draw.
    """
    if not channel.gates:
        raise InputError(f"channel {channel.name!r} has no gates to draw")
    canvas = Canvas(_WIDTH, _HEIGHT, _describe(channel.name, gates, temperature_degC), channel.name)
    sensed = {gate.ion for gate in channel.gates if isinstance(gate, HillGate)}
    if all(_ignores_voltage(gate) for gate in channel.gates):
        (ion,) = sensed
        axis, (ticks, unit) = np.linspace(*_DECADES_MM[ion], 181), _concentration_ticks(ion)
        lines = [_over_concentration(channel, name, 10.0**axis) for name in gates]
    else:
        axis, ticks, unit = np.linspace(*range_mV, 181), _voltage_ticks(range_mV), "mV"
        lines = _over_voltage(channel, gates, axis)
    across = [Scale(float(axis[0]), float(axis[-1]), *panel) for panel in _PANELS]
    for scale, title in zip(across, ("steady state", "time constant"), strict=True):
        _draw_axis(canvas, scale, title, ticks, unit)
    share = Scale(0.0, 1.0, _BOTTOM, _TOP)
    for value in (0.0, 0.5, 1.0):
        _draw_level(canvas, across[0], share(value), f"{value:g}")
    times, decades = _time_scale(lines)
    for decade in decades:
        _draw_level(canvas, across[1], times(decade), _duration(10.0**decade))
    for style, _, summary in lines:
        shares = np.clip(summary.steady, 0.0, 1.0)
        _draw_curve(canvas, style, axis, across[0], share, shares)
        if summary.time_constant_ms.max() >= _FASTEST_MS:
            logs = np.log10(summary.time_constant_ms)
            _draw_curve(canvas, style, axis, across[1], times, logs)
    if all(summary.time_constant_ms.max() < _FASTEST_MS for _, _, summary in lines):
        canvas.text(sum(_PANELS[1]) / 2, 0.5 * (_TOP + _BOTTOM), "at once", "note", anchor="middle")
    _draw_legend(canvas, lines)
    return canvas.render("figure")


def draw_touch(gating: TouchGating) -> str:
    """Peak and end of the answer to pokes of every depth, and its course for three of them."""
    canvas = Canvas(_WIDTH, _HEIGHT, "Share of open Piezo2 against indentation and time.", "touch")
    depths, time_ms = np.linspace(0.0, 10.0, 81), np.arange(1, 601) * 0.1
    poke = np.broadcast_to(depths, (time_ms.size, depths.size))
    opened = np.asarray(touch_time_course(gating, jnp.asarray(poke), 0.1))
    left, right = Scale(0.0, 10.0, *_PANELS[0]), Scale(0.0, 60.0, *_PANELS[1])
    share = Scale(0.0, 1.0, _BOTTOM, _TOP)
    _draw_axis(
        canvas, left, "largest share open", {d: f"{d:g}" for d in (0.0, 2.0, 4.0, 6.0)}, "µm"
    )
    _draw_axis(canvas, right, "share open", {t: f"{t:g}" for t in (0.0, 20.0, 40.0)}, "ms")
    for scale in (left, right):
        for value in (0.0, 0.5, 1.0):
            _draw_level(canvas, scale, share(value), f"{value:g}")
    _draw_curve(canvas, _COLORS[3], depths, left, share, opened.max(axis=0))
    x = _PANELS[1][0]
    for style, depth in zip(_COLORS, (4.0, 5.0, 8.0), strict=False):
        lane = int(np.argmin(np.abs(depths - depth)))
        _draw_curve(canvas, style, time_ms, right, share, opened[:, lane])
        canvas.line((x, _HEIGHT - 12), (x + 18, _HEIGHT - 12), f"fiber {style} curve")
        canvas.text(x + 24, _HEIGHT - 8, f"{depth:g} µm", "tick")
        x += 84
    return canvas.render("figure")


def standalone(figure: str) -> str:
    """The figure with the page's style inside, as a file of its own; it keeps light and dark."""
    style = resources.files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    kept = [_rule(style, ":root"), _rule(style, "@media")]
    kept += [line for line in style.splitlines() if line.startswith((".fiber", "svg text"))]
    kept += [line for line in style.splitlines() if line.startswith(("svg .note", ".grid-line"))]
    kept += ["svg .fiber.curve { stroke-width: 2.2; stroke-dasharray: none; }"]
    kept += [".fiber.tract { stroke: var(--violet); } .label { font-size: 14px; }"]
    kept += ["svg { background: var(--paper); }"]
    head, body = figure.split("\n", 1)
    return f"{head}\n<style>\n" + "\n".join(kept) + f"\n</style>\n{body}\n"


def _rule(style: str, selector: str) -> str:
    """A rule with its braces, as it stands in the style."""
    start = style.index(selector)
    depth = 0
    for at in range(style.index("{", start), len(style)):
        depth += {"{": 1, "}": -1}.get(style[at], 0)
        if depth == 0:
            return style[start : at + 1]
    raise ValueError(f"{selector} has no end in the style")


def _ignores_voltage(gate: AbstractGate | AbstractSensingGate) -> bool:
    return isinstance(gate, HillGate)


def _over_voltage(channel: Channel, gates: Sequence[str], voltage: np.ndarray) -> list[Line]:
    """A line for every gate that senses the voltage, at each concentration it senses as well."""
    found: list[Line] = []
    for index, (gate, name) in enumerate(zip(channel.gates, gates, strict=True)):
        if _ignores_voltage(gate):
            continue
        conditions = _CALCIUM_MM if isinstance(gate, AbstractSensingGate) else (None,)
        for calcium in conditions:
            inside = None if calcium is None else {"calcium": (calcium, 2.0)}
            label = name if calcium is None else f"{name} at {1e3 * calcium:g} µM calcium"
            summary = gate_summary(channel, index, voltage, inside)
            found.append((_COLORS[len(found) % len(_COLORS)], label, summary))
    return found


def _over_concentration(channel: Channel, name: str, concentration_mM: np.ndarray) -> Line:
    """The only gate of a channel, over the concentration that it senses."""
    (gate,) = channel.gates
    assert isinstance(gate, HillGate)
    held = np.zeros(1)
    every = [
        gate_summary(channel, 0, held, {gate.ion: (float(value), 2.0)})
        for value in concentration_mM
    ]
    steady = np.concatenate([one.steady for one in every])
    times = np.concatenate([one.time_constant_ms for one in every])
    label = f"{name} over {gate.ion} inside"
    return _COLORS[0], label, GateSummary(None, None, held, steady, times)


def _time_scale(lines: Sequence[Line]) -> tuple[Scale, range]:
    """A scale of decades that holds every time constant."""
    slow = [one for _, _, one in lines if one.time_constant_ms.max() >= _FASTEST_MS]
    logs = [np.log10(one.time_constant_ms) for one in slow] or [np.array([0.0])]
    low = math.floor(min(float(part.min()) for part in logs))
    high = max(math.ceil(max(float(part.max()) for part in logs)), low + 1)
    return Scale(float(low), float(high), _BOTTOM, _TOP), range(low, high + 1)


def _voltage_ticks(range_mV: tuple[float, float]) -> Mapping[float, str]:
    step = 40 if range_mV[1] - range_mV[0] < 220.0 else 80
    first = math.ceil(range_mV[0] / step) * step
    return {float(value): f"{value}" for value in range(first, int(range_mV[1]) + 1, step)}


def _concentration_ticks(ion: str) -> tuple[Mapping[float, str], str]:
    """Where decades lie and how they are written, and their unit."""
    low, high = (int(end) for end in _DECADES_MM[ion])
    thousands, unit = (3, "µM") if low < -3 else (0, "mM")
    ticks = {float(at): f"{10.0 ** (at + thousands):g}" for at in range(low, high + 1)}
    return ticks, unit


def _draw_axis(
    canvas: Canvas, scale: Scale, title: str, ticks: Mapping[float, str], unit: str
) -> None:
    canvas.text(scale.start, _TOP - 16, title, "label")
    for value, label in ticks.items():
        if scale(value) < scale.end - 34.0:
            canvas.text(scale(value), _BOTTOM + 18, label, "tick", anchor="middle")
    canvas.text(scale.end, _BOTTOM + 18, unit, "tick", anchor="end")


def _draw_curve(
    canvas: Canvas, style: str, axis: np.ndarray, across: Scale, up: Scale, values: np.ndarray
) -> None:
    pairs = zip(axis, values, strict=True)
    canvas.path(points((across(x), up(y)) for x, y in pairs), f"fiber {style} curve")


def _draw_level(canvas: Canvas, across: Scale, y: float, label: str) -> None:
    canvas.line((across.start, y), (across.end, y), "grid-line")
    canvas.text(across.start - 7, y + 4, label, "tick", anchor="end")


def _draw_legend(canvas: Canvas, lines: Sequence[Line]) -> None:
    x = _PANELS[0][0]
    for style, label, _ in lines:
        canvas.line((x, _HEIGHT - 12), (x + 18, _HEIGHT - 12), f"fiber {style} curve")
        canvas.text(x + 24, _HEIGHT - 8, label, "tick")
        x += 44 + _LETTER * len(label)
    if not lines:
        canvas.text(
            x, _HEIGHT - 8, "no gate of its own: a run prescribes how far it is open", "tick"
        )


def _duration(time_ms: float) -> str:
    if time_ms >= 1000.0:
        return f"{time_ms / 1000.0:g} s"
    return f"{time_ms:g} ms" if time_ms >= 0.1 else f"{1000.0 * time_ms:g} µs"


def _describe(name: str, gates: Sequence[str], temperature_degC: float) -> str:
    listed = ", ".join(gates) or "none"
    return (
        f"Steady states and time constants of {name} at "
        f"{temperature_degC:g} degrees Celsius; gates: {listed}."
    )
