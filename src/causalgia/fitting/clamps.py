"""A patch under clamp as a differentiable program, and how far it is from a recording.

The scheme is that of the engine (voltage implicit, gates exponential) in one compartment; sweeps
take the place of compartments and starts of a fit that of lanes, so that one program computes all.
Concentrations stay as they are at the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels import Membrane
from causalgia.channels.membrane import MembraneState
from causalgia.errors import InputError
from causalgia.fitting.free import Free, applied, check_free
from causalgia.fitting.sweeps import Kind, Sweeps

__all__ = [
    "ClampResiduals",
    "Residuals",
    "current_clamp",
    "current_clamp_residuals",
    "voltage_clamp",
    "voltage_clamp_residuals",
]

Residuals = Callable[
    [Mapping[str, Float[Array, " start"]], Float[Array, ""] | float],
    Float[Array, "residual start"],
]
"""From the values of free parameters, and how fast (1/ms) a model is pulled toward its recording,
to what is left between the two, start by start."""

Run = Callable[
    [Mapping[str, Float[Array, " start"]], Float[Array, ""] | float],
    Float[Array, "sample sweep start"],
]

_STRIDE = 64
"""Steps between which a backward pass recomputes instead of remembering."""


@dataclass(frozen=True)
class ClampResiduals:
    """What is left between a model and a recording, over `scale`: a function for `fit`.

    `run` gives what the model would have been measured to do, [sample, sweep, start].
    """

    data: Sweeps
    run: Run
    scale: float

    def __call__(
        self, values: Mapping[str, Array], pull_per_ms: Array | float
    ) -> Float[Array, "residual start"]:
        """What is left at each sample of each sweep, in the order [sample, sweep]."""
        off = (self.run(values, pull_per_ms) - self.data.measured[..., None]) / self.scale
        return off.reshape(-1, off.shape[-1])

    def predicted(self, values: Mapping[str, float]) -> Sweeps:
        """The same sweeps of the model at some values, such as the best of a fit."""
        with jax.enable_x64(True):
            given = {name: jnp.full((1,), float(value)) for name, value in values.items()}
            found = np.asarray(jax.jit(self.run)(given, 0.0))
        return replace(self.data, measured=found[..., 0])


def current_clamp(
    membrane: Membrane,
    densities: Float[Array, "current 1 start"],
    currents_nA: Float[Array, "sample sweep"],
    *,
    area_cm2: float,
    capacitance_uF_per_cm2: float,
    initial_mV: float | Float[np.ndarray, " sweep"],
    dt_ms: float,
    toward_mV: Float[Array, "sample sweep"] | None = None,
    pull_per_ms: Float[Array, ""] | float = 0.0,
) -> Float[Array, "sample sweep start"]:
    r"""Voltage (mV) at each sample of a patch into which currents are injected.

    $C \dot V = I - I_{ion}(V) + C p (V_{rec} - V)$, where the pull $p$ is zero but in a fit.
    **Arguments:** the `membrane` and its densities (S/cm2); the current during the step that ends
    at each sample; area and capacitance; the voltage at which it starts, in its steady state; a
    recording `toward_mV` which it is pulled, and how fast.
    """
    injected = 1e-3 * currents_nA / area_cm2  # uA/cm2
    shape = (currents_nA.shape[1], densities.shape[2])
    first = jnp.broadcast_to(jnp.asarray(initial_mV, dtype=float), shape[:1])
    voltage = jnp.broadcast_to(first[:, None], shape)
    per_step = capacitance_uF_per_cm2 / dt_ms
    hold = capacitance_uF_per_cm2 * pull_per_ms

    def step(
        carry: tuple[Array, MembraneState], given: Array
    ) -> tuple[tuple[Array, MembraneState], Array]:
        voltage, state = carry
        current, recorded = given[0][:, None], given[1][:, None]
        flow = membrane.flow(state, densities, voltage)
        # S/cm2 times mV is mA/cm2
        push = 1e3 * (flow.drive - flow.conductance * voltage) + current
        push = push + hold * (recorded - voltage)
        moved = voltage + push / (per_step + 1e3 * flow.conductance + hold)
        return (moved, membrane.advance(state, moved, dt_ms)), moved

    recorded = jnp.zeros_like(injected) if toward_mV is None else toward_mV
    return _strided(
        step, (voltage, membrane.start(voltage)), jnp.stack([injected, recorded], axis=1)
    )


def voltage_clamp(
    membrane: Membrane,
    densities: Float[Array, "current 1 start"],
    voltages_mV: Float[Array, "sample sweep"],
    *,
    area_cm2: float,
    dt_ms: float,
) -> Float[Array, "sample sweep start"]:
    """Current (nA, outward positive) of a patch held at voltages, in the steady state at first.

    Ionic current alone, as after compensation of capacitance and series resistance.
    """
    lanes = densities.shape[2]
    first = jnp.broadcast_to(voltages_mV[0][:, None], (voltages_mV.shape[1], lanes))

    def step(state: MembraneState, held: Array) -> tuple[MembraneState, Array]:
        voltage = jnp.broadcast_to(held[:, None], (held.shape[0], lanes))
        state = membrane.advance(state, voltage, dt_ms)
        flow = membrane.flow(state, densities, voltage)
        return state, 1e6 * area_cm2 * (flow.conductance * voltage - flow.drive)

    return _strided(step, membrane.start(first), voltages_mV)


def current_clamp_residuals(
    membrane: Membrane,
    densities: Float[np.ndarray, " current"],
    free: Sequence[Free],
    data: Sweeps,
    *,
    area_cm2: float,
    capacitance_uF_per_cm2: float = 1.0,
    initial_mV: float | Float[np.ndarray, " sweep"] | None = None,
    steps_per_sample: int = 1,
) -> ClampResiduals:
    """What is left (mV) between a model's voltage and a current-clamp recording.

    **Arguments:** the `membrane` with the densities (S/cm2) of what is not free; the recording;
    area and capacitance; where each sweep starts (default: the mean of what was measured before
    its command first changes); steps of the model in each sample.
    **Raises:** `InputError` for a name that cannot be fitted, a voltage-clamp recording, numbers
    out of range or a density too many or few.
    """
    check_free(membrane, densities, free)
    _check(data, "current clamp", area_cm2, steps_per_sample)
    if not capacitance_uF_per_cm2 > 0:
        raise InputError(f"capacitance_uF_per_cm2 is {capacitance_uF_per_cm2}, must be above 0")
    start = _baseline(data) if initial_mV is None else initial_mV
    # NumPy until they enter the program: outside its setting of precision JAX would round them.
    command = np.repeat(data.command, steps_per_sample, axis=0)
    toward = np.repeat(data.measured, steps_per_sample, axis=0)

    def run(values: Mapping[str, Array], pull_per_ms: Array | float) -> Array:
        changed, amounts = applied(membrane, densities, values)
        return current_clamp(
            changed,
            amounts,
            jnp.asarray(command),
            area_cm2=area_cm2,
            capacitance_uF_per_cm2=capacitance_uF_per_cm2,
            initial_mV=start,
            dt_ms=data.dt_ms / steps_per_sample,
            toward_mV=jnp.asarray(toward),
            pull_per_ms=pull_per_ms,
        )[steps_per_sample - 1 :: steps_per_sample]

    return ClampResiduals(data, run, 1.0)


def voltage_clamp_residuals(
    membrane: Membrane,
    densities: Float[np.ndarray, " current"],
    free: Sequence[Free],
    data: Sweeps,
    *,
    area_cm2: float,
    steps_per_sample: int = 1,
) -> ClampResiduals:
    """What is left between a model's current and a voltage-clamp recording, as a share of the
    recording's root mean square; arguments and errors as in `current_clamp_residuals`.
    """
    check_free(membrane, densities, free)
    _check(data, "voltage clamp", area_cm2, steps_per_sample)
    command = np.repeat(data.command, steps_per_sample, axis=0)
    size = float(np.sqrt(np.mean(data.measured**2)))
    if size == 0.0:
        raise InputError("the recording holds no current: measured is 0 throughout")

    def run(values: Mapping[str, Array], pull_per_ms: Array | float) -> Array:
        changed, amounts = applied(membrane, densities, values)
        return voltage_clamp(
            changed,
            amounts,
            jnp.asarray(command),
            area_cm2=area_cm2,
            dt_ms=data.dt_ms / steps_per_sample,
        )[steps_per_sample - 1 :: steps_per_sample]

    return ClampResiduals(data, run, size)


def _check(data: Sweeps, wanted: Kind, area_cm2: float, steps_per_sample: int) -> None:
    if data.kind != wanted:
        raise InputError(f"the recording is a {data.kind}, this fit needs a {wanted}")
    if not area_cm2 > 0:
        raise InputError(f"area_cm2 is {area_cm2}, must be above 0")
    if steps_per_sample < 1:
        raise InputError(f"steps_per_sample is {steps_per_sample}, must be 1 or more")


def _baseline(data: Sweeps) -> Float[np.ndarray, " sweep"]:
    """Mean of each sweep until its command first changes."""
    changed = data.command != data.command[0]
    ends = np.where(changed.any(axis=0), np.argmax(changed, axis=0), 1)
    return np.array([data.measured[:end, sweep].mean() for sweep, end in enumerate(ends)])


Carry = TypeVar("Carry")


def _strided(
    step: Callable[[Carry, Array], tuple[Carry, Array]], start: Carry, given: Array
) -> Array:
    """A scan whose backward pass keeps the state every so many steps only."""
    count = -(-given.shape[0] // _STRIDE)
    padded = jnp.concatenate([given, jnp.repeat(given[-1:], count * _STRIDE - len(given), axis=0)])
    blocks = padded.reshape(count, _STRIDE, *given.shape[1:])

    @jax.checkpoint
    def block(carry: Carry, values: Array) -> tuple[Carry, Array]:
        return jax.lax.scan(step, carry, values)

    _, found = jax.lax.scan(block, start, blocks)
    return found.reshape(count * _STRIDE, *found.shape[2:])[: given.shape[0]]
