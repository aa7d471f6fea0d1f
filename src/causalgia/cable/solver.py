r"""The implicit voltage step: a linear system with the shape of the tree, solved in its order.

For voltage increments $u$ the system is
$(c_i/\Delta t + g_i + \sum_j a_{ij}) u_i - \sum_j a_{ij} u_j = r_i$, with $a$ the axial
conductances. Elimination runs from the tips to the root and back (Hines 1984); solving for the
increment rather than the voltage keeps float32 accurate near rest. Of a folded line (see
`causalgia.cable.layout`) every second pair of rows is eliminated at once (odd-even reduction,
Hockney 1965) and the rest from both ends to the middle.
"""

from __future__ import annotations

import abc
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from causalgia.cable.layout import Layout
from causalgia.cable.rows import add_rows, take_rows

__all__ = [
    "AbstractAxial",
    "FoldedLine",
    "FoldedLinks",
    "Numbers",
    "Tree",
    "Voltages",
    "axial_diagonal",
    "axial_of",
    "folded_current",
    "folded_links",
    "put_row",
    "row_at",
]

Voltages = Float[Array, "row batch"]
Numbers = Array | np.ndarray
"""NumPy until they enter the compiled program."""


class AbstractAxial(eqx.Module):
    """The axial conductances of a cable, in the order of its rows."""

    @abc.abstractmethod
    def current(self, potential: Voltages) -> Voltages:
        """Current (uA) into each row along the cable at a `potential` (mV) inside it."""

    @abc.abstractmethod
    def solve(self, diagonal: Voltages, right: Voltages, inside: Voltages) -> Voltages:
        """Voltage increments (mV) of a step.

        **Arguments:** the `diagonal` of the system (mS); its `right` side (uA) but for the
        currents along the cable, which follow from the potentials `inside` it (mV).
        """


def axial_diagonal(
    parent: Int[np.ndarray, " compartment"], axial_mS: Float[np.ndarray, "compartment #batch"]
) -> Float[np.ndarray, "compartment #batch"]:
    """Sum of the axial conductances (mS) that meet in each compartment."""
    total = axial_mS.copy()
    np.add.at(total, np.maximum(parent, 0), axial_mS)
    return total


def axial_of(
    layout: Layout,
    parent: Int[np.ndarray, " compartment"],
    axial_mS: Float[np.ndarray, "compartment #batch"],
) -> tuple[AbstractAxial, Float[np.ndarray, "row #batch"]]:
    """The axial conductances in a layout's order, and their sum in each row.

    **Arguments:** the `layout`, the `parent` of each compartment and `axial_mS`, the conductance
    to it.
    """
    diagonal = axial_diagonal(parent, axial_mS)
    if not layout.folded:
        return Tree.of(parent, axial_mS), layout.arrange(diagonal)
    links = folded_links(layout, axial_mS, diagonal)
    return FoldedLine(links.toward_tip, links.bridge), links.diagonal


class FoldedLinks(NamedTuple):
    """Links (mS) of a folded line: to the row two before, across the fold, and their sums."""

    toward_tip: Float[np.ndarray, "row #batch"]
    bridge: Float[np.ndarray, " #batch"]
    diagonal: Float[np.ndarray, "row #batch"]


def folded_links(
    layout: Layout,
    axial_mS: Float[np.ndarray, "compartment #batch"],
    diagonal: Float[np.ndarray, "compartment #batch"],
) -> FoldedLinks:
    """The links of an unbranched cable, and their sums, in the order of a fold's rows."""
    diagonal = layout.arrange(diagonal)
    size = axial_mS.shape[0]
    half = (size + 1) // 2
    toward_tip = np.zeros_like(diagonal)
    toward_tip[2::2] = axial_mS[1:half]
    toward_tip[3 : 2 * (size - half) : 2] = axial_mS[half + 1 :][::-1]
    bridge = axial_mS[half]
    if size % 2:
        # The junction splits the central link into two of twice its conductance.
        bridge = 2.0 * bridge
        toward_tip[-1] = bridge
        diagonal[-1] = 2.0 * bridge
        diagonal[-2] += 0.5 * bridge
        diagonal[-3] += 0.5 * bridge
    return FoldedLinks(toward_tip, bridge, diagonal)


def folded_current(toward_tip: Numbers, bridge: Numbers, potential: Voltages) -> Voltages:
    """Current (uA) into each row of a folded line at a potential (mV)."""
    links = jnp.asarray(toward_tip)
    flow = links[2:] * (potential[2:] - potential[:-2])
    edge = jnp.zeros_like(flow[:2])
    across = jnp.asarray(bridge) * (potential[-2:][::-1] - potential[-2:])
    return jnp.concatenate([flow, across + edge]) - jnp.concatenate([edge, flow])


class FoldedLine(AbstractAxial):
    """An unbranched cable folded at its middle.

    `toward_tip_mS` [row, #batch] links each row to the one two rows before; `bridge_mS` [#batch]
    links the last two rows.
    """

    toward_tip_mS: Float[Numbers, "row #batch"]
    bridge_mS: Float[Numbers, " #batch"]

    def current(self, potential: Voltages) -> Voltages:
        return folded_current(self.toward_tip_mS, self.bridge_mS, potential)

    def solve(self, diagonal: Voltages, right: Voltages, inside: Voltages) -> Voltages:
        half, lanes = diagonal.shape[0] // 2, diagonal.shape[1]
        odd = half % 2

        def split(x: Array) -> tuple[Array, Array]:
            """Every second pair, and the pairs that follow them."""
            x = x.reshape(half, 2, x.shape[1]) if lanes > 1 else x.reshape(half, 2)
            # Of an odd number the first has none before it, and stands in, linked to nothing.
            return jnp.concatenate([x[:odd], x[odd::2]]), x[1 - odd :: 2]

        # Every second pair is eliminated at once, which halves what is done in order.
        tipward, middleward = split(jnp.asarray(self.toward_tip_mS))
        (here, other), (v, v_other) = split(diagonal), split(inside)
        right_here, right_other = split(right)
        inverse = 1.0 / here
        current = tipward * (_before(v_other) - v) + middleward * (v_other - v)
        partial = (right_here + current) * inverse
        reduced = other - middleward**2 * inverse - _after(tipward**2 * inverse)
        current = middleward * (v - v_other) + _after(tipward) * (_after(v) - v_other)
        right_other = right_other + current + middleward * partial + _after(tipward * partial)
        across = jnp.asarray(self.bridge_mS) * (v_other[-1:, ::-1] - v_other[-1:])
        moved = self._sweep(tipward * middleward * inverse, reduced, right_other, across)
        others = partial + inverse * (tipward * _before(moved) + middleward * moved)
        return jnp.stack([others, moved], axis=1).reshape(-1, lanes)[2 * odd :]

    def _sweep(self, links: Array, diagonal: Array, right: Array, across: Array) -> Array:
        """Increments of pairs [pair, 2, batch], of which the last two rows are bridged.

        **Arguments:** the `links` to the pair before, the `diagonal`, the `right` side but for
        the current `across` the bridge.
        """
        size = diagonal.shape[0]

        def inward(index: Array, carry: tuple[Array, ...]) -> tuple[Array, ...]:
            inverse, partial, inverses, partials = carry
            link = row_at(links, index)
            inverse = 1.0 / (row_at(inverses, index) - link * link * inverse)
            partial = (row_at(partials, index) + link * partial) * inverse
            return (
                inverse,
                partial,
                put_row(inverses, inverse, index),
                put_row(partials, partial, index),
            )

        zero = jnp.zeros_like(diagonal[:1])
        carry = (zero, zero, diagonal, right)
        inverse, partial, inverses, partials = jax.lax.fori_loop(0, size, inward, carry)
        reach = self.bridge_mS * inverse
        partial = partial + across * inverse
        middle = (partial + reach * partial[:, ::-1]) / (1.0 - reach[:, :1] * reach[:, 1:])

        def outward(count: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
            inner, solution = carry
            index = size - 2 - count
            factor = row_at(links, index + 1) * row_at(inverses, index)
            value = row_at(solution, index) + factor * inner
            return value, put_row(solution, value, index)

        ends = (middle, put_row(partials, middle, size - 1))
        return jax.lax.fori_loop(0, size - 1, outward, ends)[1]


def _before(x: Array) -> Array:
    """What comes before each along the first axis; before the first, itself."""
    return jnp.concatenate([x[:1], x[:-1]])


def _after(x: Array) -> Array:
    """What comes after each along the first axis; after the last, zero."""
    return jnp.concatenate([x[1:], jnp.zeros_like(x[:1])])


# Told that no index counts from the end, XLA fuses these into what reads them.
def row_at(x: Array, index: Array) -> Array:
    """One row, its axis kept."""
    rest: list[Array | int] = [0] * (x.ndim - 1)
    shape = (1, *x.shape[1:])
    return jax.lax.dynamic_slice(x, (index, *rest), shape, allow_negative_indices=False)


def put_row(x: Array, value: Array, index: Array | int) -> Array:
    """`x` with one row replaced."""
    rest: list[Array | int] = [0] * (x.ndim - 1)
    return jax.lax.dynamic_update_slice(x, value, (index, *rest), allow_negative_indices=False)


class Tree(AbstractAxial):
    """A cable in the order of its compartments, parents first.

    Most compartments follow their parent directly; `chain_mS` [compartment, #batch] links those
    (0 elsewhere). The others are branches: `branch_mS` [branch, #batch] links compartment
    `child[b]` to compartment `parent[b]`.
    """

    chain_mS: Float[Numbers, "compartment #batch"]
    branch_mS: Float[Numbers, "branch #batch"]
    child: tuple[int, ...] = eqx.field(static=True)
    parent: tuple[int, ...] = eqx.field(static=True)

    @classmethod
    def of(
        cls, parent: Int[np.ndarray, " compartment"], axial_mS: Float[np.ndarray, "row #batch"]
    ) -> Tree:
        """Tell chains from branches."""
        follows = parent == np.arange(-1, parent.size - 1)
        child = np.flatnonzero(~follows & (parent >= 0))
        return cls(
            np.where(follows[:, None] & (parent >= 0)[:, None], axial_mS, 0.0),
            axial_mS[child],
            tuple(int(i) for i in child),
            tuple(int(i) for i in parent[child]),
        )

    def current(self, potential: Voltages) -> Voltages:
        v = potential
        along = jnp.asarray(self.chain_mS)[1:] * (v[1:] - v[:-1])
        edge = jnp.zeros_like(v[:1])
        total = jnp.concatenate([along, edge]) - jnp.concatenate([edge, along])
        if not self.child:
            return total
        branched = jnp.asarray(self.branch_mS) * (
            take_rows(v, self.child) - take_rows(v, self.parent)
        )
        return add_rows(add_rows(total, self.child, -branched), self.parent, branched)

    def solve(self, diagonal: Voltages, right: Voltages, inside: Voltages) -> Voltages:
        size, lanes = diagonal.shape
        right = right + self.current(inside)
        # Branch points keep what their branches add in a slot each; slot 0 is nobody's.
        points = sorted(set(self.parent))
        slot_of_point = np.zeros(size, dtype=np.int32)
        slot_of_point[points] = np.arange(1, len(points) + 1)
        slot_of_child = np.zeros(size, dtype=np.int32)
        slot_of_child[list(self.child)] = slot_of_point[list(self.parent)]
        slots_of_point, slots_of_child = jnp.asarray(slot_of_point), jnp.asarray(slot_of_child)
        branch = jnp.zeros_like(self.chain_mS)
        branch = branch.at[np.asarray(self.child, dtype=int)].set(self.branch_mS)
        following = jnp.concatenate([self.chain_mS[1:], jnp.zeros_like(self.chain_mS[:1])])
        no_slots = jnp.zeros((len(points) + 1, 2, lanes), diagonal.dtype)

        def eliminate(
            carry: tuple[Array, Array, Array], row: tuple[Array, ...]
        ) -> tuple[tuple[Array, Array, Array], tuple[Array, Array]]:
            inverse, partial, slots = carry
            d, r, link, own_link, mine, parents = row
            d = d - link * link * inverse - slots[mine, 0]
            r = r + link * partial + slots[mine, 1]
            inverse = 1.0 / d
            partial = r * inverse
            gift = jnp.stack([own_link * own_link * inverse, own_link * partial])
            slots = slots.at[parents].add(jnp.where(parents > 0, gift, 0.0))
            return (inverse, partial, slots), (inverse, partial)

        zero = jnp.zeros((lanes,), diagonal.dtype)
        _, (inverses, partials) = jax.lax.scan(
            eliminate,
            (zero, zero, no_slots),
            (diagonal, right, following, branch, slots_of_point, slots_of_child),
            reverse=True,
        )
        factors = inverses * (self.chain_mS + branch)

        def substitute(
            carry: tuple[Array, Array], row: tuple[Array, ...]
        ) -> tuple[tuple[Array, Array], Array]:
            before, slots = carry
            factor, partial, mine, parents = row
            above = jnp.where(parents > 0, slots[parents], before)
            value = partial + factor * above
            return (value, slots.at[mine].set(value)), value

        _, solution = jax.lax.scan(
            substitute,
            (zero, no_slots[:, 0]),
            (factors, partials, slots_of_point, slots_of_child),
        )
        return solution
