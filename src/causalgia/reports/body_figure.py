"""The body map: where it hurts, where that may come from, and the way to the brain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from causalgia.patients.anatomy import Area, Origin
from causalgia.patients.chances import Chance
from causalgia.patients.numerals import percent
from causalgia.reports.body_insets import choose_insets, name_inset
from causalgia.reports.body_parts import (
    Pain,
    paint_brain,
    paint_phantoms,
    paint_view,
    paint_way,
    read_pain,
)
from causalgia.reports.body_shapes import view
from causalgia.reports.body_ways import Way, way_of
from causalgia.reports.svg import Canvas, number

__all__ = ["draw_body", "draw_body_upright"]

Point = tuple[float, float]

_MOST_LIT = 3
_MOST_LISTED = 5
# Of each inset: the shift and scale of the drawing in its frame, by the height of the frame.
_INSET_VIEWS: Mapping[str, tuple[float, float]] = {
    "face": (28.0, 1.6),
    "palm": (56.0, 0.59),
    "back of the hand": (56.0, 0.59),
    "top of the foot": (61.0, 0.63),
    "sole": (35.0, 0.75),
}


@dataclass(frozen=True)
class _Layout:
    """Where things lie: bodies by their midline and top, insets, and the list of origins."""

    name: str
    width: float
    scale: float
    middles: tuple[float, float]
    top: float
    insets_at: Point
    inset_size: Point
    inset_columns: int
    list_width: float


_WIDE = _Layout(
    name="body",
    width=1000.0,
    scale=0.95,
    middles=(152.0, 442.0),
    top=34.0,
    insets_at=(634.0, 30.0),
    inset_size=(174.0, 176.0),
    inset_columns=2,
    list_width=356.0,
)
_NARROW = _Layout(
    name="body-upright",
    width=360.0,
    scale=0.58,
    middles=(90.0, 268.0),
    top=30.0,
    insets_at=(4.0, 404.0),
    inset_size=(168.0, 170.0),
    inset_columns=2,
    list_width=350.0,
)


def draw_body(
    areas: Sequence[str | Area],
    origins: Sequence[tuple[Origin, float | Chance]] = (),
    *,
    name: str = "body",
) -> str:
    """The body from the front and from behind, for a wide page.

    **Arguments:** `areas` of a drawing; possible `origins` with their probability, the most
    probable first: the first three are lit, five are listed, a `Chance` with its interval; `name`,
    another one for every picture of a page.
    **Raises:** `InputError` for an unknown area.
    """
    return _draw(replace(_WIDE, name=name), areas, origins, "figure wide")


def draw_body_upright(
    areas: Sequence[str | Area],
    origins: Sequence[tuple[Origin, float | Chance]] = (),
    *,
    name: str = "body-upright",
) -> str:
    """The same for a narrow page: the list below the bodies."""
    return _draw(replace(_NARROW, name=name), areas, origins, "figure narrow")


def _draw(
    layout: _Layout,
    areas: Sequence[str | Area],
    origins: Sequence[tuple[Origin, float | Chance]],
    class_: str,
) -> str:
    pain = read_pain(areas)
    insets = choose_insets(pain)
    rows = -(-len(insets) // layout.inset_columns)
    below = layout.insets_at[1] + rows * (layout.inset_size[1] + 12.0) + (26.0 if rows else 0.0)
    bottom = layout.top + 592.0 * layout.scale
    list_top = below if insets or layout.width < _WIDE.width else 150.0
    canvas = Canvas(layout.width, 0.0, _describe(areas, origins), layout.name)
    _define(canvas)
    lit = origins[:_MOST_LIT]
    for number_, name in enumerate(("front", "back")):
        _draw_whole(canvas, layout, name, layout.middles[number_], pain, [o for o, _ in lit])
    for number_, (name, side) in enumerate(insets):
        column, row = number_ % layout.inset_columns, number_ // layout.inset_columns
        at = (
            layout.insets_at[0] + column * (layout.inset_size[0] + 8.0),
            layout.insets_at[1] + row * (layout.inset_size[1] + 12.0),
        )
        _draw_inset(canvas, layout, name, side, at, pain, [o for o, _ in lit])
    end = _list(canvas, layout, origins, (layout.insets_at[0], list_top))
    end = _legend(canvas, (layout.insets_at[0], end), pain, has_origins=bool(origins))
    canvas.height = max(bottom + 30.0, end)
    return canvas.render(class_)


def _describe(areas: Sequence[str | Area], origins: Sequence[tuple[Origin, float | Chance]]) -> str:
    named = ", ".join(area.name if isinstance(area, Area) else area for area in areas)
    text = f"The body from the front and from behind. Painful: {named or 'nothing drawn'}."
    if origins:
        listed = ", ".join(
            f"{origin.label} {_said(share)}" for origin, share in origins[:_MOST_LISTED]
        )
        text += f" Possible origins: {listed}."
    return text


def _said(share: float | Chance) -> str:
    return str(share) if isinstance(share, Chance) else percent(share)


def _define(canvas: Canvas) -> None:
    stops = "".join(
        f'<stop offset="{at}" class="glow-stop" stop-opacity="{opacity}"/>'
        for at, opacity in (("0", 0.95), ("0.3", 0.55), ("0.65", 0.18), ("1", 0))
    )
    canvas.add(
        "defs",
        f'<radialGradient id="glow-{canvas.name}">{stops}</radialGradient>'
        f'<filter id="soft-{canvas.name}" x="-5%" y="-5%" width="110%" height="110%">'
        '<feGaussianBlur stdDeviation="1.8"/></filter>',
    )


def _draw_whole(
    canvas: Canvas,
    layout: _Layout,
    name: str,
    middle: float,
    pain: Pain,
    lit: Sequence[Origin],
) -> None:
    seen = view(name)
    content = paint_view(seen, pain, f"{name}-{canvas.name}", f"soft-{canvas.name}")
    content += paint_phantoms(canvas.name, name, pain)
    if lit:
        content += paint_brain()
    ways = [way_of(origin, name) for origin in lit]
    for rank in reversed(range(len(ways))):
        content += paint_way(ways[rank], canvas.name, first=rank == 0)
    canvas.add(
        "g",
        content,
        transform=f"translate({number(middle)} {number(layout.top)}) scale({layout.scale})",
    )
    _badges(canvas, layout, middle, ways)
    _caption(canvas, layout, name, middle)


def _badges(canvas: Canvas, layout: _Layout, middle: float, ways: Sequence[Way]) -> None:
    """The rank of every origin at its lesion; where two would overlap, the later moves aside."""
    taken: list[Point] = []
    for rank, way in enumerate(ways, start=1):
        for x, y in way.struck:
            outward = 18.0 if x >= 0.0 else -18.0
            start = (middle + layout.scale * x, layout.top + layout.scale * y)
            aside = ((0, 0), (outward, 0), (0, 18), (outward, 18), (0, -18), (outward, -18))
            at = next(
                (start[0] + dx, start[1] + dy)
                for dx, dy in aside
                if all(abs(start[0] + dx - a) + abs(start[1] + dy - b) > 17.0 for a, b in taken)
            )
            taken.append(at)
            _badge(canvas, at, rank)


def _badge(canvas: Canvas, at: Point, rank: int) -> None:
    canvas.add("circle", cx=at[0], cy=at[1], r=8.5, class_="badge")
    canvas.text(at[0], at[1] + 4.2, str(rank), "badge-text", anchor="middle")


def _caption(canvas: Canvas, layout: _Layout, name: str, middle: float) -> None:
    canvas.text(middle, layout.top - 16.0, name, "heading-small", anchor="middle")
    left, right = ("right", "left") if name == "front" else ("left", "right")
    y = layout.top + layout.scale * 70.0
    canvas.text(middle - layout.scale * 92.0, y, left, "note", anchor="middle")
    canvas.text(middle + layout.scale * 92.0, y, right, "note", anchor="middle")


def _draw_inset(
    canvas: Canvas,
    layout: _Layout,
    name: str,
    side: str,
    at: Point,
    pain: Pain,
    lit: Sequence[Origin],
) -> None:
    width, height = layout.inset_size
    identifier = f"{name}-{side}-{canvas.name}".replace(" ", "-")
    frame = f'<rect width="{number(width)}" height="{number(height)}" rx="10"/>'
    shift, scale = _INSET_VIEWS[name]
    seen = view("front") if name == "face" else view(name, side)
    per_height = height / 176.0
    content = paint_view(seen, pain, f"{identifier}-skin", f"soft-{canvas.name}")
    if name == "face":
        ways = [way for origin in lit if (way := way_of(origin, "front")).nerves]
        inside = [way for way in ways if max(y for _, y in way.nerves[0]) < 86.0]
        for rank in reversed(range(len(inside))):
            content += paint_way(inside[rank], canvas.name, first=inside[rank] is ways[0])
    inner = (
        f"translate({number(width / 2)} {number(per_height * shift)}) "
        f"scale({scale * per_height:.3f})"
    )
    canvas.add(
        "g",
        f'<clipPath id="{identifier}">{frame}</clipPath><g class="inset-frame">{frame}</g>'
        f'<g clip-path="url(#{identifier})"><g transform="{inner}">{content}</g></g>',
        transform=f"translate({number(at[0])} {number(at[1])})",
    )
    canvas.text(at[0] + 10.0, at[1] + 18.0, name_inset(name, side), "note")


def _list(
    canvas: Canvas, layout: _Layout, origins: Sequence[tuple[Origin, float | Chance]], at: Point
) -> float:
    """Possible origins with their probability as a number and a bar; returns where it ends."""
    x, y = at
    if not origins:
        return y
    canvas.text(x, y, "Where it may come from", "heading")
    y += 14.0
    for rank, (origin, share) in enumerate(origins[:_MOST_LISTED], start=1):
        y += 20.0
        if rank <= _MOST_LIT:
            _badge(canvas, (x + 9.0, y - 4.5), rank)
        words = _broken(origin.label, int((layout.list_width - 132.0) / 7.7))
        for line, text in enumerate(words):
            canvas.text(x + 26.0, y + 17.0 * line, text, "label strong" if rank == 1 else "label")
        class_ = "label strong lit" if rank == 1 else "label"
        canvas.text(x + layout.list_width, y, _said(share), class_, anchor="end")
        y += 17.0 * (len(words) - 1) + 8.0
        full = layout.list_width - 26.0
        canvas.add("rect", x=x + 26.0, y=y, width=full, height=4.0, rx=2, class_="bar-empty")
        filled = max(full * (share.value if isinstance(share, Chance) else share), 3.0)
        canvas.add("rect", x=x + 26.0, y=y, width=filled, height=4.0, rx=2, class_="bar-full")
        y += 6.0
    return y + 22.0


def _broken(text: str, longest: int) -> list[str]:
    """Words in lines of at most this many characters."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > longest and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _legend(canvas: Canvas, at: Point, pain: Pain, *, has_origins: bool) -> float:
    x, y = at
    entries: list[tuple[str, str]] = []
    if pain.sure:
        entries.append(("hurts", "drawn as painful"))
    if pain.perhaps:
        entries.append(("perhaps-hurts", "somewhere in here, or the side not known"))
    for class_, words in entries:
        y += 20.0
        canvas.add("rect", x=x, y=y - 11.0, width=18.0, height=12.0, rx=3, class_=class_)
        canvas.text(x + 26.0, y, words, "note")
    if has_origins:
        y += 20.0
        canvas.path(f"M{number(x)} {number(y - 4)}h18", "nerve-way")
        canvas.text(x + 26.0, y, "its nerve, and dotted its way to the brain", "note")
    return y + 10.0
