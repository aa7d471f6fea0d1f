r"""Spike-generating currents of dorsal horn neurons (Aguiar 2010, after Traub and Miles 1991)."""

from __future__ import annotations

from causalgia.channels.channel import Channel
from causalgia.channels.gates import OpenClose
from causalgia.channels.rates import Exponential, Linoid, Sigmoid

__all__ = ["spike_potassium", "spike_sodium"]

# kinetics are given at 36 degC and used there


def spike_sodium(threshold_mV: float = -55.0) -> Channel:
    r"""Fast sodium: $g m^3 h (V - E_{Na})$; `threshold_mV` shifts all its voltages."""
    m = OpenClose(
        Linoid(0.32 * 4.0, threshold_mV + 13.0, 4.0), Linoid(0.28 * 5.0, threshold_mV + 40.0, -5.0)
    )
    h = OpenClose(
        Exponential(0.128, threshold_mV + 12.0, -18.0), Sigmoid(4.0, threshold_mV + 35.0, -5.0)
    )
    return Channel("sodium", "sodium", (m, h), ((1.0, (3, 1)),), "aguiar_2010")


def spike_potassium(threshold_mV: float = -55.0) -> Channel:
    r"""Delayed rectifier: $g n^4 (V - E_K)$."""
    n = OpenClose(
        Linoid(0.032 * 5.0, threshold_mV + 15.0, 5.0), Exponential(0.5, threshold_mV + 10.0, -40.0)
    )
    return Channel("potassium", "potassium", (n,), ((1.0, (4,)),), "aguiar_2010")
