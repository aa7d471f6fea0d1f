"""Reading and adding to rows gives the same whatever pattern the rows make."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.cable.rows import add_rows, take_rows

PATTERNS = {
    "none": (),
    "all": tuple(range(24)),
    "one": (7,),
    "backward": (9, 3),
    "repeated": (3, 3, 5),
    "evenly spaced": tuple(range(1, 24, 2)),
    "pairs": tuple(row for pair in range(1, 12, 2) for row in (2 * pair, 2 * pair + 1)),
    "many, uneven": (0, 1, 3, 4, 9, 10, 15, 17, 20, 23),
    "many, unordered": (23, 1, 3, 0, 9, 10, 15, 17, 20, 4),
    "many, repeated": (0, 1, 1, 4, 9, 10, 15, 17, 20, 23),
}


@pytest.mark.parametrize("sites", PATTERNS.values(), ids=PATTERNS)
@pytest.mark.parametrize("lanes", [1, 3])
def test_rows_are_those_named(sites: tuple[int, ...], lanes: int) -> None:
    values = np.random.default_rng(0).normal(size=(24, 3)).astype(np.float32)
    amount = np.random.default_rng(1).normal(size=(len(sites), lanes)).astype(np.float32)
    index = np.asarray(sites, dtype=int)
    np.testing.assert_array_equal(take_rows(values, sites), values[index])
    expected = values.copy()
    np.add.at(expected, index, np.broadcast_to(amount, (len(sites), 3)))
    np.testing.assert_allclose(add_rows(jnp.asarray(values), sites, amount), expected, rtol=1e-6)
