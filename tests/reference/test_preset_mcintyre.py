"""The double cable of McIntyre 2002 against NEURON: 2 nA for 0.1 ms at the middle of 21 nodes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from causalgia.afferents.internodes import interpolated_shape, published_shape
from causalgia.afferents.model import simulate_fiber
from causalgia.afferents.presets.mcintyre_2002 import mcintyre_2002, nodes_of
from causalgia.cable import Recording
from causalgia.cable.stimulus import Pulses
from causalgia.errors import InputError

RECORDED = (10, 15, 16, 18, 20)


@cache
def spike(diameter_um: float, dt_ms: float, duration_ms: float = 3.0) -> Recording:
    fiber = mcintyre_2002(diameter_um)
    nodes = nodes_of(fiber)
    sites = [nodes[index] for index in RECORDED]
    return simulate_fiber(
        fiber,
        duration_ms=duration_ms,
        dt_ms=dt_ms,
        currents=[Pulses((nodes[10],), 1.0, 0.1, 2.0)],
        voltage=sites,
        spikes=sites,
        every_ms=dt_ms,
        precision="float64",
    )


def velocity(diameter_um: float, dt_ms: float) -> float:
    recording = spike(diameter_um, dt_ms)
    first, last = (float(recording.spike_times_ms(site, 0)[0]) for site in (1, 3))
    return 3e-3 * published_shape(diameter_um).node_spacing_um / (last - first)


@pytest.mark.parametrize(
    ("diameter_um", "dt_ms", "reference", "tolerance"),
    [
        # NEURON's times lie on the grid: 0.005 of 0.065 ms, and 0.00125
        (10.0, 0.005, 53.1, 0.08),
        (10.0, 0.00125, 56.3, 0.02),
        (5.7, 0.005, 25.0, 0.08),
    ],
)
def test_velocity(diameter_um: float, dt_ms: float, reference: float, tolerance: float) -> None:
    assert velocity(diameter_um, dt_ms) == pytest.approx(reference, rel=tolerance)


@pytest.mark.parametrize(
    ("dt_ms", "reference"), [(0.005, 28.66), (0.0025, 29.00), (0.00125, 29.17)]
)
def test_peak_at_each_step(dt_ms: float, reference: float) -> None:
    assert spike(10.0, dt_ms).voltage_mV[:, 2, 0].max() == pytest.approx(reference, abs=0.05)


def test_afterpotentials_rise_and_fall_as_in_neuron() -> None:
    voltage = spike(10.0, 0.005, 160.0).voltage_mV[:, 2, 0]
    peak = int(voltage.argmax())
    reference = {
        0.5: 16.7,
        1: 3.80,
        2: 3.60,
        5: 2.75,
        10: 1.20,
        15: 0.32,
        20: -0.17,
        30: -0.55,
        50: -0.51,
        80: -0.21,
        100: -0.08,
        150: 0.03,
    }
    for after_ms, expected in reference.items():
        assert voltage[peak + round(after_ms / 0.005)] + 80.0 == pytest.approx(expected, abs=0.02)


def test_thresholds_by_pulse_width() -> None:
    fiber = mcintyre_2002(10.0)
    nodes = nodes_of(fiber)
    widths = {0.05: 1.688, 0.1: 1.0095, 0.5: 0.377, 1.0: 0.303}
    factors = np.array([0.98, 0.99, 0.995, 1.005, 1.01, 1.02])
    amplitudes = np.concatenate([factors * threshold for threshold in widths.values()])
    recording = simulate_fiber(
        fiber,
        duration_ms=6.0,
        dt_ms=0.005,
        currents=[Pulses((nodes[10],), 1.0, np.repeat(list(widths), factors.size), amplitudes)],
        spikes=[nodes[18]],
        batch=amplitudes.size,
        precision="float64",
    )
    fired = recording.spike_count()[0].reshape(len(widths), factors.size) > 0
    assert not fired[:, factors < 0.99].any()
    assert fired[:, factors > 1.01].all()


def test_single_precision_is_enough_for_velocity() -> None:
    fiber = mcintyre_2002(10.0)
    nodes = nodes_of(fiber)
    sites = [nodes[15], nodes[18]]
    times = []
    for precision in ("float32", "float64"):
        recording = simulate_fiber(
            fiber,
            duration_ms=2.0,
            dt_ms=0.005,
            currents=[Pulses((nodes[10],), 1.0, 0.1, 2.0)],
            spikes=sites,
            precision=precision,  # type: ignore[arg-type]
        )
        times.append([float(recording.spike_times_ms(site, 0)[0]) for site in (0, 1)])
    assert times[0] == pytest.approx(times[1], abs=1e-4)


def test_interpolated_dimensions_of_a_10_um_fiber() -> None:
    shape = interpolated_shape(10.0)
    assert shape.node_spacing_um == pytest.approx(1122.3)
    assert shape.node_diameter_um == pytest.approx(3.2, abs=0.001)


def test_unpublished_fibers_are_refused() -> None:
    with pytest.raises(InputError, match=r"fiber_diameter_um is 9; published are 5.7, 7.3, 8.7"):
        mcintyre_2002(9.0)
    with pytest.raises(InputError, match="fiber_diameter_um is 20, allowed 2 to 16"):
        interpolated_shape(20.0)
    with pytest.raises(InputError, match="nodes is 2, must be 3 or more"):
        mcintyre_2002(10.0, nodes=2)
