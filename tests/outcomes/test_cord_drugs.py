"""Each drug target moves its own synapse, the more the more of it is occupied."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord.answers import answers
from causalgia.cord.assays import evoked_potential_mV, inhibitory_potential_mV
from causalgia.cord.drive import patients_of
from causalgia.cord.handles import TARGETS, CordHandles, modulation_of
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.simulate_network import simulate_network

OCCUPIED = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
C_INPUT = {
    "alpha2delta": -1,
    "n_type_calcium": -1,
    "mu_opioid": -1,
    "alpha2": -1,
    "gaba_b": -1,
    "noradrenaline_transporter": -1,
    "serotonin_transporter": 1,
    "ht3": -1,
}
"""Targets on C terminals, or on what C fibers open, and which way they move the potential."""

INHIBITION = {"gaba_a_modulator": 1, "gaba_a": -1, "glycine": -1, "kcc2": 1}
CIRCUIT = {"nmda": -1, "nk1": -1}


def doses(targets: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Occupancies with every target at every dose, one after the other."""
    size = OCCUPIED.size
    made = {name: np.zeros(size * len(targets)) for name in targets}
    for index, name in enumerate(targets):
        made[name][index * size : (index + 1) * size] = OCCUPIED
    return made


def by_target(targets: tuple[str, ...], values: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip(targets, values.reshape(len(targets), OCCUPIED.size), strict=True))


@pytest.fixture(scope="module")
def released() -> dict[str, dict[str, np.ndarray]]:
    """Potentials (mV) that a fiber of each class evokes, by target and occupancy."""
    targets = tuple(C_INPUT)
    # 5-HT3 block takes away what serotonin adds, so that there must be some.
    serotonin = np.where(np.repeat([t == "ht3" for t in targets], OCCUPIED.size), 2.0, 1.0)
    handles = CordHandles(serotonin=serotonin, occupied=doses(targets))
    network, patients = dorsal_horn(1), OCCUPIED.size * len(targets)
    pairs = {"c": "lamina_i", "a_delta": "lamina_i", "a_beta": "wide_dynamic_range"}
    return {
        afferent: by_target(
            targets, evoked_potential_mV(network, afferent, target, handles, patients)
        )
        for afferent, target in pairs.items()
    }


@pytest.mark.parametrize("target", C_INPUT)
def test_target_moves_the_c_fiber_synapse(target: str, released) -> None:
    potentials = released["c"][target]
    assert (np.sign(np.diff(potentials)) == C_INPUT[target]).all(), potentials / potentials[0]


def test_opioids_take_as_much_release_as_measured_and_spare_touch(released) -> None:
    # CB0107 (recalled): DAMGO takes 60-70 % of C and 40-50 % of A-delta currents.
    lost = {name: 1.0 - p["mu_opioid"][-1] / p["mu_opioid"][0] for name, p in released.items()}
    assert 0.60 <= lost["c"] <= 0.70
    assert 0.40 <= lost["a_delta"] <= 0.50
    assert abs(lost["a_beta"]) < 0.01


@pytest.fixture(scope="module")
def inhibited() -> dict[str, np.ndarray]:
    """Potentials (mV) of inhibition in lamina I, by target and occupancy."""
    targets = tuple(INHIBITION)
    kcc2 = np.where(np.repeat([t == "kcc2" for t in targets], OCCUPIED.size), 0.35, 1.0)
    handles = CordHandles(kcc2=kcc2, occupied=doses(targets))
    moved = inhibitory_potential_mV(dorsal_horn(1), handles, OCCUPIED.size * len(targets))
    return by_target(targets, moved)


@pytest.mark.parametrize("target", INHIBITION)
def test_target_moves_inhibition(target: str, inhibited) -> None:
    # Inhibition is a fall, so that more of it is less voltage.
    moved = inhibited[target]
    assert (np.sign(np.diff(-moved)) == INHIBITION[target]).all(), moved


ONSETS_ms = 300.0 + 500.0 * np.arange(4)
DURATION_ms = 2300.0


@pytest.fixture(scope="module")
def volleyed():
    """Four volleys at 2 Hz under five occupancies of four targets."""
    targets = ("nmda", "nk1", "mu_opioid", "alpha2delta")
    network = dorsal_horn(1)
    drive = HornDrive(network)
    background = drive.background(DURATION_ms)
    shocked = together(background, drive.volleys(ONSETS_ms))
    patients = OCCUPIED.size * len(targets)
    run = simulate_network(
        network,
        patients_of([shocked] * patients),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=patients,
        modulation=modulation_of(CordHandles(occupied=doses(targets))),
    )

    def found(window: tuple[float, float]) -> dict[str, np.ndarray]:
        counts = answers(run, "wide_dynamic_range", ONSETS_ms, window).sum(axis=0)
        return by_target(targets, counts)

    return {"c": found((50.0, 500.0)), "a_beta": found((0.0, 20.0))}


@pytest.mark.parametrize("target", CIRCUIT)
def test_target_lowers_the_response_to_c_fibers(target: str, volleyed) -> None:
    counts = volleyed["c"][target]
    assert np.diff(counts).max() <= 0.05 * counts[0], counts
    assert counts[-1] < 0.9 * counts[0]


def test_morphine_cuts_c_responses_and_spares_touch(volleyed) -> None:
    # CB0094 (recalled): 50-80 % of the C-evoked response, the A-beta response spared.
    c, a_beta = (volleyed[name]["mu_opioid"] for name in ("c", "a_beta"))
    assert (np.diff(c) < 0.0).all(), c
    assert any(0.5 <= 1.0 - left / c[0] <= 0.8 for left in c[1:]), c
    assert a_beta[-1] > 0.7 * a_beta[0]


def test_gabapentinoids_cut_evoked_more_than_spontaneous_firing() -> None:
    # CB0062: pregabalin inhibits evoked responses but not spontaneous ones (thalamus, rat).
    network, duration = dorsal_horn(1), 2300.0
    drive = HornDrive(network)
    background = drive.background(duration)
    ectopic = together(background, drive.ectopic({"a_beta": 4.0, "a_delta": 1.0}, 0.0, duration))
    evoked = together(ectopic, drive.skin("heat", 300.0, duration))
    run = simulate_network(
        network,
        patients_of([ectopic, evoked] * 2),
        duration_ms=duration,
        dt_ms=0.1,
        patients=4,
        modulation=modulation_of(
            CordHandles(alpha2delta=1.5, occupied={"alpha2delta": np.array([0.0, 0.0, 0.9, 0.9])})
        ),
    )
    wide, specific = (
        run.rate_Hz(name, 500.0).reshape(2, 2) for name in ("wide_dynamic_range", "lamina_i")
    )
    spontaneous, added = wide[1] / wide[0]
    assert spontaneous > 0.9
    assert added < spontaneous
    assert specific[1, 1] < 0.8 * specific[0, 1]


def test_every_target_is_held_to_something() -> None:
    assert set(TARGETS) == {*C_INPUT, *INHIBITION, *CIRCUIT}
