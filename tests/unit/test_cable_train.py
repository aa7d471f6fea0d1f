"""Trains of pulses with steps that follow the error."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cable import Electrics, Recorder, simulate, unbranched
from causalgia.cable.stimulus import Pulses
from causalgia.cable.train import Stepping, Train, simulate_train
from causalgia.channels.hodgkin_huxley import HODGKIN_HUXLEY_DENSITIES, hodgkin_huxley_membrane
from causalgia.errors import InputError, SimulationDiverged

SIZE = 30
CABLE = unbranched(6000.0, 20.0, SIZE)
MEMBRANE = hodgkin_huxley_membrane()
ELECTRICS = Electrics(
    np.array(list(HODGKIN_HUXLEY_DENSITIES.values()))[:, None, None] * np.ones((3, SIZE, 1))
)


def run(amplitude_nA: float | np.ndarray, stepping: Stepping | None = None, batch: int = 1):  # type: ignore[no-untyped-def]
    train = Train(np.array([1.0, 41.0, 61.0]), 0, 0.5, amplitude_nA, 60.0)
    return simulate_train(
        CABLE, MEMBRANE, ELECTRICS, train, sites=[10, 20], stepping=stepping, batch=batch
    )


def test_latencies_are_those_of_a_run_with_fixed_steps() -> None:
    recording = simulate(
        CABLE,
        MEMBRANE,
        ELECTRICS,
        duration_ms=40.0,
        dt_ms=0.02,
        currents=[Pulses((0,), 0.0, 0.5, 100.0)],
        recorder=Recorder(spikes=(10, 20)),
        precision="float64",
    )
    found = run(100.0).latency_ms[0, :, 0]
    expected = [float(recording.spike_times_ms(site, 0)[0]) for site in (0, 1)]
    assert found == pytest.approx(expected, abs=0.02)


def test_a_weak_pulse_brings_no_spike_beside_a_strong_one() -> None:
    found = run(np.array([1.0, 100.0]), batch=2)
    assert np.isnan(found.latency_ms[:, :, 0]).all()
    assert np.isfinite(found.latency_ms[0, :, 1]).all()
    assert (found.crossings[0, :, 1] == 1).all()


def test_longer_steps_are_taken_between_spikes_and_none_with_no_tolerance() -> None:
    adaptive = run(100.0)
    fixed = run(100.0, Stepping(tolerance_mV=0.0))
    assert fixed.steps.sum() == pytest.approx(120.0 / 0.02, rel=0.01)
    assert adaptive.steps.sum() < 0.4 * fixed.steps.sum()
    assert adaptive.latency_ms == pytest.approx(fixed.latency_ms, abs=0.02, nan_ok=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"times_ms": np.array([5.0, 5.0])}, "times_ms must rise from 0 or later"),
        ({"times_ms": np.array([-1.0])}, "times_ms must rise from 0 or later"),
        ({"width_ms": 50.0}, "width_ms is 50.0, must be positive and below 20"),
        ({"width_ms": 0.0}, "width_ms is 0.0, must be positive"),
    ],
)
def test_trains_that_make_no_sense_are_refused(options: dict[str, object], message: str) -> None:
    given = {"times_ms": np.array([0.0, 20.0]), "site": 0, "width_ms": 1.0, "amplitude_nA": 1.0}
    with pytest.raises(InputError, match=message):
        Train(**{**given, **options})  # type: ignore[arg-type]


def test_steps_and_sites_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match=r"shortest_ms is 1.0, longest_ms 0.5"):
        Stepping(1.0, 0.5)
    train = Train(np.array([0.0, 20.0]), 99, 0.5, 1.0)
    with pytest.raises(InputError, match="compartment 99 is not an active one"):
        simulate_train(CABLE, MEMBRANE, ELECTRICS, train, sites=[0])
    train = Train(np.array([0.0, 20.0]), 0, 0.5, 1.0)
    with pytest.raises(
        InputError, match=r"sample_after_ms is 30.0, must be positive and at most 20"
    ):
        simulate_train(CABLE, MEMBRANE, ELECTRICS, train, sites=[0], sample_after_ms=30.0)


def test_a_voltage_that_runs_away_is_told() -> None:
    with pytest.raises(SimulationDiverged, match="voltage ran away after pulse 0"):
        run(float("inf"))
