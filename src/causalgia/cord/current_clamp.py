"""What a neuron answers to steps of current: rest, resistance, rheobase and its type of firing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from jaxtyping import Array, Float

from causalgia.cable.recording import Recorder
from causalgia.cable.simulate import Precision, simulate
from causalgia.cable.stimulus import Pulses
from causalgia.cord.cells import CellType, middle
from causalgia.errors import InputError

__all__ = ["FiringType", "StepAnswer", "answer_steps", "firing_type"]

FiringType = Literal["silent", "single", "transient", "delayed", "tonic"]
"""How a neuron answers a step: not, once, at its start, after a while, or all the time."""

LATE = 0.1
"""First spike after this share of a step: delayed."""

LASTING = 0.6
"""Last spike before this share of a step: transient."""


@dataclass(frozen=True)
class StepAnswer:
    """Answers of a neuron to steps of current into its soma.

    `current_nA` [step] and `duration_ms` of the steps; `rest_mV` before and `steady_mV` [step] at
    the end of them; `spikes_ms`, for each step, times after its start.
    """

    current_nA: Float[np.ndarray, " step"]
    duration_ms: float
    rest_mV: float
    steady_mV: Float[np.ndarray, " step"]
    spikes_ms: tuple[Float[np.ndarray, " spike"], ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many spikes each step gives."""
        return tuple(times.size for times in self.spikes_ms)

    @property
    def input_resistance_MOhm(self) -> float:
        """From the first step, which should hyperpolarize a little."""
        return float((self.steady_mV[0] - self.rest_mV) / self.current_nA[0])

    @property
    def rheobase_nA(self) -> float:
        """The smallest of the steps that gives a spike, infinite where none does."""
        spiking = self.current_nA[np.asarray(self.counts) > 0]
        return float(spiking.min(initial=np.inf))

    def types(self) -> tuple[FiringType, ...]:
        """What kind of firing each step gives."""
        return tuple(firing_type(times, self.duration_ms) for times in self.spikes_ms)


def firing_type(spikes_ms: Float[np.ndarray, " spike"], duration_ms: float) -> FiringType:
    """The type of a train of spikes, timed from the start of a step that lasts `duration_ms`.

    One spike is "single"; a train that ends early is "transient", one that starts late "delayed",
    and any other "tonic".
    """
    if spikes_ms.size < 2:
        return "single" if spikes_ms.size else "silent"
    if spikes_ms[-1] < LASTING * duration_ms:
        return "transient"
    return "delayed" if spikes_ms[0] > LATE * duration_ms else "tonic"


def answer_steps(
    cell: CellType,
    current_nA: Sequence[float],
    *,
    settle_ms: float = 300.0,
    duration_ms: float = 1000.0,
    dt_ms: float = 0.025,
    precision: Precision = "float32",
) -> StepAnswer:
    """Inject steps of current into the soma, side by side.

    **Arguments:** the currents (nA); how long the neuron settles first and the steps last (ms).
    **Raises:** `InputError` where no current is given.
    """
    if not len(current_nA):
        raise InputError("current_nA: at least one current is needed")
    given = np.asarray(current_nA, dtype=float)
    soma = middle(cell.cable, "soma")
    kept = simulate(
        cell.cable,
        cell.membrane,
        cell.electrics,
        duration_ms=settle_ms + duration_ms,
        dt_ms=dt_ms,
        initial_mV=cell.initial_mV,
        currents=[Pulses((soma,), settle_ms, duration_ms, cast(Array, given[None]))],
        recorder=Recorder((soma,), (cell.spike_site,), 0.5, cell.threshold_mV),
        batch=given.size,
        precision=precision,
    )
    voltage_mV = kept.voltage_mV[:, 0]
    before = int(np.searchsorted(kept.time_ms, settle_ms, side="right")) - 1
    late = kept.time_ms > settle_ms + 0.9 * duration_ms
    times = (kept.spike_times_ms(0, lane) - settle_ms for lane in range(given.size))
    return StepAnswer(
        given,
        duration_ms,
        float(voltage_mV[before].mean()),
        voltage_mV[late].mean(axis=0),
        tuple(spikes[spikes >= 0.0] for spikes in times),
    )
