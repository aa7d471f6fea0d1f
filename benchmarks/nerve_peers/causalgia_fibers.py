"""Causalgia's side: the same fibers, steps and stimuli as its peers have."""

from __future__ import annotations

import math
import resource
import sys
from dataclasses import replace
from functools import cache
from typing import Any
from unittest.mock import patch

import numpy as np

from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.presets.mcintyre_2002 import mcintyre_2002
from causalgia.afferents.presets.sundt_2015 import sundt_2015_axon
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014
from causalgia.cable.electrodes import point_source_mV_per_mA
from causalgia.cable.stimulus import Pulses
from causalgia.cable.thresholds import Outside, activation_threshold, stimulate
from causalgia.cable.train import Stepping, Train, simulate_train
from causalgia.cable.waveforms import Monophasic
from causalgia.cache import enable_compilation_cache
from causalgia.channels import Ion, Membrane

COMPARTMENT_um = 8.333
RESISTIVITY_OHM_CM = 1e2 / 0.3
PULSE_ms, PULSE_nA, START_ms = 1.0, 0.5, 0.5


def prepare(*models: str) -> None:
    """Keep compiled programs in the folder that the environment names, and look for rests."""
    enable_compilation_cache()
    for model in models:
        resting_mV(model)


@cache
def outside_fiber(model: str, length: float, dt_ms: float) -> FiberModel:
    """PyFibers' fiber of a length (um; nodes where myelinated), resting where it comes to rest."""
    if model == "mcintyre":
        fiber = mcintyre_2002(8.7, int(length))
    else:
        count = 2 * (math.floor(length / COMPARTMENT_um) // 2) + 1
        fiber = uniform(model, count)
    return replace(fiber, dt_ms=dt_ms, crossing_mV=-30.0, initial_mV=resting_mV(model))


def uniform(model: str, count: int) -> FiberModel:
    if model == "tigerholm":
        return tigerholm_2014(count * COMPARTMENT_um, 1.0, count)
    # PyFibers runs it at 37 degC with a leak that reverses at the nominal rest
    return sundt_2015_axon(count * COMPARTMENT_um, 1.0, count, 37.0, leak_reversal_mV=-60.0)


@cache
def resting_mV(model: str) -> float:
    """Where the model comes to rest by itself, which need not be where it is said to rest."""
    if model == "tigerholm":
        return uniform(model, 3).initial_mV  # its leaks balance it there
    fiber = mcintyre_2002(8.7, 3) if model == "mcintyre" else uniform(model, 3)
    settled = simulate_fiber(fiber, duration_ms=100.0, dt_ms=0.05, precision="float64")
    middle = fiber.active[1] if fiber.active else 1
    return float(settled.final_voltage_mV[middle, 0])


@cache
def electrode(model: str, length: float, dt_ms: float) -> tuple[Outside, tuple[int, int]]:
    """A cathode above the middle, and the nodes at 0.65 and 0.9 of the length."""
    fiber = outside_fiber(model, length, dt_ms)
    nodes = fiber.active or tuple(range(fiber.cable.size))
    distance_um, width_ms = (1000.0, 0.1) if model == "mcintyre" else (250.0, PULSE_ms)
    along = fiber.cable.position_um
    field = point_source_mV_per_mA(
        along, distance_um, float(along[along.size // 2]), RESISTIVITY_OHM_CM
    )
    first, last = (nodes[int(share * (len(nodes) - 1))] for share in (0.65, 0.9))
    return Outside(field, Monophasic(width_ms, sign=-1)), (first, last)


def outside(
    model: str, length: float, dt_ms: float, duration_ms: float, amplitudes: list[float]
) -> dict[str, Any]:
    """Cathodic pulses of several amplitudes (mA) in one call."""
    fiber = outside_fiber(model, length, dt_ms)
    stimulus, sites = electrode(model, length, dt_ms)
    run = stimulate(
        fiber,
        [stimulus],
        np.array([amplitudes]),
        sites=sites,
        duration_ms=duration_ms,
        workers=1,
    )
    spikes = [run.spike_times_ms(site, 0) for site in range(2)]
    between_um = float(fiber.cable.position_um[sites[1]] - fiber.cable.position_um[sites[0]])
    both = all(times.size for times in spikes)
    return {
        "cells": fiber.cable.size * len(amplitudes),
        "steps": round(duration_ms / dt_ms),
        "velocity_m_per_s": 1e-3 * between_um / float(spikes[1][0] - spikes[0][0])
        if both
        else None,
    }


def threshold(model: str, length: float, dt_ms: float, duration_ms: float) -> dict[str, Any]:
    """The threshold (mA) that the public search finds, 64 amplitudes in each of its runs."""
    fiber = outside_fiber(model, length, dt_ms)
    stimulus, sites = electrode(model, length, dt_ms)
    runs = 0
    searched = sys.modules["causalgia.cable.thresholds"]

    def counted(*given: Any, **named: Any) -> Any:
        nonlocal runs
        runs += 1
        return stimulate(*given, **named)

    with patch.object(searched, "stimulate", counted):
        found = activation_threshold(
            fiber,
            stimulus,
            at=sites[1],
            duration_ms=duration_ms,
            between=(0.02, 1.0),
            tolerance=2e-3,
            amplitudes=64,
            workers=1,
        )
    return {
        "cells": fiber.cable.size * 64 * runs,
        "steps": round(duration_ms / dt_ms),
        "threshold_mA": found.amplitude,
        "below_mA": found.below,
    }


@cache
def c_fiber(accumulation: bool, compartments: int, length_um: float) -> FiberModel:
    """Tigerholm's fiber, with or without changing concentrations."""
    fiber = tigerholm_2014(length_um, 1.0, compartments)
    if accumulation:
        return fiber
    membrane = fiber.membrane
    ions = [Ion(ion.name, ion.valence, *concentrations(ion)) for ion in membrane.ions]
    fixed = Membrane.of(
        membrane.channels, {}, ions=ions, pumps=membrane.pumps, temperature_degC=37.0
    )
    return replace(fiber, membrane=fixed)


def concentrations(ion: Ion) -> tuple[float, float]:
    """Inside and outside (mM), at the start where they change."""
    sides = (ion.inside, ion.outside)
    return tuple(getattr(side, "initial_mM", side) for side in sides)  # type: ignore[return-value]


def inside(
    accumulation: bool,
    compartments: int,
    length_um: float,
    dt_ms: float,
    duration_ms: float,
    batch: int,
) -> dict[str, Any]:
    """C-fibers with a current pulse at one end, watched at 0.2525 and 0.7525 of their length."""
    fiber = c_fiber(accumulation, compartments, length_um)
    sites = tuple(int(x * compartments) for x in (0.2525, 0.7525))
    run = simulate_fiber(
        fiber,
        duration_ms=duration_ms,
        dt_ms=dt_ms,
        currents=[Pulses((0,), START_ms, PULSE_ms, PULSE_nA)],
        spikes=sites,
        every_ms=0.5,
        batch=batch,
        workers=1,
    )
    times = [run.spike_times_ms(site, 0) for site in range(2)]
    return {
        "cells": compartments * batch,
        "steps": round(duration_ms / dt_ms),
        "crossing_ms": [float(found[0]) if found.size else None for found in times],
    }


def train(pulses: int, rate_Hz: float, longest_ms: float, tolerance_mV: float) -> dict[str, Any]:
    """A long train on the mini fiber; with equal step bounds or no tolerance, steps are fixed."""
    fiber = c_fiber(True, 200, 10000.0)
    given = Train(1e3 / rate_Hz * np.arange(pulses), 0, PULSE_ms, PULSE_nA, after_ms=1e3 / rate_Hz)
    run = simulate_train(
        fiber.cable,
        fiber.membrane,
        fiber.electrics,
        given,
        sites=(50, 150),
        initial_mV=fiber.initial_mV,
        threshold_mV=-10.0,
        stepping=Stepping(0.02, longest_ms, tolerance_mV),
        workers=1,
    )
    return {"latency_ms": run.latency_ms[:, :, 0].tolist(), "steps": int(run.steps.sum())}


def peak_MiB() -> float:
    """The most memory that this process has held."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 2**20 if sys.platform == "darwin" else used / 2**10


def memory(duration_ms: float) -> dict[str, float]:
    """Peak memory (MiB) after 64 fibers ran for a time, recorded at one site."""
    fiber, batch = uniform("sundt", 601), 64
    simulate_fiber(fiber, duration_ms=duration_ms, dt_ms=0.005, voltage=(300,), batch=batch)
    every_step = fiber.cable.size * batch * 4 * duration_ms / 0.005 / 2**20
    return {"peak_MiB": peak_MiB(), "if_all_kept_MiB": every_step}
