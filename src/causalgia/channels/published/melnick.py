r"""Currents of superficial dorsal horn neurons (Melnick 2004, as in Zhang 2014 and Medlock 2022).

Zhang's network speeds them up by a temperature factor ($Q_{10}$ 3 from 23 degC), Medlock's does
not; so the factor is an argument. All rates are $x / (e^{x/y} - 1)$ or sigmoids.
"""

from __future__ import annotations

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.rates import Exponential, Linear, Linoid, Product, Reciprocal, Sigmoid, Sum

__all__ = ["borg_a_type", "melnick_potassium", "melnick_sodium"]

SOURCE = "zhang_2014"
BORG_SOURCE = "medlock_2022"

BORG_DEGC = 36.0
BORG_Q10 = 3.0
BORG_REFERENCE_DEGC = 30.0
# of one charge, with the constants of the source
PER_CHARGE_mV = 1e3 * 8.315 * (273.16 + BORG_DEGC) / 96480.0


def melnick_sodium(
    speed_factor: float, alpha_shift_mV: float = 0.0, beta_shift_mV: float = 0.0
) -> Channel:
    r"""Sodium: $g m^3 h (V - E_{Na})$, $h$ half at -64 mV.

    **Arguments:** what multiplies all rates; how far the opening rates move toward depolarized
    and the closing rates toward hyperpolarized voltages (the steady state of $h$ stays).
    """
    m = OpenClose(
        Linoid(0.182 * 9.0, alpha_shift_mV - 28.0, 9.0),
        Linoid(0.124 * 9.0, -28.0 - beta_shift_mV, -9.0),
        speed_factor,
    )
    rates = Sum(
        Sum(Linoid(0.061 * 3.0, alpha_shift_mV - 35.0, 3.0), Linear(0.0, 0.0166)),
        Linoid(0.0018 * 18.0, -71.0 - beta_shift_mV, -18.0),
    )
    h = Relaxation(Sigmoid(1.0, -64.0, 9.0), Reciprocal(rates), speed_factor)
    return Channel("melnick_sodium", "sodium", (m, h), ((1.0, (3, 1)),), SOURCE)


def melnick_potassium(speed_factor: float) -> Channel:
    r"""Delayed rectifier: $g n^4 h (V - E_K)$, $h$ falling to a half only, in 60 ms."""
    n = OpenClose(Linoid(0.035 * 9.0, -15.0, 9.0), Exponential(0.014, 12.0, -46.0), speed_factor)
    h = OpenClose(Sigmoid(0.0083, -20.0, 10.0, 0.0083), Sigmoid(0.0083, -20.0, -10.0), speed_factor)
    return Channel("melnick_potassium", "potassium", (n, h), ((1.0, (4, 1)),), SOURCE)


def borg_a_type() -> Channel:
    r"""A current: $g n l (V - E_K)$, half open at -45 mV, half inactivated at -67 mV, at 36 degC.

    Steady states have charges of 5 and -4, times of 1.8 of 4 and of -2; $Q_{10}$ 3 from 30 degC.
    """
    speed = temperature_factor(BORG_Q10, BORG_DEGC, BORG_REFERENCE_DEGC)
    charge = PER_CHARGE_mV
    n = Relaxation(
        Sigmoid(1.0, -45.0, -charge / 5.0),
        Product(Exponential(1.0 / 0.04, -45.0, -charge / 1.8), Sigmoid(1.0, -45.0, -charge / 4.0)),
        speed,
    )
    inactivation = Relaxation(
        Sigmoid(1.0, -67.0, charge / 4.0), Sigmoid(1.0 / 0.023, -67.0, -charge / 2.0), speed
    )
    return Channel("a_type", "potassium", (n, inactivation), ((1.0, (1, 1)),), BORG_SOURCE)
