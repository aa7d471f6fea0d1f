"""Where a pain can come from: lesions of skin, nerve, plexus, root, cord or brain, and joints."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from causalgia.errors import InputError, nearest
from causalgia.patients.anatomy.areas import SIDES, find_area, skin

__all__ = ["LEVELS", "Origin", "find_origin", "origins", "origins_of"]

LEVELS = (
    "skin",
    "nerve",
    "plexus",
    "ganglion",
    "root",
    "cord",
    "brain",
    "pattern",
    "joint",
)
"""What kind of thing is struck; a pattern keeps to no one nerve, a joint hurts without a lesion."""


@dataclass(frozen=True)
class Origin:
    """A lesion on its side, and what it makes hurt.

    **Arguments:** `name`, such as "c6_root_left", and `label` in words; its `level` (`LEVELS`);
    the `place` of the pathway where the lesion sits; the `side` where it hurts ("left", "right"
    or "both"); `kind`, its name without the side; `causes`, from a cause to the share of its
    patients who have this origin; `felt`, from an area of skin to the probability that it is
    drawn; `books`, the share of drawings that keep to these areas; `near`, the same for areas
    that the others stray to: half its own, half those of its neighbors.
    """

    name: str
    label: str
    level: str
    place: str
    side: str
    kind: str
    causes: Mapping[str, float]
    felt: Mapping[str, float]
    books: float
    near: Mapping[str, float]


@cache
def _rows() -> Mapping[str, dict[str, Any]]:
    text = resources.files(__package__).joinpath("origins.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def origins() -> tuple[Origin, ...]:
    """All origins, on all sides where they are found."""
    return tuple(
        origin
        for kind, row in _rows().items()
        for kind_row in _kinds(kind, row)
        for origin in _on_sides(*kind_row)
    )


@cache
def _by_name() -> Mapping[str, Origin]:
    named = {origin.name: origin for origin in origins()}
    labeled = {origin.label.lower(): origin for origin in origins()}
    return MappingProxyType(named | labeled)


def find_origin(name: str) -> Origin:
    """The origin of that name or label.

    **Raises:** `InputError` with the nearest names.
    """
    table = _by_name()
    found = table.get(name) or table.get(" ".join(name.lower().split()))
    if found is None:
        hint = nearest(name, table)
        allowed = hint if hint.startswith("did you") else "allowed: names such as 'left C6 root'"
        raise InputError(f"unknown origin {name!r}; {allowed}")
    return found


@cache
def origins_of(cause: str) -> tuple[tuple[Origin, float], ...]:
    """Where pain of a cause comes from, and in what share of its patients; shares sum to 1.

    **Raises:** `InputError` for a cause that no origin names.
    """
    found = tuple((o, o.causes[cause]) for o in origins() if cause in o.causes)
    if not found:
        known = {name for origin in origins() for name in origin.causes}
        raise InputError(f"no origin is known of cause {cause!r}; {nearest(cause, known)}")
    return found


def _kinds(kind: str, row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A row of the table; shingles strike the ganglion of a root, and refer to nowhere else."""
    if row.get("causes"):
        yield kind, row
    if "zoster" in row:
        ganglion = {
            key: value
            for key, value in row.items()
            if key not in ("causes", "referred", "label", "near")
        }
        ganglion |= {"level": "ganglion", "causes": {"shingles": row["zoster"]}, "books": 0.8}
        yield re.sub(r" root(s?)$", r" ganglion\1", kind).replace("ganglions", "ganglia"), ganglion


def _on_sides(kind: str, row: dict[str, Any]) -> Iterator[Origin]:
    """One origin for every side on which it is found."""
    causes: dict[str, float] = row["causes"]
    if row.get("side") == "both":
        yield _origin(kind, row, "both", causes)
        return
    both: dict[str, float] = row.get("both", {})
    right = row.get("right", 0.5)
    for side, of_one in zip(SIDES, (1.0 - right, right), strict=True):
        shares = {c: share * of_one * (1.0 - both.get(c, 0.0)) for c, share in causes.items()}
        yield _origin(kind, row, side, shares)
    if both:
        yield _origin(kind, row, "both", {c: causes[c] * share for c, share in both.items()})


def _origin(kind: str, row: dict[str, Any], side: str, causes: dict[str, float]) -> Origin:
    two_sided = side == "both" and row.get("side") != "both"
    words = row.get("label", kind if row.get("side") == "both" else "{side} " + kind)
    label = words.replace("{side} ", "") if side == "both" else words.replace("{side}", side)
    slug = re.sub(r"[^a-z0-9]+", "_", kind.lower())
    return Origin(
        name=slug if row.get("side") == "both" else f"{slug}_{side}",
        label=f"{label}, both sides" if two_sided else label,
        level=row["level"],
        place=row["place"],
        side=side,
        kind=kind,
        causes=MappingProxyType(causes),
        felt=MappingProxyType(_felt(row, side)),
        books=row["books"],
        near=MappingProxyType(_near(row, side)),
    )


def _near(row: dict[str, Any], side: str) -> dict[str, float]:
    """Mean probability of every area in drawings of the origin and its neighbors; none: empty."""
    if "near" not in row:
        return {}
    own = _felt(row, side)
    others = [_felt(_rows()[kind], side) for kind in row["near"]]
    share = 0.5 / len(others)
    return {
        area: 0.5 * own.get(area, 0.0) + share * sum(felt.get(area, 0.0) for felt in others)
        for area in sorted({*own, *(area for felt in others for area in felt)})
    }


def _felt(row: dict[str, Any], side: str) -> dict[str, float]:
    """Probability of every area of skin that may be drawn, groups spelled out."""
    body = skin()
    felt: dict[str, float] = {}
    for table, mirrored in (("felt", False), ("referred", False), ("across", True)):
        for words, probability in row.get(table, {}).items():
            for own in SIDES if side == "both" else (side,):
                there = SIDES[1 - SIDES.index(own)] if mirrored else own
                for member in find_area(words).members:
                    name = body.on(there, member)
                    felt[name] = max(felt.get(name, 0.0), probability)
    return felt
