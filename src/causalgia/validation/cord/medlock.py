"""The superficial dorsal horn of Medlock (2022), drawn anew: with and without inhibition, touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from causalgia.cord.modulation import Modulation
from causalgia.cord.presets.medlock_2022 import MEDLOCK_CELLS, medlock_2022
from causalgia.cord.presets.medlock_inputs import mechanical_stimulus
from causalgia.cord.presets.zhang_inputs import together
from causalgia.cord.simulate_network import simulate_network
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["medlock_rates"]

CONDITIONS = ("control", "uninhibited", "untouched")
TOUCH = ("slowly_adapting_1", "slowly_adapting_2")
SECONDS = 2


@measures("medlock_2022.rate.*", slow=True)
def medlock_rates(_: Collection[str]) -> Mapping[str, Outcome]:
    """Rates (Hz) of each population in each second, the conditions side by side."""
    inhibited = np.array([0.0 if name == "uninhibited" else 1.0 for name in CONDITIONS])
    touched = np.array([0.0 if name == "untouched" else 1.0 for name in CONDITIONS])
    fired = simulate_network(
        medlock_2022(),
        together([mechanical_stimulus(1e3 * SECONDS)] * len(CONDITIONS)),
        duration_ms=1e3 * SECONDS,
        patients=len(CONDITIONS),
        modulation=Modulation(
            conductance={"gaba_a": inhibited, "glycine": inhibited},
            release=dict.fromkeys(TOUCH, touched),
        ),
    )
    return {
        f"medlock_2022.rate.{condition}.{population}.s{second + 1}": float(rates[place])
        for population in MEDLOCK_CELLS
        for second in range(SECONDS)
        for rates in (fired.rate_Hz(population, 1e3 * second, 1e3 * (second + 1)),)
        for place, condition in enumerate(CONDITIONS)
    }
