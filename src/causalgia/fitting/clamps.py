"""A patch under clamp as a differentiable program, and how far it is from a recording.

The scheme is that of the engine (voltage implicit, gates exponential) in one compartment; sweeps
take the place of compartments and starts of a fit that of lanes, so that one program computes all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels import Membrane
from causalgia.channels.membrane import MembraneState
from causalgia.errors import InputError
from causalgia.fitting.free import Free, applied, check_free
from causalgia.fitting.sweeps import Sweeps

__all__ = ["Loss", "current_clamp", "current_clamp_loss", "voltage_clamp", "voltage_clamp_loss"]

Loss = Callable[[Mapping[str, Float[Array, " start"]]], Float[Array, " start"]]
"""From the values of free parameters to how bad they are, start by start."""

_STRIDE = 64
"""Steps between which the backward pass recomputes instead of remembering."""


def current_clamp(
    membrane: Membrane,
    densities: Float[Array, "current 1 start"],
    currents_nA: Float[Array, "sample sweep"],
    *,
    area_cm2: float,
    capacitance_uF_per_cm2: float,
    initial_mV: float,
    dt_ms: float,
) -> Float[Array, "sample sweep start"]:
    """Voltage (mV) at each sample of a patch into which currents are injected.

    **Arguments:** the `membrane` and its densities (S/cm2); the current during the step that ends
    at each sample; area and capacitance; the voltage at which it starts, in its steady state.
    """
    injected = 1e-3 * currents_nA / area_cm2  # uA/cm2
    shape = (currents_nA.shape[1], densities.shape[2])
    voltage = jnp.full(shape, initial_mV, dtype=jnp.result_type(float))
    per_step = capacitance_uF_per_cm2 / dt_ms

    def step(
        carry: tuple[Array, MembraneState], current: Array
    ) -> tuple[tuple[Array, MembraneState], Array]:
        voltage, state = carry
        flow = membrane.flow(state, densities, voltage)
        # S/cm2 times mV is mA/cm2
        push = 1e3 * (flow.drive - flow.conductance * voltage) + current[:, None]
        moved = voltage + push / (per_step + 1e3 * flow.conductance)
        return (moved, membrane.advance(state, moved, dt_ms)), moved

    return _strided(step, (voltage, membrane.start(voltage)), injected)


def voltage_clamp(
    membrane: Membrane,
    densities: Float[Array, "current 1 start"],
    voltages_mV: Float[Array, "sample sweep"],
    *,
    area_cm2: float,
    dt_ms: float,
) -> Float[Array, "sample sweep start"]:
    """Current (nA, outward positive) of a patch held at voltages, in the steady state at first."""
    lanes = densities.shape[2]
    first = jnp.broadcast_to(voltages_mV[0][:, None], (voltages_mV.shape[1], lanes))

    def step(state: MembraneState, held: Array) -> tuple[MembraneState, Array]:
        voltage = jnp.broadcast_to(held[:, None], (held.shape[0], lanes))
        state = membrane.advance(state, voltage, dt_ms)
        flow = membrane.flow(state, densities, voltage)
        return state, 1e6 * area_cm2 * (flow.conductance * voltage - flow.drive)

    return _strided(step, membrane.start(first), voltages_mV)


def current_clamp_loss(
    membrane: Membrane,
    densities: Float[np.ndarray, " current"],
    free: Sequence[Free],
    data: Sweeps,
    *,
    area_cm2: float,
    capacitance_uF_per_cm2: float = 1.0,
    initial_mV: float | None = None,
    steps_per_sample: int = 1,
) -> Loss:
    """How far voltages are from a current-clamp recording: mean squared difference (mV2).

    A spike a little late is far from the recorded one point by point, so the difference is also
    taken after smoothing over 2 and 10 ms, and the three are averaged: far starts feel a slope.
    **Raises:** `InputError` for a name that cannot be fitted or a voltage-clamp recording.
    """
    check_free(membrane, free)
    _check_kind(data, "current clamp")
    start = float(data.measured[0].mean()) if initial_mV is None else initial_mV
    command = np.repeat(data.command, steps_per_sample, axis=0)
    dt_ms = data.dt_ms / steps_per_sample

    def loss(values: Mapping[str, Array]) -> Array:
        changed, amounts = applied(membrane, densities, values)
        voltage = current_clamp(
            changed,
            amounts,
            jnp.asarray(command),
            area_cm2=area_cm2,
            capacitance_uF_per_cm2=capacitance_uF_per_cm2,
            initial_mV=start,
            dt_ms=dt_ms,
        )[steps_per_sample - 1 :: steps_per_sample]
        off = voltage - data.measured[..., None]
        spans = (0.0, 2.0, 10.0)
        parts = [_mean_square(_smoothed(off, span / data.dt_ms)) for span in spans]
        return jnp.mean(jnp.stack(parts), axis=0)

    return loss


def voltage_clamp_loss(
    membrane: Membrane,
    densities: Float[np.ndarray, " current"],
    free: Sequence[Free],
    data: Sweeps,
    *,
    area_cm2: float,
    steps_per_sample: int = 1,
) -> Loss:
    """How far currents are from a voltage-clamp recording: mean squared difference, relative to
    the mean square of the recording.

    **Raises:** `InputError` for a name that cannot be fitted or a current-clamp recording.
    """
    check_free(membrane, free)
    _check_kind(data, "voltage clamp")
    command = np.repeat(data.command, steps_per_sample, axis=0)
    size = float(np.mean(data.measured**2))

    def loss(values: Mapping[str, Array]) -> Array:
        changed, amounts = applied(membrane, densities, values)
        current = voltage_clamp(
            changed,
            amounts,
            jnp.asarray(command),
            area_cm2=area_cm2,
            dt_ms=data.dt_ms / steps_per_sample,
        )[steps_per_sample - 1 :: steps_per_sample]
        return _mean_square(current - data.measured[..., None]) / size

    return loss


def _check_kind(data: Sweeps, wanted: str) -> None:
    if data.kind != wanted:
        raise InputError(f"the recording is a {data.kind}, this fit needs a {wanted}")


def _mean_square(values: Float[Array, "sample sweep start"]) -> Float[Array, " start"]:
    return jnp.mean(values**2, axis=(0, 1))


def _smoothed(
    values: Float[Array, "sample sweep start"], samples: float
) -> Float[Array, "sample sweep start"]:
    """Exponential smoothing over a number of samples, forward in time."""
    if samples <= 0:
        return values
    keep = float(np.exp(-1.0 / samples))

    def step(before: Array, value: Array) -> tuple[Array, Array]:
        after = keep * before + (1.0 - keep) * value
        return after, after

    return jax.lax.scan(step, jnp.zeros_like(values[0]), values)[1]


def _strided(step: Callable, start: object, given: Array) -> Array:
    """A scan whose backward pass keeps the state every so many steps only."""
    count = -(-given.shape[0] // _STRIDE)
    padded = jnp.concatenate([given, jnp.repeat(given[-1:], count * _STRIDE - len(given), axis=0)])
    blocks = padded.reshape(count, _STRIDE, *given.shape[1:])

    @jax.checkpoint
    def block(carry: object, values: Array) -> tuple[object, Array]:
        return jax.lax.scan(step, carry, values)

    _, found = jax.lax.scan(block, start, blocks)
    return found.reshape(count * _STRIDE, *found.shape[2:])[: given.shape[0]]
