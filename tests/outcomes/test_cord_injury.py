"""After injury: evoked rates of wide-dynamic-range neurons stay, spontaneous ones rise."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord.drive import patients_of
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.simulate_network import simulate_network
from causalgia.validation.cord.injury import SURVIVING, ECTOPIC_Hz

DURATION_ms, FROM_ms = 2300.0, 300.0
LANES = ("healthy, rest", "healthy, pinch", "injured, rest", "injured, pinch")


@pytest.fixture(scope="module")
def rates() -> dict[str, float]:
    """Discharge (Hz) of a wide-dynamic-range neuron."""
    network = dorsal_horn(1)
    healthy, injured = HornDrive(network), HornDrive(network, surviving=SURVIVING)
    background = healthy.background(DURATION_ms)
    ectopic = injured.ectopic(ECTOPIC_Hz, 0.0, DURATION_ms)
    drives = [
        background,
        together(background, healthy.skin("pinch", FROM_ms, DURATION_ms)),
        together(background, ectopic),
        together(background, ectopic, injured.skin("pinch", FROM_ms, DURATION_ms)),
    ]
    kcc2 = np.array([0.7 if lane.startswith("injured") else 1.0 for lane in LANES])
    run = simulate_network(
        network,
        patients_of(drives),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=len(LANES),
        modulation=modulation_of(CordHandles(kcc2=kcc2)),
    )
    return dict(zip(LANES, run.rate_Hz("wide_dynamic_range", FROM_ms + 200.0), strict=True))


def test_spontaneous_firing_rises(rates: dict[str, float]) -> None:
    assert rates["injured, rest"] > 2.0 * rates["healthy, rest"] + 1.0


def test_evoked_firing_stays(rates: dict[str, float]) -> None:
    ratio = rates["injured, pinch"] / rates["healthy, pinch"]
    assert 0.7 < ratio < 1.4
