"""Figures of an assessment: odds as bars, and a plan as a stair of chances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from causalgia.patients.chances import Chance, limits_text, odds_text
from causalgia.patients.numerals import percent
from causalgia.patients.planning.steps import Step
from causalgia.reports.svg import Canvas, Scale

__all__ = ["Odds", "draw_odds", "draw_steps", "waiting"]

_ROW, _LETTERS, _LETTERS_NARROW = 46.0, 46, 28
_STEP_WIDE, _STEP_NARROW = 62.0, 104.0


@dataclass(frozen=True)
class Odds:
    """A bar: its `label`, the share and its interval, and the share `before`.

    `before` is what would be said of anybody (None: not known).
    """

    label: str
    value: float
    low: float
    high: float
    before: float | None = None


def draw_odds(rows: Sequence[Odds], title: str, tone: int) -> str:
    """Shares as bars from 0 to 100 %, with intervals, and a mark where each stood before."""
    said = "; ".join(f"{row.label} {odds_text(row.value, row.low, row.high)}" for row in rows)
    height = 22.0 + _ROW * len(rows) + 26.0
    canvas = Canvas(460.0, height, f"{title}: {said}.", "odds")
    across = Scale(0.0, 1.0, 4.0, 396.0)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = across(share)
        canvas.path(f"M{x:.1f} 14V{height - 24:.0f}", "zero" if share == 0 else "grid")
        anchor = "start" if share == 0 else "middle"
        canvas.text(max(x, 1.0), height - 6, f"{100 * share:.0f} %", "tick", anchor=anchor)
    for index, row in enumerate(rows):
        _draw_bar(canvas, across, row, 22.0 + _ROW * index, tone)
    return canvas.render("figure")


def _draw_bar(canvas: Canvas, across: Scale, row: Odds, top: float, tone: int) -> None:
    y = top + 26.0
    canvas.text(8, top + 11, _short(row.label), "label halo-card")
    width = max(across(row.value) - across(0.0), 1.0)
    canvas.add(
        "rect", x=across(0.0), y=y - 7, width=width, height=13.0, class_=f"bar tone-{tone}", rx=2
    )
    if row.high - row.low > 0.005:
        canvas.line((across(row.low), y - 0.5), (across(row.high), y - 0.5), "whisker")
    if row.before is not None:
        x = across(row.before)
        canvas.path(f"M{x:.1f} {y - 10:.1f}V{y + 9:.1f}", "before")
    canvas.text(402, y + 4, percent(row.value), "label strong")
    canvas.text(458, top + 11, limits_text(row.low, row.high), "note halo-card", anchor="end")


def _short(label: str, most: int = _LETTERS) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def waiting(days: float) -> str:
    """A time to wait, as people say it: whole weeks, from half a year on months."""
    if days < 13.5:
        return f"{days:.0f} days"
    return f"{days / 7:.0f} weeks" if days < 180 else f"{days / 30.4375:.0f} months"


def draw_steps(steps: Sequence[Step], *, narrow: bool) -> str:
    """Steps from top to bottom: how many have 30 % and 50 % relief by the end of each."""
    width, row = (360.0, _STEP_NARROW) if narrow else (1000.0, _STEP_WIDE)
    top = 34.0
    bottom = top + row * len(steps)
    said = "; ".join(
        f"{n}. {s.option.label}: 30 % relief in {s.relief_30}, 50 % in {s.relief_50}"
        for n, s in enumerate(steps, start=1)
    )
    canvas = Canvas(width, bottom + 30, f"The plan step by step. {said}.", "steps")
    across = Scale(0.0, 1.0, *((16.0, 334.0) if narrow else (470.0, 880.0)))
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = across(share)
        canvas.path(f"M{x:.1f} {top - 6:.0f}V{bottom:.0f}", "zero" if share == 0 else "grid")
        canvas.text(x, bottom + 20, f"{100 * share:.0f} %", "tick", anchor="middle")
    if not narrow:
        canvas.text(0, 16, "Step", "heading-small")
        canvas.text(across.start, 16, "with at least 50 % (dark) and 30 % relief", "heading-small")
    before = (0.0, 0.0)
    for index, step in enumerate(steps):
        _draw_step(canvas, across, index + 1, step, before, top + row * index, narrow=narrow)
        before = (step.relief_30.value, step.relief_50.value)
    return canvas.render("figure narrow" if narrow else "figure wide")


def _draw_step(
    canvas: Canvas,
    across: Scale,
    number: int,
    step: Step,
    before: tuple[float, float],
    top: float,
    *,
    narrow: bool,
) -> None:
    option, y = step.option, top + (66.0 if narrow else 14.0)
    note = f"judged after {waiting(option.judged_after_days)}"
    if number > 1:
        note += f" · {percent(step.reached)} come to it"
    canvas.add("circle", cx=13.0, cy=top + 18, r=12.0, class_="number-ring")
    canvas.text(13, top + 23, str(number), "label strong", anchor="middle")
    most = _LETTERS_NARROW if narrow else _LETTERS
    canvas.text(34, top + 14, _short(option.label, most), "label halo")
    lines = [option.schedule, note]
    if narrow:
        lines = [note, option.schedule.split(", full dose")[0]]
    for row, text in enumerate(filter(None, lines)):
        canvas.text(34, top + 31 + 16 * row, text, "note halo")
    shares = ((step.relief_30.value, "bar soft tone-2"), (step.relief_50.value, "bar tone-2"))
    for share, class_ in shares:
        canvas.add(
            "rect",
            x=across.start,
            y=y - 6,
            width=max(across(share) - across.start, 0.5),
            height=22.0,
            class_=class_,
        )
    for share in before:
        if number > 1:
            canvas.path(f"M{across(share):.1f} {y - 9:.1f}V{y + 19:.1f}", "before")
    both = (step.relief_50, step.relief_30)
    for own, line in zip(both, (y + 10.5, y - 0.5), strict=True):
        canvas.line((across(own.low), line), (across(own.high), line), "whisker")
    if narrow:
        _write_cells(canvas, both, 352, top + 14, row=33)
    else:
        _write_cells(canvas, both, 1000, y + 4, row=17)


def _write_cells(canvas: Canvas, both: Sequence[Chance], x: float, y: float, *, row: float) -> None:
    """Shares, and a `row` below them their intervals, ending at one place."""
    said = " · ".join(percent(own.value) for own in both)
    limits = " · ".join(own.limits or percent(own.value) for own in both)
    canvas.text(x, y, said, "label strong halo", anchor="end")
    canvas.text(x, y + row, limits, "note halo", anchor="end")
