r"""Currents of dorsal horn neurons: spikes, what makes wind-up (Aguiar 2010), what delays firing.

The spike-generating pair is that of Traub and Miles (1991). Kinetics hold at 36 degC; those that
the source scales with temperature take it as an argument.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import AbstractSensingGate, OpenClose, Relaxation
from causalgia.channels.rates import Bell, Exponential, Linoid, Reciprocal, Sigmoid, Sum

__all__ = [
    "CalciumOpenedGate",
    "calcium_activated_cation",
    "calcium_activated_potassium",
    "kv4",
    "l_type_calcium",
    "persistent_sodium",
    "spike_potassium",
    "spike_sodium",
]

SOURCE = "aguiar_2010"
Q10 = 3.0
L_TYPE_DEGC = 23.5
CALCIUM_ACTIVATED_DEGC = 22.0

Values = Float[Array, "..."]


def spike_sodium(threshold_mV: float = -55.0) -> Channel:
    r"""Fast sodium: $g m^3 h (V - E_{Na})$; `threshold_mV` shifts all its voltages."""
    m = OpenClose(
        Linoid(0.32 * 4.0, threshold_mV + 13.0, 4.0), Linoid(0.28 * 5.0, threshold_mV + 40.0, -5.0)
    )
    h = OpenClose(
        Exponential(0.128, threshold_mV + 12.0, -18.0), Sigmoid(4.0, threshold_mV + 35.0, -5.0)
    )
    return Channel("sodium", "sodium", (m, h), ((1.0, (3, 1)),), SOURCE)


def spike_potassium(threshold_mV: float = -55.0) -> Channel:
    r"""Delayed rectifier: $g n^4 (V - E_K)$."""
    n = OpenClose(
        Linoid(0.032 * 5.0, threshold_mV + 15.0, 5.0), Exponential(0.5, threshold_mV + 10.0, -40.0)
    )
    return Channel("potassium", "potassium", (n,), ((1.0, (4,)),), SOURCE)


def persistent_sodium(threshold_mV: float = -55.0) -> Channel:
    r"""Persistent sodium: $g m h (V - E_{Na})$, half inactivated at -50 mV."""
    m = OpenClose(
        Linoid(0.32 * 4.0, threshold_mV + 11.0, 4.0), Linoid(0.28 * 5.0, threshold_mV + 42.0, -5.0)
    )
    h = OpenClose(
        Exponential(0.128, threshold_mV + 12.0, -18.0), Sigmoid(4.0, threshold_mV + 35.0, -10.0)
    )
    return Channel("persistent_sodium", "sodium", (m, h), ((1.0, (1, 1)),), SOURCE)


def l_type_calcium(temperature_degC: float = 36.0) -> Channel:
    r"""L-type calcium: $P m^2$ times the flux of calcium, half open at -10 mV, no inactivation.

    $Q_{10}$ 3 from 23.5 degC.
    """
    speed = temperature_factor(Q10, temperature_degC, L_TYPE_DEGC)
    rates = Sum(Sigmoid(1.6, 5.0, -1.0 / 0.072), Linoid(0.02 * 5.36, 1.31, -5.36))
    m = Relaxation(Sigmoid(1.0, -10.0, -10.0), Reciprocal(rates), speed)
    return Channel("l_type_calcium", "calcium", (m,), ((1.0, (2,)),), SOURCE, "ghk")


class CalciumOpenedGate(AbstractSensingGate):
    r"""A gate that two calcium ions open, whatever the voltage.

    With $r = (c/K)^2$: $x_\infty = r / (1 + r)$ and $\tau = \tau_0 / (1 + r)$, divided by the
    `speed_factor` and never below `shortest_ms`; `half_mM` is $K$, `slowest_ms` $\tau_0$.
    """

    ion: str = eqx.field(static=True)
    half_mM: float
    slowest_ms: float
    speed_factor: float
    shortest_ms: float = 0.1

    def kinetics_at(self, voltage: Values, concentration_mM: Values) -> tuple[Values, Values]:
        """As every sensing gate."""
        pairs = jnp.square(concentration_mM / self.half_mM)
        total = 1.0 + pairs
        speed = jnp.minimum(total * (self.speed_factor / self.slowest_ms), 1.0 / self.shortest_ms)
        return pairs / total, speed


def calcium_activated_cation(temperature_degC: float = 36.0) -> Channel:
    r"""Calcium-activated nonspecific cation current: $g m^2 (V - E_{CAN})$.

    Half open at 0.5 uM of calcium; 20 s at rest at 22 degC, $Q_{10}$ 3. Its reversal potential
    goes by "cation_can", and it brings no calcium in.
    """
    speed = temperature_factor(Q10, temperature_degC, CALCIUM_ACTIVATED_DEGC)
    m = CalciumOpenedGate("calcium", 5e-4, 40.0 / 0.002, speed)
    return Channel("calcium_activated_cation", "cation_can", (m,), ((1.0, (2,)),), SOURCE)


def calcium_activated_potassium(temperature_degC: float = 36.0) -> Channel:
    r"""Calcium-activated potassium: $g m^3 (V - E_K)$, half open at 1 uM; $Q_{10}$ 3."""
    speed = temperature_factor(Q10, temperature_degC, CALCIUM_ACTIVATED_DEGC)
    m = CalciumOpenedGate("calcium", 1e-3, 1.0 / 0.03, speed)
    return Channel("calcium_activated_potassium", "potassium", (m,), ((1.0, (3,)),), SOURCE)


def kv4() -> Channel:
    r"""A current of delayed-firing neurons: $g m^3 h (V - E_K)$, at 36 degC.

    $m^3$ is half open near -27 mV, $h$ half at -66 mV; it inactivates in 60 ms and recovers in
    25 ms. Assumed: between the fast and the slow time of Kv4.3 (27 and 142 ms, Gutman 2005) and
    as far hyperpolarized as delays of firing from rest need.
    """
    m = Relaxation(Sigmoid(1.0, -40.0, -10.0), Bell(2.0, -50.0, 25.0, 0.4))
    h = Relaxation(Sigmoid(1.0, -66.0, 6.0), Sigmoid(35.0, -66.0, -5.0, 25.0))
    return Channel("kv4", "potassium", (m, h), ((1.0, (3, 1)),), "causalgia_cord_cells")
