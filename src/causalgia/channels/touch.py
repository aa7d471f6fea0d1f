r"""Piezo2: opened by indentation, shut again within milliseconds.

$o = m h$: $m_\infty = 1/(1 + e^{-(x - x_h)/k})$ of the indentation $x$ (um), and channels
inactivate while open and recover at any time, $\dot h = (1 - h)/\tau_r - m_\infty h/\tau_i$. A held
indentation of any depth thus leaves about $\tau_i/\tau_r$ of the channels open.
"""

from __future__ import annotations

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.channels.cation import open_channel
from causalgia.channels.channel import Channel
from causalgia.channels.exponentials import one_minus_exp
from causalgia.evidence import parameters

__all__ = ["TouchGating", "piezo2", "piezo2_gating", "touch_time_course"]


class TouchGating(eqx.Module):
    """Half-point and slope (um) of opening, and the time constants (ms) of both gates."""

    half_um: float
    slope_um: float
    opening_ms: float
    inactivation_ms: float
    recovery_ms: float


@cache
def piezo2_gating() -> TouchGating:
    """The gating of Piezo2, from the packaged numbers (most of them recalled or assumed)."""
    numbers = parameters("causalgia_channels")
    return TouchGating(
        numbers["piezo2_half_indentation"].value,
        numbers["piezo2_slope_indentation"].value,
        numbers["piezo2_opening_time_constant"].value,
        numbers["piezo2_inactivation_time_constant"].value,
        numbers["piezo2_recovery_time_constant"].value,
    )


def touch_time_course(
    gating: TouchGating, indentation_um: Float[Array, "time ..."], dt_ms: float
) -> Float[Array, "time ..."]:
    """Share of channels open along an indentation over time, from a long rest without any.

    **Arguments:** `indentation_um` in every interval of `dt_ms` [time, ...].
    **Returns:** the share at the end of each interval [time, ...].
    """
    indentation = jnp.asarray(indentation_um)
    start = _kinetics(gating, jnp.zeros_like(indentation[0]))[:2]

    def step(now: tuple[Array, Array], x: Array) -> tuple[tuple[Array, Array], Array]:
        m_end, h_end, speed = _kinetics(gating, x)
        m = now[0] + (m_end - now[0]) * one_minus_exp(dt_ms / gating.opening_ms)
        h = now[1] + (h_end - now[1]) * one_minus_exp(dt_ms * speed)
        return (m, h), m * h

    return jax.lax.scan(step, start, indentation)[1]


def piezo2(temperature_degC: float) -> Channel:
    r"""Piezo2: $g o\,(V - E_{cation})$; a run prescribes $o$ from `touch_time_course`.

    No gate depends on the voltage, and none on temperature (assumed).
    """
    del temperature_degC
    return open_channel("piezo2", "cation", "causalgia_channels")


def _kinetics(gating: TouchGating, x: Array) -> tuple[Array, Array, Array]:
    """Steady states of both gates, and the speed of the second (1/ms)."""
    m = jax.nn.sigmoid((x - gating.half_um) / gating.slope_um)
    speed = m / gating.inactivation_ms + 1.0 / gating.recovery_ms
    return m, 1.0 / (gating.recovery_ms * speed), speed
