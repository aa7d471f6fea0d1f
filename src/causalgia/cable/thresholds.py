"""How strong a stimulus must be to send an action potential past a place, and how fast it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol, TypeAlias

import numpy as np
from jaxtyping import Float

from causalgia.cable.amplitude_search import first_change, search_amplitudes
from causalgia.cable.electrics import Electrics
from causalgia.cable.geometry import Cable
from causalgia.cable.recording import Recorder, Recording
from causalgia.cable.sheath import Sheath
from causalgia.cable.simulate import Precision, simulate
from causalgia.cable.stimulus import AbstractCurrent, Extracellular, Sampled
from causalgia.cable.waveforms import AbstractWaveform
from causalgia.channels.membrane import Membrane
from causalgia.errors import InputError

__all__ = [
    "Excitable",
    "Inside",
    "Outside",
    "Stimulus",
    "Threshold",
    "activation_threshold",
    "conduction_velocity",
    "stimulate",
    "thresholds",
]

RECORD_EVERY_ms = 0.5
"""Spikes are counted at most once in this time."""

FEWEST_SAMPLES = 256


class Excitable(Protocol):
    """What a search needs to know of a fiber; `afferents.FiberModel` has all of it.

    `electrics` describes one fiber: all its arrays have one lane or none. `crossing_mV` is the
    potential whose upward crossing counts as a spike.
    """

    @property
    def cable(self) -> Cable:
        """Its geometry."""

    @property
    def membrane(self) -> Membrane:
        """Its channels."""

    @property
    def electrics(self) -> Electrics:
        """What the membrane is made of where."""

    @property
    def active(self) -> tuple[int, ...] | None:
        """The compartments with channels, None for all that have area."""

    @property
    def sheath(self) -> Sheath | None:
        """The myelin of a double cable."""

    @property
    def initial_mV(self) -> float:
        """Where it starts."""

    @property
    def dt_ms(self) -> float:
        """A step that resolves its spikes."""

    @property
    def crossing_mV(self) -> float:
        """What counts as a spike."""


@dataclass(frozen=True, eq=False)
class Outside:
    """A waveform through electrodes; amplitudes are in mA.

    **Arguments:** `potential_mV_per_mA` [compartment]; the `waveform`.
    """

    potential_mV_per_mA: Float[np.ndarray, " compartment"]
    waveform: AbstractWaveform


@dataclass(frozen=True)
class Inside:
    """A waveform injected into one compartment; amplitudes are in nA."""

    site: int
    waveform: AbstractWaveform


Stimulus: TypeAlias = Outside | Inside
"""Where a waveform acts."""


@dataclass(frozen=True)
class Threshold:
    """The smallest amplitude tried that excites, in mA (outside) or nA (inside).

    `below` is the largest one tried under it, which does not; `upper_block`, in the first coarse
    look, the smallest one above it that again sends no spike past the place, None if all did.
    """

    amplitude: float
    below: float
    upper_block: float | None


def activation_threshold(
    fiber: Excitable,
    stimulus: Stimulus,
    *,
    at: int,
    duration_ms: float,
    between: tuple[float, float] = (1e-3, 10.0),
    tolerance: float = 1e-3,
    amplitudes: int = 64,
    precision: Precision = "float32",
    workers: int | None = None,
) -> Threshold:
    """The smallest amplitude at which a spike reaches the compartment `at`.

    **Arguments:** the `fiber` and the `stimulus`; the compartment `at`, far enough from the
    stimulus not to be depolarized by it; the `duration_ms` of each run; the amplitudes to look
    `between`; the relative `tolerance`; how many `amplitudes` to try in each run.
    **Raises:** `InputError` where no threshold lies in the range: nothing excites, everything
    does, or the fiber is active by itself.
    """
    (found,) = thresholds(
        fiber,
        [stimulus],
        at=at,
        duration_ms=duration_ms,
        between=between,
        tolerance=tolerance,
        amplitudes=amplitudes,
        precision=precision,
        workers=workers,
    )
    return found


def thresholds(
    fiber: Excitable,
    stimuli: Sequence[Stimulus],
    *,
    at: int,
    duration_ms: float,
    between: tuple[float, float] = (1e-3, 10.0),
    tolerance: float = 1e-3,
    amplitudes: int = 16,
    precision: Precision = "float32",
    workers: int | None = None,
) -> tuple[Threshold, ...]:
    """The thresholds of several stimuli, all searched side by side; see `activation_threshold`."""
    if not stimuli:
        raise InputError("stimuli: none given, need at least one")

    def excites(grid: np.ndarray) -> np.ndarray:
        run = stimulate(
            fiber,
            stimuli,
            grid,
            sites=(at,),
            duration_ms=duration_ms,
            precision=precision,
            workers=workers,
        )
        return (run.spike_count()[0] > 0).reshape(grid.shape)

    found = search_amplitudes(
        excites,
        len(stimuli),
        between=between,
        tolerance=tolerance,
        amplitudes=amplitudes,
        change=first_change,
        outcome="excites",
    )
    return tuple(
        Threshold(float(high), float(low), _upper_block(tried, happened))
        for low, high, tried, happened in zip(
            found.low, found.high, found.tried, found.happened, strict=True
        )
    )


def _upper_block(tried: np.ndarray, happened: np.ndarray) -> float | None:
    """The smallest amplitude above the first that excites which does not."""
    failing = np.flatnonzero(~happened & (np.arange(happened.size) > np.argmax(happened)))
    return float(tried[failing[0]]) if failing.size else None


def stimulate(
    fiber: Excitable,
    stimuli: Sequence[Stimulus],
    amplitudes: Float[np.ndarray, "stimulus amplitude"],
    *,
    sites: Sequence[int],
    duration_ms: float,
    voltage: Sequence[int] = (),
    every_ms: float = RECORD_EVERY_ms,
    currents: Sequence[AbstractCurrent] = (),
    precision: Precision = "float32",
    workers: int | None = None,
) -> Recording:
    """Run every stimulus at every one of its amplitudes, side by side in one call.

    **Arguments:** the `fiber`; the `stimuli`; `amplitudes` [stimulus, amplitude]; the compartments
    whose spikes are kept (`sites`) and those whose `voltage` is, `every_ms`; further `currents`
    that all lanes have.
    **Returns:** a `Recording` with the lanes stimulus by stimulus.
    **Raises:** `InputError` for a fiber of several lanes, potentials that do not fit the cable and
    waveforms that do not fit the step or the duration.
    """
    grid = np.asarray(amplitudes, dtype=float)
    if grid.ndim != 2 or len(grid) != len(stimuli):
        raise InputError(
            f"amplitudes has shape {grid.shape}, must be ({len(stimuli)} stimuli, amplitudes)"
        )
    _check_one_lane(fiber.electrics)
    shapes = _samples(stimuli, fiber.dt_ms, duration_ms)
    lanes = np.repeat(shapes, grid.shape[1], axis=1) * grid.reshape(-1)
    outside = _outside(fiber.cable, stimuli, lanes, grid.shape[1])
    inside = _inside(stimuli, lanes, grid.shape[1])
    return simulate(
        fiber.cable,
        fiber.membrane,
        fiber.electrics,
        duration_ms=duration_ms,
        dt_ms=fiber.dt_ms,
        initial_mV=fiber.initial_mV,
        active=fiber.active,
        currents=[*currents, *inside],
        extracellular=outside,
        sheath=fiber.sheath,
        recorder=Recorder(
            tuple(voltage), tuple(sites), min(every_ms, duration_ms), fiber.crossing_mV
        ),
        batch=grid.size,
        precision=precision,
        workers=workers,
    )


def conduction_velocity(
    recording: Recording, cable: Cable, sites: Sequence[int], *, after_ms: float = 0.0
) -> Float[np.ndarray, " batch"]:
    """Velocity (m/s) of each lane's first spike between the first and the last recorded site.

    Times are those of upward crossings, interpolated within the step.

    **Arguments:** the `recording`; the `cable`; the compartments that were recorded as spike
    `sites`, in that order; spikes before `after_ms` do not count.
    **Returns:** m/s [batch], negative for a spike toward the first site, NaN where one is missing.
    """
    if len(sites) < 2 or recording.crossing_ms.shape[1] != len(sites):
        raise InputError(
            f"sites has {len(sites)} compartments, must be the recording's"
            f" {recording.crossing_ms.shape[1]}, and 2 or more"
        )
    times = np.where(recording.crossing_ms >= after_ms, recording.crossing_ms, np.inf).min(axis=0)
    times = np.where(np.isfinite(times), times, np.nan)
    distance_um = cable.position_um[sites[-1]] - cable.position_um[sites[0]]
    return np.asarray(1e-3 * distance_um / (times[-1] - times[0]))


def _check_one_lane(electrics: Electrics) -> None:
    for field in fields(electrics):
        values = np.asarray(getattr(electrics, field.name))
        if values.dtype != object and values.ndim and values.shape[-1] != 1:
            raise InputError(
                f"electrics: {field.name} has {values.shape[-1]} lanes, must have 1: a search"
                " fills the lanes with amplitudes"
            )


def _samples(
    stimuli: Sequence[Stimulus], dt_ms: float, duration_ms: float
) -> Float[np.ndarray, "sample stimulus"]:
    """Waveforms side by side, filled up with zeros to a power of two.

    A compiled program belongs to one number of samples: with few of these, few are compiled.
    """
    waves = [stimulus.waveform.samples(dt_ms, duration_ms) for stimulus in stimuli]
    longest = max(wave.size for wave in waves)
    padded = np.zeros((max(FEWEST_SAMPLES, 1 << (longest - 1).bit_length()), len(waves)))
    for column, wave in enumerate(waves):
        padded[: wave.size, column] = wave
    return padded


def _outside(
    cable: Cable, stimuli: Sequence[Stimulus], samples: np.ndarray, each: int
) -> Extracellular | None:
    """The field of the stimuli that have one."""
    if not any(isinstance(stimulus, Outside) for stimulus in stimuli):
        return None
    shapes = []
    for index, stimulus in enumerate(stimuli):
        if isinstance(stimulus, Inside):
            shapes.append(np.zeros(cable.size))
            continue
        shape = np.asarray(stimulus.potential_mV_per_mA, dtype=float)
        if shape.shape != (cable.size,) or not np.isfinite(shape).all():
            raise InputError(
                f"stimulus {index}: potential_mV_per_mA has shape {shape.shape}, must be"
                f" {cable.size} finite numbers, one for each compartment"
            )
        shapes.append(shape)
    potential = np.stack(shapes, axis=1)
    if (potential == potential[:, :1]).all():
        return Extracellular(potential[:, :1], samples)
    return Extracellular(np.repeat(potential, each, axis=1), samples)


def _inside(stimuli: Sequence[Stimulus], samples: np.ndarray, each: int) -> list[AbstractCurrent]:
    """The injected currents, one for each compartment that receives any."""
    site_of = [stimulus.site if isinstance(stimulus, Inside) else -1 for stimulus in stimuli]
    by_lane = np.repeat(site_of, each)
    return [
        Sampled((site,), np.where(by_lane == site, samples, 0.0)[:, None])
        for site in sorted(set(site_of) - {-1})
    ]
