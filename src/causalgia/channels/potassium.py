r"""Potassium channels of primary afferents, gated by voltage, calcium or sodium.

Those that sense an ion inside the cell (BK, SK, KNa) need it among the ions of their membrane.
"""

from __future__ import annotations

import math

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.exponentials import exp
from causalgia.channels.gates import AbstractSensingGate, HillGate, OpenClose, Relaxation
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
    "BigConductanceGate",
    "a_type",
    "a_type_ganglion",
    "bk",
    "delayed_rectifier",
    "delayed_rectifier_ganglion",
    "kna",
    "kv1",
    "kv1_4",
    "m_current",
    "nodal_slow",
    "sk",
]

Q10_POTASSIUM = 3.3
Q10_CALCIUM_ACTIVATED = 3.0

Values = Float[Array, "..."]

# found by clamping the channel: what puts the half-point of n^4 h on the measured one
KV1_4_HALF_MV = -55.0


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
    h = Relaxation(
        Sigmoid(1.0, -34.9, 4.6), Floored(Bell(50.0, -40.0, 40.0, 20.0), 5.0), speed, slow=True
    )
    return Channel("a_type", "potassium", (m, h), ((1.0, (1, 1)),), "tigerholm_2014")


def delayed_rectifier_ganglion(temperature_degC: float) -> Channel:
    r"""Delayed rectifier of small ganglion neurons: $g n (V - E_K)$ (Verma 2020)."""
    speed = temperature_factor(Q10_POTASSIUM, temperature_degC, 22.0)
    relaxation = Reciprocal(Sum(Linoid(0.01265, -14.273, 10.0), Exponential(0.125, -55.0, -2.5)))
    n = Relaxation(Sigmoid(1.0, -14.62, -18.38), Sum(Linear(0.0, 1.0), relaxation), speed)
    return Channel("delayed_rectifier", "potassium", (n,), ((1.0, (1,)),), "verma_2020")


def a_type_ganglion(temperature_degC: float) -> Channel:
    r"""A current of small ganglion neurons: $g m h (V - E_K)$, the axon's, midpoints not shifted.

    The axon's lie 15 mV higher (Verma 2020).
    """
    speed = temperature_factor(Q10_POTASSIUM, temperature_degC, 22.0)
    m = Relaxation(Sigmoid(1.0, -5.4, -16.4), Bell(10.04, -24.67, 34.8, 0.25), speed, 4)
    h = Relaxation(Sigmoid(1.0, -49.9, 4.6), Floored(Bell(50.0, -40.0, 40.0, 20.0), 5.0), speed)
    return Channel("a_type", "potassium", (m, h), ((1.0, (1, 1)),), "verma_2020")


def kv1(temperature_degC: float) -> Channel:
    r"""Kv1.1 and Kv1.2, which dendrotoxin blocks: $g n^4 l\,(V - E_K)$.

    $\alpha_n = 0.129\,e^{(V + 45)/33.9}$, $\beta_n = 0.129\,e^{-(V + 45)/12.4}$ 1/ms (Akemann and
    Knoepfel 2006), $Q_{10}$ 3 from 22 degC; the slow inactivation $l$ is half at -24 mV (Kv1.2)
    with a time constant of 11 s (Kv1.1; both Gutman 2005), here at any voltage (assumed).
    """
    speed = temperature_factor(3.0, temperature_degC, 22.0)
    n = OpenClose(
        Exponential(0.12889, -45.0, 33.90877), Exponential(0.12889, -45.0, -12.42101), speed
    )
    slow = Relaxation(Sigmoid(1.0, -24.0, 8.0), Linear(0.0, 11000.0), speed)
    return Channel("kv1", "potassium", (n, slow), ((1.0, (4, 1)),), "akemann_2006")


def kv1_4(temperature_degC: float) -> Channel:
    r"""Kv1.4: $g n^4 h\,(V - E_K)$, an A current that takes seconds to recover.

    Half open at -34 mV, half inactivated at -62 mV, inactivation in 47 ms (human, measured, Guide
    to Pharmacology); recovery in 3 s (recalled range 2-4 s); slopes and activation times are
    assumed. $Q_{10}$ 3.3 from 22 degC (assumed).
    """
    speed = temperature_factor(Q10_POTASSIUM, temperature_degC, 22.0)
    n = Relaxation(Sigmoid(1.0, KV1_4_HALF_MV, -8.0), Bell(4.0, -45.0, 30.0, 1.5), speed)
    h = Relaxation(Sigmoid(1.0, -62.0, 6.0), Sigmoid(3350.0, -72.0, 4.0, 47.0), speed)
    return Channel("kv1_4", "potassium", (n, h), ((1.0, (4, 1)),), "guide_to_pharmacology")


class BigConductanceGate(AbstractSensingGate):
    r"""Voltage opens it, and calcium moves the voltage: $x_\infty = 1/(1 + e^{(V_h - V)/k})$.

    With $p = \log_{10}[Ca]$ (M), $V_h = -203 - 43.4\,p$ and $k = 33.88\,e^{-((p + 5.423)/1.852)^2}$
    mV; $\tau = 5.545\,e^{V/42.9} + 0.749 - 0.116\,V$ ms.
    """

    half_offset_mV: float = -203.0
    half_per_decade_mV: float = -43.4
    speed_factor: float = 1.0
    ion: str = eqx.field(static=True, default="calcium")

    def kinetics_at(self, voltage: Values, concentration_mM: Values) -> tuple[Values, Values]:
        """As every sensing gate; calcium (mM) is held above 1e-9."""
        # a concentration that rounds to nothing has no logarithm
        molar = jnp.maximum(concentration_mM, 1e-9) * 1e-3
        decades = jnp.log(molar) * (1.0 / math.log(10.0))
        half = self.half_offset_mV + self.half_per_decade_mV * decades
        width = (decades + 5.423) * (1.0 / 1.852)
        slope = 33.88 * exp(-width * width)
        steady = 1.0 / (1.0 + exp((half - voltage) / slope))
        time = 5.54522 * exp(voltage * (1.0 / 42.90548)) + 0.74926 - 0.11573 * voltage
        return steady, jnp.broadcast_to(self.speed_factor / time, steady.shape)


def bk(temperature_degC: float) -> Channel:
    r"""BK of small ganglion neurons: $g x\,(V - E_K)$, $x$ a `BigConductanceGate` (Mandge 2018).

    The fits there are to Scholz (1998, rat ganglion neurons) and Zhang (2010). $Q_{10}$ 3 from
    22 degC (assumed).
    """
    speed = temperature_factor(Q10_CALCIUM_ACTIVATED, temperature_degC, 22.0)
    gate = BigConductanceGate(speed_factor=speed)
    return Channel("bk", "potassium", (gate,), ((1.0, (1,)),), "mandge_2018")


def sk(temperature_degC: float) -> Channel:
    r"""SK2: $g w\,(V - E_K)$, $w_\infty = 1/(1 + (0.6\,\mu M/[Ca])^4)$ (Wei 2005).

    The time constant of 10 ms is recalled; $Q_{10}$ 3 from 22 degC (assumed).
    """
    speed = temperature_factor(Q10_CALCIUM_ACTIVATED, temperature_degC, 22.0)
    gate = HillGate(ion="calcium", half_mM=0.6e-3, hill=4.0, time_constant_ms=10.0 / speed)
    return Channel("sk", "potassium", (gate,), ((1.0, (1,)),), "wei_2005")


def kna(temperature_degC: float) -> Channel:
    r"""Sodium-activated potassium: $g w\,(V - E_K)$, at once (Tigerholm 2014).

    $w = 0.37 / (1 + (38.7\,mM/[Na])^{3.5})$, at any temperature.
    """
    del temperature_degC  # the source gives no time constant that could depend on it
    gate = HillGate(ion="sodium", half_mM=38.7, hill=3.5, maximum=0.37)
    return Channel("kna", "potassium", (gate,), ((1.0, (1,)),), "tigerholm_2014")


def m_current(temperature_degC: float) -> Channel:
    r"""M current (Kv7): $g (n_s/4 + 3 n_f/4)(V - E_K)$ (Tigerholm 2014)."""
    speed = temperature_factor(Q10_POTASSIUM, temperature_degC, 21.0)
    steady = Sigmoid(1.0, -30.0, -6.0)
    slow = Relaxation(
        steady, Piecewise(Linear(0.0, 219.0), Linear(13.0, 1000.0), -60.0), speed, slow=True
    )
    fast = Relaxation(
        steady,
        Reciprocal(Sum(Exponential(0.00395, -30.0, 40.0), Exponential(0.00395, -30.0, -20.0))),
        speed,
        slow=True,
    )
    terms = ((0.25, (1, 0)), (0.75, (0, 1)))
    return Channel("m_current", "potassium", (slow, fast), terms, "tigerholm_2014")


def nodal_slow(temperature_degC: float) -> Channel:
    r"""Slow potassium of the node of Ranvier: $g s (V - E_K)$ (McIntyre 2002)."""
    speed = temperature_factor(3.0, temperature_degC, 36.0)
    s = OpenClose(Sigmoid(0.3, -53.0, -5.0), Sigmoid(0.03, -90.0, -1.0), speed)
    return Channel("nodal_slow", "potassium", (s,), ((1.0, (1,)),), "mcintyre_2002")
