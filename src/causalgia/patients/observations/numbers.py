"""Where numbers of the observation models come from: the evidence, or a fit that tries others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter, parameters

__all__ = ["SOURCE", "Number", "in_evidence", "instead"]

SOURCE = "causalgia_observations"
"""The key of the numbers in the evidence."""

Number: TypeAlias = Callable[[str], float]
"""From the name of a number to its value."""


def in_evidence(name: str) -> float:
    """A number as it stands in the evidence."""
    return parameter(f"{SOURCE}/{name}").value


def instead(changed: Mapping[str, float]) -> Number:
    """The evidence with some numbers changed.

    **Raises:** `InputError` for a number that is not there.
    """
    known = parameters(SOURCE)
    for name in changed:
        if name not in known:
            raise InputError(f"no number {name!r} in {SOURCE}; {nearest(name, known)}")

    def number(name: str) -> float:
        return changed[name] if name in changed else in_evidence(name)

    return number
