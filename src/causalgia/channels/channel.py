"""A channel: a few gates, an open fraction, an ion. One small class a channel."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float

from causalgia.channels.gates import AbstractGate

__all__ = ["Channel", "temperature_factor"]


class Channel(eqx.Module):
    r"""An ohmic current $I = g\, p(x_1, x_2, \dots)\,(V - E)$.

    The open fraction $p$ is the weighted sum of products of gates: each term of `terms` is a
    weight and one exponent per gate, so $m^3 h$ is `((1.0, (3, 1)),)` and the published M current
    $(n_s + 3 n_f)/4$ is `((0.25, (1, 0)), (0.75, (0, 1)))`. No gates means a leak.

    `reversal` names the reversal potential ("sodium", "potassium", "cation", "leak", ...), which
    the membrane gives a value; `source` is the key of the publication in `causalgia.evidence`.
    """

    name: str = eqx.field(static=True)
    reversal: str = eqx.field(static=True)
    gates: tuple[AbstractGate, ...]
    terms: tuple[tuple[float, tuple[int, ...]], ...] = eqx.field(static=True)
    source: str = eqx.field(static=True)

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
