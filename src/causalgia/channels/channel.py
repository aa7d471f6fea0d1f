"""A channel: a few gates, an open fraction, an ion. One small class a channel."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float

from causalgia.channels.gates import AbstractGate, AbstractSensingGate

__all__ = ["Carriers", "Channel", "temperature_factor"]

Carriers = tuple[tuple[str, float], ...]
"""Ions and their shares of a conductance."""


class Channel(eqx.Module):
    r"""A current through gated pores: $I = g\, p(x_1, x_2, \dots)\,(V - E)$ if ohmic.

    The open fraction $p$ is the weighted sum of products of gates: each term of `terms` is a
    weight and one exponent per gate, so $m^3 h$ is `((1.0, (3, 1)),)` and the published M current
    $(n_s + 3 n_f)/4$ is `((0.25, (1, 0)), (0.75, (0, 1)))`. No gates means a leak.

    `reversal` names the reversal potential ("sodium", "potassium", "leak", ...), or gives several
    ions with their shares of the conductance. `law` is "ohmic", or "ghk" for a permeability
    (cm/s) and the current of Goldman, Hodgkin and Katz. `source` is the key of the publication in
    `causalgia.evidence`.
    """

    name: str = eqx.field(static=True)
    reversal: str | Carriers = eqx.field(static=True)
    gates: tuple[AbstractGate | AbstractSensingGate, ...]
    terms: tuple[tuple[float, tuple[int, ...]], ...] = eqx.field(static=True)
    source: str = eqx.field(static=True)
    law: str = eqx.field(static=True, default="ohmic")

    @property
    def carriers(self) -> Carriers:
        """The ions that carry the current, with their shares of the conductance."""
        return ((self.reversal, 1.0),) if isinstance(self.reversal, str) else self.reversal

    def open_fraction(self, gates: list[Float[Array, "..."]]) -> Float[Array, "..."] | float:
        """Fraction of channels open (0-1) for the values of this channel's gates."""
        total: Float[Array, "..."] | float = 0.0
        for weight, exponents in self.terms:
            product: Float[Array, "..."] | float = weight
            for value, exponent in zip(gates, exponents, strict=True):
                for _ in range(exponent):
                    product = product * value
            total = total + product
        return total


def temperature_factor(q10: float, temperature_degC: float, reference_degC: float) -> float:
    """How many times faster a process runs at a temperature than at its reference: Q10^(dT/10)."""
    return float(q10 ** ((temperature_degC - reference_degC) / 10.0))
