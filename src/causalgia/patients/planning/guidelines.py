"""Where published guidelines place a treatment, beside what the simulation says of it."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["AGAINST", "LAST_LINE", "Guideline", "Placement", "guidelines", "placements"]

LAST_LINE = 3
"""The rank of the last line of treatment."""

AGAINST = 5
"""The rank of a tier that recommends against a treatment."""


@dataclass(frozen=True)
class Placement:
    """Where one guideline places a treatment.

    **Arguments:** the `guideline`'s label; the `tier` in its words and its `rank` (1 first to 3
    third; 4 no recommendation; 5 against); the `strength` of the recommendation; whether it holds
    for pain that arises in the `periphery_only`; the `basis`, "read" or "recalled".
    """

    guideline: str
    tier: str
    rank: int
    strength: str
    periphery_only: bool
    basis: str


@dataclass(frozen=True)
class Guideline:
    """A published guideline: who wrote what, for which `causes` (none: any), and its rows."""

    key: str
    label: str
    citation: str
    causes: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], Placement], ...]


@cache
def guidelines() -> tuple[Guideline, ...]:
    """All guidelines of the data file, those of single causes first."""
    text = resources.files(__package__).joinpath("guidelines.toml").read_text(encoding="utf-8")
    read = [_guideline(key, table) for key, table in tomllib.loads(text).items()]
    return tuple(sorted(read, key=lambda guideline: not guideline.causes))


def _guideline(key: str, table: dict[str, object]) -> Guideline:
    label, rows, causes = str(table["label"]), table["rows"], table.get("causes", [])
    assert isinstance(rows, list) and isinstance(causes, list)
    note = f" ({table['note']})" if "note" in table else ""
    return Guideline(
        key=key,
        label=label,
        citation=f"{table['authors']} ({table['year']}). {table['title']}. "
        f"{table['identifier']}{note}",
        causes=tuple(causes),
        rows=tuple(
            (
                tuple(row["treatments"]),
                Placement(
                    guideline=label,
                    tier=row["tier"],
                    rank=row["rank"],
                    strength=row["strength"],
                    periphery_only=row.get("only") == "peripheral",
                    basis=row["basis"],
                ),
            )
            for row in rows
        ),
    )


def placements(treatment: str, causes: Collection[str]) -> tuple[Placement, ...]:
    """Where guidelines place a treatment, for the causes in question; those of single causes first.

    Empty where no guideline of the data file speaks of it.
    """
    return tuple(
        placement
        for guideline in guidelines()
        if not guideline.causes or set(guideline.causes) & set(causes)
        for names, placement in guideline.rows
        if treatment in names
    )
