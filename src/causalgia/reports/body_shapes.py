"""Shapes of the body for figures: outlines and areas of skin, seen from the front or behind."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import atan2, cos, pi, sin
from types import MappingProxyType
from typing import Any

__all__ = ["VIEWS", "Shape", "View", "brain", "view"]

Point = tuple[float, float]

VIEWS = ("front", "back", "palm", "back of the hand", "top of the foot", "sole")
"""What can be drawn: the whole body twice, and its ends on their own."""

_SIDES = ("left", "right")
_TOES = ("second toe", "third toe", "fourth toe")
# Where a hand and a foot sit on the body, how large, and turned by how much (degrees).
_HAND_AT, _HAND_SCALE, _HAND_TURN = (111.5, 289.0), 0.31, -13.0
_FOOT_AT, _FOOT_SCALE, _FOOT_TURN = (30.0, 548.0), 0.245, -6.0


@dataclass(frozen=True)
class Shape:
    """A closed shape: its points, and whether they are corners or points of a smooth outline."""

    points: tuple[Point, ...]
    smooth: bool


@dataclass(frozen=True)
class View:
    """What is seen from one side.

    **Arguments:** shapes that together are the body (`outline`); fine `lines`; `areas`, from the
    name of an area of skin to its shapes, to be cut to the outline.
    """

    outline: tuple[Shape, ...]
    lines: tuple[tuple[Point, ...], ...]
    areas: Mapping[str, tuple[Shape, ...]]


@cache
def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("body_outlines.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _points(text: str) -> tuple[Point, ...]:
    pairs = (pair.split(",") for pair in text.split())
    return tuple((float(x), float(y)) for x, y in pairs)


def _moved(
    points: Sequence[Point],
    *,
    at: Point = (0.0, 0.0),
    scale: float = 1.0,
    turn: float = 0.0,
    mirrored: bool = False,
) -> tuple[Point, ...]:
    """Points scaled, turned (degrees, clockwise), put somewhere, and then mirrored."""
    c, s = cos(turn * pi / 180.0), sin(turn * pi / 180.0)
    sign = -1.0 if mirrored else 1.0
    return tuple(
        (sign * (at[0] + scale * (c * x - s * y)), at[1] + scale * (s * x + c * y))
        for x, y in points
    )


def _capsule(text: str) -> tuple[Point, ...]:
    """A finger: two circles and what is between them."""
    start, end, *radii = text.split()
    (x0, y0), (x1, y1) = _points(f"{start} {end}")
    first, last = (float(radius) for radius in radii)
    along = atan2(y1 - y0, x1 - x0)
    ends = ((x1, y1, last, -0.5 * pi), (x0, y0, first, 0.5 * pi))
    return tuple(
        (
            x + radius * cos(along + start_at + step * pi / 8),
            y + radius * sin(along + start_at + step * pi / 8),
        )
        for x, y, radius, start_at in ends
        for step in range(9)
    )


@cache
def view(name: str, side: str = "left") -> View:
    """A view by name; `side` is whose hand or foot is meant, and no matter for the whole body.

    The person's left lies to the right in the views from the front.
    """
    if name in ("front", "back"):
        return _body(name)
    table = _table()
    mirrored = (side == "right") != (name in ("back of the hand", "sole"))
    if name in ("palm", "back of the hand"):
        part, areas = table["hand"], table["hand"]["palm" if name == "palm" else "back"]
        digits, lines = part["fingers"], part["lines" if name == "palm" else "back_lines"]
    else:
        part = table["foot" if name == "top of the foot" else "sole"]
        areas, digits, lines = (
            part["top" if name == "top of the foot" else "areas"],
            part["toes"],
            part["lines"],
        )
    return _end(part["outline"], digits, areas, lines, side, mirrored=mirrored)


def _end(
    outline: str,
    digits: Mapping[str, str],
    areas: Mapping[str, str],
    lines: Sequence[str],
    side: str,
    **place: Any,
) -> View:
    """A hand or a foot."""
    shapes = {name: Shape(_moved(_capsule(text), **place), False) for name, text in digits.items()}
    found: dict[str, tuple[Shape, ...]] = {
        f"{side} {name}": (Shape(_moved(_points(text), **place), False),)
        for name, text in areas.items()
    }
    for name, shape in shapes.items():
        own = f"{side} middle toes" if name in _TOES else f"{side} {name}"
        found[own] = (*found.get(own, ()), shape)
    return View(
        outline=(Shape(_moved(_points(outline), **place), True), *shapes.values()),
        lines=tuple(_moved(_points(line), **place) for line in lines),
        areas=MappingProxyType(found),
    )


def _body(name: str) -> View:
    """The whole body, with its hands and feet."""
    table = _table()
    half = _points(table["trunk"][name])
    around = (*half, *_moved(half[-2:0:-1], mirrored=True))
    outline = [Shape(around, True)]
    lines: list[tuple[Point, ...]] = []
    areas: dict[str, tuple[Shape, ...]] = {}
    for side in _SIDES:
        mirrored = (side == "right") != (name == "back")
        extra = ("ear",) if name == "front" else ("ear", "heel")
        outline += [
            Shape(_moved(_points(table["trunk"][e]), mirrored=mirrored), True) for e in extra
        ]
        fine = (*table["lines"][name], *(table["lines"]["face"] if name == "front" else ()))
        lines += [_moved(_points(line), mirrored=mirrored) for line in fine]
        for area, text in table[name].items():
            points = _points(text)
            own = area if points[0][0] < 0.0 else f"{side} {area}"
            areas[own] = (Shape(_moved(points, mirrored=mirrored), False),)
        for end in _ends(name, side, mirrored):
            outline += end.outline
            areas |= end.areas
    return View(tuple(outline), tuple(lines), MappingProxyType(areas))


def _ends(name: str, side: str, mirrored: bool) -> tuple[View, ...]:
    """Hand and foot of one side, as they sit on the body."""
    hand, foot = _table()["hand"], _table()["foot"]
    sides = hand["palm" if name == "front" else "back"]
    at_hand = {"at": _HAND_AT, "scale": _HAND_SCALE, "turn": _HAND_TURN, "mirrored": mirrored}
    held = _end(hand["outline"], hand["fingers"], sides, (), side, **at_hand)
    if name == "back":
        return (held,)
    at_foot = {"at": _FOOT_AT, "scale": _FOOT_SCALE, "turn": _FOOT_TURN, "mirrored": mirrored}
    stands = _end(foot["outline"], foot["toes"], foot["top"], (), side, **at_foot)
    # What the ankles look like stands with the leg already.
    kept = {area: s for area, s in stands.areas.items() if "ankle" not in area}
    return held, View(stands.outline, (), kept)


@cache
def brain() -> View:
    """The brain, inside the head of either view of the whole body."""
    row = _table()["brain"]
    outline = (Shape(_points(row["outline"]), True),)
    return View(outline, tuple(map(_points, row["lines"])), MappingProxyType({}))
