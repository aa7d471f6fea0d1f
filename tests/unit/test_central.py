"""The loop between cord and brain."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.brain.descending import release, start
from causalgia.cord.drive import patients_of
from causalgia.cord.handles import CordHandles
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive
from causalgia.errors import InputError
from causalgia.pathway.central import Central, central, conditioned, horn_descending

WINDOWS = {"rest": (0.0, 100.0), "later": (100.0, 200.0)}


@pytest.fixture(scope="module")
def found() -> Central:
    """Two patients at rest, one of whom hears of pain elsewhere and has a generator."""
    network = dorsal_horn(1)
    background = HornDrive(network).background(200.0)
    return central(
        network,
        patients_of([background] * 2),
        CordHandles(kcc2=np.array([1.0, 0.2])),
        duration_ms=200.0,
        windows=WINDOWS,
        patients=2,
        elsewhere_Hz=np.array([0.0, 30.0]),
        generator_Hz=np.array([0.0, 20.0]),
    )


def test_the_loop_turns_every_50_ms_from_the_start(found: Central) -> None:
    assert found.time_ms.tolist() == [0.0, 50.0, 100.0, 150.0, 200.0]
    for tone in found.tones.values():
        assert tone.shape == (5, 2)
        assert tone[0] == pytest.approx([1.0, 1.0])


def test_a_run_starts_with_the_chloride_of_its_handles(found: Central) -> None:
    chloride = found.discharge.chloride_mM["lamina_i"].mean(axis=0)
    assert chloride[1] > 2.0 * chloride[0]


def test_pain_elsewhere_sets_noradrenaline_free(found: Central) -> None:
    noradrenaline = found.tones["noradrenaline"]
    assert (np.diff(noradrenaline[:, 1]) > 0.0).all()
    assert noradrenaline[-1, 1] > noradrenaline[-1, 0]


def test_a_generator_hurts_without_any_discharge(found: Central) -> None:
    assert found.projection_Hz("later")[0] == 0.0
    assert found.pain("later")[0] == pytest.approx(0.0, abs=0.05)
    assert found.pain("rest")[1] > 2.0


def test_a_percept_has_ongoing_and_evoked_pain_and_qualities(found: Central) -> None:
    aching = [np.arange(5.0, 200.0, 40.0)] * 3
    felt = found.percept(1, {"c": aching})
    assert felt.ongoing == pytest.approx(found.pain("rest")[1])
    assert set(felt.evoked) == {"later"}
    assert felt.qualities["burning"] > 0.5


def test_words_name_every_window_and_the_generator(found: Central) -> None:
    assert found.describe(0).startswith("rest: pain 0.0 of 10 (lamina I 0.0 Hz")
    assert "Generator in the brain: 20.0 Hz." in found.describe(1)
    assert "noradrenaline" in found.describe(1)


def test_conditioning_raises_the_tone_with_the_capacity() -> None:
    settings = horn_descending(noradrenergic_inhibition=np.array([1.0, 0.2]))
    during, never, rest = (
        np.asarray(release(state)["noradrenaline"])
        for state in (
            conditioned(15.0, settings, 2),
            conditioned(0.0, settings, 2),
            start(2, settings),
        )
    )
    assert during[0] > 1.5
    assert during[1] == pytest.approx(0.2 * during[0], rel=1e-5)
    assert never == pytest.approx(rest)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"windows": {"late": (0.0, 300.0)}}, "window 'late' goes from 0 to 300 ms"),
        ({"elsewhere_Hz": -1.0}, "elsewhere_Hz is -1.0, must be 0 or more"),
        ({"generator_Hz": np.nan}, "generator_Hz is nan"),
    ],
)
def test_bad_input_is_one_clear_line(given: dict, message: str) -> None:
    asked = {"windows": WINDOWS, **given}
    with pytest.raises(InputError, match=message):
        central(dorsal_horn(1), {}, duration_ms=200.0, **asked)


def test_a_window_that_is_not_there_is_refused(found: Central) -> None:
    with pytest.raises(InputError, match="window is 'heat', must be one of rest, later"):
        found.pain("heat")
