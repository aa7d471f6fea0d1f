"""Numbers in a TOML table, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from causalgia.errors import InputError, nearest
from causalgia.evidence import Parameter

__all__ = ["sourced_numbers"]

OWN = "given by the user"


def sourced_numbers(
    where: str, table: Mapping[str, Any], units: Mapping[str, str]
) -> tuple[Parameter, ...]:
    """The numbers of a table: `name = { value, status, source, note }`, or just `name = value`.

    **Arguments:** `where` the table stands, for messages; the unit of each name that is allowed.
    **Raises:** `InputError` naming the field for an unknown name or key, or what is no number.
    """
    found = []
    for name, entry in table.items():
        if name not in units:
            raise InputError(f"{where}: unknown key {name!r}; {nearest(name, units)}")
        fields = dict(entry) if isinstance(entry, dict) else {"value": entry}
        defaults = {"status": "assumed", "source": OWN}
        allowed = ("value", "status", "source", "note", "low", "high")
        for key in fields:
            if key not in allowed:
                raise InputError(f"{where}: {name}: unknown key {key!r}; {nearest(key, allowed)}")
        if "value" not in fields:
            raise InputError(f"{where}: {name}: value is missing")
        try:
            found.append(Parameter(name=name, unit=units[name], **{**defaults, **fields}))
        except (InputError, TypeError) as error:
            raise InputError(f"{where}: {error}") from None
    return tuple(found)
