r"""A second layer around the axon: the periaxonal space and the myelin outside it.

Myelinated fibers are double cables (McIntyre, Richardson and Grill 2002): current that leaves the
axon enters the narrow space under the myelin, runs along it, or crosses the myelin. With $s$ the
rise of the potential inside and $w$ that of the space in a step, each compartment obeys

$$m (s - w) + \sum_j a_j (s - s_j) = f, \qquad
  -m (s - w) + X w + \sum_j x_j (w - w_j) = g,$$

where $m$ links inside and space across the axon's membrane, $X$ the space and the outside across
the myelin, and $a$, $x$ are the links along the inside and along the space.
"""

from __future__ import annotations

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.cable.geometry import Cable
from causalgia.cable.layout import Layout
from causalgia.cable.solver import (
    Numbers,
    Voltages,
    axial_diagonal,
    folded_current,
    folded_links,
    put_row,
    row_at,
)
from causalgia.errors import InputError

__all__ = ["Sheath", "SheathedLine", "periaxonal_mS", "sheathed_line_of"]

_GROUNDED = 1e6
"""How many times all else a link to the outside may be; more would only cost digits."""


class Sheath(eqx.Module):
    """Myelin and periaxonal space of each compartment, per area of its membrane.

    `conductance_S_per_cm2` and `capacitance_uF_per_cm2` [compartment, #batch] of the myelin (at a
    node, where there is none, a huge conductance); `axial_mS` [compartment, #batch], the
    conductance of the periaxonal space to the parent compartment (see `periaxonal_mS`).
    """

    conductance_S_per_cm2: Float[np.ndarray, "compartment #batch"]
    capacitance_uF_per_cm2: Float[np.ndarray, "compartment #batch"]
    axial_mS: Float[np.ndarray, "compartment #batch"]


def periaxonal_mS(
    cable: Cable, resistance_Mohm_per_cm: Float[np.ndarray, "compartment #batch"]
) -> Float[np.ndarray, "compartment #batch"]:
    """Conductance (mS) of the periaxonal space from each compartment's center to its parent's."""
    half = 0.5e-4 * cable.length_um[:, None] * resistance_Mohm_per_cm
    conductance = np.zeros_like(half)
    conductance[1:] = 1e-3 / (half[1:] + half[cable.parent[1:]])
    return conductance


class _Pair(NamedTuple):
    """Two rows of a fold in the middle of the elimination.

    With `inside` $a$, `space` $b$ and `membrane` $m$ the matrix of each row is
    $[[m + a, -m], [-m, m + b]]$: kept apart, the large membrane does not swallow the small others.
    `current` and `leak` are its right sides $f$ and $g$.
    """

    inside: Array
    space: Array
    membrane: Array
    current: Array
    leak: Array

    @property
    def determinant(self) -> Array:
        return self.membrane * (self.inside + self.space) + self.inside * self.space

    def solved(self, inverse: Array) -> tuple[Array, Array, Array]:
        """Rise inside, of the space, and their difference, for one over the determinant."""
        shared = self.membrane * (self.current + self.leak)
        return (
            (shared + self.space * self.current) * inverse,
            (shared + self.inside * self.leak) * inverse,
            (self.space * self.current - self.inside * self.leak) * inverse,
        )

    def without(self, other: _Pair, along_inside: Array, along_space: Array) -> _Pair:
        """The pair when `other`, joined to it by two links, has been eliminated."""
        inverse = 1.0 / other.determinant
        rise, stretch, _ = other.solved(inverse)
        across = along_inside * along_space * other.membrane * inverse
        own_inside = along_inside**2 * (other.membrane + other.space) * inverse
        own_space = along_space**2 * (other.membrane + other.inside) * inverse
        return _Pair(
            self.inside - own_inside - across,
            self.space - own_space - across,
            self.membrane + across,
            self.current + along_inside * rise,
            self.leak + along_space * stretch,
        )


class SheathedLine(eqx.Module):
    """An unbranched double cable folded at its middle, rows as in `FoldedLine`.

    Links along the inside and along the space: to the row two before (`..._tipward_mS`
    [row, #batch]) and across the fold (`..._bridge_mS` [#batch]); their sums in each row
    (`..._diagonal_mS`); the myelin's `conductance_mS` and, over the step, `capacitance_mS`.
    """

    inside_tipward_mS: Float[Numbers, "row #batch"]
    inside_bridge_mS: Float[Numbers, " #batch"]
    inside_diagonal_mS: Float[Numbers, "row #batch"]
    space_tipward_mS: Float[Numbers, "row #batch"]
    space_bridge_mS: Float[Numbers, " #batch"]
    space_diagonal_mS: Float[Numbers, "row #batch"]
    conductance_mS: Float[Numbers, "row #batch"]
    capacitance_mS: Float[Numbers, "row #batch"]

    def solve_layers(
        self,
        diagonal: Voltages,
        right: Voltages,
        into_inside: Voltages,
        into_space: Voltages,
        voltage: Voltages,
        sheath: Voltages,
    ) -> tuple[Voltages, Voltages]:
        """Rises (mV) of the voltages across the membrane and across the sheath in a step.

        **Arguments:** the membrane's `diagonal` (mS, capacitance included); the current `right`
        (uA) inward through it; what else flows `into_inside` and `into_space`; the `voltage`
        across the membrane and across the `sheath` before the step.
        """
        inside = voltage + sheath
        across_sheath = jnp.asarray(self.conductance_mS)
        shape = diagonal.shape
        full = [
            jnp.broadcast_to(jnp.asarray(self.inside_diagonal_mS), shape),
            jnp.broadcast_to(self.space_diagonal_mS + across_sheath + self.capacitance_mS, shape),
            diagonal,
            right
            + into_inside
            + folded_current(self.inside_tipward_mS, self.inside_bridge_mS, inside),
            -right
            + into_space
            - across_sheath * sheath
            + folded_current(self.space_tipward_mS, self.space_bridge_mS, sheath),
        ]
        half = shape[0] // 2
        pairs = [x.reshape(half, 2, shape[1]) for x in full]
        links = [
            jnp.asarray(x).reshape(half, 2, -1)
            for x in (self.inside_tipward_mS, self.space_tipward_mS)
        ]
        risen, stretched = self._sweep(pairs, links)
        return risen.reshape(shape), stretched.reshape(shape)

    def currents(self, potential: Voltages) -> tuple[Voltages, Voltages]:
        """Currents (uA) along the inside and along the space at a potential (mV) of both."""
        return (
            folded_current(self.inside_tipward_mS, self.inside_bridge_mS, potential),
            folded_current(self.space_tipward_mS, self.space_bridge_mS, potential),
        )

    def _sweep(self, pairs: list[Array], links: list[Array]) -> tuple[Array, Array]:
        """Eliminate from both tips to the middle, solve there, and go back."""
        size = pairs[0].shape[0]

        def inward(index: Array, carry: tuple[_Pair, tuple[Array, ...]]) -> tuple:
            before, kept = carry
            here = _Pair(*(row_at(x, index) for x in kept))
            here = here.without(before, *(row_at(x, index) for x in links))
            return here, tuple(put_row(x, y, index) for x, y in zip(kept, here, strict=True))

        one, zero = jnp.ones_like(pairs[0][:1]), jnp.zeros_like(pairs[0][:1])
        # Before the first pair stands one that is linked to nothing.
        carry = (_Pair(one, one, zero, zero, zero), tuple(pairs))
        last, kept = jax.lax.fori_loop(0, size, inward, carry)
        opposite = _Pair(*(x[:, ::-1] for x in last))
        bridges = (jnp.asarray(self.inside_bridge_mS), jnp.asarray(self.space_bridge_mS))
        middle = last.without(opposite, *bridges)
        rise, stretch, difference = middle.solved(1.0 / middle.determinant)

        def outward(count: Array, carry: tuple[Array, ...]) -> tuple[Array, ...]:
            rise, stretch, risen, stretched = carry
            index = size - 2 - count
            here = _Pair(*(row_at(x, index) for x in kept))
            along_inside, along_space = (row_at(x, index + 1) for x in links)
            here = here._replace(
                current=here.current + along_inside * rise,
                leak=here.leak + along_space * stretch,
            )
            rise, stretch, difference = here.solved(1.0 / here.determinant)
            return (
                rise,
                stretch,
                put_row(risen, difference, index),
                put_row(stretched, stretch, index),
            )

        ends = (
            rise,
            stretch,
            put_row(pairs[0], difference, size - 1),
            put_row(pairs[1], stretch, size - 1),
        )
        _, _, risen, stretched = jax.lax.fori_loop(0, size - 1, outward, ends)
        return risen, stretched


def sheathed_line_of(
    layout: Layout,
    cable: Cable,
    axial_mS: Float[np.ndarray, "compartment #batch"],
    sheath: Sheath,
    area_cm2: Float[np.ndarray, "row #batch"],
    dt_ms: float,
) -> SheathedLine:
    """The two layers of a cable in a layout's order.

    **Arguments:** the `layout` and `cable`; `axial_mS` inside; the `sheath`; the membrane area of
    each row; the step.
    **Raises:** `InputError` for a branched or very short cable, or arrays of another length.
    """
    if not layout.folded:
        raise InputError(
            f"sheath: the cable must be unbranched with 8 compartments or more, it has {cable.size}"
        )
    for label, values in vars(sheath).items():
        if np.ndim(values) != 2 or values.shape[0] != cable.size:
            raise InputError(
                f"sheath: {label} has shape {np.shape(values)}, must be ({cable.size}, lanes)"
            )
    inside = folded_links(layout, axial_mS, axial_diagonal(cable.parent, axial_mS))
    space_mS = np.asarray(sheath.axial_mS, dtype=float)
    space = folded_links(layout, space_mS, axial_diagonal(cable.parent, space_mS))
    conductance = 1e3 * layout.arrange(sheath.conductance_S_per_cm2) * area_cm2
    capacitance = layout.arrange(sheath.capacitance_uF_per_cm2) * area_cm2 / dt_ms
    most = _GROUNDED * (inside.diagonal.max(axis=0) + space.diagonal.max(axis=0))
    return SheathedLine(
        inside.toward_tip,
        inside.bridge,
        inside.diagonal,
        space.toward_tip,
        space.bridge,
        space.diagonal,
        np.minimum(conductance, most),
        capacitance,
    )
