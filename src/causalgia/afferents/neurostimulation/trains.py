"""What a program sends along the fibers of a bundle: when spikes arrive where they are wanted.

Following, its limits by refractoriness and its failures are those of the simulated fibers; nothing
is drawn. A bundle's fibers are run side by side under a window of the program. What the second half
of the window shows is taken to go on, since the nodes of these fibers have no state slower than
some tens of milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Int

from causalgia.afferents.neurostimulation.bundle import Bundle
from causalgia.afferents.neurostimulation.program import Program
from causalgia.afferents.neurostimulation.recruitment import Exposure, run_exposed
from causalgia.cable.recording import Recording
from causalgia.errors import InputError

__all__ = ["StimulatedTrains", "Times", "continued", "repeat_ms", "stimulated_trains"]

WINDOW_ms = 100.0
RESOLUTION_ms = 0.25
"""No fiber spikes twice in this time."""

Times = Float[np.ndarray, " event"]


@dataclass(frozen=True, eq=False)
class StimulatedTrains:
    """Event times (ms) of each fiber of a bundle, going each way.

    `toward_start` and `toward_end` [lane]: arrivals at a distance from the contacts, antidromic
    and orthodromic where fibers run from periphery to brain; `velocity_m_per_s` [lane], NaN for
    fibers that did not spike; `per_pulse` [lane], spikes toward the start for each pulse.
    """

    bundle: Bundle
    toward_start: tuple[Times, ...]
    toward_end: tuple[Times, ...]
    velocity_m_per_s: Float[np.ndarray, " lane"]
    per_pulse: Float[np.ndarray, " lane"]

    def assigned(self, count: int, kind: str | None = None) -> Int[np.ndarray, " fiber"]:
        """The lane that each of `count` fibers of a network follows, by the lanes' weights.

        Fibers are spread evenly over the cumulated weights of all lanes, or of those of a kind:
        the same for the same count.
        """
        if count < 1:
            raise InputError(f"count is {count}, must be 1 or more")
        weight = self.bundle.weight
        if kind is not None:
            weight = weight * self.bundle.chosen(kind)
        edges = np.cumsum(weight) / weight.sum()
        return np.searchsorted(edges, (np.arange(count) + 0.5) / count)

    def events_ms(self, count: int, kind: str | None = None) -> tuple[Times, ...]:
        """Arrivals toward the start, of `count` fibers of a network, as `assigned`."""
        return tuple(self.toward_start[int(lane)] for lane in self.assigned(count, kind))


def stimulated_trains(
    exposure: Exposure,
    program: Program,
    amplitude_mA: float,
    *,
    duration_ms: float,
    distance_mm: float = 0.0,
    window_ms: float = WINDOW_ms,
    workers: int | None = None,
) -> StimulatedTrains:
    """Spikes that a program at an amplitude sends both ways along each fiber.

    **Arguments:** the `exposure` (a bundle in the field of contacts); the `program`; its
    `amplitude_mA`; how long it goes on (`duration_ms`); the `distance_mm` from the middle of the
    bundle to where arrivals are wanted (the collaterals), with the simulated velocity; the
    `window_ms` that is simulated, rounded up to whole periods.
    **Raises:** `InputError` for a negative amplitude or distance, or a duration that is not
    positive.
    """
    if not (amplitude_mA >= 0 and distance_mm >= 0 and duration_ms > 0):
        raise InputError(
            f"amplitude_mA is {amplitude_mA}, distance_mm {distance_mm}, duration_ms {duration_ms}:"
            " need 0 or more, 0 or more and positive"
        )
    window = program.window_ms(window_ms)
    run = _simulated(exposure, program, float(amplitude_mA), window, workers)
    bundle = exposure.bundle
    repeat = repeat_ms(program, window)
    velocity = _velocity_m_per_s(run, bundle)
    traveled = 1e-3 * _from_middle_um(bundle)
    sites = (0, 3)
    trains = [[run.spike_times_ms(site, lane) for lane in range(bundle.size)] for site in sites]
    pulses = program.pulses_per_s * 1e-3 * repeat
    per_pulse = [np.count_nonzero(times >= window - repeat) / pulses for times in trains[0]]
    later = [
        [
            continued(times, window, repeat, duration_ms)
            + np.maximum(distance_mm - traveled[lane], 0.0) / velocity[lane]
            for lane, times in enumerate(found)
        ]
        for found in trains
    ]
    return StimulatedTrains(bundle, tuple(later[0]), tuple(later[1]), velocity, np.array(per_pulse))


@lru_cache(maxsize=64)
def _simulated(
    exposure: Exposure, program: Program, amplitude_mA: float, window_ms: float, workers: int | None
) -> Recording:
    amplitudes = np.full((exposure.bundle.size, 1), amplitude_mA)
    return run_exposed(
        exposure,
        program.waveform(window_ms),
        amplitudes,
        duration_ms=window_ms,
        every_ms=RESOLUTION_ms,
        workers=workers,
    )


def repeat_ms(program: Program, window_ms: float) -> float:
    """How long the half of a program's window is that is taken to go on: whole periods."""
    return 0.5 * (window_ms - program.start_ms)


def continued(times: Times, window_ms: float, every_ms: float, duration_ms: float) -> Times:
    """The events of a window and, after it, those of its last `every_ms` again and again."""
    settled = times[times >= window_ms - every_ms]
    rounds = max(0, int(np.ceil((duration_ms - window_ms) / every_ms)))
    again = settled + every_ms * np.arange(1, rounds + 1)[:, None]
    every = np.concatenate([times, again.reshape(-1)])
    return every[every < duration_ms]


def _from_middle_um(bundle: Bundle) -> Float[np.ndarray, " lane"]:
    """Distance of the outer sites from the middle of each fiber, along it."""
    path = bundle.path_um
    steps = np.linalg.norm(np.diff(path, axis=1), axis=2)
    along = np.concatenate([np.zeros((len(path), 1)), np.cumsum(steps, axis=1)], axis=1)
    return along[:, path.shape[1] // 2] - along[:, bundle.sites[0]]


def _velocity_m_per_s(run: Recording, bundle: Bundle) -> Float[np.ndarray, " lane"]:
    """From the last spike that passed the two sites near the start."""
    outer, inner = bundle.sites[:2]
    apart = np.linalg.norm(np.diff(bundle.path_um[:, outer : inner + 1], axis=1), axis=2).sum(1)
    found = np.full(bundle.size, np.nan)
    for lane in range(bundle.size):
        last, near = run.spike_times_ms(0, lane), run.spike_times_ms(1, lane)
        if last.size and near[near < last[-1]].size:
            found[lane] = 1e-3 * apart[lane] / (last[-1] - near[near < last[-1]][-1])
    return found
