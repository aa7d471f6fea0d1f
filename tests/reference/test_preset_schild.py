"""The fibers of Schild 1994 and 1997 against PyFibers 0.13 (NEURON 9.0.2).

601 compartments of 8.333 um, 1 um thick, 37 degC, 5 us, backward Euler, passive end nodes. The
reference of 1994 had 200 ms to come to rest; that of 1997, whose calcium is slower, 20 s.
"""

from __future__ import annotations

import jax
import numpy as np
import pytest

from causalgia.afferents.model import simulate_fiber
from causalgia.afferents.presets.schild_1994 import calmodulin, schild_1994
from causalgia.afferents.presets.schild_1997 import schild_1997
from causalgia.cable.stimulus import Pulses

REST_1994_mV = -46.4589
THRESHOLD_1994_mA = {0.2: 0.410889, 1.0: 0.110949, 5.0: 0.050542}
VELOCITY_1994_m_per_s = 0.5109
PEAK_1994_mV = 50.89
WIDTH_1994_ms = 3.347

REST_1997_mV = -68.4878
CALCIUM_1997_mM = 0.0032731
THRESHOLD_1997_mA = {0.2: 0.9100, 1.0: 0.24252, 5.0: 0.109904}
VELOCITY_1997_m_per_s = 0.28650
PEAK_1997_mV = 63.62
WIDTH_1997_ms = 3.827


@pytest.fixture(scope="module")
def of_1994(measure):
    return measure(schild_1994(passive_ends=True), THRESHOLD_1994_mA, 11.0)


@pytest.fixture(scope="module")
def of_1997(measure):
    return measure(schild_1997(passive_ends=True), THRESHOLD_1997_mA, 14.0)


def test_the_thresholds_of_1994_are_those_of_neuron(of_1994):
    assert of_1994.fired == dict.fromkeys(THRESHOLD_1994_mA, (False, True))


def test_the_spike_of_1994_is_that_of_neuron(of_1994):
    assert of_1994.velocity_m_per_s == pytest.approx(VELOCITY_1994_m_per_s, rel=0.01)
    assert of_1994.peak_mV == pytest.approx(PEAK_1994_mV, abs=0.3)
    assert of_1994.width_ms == pytest.approx(WIDTH_1994_ms, rel=0.01)


def test_the_thresholds_of_1997_are_those_of_neuron(of_1997):
    assert of_1997.fired == dict.fromkeys(THRESHOLD_1997_mA, (False, True))


def test_the_spike_of_1997_is_that_of_neuron(of_1997):
    assert of_1997.velocity_m_per_s == pytest.approx(VELOCITY_1997_m_per_s, rel=0.01)
    assert of_1997.peak_mV == pytest.approx(PEAK_1997_mV, abs=0.3)
    assert of_1997.width_ms == pytest.approx(WIDTH_1997_ms, rel=0.01)


def test_both_rest_where_those_of_neuron_come_to_rest(of_1994, of_1997):
    fiber = schild_1997()
    (calcium,) = (ion for ion in fiber.membrane.ions if ion.name == "calcium")

    assert schild_1994().initial_mV == pytest.approx(REST_1994_mV, abs=0.01)
    assert fiber.initial_mV == pytest.approx(REST_1997_mV, abs=0.01)
    assert calcium.inside.initial_mM == pytest.approx(CALCIUM_1997_mM, rel=0.001)
    assert of_1994.drifted_mV < 0.01
    assert of_1997.drifted_mV < 0.01


def test_a_buffer_comes_to_what_its_rates_balance_at():
    buffer = calmodulin()
    concentration_mM = 4e-4
    with jax.enable_x64(True):
        taken = np.float64(0.0)
        for _ in range(1000):
            taken = buffer.advance(taken, np.float64(concentration_mM), 0.1)

    binding = 100.0 * concentration_mM
    assert float(taken) + buffer.initial_taken == pytest.approx(binding / (binding + 0.238))
    assert buffer.steady(concentration_mM) == pytest.approx(binding / (binding + 0.238))


def test_calcium_inside_never_runs_below_nothing():
    # far above the reversal potential of this model's calcium, its current empties the fiber
    fiber = schild_1997(length_um=20.0)
    recording = simulate_fiber(
        fiber,
        duration_ms=5.0,
        currents=[Pulses((0,), 0.0, 5.0, 5.0)],
        concentrations=(0,),
        voltage=(0,),
    )

    inside_mM = recording.concentration_mM["calcium", "inside"][:, 0, 0]
    assert recording.voltage_mV[:, 0, 0].max() > 100.0
    assert 0.0 < inside_mM.min() < 1e-6
