"""A fiber's answer as figures: voltage in space and time, traces, raster, waterfall, recovery."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib import resources

import numpy as np

from causalgia.afferents.fiber_result import FiberResult, Response, Window
from causalgia.patients.numerals import minus
from causalgia.reports.png import as_data_address, encode_png
from causalgia.reports.svg import Canvas, Scale, number, points

__all__ = [
    "draw_map",
    "draw_raster_of_sites",
    "draw_recovery",
    "draw_traces",
    "draw_waterfall",
    "nice_ticks",
    "standalone",
]

_WIDTH, _LEFT, _RIGHT, _TOP = 420.0, 46.0, 410.0, 30.0
_MAP_ROWS = 120
_STYLES = {"unchanged": "fiber-plain", "changed": "fiber-changed"}
_COLORS = np.array(
    # from hyperpolarized to the peak of a spike, dark to light where most happens
    [
        (-90.0, 33, 42, 71),
        (-70.0, 44, 62, 102),
        (-55.0, 74, 85, 128),
        (-40.0, 128, 86, 130),
        (-20.0, 196, 88, 92),
        (5.0, 240, 140, 60),
        (40.0, 255, 232, 170),
    ]
)


def standalone(figure: str) -> str:
    """The figure with the page's style inside, as a file of its own."""
    style = resources.files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    colors = style[: style.index("* {")]
    # Shapes end where the narrow layout begins, whatever else its rule asks for.
    shapes = style[style.index("svg text") : style.index("@media", style.index("svg text"))]
    head, body = figure.split("\n", 1)
    extra = "svg { background: var(--paper); }"
    return f"{head}\n<style>\n{colors}{shapes}{extra}\n</style>\n{body}\n"


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers between two ends, at most about so many."""
    span = high - low
    if not span > 0:
        return [low]
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]


def draw_map(result: FiberResult, window: Window, name: str) -> str:
    """Voltage everywhere along the fiber, over time: a spike is a slanted band."""
    height, bottom = 268.0, 224.0
    shown = "a spike travels as a slanted band" if np.ptp(window.voltage_mV) > 40 else "no spike"
    canvas = Canvas(
        _WIDTH, height, f"Voltage along the {name} fiber over time, {window.label}: {shown}.", "map"
    )
    indices = np.clip((_evenly(window).T + 90.0) / 130.0 * 255.0, 0, 255).astype(np.uint8)
    canvas.add(
        "image",
        x=_LEFT,
        y=_TOP,
        width=_RIGHT - _LEFT,
        height=bottom - _TOP,
        preserveAspectRatio="none",
        href=as_data_address(encode_png(indices, _palette())),
    )
    times = window.time_ms
    across = Scale(float(times[0]), float(times[-1]), _LEFT, _RIGHT)
    along = 1e-3 * window.position_um
    down = Scale(float(along[0]), float(along[-1]), _TOP, bottom)
    canvas.text(2, _TOP - 12, "mm from the start", "tick")
    for value in nice_ticks(float(along[0]), float(along[-1])):
        canvas.text(_LEFT - 8, down(value) + 4, f"{value:g}", "tick", anchor="end")
    _time_axis(canvas, across, bottom)
    for pulse in result.pulse_ms[(result.pulse_ms >= times[0]) & (result.pulse_ms <= times[-1])]:
        at = down(float(np.clip(1e-3 * result.stimulus_um, along[0], along[-1])))
        canvas.path(f"M{number(across(float(pulse)))} {number(at)}m-7 -4l6 4l-6 4z", "stimulus")
    _color_key(canvas, height - 16)
    return canvas.render("figure")


def _evenly(window: Window) -> np.ndarray:
    """Voltage [sample, row] at even distances: compartments may be long here and short there."""
    position = window.position_um
    even = np.linspace(position[0], position[-1], _MAP_ROWS)
    after = np.clip(np.searchsorted(position, even), 1, position.size - 1)
    share = (even - position[after - 1]) / (position[after] - position[after - 1])
    voltage = window.voltage_mV
    return np.asarray((1.0 - share) * voltage[:, after - 1] + share * voltage[:, after])


def _palette() -> np.ndarray:
    levels = np.linspace(-90.0, 40.0, 256)
    channels = [np.interp(levels, _COLORS[:, 0], _COLORS[:, band]) for band in (1, 2, 3)]
    return np.stack(channels, axis=1).astype(np.uint8)


def _color_key(canvas: Canvas, y: float) -> None:
    row = np.arange(256, dtype=np.uint8)[None]
    left, width = _RIGHT - 150, 110.0
    canvas.add(
        "image",
        x=left,
        y=y,
        width=width,
        height=8.0,
        preserveAspectRatio="none",
        href=as_data_address(encode_png(row, _palette())),
    )
    canvas.text(left - 6, y + 9, "−90", "tick", anchor="end")
    canvas.text(left + width + 6, y + 9, "40 mV", "tick")


def _time_axis(canvas: Canvas, across: Scale, bottom: float, unit: str = "ms") -> None:
    ticks = nice_ticks(across.low, across.high)
    for index, value in enumerate(ticks):
        last = index == len(ticks) - 1
        label = f"{value:g} {unit}" if last else f"{value:g}"
        x = across(value)
        anchor = "end" if last and x > across.end - 22 else "middle"
        canvas.text(x, bottom + 18, label, "tick", anchor=anchor)


def draw_traces(result: FiberResult) -> str:
    """Voltage at each place watched, around the first pulse."""
    sites = result.site_um.size
    room = 88.0
    bottom = _TOP + room * sites
    canvas = Canvas(_WIDTH, bottom + 30, _describe_traces(result), "traces")
    first = next(iter(result.responses.values()))
    times = first.trace_time_ms
    across = Scale(float(times[0]), max(_end(r) for r in result.responses.values()), _LEFT, _RIGHT)
    everything = [response.trace_mV for response in result.responses.values()]
    low = min(-70.0, 10 * math.floor(min(float(t.min()) for t in everything) / 10))
    high = max(20.0, 10 * math.ceil(max(float(t.max()) for t in everything) / 10))
    for place in range(sites):
        top = _TOP + room * place
        up = Scale(low, high, top + room - 12, top + 4)
        for level in (low, 0.0):
            canvas.line((_LEFT, up(level)), (_RIGHT, up(level)), "grid")
            canvas.text(_LEFT - 8, up(level) + 4, _signed(level), "tick", anchor="end")
        canvas.text(_RIGHT, top + 12, f"at {_place(result, place)}", "tick", anchor="end")
        for name, response in result.responses.items():
            pairs = zip(response.trace_time_ms, response.trace_mV[:, place], strict=True)
            canvas.path(points((across(x), up(y)) for x, y in pairs), f"trace {_STYLES[name]}")
    canvas.text(2, _TOP - 12, "mV", "tick")
    _legend(canvas, result.responses, _TOP - 12)
    _time_axis(canvas, across, bottom)
    return canvas.render("figure")


def _place(result: FiberResult, site: int) -> str:
    """A place watched, in words."""
    return f"{1e-3 * result.site_um[site]:.3g} mm" if result.setup.conducts else "the soma"


def _end(response: Response) -> float:
    return float(response.trace_time_ms[-1])


def _signed(value: float) -> str:
    return minus(f"{value:g}")


def _legend(canvas: Canvas, names: Mapping[str, object], y: float) -> None:
    """Which line is which, where there are two."""
    if len(names) < 2:
        return
    x = _RIGHT
    for name in reversed(list(names)):
        canvas.text(x, y, name, "tick", anchor="end")
        x -= 7.4 * len(name) + 10
        canvas.path(f"M{number(x)} {number(y - 4)}h-18", f"trace {_STYLES[name]}")
        x -= 36.0


def _describe_traces(result: FiberResult) -> str:
    peaks = {name: float(r.trace_mV.max()) for name, r in result.responses.items()}
    said = ", ".join(f"{name} peaks at {peak:.0f} mV" for name, peak in peaks.items())
    return f"Voltage at {result.site_um.size} places around the first pulse: {said}."


def draw_raster_of_sites(result: FiberResult) -> str:
    """A row for each place, a tick for each spike, fiber under fiber."""
    row = 20.0
    rows = [
        (name, place, response.spike_ms[place])
        for name, response in result.responses.items()
        for place in range(result.site_um.size)
    ]
    bottom = _TOP + row * (len(rows) + len(result.responses) - 1)
    canvas = Canvas(_WIDTH, bottom + 30, _describe_raster(rows), "raster")
    duration = result.setup.duration_ms
    unit, factor = ("s", 1e-3) if duration >= 2000 else ("ms", 1.0)
    left = _LEFT + 24
    across = Scale(0.0, factor * duration, left, _RIGHT)
    canvas.text(2, _TOP - 12, "spikes at", "tick")
    _legend(canvas, result.responses, _TOP - 12)
    y = _TOP
    for index, (name, place, times) in enumerate(rows):
        if place == 0 and index:
            y += row
        canvas.text(left - 8, y + 14, _place(result, place), "tick", anchor="end")
        canvas.path(f"M{left:.0f} {y + 18:.0f}H{_RIGHT:.0f}", "grid")
        ticks = "".join(f"M{number(across(factor * t))} {number(y + 4)}v12" for t in times)
        if ticks:
            canvas.path(ticks, f"tick-mark {_STYLES[name]}")
        y += row
    _time_axis(canvas, across, bottom, unit)
    return canvas.render("figure")


def _describe_raster(rows: Sequence[tuple[str, int, np.ndarray]]) -> str:
    counts = ", ".join(f"{name} place {place + 1}: {times.size}" for name, place, times in rows)
    return f"Spikes at each place over the whole protocol: {counts}."


def draw_waterfall(result: FiberResult) -> str:
    """Latency of each pulse's spike at the last place, pulse under pulse: the marking method.

    A falling row of dots that drifts to the right is a fiber that slows.
    """
    latencies = {name: r.latency_ms[:, -1] for name, r in result.responses.items()}
    count = result.pulse_ms.size
    height = float(np.clip(8.0 * count, 140.0, 420.0))
    bottom = _TOP + height
    canvas = Canvas(_WIDTH, bottom + 46, _describe_waterfall(latencies), "waterfall")
    found = np.concatenate([values[np.isfinite(values)] for values in latencies.values()])
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
    margin = max(0.12 * (high - low), 0.02 * high, 0.02)
    # Crosses of unanswered pulses have a strip of their own.
    strip = 24.0 if found.size < sum(values.size for values in latencies.values()) else 0.0
    across = Scale(low - margin, high + margin, _LEFT + strip, _RIGHT)
    down = Scale(0.0, float(max(count - 1, 1)), _TOP + 6, bottom - 6)
    canvas.text(2, _TOP - 12, "pulse", "tick")
    _legend(canvas, latencies, _TOP - 12)
    for value in nice_ticks(1, count, 6):
        if 1 <= value <= count and value == int(value):
            y = down(value - 1)
            canvas.line((_LEFT, y), (_RIGHT, y), "grid")
            canvas.text(_LEFT - 8, y + 4, f"{value:g}", "tick", anchor="end")
    for name, values in latencies.items():
        _draw_marks(canvas, values, across, down, _STYLES[name])
    _time_axis(canvas, across, bottom)
    place = f"latency at {_place(result, -1)}"
    canvas.text(0.5 * (_LEFT + _RIGHT), bottom + 38, place, "tick", anchor="middle")
    return canvas.render("figure")


def _draw_marks(canvas: Canvas, values: np.ndarray, across: Scale, down: Scale, style: str) -> None:
    """A small spike for each pulse that was answered, a cross at the edge for one that was not."""
    spikes, failures = [], []
    for pulse, latency in enumerate(values):
        y = down(float(pulse))
        if np.isfinite(latency):
            x = across(float(latency))
            spikes.append(f"M{number(x - 7)} {number(y)}h4l2 -4l2.5 7l2 -3h4")
        else:
            offset = 5.0 if style.endswith("plain") else 14.0
            spikes_x = _LEFT + offset
            failures.append(f"M{number(spikes_x - 2.5)} {number(y - 2.5)}l5 5m0 -5l-5 5")
    if spikes:
        canvas.path("".join(spikes), f"mark-line {style}")
    if failures:
        canvas.path("".join(failures), f"mark-line {style} failed")


def _describe_waterfall(latencies: Mapping[str, np.ndarray]) -> str:
    said = []
    for name, values in latencies.items():
        kept = values[np.isfinite(values)]
        if kept.size:
            said.append(
                f"{name} from {kept[0]:.3g} to {kept[-1]:.3g} ms, {values.size - kept.size} of "
                f"{values.size} pulses unanswered"
            )
        else:
            said.append(f"{name} never answers")
    return "Latency of the spike of each pulse: " + "; ".join(said) + "."


def draw_recovery(result: FiberResult) -> str:
    """Change of latency of a second spike, over the interval to the first, on a log scale."""
    bottom = 210.0
    cycles = {name: r.biomarkers.recovery for name, r in result.responses.items()}
    canvas = Canvas(_WIDTH, bottom + 46, _describe_recovery(result), "recovery")
    intervals = next(iter(cycles.values())).interval_ms
    across = Scale(math.log10(intervals[0]), math.log10(intervals[-1]), _LEFT + 6, _RIGHT - 14)
    found = np.concatenate(
        [c.change_percent[np.isfinite(c.change_percent)] for c in cycles.values()]
    )
    low = min(float(found.min(initial=0.0)), -2.0)
    high = float(np.clip(found.max(initial=0.0), 4.0, 30.0))
    up = Scale(low - 0.5, high + 0.5, bottom, _TOP + 4)
    canvas.text(2, _TOP - 12, "% change of latency", "tick")
    _legend(canvas, cycles, _TOP - 12)
    for level in nice_ticks(low - 0.5, high + 0.5):
        class_ = "zero" if level == 0 else "grid"
        canvas.line((_LEFT, up(level)), (_RIGHT, up(level)), class_)
        canvas.text(_LEFT - 8, up(level) + 4, _signed(level), "tick", anchor="end")
    for name, cycle in cycles.items():
        kept = np.isfinite(cycle.change_percent) & (cycle.change_percent <= high + 0.5)
        x = [across(math.log10(i)) for i in cycle.interval_ms[kept]]
        y = [up(float(c)) for c in cycle.change_percent[kept]]
        if not x:
            continue
        canvas.path(points(zip(x, y, strict=True)), f"trace {_STYLES[name]}")
        for cx, cy in zip(x, y, strict=True):
            canvas.add("circle", cx=cx, cy=cy, r=2.8, class_=f"dot {_STYLES[name]}")
    for value in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500):
        if intervals[0] <= value <= intervals[-1]:
            x_at = across(math.log10(value))
            canvas.text(x_at, bottom + 18, f"{value:g}", "tick", anchor="middle")
    title = "ms after a first stimulus"
    canvas.text(0.5 * (_LEFT + _RIGHT), bottom + 38, title, "tick", anchor="middle")
    return canvas.render("figure")


def _describe_recovery(result: FiberResult) -> str:
    said = [
        f"{name} refractory up to {r.biomarkers.recovery.refractory_ms:g} ms, fastest "
        f"{r.biomarkers.recovery.supernormality_percent:.1f} % early"
        for name, r in result.responses.items()
    ]
    return "Latency of a second spike after a first: " + "; ".join(said) + "."
