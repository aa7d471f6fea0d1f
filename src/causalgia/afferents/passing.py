"""When spikes pass places along a fiber, and by how much later ones are slower."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from causalgia.cable.recording import Recording

__all__ = ["first_spikes_ms", "slowing_percent"]


def first_spikes_ms(
    recording: Recording, sites: int, count: int, lanes: int
) -> Float[np.ndarray, "site spike lane"]:
    """When the first `count` spikes of each lane pass each place recorded, NaN for none."""
    times = np.full((sites, count, lanes), np.nan)
    for site in range(sites):
        for lane in range(lanes):
            found = recording.spike_times_ms(site, lane)[:count]
            times[site, : found.size, lane] = found
    return times


def slowing_percent(
    latency_ms: Float[np.ndarray, "pulse #lane"],
) -> Float[np.ndarray, "pulse #lane"]:
    r"""Rise of the latency over that of the first pulse, $100\,(t/t_0 - 1)$; NaN for no spike."""
    return np.asarray(100.0 * (latency_ms / latency_ms[:1] - 1.0))
