"""The C-fiber of Tigerholm (2014) as a plain NEURON cable, current injected at one end.

It carries the mechanisms that PyFibers compiled, with the parameters that it gives them, but none
of its loop and no extracellular layer: what a user of NEURON would run.
"""

from __future__ import annotations

import gc
from functools import cache
from typing import Any

PULSE_ms, PULSE_nA, START_ms = 1.0, 0.5, 0.5
PARAMETERS, ASSIGNED = 1, 2  # NEURON's numbers for kinds of variables


@cache
def parameters() -> dict[str, dict[str, float]]:
    """By mechanism, what PyFibers sets in a node at rest."""
    from neuron import h
    from pyfibers import FiberModel, build_fiber

    fiber = build_fiber(FiberModel.TIGERHOLM, diameter=1.0, n_sections=3)
    node = fiber.sections[1]
    found: dict[str, dict[str, float]] = {"": {"Ra": node.Ra, "cm": node.cm}}
    for mechanism in node.psection()["density_mechs"]:
        if mechanism == "extracellular":
            continue
        found[mechanism] = {}
        for kind in (PARAMETERS, ASSIGNED):
            names, name = h.MechanismStandard(mechanism, kind), h.ref("")
            for index in range(int(names.count())):
                names.name(name, index)
                if kind == PARAMETERS or name[0].startswith("gbar"):
                    found[mechanism][name[0]] = getattr(node(0.5), name[0])
    del fiber, node
    gc.collect()
    return found


@cache
def cable_of(compartments: int, length_um: float) -> tuple[Any, ...]:
    from neuron import h

    constants = parameters()
    axon = h.Section(name="axon")
    axon.L, axon.diam, axon.nseg = length_um, 1.0, compartments
    axon.Ra, axon.cm = constants[""]["Ra"], constants[""]["cm"]
    for mechanism, values in constants.items():
        if mechanism:
            axon.insert(mechanism)
            for name, value in values.items():
                for segment in axon:
                    setattr(segment, name, value)
    clamp = h.IClamp(axon(0.5 / compartments))
    clamp.delay, clamp.dur, clamp.amp = START_ms, PULSE_ms, PULSE_nA
    counts = [h.APCount(axon(x)) for x in (0.2525, 0.7525)]
    for count in counts:
        count.thresh = -10.0
    assert sum(1 for _ in h.allsec()) == 1
    return axon, clamp, counts, h.ParallelContext()


def psolve(compartments: int, length_um: float, dt_ms: float, duration_ms: float) -> dict:
    """One run with the quickest of NEURON's ways to run."""
    from neuron import h

    _axon, _clamp, counts, context = cable_of(compartments, length_um)
    h.celsius, h.dt, h.steps_per_ms = 37.0, dt_ms, 1.0 / dt_ms
    context.set_maxstep(10)
    h.finitialize(-55.0)
    context.psolve(duration_ms)
    return {
        "cells": compartments,
        "steps": round(duration_ms / dt_ms),
        "crossing_ms": [None if count.n == 0 else count.time for count in counts],
    }
