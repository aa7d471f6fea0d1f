r"""Voltage-gated sodium channels of primary afferents.

The kinetics of Nav1.7, Nav1.8 and Nav1.9 are those of the C-fiber of Tigerholm et al. (2014);
Nav1.3, which adult nerve makes again after injury, and Nav1.1 and Nav1.6 of large ganglion neurons
are set here from measured half-points and time constants. The resurgent part of Nav1.6 is that of
Venugopal et al. (2019). The node of Ranvier carries the fast and persistent currents of McIntyre,
Richardson and Grill (2002).
"""

from __future__ import annotations

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.rates import (
    Bell,
    Exponential,
    Linear,
    Linoid,
    Product,
    Reciprocal,
    Sigmoid,
    Sum,
)

__all__ = [
    "nav1_1",
    "nav1_3",
    "nav1_6",
    "nav1_6_resurgent",
    "nav1_7",
    "nav1_8",
    "nav1_8_ganglion",
    "nav1_9",
    "nodal_fast",
    "nodal_persistent",
]

Q10_SODIUM = 2.5
# found by clamping the channel: what puts the half-point of m^3 h on the measured one
NAV1_1_SHIFT_MV = -13.65
NAV1_6_SHIFT_MV = -17.23


def nav1_7(temperature_degC: float) -> Channel:
    r"""Nav1.7: $g m^3 h s\,(V - E_{Na})$, with slow inactivation $s$ (Tigerholm 2014)."""
    speed = temperature_factor(Q10_SODIUM, temperature_degC, 21.0)
    m = OpenClose(Sigmoid(15.5, 5.0, -12.08), Sigmoid(35.2, -72.7, 16.7), speed)
    h = OpenClose(
        Sigmoid(0.38685, -122.35, 15.29), Sigmoid(2.00283, -5.5266, -12.70195, -0.00283), speed
    )
    s = OpenClose(
        Sigmoid(9.2e-4, -93.9, 16.6, 3e-5), Sigmoid(-132.05, 384.9, 28.5, 132.05), speed, slow=True
    )
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
    s = OpenClose(Exponential(1.6e-7, 0.0, -12.0), Sigmoid(5e-4, -32.0, -23.0), speed, slow=True)
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


def nav1_1(temperature_degC: float) -> Channel:
    r"""Nav1.1: $g m^3 h\,(V - E_{Na})$, of large ganglion neurons and interneurons.

    The $m$ of Nav1.7 shifted, and
    $\tau_h = 0.5 + 1 / (A e^{-(V - V_h)/k_1} + A e^{(V - V_h)/k_2})$ ms, so that the clamped
    channel is half open at -24.5 mV and half inactivated at -65.1 mV (measured, Cestele 2008), and
    inactivates in 1 ms at -10 mV (assumed). $Q_{10}$ 2.5 from 23 degC.
    """
    speed = temperature_factor(Q10_SODIUM, temperature_degC, 23.0)
    m = _shifted_opening(NAV1_1_SHIFT_MV, speed)
    h = _fast_inactivation(-65.1, 6.0, (0.0289, 10.0, 13.0), speed)
    return Channel("nav1_1", "sodium", (m, h), ((1.0, (3, 1)),), "cestele_2008")


def nav1_6(temperature_degC: float) -> Channel:
    r"""Nav1.6: $g\,[0.98\,m^3 h + 0.02\,m^3] (V - E_{Na})$, fast, with a persistent part.

    Built as `nav1_1`, half open at -28.7 mV and half inactivated at -71.9 mV, inactivation in
    about 1 ms (measured, Guide to Pharmacology); the persistent share is that of the conductances
    of Venugopal (2019). Its resurgent current is `nav1_6_resurgent`. $Q_{10}$ 2.5 from 22 degC.
    """
    speed = temperature_factor(Q10_SODIUM, temperature_degC, 22.0)
    m = _shifted_opening(NAV1_6_SHIFT_MV, speed)
    h = _fast_inactivation(-71.9, 6.0, (0.0241, 10.1, 14.0), speed)
    terms = ((0.98, (3, 1)), (0.02, (3, 0)))
    return Channel("nav1_6", "sodium", (m, h), terms, "guide_to_pharmacology")


def nav1_6_resurgent(temperature_degC: float) -> Channel:
    r"""Resurgent Nav1.6: $g\,32\,(1 - b)^3 r^5\,(V - E_{Na})$ (Venugopal 2019).

    A blocker $b$ enters above 0 mV and leaves slowly after it, which lets current pass until $r$
    has inactivated: for $u = 1 - b$, $\dot u = 0.3 \beta_b (1 - u) - 0.05\,b_\infty u$, and
    $\dot r = \alpha_r r_\infty / 2 - \beta_r r$, whose scale of one half keeps $r$ below one.
    $Q_{10}$ 2.5 from 22 degC.
    """
    speed = temperature_factor(Q10_SODIUM, temperature_degC, 22.0)
    unblocked = OpenClose(Sigmoid(0.6, 40.0, -8.0), Sigmoid(0.05, -40.0, 12.0), speed)
    leaving = Sigmoid(1.25, -40.0, -15.0)
    entering = Product(Sigmoid(1.5, -45.0, -9.0), Sigmoid(1.0, -40.0, 20.0))
    r = Relaxation(Product(entering, Reciprocal(leaving)), Reciprocal(leaving), speed)
    return Channel(
        "nav1_6_resurgent", "sodium", (unblocked, r), ((32.0, (3, 5)),), "venugopal_2019"
    )


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
        Sigmoid(1.0, half_mV, 8.0),
        Reciprocal(Sum(Sigmoid(*opening), Sigmoid(*closing))),
        speed,
        slow=True,
    )


def _shifted_opening(shift_mV: float, speed: float) -> OpenClose:
    """The activation of Nav1.7, moved along the voltage."""
    return OpenClose(
        Sigmoid(15.5, 5.0 + shift_mV, -12.08), Sigmoid(35.2, -72.7 + shift_mV, 16.7), speed
    )


def _fast_inactivation(
    half_mV: float, slope_mV: float, rates: tuple[float, float, float], speed: float
) -> Relaxation:
    """Half a millisecond, and what recovery and onset (1/ms and two slopes, mV) add to it."""
    fastest, falling, rising = rates
    relaxing = Sum(Exponential(fastest, half_mV, -falling), Exponential(fastest, half_mV, rising))
    return Relaxation(
        Sigmoid(1.0, half_mV, slope_mV), Sum(Linear(0.0, 0.5), Reciprocal(relaxing)), speed
    )
