"""Block of conduction by an alternating field, such as 10 kHz."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causalgia.cable.amplitude_search import last_change, search_amplitudes
from causalgia.cable.recording import Recording
from causalgia.cable.simulate import Precision
from causalgia.cable.stimulus import Sampled
from causalgia.cable.thresholds import Excitable, Inside, Outside, stimulate
from causalgia.cable.waveforms import Delayed
from causalgia.errors import InputError

__all__ = ["BlockThreshold", "block_threshold"]


@dataclass(frozen=True)
class BlockThreshold:
    """The smallest amplitude (mA) from which on no test pulse passes, and the onset response.

    `below` is the largest amplitude tried under it; `onset_spikes` pass the site at the threshold
    before the test pulse, the last of them at `onset_end_ms` (NaN without any).
    """

    amplitude_mA: float
    below_mA: float
    onset_spikes: int
    onset_end_ms: float


def block_threshold(
    fiber: Excitable,
    field: Outside,
    test: Inside,
    *,
    test_nA: float,
    test_ms: float,
    at: int,
    duration_ms: float,
    between: tuple[float, float] = (1e-2, 10.0),
    tolerance: float = 1e-2,
    amplitudes: int = 32,
    precision: Precision = "float32",
    workers: int | None = None,
) -> BlockThreshold:
    """The amplitude at which a field stops the spike that a test pulse sends past it.

    The field is on from the start. A fiber counts as blocked where no spike crosses the compartment
    `at` from the test pulse on, so that one which the field itself keeps firing is not blocked.

    **Arguments:** the `fiber`; the `field` with its alternating waveform; the `test` pulse on its
    other side, its amplitude `test_nA` and when it comes (`test_ms`, after the onset response);
    the compartment `at` beyond the field; `duration_ms`; the amplitudes (mA) to look `between`,
    the relative `tolerance` and how many `amplitudes` in a run.
    **Raises:** `InputError` where the test pulse does not pass without the field, comes after
    the end of the run, or where no threshold lies in the range.
    """
    if not 0 <= test_ms < duration_ms:
        raise InputError(f"test_ms is {test_ms}, must be from 0 to below duration_ms {duration_ms}")
    pulse = Delayed(test.waveform, test_ms).samples(fiber.dt_ms, duration_ms)
    injected = Sampled((test.site,), test_nA * pulse[:, None, None])

    def run(grid: np.ndarray) -> Recording:
        return stimulate(
            fiber,
            [field],
            grid,
            sites=(at,),
            duration_ms=duration_ms,
            currents=[injected],
            precision=precision,
            workers=workers,
        )

    def blocks(grid: np.ndarray) -> np.ndarray:
        passed = run(grid).spike_count(after_ms=test_ms)[0] > 0
        if grid[0, 0] == 0 and not passed[0]:
            raise InputError(
                f"test_nA is {test_nA:g}: the test pulse sends no spike to compartment {at} even"
                " without the field"
            )
        return ~passed.reshape(grid.shape)

    found = search_amplitudes(
        blocks,
        1,
        between=between,
        tolerance=tolerance,
        amplitudes=amplitudes,
        change=last_change,
        outcome="blocks",
    )
    # As many lanes as before, so that the compiled program serves again.
    again = run(np.full((1, amplitudes), found.high[0])).spike_times_ms(0, 0)
    onset = again[again < test_ms]
    return BlockThreshold(
        float(found.high[0]),
        float(found.low[0]),
        onset.size,
        float(onset.max()) if onset.size else float("nan"),
    )
