r"""Channels of the autonomic and cutaneous C-fibers of Thio et al. (2024), after Titus.

Gates that enter in the third power have a steady state that is the cube root of a sigmoid, so that
the measured steady state is that of the current. Time constants are put together from
$A / (e^{(V - V_1)/k_1} + e^{-(V - V_2)/k_2})$ and sigmoids, and three times shorter for each
10 degC above 22 degC (Nav1.7: 21 degC). Calcium enters BK and SK by its molar decimal logarithm.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.exponentials import exp
from causalgia.channels.gates import AbstractSensingGate, Relaxation
from causalgia.channels.published.forms import cube_root_sigmoid, peaked, total
from causalgia.channels.rates import AbstractRate, Linear, Sigmoid

__all__ = [
    "LogarithmicCalciumGate",
    "SmallConductanceGate",
    "thio_bk",
    "thio_cav1_2",
    "thio_cav2_2",
    "thio_hcn",
    "thio_kv1_4",
    "thio_kv2_1",
    "thio_kv3_4",
    "thio_m_current",
    "thio_nav1_7",
    "thio_nav1_8",
    "thio_nav1_9",
    "thio_sk",
]

SOURCE = "thio_2024"
Q10 = 3.0
REFERENCE_DEGC = 22.0
LOWEST_mM = 1e-9
"""Calcium below this counts as this, since its logarithm is taken."""

Values = Float[Array, "..."]


def thio_nav1_7(temperature_degC: float) -> Channel:
    r"""Nav1.7: $g m^3 h\,(V - E_{Na})$."""
    speed = temperature_factor(Q10, temperature_degC, 21.0)
    tau_m = total(peaked(0.07, (11.4, 14.0), (-61.0, 9.4)), Sigmoid(0.1, -5.5, -8.0))
    gates = (
        Relaxation(cube_root_sigmoid(-25.0, -7.0), tau_m, 2.0 * speed),
        Relaxation(Sigmoid(1.0, -79.0, 7.0), peaked(1.0, (-5.7, 12.4), (-131.0, 9.5)), speed),
    )
    return Channel("nav1_7", "sodium", gates, ((1.0, (3, 1)),), SOURCE)


def thio_nav1_8(temperature_degC: float) -> Channel:
    r"""Nav1.8: $g m^3 h s\,(V - E_{Na})$."""
    speed = _speed(temperature_degC)
    tau_m = total(_constant(0.03), peaked(0.5, (0.0, 12.0), (-29.0, 18.0)))
    tau_h = total(peaked(250.0, (-36.0, 7.7), (0.0, 16.3)), Sigmoid(1.4, -0.6, -2.95, 2.63))
    tau_s = total(peaked(34.0, (-2.0, 16.0), (-108.0, 8.0)), Sigmoid(160.0, -110.0, -75.0))
    gates = (
        Relaxation(cube_root_sigmoid(-4.0, -7.0), tau_m, 2.0 * speed),
        Relaxation(Sigmoid(1.0, -28.0, 4.56), tau_h, speed),
        Relaxation(Sigmoid(1.0, -50.0, 7.5), tau_s, speed),
    )
    return Channel("nav1_8", "sodium", gates, ((1.0, (3, 1, 1)),), SOURCE)


def thio_nav1_9(temperature_degC: float) -> Channel:
    r"""Nav1.9: $g m^3 h s\,(V - E_{Na})$."""
    speed = _speed(temperature_degC)
    tau_m = total(_constant(0.3), peaked(1.0, (-1.3, 22.0), (-82.0, 10.0)))
    tau_h = total(_constant(2.0), peaked(1.0, (32.0, 14.0), (-157.0, 12.0)))
    tau_s = total(peaked(1.0, (195.0, 29.0), (-193.0, 12.4)), Sigmoid(1165.0, -40.0, -30.0))
    gates = (
        Relaxation(cube_root_sigmoid(-51.0, -8.4), tau_m, 2.0 * speed),
        Relaxation(Sigmoid(1.0, -55.0, 11.5), tau_h, speed),
        Relaxation(Sigmoid(0.97, -79.0, 6.87, 0.03), tau_s, speed, slow=True),
    )
    return Channel("nav1_9", "sodium", gates, ((1.0, (3, 1, 1)),), SOURCE)


def thio_cav1_2(temperature_degC: float) -> Channel:
    r"""Cav1.2 (L type): $g m^3 h\,(V - E_{Ca})$."""
    speed = _speed(temperature_degC)
    tau_m = total(_constant(0.25), peaked(0.5, (15.0, 5.0), (-27.0, 12.0)))
    gates = (
        Relaxation(cube_root_sigmoid(1.75, -10.0), tau_m, speed),
        Relaxation(Sigmoid(1.0, 10.0, 8.0), peaked(1.4, (145.0, 30.0), (-150.0, 16.4)), speed),
    )
    return Channel("cav1_2", "calcium", gates, ((1.0, (3, 1)),), SOURCE)


def thio_cav2_2(temperature_degC: float) -> Channel:
    r"""Cav2.2 (N type): $g m^3 h s\,(V - E_{Ca})$."""
    speed = _speed(temperature_degC)
    tau_m = total(_constant(0.1), peaked(0.5, (3.0, 6.7), (-37.0, 13.5)))
    tau_s = total(_constant(50.0), peaked(30.0, (50.0, 26.0), (-150.0, 26.0)))
    gates = (
        Relaxation(cube_root_sigmoid(-4.0, -7.5), tau_m, speed),
        Relaxation(Sigmoid(1.0, -48.0, 7.0), peaked(10.0, (54.0, 23.0), (-150.0, 35.0)), speed),
        Relaxation(Sigmoid(1.0, -81.0, 8.6), tau_s, speed),
    )
    return Channel("cav2_2", "calcium", gates, ((1.0, (3, 1, 1)),), SOURCE)


def thio_m_current(temperature_degC: float) -> Channel:
    r"""M current, Kv7.3 ($m$) and Kv7.2 ($n$): $g (m^3 + 3 n^3)/4\,(V - E_K)$."""
    speed = 2.0 * _speed(temperature_degC)
    tau_m = total(peaked(104.0, (7.0, 20.0), (-32.0, 20.0)), Sigmoid(30.0, -40.0, -80.0))
    tau_n = total(peaked(62.0, (13.0, 20.0), (-90.0, 20.0)), Sigmoid(50.0, -50.0, -8.0, 15.0))
    gates = (
        Relaxation(cube_root_sigmoid(-44.0, -6.4), tau_m, speed),
        Relaxation(cube_root_sigmoid(-32.0, -9.2), tau_n, speed),
    )
    return Channel("m_current", "potassium", gates, ((0.25, (3, 0)), (0.75, (0, 3))), SOURCE)


def thio_hcn(temperature_degC: float, sodium_share: float) -> Channel:
    r"""HCN: $g (3 m^3 + n^3)/4$, of which `sodium_share` is sodium's and the rest potassium's."""
    speed = _speed(temperature_degC)
    gates = (
        Relaxation(
            cube_root_sigmoid(-97.0, 7.35), peaked(0.5, (42.0, 11.8), (-498.0, 66.6)), speed
        ),
        Relaxation(cube_root_sigmoid(-94.0, 8.9), peaked(0.5, (-25.0, 4.1), (-356.0, 32.0)), speed),
    )
    carriers = (("sodium", sodium_share), ("potassium", 1.0 - sodium_share))
    return Channel("hcn", carriers, gates, ((0.75, (3, 0)), (0.25, (0, 3))), SOURCE)


def thio_kv2_1(temperature_degC: float) -> Channel:
    r"""Kv2.1: $g m^3 h\,(V - E_K)$."""
    speed = _speed(temperature_degC)
    tau_m = total(_constant(2.0), peaked(1.2, (15.0, 8.5), (-68.0, 15.0)))
    tau_h = total(peaked(45.0, (10.2, 8.0), (-101.0, 8.0)), Sigmoid(8200.0, 0.0, -60.0))
    gates = (
        Relaxation(cube_root_sigmoid(1.0, -10.0), tau_m, speed),
        Relaxation(Sigmoid(0.85, -27.0, 7.0, 0.15), tau_h, speed, slow=True),
    )
    return Channel("kv2_1", "potassium", gates, ((1.0, (3, 1)),), SOURCE)


def thio_kv3_4(temperature_degC: float) -> Channel:
    r"""Kv3.4 (A type): $g m^3 h\,(V - E_K)$."""
    speed = _speed(temperature_degC)
    tau_h = total(_constant(15.0), peaked(1.0, (60.0, 15.0), (-300.0, 27.0)))
    gates = (
        Relaxation(
            cube_root_sigmoid(24.0, -17.0), peaked(1.0, (39.0, 13.0), (-134.0, 47.0)), 2.0 * speed
        ),
        Relaxation(Sigmoid(1.0, -31.0, 12.0), tau_h, speed),
    )
    return Channel("kv3_4", "potassium", gates, ((1.0, (3, 1)),), SOURCE)


def thio_kv1_4(temperature_degC: float) -> Channel:
    r"""Kv1.4 (A type): $g m^3 h s\,(V - E_K)$."""
    speed = _speed(temperature_degC)
    tau_m = total(peaked(2748.0, (-128.0, 14.5), (-10.0, 8.0)), Sigmoid(1.7, -8.5, 10.65, 0.6))
    tau_h = total(_constant(35.0), peaked(11.22, (-21.4, 9.48), (-155.3, 16.4)))
    steady_s = total(Sigmoid(0.576, -44.5, 5.93, 0.415), Sigmoid(0.103, 0.0, -18.37))
    tau_s = total(peaked(3970.0, (-35.1, 9.97), (-83.3, 18.0)), Sigmoid(2500.0, -27.3, -7.11))
    gates = (
        Relaxation(cube_root_sigmoid(-25.0, -12.0), tau_m, 2.0 * speed),
        Relaxation(Sigmoid(0.924, -47.0, 4.75, 0.073), tau_h, speed),
        Relaxation(steady_s, tau_s, speed, slow=True),
    )
    return Channel("kv1_4", "potassium", gates, ((1.0, (3, 1, 1)),), SOURCE)


class LogarithmicCalciumGate(AbstractSensingGate):
    r"""A gate whose voltages move with $p = \log_{10}$ of the molar calcium inside.

    $x_\infty = 1 / (1 + e^{(V - a p - b)/k})$ with `half_mV` for $(a, b)$ and `slope_mV` for $k$;
    $\tau = \tau_0 + 1 / (e^{(V + c p + d)/(e p)} + e^{-(V + f p + g)/(h p)})$ with `first` for
    $(c, d, e)$, `second` for $(f, g, h)$ and `shortest_ms` for $\tau_0$.
    """

    ion: str = eqx.field(static=True)
    half_mV: tuple[float, float]
    slope_mV: float
    first: tuple[float, float, float]
    second: tuple[float, float, float]
    shortest_ms: float
    speed_factor: float = 1.0

    def kinetics_at(self, voltage: Values, concentration_mM: Values) -> tuple[Values, Values]:
        logarithm = molar_logarithm(concentration_mM)
        half = self.half_mV[0] * logarithm + self.half_mV[1]
        steady = 1.0 / (1.0 + exp((voltage - half) / self.slope_mV))
        (c, d, e), (f, g, h) = self.first, self.second
        rates = exp((voltage + c * logarithm + d) / (e * logarithm)) + exp(
            -(voltage + f * logarithm + g) / (h * logarithm)
        )
        return steady, self.speed_factor / (self.shortest_ms + 1.0 / rates)


def thio_bk(temperature_degC: float) -> Channel:
    r"""BK: $g m h\,(V - E_K)$, opened by calcium and voltage together."""
    speed = _speed(temperature_degC)
    m = LogarithmicCalciumGate(
        "calcium", (-50.0, -232.0), -24.0, (58.0, 303.0, 3.2), (107.0, 453.0, 6.8), 0.4, speed
    )
    h = LogarithmicCalciumGate(
        "calcium", (-8.0, 35.0), 47.0, (3.0, 100.0, 3.0), (191.0, 600.0, 17.0), 0.0, speed
    )
    return Channel("bk", "potassium", (m, h), ((1.0, (1, 1)),), SOURCE)


class SmallConductanceGate(AbstractSensingGate):
    r"""A gate opened by calcium alone: $x_\infty = 1/(1 + e^{-(p - p_h)/k})$, $\tau = -p$ ms.

    $p$ is $\log_{10}$ of the molar calcium inside; `half` is $p_h$ and `slope` is $k$.
    """

    ion: str = eqx.field(static=True)
    half: float
    slope: float
    speed_factor: float = 1.0

    def kinetics_at(self, voltage: Values, concentration_mM: Values) -> tuple[Values, Values]:
        logarithm = molar_logarithm(concentration_mM)
        shape = jnp.broadcast_shapes(voltage.shape, logarithm.shape)
        steady = 1.0 / (1.0 + exp(-(logarithm - self.half) / self.slope))
        return jnp.broadcast_to(steady, shape), jnp.broadcast_to(
            -self.speed_factor / logarithm, shape
        )


def thio_sk(temperature_degC: float) -> Channel:
    r"""SK: $g n\,(V - E_K)$, opened by calcium."""
    n = SmallConductanceGate("calcium", -6.4, 0.12, _speed(temperature_degC))
    return Channel("sk", "potassium", (n,), ((1.0, (1,)),), SOURCE)


def molar_logarithm(concentration_mM: Values) -> Values:
    r"""$\log_{10}$ of a concentration in mol/l."""
    return jnp.log10(jnp.maximum(concentration_mM, LOWEST_mM)) - 3.0


def _speed(temperature_degC: float) -> float:
    return temperature_factor(Q10, temperature_degC, REFERENCE_DEGC)


def _constant(time_ms: float) -> AbstractRate:
    return Linear(0.0, time_ms)
