"""A transport that nothing changes, which some published fibers need to rest where they should."""

from __future__ import annotations

from collections.abc import Mapping

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.pumps import AbstractPump
from causalgia.channels.stack import Concentrations

__all__ = ["SteadyTransport"]


class SteadyTransport(AbstractPump):
    """A constant current of one ion; the density is the current (mA/cm2, outward positive)."""

    name: str = eqx.field(static=True)
    ion: str = eqx.field(static=True)

    def currents(
        self,
        voltage: Float[Array, "compartment batch"],
        inside: Concentrations,
        outside: Concentrations,
    ) -> Mapping[str, Float[Array, "compartment batch"]]:
        return {self.ion: jnp.ones_like(voltage)}
