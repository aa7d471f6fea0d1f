"""How C-fiber synapses of lamina I neurons grow in a slice, by protocol."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from causalgia.cord.assays import slice_of
from causalgia.cord.drive import patients_of
from causalgia.cord.horn import dorsal_horn, horn_potentiation
from causalgia.cord.horn_drive import HornDrive
from causalgia.cord.modulation import Modulation
from causalgia.cord.simulate_network import simulate_network
from causalgia.validation.cord.windows import NOTICED, sign_of_change
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["potentiation_by_protocol"]

TARGET, FIRST_ms, DURATION_ms = "lamina_i", 1e3, 122e3


def _tetani(times: int, every_ms: float, count: int, period_ms: float) -> np.ndarray:
    """Onsets (ms) of `times` trains of `count` shocks."""
    train = period_ms * np.arange(count)
    return (FIRST_ms + every_ms * np.arange(times)[:, None] + train).ravel()


PROTOCOLS: Mapping[str, np.ndarray] = {
    "high": _tetani(4, 10e3, 100, 10.0),
    "low": _tetani(1, 0.0, 240, 500.0),
    "intermediate": _tetani(12, 10e3, 10, 100.0),
    "low, no NMDA": _tetani(1, 0.0, 240, 500.0),
}
"""Shocks of C strength: 100 Hz for 1 s four times, 2 Hz for 2 min, 10 Hz for 1 s twelve times."""


@measures("CB0019", "CB0020", "CB0021.*", "CB0022.*", "CB0095.*")
def potentiation_by_protocol(_: Collection[str]) -> Mapping[str, Outcome]:
    """Percent of neurons whose synapses grew, and their strength in percent of before."""
    network = slice_of(dorsal_horn(1), TARGET, ("c",))
    drive = HornDrive(network)
    run = simulate_network(
        network,
        patients_of([drive.volleys(onsets, ("c",)) for onsets in PROTOCOLS.values()]),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=len(PROTOCOLS),
        modulation=Modulation(
            conductance={"nmda": np.array([float("no NMDA" not in name) for name in PROTOCOLS])}
        ),
        potentiation=horn_potentiation(),
    )
    grown = dict(zip(PROTOCOLS, run.potentiated[TARGET].T, strict=True))
    share = {name: 100.0 * float((each > NOTICED).mean()) for name, each in grown.items()}
    strength = {name: 100.0 + 100.0 * float(each.mean()) for name, each in grown.items()}
    sign = {name: sign_of_change(100.0, value) for name, value in strength.items()}
    return {
        "CB0019": share["high"],
        "CB0020": share["low"],
        "CB0021.c": sign["low"],
        "CB0021.mk801": sign["low, no NMDA"],
        "CB0022.high": sign["high"],
        "CB0022.low": sign["low"],
        "CB0022.intermediate": sign["intermediate"],
        "CB0095.high": strength["high"],
        "CB0095.low": strength["low"],
    }
