"""Files that people write: TOML tables with known keys, units and ranges, and one-line errors."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from causalgia.errors import InputError, nearest
from causalgia.quantities import parse_quantity

__all__ = [
    "Table",
    "blame",
    "number_between",
    "one_of",
    "printable",
    "quantity_between",
    "quantity_in",
    "read_name",
    "read_tables",
    "read_toml",
    "shorten",
    "validated",
    "whole_between",
    "yes_or_no",
]

# What a person writes is a page of text; what is larger is some other file.
LARGEST_FILE_BYTES = 1_000_000
_T = TypeVar("_T")
_M = TypeVar("_M", bound=BaseModel)


class Table(BaseModel):
    """A table of a file: unknown keys are refused with the nearest known one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            raise InputError(
                f"{shorten(given)} is no table; allowed: a table with {', '.join(cls.model_fields)}"
            )
        for key in given:
            if key not in cls.model_fields:
                raise InputError(f"unknown key {shorten(key)}; {nearest(key, cls.model_fields)}")
        return given


def shorten(given: object) -> str:
    """What was given, in one short line."""
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."


def printable(text: str) -> str:
    """The text in one line, whatever a file name or a key may hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def quantity_in(given: object, unit: str, low: float, high: float, allowed: str) -> float:
    """A quantity as people write it, in house units, between two bounds.

    **Raises:** `InputError` with what is `allowed`, in words.
    """
    try:
        value = parse_quantity(given, unit, field="")
    except InputError as error:
        raise InputError(str(error).removeprefix(": ")) from None
    if not low <= value <= high:
        raise InputError(f"{shorten(given)} is out of range; allowed: {allowed}")
    return value


def quantity_between(unit: str, low: float, high: float, allowed: str) -> BeforeValidator:
    """A validator of `quantity_in`."""
    return BeforeValidator(lambda given: quantity_in(given, unit, low, high, allowed))


def number_between(low: float, high: float, what: str) -> BeforeValidator:
    """A validator of bare numbers between two bounds."""

    def read(given: object) -> float:
        is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
        if is_number and low <= given <= high:  # type: ignore[operator]
            return float(given)  # type: ignore[arg-type]
        raise InputError(
            f"{shorten(given)} is no {what}; allowed: a number from {low:g} to {high:g}"
        )

    return BeforeValidator(read)


def whole_between(low: int, high: int, what: str) -> BeforeValidator:
    """A validator of whole numbers between two bounds."""

    def read(given: object) -> int:
        if isinstance(given, int) and not isinstance(given, bool) and low <= given <= high:
            return given
        raise InputError(
            f"{shorten(given)} is no {what}; allowed: a whole number from {low} to {high}"
        )

    return BeforeValidator(read)


def one_of(*allowed: str) -> BeforeValidator:
    """A validator of names out of a few."""

    def read(given: object) -> object:
        if given in allowed:
            return given
        raise InputError(f"{shorten(given)} is not known; {nearest(str(given), allowed)}")

    return BeforeValidator(read)


def yes_or_no(given: object) -> bool:
    """A truth value, and nothing that only looks like one."""
    if isinstance(given, bool):
        return given
    raise InputError(f"{shorten(given)} is neither; allowed: true, false")


def read_name(given: object) -> str:
    """A text that is not empty."""
    if not isinstance(given, str) or not given.strip():
        raise InputError(f"{shorten(given)} is no name; allowed: a text in quotation marks")
    return given.strip()


def blame(field: str, find: Callable[..., _T], *arguments: object) -> _T:
    """Call, and let an `InputError` name the field."""
    try:
        return find(*arguments)
    except InputError as error:
        raise InputError(f"{field}: {error}") from None


def read_toml(file: Path, what: str, needs: str) -> dict[str, Any]:
    """The document in a TOML file.

    **Arguments:** the `file`; `what` it should be ("a case file"); what one `needs` at least.
    **Raises:** `InputError` for anything else than such a file.
    """
    text = _read_text(file, what)
    if not text.strip():
        raise InputError(f"the file is empty; {needs}")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError(f"not {what}: nested too deeply") from None
    except ValueError as error:  # tomllib's own error, and integers of too many digits
        raise InputError(f"not valid TOML: {error}") from None


def _read_text(file: Path, what: str) -> str:
    try:
        found = file.stat()
        if stat.S_ISDIR(found.st_mode):
            raise InputError(f"is a folder; give {what} in TOML")
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"is not a regular file; give {what} in TOML")
        if found.st_size > LARGEST_FILE_BYTES:
            raise InputError(f"has {found.st_size} bytes; {what} has at most {LARGEST_FILE_BYTES}")
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"no such file; give the path of {what} in TOML") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"not UTF-8 text: byte 0x{error.object[error.start]:02x} at position {error.start}"
        ) from None
    except InputError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {reason}") from None


def validated(tables: type[_M], document: dict[str, Any]) -> _M:
    """The document as its tables.

    **Raises:** `InputError` for the first thing that is wrong, with its field.
    """
    try:
        return tables.model_validate(document)
    except ValidationError as error:
        raise InputError(_describe(error)) from None


def read_tables(
    tables: type[_M],
    file: Path | str,
    what: str,
    needs: str,
    changes: Mapping[str, Any] | None = None,
) -> _M:
    """Read tables from a file and check them.

    **Arguments:** the `tables`; the `file`; `what` it should be ("a protocol"); what one `needs` at
    least; `changes`, tables that go before what the file says.
    **Raises:** `InputError`, one line that names the file, the field, what was given and what is
    allowed.
    """
    file = Path(file)
    try:
        return validated(tables, _merged(read_toml(file, what, needs), changes or {}))
    except InputError as error:
        raise InputError(f"{printable(str(file))}: {printable(str(error))}") from None


def _merged(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The document with changes over it, table by table."""
    merged = dict(document)
    for key, value in changes.items():
        own = merged.get(key)
        both = isinstance(own, Mapping) and isinstance(value, Mapping)
        merged[key] = _merged(own, value) if both else value  # type: ignore[arg-type]
    return merged


def _describe(error: ValidationError) -> str:
    """The first thing that is wrong: field, what was given, what is allowed."""
    first = error.errors(include_url=False)[0]
    field = _field(first["loc"])
    if first["type"] == "missing":
        return f"{field}: is missing; it must be given"
    if first["type"] == "list_type":
        return f"{field}: {shorten(first['input'])} is no list; write [[{field}]] before each"
    message = first["msg"].removeprefix("Value error, ")
    return f"{field}: {message}" if field else message


def _field(location: tuple[int | str, ...]) -> str:
    """`treatments[2].dose`: lists are counted from one, as people do."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
