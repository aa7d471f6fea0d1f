"""Reading an action potential, a recovery cycle and a train off what was recorded."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.biomarkers import (
    RecoveryCycle,
    current_threshold_nA,
    following_frequency_Hz,
    recovery_cycle,
    slowing_percent,
    spike_shape,
)
from causalgia.afferents.catalog import build
from causalgia.afferents.model import FiberModel

TIME = np.arange(0.0, 40.0, 0.05)


def triangle(peak_mV: float, half_ms: float) -> np.ndarray:
    """A spike from -60 mV that rises and falls in straight lines around 10 ms."""
    return -60.0 + (peak_mV + 60.0) * np.clip(1.0 - np.abs(TIME - 10.0) / half_ms, 0.0, 1.0)


def test_a_triangle_is_half_as_wide_halfway_up() -> None:
    shape = spike_shape(TIME, triangle(40.0, 2.0), -60.0)
    assert shape.peak_mV == pytest.approx(40.0)
    assert shape.amplitude_mV == pytest.approx(100.0)
    assert shape.width_ms == pytest.approx(2.0, rel=1e-6)
    assert shape.after_mV == pytest.approx(0.0)


def test_what_comes_after_a_spike_has_its_sign_and_time() -> None:
    below = triangle(40.0, 2.0) - 8.0 * np.exp(-(((TIME - 20.0) / 2.0) ** 2))
    shape = spike_shape(TIME, below, -60.0)
    assert shape.after_mV == pytest.approx(-8.0, abs=0.01)
    assert shape.after_ms == pytest.approx(10.0, abs=0.1)
    above = triangle(40.0, 2.0) + 5.0 * np.exp(-(((TIME - 20.0) / 2.0) ** 2))
    assert spike_shape(TIME, above, -60.0).after_mV == pytest.approx(5.0, abs=0.01)


def test_what_hardly_rises_is_no_spike() -> None:
    shape = spike_shape(TIME, triangle(-45.0, 2.0), -60.0)
    assert np.isnan([shape.peak_mV, shape.width_ms, shape.after_mV]).all()


def test_a_spike_cut_off_has_a_peak_and_no_width() -> None:
    shape = spike_shape(TIME, triangle(40.0, 2.0), -60.0, until_ms=10.5)
    assert shape.peak_mV == pytest.approx(40.0)
    assert np.isnan(shape.width_ms)


def test_slowing_is_relative_to_the_first_and_has_gaps() -> None:
    found = slowing_percent(np.array([10.0, 11.0, np.nan, 12.5]))
    np.testing.assert_allclose(found, [0.0, 10.0, np.nan, 25.0])


def test_a_recovery_cycle_has_its_phases() -> None:
    intervals = np.array([2.0, 5.0, 20.0, 50.0, 200.0])
    cycle = RecoveryCycle(intervals, np.array([np.nan, 30.0, -4.0, -1.0, 2.5]))
    assert cycle.refractory_ms == 2.0
    assert cycle.supernormality_percent == 4.0
    assert cycle.subnormality_percent == 2.5
    silent = RecoveryCycle(intervals, np.full(5, np.nan))
    assert np.isnan(silent.refractory_ms)


@pytest.fixture(scope="module")
def squid() -> FiberModel:
    """Rattay's fiber, quick and well known."""
    return build("rattay_1993", length=2000.0, compartment=20.0)


def test_a_threshold_is_where_a_spike_begins_to_arrive(squid: FiberModel) -> None:
    threshold = current_threshold_nA(squid, 0, 75, 1.0, 12.0)
    from causalgia.afferents.model import simulate_fiber
    from causalgia.cable.stimulus import Pulses

    amplitudes = np.array([[0.98, 1.02]]) * threshold
    run = simulate_fiber(
        squid,
        duration_ms=12.0,
        currents=[Pulses((0,), 0.0, 1.0, amplitudes)],
        spikes=(75,),
        batch=2,
    )
    assert run.spike_count()[0].tolist() == [0, 1]


def test_a_second_spike_fails_early_and_is_itself_late(squid: FiberModel) -> None:
    threshold = current_threshold_nA(squid, 0, 75, 0.5, 12.0)
    cycle = recovery_cycle(
        squid, 0, (25, 75), 1.5 * threshold, 0.5, 2.0, (1.0, 1.5, 4.0, 8.0, 30.0)
    )
    assert 1.0 <= cycle.refractory_ms < 8.0
    assert abs(cycle.change_percent[-1]) < 1.0
    followed = following_frequency_Hz(
        squid, 0, (25, 75), 1.5 * threshold, 0.5, 2.0, (50.0, 100.0, 1500.0)
    )
    assert followed == 100.0
