r"""Channels that pass sodium and potassium alike: HCN, and leaks held by no gate."""

from __future__ import annotations

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import Relaxation
from causalgia.channels.rates import Exponential, Linear, Piecewise, Sigmoid, Sum

__all__ = ["hcn", "open_channel"]


def hcn(temperature_degC: float) -> Channel:
    r"""HCN: $g (n_s + n_f)/2\,(V - E_h)$, half sodium and half potassium (Tigerholm 2014)."""
    speed = temperature_factor(3.0, temperature_degC, 22.0)
    steady = Sigmoid(1.0, -87.2, 9.7)
    slow = Relaxation(steady, _time_constant((300.0, 542.0), (2500.0, 100.0)), speed)
    fast = Relaxation(steady, _time_constant((140.0, 50.0), (250.0, 12.0)), speed)
    return Channel("hcn", "cation", (slow, fast), ((0.5, (1, 0)), (0.5, (0, 1))), "tigerholm_2014")


def open_channel(name: str, reversal: str, source: str) -> Channel:
    """A conductance without gates: a leak, or a receptor whose opening the run prescribes."""
    return Channel(name, reversal, (), ((1.0, ()),), source)


def _time_constant(above: tuple[float, float], below: tuple[float, float]) -> Piecewise:
    """Offset and amplitude above and below -70 mV."""
    return Piecewise(
        Sum(Linear(0.0, below[0]), Exponential(below[1], -240.0, 50.0)),
        Sum(Linear(0.0, above[0]), Exponential(above[1], -25.0, -20.0)),
        -70.0,
    )
