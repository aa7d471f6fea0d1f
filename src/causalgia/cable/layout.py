"""The order in which compartments are computed, which is not the order they are given in.

An unbranched cable is folded at its middle: its two halves lie side by side, row 2k the k-th
compartment from the start and row 2k + 1 the k-th from the end. Elimination then runs from both
ends at once and meets in the middle, in half as many steps of twice the width. An odd number of
compartments gets a junction of no area in the middle of its central link, which changes nothing.
Branched cables keep their order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

__all__ = ["Layout", "layout_of"]

_SHORTEST_FOLD = 8
_MOSTLY = 0.6
_JUNCTION = -1


@dataclass(frozen=True)
class Layout:
    """A numbering of compartments for computing.

    **Arguments:** `order`, the compartment in each row (-1: a junction added by the fold);
    `active`, the rows that carry gates; `active_source`, for each of them its place among the
    active compartments as given (-1: none, it has gates but no channels); `folded`.
    """

    order: tuple[int, ...]
    active: tuple[int, ...]
    active_source: tuple[int, ...]
    folded: bool

    @property
    def rows(self) -> dict[int, int]:
        """Row of each compartment."""
        return {compartment: row for row, compartment in enumerate(self.order)}

    def arrange(
        self, values: Float[np.ndarray, "compartment lanes"], junction: float | None = 0.0
    ) -> Float[np.ndarray, "row lanes"]:
        """Values of compartments in the order of the rows.

        A fold's junction gets `junction`, or with None what its neighbor has.
        """
        order = np.asarray(self.order)
        arranged = np.asarray(values)[np.maximum(order, 0)]
        added = np.flatnonzero(order == _JUNCTION)
        arranged[added] = arranged[added ^ 1] if junction is None else junction
        return arranged

    def arrange_active(
        self, values: Float[np.ndarray, "channel active lanes"]
    ) -> Float[np.ndarray, "channel row lanes"]:
        """Values of the active compartments in the order of the active rows, 0 where none is."""
        source = np.asarray(self.active_source, dtype=int)
        arranged = np.asarray(values)[:, np.maximum(source, 0)]
        arranged[:, source < 0] = 0.0
        return arranged

    def restore(self, values: Float[np.ndarray, "row lanes"]) -> np.ndarray:
        """Values of the rows in the order of the compartments."""
        rows = self.rows
        return values[[rows[index] for index in range(len(self.order) - (-1 in rows))]]


def layout_of(
    parent: Int[np.ndarray, " compartment"], active: tuple[int, ...], always_fold: bool = False
) -> Layout:
    """The order that computes fastest.

    **Arguments:** `parent` of each compartment and the `active` compartments; whether to fold an
    unbranched cable even if its active compartments do not come as pairs. Where most are active
    all get gates, since leaving some out would cost more than it saves.
    """
    size = parent.size
    mostly = len(active) >= _MOSTLY * size
    is_line = bool(np.all(parent == np.arange(-1, size - 1)))
    if is_line and size >= _SHORTEST_FOLD:
        order = _folded(size)
        rows = {compartment: row for row, compartment in enumerate(order)}
        chosen = sorted(rows[index] for index in active)
        if mostly or always_fold or _in_pairs(chosen, order):
            return _layout(order, active, mostly, folded=True)
    return _layout(tuple(range(size)), active, mostly, folded=False)


def _folded(size: int) -> tuple[int, ...]:
    half = (size + 1) // 2
    order = []
    for index in range(half):
        other = size - 1 - index
        order += [index, other if other >= half else _JUNCTION]
    return tuple(order)


def _in_pairs(rows: list[int], order: tuple[int, ...]) -> bool:
    """Whether rows come as pairs of a fold, the junction counting with its partner."""
    present = set(rows)
    return all((row ^ 1) in present or order[row ^ 1] == _JUNCTION for row in rows)


def _layout(order: tuple[int, ...], active: tuple[int, ...], mostly: bool, folded: bool) -> Layout:
    place = {compartment: index for index, compartment in enumerate(active)}
    if mostly:
        rows = list(range(len(order)))
    else:
        rows = [row for row, compartment in enumerate(order) if compartment in place]
        if folded:
            rows = sorted({row for chosen in rows for row in (chosen, chosen ^ 1)})
    source = tuple(place.get(order[row], -1) for row in rows)
    return Layout(order, tuple(rows), source, folded)
