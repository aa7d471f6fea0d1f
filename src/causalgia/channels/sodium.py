r"""Voltage-gated sodium channels of primary afferents.

The kinetics of Nav1.7, Nav1.8 and Nav1.9 are those of the C-fiber of Tigerholm et al. (2014);
Nav1.3, which adult nerve makes again after injury, is set here from measured half-points and
recovery times. The node of Ranvier carries the fast and persistent currents of McIntyre,
Richardson and Grill (2002).
"""

from __future__ import annotations

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.rates import Bell, Exponential, Linoid, Reciprocal, Sigmoid, Sum

__all__ = [
    "nav1_3",
    "nav1_7",
    "nav1_8",
    "nav1_8_ganglion",
    "nav1_9",
    "nodal_fast",
    "nodal_persistent",
]

Q10_SODIUM = 2.5


def nav1_7(temperature_degC: float) -> Channel:
    r"""Nav1.7: $g m^3 h s\,(V - E_{Na})$, with slow inactivation $s$ (Tigerholm 2014)."""
    speed = temperature_factor(Q10_SODIUM, temperature_degC, 21.0)
    m = OpenClose(Sigmoid(15.5, 5.0, -12.08), Sigmoid(35.2, -72.7, 16.7), speed)
    h = OpenClose(
        Sigmoid(0.38685, -122.35, 15.29), Sigmoid(2.00283, -5.5266, -12.70195, -0.00283), speed
    )
    s = OpenClose(Sigmoid(9.2e-4, -93.9, 16.6, 3e-5), Sigmoid(-132.05, 384.9, 28.5, 132.05), speed)
    return Channel("nav1_7", "sodium", (m, h, s), ((1.0, (3, 1, 1)),), "tigerholm_2014")


def nav1_8(temperature_degC: float) -> Channel:
    r"""Nav1.8: $g m^3 h s u\,(V - E_{Na})$, two slow inactivations (Tigerholm 2014)."""
    speed = temperature_factor(Q10_SODIUM, temperature_degC, 22.0)
    m = OpenClose(Sigmoid(-2.839, 1.159, 13.95, 2.85), Sigmoid(7.6205, -46.463, 8.8289), speed)
    h = Relaxation(Sigmoid(1.0, -32.2, 4.0), Bell(42.043, -38.1, 15.19, 1.218), speed)
    s = _slow(-45.0, (0.0054203, -79.816, 16.269), (0.0050757, -15.968, -11.542), speed)
    u = _slow(-51.0, (4.0868e-4, -67.499, 19.51), (3.9904e-4, -30.963, -14.792), speed)
    return Channel("nav1_8", "sodium", (m, h, s, u), ((1.0, (3, 1, 1, 1)),), "tigerholm_2014")


def nav1_8_ganglion(temperature_degC: float) -> Channel:
    r"""Nav1.8 of small ganglion neurons: $g m h s u\,(V - E_{Na})$.

    The first power of $m$ is that of Verma (2020, after Choi and Waxman); the slow
    inactivations $s$ and $u$, which that model leaves out, are those of Tigerholm (2014).
    """
    axonal = nav1_8(temperature_degC)
    return Channel("nav1_8", "sodium", axonal.gates, ((1.0, (1, 1, 1, 1)),), "verma_2020")


def nav1_9(temperature_degC: float) -> Channel:
    r"""Nav1.9: $g m h s\,(V - E_{Na})$, persistent near rest (Tigerholm 2014)."""
    speed = temperature_factor(Q10_SODIUM, temperature_degC, 21.0)
    m = OpenClose(Sigmoid(1.032, -6.99, -14.87115), Sigmoid(5.79, -130.4, 22.9), speed)
    h = OpenClose(
        Sigmoid(0.06435, -73.26415, 3.71928), Sigmoid(0.13496, -10.27853, -9.09334), speed
    )
    s = OpenClose(Exponential(1.6e-7, 0.0, -12.0), Sigmoid(5e-4, -32.0, -23.0), speed)
    return Channel("nav1_9", "sodium", (m, h, s), ((1.0, (1, 1, 1)),), "tigerholm_2014")


def nav1_3(temperature_degC: float) -> Channel:
    r"""Nav1.3: $g m^3 h\,(V - E_{Na})$, open at rest sooner and ready again sooner than Nav1.7.

    Half-activation -24 mV and half-inactivation -66 mV, inactivation in about 1 ms at -10 mV
    (measured, Catterall 2005); recovery in about 14 ms at -80 mV (recalled, 10-15 ms).
    """
    speed = temperature_factor(Q10_SODIUM, temperature_degC, 22.0)
    m = OpenClose(Sigmoid(15.5, 2.4, -12.08), Sigmoid(35.2, -75.3, 16.7), speed)
    h = OpenClose(Exponential(0.0183, -66.0, -11.1), Exponential(0.0183, -66.0, 14.0), speed)
    return Channel("nav1_3", "sodium", (m, h), ((1.0, (3, 1)),), "catterall_2005")


def nodal_fast(temperature_degC: float) -> Channel:
    r"""Fast sodium of the node of Ranvier: $g m^3 h\,(V - E_{Na})$ (McIntyre 2002)."""
    quick = temperature_factor(2.2, temperature_degC, 20.0)
    slow = temperature_factor(2.9, temperature_degC, 20.0)
    m = OpenClose(Linoid(1.86 * 10.3, -21.4, 10.3), Linoid(0.086 * 9.16, -25.7, -9.16), quick)
    h = OpenClose(Linoid(0.062 * 11.0, -114.0, -11.0), Sigmoid(2.3, -31.8, -13.4), slow)
    return Channel("nodal_fast", "sodium", (m, h), ((1.0, (3, 1)),), "mcintyre_2002")


def nodal_persistent(temperature_degC: float) -> Channel:
    r"""Persistent sodium of the node of Ranvier: $g p^3\,(V - E_{Na})$ (McIntyre 2002)."""
    speed = temperature_factor(2.2, temperature_degC, 20.0)
    p = OpenClose(Linoid(0.01 * 10.2, -27.0, 10.2), Linoid(0.00025 * 10.0, -34.0, -10.0), speed)
    return Channel("nodal_persistent", "sodium", (p,), ((1.0, (3,)),), "mcintyre_2002")


def _slow(
    half_mV: float,
    opening: tuple[float, float, float],
    closing: tuple[float, float, float],
    speed: float,
) -> Relaxation:
    """A slow inactivation whose speed is the sum of two sigmoids but whose steady state is not."""
    return Relaxation(
        Sigmoid(1.0, half_mV, 8.0), Reciprocal(Sum(Sigmoid(*opening), Sigmoid(*closing))), speed
    )
