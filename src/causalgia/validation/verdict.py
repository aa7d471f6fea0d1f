"""The model's number beside the published one, and whether it lies inside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from causalgia.validation.reference import Reference

__all__ = [
    "Computed",
    "NotComputed",
    "Outcome",
    "Row",
    "Tally",
    "Verdict",
    "by_kind",
    "count",
    "judge",
]

Verdict: TypeAlias = Literal["inside", "outside", "not computed"]
"""What became of a row."""


@dataclass(frozen=True)
class NotComputed:
    """The reason why there is no number.

    `failed` where there should have been one: that counts as a miss.
    """

    reason: str
    failed: bool = False


@dataclass(frozen=True)
class Computed:
    """A number of virtual patients: its `value`, the interval from `low` to `high` in which it lies
    with 95 % given how few they are, and in words `how` it was computed.
    """

    value: float
    low: float
    high: float
    how: str


Outcome: TypeAlias = float | Computed | NotComputed
"""The model's number for a row, or why there is none."""


@dataclass(frozen=True)
class Row:
    """A published number with the model's `value` beside it, a `verdict` and its `reason`.

    `value` is None where it was not computed or is no number (a spike that did not come).
    `interval` of the value and `how` it was computed are there where the model draws patients.
    """

    reference: Reference
    value: float | None
    verdict: Verdict
    reason: str = ""
    interval: tuple[float, float] | None = None
    how: str = ""


@dataclass(frozen=True)
class Tally:
    """How many rows are `inside`, `outside` and `not_computed`."""

    inside: int
    outside: int
    not_computed: int

    @property
    def total(self) -> int:
        """How many rows were computed."""
        return self.inside + self.outside

    @property
    def percent(self) -> float:
        """How many of those computed lie inside; 0 where there is none."""
        return 100.0 * self.inside / max(self.total, 1)


def judge(reference: Reference, outcome: Outcome) -> Row:
    """Hold the model's number against the interval, both ends of which belong to it."""
    if isinstance(outcome, NotComputed):
        verdict: Verdict = "outside" if outcome.failed else "not computed"
        return Row(reference, None, verdict, outcome.reason)
    value = outcome.value if isinstance(outcome, Computed) else outcome
    interval = (outcome.low, outcome.high) if isinstance(outcome, Computed) else None
    how = outcome.how if isinstance(outcome, Computed) else ""
    inside = reference.low <= value <= reference.high
    if not math.isfinite(value):
        # A time without an end lies inside an interval without one.
        reason = "the model gives no number: no such event"
        return Row(reference, None, "inside" if inside else "outside", reason, interval, how)
    return Row(reference, value, "inside" if inside else "outside", "", interval, how)


def count(rows: Iterable[Row]) -> Tally:
    """How many rows have each verdict."""
    verdicts = [row.verdict for row in rows]
    return Tally(
        verdicts.count("inside"), verdicts.count("outside"), verdicts.count("not computed")
    )


def by_kind(rows: Sequence[Row]) -> Mapping[str, tuple[Row, ...]]:
    """Rows under their kinds, in the order of the tables; in each, misses first."""
    order = ("outside", "not computed", "inside")
    kinds = dict.fromkeys(row.reference.kind for row in rows)
    return {
        kind: tuple(
            sorted(
                (row for row in rows if row.reference.kind == kind),
                key=lambda row: order.index(row.verdict),
            )
        )
        for kind in kinds
    }
