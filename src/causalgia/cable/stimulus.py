"""What drives a cable: injected currents, extracellular potentials, noise.

A stimulus says where it acts (`sites`, compartment indices) and what it gives at a time. All are
pytrees, so amplitudes, times and weights may carry a batch axis and change without recompiling.
"""

from __future__ import annotations

import abc
from dataclasses import replace
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from causalgia.cable.noise import white_noise
from causalgia.errors import InputError

__all__ = [
    "AbstractCurrent",
    "Extracellular",
    "MembraneNoise",
    "Opening",
    "Pulses",
    "Sampled",
    "placed",
]


class AbstractCurrent(eqx.Module):
    """A current into some compartments."""

    sites: eqx.AbstractVar[tuple[int, ...]]

    @abc.abstractmethod
    def current_nA(self, time_ms: Array, step: Array, dt_ms: Array) -> Float[Array, "site #batch"]:
        """Current (nA, positive depolarizes) for the step that starts at `time_ms`."""


class Pulses(AbstractCurrent):
    """Rectangular pulses, `count` of them, one every `period_ms`.

    `start_ms`, `width_ms` and `amplitude_nA` are scalars or have a shape [site, batch] that
    broadcasts. A pulse covers the steps whose middle it contains.
    """

    sites: tuple[int, ...] = eqx.field(static=True)
    start_ms: Float[Array, "..."] | float
    width_ms: Float[Array, "..."] | float
    amplitude_nA: Float[Array, "..."] | float
    period_ms: Float[Array, "..."] | float = 1e9
    count: Float[Array, "..."] | float = 1.0

    def current_nA(self, time_ms: Array, step: Array, dt_ms: Array) -> Float[Array, "site #batch"]:
        since = time_ms + 0.5 * dt_ms - self.start_ms
        index = jnp.floor(since / self.period_ms)
        phase = since - index * self.period_ms
        inside = (index >= 0) & (index < self.count) & (phase < self.width_ms)
        value = jnp.where(inside, self.amplitude_nA, 0.0)
        return jnp.broadcast_to(value, jnp.broadcast_shapes(value.shape, (len(self.sites), 1)))


class Sampled(AbstractCurrent):
    """A current given sample by sample, each held for `hold` steps.

    `samples_nA` has shape [sample, site, #batch]; after the last sample the current is zero.
    """

    sites: tuple[int, ...] = eqx.field(static=True)
    samples_nA: Float[Array | np.ndarray, "sample site #batch"]
    hold: int = eqx.field(static=True, default=1)

    def current_nA(self, time_ms: Array, step: Array, dt_ms: Array) -> Float[Array, "site #batch"]:
        index = step // self.hold
        count = self.samples_nA.shape[0]
        value = jax.lax.dynamic_index_in_dim(
            self.samples_nA, jnp.minimum(index, count - 1), keepdims=False
        )
        return jnp.where(index < count, value, 0.0)


class MembraneNoise(AbstractCurrent):
    r"""White current noise, the sum of what channel gating and background inputs contribute.

    `strength` (nA ms$^{1/2}$) is such that the mean over $t$ ms has a standard deviation of
    strength/sqrt(t); independent for each site and lane, drawn from `key`, the number of the
    lane and the step, so that a lane's noise is the same whatever runs beside it.
    """

    sites: tuple[int, ...] = eqx.field(static=True)
    strength: Float[Array, "..."]
    key: Array
    batch: int = eqx.field(static=True)
    lane: Int[Array | np.ndarray, " batch"] | None = None

    def current_nA(self, time_ms: Array, step: Array, dt_ms: Array) -> Float[Array, "site #batch"]:
        lane = jnp.arange(self.batch) if self.lane is None else jnp.asarray(self.lane)
        draw = white_noise(self.key, step, len(self.sites), lane, dt_ms.dtype)
        return self.strength * draw / jnp.sqrt(dt_ms)


class Opening(eqx.Module):
    """A conductance that opens and closes as given, such as a receptor or a synapse.

    `samples_uS` [sample, site, #batch] are held for `hold` steps a sample; after the last the
    conductance is zero. It pulls the voltage toward `reversal_mV`.
    """

    sites: tuple[int, ...] = eqx.field(static=True)
    samples_uS: Float[Array, "sample site #batch"]
    reversal_mV: Float[Array, ""] | float
    hold: int = eqx.field(static=True, default=1)

    def conductance_mS(self, step: Array) -> Float[Array, "site #batch"]:
        """Conductance (mS) of each site during the given step."""
        index = step // self.hold
        count = self.samples_uS.shape[0]
        value = jax.lax.dynamic_index_in_dim(
            self.samples_uS, jnp.minimum(index, count - 1), keepdims=False
        )
        return 1e-3 * jnp.where(index < count, value, 0.0)


class Extracellular(eqx.Module):
    """A potential outside the cable: a shape in space times a waveform in time.

    `potential_mV_per_unit` [compartment, #batch] is the potential at each compartment for one
    unit of the waveform; `waveform` [sample, #batch] is held for `hold` steps a sample and is
    zero after its end.
    """

    potential_mV_per_unit: Float[Array | np.ndarray, "compartment #batch"]
    waveform: Float[Array | np.ndarray, "sample #batch"]
    hold: int = eqx.field(static=True, default=1)

    def amplitude(self, step: Array) -> Float[Array, " #batch"]:
        """The waveform during the given step."""
        index = step // self.hold
        count = self.waveform.shape[0]
        value = jax.lax.dynamic_index_in_dim(
            self.waveform, jnp.minimum(index, count - 1), keepdims=False
        )
        return jnp.where(index < count, value, 0.0)


Placed = TypeVar("Placed", AbstractCurrent, Opening)


def placed(current: Placed, rows: dict[int, int], batch: int) -> Placed:
    """A current or an opening whose sites are rows of a layout and whose noise knows its lanes.

    **Raises:** `InputError` for a site that is not a compartment.
    """
    outside = [site for site in current.sites if site not in rows]
    if outside:
        raise InputError(f"a current's site {outside[0]} is not a compartment of the cable")
    moved = replace(current, sites=tuple(rows[site] for site in current.sites))
    if isinstance(moved, MembraneNoise) and moved.lane is None:
        return eqx.tree_at(lambda noise: noise.lane, moved, np.arange(batch), is_leaf=_is_none)
    return moved


def _is_none(leaf: object) -> bool:
    return leaf is None
