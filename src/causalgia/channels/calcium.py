r"""Voltage-gated calcium channels of primary afferents, as permeabilities (cm/s).

Their current is that of Goldman, Hodgkin and Katz, so a membrane that has them needs calcium
among its ions. Calcium inside closes the high-voltage-activated ones at once:
$c_\infty = 1/(1 + ([Ca]/1\,\mu M)^4)$.
"""

from __future__ import annotations

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import HillGate, Relaxation
from causalgia.channels.rates import (
    Bell,
    Exponential,
    Linear,
    Product,
    Reciprocal,
    Sigmoid,
    Sum,
)

__all__ = ["cav1", "cav2_2", "cav3_2"]

Q10_HIGH_VOLTAGE = 3.0
Q10_LOW_VOLTAGE_M, Q10_LOW_VOLTAGE_H = 5.0, 3.0


def cav1(temperature_degC: float) -> Channel:
    r"""Cav1 (L type): $P m h c$ times the flux of calcium (Mandge 2018, after Fox 1987).

    $m$ half at 8.5 mV, $h$ at -42.5 mV and within a second or more. $Q_{10}$ 3 from 22 degC
    (assumed; the source has none).
    """
    speed = temperature_factor(Q10_HIGH_VOLTAGE, temperature_degC, 22.0)
    m = Relaxation(Sigmoid(1.0, 8.45687, -4.26269), Bell(3.8567, -10.0, 8.011, 2.10686), speed)
    h = Relaxation(Sigmoid(1.0, -42.52246, 7.47793), Bell(638.08, 0.0, 19.87469, 825.8), speed)
    return Channel(
        "cav1", "calcium", (m, h, _calcium_block()), ((1.0, (1, 1, 1)),), "mandge_2018", "ghk"
    )


def cav2_2(temperature_degC: float) -> Channel:
    r"""Cav2.2 (N type): $P m (0.73\,h + 0.27)\,c$ times the flux of calcium (Mandge 2018).

    $m$ half at -6.5 mV, $h$ at -70 mV (after Fox 1987). The source tabulates the time constant of
    $h$, which was not read: 100 ms is assumed. $Q_{10}$ 3 from 22 degC (assumed).
    """
    speed = temperature_factor(Q10_HIGH_VOLTAGE, temperature_degC, 22.0)
    m = Relaxation(Sigmoid(1.0, -6.5, -6.5), Bell(5.3785, -20.0, 7.49735, 0.80448), speed)
    h = Relaxation(Sigmoid(1.0, -70.0, 12.5), Linear(0.0, 100.0), speed)
    terms = ((0.7326, (1, 1, 1)), (0.2674, (1, 0, 1)))
    return Channel("cav2_2", "calcium", (m, h, _calcium_block()), terms, "mandge_2018", "ghk")


def cav3_2(temperature_degC: float) -> Channel:
    r"""Cav3.2 (T type): $P m^2 h$ times the flux of calcium (Vitko 2005, human clone).

    $m$ half at -54.8 mV, $h$ at -85.5 mV;
    $\tau_m = 1.9 + 1/(e^{(V + 37)/11.9} + e^{-(V + 131.6)/21})$ and
    $\tau_h = 13.7 + (1942 + e^{(V + 164)/9.2})/(1 + e^{(V + 89.3)/3.7})$ ms;
    $Q_{10}$ 5 for $m$ and 3 for $h$ from 24 degC.
    """
    fast = temperature_factor(Q10_LOW_VOLTAGE_M, temperature_degC, 24.0)
    slow = temperature_factor(Q10_LOW_VOLTAGE_H, temperature_degC, 24.0)
    opening = Reciprocal(Sum(Exponential(1.0, -37.0, 11.9), Exponential(1.0, -131.6, -21.0)))
    closing = Sum(
        Sigmoid(1942.0, -89.3, 3.7),
        Product(Exponential(1.0, -164.0, 9.2), Sigmoid(1.0, -89.3, 3.7)),
    )
    m = Relaxation(Sigmoid(1.0, -54.8, -7.4), Sum(Linear(0.0, 1.9), opening), fast)
    h = Relaxation(Sigmoid(1.0, -85.5, 7.18), Sum(Linear(0.0, 13.7), closing), slow)
    return Channel("cav3_2", "calcium", (m, h), ((1.0, (2, 1)),), "vitko_2005", "ghk")


def _calcium_block() -> HillGate:
    """Closed by calcium inside, half at 1 uM with the fourth power."""
    return HillGate(ion="calcium", half_mM=1e-3, hill=-4.0)
