"""All treatments by name: the package's data files, those that others install, a user's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType

from causalgia.errors import InputError, nearest
from causalgia.treatments.reading import parse_treatment
from causalgia.treatments.treatment import Treatment

__all__ = ["find", "names", "read_treatment"]

_GROUP = "causalgia.treatments"
_LARGEST_BYTES = 1_000_000


def names() -> tuple[str, ...]:
    """The names of all treatments."""
    return tuple(_treatments())


def find(name: str) -> Treatment:
    """One treatment by name, or by the path of a file ending in `.toml` that holds one.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    if isinstance(name, str) and name.endswith(".toml"):
        return read_treatment(name)
    try:
        return _treatments()[name]
    except (KeyError, TypeError):
        raise InputError(f"unknown treatment {name!r}; {nearest(str(name), names())}") from None


@cache
def _treatments() -> Mapping[str, Treatment]:
    folder = resources.files(__package__).joinpath("data")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    own = [parse_treatment(f.name, f.read_text(encoding="utf-8")) for f in files]
    table: dict[str, Treatment] = {}
    for treatment in (*own, *(entry.load() for entry in entry_points(group=_GROUP))):
        if treatment.name in table:
            raise InputError(f"treatment {treatment.name!r} is defined twice")
        table[treatment.name] = treatment
    return MappingProxyType(table)


def read_treatment(file: str | Path, text: str | None = None) -> Treatment:
    """Read one treatment's data; its name is that of the file.

    **Arguments:** the path of a file; or the name of one and its `text`.
    **Raises:** `InputError` naming file and field.
    """
    path = Path(file)
    if text is None:
        try:
            if path.stat().st_size > _LARGEST_BYTES:
                raise InputError(f"{path.name}: larger than a treatment is; some other file?")
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            if isinstance(error, InputError):
                raise
            raise InputError(f"{file}: cannot be read: {reason}") from None
    return parse_treatment(path.name, text)
