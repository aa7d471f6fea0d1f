"""Orders in which arms are given: one arm, Williams squares, cycles of an N-of-1 trial."""

from __future__ import annotations

import itertools
from collections.abc import Sequence as Ordered
from dataclasses import dataclass

from causalgia.errors import InputError

__all__ = ["Sequence", "cycle_orders", "factorial_arms", "williams_square"]

_MOST_SEQUENCES = 4096


@dataclass(frozen=True)
class Sequence:
    """What a patient is randomized to.

    **Arguments:** `name` (of the arm, or of the arms in order); the `arms` by period; its
    `allocation` relative to others.
    """

    name: str
    arms: tuple[str, ...]
    allocation: int = 1


def williams_square(count: int) -> tuple[tuple[int, ...], ...]:
    r"""Orders of `count` treatments, each once a period and after each other equally often.

    There are `count` orders where it is even, twice as many where it is odd.
    Williams (1949): $0, 1, n-1, 2, n-2, \dots$ shifted cyclically; with its mirror for odd $n$.
    """
    first = [0]
    low, high = 1, count - 1
    while low <= high:
        first.append(low)
        if low != high:
            first.append(high)
        low, high = low + 1, high - 1
    rows = [tuple((item + shift) % count for item in first) for shift in range(count)]
    if count % 2:
        rows += [tuple(reversed(row)) for row in rows]
    return tuple(rows)


def cycle_orders(count: int, cycles: int) -> tuple[tuple[int, ...], ...]:
    """All orders of an N-of-1 trial: every one of `count` arms once in each of `cycles`.

    **Raises:** `InputError` where there are too many to list.
    """
    one = list(itertools.permutations(range(count)))
    if len(one) ** cycles > _MOST_SEQUENCES:
        raise InputError(
            f"periods.cycles: {cycles} cycles of {count} arms have {len(one) ** cycles} orders; "
            f"allowed: at most {_MOST_SEQUENCES}"
        )
    return tuple(
        tuple(itertools.chain.from_iterable(parts))
        for parts in itertools.product(one, repeat=cycles)
    )


def factorial_arms(factors: Ordered[dict[str, object]]) -> list[dict[str, object]]:
    """The arms of a factorial design as tables: every combination, none of them first."""
    arms: list[dict[str, object]] = []
    combinations = sorted(itertools.product((False, True), repeat=len(factors)), key=_fewest_first)
    for present in combinations:
        chosen = [f for f, there in zip(factors, present, strict=True) if there]
        given: list[object] = []
        for factor in chosen:
            rows = factor.get("treatments", [])
            given += rows if isinstance(rows, list) else []
        name = " + ".join(str(f.get("name")) for f in chosen) or "neither"
        arms.append({"name": name, "control": not chosen, "treatments": given})
    return arms


def _fewest_first(present: tuple[bool, ...]) -> tuple[int, tuple[bool, ...]]:
    return sum(present), tuple(not there for there in present)
