r"""Buffers that bind an ion in their own time, as calmodulin binds calcium."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float

from causalgia.channels.exponentials import one_minus_exp

__all__ = ["Buffer"]


class Buffer(eqx.Module):
    r"""Binding sites for an ion: $\dot o = k_b c\,(1 - o) - k_u o$ of the sites are taken.

    `sites_mM` is their concentration, `binding_per_mM_ms` is $k_b$, `unbinding_per_ms` is $k_u$
    and `initial_taken` the share taken at the start. What binds is no longer free.
    """

    sites_mM: float
    binding_per_mM_ms: float
    unbinding_per_ms: float
    initial_taken: float

    def steady(self, concentration_mM: float) -> float:
        """The share of sites taken once a concentration has lasted."""
        binding = self.binding_per_mM_ms * concentration_mM
        return binding / (binding + self.unbinding_per_ms)

    def advance(
        self,
        taken: Float[Array, "..."],
        concentration_mM: Float[Array, "..."],
        dt_ms: Float[Array, ""] | float,
    ) -> Float[Array, "..."]:
        """One step of `taken`, less `initial_taken`, exact for a concentration held."""
        binding = self.binding_per_mM_ms * concentration_mM
        speed = binding + self.unbinding_per_ms
        steady = binding / speed - self.initial_taken
        return taken + (steady - taken) * one_minus_exp(dt_ms * speed)
