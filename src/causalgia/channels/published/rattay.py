r"""The warm squid axon of Rattay and Aberham (1993), used as an unmyelinated fiber.

The rates are those of Hodgkin and Huxley (1952) as functions of the voltage above rest, twelve
times faster at 37 degC.
"""

from __future__ import annotations

import math

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import OpenClose
from causalgia.channels.rates import Exponential, Linoid, Sigmoid

__all__ = ["rattay_potassium", "rattay_sodium"]

SOURCE = "rattay_1993"
SQUID_DEGC = 6.3
# twelve at 37 degC
Q10 = math.pow(12.0, 10.0 / (37.0 - SQUID_DEGC))


def rattay_sodium(temperature_degC: float, rest_mV: float) -> Channel:
    r"""Sodium: $g m^3 h (V - E_{Na})$, with rates that count from `rest_mV`."""
    speed = temperature_factor(Q10, temperature_degC, SQUID_DEGC)
    m = OpenClose(Linoid(1.0, rest_mV + 25.0, 10.0), Exponential(4.0, rest_mV, -18.0), speed)
    h = OpenClose(Exponential(0.07, rest_mV, -20.0), Sigmoid(1.0, rest_mV + 30.0, -10.0), speed)
    return Channel("sodium", "sodium", (m, h), ((1.0, (3, 1)),), SOURCE)


def rattay_potassium(temperature_degC: float, rest_mV: float) -> Channel:
    r"""Delayed rectifier: $g n^4 (V - E_K)$, with rates that count from `rest_mV`."""
    speed = temperature_factor(Q10, temperature_degC, SQUID_DEGC)
    n = OpenClose(Linoid(0.1, rest_mV + 10.0, 10.0), Exponential(0.125, rest_mV, -80.0), speed)
    return Channel("potassium", "potassium", (n,), ((1.0, (4,)),), SOURCE)
