r"""The generator of central pain: thalamic cells that burst because nothing reaches them any more.

After a lesion of the cord or brain, relay cells lose what holds them depolarized
(`causalgia.brain.relay`) and burst by themselves. `tract_generator`, 0 to 1, is the share of the
cells that have: each of them is without its standing drive and has a potassium leak instead (loss
of input from below and of cholinergic and excitatory drive, gain of inhibition), larger in some
than in others. What a tract itself gives off at a lesion (multiple sclerosis, the border of a cord
injury) enters as `ascending_Hz`.

The sources do not agree that bursts are the pain. Cells that burst are common in the thalamus of
patients with central and deafferentation pain (Hirayama 1989: intervals of 1-2 ms within bursts, of
50 ms between them; the cells here are slower on both counts), and spontaneous discharge rises in
rats (row CB0061); but in awake mice bursts went with less inflammatory pain (Huh 2012). So it is
the mean discharge that counts here, not that it comes in bursts.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from causalgia.brain.features import BurstRule, Pattern, Train, pattern
from causalgia.brain.relay import relay_cable, relay_electrics, relay_membrane
from causalgia.cable import Recorder, simulate
from causalgia.cable.stimulus import Opening
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["RelayOutput", "central_generator_Hz", "relay_output"]

DT_ms = 0.025
SETTLING_ms = 1000.0
INPUT_STEP_ms = 0.25


def _own(name: str) -> float:
    return parameters("causalgia_brain_generator")[name].value


@dataclass(frozen=True)
class RelayOutput:
    """Spikes of relay cells after they have settled.

    `spikes_ms` by patient and cell, from 0 to `duration_ms`; `voltage_mV` [sample, cell, batch],
    every millisecond.
    """

    spikes_ms: tuple[tuple[Train, ...], ...]
    voltage_mV: Float[np.ndarray, "sample cell batch"]
    duration_ms: float

    @property
    def rate_Hz(self) -> Float[np.ndarray, " batch"]:
        """Mean discharge of a cell."""
        counts = [sum(train.size for train in cells) / len(cells) for cells in self.spikes_ms]
        return 1e3 * np.array(counts) / self.duration_ms

    def patterns(self) -> tuple[Pattern, ...]:
        """How the cells of each patient fire; two spikes in quick succession are a burst."""
        rule = BurstRule(_own("burst_interval"), int(_own("burst_spikes")))
        return tuple(pattern(cells, self.duration_ms, rule) for cells in self.spikes_ms)


def relay_output(
    ascending_Hz: Float[np.ndarray, " batch"] | float,
    tract_generator: Float[np.ndarray, " batch"] | float,
    *,
    t_type: Float[np.ndarray, " batch"] | float = 1.0,
    cells: int = 10,
    duration_ms: float = 3000.0,
    seed: int = 0,
) -> RelayOutput:
    """What the thalamus makes of what ascends, and of nothing.

    **Arguments:** irregular input (Hz) to each cell; the `tract_generator`, 0 to 1; T-type calcium
    channels, fold of healthy (what ethosuximide would take); how many unlike `cells` stand for the
    nucleus; the time after settling; the `seed` of the input.
    **Raises:** `InputError` for a number out of range.
    """
    asc, strength, fold = np.broadcast_arrays(
        *(
            np.atleast_1d(np.asarray(v, dtype=float))
            for v in (ascending_Hz, tract_generator, t_type)
        )
    )
    for name, values, highest in (
        ("ascending_Hz", asc, 1e3),
        ("tract_generator", strength, 1.0),
        ("t_type", fold, 10.0),
    ):
        if not ((values >= 0.0) & (values <= highest)).all():
            raise InputError(f"{name} is {values.tolist()}, allowed 0 to {highest:g}")
    if cells < 1 or not 0.0 < duration_ms < np.inf:
        raise InputError(f"cells is {cells} and duration_ms {duration_ms}, must be above 0")
    batch, total_ms = asc.size, SETTLING_ms + duration_ms
    lost = (np.arange(cells)[:, None] < np.round(strength * cells)).astype(float)
    unlike = 1.0 + _own("spread") * (2.0 * _scattered(cells) - 1.0)
    leak = lost * unlike[:, None] * _own("deafferented_potassium_leak")
    drive = (1.0 - lost) * _own("standing_drive")
    each = np.broadcast_to(fold, leak.shape)
    recording = simulate(
        relay_cable(),
        relay_membrane(),
        relay_electrics(leak.reshape(-1), drive.reshape(-1), each.reshape(-1)),
        duration_ms=total_ms,
        dt_ms=DT_ms,
        initial_mV=-65.0,
        openings=[_input(asc, cells, total_ms, seed)],
        recorder=Recorder(voltage=(0,), spikes=(0,), every_ms=1.0),
        batch=cells * batch,
    )
    spikes = [recording.spike_times_ms(0, lane) - SETTLING_ms for lane in range(cells * batch)]
    late = [train[(train >= 0.0) & (train <= duration_ms)] for train in spikes]
    voltage = recording.voltage_mV[recording.time_ms > SETTLING_ms, 0]
    return RelayOutput(
        tuple(tuple(late[cell * batch + who] for cell in range(cells)) for who in range(batch)),
        voltage.reshape(-1, cells, batch),
        duration_ms,
    )


def central_generator_Hz(
    tract_generator: Float[np.ndarray, " batch"] | float, **given: float
) -> Float[np.ndarray, " batch"]:
    """Discharge (Hz a relay cell) with no input at all: the entry `central_generator`.

    **Arguments:** the `tract_generator`, 0 to 1; what else `relay_output` takes.
    """
    return relay_output(0.0, tract_generator, **given).rate_Hz  # type: ignore[arg-type]


def _scattered(cells: int) -> Float[np.ndarray, " cell"]:
    """Fixed numbers between 0 and 1, evenly spread whichever cells are taken first."""
    golden = 0.5 * (np.sqrt(5.0) - 1.0)
    return (0.5 + golden * np.arange(cells)) % 1.0


def _input(
    ascending_Hz: Float[np.ndarray, " batch"], cells: int, total_ms: float, seed: int
) -> Opening:
    """Excitatory conductances that each ascending spike opens at once and that decay."""
    samples = round(total_ms / INPUT_STEP_ms)
    chance = np.broadcast_to(ascending_Hz * INPUT_STEP_ms / 1e3, (cells, ascending_Hz.size))
    chance = chance.reshape(-1)
    draws = np.random.default_rng(seed).random((samples, cells, 1))
    draws = np.broadcast_to(draws, (samples, cells, ascending_Hz.size)).reshape(samples, -1)
    opened = np.zeros((samples, chance.size))
    level, left = np.zeros(chance.size), np.exp(-INPUT_STEP_ms / _own("input_decay"))
    area_uS = 1e6 * _own("input_conductance") * float(relay_cable().area_cm2[0])
    for sample in range(samples):
        level = left * level + area_uS * (draws[sample] < chance)
        opened[sample] = level
    return Opening((0,), jnp.asarray(opened[:, None]), 0.0, hold=round(INPUT_STEP_ms / DT_ms))
