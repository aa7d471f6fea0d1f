"""The C-fiber neuron of Sundt 2015 against NEURON: 0.2 nA for 1 ms at a fifth of its axon."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.presets.sundt_2015 import sundt_2015
from causalgia.cable import Recording
from causalgia.cable.stimulus import Pulses

PLACES = (
    ("peripheral", 50),
    ("peripheral", 95),
    ("peripheral_junction", 0),
    ("soma", 0),
    ("central", 20),
    ("central", 80),
)


def sites(fiber: FiberModel) -> list[int]:
    return [int(fiber.cable.section[name][index]) for name, index in PLACES]


def pulses(fiber: FiberModel, period_ms: float = 1e9, count: int = 1) -> Pulses:
    site = int(fiber.cable.section["peripheral"][20])
    return Pulses((site,), 5.0, 1.0, 0.2, period_ms, float(count))


@cache
def spike(dt_ms: float) -> Recording:
    fiber = sundt_2015()
    return simulate_fiber(
        fiber,
        duration_ms=35.0,
        dt_ms=dt_ms,
        currents=[pulses(fiber)],
        voltage=sites(fiber),
        spikes=sites(fiber),
        every_ms=0.1,
        precision="float64",
    )


def test_rests_at_60_mV_everywhere() -> None:
    fiber = sundt_2015()
    recording = simulate_fiber(fiber, duration_ms=50.0, dt_ms=0.025, precision="float64")
    real = fiber.cable.area_cm2 > 0
    assert recording.final_voltage_mV[real, 0] == pytest.approx(-60.0, abs=1e-3)


def test_arrival_times_along_the_neuron() -> None:
    times = [float(spike(0.025).spike_times_ms(site, 0)[0]) + 45.0 for site in range(6)]
    # places and times of the reference lie on its grids of compartments and of 0.025 ms
    assert times == pytest.approx([54.300, 59.875, 60.450, 61.725, 65.075, 75.975], abs=0.03)


@pytest.mark.parametrize(
    ("dt_ms", "peripheral", "central"),
    [(0.025, 0.4036, 0.2752), (0.0125, 0.4082, 0.2784), (0.00625, 0.4100, 0.2796)],
)
def test_velocity_at_each_step(dt_ms: float, peripheral: float, central: float) -> None:
    times = [float(spike(dt_ms).spike_times_ms(site, 0)[0]) for site in range(6)]
    assert 2.25 / (times[1] - times[0]) == pytest.approx(peripheral, rel=0.004)
    assert 3.0 / (times[5] - times[4]) == pytest.approx(central, rel=0.004)


@pytest.mark.parametrize(
    ("m_current", "arrived"), [(0.0, 21), (2e-4, 21), (4e-4, 16), (8e-4, 14), (1e-3, 14)]
)
def test_m_current_makes_the_junction_fail_at_50_Hz(m_current: float, arrived: int) -> None:
    fiber = sundt_2015(m_current)
    recording = simulate_fiber(
        fiber,
        duration_ms=460.0,
        dt_ms=0.025,
        currents=[pulses(fiber, 20.0, 21)],
        spikes=sites(fiber)[-1:],
        every_ms=1.0,
        precision="float64",
    )
    assert int(recording.spike_count()[0, 0]) == arrived


@pytest.mark.parametrize(("stem_um", "arrived"), [(25.0, 10), (75.0, 20), (150.0, 20)])
def test_a_short_stem_makes_it_fail_at_100_Hz(stem_um: float, arrived: int) -> None:
    fiber = sundt_2015(0.0, stem_um)
    recording = simulate_fiber(
        fiber,
        duration_ms=240.0,
        dt_ms=0.025,
        currents=[pulses(fiber, 10.0, 20)],
        spikes=sites(fiber)[-1:],
        every_ms=1.0,
        precision="float64",
    )
    assert int(recording.spike_count()[0, 0]) == arrived
    assert np.isfinite(recording.final_voltage_mV).all()
