"""Gates: what opens and closes, as a steady state and a speed at every voltage."""

from __future__ import annotations

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.rates import AbstractRate

Values = Float[Array, "..."]

__all__ = ["AbstractGate", "AbstractSensingGate", "HillGate", "OpenClose", "Relaxation"]


class AbstractGate(eqx.Module):
    r"""A gating variable $x$ with $\dot x = (x_\infty(V) - x) / \tau(V)$."""

    @abc.abstractmethod
    def kinetics(self, voltage: Values) -> tuple[Values, Values]:
        """Steady state (0-1) and speed (1/ms) at `voltage` (mV), shapes as the voltage."""


class OpenClose(AbstractGate):
    r"""A gate given by its opening and closing rates: $x_\infty = \alpha/(\alpha+\beta)$.

    `speed_factor` multiplies both rates (temperature). A `slow` gate, whose time constant is
    above 1 ms wherever fibers go, may be moved every 0.05 ms only (see
    `causalgia.cable.program`).
    """

    opening: AbstractRate
    closing: AbstractRate
    speed_factor: float = 1.0
    slow: bool = eqx.field(static=True, default=False, kw_only=True)

    def kinetics(self, voltage: Values) -> tuple[Values, Values]:
        opening = self.opening(voltage)
        total = opening + self.closing(voltage)
        return opening / total, total * self.speed_factor


class Relaxation(AbstractGate):
    r"""A gate given by its steady state and its time constant $\tau$ (ms).

    `steady_power` raises the steady state (some sources fold a fourth power into it), and
    `speed_factor` divides the time constant (temperature). `slow` as in `OpenClose`.
    """

    steady: AbstractRate
    time_constant_ms: AbstractRate
    speed_factor: float = 1.0
    steady_power: int = eqx.field(static=True, default=1)
    slow: bool = eqx.field(static=True, default=False, kw_only=True)

    def kinetics(self, voltage: Values) -> tuple[Values, Values]:
        steady = self.steady(voltage)
        speed = self.speed_factor / self.time_constant_ms(voltage)
        return jnp.power(steady, self.steady_power), speed


class AbstractSensingGate(eqx.Module):
    r"""A gating variable that also senses the concentration of an ion inside the cell."""

    ion: eqx.AbstractVar[str]

    @abc.abstractmethod
    def kinetics_at(self, voltage: Values, concentration_mM: Values) -> tuple[Values, Values]:
        """Steady state (0-1) and speed (1/ms) at `voltage` (mV) and a concentration inside (mM)."""


class HillGate(AbstractSensingGate):
    r"""A gate opened by an ion: $x_\infty = x_{max} / (1 + (K / c)^n)$, whatever the voltage.

    `ion` is the one sensed, `half_mM` the half-maximal concentration $K$, `hill` $n$; a time
    constant far below the step makes it instantaneous.
    """

    ion: str = eqx.field(static=True)
    half_mM: float
    hill: float
    maximum: float = 1.0
    time_constant_ms: float = 1e-3

    def kinetics_at(self, voltage: Values, concentration_mM: Values) -> tuple[Values, Values]:
        # A concentration that rounds to nothing would give the power of a negative number.
        filled = jnp.maximum(concentration_mM, 1e-12) / self.half_mM
        steady = self.maximum / (1.0 + jnp.exp(-self.hill * jnp.log(filled)))
        return steady, jnp.broadcast_to(1.0 / self.time_constant_ms, steady.shape)
