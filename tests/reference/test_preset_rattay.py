"""The fiber of Rattay 1993 against PyFibers 0.13 (NEURON 9.0.2), its rate tables turned off.

601 compartments of 8.333 um, 1 um thick, 37 degC, 5 us, backward Euler, passive end nodes.
"""

from __future__ import annotations

import pytest

from causalgia.afferents.presets.rattay_1993 import rattay_1993
from causalgia.errors import InputError

REST_mV = -69.99972
THRESHOLD_mA = {0.2: 0.23100, 1.0: 0.09408, 5.0: 0.09341}
VELOCITY_m_per_s = 0.62881
PEAK_mV = -5.17
WIDTH_ms = 0.2558


@pytest.fixture(scope="module")
def found(measure):
    return measure(rattay_1993(passive_ends=True), THRESHOLD_mA, 6.0)


def test_its_thresholds_are_those_of_neuron(found):
    assert found.fired == dict.fromkeys(THRESHOLD_mA, (False, True))


def test_its_spike_is_that_of_neuron(found):
    assert found.velocity_m_per_s == pytest.approx(VELOCITY_m_per_s, rel=0.01)
    assert found.peak_mV == pytest.approx(PEAK_mV, abs=0.3)
    assert found.width_ms == pytest.approx(WIDTH_ms, abs=0.01)


def test_it_rests_where_that_of_neuron_does(found):
    assert rattay_1993().initial_mV == pytest.approx(REST_mV, abs=0.001)
    assert found.drifted_mV < 0.001


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("diameter_um", 0.0),
        ("length_um", float("nan")),
        ("length_um", 10.0),
        ("compartment_um", -1.0),
        ("temperature_degC", 60.0),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(field, value):
    with pytest.raises(InputError, match=f"{field} is {value}"):
        rattay_1993(**{field: value})


def test_passive_ends_carry_no_channels_and_hardly_touch_their_neighbors():
    fiber = rattay_1993(length_um=100.0, passive_ends=True)
    last = fiber.cable.size - 1

    assert fiber.cable.size % 2 == 1
    assert fiber.active == tuple(range(1, last))
    assert fiber.cable.axial_mS[[1, last]].max() < 1e-6 * fiber.cable.axial_mS[2]
