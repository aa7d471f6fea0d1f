"""The model's number beside the published one, and whether it lies inside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from causalgia.validation.reference import Reference

__all__ = ["NotComputed", "Outcome", "Row", "Tally", "Verdict", "by_kind", "count", "judge"]

Verdict: TypeAlias = Literal["inside", "outside", "not computed"]
"""What became of a row."""


@dataclass(frozen=True)
class NotComputed:
    """The reason why there is no number.

    `failed` where there should have been one: that counts as a miss.
    """

    reason: str
    failed: bool = False


Outcome: TypeAlias = float | NotComputed
"""The model's number for a row, or why there is none."""


@dataclass(frozen=True)
class Row:
    """A published number with the model's `value` beside it, a `verdict` and its `reason`.

    `value` is None where it was not computed or is no number (a spike that did not come).
    """

    reference: Reference
    value: float | None
    verdict: Verdict
    reason: str = ""


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
    if not math.isfinite(outcome):
        return Row(reference, None, "outside", "the model gives no number: no such event")
    inside = reference.low <= outcome <= reference.high
    return Row(reference, outcome, "inside" if inside else "outside")


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
