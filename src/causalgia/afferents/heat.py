"""Heat ramps to an ending, as in microneurography: at what temperature it fires, and how fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.afferents.terminals import Ending, heat_ramp, respond

__all__ = ["HeatResponses", "RAMPS_degC_per_s", "heat_responses"]

RAMPS_degC_per_s = (0.3, 2.0, 6.0)
"""The ramps of Yarnitsky (1992)."""

SETTLING_ms = 500.0
STARTS_degC = (38.0, 32.0, 32.0)
"""The slowest ramp is joined where healthy endings are still silent."""


@dataclass(frozen=True)
class HeatResponses:
    """One number a ramp: temperature at the first spike, and the rate from there to the end.

    `threshold_degC` is NaN where no ending fired; endings that did not fire have a rate of 0.
    """

    threshold_degC: Float[np.ndarray, " ramp"]
    rate_Hz: Float[np.ndarray, " ramp"]


def heat_responses(
    ending: Ending,
    *,
    ramps_degC_per_s: tuple[float, ...] = RAMPS_degC_per_s,
    end_degC: float = 47.0,
    repeats: int = 6,
    seed: int = 0,
) -> HeatResponses:
    """Means over several endings alike, whose channels open at their own times."""
    found = []
    for ramp in ramps_degC_per_s:
        start = dict(zip(RAMPS_degC_per_s, STARTS_degC, strict=True)).get(ramp, STARTS_degC[-1])
        stimulus = heat_ramp(ramp, start, end_degC)
        run = respond(ending, [stimulus] * repeats, seed=seed, settle_ms=SETTLING_ms)
        end_ms = 1e3 * (end_degC - start) / ramp
        each = []
        for lane in range(repeats):
            times = run.spike_times_ms(1, lane) - SETTLING_ms
            times = times[(times >= 0) & (times < end_ms)]
            if times.size:
                each.append(
                    (start + 1e-3 * ramp * times[0], 1e3 * times.size / (end_ms - times[0]))
                )
            else:
                each.append((np.nan, 0.0))
        thresholds, rates = np.array(each).T
        fired = np.isfinite(thresholds)
        found.append((thresholds[fired].mean() if fired.any() else np.nan, rates.mean()))
    threshold, rate = np.array(found).T
    return HeatResponses(threshold, rate)
