"""Effects: how a treatment pushes on mechanisms, at a place."""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.errors import InputError
from causalgia.mechanisms.map import PLACES, entries, rows

__all__ = ["Effect", "apply_effects"]


@dataclass(frozen=True)
class Effect:
    r"""A push on one quantity: in full, the value is multiplied by `factor`, then `shift`ed.

    At strength $s$ (0-1, or more) the entry becomes $v (1 + s (f - 1)) + s \Delta$. `places` and
    `fibers` say where (None: everywhere the quantity exists).
    """

    quantity: str
    factor: float = 1.0
    shift: float = 0.0
    places: tuple[str, ...] | None = None
    fibers: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for place in self.places or ():
            if place not in PLACES:
                raise InputError(f"effect on {self.quantity}: unknown place {place!r}")
        rows(self.quantity, self.places, self.fibers)

    def weights(self) -> tuple[Float[np.ndarray, " entry"], Float[np.ndarray, " entry"]]:
        """Factor minus one, and shift, for every entry of the map (zero where it does not act)."""
        factor, shift = np.zeros(len(entries())), np.zeros(len(entries()))
        index = list(rows(self.quantity, self.places, self.fibers))
        factor[index], shift[index] = self.factor - 1.0, self.shift
        return factor, shift


def apply_effects(
    values: Float[Array, "entry *batch"],
    factors: Float[Array | np.ndarray, "effect entry"],
    shifts: Float[Array | np.ndarray, "effect entry"],
    strengths: Float[Array, "effect *batch"],
) -> Float[Array, "entry *batch"]:
    """Apply several effects one after the other: factors multiply, shifts add.

    Effects on separate targets combine freely; two on the same target multiply, so that neither
    can take away more than is there.
    """
    for factor, shift, strength in zip(factors, shifts, strengths, strict=True):
        shape = (-1, *([1] * (values.ndim - 1)))
        f, d = jnp.asarray(factor).reshape(shape), jnp.asarray(shift).reshape(shape)
        values = values * (1.0 + strength[None] * f) + strength[None] * d
    return values
