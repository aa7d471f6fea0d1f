"""Gates: what opens and closes, as a steady state and a speed at every voltage."""

from __future__ import annotations

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.rates import AbstractRate

Voltage = Float[Array, "..."]

__all__ = ["AbstractGate", "OpenClose", "Relaxation"]


class AbstractGate(eqx.Module):
    r"""A gating variable $x$ with $\dot x = (x_\infty(V) - x) / \tau(V)$."""

    @abc.abstractmethod
    def kinetics(self, voltage: Voltage) -> tuple[Voltage, Voltage]:
        """Steady state (0-1) and speed (1/ms) at `voltage` (mV), shapes as the voltage."""


class OpenClose(AbstractGate):
    r"""A gate given by its opening and closing rates: $x_\infty = \alpha/(\alpha+\beta)$.

    `speed_factor` multiplies both rates (temperature).
    """

    opening: AbstractRate
    closing: AbstractRate
    speed_factor: float = 1.0

    def kinetics(self, voltage: Voltage) -> tuple[Voltage, Voltage]:
        opening = self.opening(voltage)
        total = opening + self.closing(voltage)
        return opening / total, total * self.speed_factor


class Relaxation(AbstractGate):
    r"""A gate given by its steady state and its time constant $\tau$ (ms).

    `steady_power` raises the steady state (some sources fold a fourth power into it), and
    `speed_factor` divides the time constant (temperature).
    """

    steady: AbstractRate
    time_constant_ms: AbstractRate
    speed_factor: float = 1.0
    steady_power: int = eqx.field(static=True, default=1)

    def kinetics(self, voltage: Voltage) -> tuple[Voltage, Voltage]:
        steady = self.steady(voltage)
        speed = self.speed_factor / self.time_constant_ms(voltage)
        return jnp.power(steady, self.steady_power), speed
