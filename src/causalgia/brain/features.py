r"""What arrives from one class of afferents: how fast, how much together, how bunched.

Synchrony is the spike time tiling coefficient of Cutts and Eglen (2014), averaged over pairs of
fibers that fire,
$$\tfrac12\left(\frac{P_A - T_B}{1 - P_A T_B} + \frac{P_B - T_A}{1 - P_B T_A}\right),$$
with $P_A$ the share of the spikes of A within $\Delta t$ of one of B, and $T_A$ the share of time
within $\Delta t$ of a spike of A: 1 for volleys, 0 by chance, whatever the rates. A burst is a run
of spikes whose intervals stay below a limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["BurstRule", "Pattern", "bursts_of", "pattern", "patterns", "synchrony"]

Train = Float[np.ndarray, " spike"]

MOST_FIBERS = 24
"""Fibers that are compared in pairs: enough for a mean, few enough to be quick."""


def _own(name: str) -> float:
    return parameters("causalgia_brain_felt")[name].value


@dataclass(frozen=True)
class BurstRule:
    """At least `fewest` spikes, no more than `longest_interval_ms` apart."""

    longest_interval_ms: float
    fewest: int

    @classmethod
    def of_afferents(cls) -> BurstRule:
        """For the bursts of 100 to 200 Hz that paraesthesiae come with."""
        return cls(_own("burst_interval"), int(_own("burst_spikes")))


@dataclass(frozen=True)
class Pattern:
    """Of one class: `rate_Hz` a fiber (silent ones counted); the `active` share of the fibers;
    `synchrony` of those that fire, 0 to 1 (below 0 where they avoid each other); `burst_fraction`
    of all spikes; `bursts_per_s` a fiber; `intraburst_Hz`, 0 where there is no burst.
    """

    rate_Hz: float = 0.0
    active: float = 0.0
    synchrony: float = 0.0
    burst_fraction: float = 0.0
    bursts_per_s: float = 0.0
    intraburst_Hz: float = 0.0


def patterns(trains_ms: Mapping[str, Sequence[Train]], duration_ms: float) -> dict[str, Pattern]:
    """The pattern of each class of fibers; `trains_ms` holds the spike times (ms) of each fiber."""
    return {name: pattern(trains, duration_ms) for name, trains in trains_ms.items()}


def pattern(
    trains_ms: Sequence[Train], duration_ms: float, rule: BurstRule | None = None
) -> Pattern:
    """The pattern of the fibers of one class over a time that starts at 0.

    **Raises:** `InputError` for spikes outside that time or not in order.
    """
    trains = _checked(trains_ms, duration_ms)
    count = sum(train.size for train in trains)
    if not count:
        return Pattern()
    rule = rule or BurstRule.of_afferents()
    found = [burst for train in trains for burst in bursts_of(train, rule)]
    intervals = np.concatenate([np.diff(burst) for burst in found]) if found else np.array([])
    fiber_seconds = len(trains) * duration_ms / 1e3
    return Pattern(
        rate_Hz=count / fiber_seconds,
        active=sum(train.size > 0 for train in trains) / len(trains),
        synchrony=synchrony(trains, duration_ms),
        burst_fraction=sum(burst.size for burst in found) / count,
        bursts_per_s=len(found) / fiber_seconds,
        intraburst_Hz=1e3 / float(np.median(intervals)) if found else 0.0,
    )


def bursts_of(train_ms: Train, rule: BurstRule) -> list[Train]:
    """The bursts of one train, in order."""
    cuts = np.flatnonzero(np.diff(train_ms) > rule.longest_interval_ms) + 1
    return [run for run in np.split(train_ms, cuts) if run.size >= rule.fewest]


def synchrony(
    trains_ms: Sequence[Train], duration_ms: float, window_ms: float | None = None
) -> float:
    """Mean tiling coefficient over pairs of the fibers that fire (0 where fewer than two do)."""
    window = _own("synchrony_window") if window_ms is None else window_ms
    active = [train for train in trains_ms if train.size]
    step = max(1, len(active) // MOST_FIBERS)
    active = active[::step][:MOST_FIBERS]
    if len(active) < 2:
        return 0.0
    tiled = [_tiled(train, duration_ms, window) for train in active]
    found = [
        0.5 * (_half(a, b, tiled[j], window) + _half(b, a, tiled[i], window))
        for i, a in enumerate(active)
        for j, b in enumerate(active)
        if i < j
    ]
    return float(np.mean(found))


def _half(train: Train, other: Train, other_tiled: float, window_ms: float) -> float:
    """One side of the coefficient."""
    right = np.searchsorted(other, train)
    before = np.abs(train - other[np.maximum(right - 1, 0)])
    after = np.abs(train - other[np.minimum(right, other.size - 1)])
    near = float(np.mean(np.minimum(before, after) <= window_ms))
    both = near * other_tiled
    # Where the other train covers all of the time, every spike is near one of its own.
    return 1.0 if both >= 1.0 else (near - other_tiled) / (1.0 - both)


def _tiled(train: Train, duration_ms: float, window_ms: float) -> float:
    """Share of the time within a window of a spike."""
    gaps = np.minimum(np.diff(train), 2.0 * window_ms).sum()
    ends = min(train[0], window_ms) + min(duration_ms - train[-1], window_ms)
    return min(1.0, float(gaps + ends) / duration_ms)


def _checked(trains_ms: Sequence[Train], duration_ms: float) -> list[Train]:
    if not 0.0 < duration_ms < np.inf:
        raise InputError(f"duration_ms is {duration_ms}, must be positive")
    trains = [np.asarray(train, dtype=float).reshape(-1) for train in trains_ms]
    for index, train in enumerate(trains):
        if train.size and not (train.min() >= 0.0 and train.max() <= duration_ms):
            raise InputError(
                f"fiber {index}: spikes from {train.min():g} to {train.max():g} ms, "
                f"must lie between 0 and duration_ms ({duration_ms:g})"
            )
        if (np.diff(train) < 0.0).any():
            raise InputError(f"fiber {index}: spike times are not in order")
    return trains
