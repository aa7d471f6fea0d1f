"""The linear system of one step, against a dense solver."""

from __future__ import annotations

from contextlib import nullcontext

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalgia.cable.layout import layout_of
from causalgia.cable.solver import axial_of


def dense(parent: np.ndarray, axial: np.ndarray, own: np.ndarray) -> np.ndarray:
    """The matrix of the system: what each compartment loses at home and across its links."""
    matrix = np.diag(own)
    for child in range(1, parent.size):
        above, link = parent[child], axial[child]
        matrix[child, child] += link
        matrix[above, above] += link
        matrix[child, above] -= link
        matrix[above, child] -= link
    return matrix


def solve_like_the_engine(
    parent: np.ndarray, axial: np.ndarray, own: np.ndarray, right: np.ndarray, inside: np.ndarray
) -> np.ndarray:
    """Increments for `right` and the currents at potentials `inside` [compartment, batch]."""
    layout = layout_of(parent, tuple(range(parent.size)))
    middle = inside[[(parent.size - 1) // 2, -(-(parent.size - 1) // 2)]].mean(axis=0)
    potentials = layout.arrange(inside)
    potentials[np.asarray(layout.order) < 0] = middle
    # Compiling every tree would take longer than walking through it; folded lines are few.
    walk = nullcontext() if layout.folded else jax.disable_jit()
    with jax.enable_x64(True), walk:
        system, total = axial_of(layout, parent, axial[:, None])
        diagonal = np.broadcast_to(total + layout.arrange(own[:, None]), (len(layout.order), 1))
        diagonal = np.repeat(diagonal, right.shape[1], axis=1)
        given = [jnp.asarray(values) for values in (diagonal, layout.arrange(right), potentials)]
        return layout.restore(np.asarray(system.solve(*given)))


@st.composite
def trees(draw: st.DrawFn) -> tuple[np.ndarray, np.random.Generator]:
    size = draw(st.integers(1, 16))
    bushy = draw(st.booleans())
    parent = [-1]
    for index in range(1, size):
        parent.append(draw(st.integers(0, index - 1)) if bushy else index - 1)
    return np.array(parent), np.random.default_rng(draw(st.integers(0, 2**32 - 1)))


@settings(max_examples=15)
@given(trees())
def test_agrees_with_a_dense_matrix_on_any_tree(
    tree: tuple[np.ndarray, np.random.Generator],
) -> None:
    assert_agrees_with_a_dense_matrix(*tree)


@pytest.mark.parametrize("size", [8, 9, 10, 11, 98, 100])
def test_agrees_with_a_dense_matrix_on_lines_of_every_parity(size: int) -> None:
    # A fold may have a junction or not, and its number of pairs be odd or even.
    assert_agrees_with_a_dense_matrix(np.arange(-1, size - 1), np.random.default_rng(size))


def assert_agrees_with_a_dense_matrix(parent: np.ndarray, rng: np.random.Generator) -> None:
    """Solve a system of random conductances, currents and potentials both ways."""
    axial = np.exp(rng.normal(size=parent.size))
    axial[0] = 0.0
    own = np.exp(rng.normal(size=parent.size))
    right, inside = rng.normal(size=(2, parent.size, 2))
    along = -dense(parent, axial, np.zeros(parent.size)) @ inside
    expected = np.linalg.solve(dense(parent, axial, own), right + along)
    solution = solve_like_the_engine(parent, axial, own, right, inside)
    np.testing.assert_allclose(solution, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("size", [8, 9, 30, 31])
def test_layout_gives_every_compartment_one_row(size: int) -> None:
    layout = layout_of(np.arange(-1, size - 1), tuple(range(size)))
    assert layout.folded
    values = np.arange(size, dtype=float)[:, None]
    np.testing.assert_array_equal(layout.restore(layout.arrange(values)), values)


@pytest.mark.parametrize(
    ("active", "folded"),
    [
        (tuple(range(41)), True),
        (tuple(range(0, 41, 10)), True),  # nodes that mirror each other
        (tuple(range(5, 41, 10)), True),
        (tuple(range(3, 41, 10)), False),  # nodes that do not
    ],
)
def test_a_cable_is_folded_where_its_active_compartments_mirror_each_other(
    active: tuple[int, ...], folded: bool
) -> None:
    layout = layout_of(np.arange(-1, 40), active)
    assert layout.folded == folded
    carried = {layout.order[row] for row in layout.active} - {-1}
    assert carried == set(active)
