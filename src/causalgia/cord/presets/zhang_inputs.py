"""What drives the circuit of Zhang (2014): volleys, ongoing firing, pulses on the dorsal columns.

Drawn with the means and deviations of the archive's lists of events, which are not repeated here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.cord.presets.zhang_2014 import zhang_2014
from causalgia.cord.spikes import Trains
from causalgia.evidence import parameters

__all__ = ["Fibers", "Pulsing", "column_stimulation", "ongoing_firing", "together", "volley_delays"]

Fibers = Mapping[str, Sequence[Float[np.ndarray, " spike"]]]
"""Spike times (ms) of each fiber of each class."""


@dataclass(frozen=True)
class Pulsing:
    """Pulses on the dorsal columns.

    **Arguments:** how many a second (`frequency_Hz`, 0: none); from when (`onset_ms`) until when
    (`end_ms`); how late (ms) they arrive along each touch fiber (`a_beta_ms`) and each one of the
    surround (`surround_ms`).
    """

    frequency_Hz: float
    onset_ms: float
    end_ms: float
    a_beta_ms: Float[np.ndarray, " fiber"]
    surround_ms: Float[np.ndarray, " fiber"]

    @classmethod
    def drawn(cls, frequency_Hz: float, onset_ms: float, end_ms: float, seed: int = 1) -> Pulsing:
        """With latencies of the published spread."""
        own, random = parameters("zhang_2014"), np.random.default_rng(seed)
        fibers = int(own["a_beta_fibers"].value)
        names = ("collateral_latency", "surround_collateral_latency")
        late = [_positive(random, own[n].value, own[f"{n}_deviation"].value, fibers) for n in names]
        return cls(frequency_Hz, onset_ms, end_ms, *late)

    @property
    def pulses_ms(self) -> Float[np.ndarray, " pulse"]:
        """When the pulses are given."""
        if self.frequency_Hz == 0:
            return np.zeros(0)
        times = self.onset_ms + np.arange(10**6) * 1e3 / self.frequency_Hz
        return np.asarray(times[times < self.end_ms - 1e-9])


def volley_delays(distance: float, seed: int = 1) -> dict[str, Float[np.ndarray, " fiber"]]:
    """How late (ms) each fiber of each class fires in a volley.

    **Arguments:** the `distance` in that of the conditioning protocol (1.75 in the wind-up one).
    """
    own, random = parameters("zhang_2014"), np.random.default_rng(seed)
    sizes = zhang_2014().afferents
    return {
        name: distance
        * _positive(
            random,
            own[f"{name}_latency"].value,
            own[f"{name}_latency_deviation"].value,
            sizes[name],
        )
        for name in ("a_beta", "a_delta", "c")
    }


def ongoing_firing(duration_ms: float, seed: int = 1) -> dict[str, list[np.ndarray]]:
    """Asynchronous firing of all fibers, which starts at 0 and slows down within a second."""
    own, random = parameters("zhang_2014"), np.random.default_rng(seed)
    starts = volley_delays(own["windup_distance"].value, seed)
    found: dict[str, list[np.ndarray]] = {}
    for name, first_ms in starts.items():
        kind = "c_fiber" if name == "c" else "a_fiber"
        mean, deviation = (
            own[f"ongoing_{kind}_interval{part}"].value for part in ("", "_deviation")
        )
        excess, decay_ms = (own[f"onset_{kind}_{part}"].value for part in ("excess", "decay"))
        found[name] = []
        for start in first_ms:
            times = [float(start)]
            while times[-1] < duration_ms:
                interval = _positive(random, mean, deviation, 1)[0]
                times.append(times[-1] + interval / (1 + excess * np.exp(-times[-1] / decay_ms)))
            found[name].append(np.asarray(times[:-1]))
    return found


def column_stimulation(ongoing: Fibers, pulsing: Pulsing) -> dict[str, list[np.ndarray]]:
    """Ongoing firing with what pulses on the dorsal columns add to it.

    Touch fibers drop spikes closer than their refractory period to the last one that is kept; C and
    A-delta fibers do not feel the pulses.
    """
    pulses, refractory_ms = pulsing.pulses_ms, parameters("zhang_2014")["fiber_refractory_period"]
    touch = [
        _kept(np.sort(np.concatenate([mine, pulses + late])), refractory_ms.value)
        for mine, late in zip(ongoing["a_beta"], pulsing.a_beta_ms, strict=True)
    ]
    return {
        **{name: list(times) for name, times in ongoing.items()},
        "a_beta": touch,
        "surround_a_beta": [pulses + late for late in pulsing.surround_ms],
    }


def together(patients: Sequence[Fibers]) -> dict[str, Trains]:
    """Trains of patients side by side."""
    joined = {}
    for name in {name: None for fibers in patients for name in fibers}:
        mine = [Trains.of(fibers.get(name, [])) for fibers in patients]
        joined[name] = Trains(
            np.concatenate([trains.time_ms for trains in mine]),
            np.concatenate([trains.fiber for trains in mine]),
            np.repeat(np.arange(len(mine)), [trains.time_ms.size for trains in mine]),
        )
    return joined


def _positive(
    random: np.random.Generator, mean: float, deviation: float, size: int
) -> Float[np.ndarray, " draw"]:
    """Normal draws, those below a tenth of the mean set to it."""
    return np.maximum(random.normal(mean, deviation, size), 0.1 * mean)


def _kept(times_ms: Float[np.ndarray, " spike"], apart_ms: float) -> Float[np.ndarray, " kept"]:
    kept: list[float] = []
    for time in times_ms:
        if not kept or time - kept[-1] >= apart_ms:
            kept.append(float(time))
    return np.asarray(kept)
