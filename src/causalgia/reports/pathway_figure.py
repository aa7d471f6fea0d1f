"""The pathway from skin to brain, with the generator lit and each treatment where it acts."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from causalgia.mechanisms import PERIPHERAL_PLACES, PLACES
from causalgia.patients.numerals import percent
from causalgia.patients.result import Arm, CaseResult
from causalgia.reports.svg import Canvas, smooth

__all__ = ["draw_pathway", "draw_pathway_upright"]

_STATION_X = dict(zip(PLACES, (258.0, 398.0, 532.0, 660.0, 790.0, 920.0), strict=True))
_NERVE_Y = 170.0
_ROW_HEIGHT = 30.0
_TABLE_TOP = 312.0
_WIDTH = 1000.0
_GRAY_MATTER = (
    "M0-6C-8-14-14-34-22-34C-30-34-26-12-24-2C-30 6-36 18-26 24C-14 30-8 12 0 8"
    "C8 12 14 30 26 24C36 18 30 6 24-2C26-12 30-34 22-34C14-34 8-14 0-6Z"
)
_BRAIN = (
    "M-58 8C-64-14-52-40-26-46C-8-56 22-52 38-40C58-32 66-8 58 10C56 24 42 30 30 28"
    "C22 38 4 36-4 28C-14 34-30 32-34 22C-46 24-56 18-58 8Z"
)
_CEREBELLUM = "M28 29C42 24 54 30 50 40C44 50 22 48 17 36C20 34 25 32 28 29Z"
_GYRI = (
    "M-44-6C-36-20-24-14-20-26C-16-36-2-34 2-44M-14 2C-10-12 6-8 8-22C10-32 24-28 28-38"
    "M-46 12C-34 10-26 18-14 14C-4 10 6 18 16 10C24 4 34 12 44 4M24-8C32-16 44-10 52-16"
)


def draw_pathway(result: CaseResult) -> str:
    """The lying picture, for a wide page."""
    arms = result.arms[1:]
    height = _TABLE_TOP + 26 + _ROW_HEIGHT * len(arms)
    canvas = Canvas(_WIDTH, height, _describe(result), "pathway")
    _define_glow(canvas)
    _draw_guides(canvas, height)
    for place in PERIPHERAL_PLACES:
        _light(canvas, _STATION_X[place], _nerve_y(place), result.shares[place].value)
    _draw_skin(canvas)
    _draw_nerve(canvas)
    _draw_cord(canvas)
    _light(canvas, 774.0, 160.0, result.persists_without_input.value, class_="glow-central")
    _draw_brain(canvas)
    _label_stations(canvas, result)
    _draw_reach(canvas, arms)
    return canvas.render("figure wide")


def _describe(result: CaseResult) -> str:
    shares = ", ".join(
        f"{result.site_names[place]} {result.shares[place]}" for place in PERIPHERAL_PLACES
    )
    return (
        "The pathway from skin to brain. Share of the spikes at rest that are born at each "
        f"station: {shares}. Below it, where each treatment acts."
    )


def _nerve_y(place: str) -> float:
    return {"distal_nerve": _NERVE_Y + 7, "proximal_nerve": _NERVE_Y - 6, "root": 158.0}.get(
        place, _NERVE_Y
    )


def _define_glow(canvas: Canvas) -> None:
    for name in ("glow", "glow-central"):
        stops = "".join(
            f'<stop offset="{at}" class="{name}-stop" stop-opacity="{opacity}"/>'
            for at, opacity in (("0", 0.95), ("0.25", 0.65), ("0.6", 0.2), ("1", 0))
        )
        # Both layouts are on the page: identifiers must differ between pictures.
        identifier = f"{name}-{canvas.name}"
        canvas.add("defs", f'<radialGradient id="{identifier}">{stops}</radialGradient>')


def _light(canvas: Canvas, x: float, y: float, share: float, *, class_: str = "glow") -> None:
    """Light a station: the area of the light is in proportion to the share."""
    if share < 0.005:
        return
    canvas.add(
        "circle", cx=x, cy=y, r=16.0 + 58.0 * sqrt(share), fill=f"url(#{class_}-{canvas.name})"
    )


def _draw_guides(canvas: Canvas, height: float) -> None:
    for x in _STATION_X.values():
        canvas.path(f"M{x:.0f} 262V{height - 6:.0f}", "guide")


def _draw_skin(canvas: Canvas) -> None:
    wave = [(206.0 + (4.0 if i % 2 else -3.0), 96.0 + 14.0 * i) for i in range(11)]
    canvas.path(smooth(wave) + "L172 236L172 96Z", "skin")
    canvas.path(smooth(wave), "skin-line")
    canvas.path("M183 96V236M192 96V236", "skin-layer")
    for y in (112.0, 134.0, 156.0, 182.0, 206.0, 224.0):
        branch = [(258.0, _NERVE_Y), (236.0, (_NERVE_Y + y) / 2), (214.0, y), (188.0, y - 4)]
        canvas.path(smooth(branch), "fiber c thin")


def _draw_nerve(canvas: Canvas) -> None:
    middle = [
        *((258.0, _NERVE_Y), (330.0, _NERVE_Y + 9), (398.0, _NERVE_Y + 7)),
        *((465.0, _NERVE_Y - 4), (532.0, _NERVE_Y - 6), (600.0, 162.0), (660.0, 158.0)),
        *((712.0, 150.0), (758.0, 156.0)),
    ]
    canvas.path(smooth(middle), "sheath")
    canvas.add("ellipse", cx=660.0, cy=158.0, rx=30.0, ry=20.0, class_="ganglion")
    for offset, class_ in ((-9.0, "fiber c"), (0.0, "fiber a-delta"), (9.0, "fiber a-beta")):
        canvas.path(smooth([(x, y + offset) for x, y in middle]), class_)
    for dx, dy in ((-14.0, -7.0), (0.0, 8.0), (13.0, -5.0), (-8.0, 9.0), (4.0, -11.0)):
        canvas.add("circle", cx=660.0 + dx, cy=158.0 + dy, r=4.2, class_="soma")


def _draw_cord(canvas: Canvas) -> None:
    canvas.add("ellipse", cx=790.0, cy=176.0, rx=58.0, ry=46.0, class_="cord")
    canvas.add("g", f'<path d="{_GRAY_MATTER}" class="gray"/>', transform="translate(790 178)")
    tract = [(770.0, 154.0), (786.0, 172.0), (812.0, 178.0), (842.0, 150.0), (880.0, 138.0)]
    canvas.path(smooth([*tract, (912.0, 126.0), (919.0, 100.0)]), "tract")


def _draw_brain(canvas: Canvas) -> None:
    parts = (
        f'<path d="{_CEREBELLUM}" class="brain"/><path d="{_BRAIN}" class="brain"/>'
        f'<path d="{_GYRI}" class="gyri"/>'
    )
    canvas.add("g", parts, transform="translate(922 66)")


def _label_stations(canvas: Canvas, result: CaseResult) -> None:
    canvas.text(0, 18, "Where the spikes are born", "heading")
    canvas.text(0, 40, "share of the input to the cord, at rest", "note")
    for place in PLACES:
        x = _STATION_X[place]
        for line, words in enumerate(_two_lines(_station_name(place, result))):
            canvas.text(x, 276 + 16 * line, words, "label", anchor="middle")
        if place in PERIPHERAL_PLACES:
            share = result.shares[place].value
            y = 104.0 if share < 0.1 else 96.0
            class_ = "share lit" if share >= 0.1 else "share"
            # The glow reaches up to the number where much is born.
            y -= 16.0 + 22.0 * sqrt(share)
            canvas.text(x, y, percent(share), class_, anchor="middle")
            canvas.text(x, y + 17, result.shares[place].limits, "note", anchor="middle")
    held = result.persists_without_input
    canvas.text(790, 78, percent(held.value), "share central", anchor="middle")
    canvas.text(790, 96, held.limits, "note", anchor="middle")
    canvas.text(790, 114, "goes on by itself", "note", anchor="middle")


def _station_name(place: str, result: CaseResult) -> str:
    return {"cord": "spinal cord", "brain": "brain"}.get(place) or result.site_names[place]


def _two_lines(name: str, longest: int = 15) -> list[str]:
    """A long name is broken at its last space, so that neighbors do not touch."""
    return [name] if len(name) <= longest else name.rsplit(" ", 1)


def _draw_reach(canvas: Canvas, arms: Sequence[Arm]) -> None:
    """One row a treatment: a mark at each station where it acts."""
    for row, arm in enumerate(arms):
        y = _TABLE_TOP + 20 + _ROW_HEIGHT * row
        canvas.text(0, y + 5, _fit(arm.label, 32), "label")
        xs = [_STATION_X[place] for place in PLACES if place in arm.acts_at]
        if len(xs) > 1:
            canvas.path(f"M{xs[0]:.0f} {y:.0f}H{xs[-1]:.0f}", "reach-line")
        for x in xs:
            _mark(canvas, x, y, arm)


def _mark(canvas: Canvas, x: float, y: float, arm: Arm) -> None:
    if arm.site is not None and not arm.is_cause_control:
        canvas.add("rect", x=x - 4, y=y - 11, width=8, height=22, rx=2, class_="mark")
    else:
        canvas.add("circle", cx=x, cy=y, r=7.0, class_="mark")


def _fit(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def draw_pathway_upright(result: CaseResult) -> str:
    """The standing picture, for a narrow page: brain on top, skin below."""
    arms = result.arms[1:]
    rows = {place: [arm for arm in arms if place in arm.acts_at] for place in PLACES}
    heights = {place: max(96.0, 74.0 + 20.0 * len(rows[place])) for place in PLACES}
    canvas = Canvas(360.0, sum(heights.values()) + 8, _describe(result), "upright")
    _define_glow(canvas)
    tops, top = {}, 4.0
    for place in reversed(PLACES):
        tops[place], top = top, top + heights[place]
    centers = {place: tops[place] + 44.0 for place in PLACES}
    for place in PERIPHERAL_PLACES:
        _light(canvas, 56.0, centers[place], result.shares[place].value)
    _draw_upright_way(canvas, centers)
    held = result.persists_without_input.value
    _light(canvas, 46.0, centers["cord"] - 14, held, class_="glow-central")
    for place in PLACES:
        _label_upright(canvas, place, tops[place], result, rows[place])
    return canvas.render("figure narrow")


def _draw_upright_way(canvas: Canvas, centers: dict[str, float]) -> None:
    skin, root, cord, brain = (centers[p] for p in ("terminal", "root", "cord", "brain"))
    way = [(56.0, skin), (59.0, centers["distal_nerve"]), (53.0, centers["proximal_nerve"])]
    way += [(56.0, root), (46.0, cord - 16)]
    canvas.path(smooth(way), "sheath")
    canvas.add("ellipse", cx=56.0, cy=root, rx=20.0, ry=26.0, class_="ganglion")
    for offset, class_ in ((-8.0, "fiber c"), (0.0, "fiber a-delta"), (8.0, "fiber a-beta")):
        canvas.path(smooth([(x + offset, y) for x, y in way]), class_)
    canvas.add("ellipse", cx=56.0, cy=cord, rx=48.0, ry=37.0, class_="cord")
    cord_at = f"translate(56 {cord:.0f}) scale(0.8)"
    canvas.add("g", f'<path d="{_GRAY_MATTER}" class="gray"/>', transform=cord_at)
    canvas.path(smooth([(46.0, cord - 18), (70.0, cord - 24), (57.0, brain + 26)]), "tract")
    parts = f'<path d="{_BRAIN}" class="brain"/><path d="{_GYRI}" class="gyri"/>'
    canvas.add("g", parts, transform=f"translate(56 {brain - 6:.0f}) scale(0.78)")
    canvas.path(f"M8 {skin + 26:.0f}q12 -7 24 0t24 0t24 0t24 0", "skin-line")
    for x in (20.0, 40.0, 72.0, 92.0):
        branch = [(56.0, skin), ((56 + x) / 2, skin + 8), (x, skin + 24)]
        canvas.path(smooth(branch), "fiber c thin")


def _label_upright(
    canvas: Canvas, place: str, top: float, result: CaseResult, arms: Sequence[Arm]
) -> None:
    canvas.text(128, top + 24, _station_name(place, result), "label strong")
    if place in PERIPHERAL_PLACES:
        share = result.shares[place]
        class_ = "share-small lit" if share.value >= 0.1 else "share-small"
        canvas.text(356, top + 24, percent(share.value), class_, anchor="end")
        canvas.text(356, top + 42, share.limits, "note", anchor="end")
    elif place == "cord":
        held = result.persists_without_input
        canvas.text(356, top + 24, percent(held.value), "share-small central", anchor="end")
        canvas.text(356, top + 42, held.limits, "note", anchor="end")
        canvas.text(128, top + 42, "goes on by itself in this share", "note")
    start = top + (46 if place == "brain" else 62)
    for row, arm in enumerate(arms):
        y = start + 20 * row
        canvas.add("circle", cx=132.0, cy=y - 4, r=4.0, class_="mark")
        canvas.text(142, y, _fit(arm.label, 32), "note")
