"""What a published row counts in the patients followed: read from `outcomes.toml`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from causalgia.errors import InputError, nearest
from causalgia.mechanisms import entries
from causalgia.mechanisms.map import index_of
from causalgia.validation.course.followed import Followed
from causalgia.validation.course.strata import MONTH_days, strata

__all__ = [
    "Definition",
    "change_from_health",
    "criteria",
    "definitions",
    "met",
    "step_at",
    "times_begun",
    "times_ended",
]

Ranges = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Definition:
    """How the number of one row is made.

    **Arguments:** the strata it is `of`, pooled, and those it is held `against`; what to `compute`,
    a name in `causalgia.validation.course.measures`; `having`, the criterion that is counted, and
    `among`, that of those in whom it is counted (empty: everybody enrolled); `months` after
    enrollment, from and to; `when`, at those times, `once` (each patient at a time of his own
    between them) or `ever` between them; the factor it is taken `by`, with the `least` value of
    those exposed to it or as a change `per` so much of it; the `mechanism` whose mean is read, with
    the share of its largest change that is `reached`; `scale`, what the number is multiplied by; a
    `note`.
    """

    of: tuple[str, ...]
    compute: str
    against: tuple[str, ...] = ()
    having: str = ""
    among: str = ""
    months: tuple[float, float] = (0.0, 0.0)
    when: str = "at"
    by: str = ""
    least: float | None = None
    per: float | None = None
    mechanism: str = ""
    reached: float = 1.0
    scale: float = 1.0
    note: str = ""

    @property
    def strata(self) -> tuple[str, ...]:
        """Every stratum that must be followed for it."""
        return (*self.of, *self.against)

    def describe(self) -> str:
        """What is computed, in words."""
        words = [self.compute.replace("_", " ")]
        if self.having:
            words.append(f"of {_wording(self.having)}")
        if self.among:
            words.append(f"among those with {_wording(self.among)}")
        if self.mechanism:
            words.append(f"of the mean {self.mechanism.replace('_', ' ')}")
        if self.reached < 1.0:
            words.append(f"to {100 * self.reached:g} % of its largest change")
        low, high = self.months
        if high > 0.0:
            at = {"at": "at", "once": "at some time within", "ever": "ever within"}[self.when]
            words.append(
                f"{at} {high:g} months" if low == high else f"{at} {low:g}-{high:g} months"
            )
        if self.by:
            change = f">= {self.least:g}" if self.per is None else f"per {self.per:g}"
            words.append(f"by {self.by.replace('_', ' ')} {change}")
        populations = " and ".join(strata()[name].describe() for name in self.of)
        held = " and ".join(strata()[name].describe() for name in self.against)
        text = f"{' '.join(words)}; {populations}" + (f"; against {held}" if held else "")
        return f"{text}; {self.note}" if self.note else text


@cache
def _table() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("outcomes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def criteria() -> Mapping[str, Ranges]:
    """Named criteria: ranges of signals, from (included) to (not included), all of which hold."""
    table = _table()["criteria"]
    return MappingProxyType(
        {
            name: {signal: (float(low), float(high)) for signal, (low, high) in entry.items()}
            for name, entry in table.items()
        }
    )


@cache
def definitions() -> Mapping[str, Definition]:
    """How each row is computed, by its id.

    **Raises:** `InputError` naming the row for a table that makes no sense.
    """
    rows = _table()["rows"]
    return MappingProxyType({row_id: _read(row_id, entry) for row_id, entry in rows.items()})


def _read(row_id: str, entry: Mapping[str, Any]) -> Definition:
    entry = dict(entry)
    for name in ("of", "against"):
        given = entry.get(name, ())
        entry[name] = (given,) if isinstance(given, str) else tuple(given)
    months = entry.get("months", 0.0)
    low, high = months if isinstance(months, list) else (months, months)
    entry["months"] = (float(low), float(high))
    try:
        definition = Definition(**entry)
    except TypeError as error:
        raise InputError(f"outcomes.toml: {row_id}: {error}") from None
    for stratum in definition.strata:
        if stratum not in strata():
            raise InputError(f"outcomes.toml: {row_id}: {nearest(stratum, strata())}")
    for name in (definition.having, definition.among):
        if name and name not in criteria():
            raise InputError(f"outcomes.toml: {row_id}: {nearest(name, criteria())}")
    return definition


def _wording(name: str) -> str:
    ranges = []
    for signal, (low, high) in criteria()[name].items():
        words = signal.replace("_", " ")
        if math.isinf(high):
            ranges.append(f"{words} >= {low:g}")
        elif low <= 0.0:
            ranges.append(f"{words} < {high:g}")
        else:
            ranges.append(f"{words} {low:g}-{high:g}")
    return f"{name.replace('_', ' ')} ({', '.join(ranges)})"


def change_from_health(
    definition: Definition, followed: Followed
) -> tuple[Float[np.ndarray, "time patient"], float]:
    """How far the mechanism that is read lies above its healthy value, and that value."""
    quantity, _, where = definition.mechanism.partition("@")
    place, _, fiber = where.partition("/")
    row = index_of(quantity, place, fiber or None)
    healthy = entries()[row].healthy
    return followed.mechanisms[:, row].astype(np.float32) - healthy, healthy


def _holds(name: str, followed: Followed) -> Bool[np.ndarray, "time patient"]:
    """Whether a criterion is met, at every time."""
    shape = followed.signals["pain"].shape
    holds = np.ones(shape, dtype=bool)
    for signal, (low, high) in criteria()[name].items() if name else ():
        values = followed.signals[signal]
        holds &= (values >= low) & (values < high)
    return holds


def step_at(followed: Followed, months: float) -> int:
    """The step in which a time after enrollment lies."""
    at = int(np.searchsorted(followed.day, months * MONTH_days - 1e-6))
    return min(at, len(followed.day) - 1)


def met(definition: Definition, name: str, followed: Followed) -> Bool[np.ndarray, " patient"]:
    """Who meets a criterion at the time or times that the row is about."""
    holds = _holds(name, followed)
    first, last = (step_at(followed, month) for month in definition.months)
    if definition.when == "ever":
        return np.asarray(holds[first : last + 1].any(axis=0))
    if definition.when == "once":
        patients = holds.shape[1]
        # Evenly spread, and unrelated to what patients are like.
        places = (np.arange(patients) * 0.6180339887) % 1.0
        steps = first + np.floor(places * (last - first + 1)).astype(int)
        return holds[steps, np.arange(patients)]
    return holds[last]


def times_ended(
    definition: Definition, followed: Followed
) -> tuple[np.ndarray, Bool[np.ndarray, " patient"]]:
    """The day [patient] from which on a criterion is met no more, and who met it at all.

    Infinite where it is still met at the end.
    """
    holds = _holds(definition.having, followed)
    last = len(holds) - 1 - np.argmax(holds[::-1], axis=0)
    ended = np.where(last < len(holds) - 1, followed.day[last], np.inf)
    return ended, np.asarray(holds.any(axis=0))


def times_begun(
    definition: Definition, followed: Followed
) -> tuple[np.ndarray, Bool[np.ndarray, " patient"]]:
    """The day [patient] on which a criterion is first met, and who meets it at all."""
    holds = _holds(definition.having, followed)
    return followed.day[np.argmax(holds, axis=0)], np.asarray(holds.any(axis=0))
