"""Neurons of the published circuits alone: where they rest, how they answer current."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import jax.numpy as jnp
import numpy as np

from causalgia.cable.recording import Recorder
from causalgia.cable.simulate import simulate
from causalgia.cable.stimulus import Pulses
from causalgia.cord import published_cells
from causalgia.cord.cells import CellType, middle
from causalgia.validation.protocol import measures
from causalgia.validation.verdict import Outcome

__all__ = ["neurons_alone", "published_neuron"]

SETTLE_ms = {"aguiar_2010": 900.0, "zhang_2014": 400.0, "medlock_2022": 300.0}
STEP_ms = 1000.0
CROSSING_mV = -30.0


@measures("*.rest.*", "*.steps.*")
def neurons_alone(ids: Collection[str]) -> Mapping[str, Outcome]:
    """Rest (mV) and spikes in a second of current, the steps of one neuron side by side."""
    wanted: dict[tuple[str, str], dict[str, float]] = {}
    for row in ids:
        source, _, name, *step = row.split(".")
        wanted.setdefault((source, name), {})[row] = _step_nA(step[0]) if step else 0.0
    found: dict[str, Outcome] = {}
    for (source, name), steps in wanted.items():
        found |= _of_one(published_neuron(source, name), SETTLE_ms[source], steps)
    return found


def published_neuron(source: str, name: str) -> CellType:
    """A neuron of `causalgia.cord.published_cells`; bursting ones as they are alone."""
    if name == "bursting":
        return published_cells.medlock_bursting(shifted=True)
    made: CellType = getattr(published_cells, f"{source.partition('_')[0]}_{name}")()
    return made


def _of_one(
    cell: CellType, settle_ms: float, steps_nA: Mapping[str, float]
) -> Mapping[str, Outcome]:
    soma = middle(cell.cable, "soma")
    currents = np.array([0.0, *steps_nA.values()])
    stepped = any(".steps." in row for row in steps_nA)
    every_ms = 0.5
    run = simulate(
        cell.cable,
        cell.membrane,
        cell.electrics,
        duration_ms=settle_ms + (STEP_ms if stepped else 0.0),
        dt_ms=0.025,
        initial_mV=cell.initial_mV,
        currents=[Pulses((soma,), settle_ms, STEP_ms, jnp.asarray(currents)[None])],
        recorder=Recorder((soma,), (soma,), every_ms, CROSSING_mV),
        batch=currents.size,
        precision="float64",
    )
    # the sample of the interval that ends when the step begins
    rest_mV = float(run.voltage_mV[round(settle_ms / every_ms) - 1, 0, 0])
    return {
        row: float(run.spike_times_ms(0, 1 + lane).size) if ".steps." in row else rest_mV
        for lane, row in enumerate(steps_nA)
    }


def _step_nA(name: str) -> float:
    """As in "150pa"."""
    named = re.fullmatch(r"(\d+)pa", name)
    assert named is not None
    return 1e-3 * float(named[1])
