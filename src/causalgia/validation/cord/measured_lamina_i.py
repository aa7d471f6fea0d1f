"""A lamina I neuron by itself: rest, resistance and the shape of its spike."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import jax.numpy as jnp
import numpy as np

from causalgia.cable.recording import Recorder
from causalgia.cable.simulate import simulate
from causalgia.cable.stimulus import Pulses
from causalgia.cord.cells import middle
from causalgia.cord.current_clamp import answer_steps
from causalgia.cord.firing import nociceptive_specific_neuron
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["lamina_i_neuron"]

STEPS_nA = (-0.005, *(0.005 * step for step in range(1, 41)))
SETTLE_ms, STEP_ms, DT_ms = 300.0, 400.0, 0.025
ABOVE = 1.1
"""The spike is looked at in a step of so much more than the rheobase (assumed)."""

STEEP_mV_per_ms = 10.0
"""A spike begins where the voltage rises as fast as this, the usual criterion."""


@measures("CB0035", "CB0036", "CB0037.*", "CB0038", "CB0039")
def lamina_i_neuron(_: Collection[str]) -> Mapping[str, Outcome]:
    """Rest and threshold (mV), height (mV) and width (ms) of the spike, resistance (MOhm)."""
    answer = answer_steps(nociceptive_specific_neuron(), STEPS_nA)
    found: dict[str, Outcome] = {
        "CB0035": answer.rest_mV,
        "CB0038": answer.input_resistance_MOhm,
    }
    shape = spike_shape(_voltage_mV(ABOVE * answer.rheobase_nA), DT_ms)
    rows = ("CB0036", "CB0037.height", "CB0037.width", "CB0039")
    return found | dict(zip(rows, shape, strict=True))


def spike_shape(voltage_mV: np.ndarray, dt_ms: float) -> tuple[float, float, float, float]:
    """Threshold (mV), height above it (mV), width at it (ms), and the trough from it (mV).

    Of the first spike of a trace [sample]; not a number where there is none.
    """
    nothing = (float("nan"),) * 4
    steep = np.flatnonzero(np.diff(voltage_mV) / dt_ms > STEEP_mV_per_ms)
    if not steep.size:
        return nothing
    start = int(steep[0])
    threshold = float(voltage_mV[start])
    below = np.flatnonzero(voltage_mV[start + 1 :] <= threshold)
    if not below.size:
        return nothing
    end = start + 1 + int(below[0])
    again = np.flatnonzero(steep > end)
    until = int(steep[again[0]]) if again.size else voltage_mV.size
    height = float(voltage_mV[start:end].max()) - threshold
    trough = float(voltage_mV[end : max(until, end + 1)].min()) - threshold
    return threshold, height, dt_ms * (end - start), trough


def _voltage_mV(current_nA: float) -> np.ndarray:
    """Of the soma during a step, from its start."""
    cell = nociceptive_specific_neuron()
    soma = middle(cell.cable, "soma")
    run = simulate(
        cell.cable,
        cell.membrane,
        cell.electrics,
        duration_ms=SETTLE_ms + STEP_ms,
        dt_ms=DT_ms,
        initial_mV=cell.initial_mV,
        currents=[Pulses((soma,), SETTLE_ms, STEP_ms, jnp.full((1, 1), current_nA))],
        recorder=Recorder((soma,), (soma,), DT_ms, cell.threshold_mV),
        precision="float64",
    )
    # Past the jump that charges the soma.
    return np.asarray(run.voltage_mV[run.time_ms > SETTLE_ms + 2.0, 0, 0])
