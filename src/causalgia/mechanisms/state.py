"""Mechanisms of one patient or of a population, as one array."""

from __future__ import annotations

from collections.abc import Mapping

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.errors import InputError
from causalgia.mechanisms.map import entries, index_of

__all__ = ["Mechanisms", "bounds", "healthy"]


def bounds() -> tuple[Float[np.ndarray, " entry"], Float[np.ndarray, " entry"]]:
    """Lower and upper limit of every entry."""
    table = entries()
    return np.array([e.low for e in table]), np.array([e.high for e in table])


class Mechanisms(eqx.Module):
    """A point in the space of mechanisms, or a population of them.

    `values` [entry, *batch] holds one row for each entry of the map, in the map's units. One
    stacked array rather than a leaf per name: a scan that carries many small leaves is up to
    sixty times slower on a CPU. The population is the trailing axis, as in the cable engine.
    """

    values: Float[Array, "entry *batch"]

    def at(self, quantity: str, place: str, fiber: str | None = None) -> Float[Array, "*batch"]:
        """The values of one entry."""
        return self.values[index_of(quantity, place, fiber)]

    def replace(self, changes: Mapping[tuple[str, str, str | None], float]) -> Mechanisms:
        """Set entries, given as `{(quantity, place, fiber or None): value}`.

        **Raises:** `InputError` for an unknown entry or a value outside its range.
        """
        values = self.values
        for (quantity, place, fiber), value in changes.items():
            row = index_of(quantity, place, fiber)
            entry = entries()[row]
            if not entry.low <= value <= entry.high:
                raise InputError(
                    f"{entry.name} is {value:g} {entry.unit}, must lie between "
                    f"{entry.low:g} and {entry.high:g}"
                )
            values = jnp.asarray(values).at[row].set(value)
        return Mechanisms(values)

    def clipped(self) -> Mechanisms:
        """The same, held inside the plausible ranges."""
        low, high = bounds()
        shape = (-1, *([1] * (self.values.ndim - 1)))
        return Mechanisms(jnp.clip(self.values, low.reshape(shape), high.reshape(shape)))


def healthy(batch: int | None = None) -> Mechanisms:
    """The healthy point, or a population of it."""
    values = np.array([e.healthy for e in entries()], dtype=np.float32)
    if batch is not None:
        values = np.repeat(values[:, None], batch, axis=1)
    return Mechanisms(jnp.asarray(values))
