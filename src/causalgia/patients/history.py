r"""History: events that lead to some causes and are rare without them.

An event told of, or denied, weighs each cause by $P(\text{answer} \mid \text{cause})$: high where
the cause needs the event, the share of anybody otherwise. Answers count as independent given the
cause. None makes a cause impossible: people err, and so do files.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter

__all__ = ["Event", "events", "find_event", "history_log_likelihood", "objections"]


@dataclass(frozen=True)
class Event:
    """Something that happened: its `name` and `label`, the question to `ask`, and how often.

    `shares` of those with a cause who tell of it; of all others, the share `otherwise`.
    """

    name: str
    label: str
    ask: str
    shares: Mapping[str, float]
    otherwise: float

    def share(self, cause: str) -> float:
        """The share of people with this cause who tell of it."""
        return self.shares.get(cause, self.otherwise)


@cache
def events() -> Mapping[str, Event]:
    """All events by name."""
    text = resources.files(__package__).joinpath("history.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: _event(name, row) for name, row in tomllib.loads(text).items()})


def _event(name: str, row: dict[str, object]) -> Event:
    causes = row["causes"]
    assert isinstance(causes, list)

    def share(key: str) -> float:
        return parameter(f"causalgia_history/{name}_{key}").value

    return Event(
        name=name,
        label=str(row["label"]),
        ask=str(row["ask"]),
        shares=MappingProxyType({cause: share(f"in_{cause}") for cause in causes}),
        otherwise=share("otherwise"),
    )


def find_event(name: str) -> Event:
    """One event by name.

    **Raises:** `InputError` with the nearest names.
    """
    found = events().get(name)
    if found is None:
        raise InputError(f"unknown event {name!r}; {nearest(name, events())}")
    return found


def history_log_likelihood(answers: Mapping[str, bool], cause: str) -> float:
    """How probable the answers are in people with this cause, as a logarithm.

    **Raises:** `InputError` for an unknown event.
    """
    total = 0.0
    for name, told in answers.items():
        share = find_event(name).share(cause)
        total += math.log(share if told else 1.0 - share)
    return total


def objections(answers: Mapping[str, bool], cause: str) -> tuple[str, ...]:
    """What a history says against a cause: events that it needs and that are denied."""
    needed = parameter("causalgia_planning/history_needed").value
    return tuple(
        find_event(name).label
        for name, told in answers.items()
        if not told and find_event(name).shares.get(cause, 0.0) >= needed
    )
