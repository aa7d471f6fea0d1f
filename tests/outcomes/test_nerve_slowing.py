"""Activity slows C-fibers by class: the pump and Nav1.8 tell nociceptor, cold and touch apart."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.c_classes import C_CLASSES, c_fiber_model, c_lanes, c_recipe
from causalgia.afferents.population import draw_c_class
from causalgia.afferents.slowing import (
    latency_change_percent,
    regular_train_ms,
    respond_to_train,
)
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


@pytest.mark.parametrize("name", ["c_polymodal", "c_silent"])
def test_nociceptors_are_refractory_then_supernormal_then_subnormal(name: str) -> None:
    # Relative refractory for 4-24 ms, then supernormal, slower for half a second and more
    # (Bostock 2003): nothing was fitted to it.
    change = latency_change_percent(
        c_fiber_model(c_recipe(name), 4000.0, 80),
        np.array([4.0, 10.0, 30.0, 80.0, 400.0]),
        dt_ms=0.025,
    )
    assert change[0] > change[1] > 5.0
    assert -12.0 < change[2] < -2.0
    assert 2.0 < change[3] < 12.0
    assert abs(change[4]) < 3.0


def test_some_nociceptors_lose_spikes_at_4_hz_and_no_touch_fiber_does() -> None:
    # 58 % of nociceptors and none of the others (Serra 1999); here a fourth of them
    share = {}
    for name in ("c_polymodal", "c_touch"):
        fibers = c_lanes(draw_c_class(name, 24, 0), 3000.0, 30)
        found = respond_to_train(fibers, regular_train_ms(4.0, 180.0))
        share[name] = np.mean(found.failed > 0)
    assert share["c_polymodal"] > 0.15
    assert share["c_touch"] == 0.0
