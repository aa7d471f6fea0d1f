"""Protocols: functions that compute the model's numbers for a group of rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeAlias

from causalgia.validation.verdict import Outcome

__all__ = ["Measure", "Protocol", "measures", "protocol_of", "protocols"]

Measure: TypeAlias = Callable[[Collection[str]], Mapping[str, Outcome]]
"""From the ids that are asked for to the model's number for each; more may be given."""


@dataclass(frozen=True)
class Protocol:
    """What computes the rows whose ids match one of `patterns`.

    In a quick look `quick` computes them instead where it is there, and `slow` ones without it are
    left out.
    """

    name: str
    patterns: tuple[str, ...]
    measure: Measure
    slow: bool
    quick: Measure | None = None

    def covers(self, row_id: str) -> bool:
        """Whether the row is one of its own."""
        return any(fnmatchcase(row_id, pattern) for pattern in self.patterns)


_PROTOCOLS: list[Protocol] = []


def measures(
    *patterns: str, slow: bool = False, quick: Measure | None = None
) -> Callable[[Measure], Measure]:
    """Register a function as what computes the rows whose ids match one of the patterns."""

    def register(measure: Measure) -> Measure:
        _PROTOCOLS.append(Protocol(measure.__name__, patterns, measure, slow, quick))
        return measure

    return register


def protocols(floor: str) -> Sequence[Protocol]:
    """The protocols of a floor, which register themselves when its modules are loaded."""
    package = import_module(f"causalgia.validation.{floor}")
    modules = [f"{package.__name__}.{found.name}" for found in iter_modules(package.__path__)]
    for name in modules:
        import_module(name)
    return tuple(p for p in _PROTOCOLS if p.measure.__module__ in modules)


def protocol_of(row_id: str, among: Sequence[Protocol]) -> Protocol | None:
    """The protocol that computes a row, None where there is none."""
    return next((protocol for protocol in among if protocol.covers(row_id)), None)
