"""What a shell offers where a name is due: causes, fibers, circuits, treatments and the like.

A key is pressed and the answer awaited, so nothing that computes is imported: names are read where
they are declared, in data files and in the text of the registries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib.metadata import entry_points
from importlib.resources import files

# For the command line alone.
__all__: list[str] = []

Complete = Callable[[str], list[str]]


def offering(names: Callable[[], Iterable[str]], *, also: str = "") -> Complete:
    """What completes a word by those of some names that begin like it.

    What follows a name, as the dose of a drug, begins with `also`.
    """

    def complete(incomplete: str) -> list[str]:
        return sorted(name + also for name in names() if name.startswith(incomplete))

    return complete


def causes() -> list[str]:
    """The causes of pain, those that others install included."""
    own = _declared("causes", "registry.py", r"^    ([A-Z][A-Z_]+),$")
    return [*map(str.lower, own), *_installed("causalgia.causes")]


def treatments() -> list[str]:
    """The treatments, those that others install included."""
    return [*_stems("treatments", "data"), *_installed("causalgia.treatments")]


def fibers() -> list[str]:
    """The nerve fibers, those that others install included."""
    own = _declared("afferents", "catalog.py", r'^        "(\w+)": (?:lambda|_from)')
    return [*own, *_installed("causalgia.fibers")]


def circuits() -> list[str]:
    """The circuits of the dorsal horn."""
    return _declared("cord", "catalog.py", r'^ +name="(\w+)",$')


def mutations() -> list[str]:
    """The mutations of sodium channels."""
    return _declared("channels", "data", "mutations.toml", r"^\[(\w+)\]$")


def blockers() -> list[str]:
    """The drugs that block channels of a fiber."""
    return _stems("channels", "data", "blockers")


def floors() -> list[str]:
    """The floors that are held against what is published."""
    from causalgia.validation.reference import FLOORS

    return list(FLOORS)


def words(*names: str) -> Complete:
    """What completes a word by one of a few."""
    return offering(lambda: names)


def _declared(*path_and_pattern: str) -> list[str]:
    *path, pattern = path_and_pattern
    text = files("causalgia").joinpath(*path).read_text(encoding="utf-8")
    return re.findall(pattern, text, re.MULTILINE)


def _stems(*path: str) -> list[str]:
    entries = files("causalgia").joinpath(*path).iterdir()
    return [entry.name[:-5] for entry in entries if entry.name.endswith(".toml")]


def _installed(group: str) -> list[str]:
    return [entry.name for entry in entry_points(group=group)]
