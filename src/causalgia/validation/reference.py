"""Published numbers a floor is held against, read from the packaged tables."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from causalgia.errors import InputError, nearest

__all__ = ["BASES", "FLOORS", "USES", "Reference", "load_references", "read_references"]

FLOORS = ("nerve", "cord", "course", "treatments", "patients")
"""The floors that have tables so far."""

BASES = ("read", "run", "derived", "recalled")
"""Read in a text, measured by running the published model, arithmetic on read, from memory."""

USES = ("calibrate", "validate", "prior")
"""Free parameters may be fitted to it, only compared, or a weak prior."""

_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Reference:
    """One published number, and what counts as agreeing with it.

    **Arguments:** its `id`; the `floor`; the `kind` of number, under which it is listed; the
    `model` of this package that is held against it; the `quantity`, its `condition` and `unit`;
    the published `value`; the interval from `low` to `high` (both included; infinite where open)
    and, in words, the `tolerance` it was made from; the `source`, a key of `causalgia.evidence` or
    a short citation, and its `identifier` (citation, DOI, species,
    n); the `basis`; the `use`; a `note`; `left_out`, the reason why
    the model's value is not computed, empty where it is.
    """

    id: str
    floor: str
    kind: str
    model: str
    quantity: str
    condition: str
    unit: str
    value: float
    low: float
    high: float
    tolerance: str
    source: str
    identifier: str
    basis: str
    use: str
    note: str
    left_out: str

    def __post_init__(self) -> None:
        for name, allowed in (("floor", FLOORS), ("basis", BASES), ("use", USES)):
            given = getattr(self, name)
            if given not in allowed:
                raise InputError(f"{self.id}: {name} is {given!r}; {nearest(given, allowed)}")
        for name in ("id", "kind", "model", "quantity", "tolerance", "source"):
            if not getattr(self, name):
                raise InputError(f"{self.id or 'a row'}: {name} is empty")
        if not math.isfinite(self.value) or not self.low <= self.value <= self.high:
            raise InputError(
                f"{self.id}: value {self.value} does not lie from low {self.low} to high"
                f" {self.high}"
            )
        if self.basis == "recalled" and self.use == "calibrate":
            raise InputError(
                f"{self.id}: use is {self.use!r}, but nothing may be fitted to what is recalled;"
                " must be 'prior' or 'validate'"
            )


_NUMBERS = ("value", "low", "high")


def load_references(floor: str) -> tuple[Reference, ...]:
    """All rows of a floor, in the order of its tables.

    **Raises:** `InputError` for an unknown floor.
    """
    if floor not in FLOORS:
        raise InputError(f"FLOOR is {floor!r}; {nearest(floor, FLOORS)}")
    return read_references(sorted(_FOLDER.glob(f"{floor}_*.csv")))


def read_references(files: Iterable[Path]) -> tuple[Reference, ...]:
    """The rows of some tables, checked.

    **Raises:** `InputError` naming file, line and field for a table that makes no sense.
    """
    rows: dict[str, Reference] = {}
    columns = list(Reference.__dataclass_fields__)
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            table = csv.DictReader(stream)
            if table.fieldnames != columns:
                raise InputError(f"{file.name}: columns must be {', '.join(columns)}")
            for entry in table:
                row = _reference(f"{file.name}, line {table.line_num}", entry)
                if row.id in rows:
                    raise InputError(f"{file.name}, line {table.line_num}: {row.id!r} comes twice")
                rows[row.id] = row
    return tuple(rows.values())


def _reference(where: str, entry: dict[str, str]) -> Reference:
    numbers = {}
    for name in _NUMBERS:
        try:
            numbers[name] = float(entry[name])
        except ValueError:
            raise InputError(f"{where}: {name} is {entry[name]!r}, must be a number") from None
    words = {name: text for name, text in entry.items() if name not in numbers}
    try:
        return Reference(**words, **numbers)  # type: ignore[arg-type]
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
