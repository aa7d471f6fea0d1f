"""The squid axon of Hodgkin and Huxley (1952), the yardstick of every simulator."""

from __future__ import annotations

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import OpenClose
from causalgia.channels.membrane import Membrane
from causalgia.channels.rates import Exponential, Linoid, Sigmoid

__all__ = ["HODGKIN_HUXLEY_DENSITIES", "hodgkin_huxley_membrane"]

HODGKIN_HUXLEY_DENSITIES = {"sodium": 0.12, "potassium": 0.036, "leak": 0.0003}
"""S/cm2, in the order of the membrane's channels."""


def hodgkin_huxley_membrane(temperature_degC: float = 6.3) -> Membrane:
    """Sodium ($m^3 h$), delayed rectifier ($n^4$) and leak, rest near -65 mV, Q10 of 3."""
    speed = temperature_factor(3.0, temperature_degC, 6.3)
    source = "hodgkin_huxley_1952"
    m = OpenClose(Linoid(1.0, -40.0, 10.0), Exponential(4.0, -65.0, -18.0), speed)
    h = OpenClose(Exponential(0.07, -65.0, -20.0), Sigmoid(1.0, -35.0, -10.0), speed)
    n = OpenClose(Linoid(0.1, -55.0, 10.0), Exponential(0.125, -65.0, -80.0), speed)
    return Membrane.of(
        [
            Channel("sodium", "sodium", (m, h), ((1.0, (3, 1)),), source),
            Channel("potassium", "potassium", (n,), ((1.0, (4,)),), source),
            Channel("leak", "leak", (), ((1.0, ()),), source),
        ],
        {"sodium": 50.0, "potassium": -77.0, "leak": -54.3},
    )
