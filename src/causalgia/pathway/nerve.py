"""How fibers that are cut at different places share a nerve: who carries what past each zone.

Losses are nested: a fiber cut near the cord is lost to everything beyond. A fiber cut in a zone
keeps its stump there, which may fire by itself; one cut at the root no longer reaches the cord.
Rates are per fiber of the healthy nerve, so that lost fibers count as silent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = ["Passage", "pass_through"]

Here = TypeVar("Here")
Passage = Callable[[Here, Float[Array, "case *lane"]], Float[Array, "case *lane"]]
"""Rates that leave a zone (what is known of it, and the rates that come in)."""

NONE = 1e-6


def pass_through(
    ending_Hz: Float[Array, "test *lane"],
    survival: Float[Array, "place *lane"],
    zone: Passage[Here],
    zones: Here,
) -> tuple[Float[Array, "test *lane"], Float[Array, "place *lane"]]:
    """Lead what endings send through the zones of a nerve to the cord.

    **Arguments:** rates of intact endings in each test; `survival` at the ending and at each
    zone, skin to root; `zone(here, rate)`, what leaves a zone for a rate that comes in, where
    `here` is its part of the arrays `zones` [zone, ...].
    **Returns:** rates at the cord in each test, and at rest (the first test) by place of birth.
    """
    whole = jnp.min(survival, axis=0)
    still = jax.lax.cummin(survival, axis=0, reverse=True)
    reach = jnp.concatenate([still[2:], jnp.ones_like(whole)[None]])
    through = jnp.minimum(reach, survival[1:])
    # a fiber cut at the root has no stump that reaches the cord
    stump = (reach - through).at[-1].set(0.0)
    carried = ending_Hz * whole
    born = jnp.zeros_like(survival).at[0].set(carried[0])

    def pass_one(
        carry: tuple[Array, Array], at: tuple[Array, Array, Array, Here]
    ) -> tuple[tuple[Array, Array], None]:
        carried, born = carry
        place, through, stump, here = at
        arriving = carried / jnp.maximum(through, NONE)
        # one call of the zone: the tests, and last what it does when nothing comes in
        made = zone(here, jnp.concatenate([arriving, jnp.zeros_like(whole)[None]]))
        alone = made[-1]
        passed = jnp.where(through > NONE, through * made[:-1], 0.0)
        leaving = passed + stump * alone
        own = jnp.minimum((through + stump) * alone, leaving[0])
        kept = jnp.clip((leaving[0] - own) / jnp.maximum(carried[0], NONE), 0.0, 1.0)
        born = born * kept
        return (leaving, born.at[place].set(leaving[0] - jnp.sum(born, axis=0))), None

    # A loop, for the zone is large to compile.
    places = jnp.arange(1, survival.shape[0])
    (carried, born), _ = jax.lax.scan(pass_one, (carried, born), (places, through, stump, zones))
    return carried, born
