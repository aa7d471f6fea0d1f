"""Whether odds mean what they say: a reliability diagram and rank histograms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from causalgia.patients.inference.calibration import Recovered
from causalgia.patients.inference.scores import reliability, uniform_p
from causalgia.reports.svg import Canvas, Scale

__all__ = ["draw_inference"]

_WIDTH, _HEIGHT = 720.0, 372.0
_LEFT, _TOP, _SIDE = 56.0, 44.0, 252.0
_BARS = 10
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_TONES = {"cause": 1, "origin": 2, "mechanism": 3}


def draw_inference(found: Recovered) -> str:
    """Left: of the first candidates given such odds, so many are right. Right: ranks of the truth
    among posterior patients, which are even where the posterior is right.
    """
    canvas = Canvas(_WIDTH, _HEIGHT, _describe(found), "inference")
    _draw_reliability(canvas, found)
    _draw_ranks(canvas, found.ranks)
    return canvas.render("figure")


def _describe(found: Recovered) -> str:
    people = len(found.truth)
    right = ", ".join(f"{name} {100 * own.mean():.0f} %" for name, own in found.right.items())
    return (
        f"Reliability of the odds in {people} virtual people whose truth is known, and rank "
        f"histograms. First candidate right: {right}."
    )


def _draw_reliability(canvas: Canvas, found: Recovered) -> None:
    x = Scale(0.0, 1.0, _LEFT, _LEFT + _SIDE)
    y = Scale(0.0, 1.0, _TOP + _SIDE, _TOP)
    canvas.text(_LEFT, 24.0, "First candidate right, by its odds", "label")
    for tick in _TICKS:
        canvas.line((x(tick), y(0.0)), (x(tick), y(1.0)), "grid")
        canvas.line((x(0.0), y(tick)), (x(1.0), y(tick)), "grid")
        canvas.text(x(tick), y(0.0) + 18.0, f"{100 * tick:.0f}", "tick", anchor="middle")
        canvas.text(_LEFT - 8.0, y(tick) + 4.0, f"{100 * tick:.0f}", "tick", anchor="end")
    canvas.path(f"M{x(0.0)} {y(0.0)}L{x(1.0)} {y(1.0)}", "axis", stroke_dasharray="4 4")
    canvas.text(x(1.0), y(0.0) + 38.0, "odds said, %", "tick", anchor="end")
    canvas.text(_LEFT - 44.0, _TOP - 6.0, "right, %", "tick")
    for place, (name, tone) in enumerate(_TONES.items()):
        odds, right = found.first[name], found.right[name]
        for mean, share, count in reliability(odds, right):
            error = 1.96 * np.sqrt(max(share * (1.0 - share), 0.02) / count)
            low, high = y(max(share - error, 0.0)), y(min(share + error, 1.0))
            canvas.path(f"M{x(mean):.1f} {low:.1f}L{x(mean):.1f} {high:.1f}", f"line tone-{tone}")
            canvas.add(
                "circle",
                cx=x(mean),
                cy=y(share),
                r=2.5 + 0.2 * count**0.5,
                class_=f"dot tone-{tone}",
            )
        top = _TOP + 16.0 + 18.0 * place
        canvas.add("circle", cx=_LEFT + 14.0, cy=top - 4.0, r=4.5, class_=f"dot tone-{tone}")
        text = f"{name}: {100 * right.mean():.0f} % right, {100 * odds.mean():.0f} % said"
        canvas.text(_LEFT + 24.0, top, text, "tick")


def _draw_ranks(canvas: Canvas, ranks: Mapping[str, Float[np.ndarray, " person"]]) -> None:
    left, gap, columns = _LEFT + _SIDE + 56.0, 18.0, 3
    width = (_WIDTH - 16.0 - left - gap * (columns - 1)) / columns
    rows = -(-len(ranks) // columns)
    height = (_SIDE + 20.0) / rows - 38.0
    canvas.text(left, 24.0, "Rank of the truth among posterior patients", "label")
    for number, (name, own) in enumerate(ranks.items()):
        x = left + (width + gap) * (number % columns)
        y = _TOP + (height + 38.0) * (number // columns)
        counts = np.histogram(own, bins=_BARS, range=(0.0, 1.0))[0]
        even = len(own) / _BARS
        most = max(2.0 * even, counts.max())
        # Where nineteen of twenty bars of even ranks lie.
        spread = 1.96 * np.sqrt(even * (1.0 - 1.0 / _BARS))
        band = 2.0 * spread / most * height
        canvas.add(
            "rect",
            x=x,
            y=y + height - (even + spread) / most * height,
            width=width,
            height=band,
            class_="bar tone-5",
            opacity="0.25",
        )
        for bar, count in enumerate(counts):
            tall = count / most * height
            canvas.add(
                "rect",
                x=x + width * bar / _BARS,
                y=y + height - tall,
                width=width / _BARS - 0.8,
                height=tall,
                class_="bar tone-1",
                opacity="0.8",
            )
        canvas.line((x, y + height), (x + width, y + height), "axis")
        canvas.text(x, y + height + 15.0, name, "tick")
        canvas.text(x + width, y - 3.0, f"p {uniform_p(own):.2f}", "tick", anchor="end")
