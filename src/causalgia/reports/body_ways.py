"""The way of a pain through the body, as it is drawn: from the skin by the cord to the brain."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from causalgia.patients.anatomy import Origin

__all__ = ["Way", "way_of"]

Point = tuple[float, float]

_RIBS = re.compile(r"T\d+ root")


@dataclass(frozen=True)
class Way:
    """Lines and places of one origin in one view.

    **Arguments:** `nerves`, from the skin to the spine; `tracts`, from there to the brain; where
    the lesion sits on each side meant (`struck`).
    """

    nerves: tuple[tuple[Point, ...], ...]
    tracts: tuple[tuple[Point, ...], ...]
    struck: tuple[Point, ...]


@cache
def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("body_ways.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), float(y)


def _row(kind: str) -> dict[str, str]:
    """Nerve, root and place of an origin; a ganglion lies with its root."""
    root = re.sub(r"ganglion$", "root", kind).replace("ganglia", "roots")
    rows: dict[str, dict[str, str]] = _table()["origins"]
    if kind in rows:
        return rows[kind]
    if root in rows:
        return rows[root]
    if _RIBS.fullmatch(root):
        return {"nerve": "rib", "root": root.split()[0], "at": "root"}
    raise KeyError(kind)


def way_of(origin: Origin, view: str) -> Way:
    """The way of a pain with this origin, in the view from the front or the back."""
    row = _row(origin.kind)
    nerve = _nerve(row, view)
    tract = _tract(row, seen=nerve is not None)
    struck = _struck(row, view, seen=nerve is not None)
    sides = {"left": (1.0,), "right": (-1.0,)}.get(origin.side, (1.0, -1.0))
    signs = [sign if view == "front" else -sign for sign in sides]
    return Way(
        nerves=tuple(_mirrored(nerve, sign) for sign in signs if nerve),
        tracts=tuple(_mirrored(tract, sign) for sign in signs if tract),
        struck=tuple(dict.fromkeys(_mirrored((struck,), sign)[0] for sign in signs if struck)),
    )


def _mirrored(points: tuple[Point, ...], sign: float) -> tuple[Point, ...]:
    return tuple((sign * x, y) for x, y in points)


def _nerve(row: dict[str, str], view: str) -> tuple[Point, ...] | None:
    """From the skin to the root, or None where it is not seen from here."""
    spine = _table()["spine"]
    if "nerve" not in row:
        return None
    if row["nerve"] == "rib":
        x, y = _point(spine[row["root"]])
        return ((57.0, y + 12.0), (40.0, y + 3.0), (22.0, y - 2.0), (x, y))
    found = _table()["nerves"][row["nerve"]]
    if view not in found["views"].split():
        return None
    way = tuple(_point(text) for text in found["way"].split())
    # Nerves of the face go to the brainstem.
    return (*way, _point(spine[row["root"]])) if "root" in row else (*way, (8.0, 60.0))


def _tract(row: dict[str, str], *, seen: bool) -> tuple[Point, ...] | None:
    """From the root to the brain, on the other side; below the conus within the cauda equina."""
    spine = {name: _point(text) for name, text in _table()["spine"].items()}
    x, y = spine["brain"]
    brain = ((-3.0, 62.0), (-5.0, 44.0), (-x, y))
    if "root" not in row:
        return ((8.0, 60.0), (3.0, 63.0), *brain) if seen else None
    start = spine[row["root"]]
    enters = min(start[1], spine["conus"][1])
    low = ((2.0, enters),) if start[1] > enters else ()
    return (start, *low, (-2.5, max(enters - 10.0, 68.0)), *brain)


def _struck(row: dict[str, str], view: str, *, seen: bool) -> Point | None:
    if row["at"] == "root":
        return _point(_table()["spine"][row["root"]])
    if row["at"] == "brain":
        x, y = _point(_table()["spine"]["brain"])
        return -x, y
    central = "root" in row and abs(_point(row["at"])[0]) <= 12.0
    joint = "nerve" not in row
    return _point(row["at"]) if seen or central or joint else None
