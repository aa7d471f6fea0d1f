"""The library's own C-fibers: rest, velocity, and what bad recipes are told."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.c_classes import (
    C_CLASSES,
    CRecipe,
    c_cold,
    c_fiber_model,
    c_lanes,
    c_polymodal,
    c_recipe,
    c_silent,
    c_touch,
)
from causalgia.afferents.model import simulate_fiber
from causalgia.afferents.slowing import (
    conduction_velocity_m_per_s,
    latency_change_percent,
    low_frequency_train_ms,
    regular_train_ms,
)
from causalgia.errors import InputError
from causalgia.evidence import parameter


@pytest.fixture(scope="module")
def classes():
    return c_lanes([c_recipe(name) for name in C_CLASSES], 5000.0, 50)


def test_builders_make_the_class_they_name() -> None:
    for build, name in zip((c_polymodal, c_silent, c_cold, c_touch), C_CLASSES, strict=True):
        assert build(1000.0, 10).name == name


def test_every_class_stays_at_rest_by_itself(classes) -> None:
    run = simulate_fiber(
        classes, duration_ms=500.0, dt_ms=0.05, voltage=(25,), spikes=(25,), batch=4
    )
    assert run.voltage_mV[-1, 0] == pytest.approx(np.full(4, classes.initial_mV), abs=0.05)
    assert run.spike_count().sum() == 0


def test_human_c_fibers_conduct_at_0_6_to_1_4_m_per_s(classes) -> None:
    velocity = conduction_velocity_m_per_s(classes)
    low, high = (parameter(f"nordin_1990/{x}_velocity").value for x in ("slowest", "fastest"))
    assert (velocity > low).all() and (velocity < high).all()
    polymodal = parameter("van_hees_1981/polymodal_velocity")
    assert velocity[0] == pytest.approx(polymodal.value, abs=polymodal.uncertainty)
    assert velocity[1] < velocity[0]


def test_a_second_spike_is_refractory_soon_and_the_fiber_recovers() -> None:
    model = c_fiber_model(c_recipe("c_polymodal"), 5000.0, 50)
    change = latency_change_percent(model, np.array([3.0, 8.0, 15.0, 400.0]), dt_ms=0.025)
    assert np.isnan(change[0]) or change[0] > 5.0
    assert change[1] > change[2]
    assert abs(change[3]) < 5.0


def test_trains_are_those_of_the_protocols() -> None:
    assert regular_train_ms(2.0, 180.0).size == 361
    assert np.diff(low_frequency_train_ms())[[0, 30, 69]] == pytest.approx([8e3, 4e3, 2e3])
    with pytest.raises(InputError, match="rate_Hz is -1"):
        regular_train_ms(-1.0, 1.0)


def test_bad_recipes_are_told_what_is_wrong() -> None:
    with pytest.raises(InputError, match="c_polymodal"):
        c_recipe("c_polymodale")
    with pytest.raises(InputError, match="no channel 'nav1_2'"):
        c_fiber_model(CRecipe("mine", 1.0, {"nav1_2": 1.0}))
    with pytest.raises(InputError, match="negative leak"):
        c_fiber_model(CRecipe("mine", 1.0, {"hcn": 8.0}))
    with pytest.raises(InputError, match="recipes is empty"):
        c_lanes([])
