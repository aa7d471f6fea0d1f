"""Anatomical names of a region, and the station of the pathway that lies there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from causalgia.errors import InputError, nearest
from causalgia.mechanisms import PERIPHERAL_PLACES

__all__ = ["Region", "find_region", "find_site", "regions"]


@dataclass(frozen=True)
class Region:
    """A part of the body that hurts.

    **Arguments:** `name` and `label`; `roots` that serve it; `impossible_causes`, which cannot
    make it hurt; `sites`, from the name of a site (in lower case) to the place of the pathway;
    `usual`, from a place to the usual name of its site.
    """

    name: str
    label: str
    roots: tuple[str, ...]
    impossible_causes: tuple[str, ...]
    sites: Mapping[str, str]
    usual: Mapping[str, str]


@cache
def regions() -> Mapping[str, Region]:
    """All regions by name."""
    text = resources.files(__package__).joinpath("regions.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: _region(name, row) for name, row in tomllib.loads(text).items()})


def _region(name: str, row: dict[str, object]) -> Region:
    label, roots = row["label"], row["roots"]
    impossible = row.get("impossible_causes", [])
    assert isinstance(label, str) and isinstance(roots, list) and isinstance(impossible, list)
    sites: dict[str, str] = {}
    usual: dict[str, str] = {}
    for place in PERIPHERAL_PLACES:
        names = row[place]
        assert isinstance(names, list)
        usual[place] = names[0]
        sites.update({site.lower(): place for site in names})
    sites.update({f"{root.lower()} root": "root" for root in roots})
    return Region(
        name=name,
        label=label,
        roots=tuple(roots),
        impossible_causes=tuple(impossible),
        sites=MappingProxyType(sites),
        usual=MappingProxyType(usual),
    )


def find_region(name: str) -> Region:
    """The region of that name.

    **Raises:** `InputError` with the nearest names.
    """
    found = regions().get(_plain(name))
    if found is None:
        raise InputError(f"unknown region {name!r}; {nearest(_plain(name), regions())}")
    return found


def find_site(region: Region, site: str) -> tuple[str, str]:
    """The name of a site as the table has it, and the place of the pathway that lies there.

    **Raises:** `InputError` where the region has no such site, with the names it has.
    """
    place = region.sites.get(_plain(site))
    if place is None:
        hint = nearest(_plain(site), region.sites)
        raise InputError(f"the {region.label} has no site {site!r}; {hint}")
    return _plain(site), place


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())
