"""The map of mechanisms: every quantity that disease moves and treatment pushes back.

The map itself is data (`map.toml`). Each quantity is expanded over the places of the pathway
where it exists and, where it matters, over fiber classes; one expanded quantity is an `Entry`
and has one row in the array that `Mechanisms` wraps.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from causalgia.errors import InputError, nearest
from causalgia.evidence import Parameter, Status

__all__ = [
    "FIBERS",
    "PERIPHERAL_PLACES",
    "PLACES",
    "Entry",
    "as_parameters",
    "entries",
    "index_of",
    "rows",
]

FIBERS = ("c", "a_delta", "a_beta")
"""Fiber classes, slow to fast."""

PERIPHERAL_PLACES = ("terminal", "distal_nerve", "proximal_nerve", "root")
"""Where an afferent can be ill or treated, skin to cord; the root includes the ganglion."""

PLACES = (*PERIPHERAL_PLACES, "cord", "brain")
"""All stations of the pathway, in the order in which a signal passes them."""


@dataclass(frozen=True)
class Entry:
    """One quantity at one place, for one fiber class where classes differ.

    **Arguments:** `quantity` and its `place` and `fiber` (None: all fibers alike); `unit`;
    the `healthy` value; the plausible range from `low` to `high`; `source` and `status` of
    the range and of what the quantity does; a `description`.
    """

    quantity: str
    place: str
    fiber: str | None
    unit: str
    healthy: float
    low: float
    high: float
    source: str
    status: Status
    description: str

    @property
    def name(self) -> str:
        """`quantity@place` or `quantity@place/fiber`."""
        return f"{self.quantity}@{self.place}" + (f"/{self.fiber}" if self.fiber else "")


@cache
def entries() -> tuple[Entry, ...]:
    """All entries, in the order of the rows of the mechanism array."""
    text = resources.files(__package__).joinpath("map.toml").read_text(encoding="utf-8")
    return tuple(_expand(tomllib.loads(text)))


def _expand(table: dict[str, dict[str, object]]) -> Iterator[Entry]:
    for quantity, row in table.items():
        places, fibers = row.pop("places"), row.pop("fibers", [None])
        assert isinstance(places, list) and isinstance(fibers, list)
        for place in places:
            for fiber in fibers:
                yield Entry(quantity=quantity, place=place, fiber=fiber, **row)  # type: ignore[arg-type]


@cache
def _index() -> dict[tuple[str, str, str | None], int]:
    return {(e.quantity, e.place, e.fiber): i for i, e in enumerate(entries())}


def index_of(quantity: str, place: str, fiber: str | None = None) -> int:
    """Row of one entry.

    **Raises:** `InputError` naming the nearest entries when there is none.
    """
    try:
        return _index()[quantity, place, fiber]
    except KeyError:
        wanted = f"{quantity}@{place}" + (f"/{fiber}" if fiber else "")
        names = [entry.name for entry in entries()]
        raise InputError(f"no mechanism {wanted!r}; {nearest(wanted, names)}") from None


def rows(
    quantity: str, places: tuple[str, ...] | None = None, fibers: tuple[str, ...] | None = None
) -> tuple[int, ...]:
    """Rows of a quantity at the given places and fiber classes (None: all of them).

    **Raises:** `InputError` when nothing matches.
    """
    found = tuple(
        i
        for i, e in enumerate(entries())
        if e.quantity == quantity
        and (places is None or e.place in places)
        and (fibers is None or e.fiber is None or e.fiber in fibers)
    )
    if not found:
        names = {entry.quantity for entry in entries()}
        if quantity not in names:
            raise InputError(f"no mechanism {quantity!r}; {nearest(quantity, names)}")
        raise InputError(f"mechanism {quantity!r} does not exist at {places} for fibers {fibers}")
    return found


def as_parameters() -> list[Parameter]:
    """The map as parameters, for the list of what is assumed."""
    return [
        Parameter(
            name=f"mechanisms/{e.name}",
            value=e.healthy,
            unit=e.unit,
            status=e.status,
            source=e.source,
            low=e.low,
            high=e.high,
            note=e.description,
        )
        for e in entries()
    ]
