"""Fit the heat response of the polymodal ending: how many TRPV1 channels, how they desensitize.

A grid of both, each with several endings' worth of random openings, held against thresholds at
2 and 6 degC/s and rates at 0.3 and 6 degC/s (Yarnitsky 1992); threshold at 0.3 and rate at 2 degC/s
are left for validation. Run: python scripts/fit_c_heat.py
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from causalgia.afferents.heat import RAMPS_degC_per_s, heat_responses
from causalgia.afferents.terminals import c_ending
from causalgia.evidence import parameters

CHANNELS = (212, 222, 232)
DESENSITIZATION = (28.0, 32.0)
REPEATS = 6


def main() -> None:
    measured = parameters("yarnitsky_1992")
    keys = [f"{ramp:g}_degC_per_s".replace(".", "_") for ramp in RAMPS_degC_per_s]
    for channels, strength in itertools.product(CHANNELS, DESENSITIZATION):
        ending = c_ending("c_polymodal")
        ending = replace(ending, channels={"trpv1": channels}, desensitization=strength)
        found = heat_responses(ending, repeats=REPEATS)
        error = [
            (found.threshold_degC[1] - measured[f"threshold_{keys[1]}"].value) / 0.61,
            (found.threshold_degC[2] - measured[f"threshold_{keys[2]}"].value) / 0.71,
            np.log(found.rate_Hz[0] / measured[f"rate_{keys[0]}"].value) / 0.25,
            np.log(found.rate_Hz[2] / measured[f"rate_{keys[2]}"].value) / 0.25,
        ]
        print(
            f"{channels} channels, {strength:g}: thresholds {np.round(found.threshold_degC, 2)}, "
            f"rates {np.round(found.rate_Hz, 2)}, misfit {np.square(error).sum():.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
