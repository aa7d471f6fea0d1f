"""All causes by name: those of the package, and those that others install."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from causalgia.causes.cause import Cause
from causalgia.causes.cervical_radiculopathy import CERVICAL_RADICULOPATHY
from causalgia.causes.diabetic_neuropathy import DIABETIC_NEUROPATHY
from causalgia.causes.shingles import SHINGLES
from causalgia.errors import InputError, nearest

__all__ = ["find", "names"]

_OWN = (SHINGLES, CERVICAL_RADICULOPATHY, DIABETIC_NEUROPATHY)
_GROUP = "causalgia.causes"


@cache
def _causes() -> Mapping[str, Cause]:
    installed = [entry.load() for entry in entry_points(group=_GROUP)]
    table: dict[str, Cause] = {}
    for cause in (*_OWN, *installed):
        if cause.name in table:
            raise InputError(f"cause {cause.name!r} is defined twice; rename the installed one")
        table[cause.name] = cause
    return MappingProxyType(table)


def names() -> tuple[str, ...]:
    """The names of all causes."""
    return tuple(_causes())


def find(name: str) -> Cause:
    """One cause by name.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    try:
        return _causes()[name]
    except (KeyError, TypeError):
        raise InputError(f"unknown cause {name!r}; {nearest(str(name), names())}") from None
