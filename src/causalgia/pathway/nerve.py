"""How fibers that are cut at different places share a nerve: who carries what past each zone.

Losses are nested: a fiber cut near the cord is lost to everything beyond. A fiber cut in a zone
keeps its stump there, which may fire by itself; one cut at the root no longer reaches the cord.
Rates are per fiber of the healthy nerve, so that lost fibers count as silent.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = ["Passage", "pass_through"]

Passage = Callable[[int, Float[Array, "case batch"]], Float[Array, "case batch"]]
"""Rates that leave a zone (its index, and the rates that come in)."""

NONE = 1e-6


def pass_through(
    ending_Hz: Float[Array, "test batch"],
    survival: Float[Array, "place batch"],
    zone: Passage,
) -> tuple[Float[Array, "test batch"], Float[Array, "place batch"]]:
    """Lead what endings send through the zones of a nerve to the cord.

    **Arguments:** rates of intact endings in each test; `survival` at the ending and at each
    zone, skin to root; `zone(i, rate)`, what leaves zone i for a rate that comes in.
    **Returns:** rates at the cord in each test, and at rest (the first test) by place of birth.
    """
    zones = survival.shape[0] - 1
    whole = jnp.min(survival, axis=0)
    carried = ending_Hz * whole
    born = [carried[0]]
    for index in range(zones):
        beyond = survival[index + 2 :]
        reach = jnp.min(beyond, axis=0) if beyond.shape[0] else jnp.ones_like(whole)
        through = jnp.minimum(reach, survival[index + 1])
        # a fiber cut at the root has no stump that reaches the cord
        stump = reach - through if index < zones - 1 else jnp.zeros_like(reach)
        arriving = carried / jnp.maximum(through, NONE)
        # one call of the zone: the tests, and last what it does when nothing comes in
        made = zone(index, jnp.concatenate([arriving, jnp.zeros_like(whole)[None]]))
        alone = made[-1]
        passed = jnp.where(through > NONE, through * made[:-1], 0.0)
        leaving = passed + stump * alone
        own = jnp.minimum((through + stump) * alone, leaving[0])
        kept = jnp.clip((leaving[0] - own) / jnp.maximum(carried[0], NONE), 0.0, 1.0)
        born = [part * kept for part in born]
        born.append(leaving[0] - sum(born[1:], born[0]))
        carried = leaving
    return carried, jnp.stack(born)
