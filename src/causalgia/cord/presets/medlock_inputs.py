"""What drives the circuit of Medlock (2022): fibers under a mechanical stimulus of 100 mN."""

from __future__ import annotations

import numpy as np

from causalgia.cord.presets.medlock_2022 import MEDLOCK_FIBERS
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["mechanical_stimulus"]

SECONDS = 5
TWIN = "non_peptidergic_c", "peptidergic_c"
"""Fibers of the first class fire with those of the second in the published list."""


def mechanical_stimulus(duration_ms: float, seed: int = 1) -> dict[str, list[np.ndarray]]:
    """Spike times (ms) of each fiber of each class: Poisson, at the published rate of each second.

    **Raises:** `InputError` for more than the 5 s that were published.
    """
    if not 0 < duration_ms <= 1e3 * SECONDS:
        raise InputError(f"duration_ms is {duration_ms:g}, must be above 0 and at most 5000")
    own, random = parameters("medlock_2022"), np.random.default_rng(seed)
    found: dict[str, list[np.ndarray]] = {}
    for name, kind in MEDLOCK_FIBERS.items():
        if name == TWIN[0]:
            continue
        rates = kind if kind == "c_fiber" else name
        second_Hz = [own[f"{rates}_rate_second_{s + 1}"].value for s in range(SECONDS)]
        found[name] = []
        for _ in range(int(own[f"{name}_fibers"].value)):
            times = np.concatenate(
                [
                    1e3 * (s + random.random(random.poisson(rate)))
                    for s, rate in enumerate(second_Hz)
                ]
            )
            found[name].append(np.sort(times[times < duration_ms]))
    found[TWIN[0]] = found[TWIN[1]]
    return found
