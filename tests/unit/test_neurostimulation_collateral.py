"""Spikes on their way from the column to the endings of a collateral."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.afferents.neurostimulation.bundle import dorsal_column
from causalgia.afferents.neurostimulation.collateral import (
    collateral,
    ending_trains,
    endings_reached,
    side_by_side_section,
    transmission,
)
from causalgia.afferents.neurostimulation.program import tonic
from causalgia.afferents.neurostimulation.trains import StimulatedTrains
from causalgia.cable import Cable, Electrics, Recorder, Section, cable_of, simulate
from causalgia.cable.stimulus import Pulses
from causalgia.channels.hodgkin_huxley import HODGKIN_HUXLEY_DENSITIES, hodgkin_huxley_membrane
from causalgia.errors import InputError

RATES_Hz = (50.0, 150.0, 200.0, 300.0, 400.0, 500.0)


@pytest.fixture(scope="module")
def shares() -> dict[int, np.ndarray]:
    return {times: transmission(RATES_Hz, 150.0, collateral(times)) for times in (6, 8)}


def test_branches_side_by_side_are_as_one_cable() -> None:
    # A stem that divides twice: as a tree of seven sections, and as a line of three.
    stem = Section("stem", 400.0, 3.0, 8)
    first, second = Section("a", 300.0, 2.0, 6, "stem"), Section("b", 200.0, 1.5, 4, "a")
    line = cable_of([stem, side_by_side_section(first, 2), side_by_side_section(second, 4)])
    branches = [Section(name, 300.0, 2.0, 6, "stem") for name in ("a", "c")]
    twigs = [
        Section(f"{parent}{index}", 200.0, 1.5, 4, parent)
        for parent in ("a", "c")
        for index in (1, 2)
    ]
    tree = cable_of([stem, *branches, *twigs])
    ends = []
    for cable, site in ((line, line.section["b"][-1]), (tree, tree.section["c2"][-1])):
        ends.append(_voltage_mV(cable, int(site)))
    assert np.abs(ends[0]).max() > 10.0  # a spike got there
    # A junction of the tree has no capacitance, which the line does without.
    assert ends[0] == pytest.approx(ends[1], abs=0.5)


def test_the_column_is_followed_at_the_rates_of_conventional_programs(shares) -> None:
    assert shares[8][:3] == pytest.approx(1.0, abs=0.05)


def test_fast_trains_end_at_branch_points(shares) -> None:
    assert shares[8][3] < 0.8 and shares[8][4] < 0.5 and shares[8][5] < 0.2


def test_the_more_often_it_divides_the_less_gets_through(shares) -> None:
    # So that neither the stem nor what the branches share of it sets the limit.
    assert shares[6][:5] == pytest.approx(1.0, abs=0.05)
    assert (shares[8] <= shares[6] + 0.05).all()


def test_trains_of_a_program_arrive_at_the_endings_as_far_as_they_do() -> None:
    bundle = dorsal_column((50.0,), (0.0,), fluid_um=1000.0, nodes=19)
    duration_ms = 600.0
    silent = np.zeros(0)
    times = 3.0 + np.arange(0.0, duration_ms - 3.0, 2.5)
    given = (*[silent] * (bundle.size - 1), times)
    sent = StimulatedTrains(bundle, given, given, np.ones(bundle.size), np.ones(bundle.size))
    arrived = ending_trains(sent, tonic(400.0, 0.2), duration_ms=duration_ms)
    assert 0.1 < arrived.per_pulse[-1] < 0.6
    assert arrived.toward_start[-1].size / times.size == pytest.approx(
        arrived.per_pulse[-1], abs=0.05
    )
    assert 3.0 < arrived.toward_start[-1][0] < 6.0
    assert arrived.toward_start[-1][-1] > 0.9 * duration_ms
    assert arrived.toward_start[0].size == 0 and arrived.per_pulse[0] == 0.0
    assert arrived.toward_end is sent.toward_end
    with pytest.raises(InputError, match=r"duration_ms is 50\.0, must be 101 or more"):
        ending_trains(sent, tonic(400.0, 0.2), duration_ms=50.0)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match="generations is -1"):
        collateral(-1)
    with pytest.raises(InputError, match="segment_um 0"):
        collateral(2, 0.0)
    with pytest.raises(InputError, match="duration_ms is 0"):
        endings_reached([np.zeros(1)], 0.0)
    with pytest.raises(InputError, match=r"rates_Hz is \[0.0\]"):
        transmission([0.0])
    assert endings_reached([], 10.0) == ()


def _voltage_mV(cable: Cable, site: int) -> np.ndarray:
    membrane = hodgkin_huxley_membrane()
    active = int(np.count_nonzero(cable.area_cm2 > 0))
    given = np.array([HODGKIN_HUXLEY_DENSITIES[name] for name in membrane.names])[:, None, None]
    run = simulate(
        cable,
        membrane,
        Electrics(np.broadcast_to(given, (len(membrane.names), active, 1))),
        duration_ms=10.0,
        dt_ms=0.01,
        initial_mV=-65.0,
        currents=[Pulses((0,), 1.0, 0.5, jnp.asarray([[1.0]]))],
        recorder=Recorder((site,), (), 0.1),
        precision="float64",
    )
    return run.voltage_mV[:, 0, 0]
