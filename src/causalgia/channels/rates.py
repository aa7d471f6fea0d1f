"""The few forms that published gating rates take, as small immutable functions of voltage.

Each form is a pytree whose leaves are its coefficients, so that the engine can stack all gates
of one form and evaluate them as a single fused expression (see `causalgia.channels.stack`).
Voltages are in mV, rates in 1/ms. Slopes are inverted before they meet a voltage: the inverse is
computed once, where a division by an array would be made at every compartment and step.
"""

from __future__ import annotations

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.exponentials import exp, over_one_minus_exp

Voltage = Float[Array, "..."]

__all__ = [
    "AbstractRate",
    "Bell",
    "Exponential",
    "Floored",
    "Linear",
    "Linoid",
    "Piecewise",
    "Product",
    "Reciprocal",
    "Sigmoid",
    "Sum",
]


class AbstractRate(eqx.Module):
    """A function of voltage."""

    @abc.abstractmethod
    def __call__(self, voltage: Voltage) -> Voltage:
        """Evaluate at `voltage` (mV), any shape."""


class Sigmoid(AbstractRate):
    r"""$o + A / (1 + e^{(V - V_h)/k})$: falls with voltage when the slope `k` is positive."""

    amplitude: float
    midpoint_mV: float
    slope_mV: float
    offset: float = 0.0

    def __call__(self, voltage: Voltage) -> Voltage:
        return self.offset + self.amplitude / (
            1.0 + exp((voltage - self.midpoint_mV) * (1.0 / self.slope_mV))
        )


class Exponential(AbstractRate):
    r"""$A e^{(V - V_h)/k}$."""

    amplitude: float
    midpoint_mV: float
    slope_mV: float

    def __call__(self, voltage: Voltage) -> Voltage:
        return self.amplitude * exp((voltage - self.midpoint_mV) * (1.0 / self.slope_mV))


class Linoid(AbstractRate):
    r"""$A x / (1 - e^{-x})$ with $x = (V - V_h)/k$; equals $A$ at $V_h$."""

    amplitude: float
    midpoint_mV: float
    slope_mV: float

    def __call__(self, voltage: Voltage) -> Voltage:
        x = (voltage - self.midpoint_mV) * (1.0 / self.slope_mV)
        return self.amplitude * over_one_minus_exp(x)


class Bell(AbstractRate):
    r"""$o + A e^{-(V - V_h)^2 / (2 \sigma^2)}$."""

    amplitude: float
    midpoint_mV: float
    width_mV: float
    offset: float = 0.0

    def __call__(self, voltage: Voltage) -> Voltage:
        z = (voltage - self.midpoint_mV) * (1.0 / self.width_mV)
        return self.offset + self.amplitude * exp(-0.5 * z * z)


class Sum(AbstractRate):
    """The sum of two rates."""

    first: AbstractRate
    second: AbstractRate

    def __call__(self, voltage: Voltage) -> Voltage:
        return self.first(voltage) + self.second(voltage)


class Product(AbstractRate):
    """The product of two rates."""

    first: AbstractRate
    second: AbstractRate

    def __call__(self, voltage: Voltage) -> Voltage:
        return self.first(voltage) * self.second(voltage)


class Reciprocal(AbstractRate):
    """One over a rate: the time constant (ms) of what moves at that rate (1/ms)."""

    rate: AbstractRate

    def __call__(self, voltage: Voltage) -> Voltage:
        return 1.0 / self.rate(voltage)


class Linear(AbstractRate):
    r"""$o + b V$."""

    per_mV: float
    offset: float

    def __call__(self, voltage: Voltage) -> Voltage:
        return self.offset + self.per_mV * voltage


class Floored(AbstractRate):
    """A rate that never falls below a floor."""

    rate: AbstractRate
    floor: float

    def __call__(self, voltage: Voltage) -> Voltage:
        return jnp.maximum(self.rate(voltage), self.floor)


class Piecewise(AbstractRate):
    """One rate below a voltage, another from there on."""

    below: AbstractRate
    above: AbstractRate
    boundary_mV: float

    def __call__(self, voltage: Voltage) -> Voltage:
        return jnp.where(voltage < self.boundary_mV, self.below(voltage), self.above(voltage))
