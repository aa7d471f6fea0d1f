"""Spikes of a typical patient, fiber by fiber and place by place."""

from __future__ import annotations

from causalgia.patients.result import RasterPanel, RasterRow
from causalgia.reports.svg import Canvas, Scale, number

__all__ = ["draw_raster"]

_PLOT, _MARGIN, _TOP, _ROW = 236.0, 8.0, 8.0, 20.0
_LETTER = 7.0
"""Width of a letter of a row's label, generously."""


def draw_raster(panel: RasterPanel) -> str:
    """One condition: a row for each recording, a tick for each spike."""
    bottom = _TOP + _ROW * len(panel.rows)
    left = 16.0 + _LETTER * max(len(row.label) for row in panel.rows)
    right = left + _PLOT
    canvas = Canvas(right + _MARGIN, bottom + 28, _describe(panel), "raster")
    time = Scale(0.0, panel.duration_ms, left, right)
    for index, row in enumerate(panel.rows):
        y = _TOP + _ROW * index
        canvas.text(left - 8, y + 14, row.label, "tick", anchor="end")
        canvas.path(f"M{left:.0f} {y + 18:.0f}H{right:.0f}", "grid")
        ticks = "".join(f"M{number(time(t))} {number(y + 4)}v12" for t in row.times_ms)
        if ticks:
            canvas.path(ticks, f"spike {_fiber_class(row)}")
    for part in (0.0, 0.5, 1.0):
        value = part * panel.duration_ms
        label = f"{value / 1000:g} s" if panel.duration_ms >= 1000 else f"{value:g} ms"
        anchor = ("start", "middle", "end")[round(2 * part)]
        canvas.text(time(value), bottom + 20, label, "tick", anchor=anchor)
    return canvas.render("figure")


def _fiber_class(row: RasterRow) -> str:
    return "a-beta" if "β" in row.label else "a-delta" if "δ" in row.label else "c"


def _describe(panel: RasterPanel) -> str:
    counts = ", ".join(f"{row.label} {len(row.times_ms)}" for row in panel.rows)
    return f"Spikes in {panel.duration_ms:g} ms, {panel.label}: {counts}."
