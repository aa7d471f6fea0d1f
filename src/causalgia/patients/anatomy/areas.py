"""The areas of skin that a pain drawing names, in the words people use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from causalgia.errors import InputError, nearest
from causalgia.patients.anatomy.regions import find_region

__all__ = ["SIDES", "Area", "Skin", "areas_of", "find_area", "skin"]

SIDES = ("left", "right")
"""Of the person, not of the picture."""

_BOTH = frozenset({"both", "bilateral", "either"})
_ANY = "any"
_SINGULAR = {"feet": "foot", "calves": "calf"}
_PARTS_OF_REGION = {
    "shoulder": ("shoulder", "upper arm"),
    "forearm": ("forearm",),
    "hand": ("hand",),
    "chest": ("chest",),
    "abdomen": ("abdomen",),
    "leg": ("thigh", "knee", "lower leg"),
    "foot": ("foot",),
}
_AREAS_OF_REGION: dict[str, tuple[str, ...]] = {"face": ("forehead", "eye")}


@dataclass(frozen=True)
class Skin:
    """All areas of skin, each on its side.

    **Arguments:** `names`, such as "left thumb" and, in the midline, "sacrum"; by name, the `part`
    of the body an area belongs to and the `block` of areas it touches there; `groups`, from a word
    for more than one area to those it means (`exact`: to all of them), and `also`, from other words
    to these names, both without a side; `midline`, the areas that have none.
    """

    names: tuple[str, ...]
    part: Mapping[str, str]
    block: Mapping[str, str]
    groups: Mapping[str, tuple[str, ...]]
    exact: frozenset[str]
    also: Mapping[str, str]
    midline: frozenset[str]

    def on(self, side: str, area: str) -> str:
        """The name of an area on a side; those of the midline have but one."""
        return area if area in self.midline else f"{side} {area}"


@cache
def skin() -> Skin:
    """The table of areas."""
    text = resources.files(__package__).joinpath("areas.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    midline = frozenset(table["midline"])
    part: dict[str, str] = {}
    block: dict[str, str] = {}
    members: dict[str, tuple[str, ...]] = {}
    for name, blocks in table["parts"].items():
        members[name] = tuple(area for areas in blocks.values() for area in areas)
        for label, areas in blocks.items():
            for area in areas:
                for side in ("",) if area in midline else SIDES:
                    own = f"{side} {area}".strip()
                    part[own] = name
                    # A midline area is drawn together with neither side more than the other.
                    block[own] = f"{side} {name} {label}".strip()
    return Skin(
        names=tuple(part),
        part=MappingProxyType(part),
        block=MappingProxyType(block),
        groups=MappingProxyType(_groups(table["groups"], members)),
        exact=frozenset(table["exact"]),
        also=MappingProxyType({_plain(word): name for word, name in table["also"].items()}),
        midline=midline,
    )


def _groups(
    table: Mapping[str, list[str]], members: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Groups down to single areas; a group may name parts of the body and other groups."""

    def down(names: Iterable[str], of: str) -> tuple[str, ...]:
        areas: list[str] = []
        for name in names:
            if name in members:
                areas += members[name]
            elif name in table and name != of:
                areas += down(table[name], name)
            else:
                areas.append(name)
        return tuple(dict.fromkeys(areas))

    return {_plain(group): down(names, group) for group, names in table.items()}


@dataclass(frozen=True)
class Area:
    """What one entry of a drawing says.

    **Arguments:** `name` as read; the `side` ("left", "right", "both", "midline", "unknown": one
    side, but not which, or "any": one side or both); the areas it may mean, without their side
    (`members`); whether it says that all of them hurt (`whole`).
    """

    name: str
    side: str
    members: tuple[str, ...]
    whole: bool

    def clauses(self, unknown: str = "left") -> tuple[frozenset[str], ...]:
        """What is claimed to be drawn: of each set at least one area.

        **Arguments:** `unknown`, the side to assume where none is named; "both" holds for areas
        of any side, others of a side unknown are then taken as left.
        **Returns:** sets of names of the `Skin`: one for each part of the body that the words
        touch, on each side meant; for each single area where the whole of it is said to hurt.
        """
        body = skin()
        found: dict[tuple[str, str], set[str]] = {}
        both = self.side == "both" or (self.side, unknown) == (_ANY, "both")
        assumed = "left" if unknown == "both" else unknown
        one = assumed if self.side in ("unknown", "midline", _ANY) else self.side
        sides = SIDES if both else (one,)
        for resolved in sides:
            for member in self.members:
                own = body.on(resolved, member)
                found.setdefault((resolved, own if self.whole else body.part[own]), set()).add(own)
        return tuple(frozenset(areas) for areas in found.values())

    def areas(self, unknown: str = "left") -> frozenset[str]:
        """All areas that it may mean."""
        return frozenset().union(*self.clauses(unknown))


def find_area(text: str) -> Area:
    """Read one entry of a pain drawing: "left thumb", "both feet", "whole right leg", "saddle".

    Without a side it is one side, and not known which; "any foot" is one or both.

    **Raises:** `InputError` with the names that look most like it.
    """
    side, words, whole = _split(text)
    body = skin()
    for name in _spellings(words):
        name = body.also.get(name, name)
        plain = _plain(name)
        if plain in body.groups:
            all_of_it = whole or plain in body.exact
            return Area(_join(side, name, whole), side or "unknown", body.groups[plain], all_of_it)
        if name in body.midline:
            return Area(name, "midline", (name,), False)
        if f"left {name}" in body.part:
            return Area(_join(side, name, False), side or "unknown", (name,), False)
    known = {*body.groups, *body.also, *(name.split(" ", 1)[-1] for name in body.names)}
    known |= body.midline
    raise InputError(f"unknown area {text!r}; {_hint(words, known)}")


def _hint(words: str, known: set[str]) -> str:
    hint = nearest(words, known)
    # The list of all areas is longer than a line can be.
    return hint if hint.startswith("did you") else "allowed: areas such as 'left thumb' or 'sole'"


def areas_of(region: str) -> tuple[Area, ...]:
    """The areas of a region of a case file, each on a side that is not known.

    **Raises:** `InputError` for an unknown region.
    """
    name = find_region(region).name
    parts = _PARTS_OF_REGION.get(name, ())
    members = _AREAS_OF_REGION.get(name) or tuple(
        area.removeprefix("left ")
        for area, part in skin().part.items()
        if part in parts and area.startswith("left ")
    )
    return tuple(Area(member, "unknown", (member,), False) for member in members)


def _split(text: str) -> tuple[str, str, bool]:
    """The side that the words name (empty: none), the rest, and whether the whole is meant."""
    words = _plain(text).replace("(", " ").replace(")", " ")
    words = re.sub(r"\b(on|of|at) the (left|right)( side)?$", r"\2", words.strip(" ,."))
    tokens = words.split()
    sides = [token for token in tokens if token in SIDES or token in _BOTH or token == _ANY]
    whole = "whole" in tokens or "entire" in tokens
    dropped = {*SIDES, *_BOTH, _ANY, "whole", "entire"}
    rest = " ".join(token for token in tokens if token not in dropped).strip(" ,")
    named = {"both" if side in _BOTH else side for side in sides}
    side = "" if not named else "both" if len(named) > 1 else named.pop()
    return side, re.sub(r"^(the|sides|sides of the|side of the) ", "", rest), whole


def _spellings(words: str) -> tuple[str, ...]:
    """The words as they are, and in the singular."""
    singular = words.removesuffix("s")
    each = " ".join(_SINGULAR.get(token, token.removesuffix("s")) for token in words.split())
    inner = words.replace(" of ", " of the ") if " of the " not in words else words
    return tuple(dict.fromkeys((words, singular, each, inner, inner.removesuffix("s"))))


def _join(side: str, name: str, whole: bool) -> str:
    return " ".join(part for part in ("whole" if whole else "", side, name) if part)


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())
