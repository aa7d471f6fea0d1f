r"""Channels that pass sodium and potassium alike: HCN, and leaks held by no gate.

The share of sodium in HCN1 and HCN2, 0.35, is assumed: it puts their reversal near -30 mV.
"""

from __future__ import annotations

from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import Relaxation
from causalgia.channels.rates import Exponential, Linear, Piecewise, Reciprocal, Sigmoid, Sum

__all__ = ["hcn", "hcn1", "hcn2", "hcn_mixed", "open_channel"]

Q10_HCN = 3.0
MIXED = (("sodium", 0.35), ("potassium", 0.65))


def hcn(temperature_degC: float) -> Channel:
    r"""HCN: $g (n_s + n_f)/2\,(V - E_h)$, half sodium and half potassium (Tigerholm 2014)."""
    speed = temperature_factor(3.0, temperature_degC, 22.0)
    steady = Sigmoid(1.0, -87.2, 9.7)
    slow = Relaxation(steady, _time_constant((300.0, 542.0), (2500.0, 100.0)), speed, slow=True)
    fast = Relaxation(steady, _time_constant((140.0, 50.0), (250.0, 12.0)), speed, slow=True)
    return Channel("hcn", "cation", (slow, fast), ((0.5, (1, 0)), (0.5, (0, 1))), "tigerholm_2014")


def hcn_mixed(temperature_degC: float) -> Channel:
    r"""HCN as two conductances, $I = g (n_s + n_f)/4\,[(V - E_{Na}) + (V - E_K)]$ (Tigerholm 2014).

    The same gates as `hcn`, for membranes whose ion concentrations move.
    """
    axonal = hcn(temperature_degC)
    carriers = (("sodium", 0.5), ("potassium", 0.5))
    return Channel("hcn", carriers, axonal.gates, axonal.terms, axonal.source)


def hcn1(temperature_degC: float, cyclic_amp_shift_mV: float = 0.0) -> Channel:
    r"""HCN1: $g n\,(V - E)$, 35% sodium, fast, of large ganglion neurons (Moosmang 2001).

    Half open at -94 mV, moved by cyclic AMP (at most 2 to 7 mV); $\tau = 300/\cosh((V + 94)/15.4)$
    ms, through the 30 ms at -140 and 300 ms at -95 mV of Hofmann (2005). $Q_{10}$ 3 from 22 degC
    (assumed).
    """
    gate = _hcn_gate(-94.0 + cyclic_amp_shift_mV, 8.1, (300.0, 15.4), temperature_degC)
    return Channel("hcn1", MIXED, (gate,), ((1.0, (1,)),), "moosmang_2001")


def hcn2(temperature_degC: float, cyclic_amp_shift_mV: float = 0.0) -> Channel:
    r"""HCN2: $g n\,(V - E)$, 35% sodium, slow, of small ganglion neurons (Moosmang 2001).

    Half open at -99 mV, moved by cyclic AMP (at most 15 mV); $\tau = 600/\cosh((V + 99)/22.2)$ ms,
    through the 180 ms at -140 and 600 ms at -100 mV of Hofmann (2005). $Q_{10}$ 3 from 22 degC
    (assumed).
    """
    gate = _hcn_gate(-99.0 + cyclic_amp_shift_mV, 6.2, (600.0, 22.2), temperature_degC)
    return Channel("hcn2", MIXED, (gate,), ((1.0, (1,)),), "moosmang_2001")


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


def _hcn_gate(
    half_mV: float, slope_mV: float, slowest: tuple[float, float], temperature_degC: float
) -> Relaxation:
    """A gate whose time constant (ms) is largest at its half-point and falls off with a slope."""
    time_ms, falling_mV = slowest
    relaxing = Sum(
        Exponential(0.5 / time_ms, half_mV, falling_mV),
        Exponential(0.5 / time_ms, half_mV, -falling_mV),
    )
    speed = temperature_factor(Q10_HCN, temperature_degC, 22.0)
    return Relaxation(Sigmoid(1.0, half_mV, slope_mV), Reciprocal(relaxing), speed)
