"""Dorsal column stimulation, from the electrode to the answer of wide-dynamic-range neurons."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from causalgia.afferents.neurostimulation.bundle import dorsal_column
from causalgia.afferents.neurostimulation.collateral import ending_trains
from causalgia.afferents.neurostimulation.program import Program, kilohertz, tonic
from causalgia.afferents.neurostimulation.recruitment import Exposure, expose, recruitment
from causalgia.afferents.neurostimulation.tissue import cord_tissue, plate
from causalgia.afferents.neurostimulation.trains import stimulated_trains
from causalgia.cord.answers import answers
from causalgia.cord.drive import Fired, patients_of
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.simulate_network import simulate_network

ONSETS_ms = 500.0 + 1005.0 * np.arange(4)
"""Each a quarter of the period of 50 Hz later in it, so that no phase of it decides."""
DURATION_ms = 4500.0
LARGE = "a_beta_large"


@pytest.fixture(scope="module")
def exposed() -> Exposure:
    column = dorsal_column((50.0,), (0.0,), fluid_um=1000.0, nodes=19)
    return expose(column, plate(0.0, 1.0) + plate(8000.0, -1.0), cord_tissue(1000.0))


@pytest.fixture(scope="module")
def felt_mA(exposed: Exposure) -> float:
    return recruitment(exposed, tonic(50.0).pulse).amplitude_mA(0.1, LARGE)


def collaterals(exposed: Exposure, program: Program, amplitude_mA: float) -> Mapping[str, Fired]:
    """What gets to the endings of touch fibers whose branches in the column are large."""
    trains = stimulated_trains(
        exposed, program, amplitude_mA, duration_ms=DURATION_ms, distance_mm=20.0, window_ms=40.0
    )
    arrived = ending_trains(trains, program, duration_ms=DURATION_ms)
    times = arrived.events_ms(20, LARGE)
    each = Fired(np.concatenate(times), np.repeat(np.arange(20), [t.size for t in times]))
    return {"a_beta": each, "surround_a_beta": each}


@pytest.fixture(scope="module")
def programs(exposed: Exposure, felt_mA: float) -> dict[str, Mapping[str, Fired]]:
    asked = {
        "none": (tonic(50.0), 0.0),
        "50 Hz": (tonic(50.0, 0.2), 1.4),
        "1 kHz": (kilohertz(1000.0, 0.2), 0.8),
        "1 kHz, felt": (kilohertz(1000.0, 0.2), 1.4),
        "10 kHz": (kilohertz(10000.0), 0.8),
    }
    return {
        name: collaterals(exposed, program, fraction * felt_mA)
        for name, (program, fraction) in asked.items()
    }


@pytest.fixture(scope="module")
def evoked(programs: Mapping[str, Mapping[str, Fired]]) -> dict[str, float]:
    """Spikes that four C-strength volleys evoke in a wide-dynamic-range neuron, less those without.

    By program; "blocked" is without GABA-A receptors.
    """
    network = dorsal_horn(1)
    drive = HornDrive(network)
    background, volleys = drive.background(DURATION_ms), drive.volleys(ONSETS_ms)
    lanes = [(name, blocked) for name in ("none", "50 Hz") for blocked in (False, True)]
    lanes += [("1 kHz", False), ("1 kHz, felt", False), ("10 kHz", False)]
    drives, labels = [], []
    for name, blocked in lanes:
        column = programs[name]
        for shocked in (True, False):
            drives.append(together(background, column, volleys if shocked else {}))
            labels.append((name, blocked, shocked))
    taken = np.array([float(blocked) for _, blocked, _ in labels])
    run = simulate_network(
        network,
        patients_of(drives),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=len(drives),
        modulation=modulation_of(CordHandles(occupied={"gaba_a": taken})),
    )
    counts = answers(run, "wide_dynamic_range", ONSETS_ms).sum(axis=0)
    found = dict(zip(labels, counts, strict=True))
    return {
        f"{name}, blocked" if blocked else name: float(
            found[name, blocked, True] - found[name, blocked, False]
        )
        for name, blocked in lanes
    }


def test_50_hz_cuts_the_c_response_by_a_third(evoked: dict[str, float]) -> None:
    # CB0006-CB0008: 228.1 to 147.4 spikes, -35 % (rat, injured); the surround's weights were set
    # by it.
    assert 0.25 < 1.0 - evoked["50 Hz"] / evoked["none"] < 0.45


def test_a_kilohertz_below_what_is_felt_does_not(evoked: dict[str, float]) -> None:
    # CB0007: no significant effect of 1 kHz.
    assert abs(1.0 - evoked["1 kHz"] / evoked["none"]) < 0.1


def test_10_khz_is_not_felt(programs, evoked: dict[str, float]) -> None:
    assert all(fired.time_ms.size == 0 for fired in programs["10 kHz"].values())
    assert programs["50 Hz"]["a_beta"].time_ms.size > 0
    # So that whatever relief it gives does not come by way of this circuit's touch fibers.
    assert evoked["10 kHz"] == evoked["none"]


def cut_left_by_gaba_block(evoked: dict[str, float]) -> float:
    """The share of the cut that is left without GABA-A receptors."""
    intact = 1.0 - evoked["50 Hz"] / evoked["none"]
    blocked = 1.0 - evoked["50 Hz, blocked"] / evoked["none, blocked"]
    return blocked / intact


def test_gaba_block_takes_half_of_the_effect_away(evoked: dict[str, float]) -> None:
    assert cut_left_by_gaba_block(evoked) < 0.5


@pytest.mark.xfail(strict=True, reason="glycine from parvalbumin cells keeps up four tenths of it")
def test_gaba_block_abolishes_the_effect(evoked: dict[str, float]) -> None:
    # CB0077: bicuculline or phaclofen abolishes it.
    assert cut_left_by_gaba_block(evoked) < 0.1
