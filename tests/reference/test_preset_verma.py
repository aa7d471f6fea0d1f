"""The small ganglion neuron of Verma (2020) against an independent solution of its equations.

The numbers are of an adaptive solver at a tolerance of 1e-8 (scipy's LSODA); sources give none.
"""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.ganglion import (
    input_resistance_MOhm,
    repeated,
    resting_potential_mV,
    rheobase_nA,
    simulate_soma,
)
from causalgia.afferents.model import scaled
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.cable.stimulus import Pulses

NEURON = verma_2020()


def spikes(model, currents_pA: list[float], duration_ms: float, dt_ms: float = 0.01) -> np.ndarray:
    """Spikes of steps from rest, one a lane."""
    steps = Pulses((0,), 0.0, duration_ms, 1e-3 * np.array([currents_pA]))
    wide = repeated(model, len(currents_pA))
    return simulate_soma(
        wide, duration_ms=duration_ms, currents=[steps], dt_ms=dt_ms, precision="float64"
    ).spike_count()[0]


def test_rest_and_resistance() -> None:
    assert resting_potential_mV(NEURON)[0] == pytest.approx(-66.4779, abs=0.001)
    assert input_resistance_MOhm(NEURON, 0.01)[0] == pytest.approx(130.65, rel=0.001)


@pytest.mark.parametrize(("width_ms", "rheobase_pA"), [(1, 280.65), (5, 89.57), (20, 71.07)])
def test_rheobase(width_ms: float, rheobase_pA: float) -> None:
    found = 1e3 * rheobase_nA(NEURON, width_ms=width_ms, largest_nA=0.5)[0]
    assert found == pytest.approx(rheobase_pA, rel=0.005)


def test_action_potential() -> None:
    run = simulate_soma(
        NEURON,
        duration_ms=40.0,
        currents=[Pulses((0,), 10.0, 5.0, 0.12)],
        voltage=True,
        every_ms=0.05,
        dt_ms=0.0025,
        precision="float64",
    )
    time, trace = run.time_ms, run.voltage_mV[:, 0, 0]
    slope = np.gradient(trace, time)
    peak = int(np.argmax(trace))
    assert trace[peak] == pytest.approx(43.05, abs=0.3)
    assert time[peak] == pytest.approx(15.40, abs=0.05)
    assert slope.max() == pytest.approx(183.2, rel=0.02)
    assert slope.min() == pytest.approx(-49.8, rel=0.02)
    wide = time[trace > -11.72]
    assert wide[-1] - wide[0] == pytest.approx(2.607, abs=0.06)
    assert trace[peak:].min() == pytest.approx(-80.24, abs=0.1)
    assert time[peak + int(np.argmin(trace[peak:]))] == pytest.approx(23.55, abs=0.2)


def test_discharge_grows_with_current_and_falls_again() -> None:
    currents = [72.0, 100.0, 120.0, 150.0, 200.0, 250.0, 300.0, 350.0, 400.0, 500.0]
    found = spikes(NEURON, currents, 2000.0)
    assert found == pytest.approx([1, 1, 50, 69, 85, 97, 106, 110, 109, 104], abs=1)


def test_near_threshold_it_skips_oscillations() -> None:
    # Mixed-mode oscillations, where one spike more or less is a matter of a tenth of a pA.
    found = spikes(NEURON, [102.0, 104.0, 106.0, 110.0, 114.0, 118.0], 3000.0)
    assert found == pytest.approx([1, 6, 13, 26, 44, 69], abs=2)


@pytest.mark.parametrize(
    ("nav1_8", "rest_mV", "counts"),
    [
        (0.0, -77.576, [0, 0, 0, 0]),
        (3.0, -72.986, [0, 0, 1, 27]),
        (5.0, -69.859, [0, 1, 24, 46]),
        (9.0, -62.419, [26, 39, 49, 57]),
    ],
)
def test_nav1_8_sets_rest_and_discharge(nav1_8: float, rest_mV: float, counts: list[int]) -> None:
    changed = scaled(NEURON, {"nav1_8": nav1_8 / 7.0})
    assert resting_potential_mV(changed)[0] == pytest.approx(rest_mV, abs=0.01)
    # the reference counts crossings of -10 mV, which every spike of these makes too
    assert spikes(changed, [50.0, 100.0, 200.0, 300.0], 1000.0) == pytest.approx(counts, abs=1)
