"""The packaged numbers: one TOML file per publication, read when asked for and then kept."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from causalgia.errors import InputError, nearest
from causalgia.evidence.parameter import Parameter, Source

__all__ = ["all_parameters", "load_sources", "parameter", "parameters", "read_publication"]

_FOLDER = Path(__file__).parent / "data"
_SECTIONS = ("source", "defaults", "parameters")
# The project's own assumptions are no publication: they go under the project's name.
_OWN_KEY, _OWN_FILE = "causalgia", "causalgia_assumptions"
# What entries of one file may share, in its [defaults] table.
_SHARED_FIELDS = ("status", "where", "species", "temperature_c", "note")


def read_publication(file: Path) -> tuple[Source, Mapping[str, Parameter]]:
    """Read one publication's file and check every entry.

    **Returns:** its `Source`, and its parameters by name.
    **Raises:** `InputError` naming file and field.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file.name}: cannot be read as TOML: {error}") from None
    _refuse_unknown(file.name, document, _SECTIONS)
    header = _table(f"{file.name}: source", document.get("source", {}))
    source = _build(Source, f"{file.name}: source", header)
    if source.key != (expected := _key_of(file)):
        raise InputError(f"{file.name}: source.key is {source.key!r}, must be {expected!r}")
    defaults = _table(f"{file.name}: defaults", document.get("defaults", {}))
    _refuse_unknown(f"{file.name}: defaults", defaults, _SHARED_FIELDS)
    entries = {
        name: _build(
            Parameter,
            f"{file.name}: parameters.{name}",
            {**defaults, **_table(f"{file.name}: parameters.{name}", entry)},
            name=name,
            source=source.key,
        )
        for name, entry in _table(
            f"{file.name}: parameters", document.get("parameters", {})
        ).items()
    }
    return source, MappingProxyType(entries)


def _table(where: str, entry: object) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise InputError(f"{where}: a table is expected, not {entry!r}")
    return entry


def _build(kind: type, where: str, fields: dict[str, Any], **given: str) -> Any:
    """Make a `Source` or `Parameter` of a table, naming the field that is missing or unknown."""
    known = {field.name: field for field in dataclasses.fields(kind) if field.name not in given}
    _refuse_unknown(where, fields, known)
    for name, field in known.items():
        if field.default is dataclasses.MISSING and name not in fields:
            raise InputError(f"{where}: {name} is missing")
    try:
        return kind(**fields, **given)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _refuse_unknown(where: str, table: Iterable[str], known: Iterable[str]) -> None:
    for name in table:
        if name not in (allowed := tuple(known)):
            raise InputError(f"{where}: unknown key {name!r}; {nearest(name, allowed)}")


def _key_of(file: Path) -> str:
    return _OWN_KEY if file.stem == _OWN_FILE else file.stem


@cache
def _publication_files() -> Mapping[str, Path]:
    return MappingProxyType({_key_of(file): file for file in sorted(_FOLDER.glob("*.toml"))})


@cache
def _publication(source_key: str) -> tuple[Source, Mapping[str, Parameter]]:
    files = _publication_files()
    if source_key not in files:
        raise InputError(f"unknown source {source_key!r}; {nearest(source_key, files)}")
    return read_publication(files[source_key])


@cache
def load_sources() -> Mapping[str, Source]:
    """All publications that the package takes numbers from, by key."""
    return MappingProxyType({key: _publication(key)[0] for key in _publication_files()})


def parameters(source_key: str) -> Mapping[str, Parameter]:
    """The numbers taken from one publication, by name.

    **Raises:** `InputError` with the nearest keys where the publication is unknown.
    """
    return _publication(source_key)[1]


def parameter(path: str) -> Parameter:
    """One number, found by `source_key/name`.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    source_key, separator, name = path.partition("/")
    if not separator:
        raise InputError(f"parameter {path!r}: write it as 'source/name'")
    entries = parameters(source_key)
    if name not in entries:
        raise InputError(f"no parameter {name!r} in {source_key!r}; {nearest(name, entries)}")
    return entries[name]


def all_parameters() -> tuple[Parameter, ...]:
    """Every number of every publication, ordered by source and then as its file has them."""
    return tuple(entry for key in _publication_files() for entry in parameters(key).values())
