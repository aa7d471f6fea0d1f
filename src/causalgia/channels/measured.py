r"""Sodium channels of small neurons whose clamped half-points are the measured ones.

Published fibers use gates (Tigerholm 2014, in `causalgia.channels.sodium`) whose clamped current
opens and inactivates elsewhere than the channels that were measured. Here the same gates are moved
and stretched along the voltage, and their time constants scaled, until a simulated clamp at 22 degC
reads what a real one read (`scripts/fit_measured_channels.py`). $Q_{10}$ 2.5, as there. The
library's own fibers and neurons use these; presets keep their own.

Each function takes `fitted`, what stands in for the fitted numbers of the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from causalgia.channels import sodium
from causalgia.channels.channel import Channel, temperature_factor
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.mutations import shifted_gate
from causalgia.channels.rates import Bell, Reciprocal, Sigmoid, Sum
from causalgia.evidence import parameters

__all__ = ["BUILDERS", "nav1_3", "nav1_7", "nav1_8", "nav1_9"]

ROOM_DEGC = 22.0
HALF_1_7_MV = (-21.44, -68.53)
"""Half-points of the published m and h, about which they are stretched."""

Fitted = Mapping[str, float]


def nav1_7(temperature_degC: float, fitted: Fitted | None = None) -> Channel:
    r"""Nav1.7: $g m^3 h s\,(V - E_{Na})$, half open at -19.5 and half inactivated at -66.3 mV.

    Those and the slopes, 3.3 and 5.6 mV, are of the human clone (PMC6940421); speeds and slow
    inactivation are of Tigerholm (2014).
    """
    own = _fitted("nav1_7", fitted)
    published = sodium.nav1_7(temperature_degC)
    m, h = (
        shifted_gate(gate, own[f"{x}_shift"], own[f"{x}_stretch"], half)
        for gate, x, half in zip(published.gates[:2], "mh", HALF_1_7_MV, strict=True)
    )
    return replace(published, gates=(m, h, published.gates[2]), source="nav1_7_variants_2020")


def nav1_8(temperature_degC: float, fitted: Fitted | None = None) -> Channel:
    r"""Nav1.8: $g m^3 h s u\,(V - E_{Na})$, half inactivated near -30 mV by up to 1 s.

    Activation takes 0.54 and 0.36 ms at -20 and -10 mV, inactivation 13.5 ms at -20 (Catterall
    2005) and recovery from it 1.6 ms at -67; 60 ms at 0 mV leave 9 % in slow inactivation, which
    recovers in 0.9 s (rat, Rush 1998). The steady state of $m$, and $u$, are of Tigerholm (2014).
    """
    own = _fitted("nav1_8", fitted)
    published = sodium.nav1_8(temperature_degC)
    speed = temperature_factor(sodium.Q10_SODIUM, temperature_degC, ROOM_DEGC)
    slowest = Bell(own["h_slowest"], own["h_half"] - 5.9, own["h_width"], 1.218)
    h = Relaxation(Sigmoid(1.0, own["h_half"], 4.0), slowest, speed)
    rates = Sum(
        Sigmoid(own["s_opening"], -79.816, 16.269), Sigmoid(own["s_closing"], -15.968, -11.542)
    )
    s = Relaxation(Sigmoid(1.0, -45.0, 8.0), Reciprocal(rates), speed, slow=True)
    gates = (_hastened(published, 0, own["m_speed"]), h, s, published.gates[3])
    return replace(published, gates=gates, source="rush_1998")


def nav1_9(temperature_degC: float, fitted: Fitted | None = None) -> Channel:
    r"""Nav1.9: $g m h s\,(V - E_{Na})$, half open at -50 mV and slow to inactivate.

    Half-activation and the time constants of inactivation from -60 to -10 mV are those of rat
    neurons (Catterall 2005); the rest is of Tigerholm (2014).
    """
    own = _fitted("nav1_9", fitted)
    published = sodium.nav1_9(temperature_degC)
    m = shifted_gate(published.gates[0], own["m_shift"])
    h = _hastened(published, 1, 1.0 / own["h_slower"])
    return replace(published, gates=(m, h, published.gates[2]), source="catterall_2005")


def nav1_3(temperature_degC: float, fitted: Fitted | None = None) -> Channel:
    r"""Nav1.3: $g m^3 h\,(V - E_{Na})$, open at rest sooner and ready again sooner than Nav1.7.

    Half open at -24.5 and half inactivated at -66 mV, inactivation in about 1 ms at -10 mV
    (measured, Catterall 2005); recovery in about 14 ms at -80 mV (recalled, 10-15 ms).
    """
    own = _fitted("nav1_3", fitted)
    published = sodium.nav1_3(temperature_degC)
    return replace(
        published, gates=(shifted_gate(published.gates[0], own["m_shift"]), published.gates[1])
    )


BUILDERS: Mapping[str, Callable[[float, Fitted | None], Channel]] = MappingProxyType(
    {"nav1_3": nav1_3, "nav1_7": nav1_7, "nav1_8": nav1_8, "nav1_9": nav1_9}
)
"""Each channel by name."""


def _fitted(name: str, given: Fitted | None) -> Fitted:
    """The fitted numbers of a channel: the evidence's, without its name."""
    if given is not None:
        return given
    return {
        number.removeprefix(f"{name}_"): one.value
        for number, one in parameters("causalgia_channels").items()
        if number.startswith(f"{name}_")
    }


def _hastened(channel: Channel, index: int, factor: float) -> OpenClose:
    gate = channel.gates[index]
    assert isinstance(gate, OpenClose)  # as the published gates are
    return replace(gate, speed_factor=gate.speed_factor * factor)
