"""Reading and adding to some rows of an array whose first axis is compartments.

Which rows is known before compilation, so that the common cases (all rows, evenly spaced rows,
evenly spaced pairs, a handful) become slices, which fuse and vectorize; general gathers and
scatters do not on a CPU.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

__all__ = ["add_rows", "evenly_spaced", "take_rows"]

Sites = tuple[int, ...]
_FEW = 8


def evenly_spaced(sites: Sites) -> int | None:
    """The distance between neighbors of an evenly spaced, rising list of rows, else None."""
    stride = sites[1] - sites[0] if len(sites) > 1 else 1
    even = stride > 0 and sites == tuple(range(sites[0], sites[-1] + 1, stride))
    return stride if even else None


def _paired(sites: Sites, size: int) -> Sites | None:
    """The pairs that rows make up, where all rows come as pairs (2k, 2k + 1), else None."""
    if size % 2 or len(sites) % 2:
        return None
    pairs = tuple(site // 2 for site in sites[::2])
    whole = tuple(row for pair in pairs for row in (2 * pair, 2 * pair + 1))
    return pairs if whole == sites else None


def take_rows(values: Float[Array, "row batch"], sites: Sites) -> Float[Array, "site batch"]:
    """The rows of `values` given by `sites`, in that order."""
    if not sites:
        return values[:0]
    if sites == tuple(range(values.shape[0])):
        return values
    stride = evenly_spaced(sites)
    if stride is not None:
        return values[sites[0] : sites[-1] + 1 : stride]
    pairs = _paired(sites, values.shape[0])
    if pairs is not None and (step := evenly_spaced(pairs)) is not None:
        paired = values.reshape(-1, 2, values.shape[1])
        return paired[pairs[0] : pairs[-1] + 1 : step].reshape(-1, values.shape[1])
    if len(sites) <= _FEW:
        return jnp.concatenate([values[site : site + 1] for site in sites])
    return values[np.asarray(sites)]


def add_rows(
    values: Float[Array, "row batch"], sites: Sites, amount: Float[Array, "site #batch"]
) -> Float[Array, "row batch"]:
    """`values` with `amount` added to the rows given by `sites`, which may repeat."""
    size = values.shape[0]
    if not sites:
        return values
    if sites == tuple(range(size)):
        return values + amount
    if len(sites) <= _FEW:
        return _add_one_by_one(values, sites, amount)
    stride = evenly_spaced(sites)
    if stride is not None:
        return values + _spread(amount, sites[0], sites[-1], stride, size)
    pairs = _paired(sites, size)
    if pairs is not None and (step := evenly_spaced(pairs)) is not None:
        paired = amount.reshape(-1, 2, amount.shape[1])
        spread = _spread(paired, pairs[0], pairs[-1], step, size // 2)
        return values + spread.reshape(size, amount.shape[1])
    if len(set(sites)) < len(sites):
        return values.at[np.asarray(sites)].add(amount)
    source = np.full(size, len(sites))
    source[np.asarray(sites)] = np.arange(len(sites))
    return values + jnp.concatenate([amount, jnp.zeros_like(amount[:1])])[source]


def _add_one_by_one(values: Array, sites: Sites, amount: Array) -> Array:
    for row, site in enumerate(sites):
        moved = values[site : site + 1] + amount[row : row + 1]
        values = jax.lax.dynamic_update_slice(values, moved, (site, 0))
    return values


def _spread(amount: Array, first: int, last: int, stride: int, size: int) -> Array:
    """Evenly spaced rows put in their places among rows of zeros."""
    zero = jnp.zeros((), amount.dtype)
    rest = ((0, 0, 0),) * (amount.ndim - 1)
    return jax.lax.pad(amount, zero, ((first, size - 1 - last, stride - 1), *rest))
