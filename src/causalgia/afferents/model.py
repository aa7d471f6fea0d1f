"""A fiber as a simulation needs it: geometry, membrane, and where it starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from causalgia.cable import Cable, Electrics, Recorder, Recording, Sheath, simulate
from causalgia.cable.simulate import Precision
from causalgia.cable.stimulus import AbstractCurrent, Extracellular, Opening
from causalgia.channels import Block, Membrane
from causalgia.errors import InputError, nearest

__all__ = ["FiberModel", "scaled", "simulate_fiber", "with_blocks"]


@dataclass(frozen=True)
class FiberModel:
    """A fiber, or a neuron with its axons, ready to run.

    **Arguments:** a `name`; its `cable` and `membrane`; `electrics`, what the membrane is made of
    where; the `active` compartments (None: all that have area); the `sheath` of a myelinated
    fiber; `initial_mV` at the start; a `dt_ms` that resolves its spikes; `crossing_mV`, the
    potential whose upward crossing counts as a spike; the `source` and a `description`.
    """

    name: str
    cable: Cable
    membrane: Membrane
    electrics: Electrics
    initial_mV: float
    dt_ms: float
    crossing_mV: float
    source: str
    description: str
    active: tuple[int, ...] | None = None
    sheath: Sheath | None = None


def simulate_fiber(
    model: FiberModel,
    *,
    duration_ms: float,
    dt_ms: float | None = None,
    currents: Sequence[AbstractCurrent] = (),
    openings: Sequence[Opening] = (),
    extracellular: Extracellular | None = None,
    voltage: Sequence[int] = (),
    spikes: Sequence[int] = (),
    concentrations: Sequence[int] = (),
    every_ms: float = 0.1,
    batch: int = 1,
    precision: Precision = "float32",
    workers: int | None = None,
) -> Recording:
    """Run a model, recording from the compartments named; the rest as in `cable.simulate`."""
    recorder = Recorder(
        tuple(voltage), tuple(spikes), every_ms, model.crossing_mV, tuple(concentrations)
    )
    return simulate(
        model.cable,
        model.membrane,
        model.electrics,
        duration_ms=duration_ms,
        dt_ms=model.dt_ms if dt_ms is None else dt_ms,
        initial_mV=model.initial_mV,
        active=model.active,
        currents=currents,
        openings=openings,
        extracellular=extracellular,
        sheath=model.sheath,
        recorder=recorder,
        batch=batch,
        precision=precision,
        workers=workers,
    )


def with_blocks(model: FiberModel, blocks: Sequence[Block]) -> FiberModel:
    """The same fiber with drugs on its channels."""
    return replace(model, membrane=model.membrane.blocked_by(blocks))


def scaled(
    model: FiberModel, factors: Mapping[str, float | Float[np.ndarray, " batch"]]
) -> FiberModel:
    """The same fiber with some densities multiplied, by one factor or one for each lane.

    **Raises:** `InputError` for a channel that the fiber does not have or a negative factor.
    """
    names = model.membrane.names
    densities = model.electrics.densities_S_per_cm2
    width = max([1, *(np.size(factor) for factor in factors.values())])
    densities = np.broadcast_to(
        densities, (*densities.shape[:2], max(width, densities.shape[2]))
    ).copy()
    for name, factor in factors.items():
        if name not in names:
            raise InputError(f"no channel {name!r} in {model.name}; {nearest(name, names)}")
        if np.any(~(np.asarray(factor) >= 0)):
            raise InputError(f"density factor of {name!r} is {factor}, must be 0 or more")
        densities[names.index(name)] *= factor
    return replace(model, electrics=replace(model.electrics, densities_S_per_cm2=densities))
