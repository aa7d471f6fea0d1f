"""The same cables in NEURON (Hines and Carnevale 1997): same membrane, same step, same answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from causalgia.cable import Electrics, Recorder, Section, cable_of, simulate, unbranched
from causalgia.cable.stimulus import Extracellular, Pulses
from causalgia.channels import Membrane
from causalgia.channels.hodgkin_huxley import HODGKIN_HUXLEY_DENSITIES, hodgkin_huxley_membrane

neuron = pytest.importorskip("neuron", reason="NEURON publishes no wheel for this platform")

COMPARTMENTS = 101
LENGTH_um, DIAMETER_um = 10000.0, 10.0
PULSE_nA, PULSE_START_ms, PULSE_ms = 5.0, 1.0, 1.0
DURATION_ms = 12.0
SITES = (30, 70)


@pytest.fixture
def hoc() -> Any:
    """NEURON, at the temperature of the squid axon and without tables of rates."""
    hoc = neuron.h
    hoc.load_file("stdrun.hoc")
    hoc.usetable_hh = 0
    hoc.celsius = 6.3
    hoc.secondorder = 0
    return hoc


def section_of(hoc: Any, name: str, length_um: float, diameter_um: float, parts: int) -> Any:
    section = hoc.Section(name=name)
    section.L, section.diam, section.nseg = length_um, diameter_um, parts
    section.Ra, section.cm = 100.0, 1.0
    return section


def traces_of_neuron(hoc: Any, dt_ms: float, steps: int, sources: list[Any]) -> np.ndarray:
    """Voltages [step, source] of segments, after each step of fixed size."""
    hoc.dt = dt_ms
    hoc.finitialize(-65.0)
    kept = np.empty((steps, len(sources)))
    for step in range(steps):
        hoc.fadvance()
        kept[step] = [segment.v for segment in sources]
    return kept


def squid_in_neuron(hoc: Any, dt_ms: float) -> np.ndarray:
    axon = section_of(hoc, "axon", LENGTH_um, DIAMETER_um, COMPARTMENTS)
    axon.insert("hh")
    clamp = hoc.IClamp(axon(0.5 / COMPARTMENTS))
    clamp.delay, clamp.dur, clamp.amp = PULSE_START_ms, PULSE_ms, PULSE_nA
    places = [axon((site + 0.5) / COMPARTMENTS) for site in SITES]
    return traces_of_neuron(hoc, dt_ms, round(DURATION_ms / dt_ms), places)


def squid_here(dt_ms: float, precision: str) -> np.ndarray:
    densities = np.array(list(HODGKIN_HUXLEY_DENSITIES.values()))[:, None, None]
    run = simulate(
        unbranched(LENGTH_um, DIAMETER_um, COMPARTMENTS),
        hodgkin_huxley_membrane(),
        Electrics(densities * np.ones((3, COMPARTMENTS, 1))),
        duration_ms=DURATION_ms,
        dt_ms=dt_ms,
        currents=[Pulses((0,), PULSE_START_ms, PULSE_ms, PULSE_nA)],
        recorder=Recorder(SITES, every_ms=dt_ms),
        precision=precision,
    )
    return run.voltage_mV[:, :, 0]


def features(trace: np.ndarray, dt_ms: float) -> dict[str, float]:
    """What an action potential looks like at two places, and how fast it went."""
    peaks = trace.max(axis=0)
    crossings, widths = [], []
    for column in trace.T:
        above = np.flatnonzero(column >= -20.0)
        up, down = above[0] - 1, above[-1]
        rise = up + (-20.0 - column[up]) / (column[up + 1] - column[up])
        fall = down + (-20.0 - column[down]) / (column[down + 1] - column[down])
        crossings.append(dt_ms * rise)
        widths.append(dt_ms * (fall - rise))
    distance_um = LENGTH_um / COMPARTMENTS * (SITES[1] - SITES[0])
    return {
        "peak_above_rest_mV": float(peaks.mean() + 65.0),
        "trough_below_rest_mV": float(-65.0 - trace.min()),
        "width_ms": float(np.mean(widths)),
        "conduction_velocity_m_per_s": 1e-3 * distance_um / (crossings[1] - crossings[0]),
    }


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_an_action_potential_is_neurons_within_a_percent(hoc: Any, precision: str) -> None:
    theirs = features(squid_in_neuron(hoc, 0.025), 0.025)
    ours = features(squid_here(0.025, precision), 0.025)
    for name, value in theirs.items():
        assert ours[name] == pytest.approx(value, rel=0.01), name


def test_both_converge_to_one_limit_at_first_order(hoc: Any) -> None:
    name = "conduction_velocity_m_per_s"
    steps = (0.025, 0.0125, 0.00625)
    ours = [features(squid_here(dt, "float64"), dt)[name] for dt in steps]
    theirs = [features(squid_in_neuron(hoc, dt), dt)[name] for dt in steps]
    limits = [2.0 * values[2] - values[1] for values in (ours, theirs)]
    assert limits[0] == pytest.approx(limits[1], rel=1e-3)
    for values in (ours, theirs):
        ratio = (values[0] - values[1]) / (values[1] - values[2])
        assert np.log2(ratio) == pytest.approx(1.0, abs=0.25)


def test_a_passive_tree_has_neurons_input_resistance(hoc: Any) -> None:
    shapes = [("trunk", 400.0, 4.0, 7), ("left", 300.0, 2.0, 5), ("right", 500.0, 1.5, 9)]
    parts = {name: section_of(hoc, name, *shape) for name, *shape in shapes}
    side = section_of(hoc, "side", 200.0, 1.0, 3)
    parts["left"].connect(parts["trunk"](1))
    parts["right"].connect(parts["trunk"](1))
    side.connect(parts["left"](1))
    for section in (*parts.values(), side):
        section.insert("pas")
        section.g_pas, section.e_pas = 1e-3, -65.0
    clamp = hoc.IClamp(parts["trunk"](0.5 / 7))
    clamp.delay, clamp.dur, clamp.amp = 0.0, 1e9, 0.1
    ends = [parts["trunk"](0.5 / 7), parts["right"](8.5 / 9), side(2.5 / 3)]
    theirs = traces_of_neuron(hoc, 0.1, 400, ends)[-1] + 65.0

    tree = cable_of(
        [
            Section("trunk", 400.0, 4.0, 7),
            Section("left", 300.0, 2.0, 5, parent="trunk"),
            Section("right", 500.0, 1.5, 9, parent="trunk"),
            Section("side", 200.0, 1.0, 3, parent="left"),
        ]
    )
    sites = tuple(int(tree.section[name][i]) for name, i in (("trunk", 0), ("right", -1)))
    sites = (*sites, int(tree.section["side"][-1]))
    run = simulate(
        tree,
        Membrane.of([], {}),
        Electrics(np.zeros((0, 24, 1)), passive_S_per_cm2=np.full((tree.size, 1), 1e-3)),
        duration_ms=40.0,
        dt_ms=0.1,
        currents=[Pulses((0,), 0.0, 1e6, 0.1)],
        recorder=Recorder(sites),
        precision="float64",
    )
    np.testing.assert_allclose(run.voltage_mV[-1, :, 0] + 65.0, theirs, rtol=1e-6)


def test_a_field_moves_the_membrane_as_in_neuron(hoc: Any) -> None:
    """A parabola outside the axon for a millisecond activates it all along."""
    dt_ms, steps = 0.025, 120
    axon = section_of(hoc, "axon", LENGTH_um, DIAMETER_um, COMPARTMENTS)
    axon.insert("hh")
    axon.insert("extracellular")
    x = (np.arange(COMPARTMENTS) + 0.5) / COMPARTMENTS
    shape_mV = 1500.0 * (x - 0.3) ** 2
    hoc.dt = dt_ms
    hoc.finitialize(-65.0)
    theirs = np.empty((steps, len(SITES)))
    for step in range(steps):
        for position, outside in zip(x, shape_mV, strict=True):
            axon(position).e_extracellular = outside if step < 40 else 0.0
        hoc.fadvance()
        theirs[step] = [axon(x[site]).v for site in SITES]

    densities = np.array(list(HODGKIN_HUXLEY_DENSITIES.values()))[:, None, None]
    ours = simulate(
        unbranched(LENGTH_um, DIAMETER_um, COMPARTMENTS),
        hodgkin_huxley_membrane(),
        Electrics(densities * np.ones((3, COMPARTMENTS, 1))),
        duration_ms=steps * dt_ms,
        dt_ms=dt_ms,
        extracellular=Extracellular(shape_mV[:, None], np.ones((40, 1))),
        recorder=Recorder(SITES, every_ms=dt_ms),
        precision="float64",
    ).voltage_mV[:, :, 0]
    assert np.abs(theirs + 65.0).max() > 5.0
    np.testing.assert_allclose(ours, theirs, atol=0.02 * np.abs(theirs + 65.0).max(), rtol=0)
