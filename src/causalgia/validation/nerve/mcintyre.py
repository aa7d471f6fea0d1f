"""The myelinated fiber of McIntyre (2002): velocity, thresholds, spike and afterpotentials."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.presets.mcintyre_2002 import mcintyre_2002, nodes_of
from causalgia.cable.stimulus import Pulses
from causalgia.cable.thresholds import Inside, conduction_velocity, thresholds
from causalgia.cable.waveforms import Monophasic
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["afterpotentials", "spike_along_nodes"]

STIMULATED, WATCHED = 10, 16
"""Nodes of the 21."""

PULSE_nA, PULSE_ms = 2.0, 0.1
FINE_ms = 0.001


@measures("mcintyre_2002.cv.*", "mcintyre_2002.peak.*")
def mcintyre_spike(_: Collection[str]) -> Mapping[str, Outcome]:
    """One spike of two fibers."""
    velocity, peak = spike_along_nodes(mcintyre_2002(10.0))
    thin_peak = spike_along_nodes(mcintyre_2002(5.7))[1]
    return {
        "mcintyre_2002.cv.10um": velocity,
        "mcintyre_2002.peak.10um": peak,
        "mcintyre_2002.peak.5_7um": thin_peak,
    }


@measures("mcintyre_2002.threshold.*")
def mcintyre_thresholds(_: Collection[str]) -> Mapping[str, Outcome]:
    """Thresholds of pulses into a node, for a spike that reaches another."""
    model = mcintyre_2002(10.0)
    nodes = nodes_of(model)
    widths = {"0_05": 0.05, "0_1": 0.1, "0_5": 0.5, "1": 1.0}
    found = thresholds(
        model,
        [Inside(nodes[STIMULATED], Monophasic(width, sign=1)) for width in widths.values()],
        at=nodes[WATCHED],
        duration_ms=4.0,
        between=(0.05, 5.0),
        tolerance=2e-3,
        amplitudes=16,
    )
    return {
        f"mcintyre_2002.threshold.{name}ms": threshold.amplitude
        for name, threshold in zip(widths, found, strict=True)
    }


@measures("mcintyre_2002.after.*")
def mcintyre_afterpotentials(ids: Collection[str]) -> Mapping[str, Outcome]:
    """The potential of a node after its spike."""
    times = {i: float(i.removeprefix("mcintyre_2002.after.")[:-2].replace("_", ".")) for i in ids}
    return dict(zip(times, afterpotentials(mcintyre_2002(10.0), list(times.values())), strict=True))


def spike_along_nodes(model: FiberModel) -> tuple[float, float]:
    """Velocity (m/s) between two nodes and the peak (mV) at a third."""
    nodes = nodes_of(model)
    sites = (nodes[15], nodes[18])
    run = simulate_fiber(
        model,
        duration_ms=4.0,
        dt_ms=FINE_ms,
        currents=[Pulses((nodes[STIMULATED],), 1.0, PULSE_ms, PULSE_nA)],
        voltage=(nodes[WATCHED],),
        spikes=sites,
        every_ms=0.005,
    )
    velocity = conduction_velocity(run, model.cable, sites)
    return float(velocity[0]), float(run.voltage_mV.max())


def afterpotentials(model: FiberModel, after_ms: list[float]) -> list[float]:
    """Potential (mV above the start) of a node at times after the peak of its spike."""
    node = nodes_of(model)[WATCHED]
    run = simulate_fiber(
        model,
        duration_ms=2.0 + max(after_ms),
        dt_ms=0.005,
        currents=[Pulses((nodes_of(model)[STIMULATED],), 1.0, PULSE_ms, PULSE_nA)],
        voltage=(node,),
        every_ms=0.005,
        precision="float64",
    )
    trace = run.voltage_mV[:, 0, 0]
    peak_ms = run.time_ms[int(np.argmax(trace))]
    rise = np.interp(peak_ms + np.array(after_ms), run.time_ms, trace) - model.initial_mV
    return [float(value) for value in rise]
