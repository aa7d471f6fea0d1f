"""PyFibers' fibers under its own stimulation and under a plain NEURON loop.

Run by an interpreter that has PyFibers, its mechanisms compiled by `pyfibers_compile`. PyFibers is
called, never copied: its licence forbids that.
"""

from __future__ import annotations

import gc
import logging
from typing import Any

logging.disable(logging.CRITICAL)

CONDUCTIVITY_S_per_m = 0.3
PULSE_ms = 1.0
SETTLING_ms, SETTLING_STEPS = 200.0, 40
"""What PyFibers computes before every run, by default."""
CROSSING_mV = -30.0

ALIVE: dict[tuple[str, float], Any] = {}
"""The one fiber there is: NEURON computes whatever exists."""


def fiber_of(model: str, length: float) -> Any:
    """A fiber under a point source above its middle; `length` in um, or nodes if myelinated."""
    from neuron import h

    if (model, length) not in ALIVE:
        ALIVE.clear()
        gc.collect()
        ALIVE[model, length] = build(model, length)
    fiber = ALIVE[model, length]
    assert sum(1 for _ in h.allsec()) == len(fiber.sections)
    return fiber


def build(model: str, length: float) -> Any:
    from pyfibers import FiberModel, build_fiber

    if model == "mcintyre":
        fiber = build_fiber(FiberModel.MRG_DISCRETE, diameter=8.7, n_nodes=int(length))
    else:
        kind = FiberModel.TIGERHOLM if model == "tigerholm" else FiberModel.SUNDT
        fiber = build_fiber(kind, diameter=1.0, length=length)
    distance_um = 1000.0 if model == "mcintyre" else 250.0
    middle = fiber.longitudinal_coordinates[len(fiber.sections) // 2]
    fiber.point_source_potentials(0.0, distance_um, middle, 1.0, CONDUCTIVITY_S_per_m, inplace=True)
    return fiber


def pulse_ms(model: str) -> float:
    return 0.1 if model == "mcintyre" else PULSE_ms


def scaled(
    model: str, length: float, dt_ms: float, duration_ms: float, amplitude: float
) -> dict[str, Any]:
    """One run as a user of PyFibers makes it."""
    from pyfibers import ScaledStim

    fiber, width_ms = fiber_of(model, length), pulse_ms(model)
    stimulation = ScaledStim(
        waveform=lambda t: 1.0 if t < width_ms - 1e-9 else 0.0, dt=dt_ms, tstop=duration_ms
    )
    stimulation.run_sim(-amplitude, fiber, fail_on_end_excitation=None)
    return {"cells": len(fiber.sections), "steps": round(duration_ms / dt_ms) + SETTLING_STEPS}


def plain(
    model: str, length: float, dt_ms: float, duration_ms: float, amplitude: float
) -> dict[str, Any]:
    """The same fiber and field in a loop of NEURON's steps that does nothing between them."""
    from neuron import h

    fiber, width_ms = fiber_of(model, length), pulse_ms(model)
    ends = [int(share * (len(fiber.nodes) - 1)) for share in (0.65, 0.9)]
    traces = [h.Vector().record(fiber.nodes[end](0.5)._ref_v) for end in ends]
    potentials = [float(value) for value in fiber.potentials.ravel()]

    def field(scale: float) -> None:
        for section, potential in zip(fiber.sections, potentials, strict=True):
            section(0.5).e_extracellular = scale * potential

    h.celsius = fiber.temperature
    h.finitialize(fiber.v_rest)
    field(0.0)
    h.t, h.dt = -SETTLING_ms, SETTLING_ms / SETTLING_STEPS
    for _ in range(SETTLING_STEPS):
        h.fadvance()
    h.t, h.dt = 0.0, dt_ms
    h.fcurrent()
    h.frecord_init()
    field(-amplitude)
    for _ in range(round(width_ms / dt_ms)):
        h.fadvance()
    field(0.0)
    for _ in range(round((duration_ms - width_ms) / dt_ms)):
        h.fadvance()
    early, late = (crossing_ms(trace.as_numpy(), dt_ms) for trace in traces)
    between_um = sections_before(fiber, ends[1]) - sections_before(fiber, ends[0])
    velocity = None if early is None or late is None else 1e-3 * between_um / (late - early)
    return {
        "cells": len(fiber.sections),
        "steps": round(duration_ms / dt_ms) + SETTLING_STEPS,
        "fires": late is not None,
        "velocity_m_per_s": velocity,
    }


def sections_before(fiber: Any, node: int) -> float:
    """Where (um) a node lies."""
    each = (len(fiber.sections) - 1) // (len(fiber.nodes) - 1)
    return float(fiber.longitudinal_coordinates[node * each])


def crossing_ms(voltage: Any, dt_ms: float) -> float | None:
    """When a trace first crosses upward, interpolated within the step."""
    above = voltage >= CROSSING_mV
    steps = (~above[:-1] & above[1:]).nonzero()[0]
    if steps.size == 0:
        return None
    step = int(steps[0])
    low, high = voltage[step], voltage[step + 1]
    return float(dt_ms * (step + (CROSSING_mV - low) / (high - low)))
