r"""Channels of C-type vagal ganglion neurons (Schild 1994), and their sodium channels of 1997.

Steady states are sigmoids; time constants are bells $A e^{-B^2 (V - V_0)^2} + C$, shortened with
temperature by one $Q_{10}$ a current or gate. The midpoints contain the shifts that the publication
applies to C-type cells: -17.5 and -20 mV (fast and slow sodium), 3 mV (potassium), -7 mV (calcium).
"""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.exponentials import exp
from causalgia.channels.gates import AbstractSensingGate, Relaxation
from causalgia.channels.published.forms import bell
from causalgia.channels.rates import Exponential, Linear, Linoid, Reciprocal, Sigmoid, Sum

__all__ = [
    "IonBindingGate",
    "schild_a_type",
    "schild_calcium_activated",
    "schild_delay",
    "schild_delayed_rectifier",
    "schild_long_lasting_calcium",
    "schild_sodium_fast",
    "schild_sodium_fast_1997",
    "schild_sodium_slow",
    "schild_sodium_slow_1997",
    "schild_transient_calcium",
]

SOURCE = "schild_1994"
SOURCE_1997 = "schild_1997"
REFERENCE_DEGC = 22.85
REFERENCE_1997_DEGC = 22.0
Q10_SODIUM_M, Q10_SODIUM_H = 2.3, 1.5
Q10_SLOW_POTASSIUM = 1.93
Q10_LONG_LASTING = 4.3

Values = Float[Array, "..."]


def schild_sodium_fast(temperature_degC: float) -> Channel:
    r"""Fast sodium, blocked by tetrodotoxin: $g m^3 h j\,(V - E_{Na})$ (Schild 1994).

    The publication gives no temperature dependence for the second inactivation $j$.
    """
    m, h = _sodium_speeds(temperature_degC, REFERENCE_DEGC)
    gates = (
        Relaxation(Sigmoid(1.0, -23.85, -4.75), bell(0.75, 0.0635, 0.12, -40.35), m),
        Relaxation(Sigmoid(1.0, -44.5, 4.5), bell(6.5, 0.0295, 0.55, -75.0), h),
        Relaxation(Sigmoid(1.0, -40.0, 1.5), Sigmoid(25.0, 20.0, 4.5, 0.01)),
    )
    return Channel("sodium_fast", "sodium", gates, ((1.0, (3, 1, 1)),), SOURCE)


def schild_sodium_slow(temperature_degC: float) -> Channel:
    r"""Slow sodium, not blocked by tetrodotoxin: $g m^3 h\,(V - E_{Na})$ (Schild 1994)."""
    m, h = _sodium_speeds(temperature_degC, REFERENCE_DEGC)
    gates = (
        Relaxation(Sigmoid(1.0, -0.35, -4.45), bell(1.5, 0.0595, 0.15, -20.35), m),
        Relaxation(Sigmoid(1.0, 2.0, 4.5), bell(4.95, 0.0335, 0.75, -20.0), h),
    )
    return Channel("sodium_slow", "sodium", gates, ((1.0, (3, 1)),), SOURCE)


def schild_sodium_fast_1997(temperature_degC: float) -> Channel:
    r"""Fast sodium measured in 1997, mean of the cells: $g m^3 h\,(V - E_{Na})$ (Schild 1997)."""
    m, h = _sodium_speeds(temperature_degC, REFERENCE_1997_DEGC)
    gates = (
        Relaxation(Sigmoid(1.0, -31.62, -6.98), bell(1.15, 0.06, 0.21, -40.0), m),
        Relaxation(Sigmoid(1.0, -65.99, 5.97), bell(18.0, 0.043, 1.35, -62.5), h),
    )
    return Channel("sodium_fast", "sodium", gates, ((1.0, (3, 1)),), SOURCE_1997)


def schild_sodium_slow_1997(temperature_degC: float) -> Channel:
    r"""Slow sodium measured in 1997, mean of the cells: $g m^3 h\,(V - E_{Na})$ (Schild 1997)."""
    m, h = _sodium_speeds(temperature_degC, REFERENCE_1997_DEGC)
    gates = (
        Relaxation(Sigmoid(1.0, -11.29, -5.54), bell(1.45, 0.058, 0.26, -14.5), m),
        Relaxation(Sigmoid(1.0, -31.0, 5.2), bell(10.75, 0.067, 3.15, -13.5), h),
    )
    return Channel("sodium_slow", "sodium", gates, ((1.0, (3, 1)),), SOURCE_1997)


def schild_delayed_rectifier(temperature_degC: float) -> Channel:
    r"""Delayed rectifier: $g n\,(V - E_K)$, $\tau_n = 1 + 1/(\alpha + \beta)$ (Schild 1994)."""
    speed = temperature_factor(1.4, temperature_degC, REFERENCE_DEGC)
    relaxation = Reciprocal(Sum(Linoid(0.01265, -14.273, 10.0), Exponential(0.125, -55.0, -2.5)))
    n = Relaxation(Sigmoid(1.0, -17.62, -18.38), Sum(Linear(0.0, 1.0), relaxation), speed)
    return Channel("delayed_rectifier", "potassium", (n,), ((1.0, (1,)),), SOURCE)


def schild_a_type(temperature_degC: float) -> Channel:
    r"""Early transient outward current: $g p^3 q\,(V - E_K)$ (Schild 1994)."""
    speed = temperature_factor(Q10_SLOW_POTASSIUM, temperature_degC, REFERENCE_DEGC)
    p = Relaxation(Sigmoid(1.0, -31.0, -28.0), bell(5.0, 0.022, 2.5, -65.0), speed)
    q = Relaxation(Sigmoid(1.0, -61.0, 7.0), bell(100.0, 0.035, 10.5, -30.0), speed)
    return Channel("a_type", "potassium", (p, q), ((1.0, (3, 1)),), SOURCE)


def schild_delay(temperature_degC: float) -> Channel:
    r"""Slowly inactivating delay current: $g x^3 y\,(V - E_K)$ (Schild 1994)."""
    speed = temperature_factor(Q10_SLOW_POTASSIUM, temperature_degC, REFERENCE_DEGC)
    x = Relaxation(Sigmoid(1.0, -42.59, -14.68), bell(5.0, 0.022, 2.5, -65.0), speed)
    y = Relaxation(Sigmoid(1.0, -51.0, 7.0), Linear(0.0, 7500.0), speed, slow=True)
    return Channel("delay", "potassium", (x, y), ((1.0, (3, 1)),), SOURCE)


class IonBindingGate(AbstractSensingGate):
    r"""A gate that an ion of concentration $c$ opens and that voltage moves either way.

    $\alpha = a\,c\,e^{(V - V_0)/k_a}$ and $\beta = b\,e^{(V - V_0)/k_b}$ give
    $x_\infty = \alpha / (\alpha + \beta)$ and $\tau = s / (\alpha + \beta)$; `opening_per_mM_ms` is
    $a$, `closing_per_ms` $b$ and `slowing` $s$.
    """

    ion: str = eqx.field(static=True)
    opening_per_mM_ms: float
    closing_per_ms: float
    midpoint_mV: float
    opening_slope_mV: float
    closing_slope_mV: float
    slowing: float
    speed_factor: float = 1.0

    def kinetics_at(self, voltage: Values, concentration_mM: Values) -> tuple[Values, Values]:
        above = voltage - self.midpoint_mV
        opening = self.opening_per_mM_ms * concentration_mM * exp(above / self.opening_slope_mV)
        rates = opening + self.closing_per_ms * exp(above / self.closing_slope_mV)
        return opening / rates, rates * (self.speed_factor / self.slowing)


def schild_calcium_activated(temperature_degC: float) -> Channel:
    r"""Calcium-activated potassium: $g c\,(V - E_K)$ (Schild 1994)."""
    speed = temperature_factor(2.3, temperature_degC, REFERENCE_DEGC)
    c = IonBindingGate("calcium", 750.0, 0.05, 10.0, 12.0, -60.0, 4.5, speed)
    return Channel("calcium_activated", "potassium", (c,), ((1.0, (1,)),), SOURCE)


def schild_long_lasting_calcium(temperature_degC: float) -> Channel:
    r"""High-threshold calcium: $g d\,(0.55 f_1 + 0.45 f_2)(V - E_{Ca})$ (Schild 1994)."""
    speed = temperature_factor(Q10_LONG_LASTING, temperature_degC, REFERENCE_DEGC)
    rising = Sum(Sigmoid(1.0, -33.0, 10.0), Sigmoid(0.2, 2.0, -10.0))
    gates = (
        Relaxation(Sigmoid(1.0, -13.0, -4.5), bell(3.25, 0.042, 0.395, -31.0), speed),
        Relaxation(Sigmoid(1.0, -13.0, 25.0), bell(33.5, 0.0395, 5.0, -30.0), speed),
        Relaxation(rising, bell(225.0, 0.0275, 75.0, -40.0), speed),
    )
    terms = ((0.55, (1, 1, 0)), (0.45, (1, 0, 1)))
    return Channel("calcium_long_lasting", "calcium", gates, terms, SOURCE)


def schild_transient_calcium(temperature_degC: float) -> Channel:
    r"""Low-threshold calcium: $g d f\,(V - E_{Ca})$ (Schild 1994)."""
    opening = temperature_factor(1.9, temperature_degC, REFERENCE_DEGC)
    closing = temperature_factor(2.2, temperature_degC, REFERENCE_DEGC)
    d = Relaxation(Sigmoid(1.0, -47.0, -5.75), bell(22.0, 0.052, 2.5, -68.0), opening)
    f = Relaxation(Sigmoid(1.0, -61.0, 6.0), bell(103.0, 0.05, 12.5, -58.0), closing)
    return Channel("calcium_transient", "calcium", (d, f), ((1.0, (1, 1)),), SOURCE)


def _sodium_speeds(temperature_degC: float, reference_degC: float) -> tuple[float, float]:
    """How much faster activation and inactivation are than at the reference."""
    return (
        temperature_factor(Q10_SODIUM_M, temperature_degC, reference_degC),
        temperature_factor(Q10_SODIUM_H, temperature_degC, reference_degC),
    )
