r"""Currents of the C-fiber neuron of Sundt, Gamper and Jaffe (2015)."""

from __future__ import annotations

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import OpenClose
from causalgia.channels.rates import Exponential, Linoid, Sigmoid

__all__ = ["delayed_rectifier", "m_current", "sodium"]

SOURCE = "sundt_2015"


def sodium(temperature_degC: float) -> Channel:
    r"""Sodium: $g m^3 h\,(V - E_{Na})$, activation at -33 mV, inactivation at -49 mV."""
    speed = temperature_factor(3.0, temperature_degC, 30.0)
    m = OpenClose(Linoid(0.32 * 4.0, -45.9, 4.0), Linoid(0.28 * 5.0, -18.9, -5.0), speed)
    h = OpenClose(Exponential(0.128, -54.0, -18.0), Sigmoid(4.0, -31.0, -5.0), speed)
    return Channel("sodium", "sodium", (m, h), ((1.0, (3, 1)),), SOURCE)


def delayed_rectifier(temperature_degC: float) -> Channel:
    r"""Delayed rectifier: $g n^3 l\,(V - E_K)$; charges of 5 (2 of it opening) and 2."""
    speed = temperature_factor(3.0, temperature_degC, 30.0)
    # with the source's constants of Faraday, gas and zero
    per_charge_mV = 1e3 * 8.315 * (273.16 + temperature_degC) / 96480.0
    n = OpenClose(
        Exponential(0.03, -32.0, per_charge_mV / 2.0),
        Exponential(0.03, -32.0, -per_charge_mV / 3.0),
        speed,
    )
    closing = Exponential(0.001, -61.0, 1e9)  # the same at all voltages
    inactivation = OpenClose(Exponential(0.001, -61.0, -per_charge_mV / 2.0), closing, speed)
    terms = ((1.0, (3, 1)),)
    return Channel("delayed_rectifier", "potassium", (n, inactivation), terms, SOURCE)


def m_current(temperature_degC: float) -> Channel:
    r"""M current: $g m (V - E_K)$, half open at -30 mV."""
    speed = temperature_factor(3.0, temperature_degC, 23.5)
    m = OpenClose(Exponential(3.3e-3, -30.0, 20.0), Exponential(3.3e-3, -30.0, -20.0), speed)
    return Channel("m_current", "potassium", (m,), ((1.0, (1,)),), SOURCE)
