r"""Voltage-gated potassium channels of primary afferents."""

from __future__ import annotations

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.rates import (
    Bell,
    Exponential,
    Floored,
    Linear,
    Linoid,
    Piecewise,
    Reciprocal,
    Sigmoid,
    Sum,
)

__all__ = [
    "a_type",
    "a_type_ganglion",
    "delayed_rectifier",
    "delayed_rectifier_ganglion",
    "m_current",
    "nodal_slow",
]

Q10_POTASSIUM = 3.3


def delayed_rectifier(temperature_degC: float) -> Channel:
    r"""Delayed rectifier: $g n^4 (V - E_K)$ (Tigerholm 2014)."""
    speed = temperature_factor(Q10_POTASSIUM, temperature_degC, 22.0)
    below = Sum(
        Linear(0.0, 0.688),
        Reciprocal(Sum(Exponential(1e-3, -75.2, 6.5), Exponential(1e-3, 131.5, -34.8))),
    )
    above = Sum(Linear(0.0, 0.16), Exponential(0.8, -11.0, -1.0 / 0.0267))
    n = Relaxation(Sigmoid(1.0, -25.0, -15.4), Piecewise(below, above, -31.0), speed)
    return Channel("delayed_rectifier", "potassium", (n,), ((1.0, (4,)),), "tigerholm_2014")


def a_type(temperature_degC: float) -> Channel:
    r"""A current: $g m h (V - E_K)$, the fourth power inside $m_\infty$ (Tigerholm 2014)."""
    speed = temperature_factor(Q10_POTASSIUM, temperature_degC, 23.0)
    m = Relaxation(Sigmoid(1.0, 9.6, -16.4), Bell(10.04, -24.67, 34.8, 0.25), speed, 4)
    h = Relaxation(Sigmoid(1.0, -34.9, 4.6), Floored(Bell(50.0, -40.0, 40.0, 20.0), 5.0), speed)
    return Channel("a_type", "potassium", (m, h), ((1.0, (1, 1)),), "tigerholm_2014")


def delayed_rectifier_ganglion(temperature_degC: float) -> Channel:
    r"""Delayed rectifier of small ganglion neurons: $g n (V - E_K)$ (Verma 2020)."""
    speed = temperature_factor(Q10_POTASSIUM, temperature_degC, 22.0)
    relaxation = Reciprocal(Sum(Linoid(0.01265, -14.273, 10.0), Exponential(0.125, -55.0, -2.5)))
    n = Relaxation(Sigmoid(1.0, -14.62, -18.38), Sum(Linear(0.0, 1.0), relaxation), speed)
    return Channel("delayed_rectifier", "potassium", (n,), ((1.0, (1,)),), "verma_2020")


def a_type_ganglion(temperature_degC: float) -> Channel:
    r"""A current of small ganglion neurons: the axon's, midpoints not shifted (Verma 2020)."""
    speed = temperature_factor(Q10_POTASSIUM, temperature_degC, 22.0)
    m = Relaxation(Sigmoid(1.0, -5.4, -16.4), Bell(10.04, -24.67, 34.8, 0.25), speed, 4)
    h = Relaxation(Sigmoid(1.0, -49.9, 4.6), Floored(Bell(50.0, -40.0, 40.0, 20.0), 5.0), speed)
    return Channel("a_type", "potassium", (m, h), ((1.0, (1, 1)),), "verma_2020")


def m_current(temperature_degC: float) -> Channel:
    r"""M current (Kv7): $g (n_s/4 + 3 n_f/4)(V - E_K)$ (Tigerholm 2014)."""
    speed = temperature_factor(Q10_POTASSIUM, temperature_degC, 21.0)
    steady = Sigmoid(1.0, -30.0, -6.0)
    slow = Relaxation(steady, Piecewise(Linear(0.0, 219.0), Linear(13.0, 1000.0), -60.0), speed)
    fast = Relaxation(
        steady,
        Reciprocal(Sum(Exponential(0.00395, -30.0, 40.0), Exponential(0.00395, -30.0, -20.0))),
        speed,
    )
    terms = ((0.25, (1, 0)), (0.75, (0, 1)))
    return Channel("m_current", "potassium", (slow, fast), terms, "tigerholm_2014")


def nodal_slow(temperature_degC: float) -> Channel:
    r"""Slow potassium of the node of Ranvier: $g s (V - E_K)$ (McIntyre 2002)."""
    speed = temperature_factor(3.0, temperature_degC, 36.0)
    s = OpenClose(Sigmoid(0.3, -53.0, -5.0), Sigmoid(0.03, -90.0, -1.0), speed)
    return Channel("nodal_slow", "potassium", (s,), ((1.0, (1,)),), "mcintyre_2002")
