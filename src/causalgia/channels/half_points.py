r"""Half-points that a voltage clamp reads of a channel, without compiling anything.

At a held voltage a gate follows $x(t) = x_\infty + (x_0 - x_\infty) e^{-t/\tau}$: pulses are added
up in NumPy, which is quick enough to look for the gate shift behind a measured shift. The same
clamps with every option are in `causalgia.channels.clamp`.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.channels.boltzmann import fit_boltzmann
from causalgia.channels.channel import Channel
from causalgia.channels.gates import AbstractSensingGate
from causalgia.errors import InputError

__all__ = ["half_activation_mV", "half_inactivation_mV"]

HOLDING_MV = -120.0
STEPS_MV = np.arange(-100.0, 60.5, 1.0)
PREPULSES_MV = np.arange(-140.0, 10.5, 2.0)
TIMES = 300
Gates = list[tuple[Float[np.ndarray, " step"], Float[np.ndarray, " step"]]]


def half_activation_mV(channel: Channel, pulse_ms: float = 50.0) -> float:
    """Half-point of the largest open fraction during pulses from -120 mV.

    **Raises:** `InputError` for a channel that senses an ion.
    """
    rest = [steady for steady, _ in _kinetics(channel, np.full_like(STEPS_MV, HOLDING_MV))]
    peak = _peak(channel, rest, STEPS_MV, pulse_ms)
    rising = slice(0, int(peak.argmax()) + 1)
    return fit_boltzmann(STEPS_MV[rising], peak[rising]).half_mV


def half_inactivation_mV(
    channel: Channel, prepulse_ms: float = 500.0, test_mV: float = 0.0, test_ms: float = 20.0
) -> float:
    """Half-point of what prepulses from -120 mV leave of the peak at `test_mV`.

    **Raises:** `InputError` for a channel that senses an ion.
    """
    rest = [steady for steady, _ in _kinetics(channel, np.full_like(PREPULSES_MV, HOLDING_MV))]
    held = [
        steady + (before - steady) * np.exp(-prepulse_ms * speed)
        for before, (steady, speed) in zip(rest, _kinetics(channel, PREPULSES_MV), strict=True)
    ]
    peak = _peak(channel, held, np.full_like(PREPULSES_MV, test_mV), test_ms)
    return fit_boltzmann(PREPULSES_MV, peak / peak.max(), with_floor=True).half_mV


def _peak(
    channel: Channel,
    start: list[Float[np.ndarray, " step"]],
    voltage_mV: Float[np.ndarray, " step"],
    duration_ms: float,
) -> Float[np.ndarray, " step"]:
    """Largest open fraction of each pulse."""
    time = np.geomspace(1e-3 * min(1.0, duration_ms), duration_ms, TIMES)[:, None]
    moved = [
        steady + (before - steady) * np.exp(-time * speed)
        for before, (steady, speed) in zip(start, _kinetics(channel, voltage_mV), strict=True)
    ]
    return np.asarray(channel.open_fraction(moved)).max(axis=0)


def _kinetics(channel: Channel, voltage_mV: Float[np.ndarray, " step"]) -> Gates:
    """Steady state and speed (1/ms) of every gate."""
    found = []
    # also right when first asked for inside a compiled function
    with jax.enable_x64(True), jax.ensure_compile_time_eval():
        at = jnp.asarray(voltage_mV)
        for gate in channel.gates:
            if isinstance(gate, AbstractSensingGate):
                raise InputError(f"{channel.name}: it senses {gate.ion} and has no one half-point")
            steady, speed = gate.kinetics(at)
            found.append(
                (
                    np.broadcast_to(steady, voltage_mV.shape),
                    np.broadcast_to(speed, voltage_mV.shape),
                )
            )
    return found
