"""The way of people through a trial, as CONSORT draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from causalgia.reports.svg import Canvas, points

__all__ = ["ArmFlow", "Flow", "draw_flow"]

_LINE, _PAD, _GAP = 19.0, 13.0, 30.0
_MOST_COLUMNS = 4
_WIDE, _NARROW = 1000.0, 360.0


@dataclass(frozen=True)
class ArmFlow:
    """What became of those allocated to an arm, or to an order of arms.

    Its `name`, how many were `allocated`, how many `stopped` by reason, how many `completed`; of
    an order the arms in it (`order`).
    """

    name: str
    allocated: int
    stopped: tuple[tuple[str, int], ...]
    completed: int
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """How many were `screened`, `excluded` by reason and `randomized`, and the `arms`."""

    screened: int
    excluded: tuple[tuple[str, int], ...]
    randomized: int
    arms: tuple[ArmFlow, ...]


def draw_flow(flow: Flow, *, narrow: bool) -> str:
    """Boxes from screening to the end: arms side by side, one below the other where it is narrow.

    More than four arms stand below each other on any page.
    """
    stacked = narrow or len(flow.arms) > _MOST_COLUMNS
    width = _NARROW if narrow else _WIDE
    canvas = Canvas(width, 0.0, _describe(flow), "flow")
    bottom = _draw_entry(canvas, flow, narrow=narrow)
    if stacked:
        canvas.height = _draw_rows(canvas, flow, bottom, narrow=narrow)
    else:
        canvas.height = _draw_columns(canvas, flow, bottom)
    return canvas.render("figure narrow" if narrow else "figure wide")


def _count(value: int) -> str:
    return f"{value:,}"


def _listed(head: str, reasons: Sequence[tuple[str, int]]) -> list[str]:
    total = sum(count for _, count in reasons)
    return [f"{head} {_count(total)}", *(f"{_count(n)}  {reason}" for reason, n in reasons if n)]


def _height(lines: Sequence[str]) -> float:
    return _LINE * len(lines) + 2 * _PAD - 5.0


def _box(canvas: Canvas, x: float, y: float, width: float, lines: Sequence[str]) -> float:
    """A box of lines, the first in bold; its bottom."""
    height = _height(lines)
    canvas.add("rect", x=x, y=y, width=width, height=height, rx="8", class_="box")
    for row, line in enumerate(lines):
        class_, letter = ("label strong", 8.2) if row == 0 else ("note", 6.5)
        shown = _short(line, (width - 22.0) / letter)
        canvas.text(x + 14, y + _PAD + 12 + _LINE * row, shown, class_)
    return y + height


def _arrow(canvas: Canvas, path: Sequence[tuple[float, float]]) -> None:
    """A way with a head at its end."""
    canvas.path(points(path), "way")
    (_, before), (x, y) = path[-2:]
    if y > before:
        canvas.path(f"M{x - 4:.1f} {y - 7:.1f}L{x:.1f} {y:.1f}L{x + 4:.1f} {y - 7:.1f}", "way")
    else:
        canvas.path(f"M{x - 7:.1f} {y - 4:.1f}L{x:.1f} {y:.1f}L{x - 7:.1f} {y + 4:.1f}", "way")


def _draw_entry(canvas: Canvas, flow: Flow, *, narrow: bool) -> float:
    """From screening to randomization; where the last box ends."""
    width = 176.0 if narrow else 240.0
    x = 8.0 if narrow else _WIDE / 2 - width / 2
    middle = x + (30.0 if narrow else width / 2)
    bottom = _box(canvas, x, 8.0, width, [f"Screened {_count(flow.screened)}"])
    if any(count for _, count in flow.excluded):
        lines = _listed("Not eligible", flow.excluded)
        side = middle + (28.0 if narrow else 60.0 + width / 2)
        top = bottom + _GAP / 2
        end = _box(canvas, side, top, (canvas.width - side - 8.0), lines)
        _arrow(canvas, [(middle, top + 22.0), (side - 2, top + 22.0)])
        after = end + _GAP / 2
    else:
        after = bottom + _GAP
    _arrow(canvas, [(middle, bottom), (middle, after - 2)])
    return _box(canvas, x, after, width, [f"Randomized {_count(flow.randomized)}"])


def _draw_columns(canvas: Canvas, flow: Flow, top: float) -> float:
    count = len(flow.arms)
    width = min(300.0, (_WIDE - 16.0 - 20.0 * (count - 1)) / count)
    left = (_WIDE - width * count - 20.0 * (count - 1)) / 2
    fork, start = top + _GAP / 2, top + _GAP * 1.3
    tallest = max(_height(_listed("Stopped", arm.stopped)) for arm in flow.arms)
    canvas.line((_WIDE / 2, top), (_WIDE / 2, fork), "way")
    bottom = top
    for index, arm in enumerate(flow.arms):
        x = left + index * (width + 20.0)
        middle = x + width / 2
        _arrow(canvas, [(_WIDE / 2, fork), (middle, fork), (middle, start - 2)])
        end = _box(canvas, x, start, width, [arm.name, *_order(arm), _given(arm)])
        _arrow(canvas, [(middle, end), (middle, end + _GAP - 2)])
        _box(canvas, x, end + _GAP, width, _listed("Stopped", arm.stopped))
        last = end + _GAP + tallest
        drawn = end + _GAP + _height(_listed("Stopped", arm.stopped))
        _arrow(canvas, [(middle, drawn), (middle, last + _GAP - 2)])
        bottom = _box(canvas, x, last + _GAP, width, [f"Completed {_completed(arm)}"])
    return bottom + 8.0


def _draw_rows(canvas: Canvas, flow: Flow, top: float, *, narrow: bool) -> float:
    spine = 38.0 if narrow else _WIDE / 2 - 160.0
    x = spine + 28.0
    width = canvas.width - x - 8.0 if narrow else 360.0
    start = 38.0 if narrow else _WIDE / 2
    fork, y = top + _GAP / 2, top + _GAP
    canvas.line((start, top), (start, fork), "way")
    for arm in flow.arms:
        stopped = [f"{_count(n)} stopped: {reason}" for reason, n in arm.stopped if n]
        lines = [arm.name, *_order(arm), _given(arm), *stopped, f"{_completed(arm)} completed"]
        _arrow(canvas, [(start, fork), (spine, fork), (spine, y + 22.0), (x - 2, y + 22.0)])
        y = _box(canvas, x, y, width, lines) + _GAP / 2
    return y


def _order(arm: ArmFlow) -> list[str]:
    return [f"{period}. {name}" for period, name in enumerate(arm.order, 1)]


def _given(arm: ArmFlow) -> str:
    return f"{_count(arm.allocated)} allocated"


def _completed(arm: ArmFlow) -> str:
    share = 100.0 * arm.completed / arm.allocated if arm.allocated else 0.0
    return f"{_count(arm.completed)} ({share:.0f} %)"


def _short(text: str, letters: float) -> str:
    """A text of at most so many letters."""
    return text if len(text) <= letters else text[: int(letters) - 1].rstrip() + "…"


def _describe(flow: Flow) -> str:
    arms = "; ".join(
        f"{arm.name}: {arm.allocated} allocated, {arm.completed} completed" for arm in flow.arms
    )
    return f"Screened {flow.screened}, randomized {flow.randomized}. {arms}."
