"""Half-points, slopes and time constants of the gates of the published models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.channels import Channel
from causalgia.channels.cation import hcn
from causalgia.channels.clamp import gate_summary
from causalgia.channels.potassium import a_type, delayed_rectifier, m_current, nodal_slow
from causalgia.channels.published import sundt
from causalgia.channels.sodium import nav1_7, nav1_8, nav1_9, nodal_fast, nodal_persistent
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["clamp_numbers", "voltage_clamp"]

AT_mV = -20.0
"""Where time constants are compared."""

Build = Callable[[float], Channel]

TIGERHOLM: Mapping[str, tuple[Build, int]] = {
    "nav1_7_m": (nav1_7, 0),
    "nav1_7_h": (nav1_7, 1),
    "nav1_7_s": (nav1_7, 2),
    "nav1_8_m": (nav1_8, 0),
    "nav1_8_h": (nav1_8, 1),
    "nav1_8_s": (nav1_8, 2),
    "nav1_8_u": (nav1_8, 3),
    "nav1_9_m": (nav1_9, 0),
    "nav1_9_h": (nav1_9, 1),
    "nav1_9_s": (nav1_9, 2),
    "kdr_n": (delayed_rectifier, 0),
    "ka_m": (a_type, 0),
    "ka_h": (a_type, 1),
    "km_n_slow": (m_current, 0),
    "km_n_fast": (m_current, 1),
    "hcn_n_slow": (hcn, 0),
    "hcn_n_fast": (hcn, 1),
}
SUNDT: Mapping[str, tuple[Build, int]] = {
    "nahh_m": (sundt.sodium, 0),
    "nahh_h": (sundt.sodium, 1),
    "borgkdr_n": (sundt.delayed_rectifier, 0),
    "borgkdr_l": (sundt.delayed_rectifier, 1),
    "im_m": (sundt.m_current, 0),
}
MCINTYRE: Mapping[str, tuple[Build, int]] = {
    "nap_mp": (nodal_persistent, 0),
    "na_m": (nodal_fast, 0),
    "na_h": (nodal_fast, 1),
    "ks_s": (nodal_slow, 0),
}
VERMA: Mapping[str, tuple[str, int]] = {
    "m17": ("nav1_7", 0),
    "h17": ("nav1_7", 1),
    "s17": ("nav1_7", 2),
    "m18": ("nav1_8", 0),
    "h18": ("nav1_8", 1),
    "n": ("delayed_rectifier", 0),
    "nka": ("a_type", 0),
    "hka": ("a_type", 1),
}


@measures("clamp.*")
def voltage_clamp(_: Collection[str]) -> Mapping[str, Outcome]:
    """Every gate at the temperature of its source."""
    found: dict[str, Outcome] = {}
    for prefix, gates, temperature in (
        ("tigerholm_2014", TIGERHOLM, 37.0),
        ("sundt_2015", SUNDT, 35.0),
        ("mcintyre_2002", MCINTYRE, 37.0),
    ):
        for name, (build, gate) in gates.items():
            found |= clamp_numbers(f"clamp.{prefix}.{name}", build(temperature), gate)
    for name, (build, gate) in TIGERHOLM.items():
        found |= clamp_numbers(f"clamp.tigerholm_2014.{name}.22c", build(22.0), gate)
    soma = {channel.name: channel for channel in verma_2020().membrane.channels}
    for name, (channel, gate) in VERMA.items():
        found |= clamp_numbers(f"clamp.verma_2020.{name}", soma[channel], gate)
    return found


def clamp_numbers(prefix: str, channel: Channel, gate: int) -> Mapping[str, Outcome]:
    """Half-point, slope and time constant of one gate, as rows that begin with `prefix`.

    The half-point is where the steady state crosses one half, as the references have it.
    """
    voltage = np.arange(-150.0, 100.0, 0.01)
    summary = gate_summary(channel, gate, voltage)
    above = summary.steady >= 0.5
    crossings = np.flatnonzero(above[1:] != above[:-1])
    half, slope = np.nan, np.nan
    if crossings.size:
        at = int(crossings[0])
        rise = summary.steady[at + 1] - summary.steady[at]
        step = voltage[at + 1] - voltage[at]
        half = float(voltage[at] + step * (0.5 - summary.steady[at]) / rise)
        slope = float(step / (4.0 * rise))
    time_constant = np.interp(AT_mV, voltage, summary.time_constant_ms)
    return {
        f"{prefix}.half": half,
        f"{prefix}.slope": slope,
        f"{prefix}.tau": float(time_constant),
    }
