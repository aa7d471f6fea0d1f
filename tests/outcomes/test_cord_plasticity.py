"""Potentiation of C-fiber synapses, and chloride that inhibition brings in."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord.assays import slice_of
from causalgia.cord.drive import patients_of
from causalgia.cord.horn import dorsal_horn, horn_potentiation
from causalgia.cord.horn_drive import HornDrive
from causalgia.cord.modulation import Modulation
from causalgia.cord.simulate_network import simulate_network

LANES = ("100 Hz", "2 Hz", "0.1 Hz", "heat", "100 Hz, no NMDA", "2 Hz, no NMDA")
DURATION_ms = 41000.0


@pytest.fixture(scope="module")
def grown() -> dict[str, np.ndarray]:
    """Strength of C-fiber synapses of lamina I neurons (fold) after 40 s, in a slice."""
    network = slice_of(dorsal_horn(1), "lamina_i", ("c",))
    drive = HornDrive(network)
    trains = {
        "100 Hz": np.concatenate([s + 10.0 * np.arange(100) for s in (1e3, 11e3, 21e3, 31e3)]),
        "2 Hz": 1e3 + 500.0 * np.arange(80),
        "0.1 Hz": 1e3 + 10e3 * np.arange(4),
    }
    shocks = {name: drive.volleys(onsets, ("c",)) for name, onsets in trains.items()}
    shocks["heat"] = drive.skin("heat", 1e3, DURATION_ms)
    blocked = np.array([0.0 if "no NMDA" in lane else 1.0 for lane in LANES])
    run = simulate_network(
        network,
        patients_of([shocks[lane.split(",")[0]] for lane in LANES]),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=len(LANES),
        modulation=Modulation(conductance={"nmda": blocked}),
        potentiation=horn_potentiation(),
    )
    strength = 1.0 + run.potentiated["lamina_i"]
    return dict(zip(LANES, strength.T, strict=True))


def test_c_strength_trains_potentiate(grown) -> None:
    # CB0095 (recalled): 150-190 % after 100 Hz.
    assert 1.5 <= grown["100 Hz"].mean() <= 1.9
    # 130-160 % after 2 Hz for 2 min; here a third of it.
    assert 1.05 <= grown["2 Hz"].mean() <= 1.6


def test_rare_shocks_do_not(grown) -> None:
    assert grown["0.1 Hz"].mean() < 1.02


def test_it_needs_nmda_receptors(grown) -> None:
    for name in ("100 Hz, no NMDA", "2 Hz, no NMDA"):
        assert (grown[name] < 1.001).all()


def test_lasting_inhibition_loads_neurons_with_chloride_the_more_the_less_kcc2() -> None:
    whole = dorsal_horn(1)
    network = slice_of(whole, "lamina_i", ("surround_a_beta", "surround"))
    kcc2, duration = np.array([1.0, 0.6, 0.35]), 30e3
    busy = HornDrive(network).column(50.0, 0.0, duration)
    run = simulate_network(
        network,
        patients_of([busy] * 3),
        duration_ms=duration,
        dt_ms=0.1,
        patients=3,
        modulation=Modulation(kcc2=kcc2, tonic_uS={("lamina_i", "ampa"): 4e-3}),
    )
    load = whole.population("lamina_i").chloride
    assert load is not None
    before, after = np.asarray(load.balance_mM(kcc2)), run.chloride_mM["lamina_i"].mean(axis=0)
    reversal = [np.asarray(load.reversal_mV(c)).round(1) for c in (before, after)]
    assert (np.diff(after - before) > 0.0).all(), (before, after)
    assert (reversal[1] > reversal[0]).all()
