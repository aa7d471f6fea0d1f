"""The C-fiber of Tigerholm 2014 against NEURON and an independent implementation.

The "mini" protocol: 10 mm, 1 um, 200 compartments, gates at 37 degC, 0.5 nA for 1 ms at one end.
NEURON is first order in the step, as this engine is, so steps are compared like with like, and the
limit of a vanishing step with that of the second-order implementation.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from causalgia.afferents.model import simulate_fiber
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014, tigerholm_membrane
from causalgia.cable import Recording
from causalgia.cable.stimulus import Pulses
from causalgia.cable.train import Stepping, Train, simulate_train

POSITIONS_um = (1025.0, 2525.0, 5025.0, 7525.0, 9025.0)
ONSET_ms = 5.0


@cache
def spike(nernst_degC: float, dt_ms: float) -> Recording:
    fiber = tigerholm_2014(nernst_degC=nernst_degC)
    sites = [fiber.cable.nearest(x) for x in POSITIONS_um]
    return simulate_fiber(
        fiber,
        duration_ms=46.0,
        dt_ms=dt_ms,
        currents=[Pulses((0,), ONSET_ms, 1.0, 0.5)],
        voltage=sites,
        spikes=sites,
        concentrations=sites,
        every_ms=0.1,
        precision="float64",
    )


def latencies(nernst_degC: float, dt_ms: float) -> np.ndarray:
    return (
        spike(nernst_degC, dt_ms)
        .crossing_ms[..., 0]
        .T[np.isfinite(spike(nernst_degC, dt_ms).crossing_ms[..., 0].T)]
        - ONSET_ms
    )


def velocity(nernst_degC: float, dt_ms: float) -> float:
    times = latencies(nernst_degC, dt_ms)
    return 5.0 / float(times[3] - times[1])


@pytest.mark.parametrize(
    ("nernst_degC", "sodium", "potassium"),
    [(37.0, 2.058255e-5, 4.227767e-5), (6.3, 2.44185e-5, 1.271796e-4)],
)
def test_leaks_that_balance_are_those_of_the_port(
    nernst_degC: float, sodium: float, potassium: float
) -> None:
    _, densities = tigerholm_membrane(37.0, nernst_degC)
    assert densities["sodium_leak"] == pytest.approx(sodium, rel=1e-5)
    assert densities["potassium_leak"] == pytest.approx(potassium, rel=1e-5)


@pytest.mark.parametrize(
    ("nernst_degC", "dt_ms", "reference"),
    [(37.0, 0.01, 0.6859), (37.0, 0.005, 0.6887), (6.3, 0.01, 0.6545), (6.3, 0.005, 0.6570)],
)
def test_velocity_at_each_step_is_that_of_neuron(
    nernst_degC: float, dt_ms: float, reference: float
) -> None:
    # NEURON's spike times lie on the grid of its step: 0.005 to 0.01 of 7.3 ms
    assert velocity(nernst_degC, dt_ms) == pytest.approx(reference, rel=0.002)


def test_velocity_of_a_vanishing_step_is_that_of_a_second_order_scheme() -> None:
    limit = 2.0 * velocity(37.0, 0.005) - velocity(37.0, 0.01)
    assert limit == pytest.approx(0.6915, rel=0.002)


def test_arrival_times_approach_those_of_a_second_order_scheme() -> None:
    limit = 2.0 * latencies(37.0, 0.005) - latencies(37.0, 0.01)
    assert limit == pytest.approx([1.808, 3.977, 7.593, 11.208, 13.377], abs=0.01)


def test_peak_and_rest() -> None:
    recording = spike(37.0, 0.005)
    assert recording.voltage_mV[0, 2, 0] == pytest.approx(-55.0, abs=1e-3)
    assert recording.voltage_mV[:, 2, 0].max() == pytest.approx(31.7, abs=0.4)


def test_one_spike_leaves_the_ions_where_neuron_leaves_them() -> None:
    recording = spike(37.0, 0.005)
    sample = int(np.argmin(np.abs(recording.time_ms - ONSET_ms - 40.0)))
    found = {name: values[sample, 2, 0] for name, values in recording.concentration_mM.items()}
    expected = {
        ("sodium", "inside"): 12.116,
        ("sodium", "outside"): 148.485,
        ("potassium", "inside"): 120.986,
        ("potassium", "outside"): 11.104,
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=0.002)
    assert recording.voltage_mV[sample, 2, 0] == pytest.approx(-51.044, abs=0.02)


def slowing(pulses: int, stepping: Stepping) -> tuple[np.ndarray, np.ndarray, int]:
    fiber = tigerholm_2014()
    sites = [fiber.cable.nearest(x) for x in (2525.0, 5025.0, 7525.0)]
    recording = simulate_train(
        fiber.cable,
        fiber.membrane,
        fiber.electrics,
        Train(500.0 * np.arange(pulses), 0, 1.0, 0.5, 500.0),
        sites=sites,
        initial_mV=fiber.initial_mV,
        threshold_mV=fiber.crossing_mV,
        sample_after_ms=40.0,
        stepping=stepping,
    )
    transit = recording.latency_ms[:, 2, 0] - recording.latency_ms[:, 0, 0]
    sodium = recording.concentration_mM["sodium", "inside"][:, 1, 0]
    return 100.0 * (transit / transit[0] - 1.0), sodium, int(recording.steps.sum())


def test_slowing_in_the_first_pulses_at_2_Hz() -> None:
    found, sodium, _ = slowing(21, Stepping())
    # NEURON with times on the grid of 0.02 ms (0.27 % of the transit), and the second-order scheme
    for pulse, neuron, second_order in ((5, 4.35, 4.22), (10, 6.52, 6.30), (20, 9.78, 9.50)):
        assert min(neuron, second_order) - 0.3 < found[pulse] < max(neuron, second_order) + 0.3
    assert sodium[[1, 5, 10, 20]] == pytest.approx([12.5, 14.1, 15.9, 19.0], abs=0.1)


def test_longer_steps_leave_the_latencies_and_are_far_fewer() -> None:
    quick, _, steps = slowing(4, Stepping())
    exact, _, all_steps = slowing(4, Stepping(tolerance_mV=0.0))
    assert quick == pytest.approx(exact, abs=0.02)
    assert steps < 0.1 * all_steps
