"""Medicines that somebody takes: treatments of the library, and others of known interactions."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from causalgia import treatments
from causalgia.errors import InputError
from causalgia.treatments import Kinetics, Treatment

__all__ = ["find_medicine", "other_medicines"]

_ALIKE = 0.8
"""From here on two names are taken for one that was misspelled."""


@cache
def other_medicines() -> Mapping[str, tuple[Treatment, tuple[str, ...]]]:
    """Medicines outside the library, as treatments of no mechanism, and what they amount to."""
    text = resources.files(__package__).joinpath("medicines.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            name: (_medicine(name, row.get("groups", [])), tuple(row.get("conditions", [])))
            for name, row in tomllib.loads(text).items()
        }
    )


def _medicine(name: str, groups: list[str]) -> Treatment:
    return Treatment(
        name=name,
        label=name.capitalize(),
        kind="oral",
        actions=(),
        removals=(),
        kinetics=Kinetics("local"),
        regimen=None,
        sites=(),
        assessed_after_days=0.0,
        sources=(),
        groups=tuple(groups),
    )


def find_medicine(name: str) -> tuple[Treatment | None, tuple[str, ...]]:
    """What is known of a medicine: its treatment (None: nothing), and conditions it amounts to.

    **Raises:** `InputError` where the name looks like a known one that was misspelled.
    """
    plain = name.strip().lower().replace(" ", "_")
    if plain in treatments.names():
        return treatments.find(plain), ()
    if plain in other_medicines():
        return other_medicines()[plain]
    known = [*treatments.names(), *other_medicines()]
    close = difflib.get_close_matches(plain, known, n=1, cutoff=_ALIKE)
    if close:
        raise InputError(f"unknown medicine {name!r}; did you mean {close[0]!r}?")
    return None, ()
