"""Touch reaches lamina I only where inhibition has been lost, and no longer once it is back."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord.answers import responding
from causalgia.cord.drive import patients_of
from causalgia.cord.handles import CordHandles, modulation_of
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.modulation import Modulation
from causalgia.cord.simulate_network import simulate_network
from causalgia.validation.cord.injury import INJURED_KCC2

DURATION_ms, FROM_ms = 1500.0, 300.0

LANES = ("naive", "naive", "injured", "injured", "disinhibited")
STIMULI = ("brush", "pinch", "brush", "pinch", "brush")
SEEDS = (1, 2, 3)


def inhibited(left: np.ndarray, kcc2: np.ndarray) -> Modulation:
    """Health but for what is left of inhibition and of chloride transport, lane by lane."""
    lost = {"gaba_a": 1.0 - left, "glycine": 1.0 - left}
    return modulation_of(CordHandles(kcc2=kcc2, occupied=lost))


def run(seed: int):
    network = dorsal_horn(seed)
    drive = HornDrive(network, seed)
    background = drive.background(DURATION_ms)
    drives = [
        together(background, drive.skin(stimulus, FROM_ms, DURATION_ms)) for stimulus in STIMULI
    ]
    left = np.array([0.2 if lane == "disinhibited" else 1.0 for lane in LANES])
    return simulate_network(
        network,
        patients_of(drives),
        duration_ms=DURATION_ms,
        dt_ms=0.1,
        patients=len(LANES),
        modulation=inhibited(
            left, np.array([INJURED_KCC2 if lane == "injured" else 1.0 for lane in LANES])
        ),
    )


@pytest.fixture(scope="module")
def runs():
    """Brush and pinch in three circuits, naive, injured and disinhibited."""
    return [run(seed) for seed in SEEDS]


def rates(runs) -> np.ndarray:
    """Discharge (Hz) of lamina I [circuit, lane]."""
    return np.array([found.rate_Hz("lamina_i", FROM_ms + 200.0) for found in runs])


def test_brush_does_not_reach_lamina_i_in_health_and_pinch_does(runs) -> None:
    brushed, pinched = (rates(runs)[:, lane] for lane in (0, 1))
    assert (brushed < 1.5).all(), brushed
    assert (pinched > 5.0).all(), pinched


def test_brush_reaches_lamina_i_without_inhibition_or_kcc2(runs) -> None:
    naive, injured, disinhibited = (rates(runs)[:, lane] for lane in (0, 2, 4))
    assert (injured > 3.0 * naive + 0.5).all()
    assert (disinhibited > injured).all()


def test_as_many_lamina_i_neurons_are_nociceptive_specific_as_measured(runs) -> None:
    # CB0001: 79 % of naive neurons, here nearly all; CB0002: 58 % of those of injured animals
    # answer both.
    found = np.stack([responding(r, "lamina_i", FROM_ms + 200.0, DURATION_ms) for r in runs])
    naive = (found[..., 1] & ~found[..., 0]).sum() / found[..., 1].sum()
    both = (found[..., 3] & found[..., 2]).sum() / found[..., 3].sum()
    assert naive >= 0.70
    assert 0.45 <= both <= 0.70


def test_restoring_inhibition_or_kcc2_shuts_lamina_i_again() -> None:
    early, late, turned = (300.0, 1500.0), (12500.0, 13700.0), 1500.0
    network = dorsal_horn(1)
    drive = HornDrive(network)
    duration = late[1]
    touched = together(
        drive.background(duration), drive.skin("brush", *early), drive.skin("brush", *late)
    )

    def given(time_ms: float, _: object) -> Modulation:
        lost = time_ms < turned
        left = np.array([0.2 if lost else 1.0, 1.0])
        kcc2 = np.array([1.0, INJURED_KCC2 if lost else 1.0])
        return inhibited(left, kcc2)

    found = simulate_network(
        network,
        patients_of([touched] * 2),
        duration_ms=duration,
        dt_ms=0.1,
        patients=2,
        modulation=given,
    )
    before, after = (found.rate_Hz("lamina_i", begin + 200.0, end) for begin, end in (early, late))
    assert (before > 1.0).all(), before
    assert (after < 0.2 * before).all(), (before, after)
