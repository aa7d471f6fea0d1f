"""Whether odds mean what they say: a reliability diagram and rank histograms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from causalgia.patients.inference.calibration import Recovered
from causalgia.patients.inference.scores import reliability, uniform_p
from causalgia.reports.svg import Canvas, Scale, points

__all__ = ["draw_inference"]

_WIDTH, _HEIGHT = 720.0, 412.0
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
    canvas.text(_LEFT + 4.0, 24.0, "First candidate right, by its odds", "label")
    for tick in _TICKS:
        canvas.line((x(tick), y(0.0)), (x(tick), y(1.0)), "grid")
        canvas.line((x(0.0), y(tick)), (x(1.0), y(tick)), "grid")
        canvas.text(x(tick), y(0.0) + 18.0, f"{100 * tick:.0f}", "tick", anchor="middle")
        canvas.text(_LEFT - 8.0, y(tick) + 4.0, f"{100 * tick:.0f}", "tick", anchor="end")
    canvas.line((x(0.0), y(0.0)), (x(1.0), y(1.0)), "way")
    canvas.text(x(1.0), y(0.0) + 38.0, "odds said, %", "tick", anchor="end")
    canvas.text(6.0, _TOP - 10.0, "right, %", "tick")
    for place, (name, tone) in enumerate(_TONES.items()):
        odds, right = found.first[name], found.right[name]
        for mean, share, count in reliability(odds, right):
            error = 1.96 * np.sqrt(max(share * (1.0 - share), 0.02) / count)
            low, high = y(max(share - error, 0.0)), y(min(share + error, 1.0))
            canvas.add(
                "path",
                d=points([(x(mean), low), (x(mean), high)]),
                class_=f"curve tone-{tone}",
                opacity="0.4",
            )
            canvas.add(
                "circle",
                cx=x(mean),
                cy=y(share),
                r=2.5 + 0.2 * count**0.5,
                class_=f"dot tone-{tone}",
            )
        top = y(0.0) + 62.0 + 18.0 * place
        canvas.add("circle", cx=x(0.02), cy=top - 4.0, r=4.5, class_=f"dot tone-{tone}")
        text = f"{name}: {100 * right.mean():.0f} % right, {100 * odds.mean():.0f} % said"
        canvas.text(x(0.06), top, text, "note")


def _draw_ranks(canvas: Canvas, ranks: Mapping[str, Float[np.ndarray, " person"]]) -> None:
    left, gap, columns = _LEFT + _SIDE + 56.0, 22.0, 2
    width = (_WIDTH - 16.0 - left - gap * (columns - 1)) / columns
    rows = -(-len(ranks) // columns)
    height = (_SIDE + 96.0) / rows - 26.0
    canvas.text(left, 24.0, "Rank of the truth among posterior patients", "label")
    for number, (name, own) in enumerate(ranks.items()):
        x = left + (width + gap) * (number % columns)
        y = _TOP + (height + 26.0) * (number // columns)
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
            opacity="0.3",
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
        canvas.line((x, y + height), (x + width, y + height), "way")
        canvas.text(x, y + height + 15.0, name, "tick")
        canvas.text(x + width, y + 12.0, f"p {uniform_p(own):.2f}", "tick", anchor="end")
