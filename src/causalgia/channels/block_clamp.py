r"""Voltage clamp of a channel under a drug: dose and response, use dependence, recovery.

Lanes are concentrations. The share of channels left is read from the peak of a test pulse, as at
the bench: $1 - b$ as far as the pulse itself changes neither the share bound nor that inactivated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.channels.block import Block
from causalgia.channels.channel import Channel
from causalgia.channels.clamp import CONCENTRATIONS_MM
from causalgia.channels.gates import AbstractSensingGate
from causalgia.channels.ions import Ion
from causalgia.channels.membrane import Membrane, MembraneState
from causalgia.errors import InputError

__all__ = ["clamped_conductance", "half_maximal_uM", "peak_left", "pulse_train"]

Segment = tuple[float, float]
"""A potential (mV) and how long it is held (ms)."""

TEST_MS = 10.0
VALENCES = {"sodium": 1, "potassium": 1, "calcium": 2}


def clamped_conductance(
    channel: Channel,
    block: Block | None,
    holding_mV: float,
    segments: Sequence[Segment],
    *,
    dt_ms: float = 0.02,
) -> tuple[Float[np.ndarray, " step"], Float[np.ndarray, "step batch"]]:
    """Time (ms) and share of all channels that are open and free of drug, step by step.

    **Arguments:** the `channel`; the `block`, whose concentration may be [batch], or None; the
    potential at which channel and drug have come to rest; the `segments` that follow.
    **Raises:** `InputError` for a segment that is no step long, or a step that is not positive.
    """
    if not dt_ms > 0.0:
        raise InputError(f"dt_ms is {dt_ms:g}, must be above 0")
    counts = [round(duration / dt_ms) for _, duration in segments]
    if not counts or min(counts) < 1:
        raise InputError(f"segments: each must last at least one step of {dt_ms:g} ms")
    voltage = np.repeat([potential for potential, _ in segments], counts)
    lanes = 1 if block is None else np.size(block.concentration_uM)
    with jax.enable_x64(True):
        # numbers as arrays, so that another drug or temperature does not compile again
        membrane = jax.tree.map(jnp.asarray, _membrane(channel, block))
        opened = _run(
            membrane, jnp.asarray(voltage), jnp.asarray(holding_mV), jnp.asarray(dt_ms), lanes
        )
    return dt_ms * np.arange(1, voltage.size + 1), np.asarray(opened)


def peak_left(
    channel: Channel,
    block: Block,
    holding_mV: float,
    test_mV: float = 0.0,
    *,
    dt_ms: float = 0.02,
) -> Float[np.ndarray, " batch"]:
    """Peak of a test pulse from a long rest, as a share of that without the drug."""
    pulse = [(test_mV, TEST_MS)]
    treated = clamped_conductance(channel, block, holding_mV, pulse, dt_ms=dt_ms)[1].max(axis=0)
    return treated / clamped_conductance(channel, None, holding_mV, pulse, dt_ms=dt_ms)[1].max()


def half_maximal_uM(
    channel: Channel, block: Block, holding_mV: float, test_mV: float = 0.0
) -> float:
    """Concentration (uM) that halves the peak from a holding potential, among eight a decade.

    **Raises:** `InputError` where none between 1e-7 and 1e5 uM does.
    """
    doses = np.logspace(-7.0, 5.0, 97)
    left = peak_left(channel, replace(block, concentration_uM=doses), holding_mV, test_mV)
    if not left[0] > 0.5 > left[-1]:
        raise InputError(f"block of {channel.name!r}: no dose halves the peak at {holding_mV:g} mV")
    return float(10.0 ** np.interp(-0.5, -left, np.log10(doses)))


def pulse_train(
    channel: Channel,
    block: Block | None,
    *,
    rate_Hz: float,
    pulses: int,
    holding_mV: float,
    pulse_mV: float = 0.0,
    pulse_ms: float = 20.0,
    dt_ms: float = 0.05,
) -> Float[np.ndarray, "pulse batch"]:
    """Peak of each pulse of a train, as a share of the first.

    **Raises:** `InputError` where pulses overlap.
    """
    period = 1e3 / rate_Hz
    if not period > pulse_ms:
        raise InputError(f"pulse_ms is {pulse_ms:g}, must be below the period of {period:g} ms")
    one = [(pulse_mV, pulse_ms), (holding_mV, period - pulse_ms)]
    opened = clamped_conductance(channel, block, holding_mV, one * pulses, dt_ms=dt_ms)[1]
    peaks = opened.reshape(pulses, -1, opened.shape[1]).max(axis=1)
    return peaks / peaks[0]


def _membrane(channel: Channel, block: Block | None) -> Membrane:
    carriers = {ion for ion, _ in channel.carriers}
    sensed = {gate.ion for gate in channel.gates if isinstance(gate, AbstractSensingGate)}
    ions = [
        Ion(name, VALENCES[name], *CONCENTRATIONS_MM[name])
        for name in sorted((carriers | sensed) & set(CONCENTRATIONS_MM))
    ]
    rest = {name: 0.0 for name in carriers - set(CONCENTRATIONS_MM)}
    membrane = Membrane.of([channel], rest, ions=ions)
    return membrane if block is None else membrane.blocked_by([block])


@eqx.filter_jit
def _run(
    membrane: Membrane, voltage: jax.Array, holding_mV: jax.Array, dt_ms: jax.Array, lanes: int
) -> jax.Array:
    channel = membrane.channels[0]

    def step(state: MembraneState, potential: jax.Array) -> tuple[MembraneState, jax.Array]:
        held = jnp.full((1, lanes), potential)
        after = membrane.advance(state, held, dt_ms)
        opened = jnp.asarray(channel.open_fraction(membrane.stack.of_channel(after.gates, 0)))
        free = 1.0 - after.bound[0, 0] if membrane.blocks else 1.0
        return after, jnp.broadcast_to(opened, (1, lanes))[0] * free

    return jax.lax.scan(step, membrane.start(jnp.full((1, lanes), holding_mV)), voltage)[1]
