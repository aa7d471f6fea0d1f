"""Activity slows C-fibers by class: the pump and Nav1.8 tell nociceptor, cold and touch apart."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.c_classes import C_CLASSES, c_lanes, c_recipe
from causalgia.afferents.slowing import regular_train_ms, respond_to_train
from causalgia.evidence import parameter


@pytest.fixture(scope="module")
def response():
    """All classes through 3 min at 2 Hz."""
    fibers = c_lanes([c_recipe(name) for name in C_CLASSES], 3000.0, 30)
    return respond_to_train(fibers, regular_train_ms(2.0, 180.0))


def test_three_types_slow_by_28_5_and_1_percent(response) -> None:
    # Fitted to these means (scripts/fit_c_classes.py); held here on a fiber of another length.
    slowing = dict(zip(C_CLASSES, response.slowing_percent[-1], strict=True))
    for name, key in (
        ("c_polymodal", "nociceptor_slowing"),
        ("c_silent", "nociceptor_slowing"),
        ("c_cold", "cold_slowing"),
        ("c_touch", "touch_slowing"),
    ):
        measured = parameter(f"serra_1999/{key}")
        assert slowing[name] == pytest.approx(measured.value, abs=2 * measured.uncertainty)
    assert slowing["c_touch"] < slowing["c_cold"] < slowing["c_polymodal"] < slowing["c_silent"]


def test_every_pulse_is_carried_at_2_hz(response) -> None:
    assert response.failed == pytest.approx(0.0)


def test_slowing_follows_the_sodium_that_activity_brings_in(response) -> None:
    # The reason, unplugged in no class: the more sodium stays in, the slower the fiber.
    gained = response.sodium_mM[-1] - response.sodium_mM[0]
    assert (
        np.argsort(gained)[::-1].tolist() == np.argsort(response.slowing_percent[-1])[::-1].tolist()
    )
