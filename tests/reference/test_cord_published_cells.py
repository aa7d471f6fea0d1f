"""Neurons of published networks rest and fire as they do in the simulator they were published for.

The numbers were measured by running the archives of the publications in NEURON at the same step.
Two of the currents are tables with linear interpolation there and formulas here, which moves
rest by 0.002 mV and the firing of one neuron by up to two spikes in a hundred.
"""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cable.recording import Recorder, Recording
from causalgia.cable.simulate import simulate
from causalgia.cable.stimulus import Pulses
from causalgia.cord import published_cells
from causalgia.cord.cells import CellType, middle

REST = (
    ("aguiar_projection", 900.0, -64.8806),
    ("aguiar_interneuron", 900.0, -64.9996),
    ("zhang_inhibitory", 400.0, -69.175),
    ("zhang_excitatory", 400.0, -64.9997),
    ("zhang_projection", 400.0, -64.747),
    ("medlock_delayed", 300.0, -71.215),
    ("medlock_bursting", 300.0, -68.299),
    ("medlock_tonic", 300.0, -69.025),
    ("medlock_projection", 300.0, -64.747),
)
# current (nA), spikes in a second, latency (ms)
STEPS = (
    (
        "medlock_delayed",
        ((0.1, 0, 0.0), (0.15, 16, 126.28), (0.2, 40, 81.95), (0.3, 91, 55.70)),
    ),
    ("medlock_bursting", ((0.0, 0, 0.0), (0.1, 0, 0.0), (0.3, 0, 0.0))),
    (
        "medlock_tonic",
        ((0.0, 0, 0.0), (0.01, 15, 42.65), (0.05, 50, 5.35), (0.3, 104, 0.93)),
    ),
    (
        "medlock_projection",
        (
            *((0.01, 0, 0.0), (0.02, 15, 79.70), (0.03, 37, 34.95), (0.05, 70, 17.40)),
            *((0.1, 128, 7.88), (0.3, 268, 2.40)),
        ),
    ),
)


def _cell(name: str) -> CellType:
    """A published neuron; alone, not in their network, bursting neurons have shifted rates."""
    if name == "medlock_bursting":
        return published_cells.medlock_bursting(shifted=True)
    made: CellType = getattr(published_cells, name)()
    return made


def _run(
    cell: CellType, duration_ms: float, recorder: Recorder, currents_nA: tuple[float, ...] = (0.0,)
) -> Recording:
    """A step of each current into the soma from 300 ms on, one a lane."""
    step = Pulses((middle(cell.cable, "soma"),), 300.0, 1000.0, np.asarray(currents_nA)[None])
    return simulate(
        cell.cable,
        cell.membrane,
        cell.electrics,
        duration_ms=duration_ms,
        dt_ms=0.025,
        initial_mV=cell.initial_mV,
        currents=[step],
        recorder=recorder,
        batch=len(currents_nA),
        precision="float64",
    )


@pytest.mark.parametrize(("name", "at_ms", "rest_mV"), REST)
def test_neurons_rest_where_they_do_in_neuron(name: str, at_ms: float, rest_mV: float) -> None:
    cell = _cell(name)
    final = _run(cell, at_ms, Recorder()).final_voltage_mV[:, 0]
    assert final[middle(cell.cable, "soma")] == pytest.approx(rest_mV, abs=0.004)


def test_the_wide_dynamic_range_neuron_rests_at_its_potentials_and_calcium_everywhere() -> None:
    cell = published_cells.aguiar_projection()
    kept = _run(cell, 900.0, Recorder(concentrations=(cell.input_site,)))
    final = kept.final_voltage_mV[:, 0]
    assert final[cell.input_site] == pytest.approx(-64.8854, abs=1e-4)
    assert final[cell.cable.section["axon"][-1]] == pytest.approx(-64.9522, abs=1e-4)
    # the shell of the dendrite relaxes in 2 ms; with 1 ms as in the soma it would hold half as much
    calcium_mM = kept.concentration_mM["calcium", "inside"][-1, 0, 0]
    assert calcium_mM == pytest.approx(5.0998e-5, abs=1e-9)


@pytest.mark.parametrize(("name", "steps"), STEPS)
def test_neurons_answer_current_steps_as_in_neuron(
    name: str, steps: tuple[tuple[float, int, float], ...]
) -> None:
    cell = _cell(name)
    soma = middle(cell.cable, "soma")
    recorder = Recorder(spikes=(soma,), threshold_mV=-30.0, every_ms=0.5)
    kept = _run(cell, 1300.0, recorder, tuple(step[0] for step in steps))
    for lane, (current_nA, count, latency_ms) in enumerate(steps):
        spikes = kept.spike_times_ms(0, lane)
        assert spikes.size == pytest.approx(count, abs=1, rel=0.0), current_nA
        if count:
            assert spikes[0] - 300.0 == pytest.approx(latency_ms, abs=0.1), current_nA
