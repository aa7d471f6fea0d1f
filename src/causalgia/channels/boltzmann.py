r"""Boltzmann curves through what a voltage clamp measures, by least squares.

$y = f + (A - f) / (1 + e^{-(V - V_h)/k})$: rising where the slope $k$ is positive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError

__all__ = ["Boltzmann", "fit_boltzmann"]

Values = Float[np.ndarray, "..."]
STEPS = 200
START_SLOPES_MV = (3.0, 8.0, 20.0)


@dataclass(frozen=True)
class Boltzmann:
    """A fitted curve: `half_mV`, signed `slope_mV`, `amplitude` far in, `floor` far out."""

    half_mV: float
    slope_mV: float
    amplitude: float
    floor: float

    def __call__(self, voltage_mV: Values) -> Values:
        """The curve at `voltage_mV`, any shape."""
        return _curve(np.asarray(_vector(self)), np.asarray(voltage_mV, float))


def fit_boltzmann(voltage_mV: Values, values: Values, *, with_floor: bool = False) -> Boltzmann:
    """The least-squares curve through `values` [voltage], with or without a floor above zero.

    Levenberg-Marquardt from the half-point that the values themselves show.
    **Raises:** `InputError` for fewer than five values or values that do not differ.
    """
    voltage, y = np.asarray(voltage_mV, float), np.asarray(values, float)
    if voltage.size < 5 or voltage.shape != y.shape or not np.ptp(y) > 0.0:
        raise InputError(
            f"a Boltzmann curve needs at least 5 values that differ, not {y.size} "
            f"from {y.min():g} to {y.max():g}"
        )
    starts = [_guess(voltage, y, with_floor, slope) for slope in START_SLOPES_MV]
    fits = [_descend(start, 4 if with_floor else 3, voltage, y) for start in starts]
    best = min(fits, key=lambda fit: _error(fit, voltage, y))
    return Boltzmann(*(float(value) for value in best))


def _descend(now: Values, free: int, voltage: Values, y: Values) -> Values:
    """The nearest minimum over the first `free` parameters."""
    damping, error = 1e-2, _error(now, voltage, y)
    for _ in range(STEPS):
        slopes = _slopes(now, voltage)[:, :free]
        normal = slopes.T @ slopes
        pull = slopes.T @ (y - _curve(now, voltage))
        tried = now.copy()
        tried[:free] += np.linalg.solve(normal + damping * np.diag(np.diag(normal) + 1e-12), pull)
        after = _error(tried, voltage, y)
        if after < error:
            finished = error - after < 1e-14 * error
            now, error, damping = tried, after, damping * 0.3
            if finished:
                break
        elif (damping := damping * 4.0) > 1e12:
            break
    return now


def _vector(curve: Boltzmann) -> tuple[float, float, float, float]:
    return curve.half_mV, curve.slope_mV, curve.amplitude, curve.floor


def _share(p: Values, voltage: Values) -> Values:
    # half a tangent: an exponential would overflow where the slope is steep
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * (voltage - p[0]) / p[1])))


def _curve(p: Values, voltage: Values) -> Values:
    return np.asarray(p[3] + (p[2] - p[3]) * _share(p, voltage))


def _slopes(p: Values, voltage: Values) -> Values:
    share = _share(p, voltage)
    steep = (p[2] - p[3]) * share * (1.0 - share) / p[1]
    return np.stack([-steep, -steep * (voltage - p[0]) / p[1], share, 1.0 - share], axis=1)


def _error(p: Values, voltage: Values, y: Values) -> float:
    return float(np.sum((y - _curve(p, voltage)) ** 2))


def _guess(voltage: Values, y: Values, with_floor: bool, slope_mV: float) -> Values:
    order = np.argsort(voltage)
    v, sorted_y = voltage[order], y[order]
    low, high = float(y.min()), float(y.max())
    floor = low if with_floor else 0.0
    rising = sorted_y[-3:].mean() > sorted_y[:3].mean()
    half = float(v[np.argmin(np.abs(sorted_y - 0.5 * (floor + high)))])
    return np.asarray([half, slope_mV if rising else -slope_mV, high, floor])
