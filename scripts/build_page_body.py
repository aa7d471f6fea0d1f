"""Write what the explorer's page shows of the body: outlines, areas of skin, who hurts where.

Run it after a change of the outlines or of the origins of pain:
python scripts/build_page_body.py
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from causalgia import causes
from causalgia.patients.anatomy.areas import SIDES, skin
from causalgia.patients.anatomy.origins import origins_of
from causalgia.reports.body_shapes import Shape, view
from causalgia.reports.svg import points, smooth

PAGE_FILE = Path(__file__).parents[1] / "src/causalgia/web/page/data/body.json"

# The region of a case file that holds a part of the body; other parts lie in none.
REGIONS = {
    "head": "face",
    "shoulder": "shoulder",
    "upper arm": "shoulder",
    "forearm": "forearm",
    "hand": "hand",
    "chest": "chest",
    "abdomen": "abdomen",
    "thigh": "leg",
    "knee": "leg",
    "lower leg": "leg",
    "foot": "foot",
}
LEAST_CHANCE = 0.02


def outline(shape: Shape) -> str:
    """A closed shape as a path."""
    ring = (*shape.points, shape.points[0])
    return (smooth(ring) if shape.smooth else points(shape.points)) + "Z"


def drawn(name: str, side: str = "left") -> dict[str, Any]:
    """One view of the body, as paths."""
    seen = view(name, side)
    return {
        "outline": [outline(shape) for shape in seen.outline],
        "lines": [smooth(line) for line in seen.lines],
        "areas": {
            area: "".join(outline(shape) for shape in shapes) for area, shapes in seen.areas.items()
        },
    }


def chance(cause: str, area: str) -> float:
    """How many people with a cause, in pain on this side, draw an area."""
    bare = area.removeprefix("left ").removeprefix("right ")
    own = [skin().on(side, bare) for side in SIDES]
    return sum(
        share * max(origin.felt.get(name, 0.0) for name in own)
        for origin, share in origins_of(cause)
    )


def who(area: str) -> dict[str, float]:
    """The causes that hurt in an area, and how often."""
    found = {cause: chance(cause, area) for cause in causes.names()}
    return {cause: round(p, 3) for cause, p in found.items() if p >= LEAST_CHANCE}


def described(names: Sequence[str]) -> dict[str, Any]:
    """All areas of skin: the part of the body, the region of a case file, whom it hurts."""
    body = skin()
    return {
        name: {
            "part": body.part[name],
            "region": REGIONS.get(body.part[name]),
            "causes": who(name),
        }
        for name in names
    }


def body() -> dict[str, Any]:
    """All of it."""
    ends = {
        f"{side} {name}": drawn(name, side)
        for name in ("palm", "back of the hand", "top of the foot", "sole")
        for side in SIDES
    }
    return {
        "views": {"front": drawn("front"), "back": drawn("back"), **ends},
        "areas": described(skin().names),
    }


def written() -> str:
    """The text of the file."""
    return json.dumps(body(), ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    PAGE_FILE.parent.mkdir(exist_ok=True)
    PAGE_FILE.write_text(written(), encoding="utf-8")
    print(f"{PAGE_FILE.name}: {PAGE_FILE.stat().st_size / 1e3:.0f} kB")
