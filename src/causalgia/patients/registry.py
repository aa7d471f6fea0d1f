"""Many people from one CSV file: a row each, a column for each entry of a case file.

The head names entries as a case file nests them (`patient.age`, `pain.symptoms.burning`); a unit
may stand there once (`patient.age [years]`). An empty cell is unknown. Lists are parted by `;` or
`|`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from causalgia.errors import InputError, nearest
from causalgia.patients.history import find_event
from causalgia.patients.person import Person, person_of
from causalgia.patients.planning.red_flags import find_red_flag
from causalgia.patients.schema import check_sign
from causalgia.tables import printable, shorten

__all__ = ["MOST_ROWS", "Column", "Row", "column_of", "put", "read_people"]

MOST_ROWS = 20_000
"""Rows of one file."""

_LARGEST_BYTES = 50_000_000
_HEAD = re.compile(r"\s*([^\[\]]+?)\s*(?:\[\s*([^\[\]]+?)\s*\])?\s*")
_NAMES = ("name", "id")
_TRUE, _FALSE = {"true", "yes", "1", "x"}, {"false", "no", "0"}
_TEXTS = (
    *("cause.name", "cause.onset", "cause.severity", "cause.root", "pain.region"),
    *("patient.age", "patient.weight", "patient.renal_clearance", "patient.hba1c"),
    "patient.cyp2d6",
)
_NUMBERS = ("pain.now", "pain.average", "pain.worst")
_LISTS = ("cause.possible", "patient.conditions", "drawing.areas")
_MEDICINES = ("taking", "tried")


@dataclass(frozen=True)
class Row:
    """One row: its `number` (the head is 1), `name`, and the `person`, or why there is none."""

    number: int
    name: str
    person: Person | None
    error: str


@dataclass(frozen=True)
class Column:
    """A column: the entry it fills, the unit of its cells, and how a cell is read."""

    path: tuple[str, ...]
    unit: str
    read: Callable[[str], object]


def read_people(file: Path | str) -> Iterator[Row]:
    """Read the rows one after the other; what is wrong with one row is said and ends nothing.

    **Raises:** `InputError`, one line, for a file that is no such table: before any row is read.
    """
    file = Path(file)
    try:
        head, rows = _table(file)
        columns = [column_of(name) for name in head]
        _refuse_twins(head, columns)
    except InputError as error:
        raise InputError(f"{printable(str(file))}: {printable(str(error))}") from None
    return (_row(number, cells, columns) for number, cells in enumerate(rows, start=2))


def _table(file: Path) -> tuple[list[str], list[list[str]]]:
    text = _text(file)
    if not text.strip():
        raise InputError("the file is empty; a table needs a head and a row for each person")
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError(f"not valid CSV: {error}") from None
    rows = [row for row in read if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise InputError("has a head but no row; give a row for each person")
    if len(rows) - 1 > MOST_ROWS:
        raise InputError(f"has {len(rows) - 1} rows; allowed: at most {MOST_ROWS}")
    return rows[0], rows[1:]


def _text(file: Path) -> str:
    try:
        if file.is_dir():
            raise InputError("is a folder; give a table in CSV")
        if not file.exists():
            raise InputError("no such file; give the path of a table in CSV")
        if file.stat().st_size > _LARGEST_BYTES:
            raise InputError(f"has more than {_LARGEST_BYTES} bytes")
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 text: at position {error.start}") from None
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None


def column_of(head: str) -> Column:
    """The entry that a column fills.

    **Raises:** `InputError` with the nearest names.
    """
    match = _HEAD.fullmatch(head)
    if match is None:
        raise InputError(f"column {shorten(head)} has no name")
    name, unit = match[1], match[2] or ""
    if name in _NAMES:
        return Column(("name",), "", str)
    reader = _reader(name)
    if unit and name not in _TEXTS:
        raise InputError(f"column {name!r}: has no unit; leave {unit!r} out")
    return Column(tuple(name.split(".")), unit, reader)


def _reader(name: str) -> Callable[[str], object]:
    simple: dict[str, Callable[[str], object]] = {
        **dict.fromkeys(_TEXTS, str),
        **dict.fromkeys(_NUMBERS, _number),
        **dict.fromkeys(_LISTS, _list),
        **dict.fromkeys(_MEDICINES, _list),
        "red_flags": _list,
    }
    if name in simple:
        return simple[name]
    for prefix, reader_of in _named().items():
        if name.startswith(prefix):
            try:
                return reader_of(name.removeprefix(prefix))
            except InputError as error:
                raise InputError(f"column {name!r}: {error}") from None
    known = [*simple, *_NAMES, *(f"{prefix}..." for prefix in _named())]
    raise InputError(f"unknown column {shorten(name)}; {nearest(name, known)}")


def _named() -> dict[str, Callable[[str], Callable[[str], object]]]:
    """Entries that have names of their own: from such a name to how a cell of it is read."""
    return {
        "pain.symptoms.": _of_symptom,
        "signs.": _of_sign,
        "history.": lambda name: _after(find_event(name), _truth),
        "red_flags.": lambda name: _after(find_red_flag(name), _truth),
        "tests.sensory.": _of_parameter,
        "tests.confirming.": _of_confirming,
        "questionnaires.": _of_questionnaire,
    }


def _after(found: object, read: Callable[[str], object]) -> Callable[[str], object]:
    """How a cell is read once its name is found."""
    return read


def _of_symptom(name: str) -> Callable[[str], object]:
    from causalgia.patients.observations import BASIC_OBSERVATIONS

    asked = [known for known, o in BASIC_OBSERVATIONS.items() if o.kind != "z_score"]
    _require(name, asked, "symptom")
    return _truth if BASIC_OBSERVATIONS[name].kind == "yes_no" else _number


def _of_sign(name: str) -> Callable[[str], object]:
    check_sign(name)
    return _truth


def _of_parameter(name: str) -> Callable[[str], object]:
    from causalgia.patients.observations import BASIC_OBSERVATIONS

    scored = [known.lower() for known, o in BASIC_OBSERVATIONS.items() if o.kind == "z_score"]
    _require(name.lower(), scored, "parameter")
    return _number


def _of_confirming(name: str) -> Callable[[str], object]:
    from causalgia.patients.observations.grade import CONFIRMING_TESTS

    _require(name, tuple(CONFIRMING_TESTS), "test")
    return _truth


def _of_questionnaire(name: str) -> Callable[[str], object]:
    from causalgia.patients.observations import INSTRUMENTS, OBSERVATIONS

    own, _, item = name.partition(".")
    _require(own, tuple(INSTRUMENTS), "questionnaire")
    if item:
        _require(name, tuple(OBSERVATIONS), "item")
    return _number


def _require(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        raise InputError(f"unknown {what} {name!r}; {nearest(name, known)}")


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise InputError(f"{shorten(cell)} is no number") from None


def _truth(cell: str) -> bool:
    plain = cell.lower()
    if plain in _TRUE | _FALSE:
        return plain in _TRUE
    raise InputError(f"{shorten(cell)} is neither; allowed: yes, no, or leave it empty")


def _list(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;|]", cell) if part.strip()]


def _refuse_twins(head: Sequence[str], columns: Sequence[Column]) -> None:
    seen: set[tuple[str, ...]] = set()
    for name, column in zip(head, columns, strict=True):
        if column.path in seen:
            raise InputError(f"column {name.strip()!r} is there twice; allowed: each once")
        seen.add(column.path)


def _row(number: int, cells: Sequence[str], columns: Sequence[Column]) -> Row:
    name = f"row {number}"
    try:
        if len(cells) > len(columns):
            raise InputError(f"has {len(cells)} cells, but the head has {len(columns)}")
        document: dict[str, Any] = {}
        for column, cell in zip(columns, cells, strict=False):
            text = cell.strip()
            if not text:
                continue
            if column.path == ("name",):
                name = printable(text)
                continue
            put(document, column, text)
        return Row(number, name, person_of(document, name), "")
    except InputError as error:
        return Row(number, name, None, printable(str(error)))


def put(document: dict[str, Any], column: Column, text: str) -> None:
    """Set an entry of the document from a cell, as a case file would.

    **Raises:** `InputError` that names the entry.
    """
    *above, last = column.path
    where = document
    for key in above:
        where = where.setdefault(key, {})
        if not isinstance(where, dict):
            raise InputError(f"{'.'.join(column.path)}: {key} has a total already")
    field = ".".join(column.path)
    try:
        value = column.read(f"{text} {column.unit}" if column.unit else text)
    except InputError as error:
        raise InputError(f"{field}: {error}") from None
    if column.path in (("taking",), ("tried",)):
        value = [_medicine(part, last) for part in value]  # type: ignore[attr-defined]
    elif column.path == ("red_flags",):
        value = {**where.get(last, {}), **dict.fromkeys(value, True)}  # type: ignore[call-overload]
    elif field == "cause.severity" and re.fullmatch(r"[0-9.]+", text):
        value = _number(text)
    where[last] = value


def _medicine(text: str, field: str) -> dict[str, str]:
    """A medicine and its dose, or its relief, as in "gabapentin: 10 %"."""
    name, _, rest = text.partition(":")
    entry = {"name": name.strip()}
    if rest.strip():
        entry["relief" if rest.strip().endswith("%") else "dose"] = rest.strip()
    return entry
