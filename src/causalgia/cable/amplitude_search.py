"""Searching the amplitude at which something happens, many amplitudes in one run.

Each run tries a whole row of amplitudes for every condition side by side; the next one looks
between the two where the outcome changed. With 64 amplitudes, two or three runs find a threshold
over four decades to a thousandth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from causalgia.errors import InputError, SimulationDiverged

__all__ = ["Bracket", "Trial", "first_change", "last_change", "search_amplitudes"]

Trial: TypeAlias = Callable[
    [Float[np.ndarray, "condition amplitude"]], Bool[np.ndarray, "condition amplitude"]
]
"""Says of each condition and amplitude whether it happened. Lanes are numbered row by row."""


@dataclass(frozen=True)
class Bracket:
    """Two amplitudes between which the outcome changes, and what the first, coarse run saw.

    `low` and `high` [condition]; `tried` [condition, amplitude] and whether it `happened`.
    """

    low: Float[np.ndarray, " condition"]
    high: Float[np.ndarray, " condition"]
    tried: Float[np.ndarray, "condition amplitude"]
    happened: Bool[np.ndarray, "condition amplitude"]


def first_change(happened: Bool[np.ndarray, " amplitude"]) -> int:
    """Index of the smallest amplitude at which it happened, the number of them if at none."""
    return int(np.argmax(happened)) if happened.any() else happened.size


def last_change(happened: Bool[np.ndarray, " amplitude"]) -> int:
    """Index of the smallest amplitude from which on it happened at all larger ones."""
    return happened.size - first_change(~happened[::-1])


def search_amplitudes(
    trial: Trial,
    conditions: int,
    *,
    between: tuple[float, float],
    tolerance: float,
    amplitudes: int,
    change: Callable[[Bool[np.ndarray, " amplitude"]], int],
    outcome: str,
) -> Bracket:
    """Close in on the amplitude of each condition at which the outcome changes.

    **Arguments:** the `trial`; how many `conditions`; the range to look in (`between`); the
    relative width of the bracket to stop at (`tolerance`); how many `amplitudes` in a run;
    `first_change` or `last_change`; the `outcome` in words, for messages ("excites").
    **Raises:** `InputError` for a range that makes no sense or does not hold the change.
    """
    _check(between, tolerance, amplitudes)
    tried, happened, beyond = _scan(trial, conditions, between, amplitudes)
    low, high = np.empty(conditions), np.empty(conditions)
    for row in range(conditions):
        index = change(happened[row])
        label = f"stimulus {row}: " if conditions > 1 else ""
        if index == 0:
            raise InputError(
                f"{label}{outcome} at amplitude 0 already: the fiber does so without a stimulus"
            )
        if index == 1:
            raise InputError(
                f"{label}{outcome} at the smallest amplitude tried already, {between[0]:g}; lower"
                " the lower end of between"
            )
        if index == amplitudes:
            more = " (beyond, the voltage runs away)" if beyond[row] else ""
            raise InputError(
                f"{label}never {outcome} at the {amplitudes - 1} amplitudes from"
                f" {tried[row, 1]:g} to {tried[row, -1]:g}{more}; change between, or try more"
                " amplitudes where a window may have been missed"
            )
        low[row], high[row] = tried[row, index - 1], tried[row, index]
    inner = np.arange(1, amplitudes + 1) / (amplitudes + 1)
    while ((high - low) > tolerance * high).any():
        grid = low[:, None] * (high / low)[:, None] ** inner
        result = trial(grid)
        for row in range(conditions):
            # What lies outside the grid is known: no below, yes above.
            index = change(result[row])
            edges = np.concatenate([[low[row]], grid[row], [high[row]]])
            low[row], high[row] = edges[index], edges[index + 1]
    return Bracket(low, high, tried, happened)


def _scan(
    trial: Trial, conditions: int, between: tuple[float, float], amplitudes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A first look at 0 and all over the range, ended where a membrane would not survive.

    A range wide enough for the shortest pulse may tear the membrane with the longest one; the
    amplitudes of that condition are then taken from the part of its range that does not.
    """
    highest = np.full(conditions, float(between[1]))
    beyond = np.zeros(conditions, dtype=bool)
    while True:
        grid = np.zeros((conditions, amplitudes))
        grid[:, 1:] = np.geomspace(between[0], highest, amplitudes - 1, axis=1)
        try:
            return grid, trial(grid), beyond
        except SimulationDiverged as error:
            torn = np.unique(np.divmod(np.array(error.lanes, dtype=int), amplitudes), axis=1)
            rows, first = np.unique(torn[0], return_index=True)
            columns = torn[1][first]
            if not rows.size or (columns < 3).any():
                raise
            highest[rows] = grid[rows, columns - 1]
            beyond[rows] = True


def _check(between: tuple[float, float], tolerance: float, amplitudes: int) -> None:
    low, high = between
    if not 0 < low < high < np.inf:
        raise InputError(f"between is {between}, must be two rising positive amplitudes")
    if not 1e-5 <= tolerance < 1:
        raise InputError(f"tolerance is {tolerance}, must be from 1e-5 to 1")
    if amplitudes < 4:
        raise InputError(f"amplitudes is {amplitudes}, must be 4 or more")
