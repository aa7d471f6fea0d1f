"""The fibers of Thio 2024 against PyFibers 0.13 (NEURON 9.0.2).

601 compartments of 8.333 um, 1 um thick, 37 degC, 5 us, backward Euler, sealed ends. PyFibers'
own start, 200 ms in steps of 5 ms, leaves the cutaneous fiber 0.2 mV below its rest, which lowers
its thresholds by 1 % (pulses of 1 ms) to 2 % (5 ms): the reference was started in steps of 0.05 ms.
"""

from __future__ import annotations

import pytest

from causalgia.afferents.presets.thio_2024 import thio_2024
from causalgia.errors import InputError

CUTANEOUS_mA = {0.2: 0.19231, 1.0: 0.065455, 5.0: 0.058562}
CUTANEOUS_m_per_s = 1.0164
CUTANEOUS_PEAK_mV = 45.93
CUTANEOUS_WIDTH_ms = 0.3288

AUTONOMIC_mA = {0.2: 0.168738, 1.0: 0.045390, 5.0: 0.018418}
AUTONOMIC_m_per_s = 1.02336
AUTONOMIC_PEAK_mV = 62.81
AUTONOMIC_WIDTH_ms = 1.6798


@pytest.fixture(scope="module")
def cutaneous(measure):
    return measure(thio_2024("cutaneous"), CUTANEOUS_mA, 5.5)


@pytest.fixture(scope="module")
def autonomic(measure):
    return measure(thio_2024("autonomic"), AUTONOMIC_mA, 12.0)


def test_the_thresholds_of_the_cutaneous_fiber_are_those_of_neuron(cutaneous):
    assert cutaneous.fired == dict.fromkeys(CUTANEOUS_mA, (False, True))


def test_the_spike_of_the_cutaneous_fiber_is_that_of_neuron(cutaneous):
    assert cutaneous.velocity_m_per_s == pytest.approx(CUTANEOUS_m_per_s, rel=0.01)
    assert cutaneous.peak_mV == pytest.approx(CUTANEOUS_PEAK_mV, abs=0.3)
    assert cutaneous.width_ms == pytest.approx(CUTANEOUS_WIDTH_ms, rel=0.03)


def test_the_thresholds_of_the_autonomic_fiber_are_those_of_neuron(autonomic):
    assert autonomic.fired == dict.fromkeys(AUTONOMIC_mA, (False, True))


def test_the_spike_of_the_autonomic_fiber_is_that_of_neuron(autonomic):
    assert autonomic.velocity_m_per_s == pytest.approx(AUTONOMIC_m_per_s, rel=0.01)
    assert autonomic.peak_mV == pytest.approx(AUTONOMIC_PEAK_mV, abs=0.3)
    assert autonomic.width_ms == pytest.approx(AUTONOMIC_WIDTH_ms, rel=0.01)


def test_both_stay_at_rest(cutaneous, autonomic):
    assert cutaneous.drifted_mV < 0.01
    assert autonomic.drifted_mV < 0.01


def test_another_innervation_is_refused():
    with pytest.raises(InputError, match="innervation is 'visceral'"):
        thio_2024("visceral")
