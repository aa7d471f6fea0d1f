"""Fit gates of small neurons' sodium channels to what voltage clamps measured.

Published gates are moved, stretched and slowed until simulated clamps read the measured numbers:
least squares, errors of 1 mV, of 3 mV where laboratories differ, and of a third in times. Rows that
are kept for validation (`use` in the nerve's tables) are not looked at. Prints the numbers of
`evidence/data/causalgia_channels.toml`. Run: python scripts/fit_measured_channels.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import jax
import numpy as np
from scipy.optimize import least_squares

import causalgia.channels.measured as measured
from causalgia.channels.channel import Channel
from causalgia.channels.clamp import activation, availability, recovery
from causalgia.evidence import parameters
from causalgia.validation.nerve.measured_channels import half_activation_mV, half_inactivation_mV
from causalgia.validation.nerve.measured_channels import time_constant_ms as time_ms

ROOM_DEGC = 22.0
STEPS_MV = np.arange(-100.0, 61.0, 5.0)
PREPULSES_MV = np.arange(-130.0, 1.0, 5.0)


def off(found: float, wanted: float) -> float:
    """Error of a time, in thirds."""
    return 3.0 * float(np.log(found / wanted))


def of_nav1_7(channel: Channel) -> list[float]:
    own = parameters("nav1_7_variants_2020")
    opened = activation(channel, -120.0, STEPS_MV, 50.0)[1]
    closed = availability(channel, -120.0, PREPULSES_MV, 500.0, 0.0, 20.0)[1]
    return [
        opened.half_mV - own["nav1_7_half_activation"].value,
        opened.slope_mV - own["nav1_7_slope_activation"].value,
        closed.half_mV - own["nav1_7_half_inactivation"].value,
        closed.slope_mV + own["nav1_7_slope_inactivation"].value,
    ]


def of_nav1_8(channel: Channel) -> list[float]:
    own, rat = parameters("catterall_2005"), parameters("rush_1998")
    brief, long = (half_inactivation_mV(channel, ms) for ms in (500.0, 1000.0))
    back = recovery(channel, -67.0, [30.0, 31.0], conditioning_mV=0.0, conditioning_ms=60.0)
    lost = 1.0 - float(back.fraction[0])
    return [
        off(time_ms(channel, 0, -20.0), own["nav1_8_activation_time_constant_m20"].value) / 3.0,
        off(time_ms(channel, 0, -10.0), own["nav1_8_activation_time_constant_m10"].value) / 3.0,
        (brief - own["nav1_8_half_inactivation"].value) / 3.0,
        (brief - rat["nav1_8_half_inactivation"].value) / 3.0,
        (long - rat["nav1_8_half_inactivation"].value) / 3.0,
        off(time_ms(channel, 1, -20.0), own["nav1_8_inactivation_time_constant_m20"].value),
        off(time_ms(channel, 1, -67.0), rat["nav1_8_recovery_fast"].value),
        off(time_ms(channel, 2, -67.0), rat["nav1_8_recovery_slow"].value),
        30.0 * (lost - 0.01 * rat["nav1_8_recovery_slow_share"].value),
    ]


def of_nav1_9(channel: Channel) -> list[float]:
    own = parameters("catterall_2005")
    times = [
        off(time_ms(channel, 1, -mV), own[f"nav1_9_inactivation_time_constant_m{mV}"].value) / 3.0
        for mV in (60, 50, 20, 10)
    ]
    return [half_activation_mV(channel) - own["nav1_9_half_activation"].value, *times]


def of_nav1_3(channel: Channel) -> list[float]:
    # the middle of the range, as the table of validation has it
    found = parameters("catterall_2005")["nav1_3_half_activation"]
    assert found.low is not None and found.high is not None
    return [half_activation_mV(channel) - 0.5 * (found.low + found.high)]


FREE: dict[str, tuple[Callable[[Channel], list[float]], tuple[str, ...]]] = {
    "nav1_7": (of_nav1_7, ("m_shift", "m_stretch", "h_shift", "h_stretch")),
    "nav1_8": (
        of_nav1_8,
        ("m_speed", "h_half", "h_slowest", "h_width", "s_opening", "s_closing"),
    ),
    "nav1_9": (of_nav1_9, ("m_shift", "h_slower")),
    "nav1_3": (of_nav1_3, ("m_shift",)),
}


def missed(
    build: Callable[[float, Mapping[str, float]], Channel],
    free: tuple[str, ...],
    errors: Callable[[Channel], list[float]],
    values: np.ndarray,
) -> list[float]:
    """Errors of a channel made with some values."""
    return errors(build(ROOM_DEGC, dict(zip(free, values, strict=True))))


def main() -> None:
    jax.config.update("jax_enable_x64", True)
    for name, (errors, free) in FREE.items():
        start = [parameters("causalgia_channels")[f"{name}_{one}"].value for one in free]
        build = measured.BUILDERS[name]
        fit = least_squares(
            partial(missed, build, free, errors), start, x_scale=np.abs(start), diff_step=1e-2
        )
        for one, value in zip(free, fit.x, strict=True):
            print(f"{name}_{one} = {value:.4g}")
        print(f"  left: {np.round(fit.fun, 2)}")


if __name__ == "__main__":
    main()
