r"""The implicit voltage step: a linear system with the shape of the tree, solved in its order.

For voltage increments $u$ the system is
$(c_i/\Delta t + g_i + \sum_j a_{ij}) u_i - \sum_j a_{ij} u_j = r_i$, with $a$ the axial
conductances. Elimination runs from the tips to the root and back (Hines 1984); solving for the
increment rather than the voltage keeps float32 accurate near rest.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

__all__ = ["axial_current", "axial_diagonal", "is_line", "solve_tree"]

Voltages = Float[Array, "compartment batch"]
Parents = Int[np.ndarray, " compartment"]


def is_line(parent: Parents) -> bool:
    """Whether each compartment's parent is the one before it."""
    return bool(np.all(parent == np.arange(-1, parent.size - 1)))


def axial_current(
    parent: Parents, axial_mS: Float[Array, "compartment #batch"], v: Voltages
) -> Voltages:
    """Current (uA) that flows along the tree into each compartment at potentials `v` (mV)."""
    if is_line(parent):
        between = axial_mS[1:] * (v[1:] - v[:-1])
        edge = jnp.zeros_like(v[:1])
        return jnp.concatenate([between, edge]) - jnp.concatenate([edge, between])
    above = np.maximum(parent, 0)
    between = axial_mS * (v - v[above])
    return jnp.zeros_like(v).at[above].add(between) - between


def axial_diagonal(
    parent: Parents, axial_mS: Float[np.ndarray, "compartment #batch"]
) -> Float[np.ndarray, "compartment #batch"]:
    """Sum of the axial conductances (mS) that meet in each compartment."""
    total = axial_mS.copy()
    np.add.at(total, np.maximum(parent, 0), axial_mS)
    return total


def solve_tree(
    parent: Parents,
    axial_mS: Float[Array, "compartment #batch"],
    diagonal: Voltages,
    right: Voltages,
) -> Voltages:
    """Solve the tree system for its unknowns (mV).

    **Arguments:** the `parent` of each compartment; `axial_mS`, conductance to the parent; `diagonal` (mS) and
    `right` (uA), both [compartment, batch].
    """
    if is_line(parent):
        return _solve_line(axial_mS, diagonal, right)
    return _solve_branched(parent, axial_mS, diagonal, right)


def _solve_line(
    axial: Float[Array, "compartment #batch"], diagonal: Voltages, right: Voltages
) -> Voltages:
    """Thomas elimination along an unbranched cable."""

    # each row holds the link to the compartment before it
    def body(
        carry: tuple[Array, Array], row: tuple[Array, Array, Array]
    ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        previous_inverse, previous_partial = carry
        link, d, r = row
        factor = link * previous_inverse
        inverse = 1.0 / (d - link * factor)
        partial = (r + link * previous_partial) * inverse
        return (inverse, partial), (factor, partial)

    zero = jnp.zeros_like(diagonal[0])
    _, (factors, partials) = jax.lax.scan(body, (zero, zero), (axial, diagonal, right))

    def back(later: Array, row: tuple[Array, Array]) -> tuple[Array, Array]:
        factor_next, partial = row
        value = partial + factor_next * later
        return value, value

    following = jnp.concatenate([factors[1:], jnp.zeros_like(factors[:1])])
    _, solution = jax.lax.scan(back, zero, (following, partials), reverse=True)
    return solution


def _solve_branched(
    parent: Parents, axial: Float[Array, "compartment #batch"], diagonal: Voltages, right: Voltages
) -> Voltages:
    """Hines elimination from the tips to the root, then substitution back to the tips."""
    order = jnp.arange(parent.size - 1, 0, -1)
    parents = jnp.asarray(parent)

    def eliminate(carry: tuple[Array, Array], i: Array) -> tuple[tuple[Array, Array], None]:
        d, r = carry
        above = parents[i]
        factor = axial[i] / d[i]
        d = d.at[above].add(-axial[i] * factor)
        r = r.at[above].add(factor * r[i])
        return (d, r), None

    (d, r), _ = jax.lax.scan(eliminate, (diagonal, right), order)
    root = r[0] / d[0]

    def substitute(solution: Array, i: Array) -> tuple[Array, None]:
        value = (r[i] + axial[i] * solution[parents[i]]) / d[i]
        return solution.at[i].set(value), None

    start = jnp.zeros_like(right).at[0].set(root)
    solution, _ = jax.lax.scan(substitute, start, order[::-1])
    return solution
