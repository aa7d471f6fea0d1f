"""Parts of the body map: a view with its painful areas, nerves, missing limbs and the brain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from causalgia.patients.anatomy import SIDES, Area, find_area
from causalgia.reports.body_shapes import Shape, View, brain
from causalgia.reports.body_ways import Way
from causalgia.reports.svg import number, smooth
from causalgia.reports.svg import points as straight

__all__ = ["Pain", "paint_brain", "paint_phantoms", "paint_view", "paint_way", "read_pain"]

# Where a limb ends that is felt and gone: a corner, the width and the height, on the left in front.
_PHANTOMS = {
    "phantom hand": (72.0, 265.0, 90.0, 90.0),
    "phantom foot": (2.0, 472.0, 70.0, 125.0),
}


@dataclass(frozen=True)
class Pain:
    """Areas of skin by name: those that surely hurt, and those of which some do."""

    sure: frozenset[str]
    perhaps: frozenset[str]


def read_pain(areas: Sequence[str | Area]) -> Pain:
    """What a drawing shades; what is named without its side is shaded on both."""
    sure: set[str] = set()
    perhaps: set[str] = set()
    for area in (a if isinstance(a, Area) else find_area(a) for a in areas):
        for side in SIDES if area.side == "unknown" else ("left",):
            for clause in area.clauses(side):
                vague = len(clause) > 1 or area.side == "unknown"
                (perhaps if vague else sure).update(clause)
    return Pain(frozenset(sure), frozenset(perhaps - sure))


def _closed(shape: Shape) -> str:
    """The outline of a shape; a smooth one goes through its points without corners."""
    if not shape.smooth:
        return straight(shape.points) + "Z"
    ring = shape.points
    text = f"M{number(ring[0][0])} {number(ring[0][1])}"
    for i, start in enumerate(ring):
        before, end, after = ring[i - 1], ring[(i + 1) % len(ring)], ring[(i + 2) % len(ring)]
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        text += "C" + " ".join(number(v) for pair in (first, second, end) for v in pair)
    return text + "Z"


def paint_view(seen: View, pain: Pain, clip: str, soft: str) -> str:
    """Edge, skin, fine lines and painful areas of a view, as one group's content."""
    lines = "".join(f'<path d="{smooth(line)}" class="body-line"/>' for line in seen.lines)
    painful = "".join(
        f'<g class="{class_}" filter="url(#{soft})">{_areas(seen, names)}</g>'
        for class_, names in (("perhaps-hurts", pain.perhaps), ("hurts", pain.sure))
        if any(name in seen.areas for name in names)
    )
    use = f'<use href="#{clip}-shape"'
    return (
        f'<defs><path id="{clip}-shape" d="{_together(seen.outline)}"/></defs>'
        f'<clipPath id="{clip}">{use}/></clipPath>'
        f'{use} class="body-edge"/>{use} class="body-skin"/>'
        f'<g clip-path="url(#{clip})">{painful}</g>{lines}'
    )


def _together(shapes: Sequence[Shape]) -> str:
    """Overlapping shapes as one path, all in one sense of rotation so that none cuts a hole."""
    text = ""
    for shape in shapes:
        ring = shape.points
        double_area = sum(
            x * next_y - next_x * y
            for (x, y), (next_x, next_y) in zip(ring, (*ring[1:], ring[0]), strict=True)
        )
        text += _closed(shape if double_area > 0.0 else Shape(ring[::-1], shape.smooth))
    return text


def _paths(shapes: Sequence[Shape]) -> str:
    return "".join(f'<path d="{_closed(shape)}"/>' for shape in shapes)


def _areas(seen: View, names: frozenset[str]) -> str:
    return _paths([shape for name in sorted(names) for shape in seen.areas.get(name, ())])


def paint_way(way: Way, name: str, *, first: bool) -> str:
    """Nerves and tracts of one origin, its lesion aglow; those of the first stand out."""
    rank = "" if first else " second"
    text = "".join(
        f'<path d="{smooth(nerve)}" class="nerve-under"/>'
        f'<path d="{smooth(nerve)}" class="nerve-way{rank}"/>'
        for nerve in way.nerves
    )
    text += "".join(f'<path d="{smooth(tract)}" class="tract-way{rank}"/>' for tract in way.tracts)
    radius = 26 if first else 17
    return text + "".join(
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{radius}" fill="url(#glow-{name})"/>'
        for x, y in way.struck
    )


def paint_phantoms(picture: str, name: str, pain: Pain) -> str:
    """A hand or foot that is felt and gone: dashed from the stump on."""
    text = ""
    use = f'<use href="#{name}-{picture}-shape"'
    for limb, (x, y, width, height) in _PHANTOMS.items():
        for side in SIDES:
            if f"{side} {limb}" in pain.sure | pain.perhaps:
                start = x if (side == "left") == (name == "front") else -x - width
                clip = f"{side}-{limb}-{name}-{picture}".replace(" ", "-")
                parts = "".join(
                    f'{use} class="phantom-{part}"/>'
                    for part in ("cover", "edge", "cover", "hurts")
                )
                text += (
                    f'<clipPath id="{clip}"><rect x="{number(start)}" y="{number(y)}" '
                    f'width="{number(width)}" height="{number(height)}"/></clipPath>'
                    f'<g clip-path="url(#{clip})">{parts}</g>'
                )
    return text


def paint_brain() -> str:
    """The brain, faintly, inside the head."""
    inside = brain()
    lines = "".join(f'<path d="{smooth(line)}" class="gyri"/>' for line in inside.lines)
    return f'<g class="inner-brain"><g class="brain">{_paths(inside.outline)}</g>{lines}</g>'
