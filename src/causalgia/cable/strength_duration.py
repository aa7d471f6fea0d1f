"""Strength against duration and against distance: the curves of an excitable fiber."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from causalgia.cable.simulate import Precision
from causalgia.cable.thresholds import Excitable, Inside, Outside, Stimulus, thresholds
from causalgia.cable.waveforms import AbstractWaveform, Biphasic, Monophasic
from causalgia.errors import InputError

__all__ = [
    "StrengthDuration",
    "StrengthDurationFit",
    "distance_curve",
    "fit_lapicque",
    "fit_weiss",
    "strength_duration",
]


@dataclass(frozen=True)
class StrengthDurationFit:
    """Rheobase (in the unit of the thresholds), chronaxie and the largest relative miss."""

    rheobase: float
    chronaxie_ms: float
    largest_relative_error: float


@dataclass(frozen=True)
class StrengthDuration:
    """Thresholds at several widths, and the two classical laws fitted to them.

    `widths_ms` and `thresholds` [width]: mA for electrodes, nA for injected pulses.
    """

    widths_ms: Float[np.ndarray, " width"]
    thresholds: Float[np.ndarray, " width"]
    weiss: StrengthDurationFit
    lapicque: StrengthDurationFit


def strength_duration(
    fiber: Excitable,
    stimulus: Stimulus,
    widths_ms: Sequence[float],
    *,
    at: int,
    duration_ms: float,
    between: tuple[float, float] = (1e-3, 10.0),
    tolerance: float = 1e-3,
    amplitudes: int = 16,
    precision: Precision = "float32",
    workers: int | None = None,
) -> StrengthDuration:
    """Thresholds of a pulse at several widths, all searched side by side.

    **Arguments:** as in `activation_threshold`; the waveform of `stimulus` is a pulse whose width
    is replaced (a recovery phase without a width of its own follows it); two or more `widths_ms`.
    **Raises:** `InputError` for other waveforms or widths, and as `activation_threshold` does.
    """
    if len(widths_ms) < 2 or len(set(widths_ms)) < len(widths_ms):
        raise InputError(f"widths_ms is {list(widths_ms)}, must be 2 or more different widths")
    found = thresholds(
        fiber,
        [_with_width(stimulus, float(width)) for width in widths_ms],
        at=at,
        duration_ms=duration_ms,
        between=between,
        tolerance=tolerance,
        amplitudes=amplitudes,
        precision=precision,
        workers=workers,
    )
    widths = np.array(widths_ms, dtype=float)
    strengths = np.array([threshold.amplitude for threshold in found])
    return StrengthDuration(
        widths, strengths, fit_weiss(widths, strengths), fit_lapicque(widths, strengths)
    )


def distance_curve(
    fiber: Excitable,
    waveform: AbstractWaveform,
    potential_at: Callable[[float], Float[np.ndarray, " compartment"]],
    distances_um: Sequence[float],
    *,
    at: int,
    duration_ms: float,
    between: tuple[float, float] = (1e-3, 10.0),
    tolerance: float = 1e-3,
    amplitudes: int = 16,
    precision: Precision = "float32",
    workers: int | None = None,
) -> Float[np.ndarray, " distance"]:
    """Thresholds (mA) of an electrode at several distances, all searched side by side.

    **Arguments:** as in `activation_threshold`; `potential_at`, which gives the potential
    (mV per mA) [compartment] for a distance; the `distances_um`.
    """
    found = thresholds(
        fiber,
        [Outside(potential_at(float(distance)), waveform) for distance in distances_um],
        at=at,
        duration_ms=duration_ms,
        between=between,
        tolerance=tolerance,
        amplitudes=amplitudes,
        precision=precision,
        workers=workers,
    )
    return np.array([threshold.amplitude for threshold in found])


def fit_weiss(
    widths_ms: Float[np.ndarray, " width"], strengths: Float[np.ndarray, " width"]
) -> StrengthDurationFit:
    r"""Weiss (1901): $I = I_\mathrm{rh} (1 + c/w)$, a charge that grows linearly with the width.

    Least squares of the logarithm of the strength.
    """
    return _fitted(widths_ms, strengths, lambda ratio: np.log1p(1.0 / ratio))


def fit_lapicque(
    widths_ms: Float[np.ndarray, " width"], strengths: Float[np.ndarray, " width"]
) -> StrengthDurationFit:
    r"""Lapicque (1907): $I = I_\mathrm{rh} / (1 - 2^{-w/c})$, a leaky capacitor charged.

    Least squares of the logarithm of the strength.
    """
    return _fitted(widths_ms, strengths, lambda ratio: -np.log(-np.expm1(-np.log(2.0) * ratio)))


def _fitted(
    widths_ms: np.ndarray, strengths: np.ndarray, log_law: Callable[[np.ndarray], np.ndarray]
) -> StrengthDurationFit:
    """The best chronaxie on a grid made finer and finer, with the rheobase that goes with it."""
    widths, measured = np.asarray(widths_ms, dtype=float), np.asarray(strengths, dtype=float)
    if widths.shape != measured.shape or widths.ndim != 1 or widths.size < 2:
        raise InputError(
            f"widths_ms has shape {widths.shape} and strengths {measured.shape}: need as many of"
            " each, at least 2"
        )
    if not ((widths > 0).all() and (measured > 0).all()):
        raise InputError("widths_ms and strengths must be positive")
    low, high = 1e-3 * widths.min(), 1e3 * widths.max()
    for _ in range(12):
        grid = np.geomspace(low, high, 101)
        residual = np.log(measured) - log_law(widths / grid[:, None])
        best = int(np.argmin(residual.var(axis=1)))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 100)]
    log_rheobase = float(residual[best].mean())
    miss = np.expm1(log_rheobase - residual[best])
    return StrengthDurationFit(
        float(np.exp(log_rheobase)), float(grid[best]), float(np.abs(miss).max())
    )


def _with_width(stimulus: Stimulus, width_ms: float) -> Stimulus:
    waveform = stimulus.waveform
    if not isinstance(waveform, Monophasic | Biphasic):
        kind = type(waveform).__name__
        raise InputError(
            f"waveform is a {kind}, must be a pulse with a width (Monophasic, Biphasic)"
        )
    changed = replace(waveform, width_ms=width_ms)
    if isinstance(stimulus, Inside):
        return Inside(stimulus.site, changed)
    return Outside(stimulus.potential_mV_per_mA, changed)
