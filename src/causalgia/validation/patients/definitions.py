"""What a published row counts in virtual patients: read from `definitions.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

__all__ = ["Definition", "definitions"]


@dataclass(frozen=True)
class Definition:
    """How the number of one row is made.

    **Arguments:** the group it is `of`, and the one it is held `against`; what to `compute`, a name
    in `causalgia.validation.patients.measures`; the `names` of observations, tests, clusters or
    instruments; the `least` value that counts; the `side` of the normal range, -1 loss, 1 gain.
    """

    of: str
    compute: str
    names: tuple[str, ...] = ()
    against: str = ""
    least: float = 1.0
    side: int = 1


@cache
def definitions() -> Mapping[str, Definition]:
    """All definitions by the id of their row."""
    text = resources.files(__package__).joinpath("definitions.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return MappingProxyType(
        {
            row_id: Definition(**{**row, "names": tuple(row.get("names", ()))})
            for row_id, row in table.items()
        }
    )
