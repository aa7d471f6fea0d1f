"""What a population of neurons answers to a ladder of current steps, in one simulation.

Lanes are neurons times rungs. The rungs of the ladder have one ratio, so that twice the rheobase
of every neuron is the same number of rungs above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from causalgia.afferents.ganglion import (
    chosen,
    lanes_of,
    repeated,
    resting_potential_mV,
    simulate_soma,
)
from causalgia.afferents.model import FiberModel, scaled
from causalgia.cable.stimulus import Pulses
from causalgia.errors import InputError

__all__ = ["Ladder", "Outputs", "excitability", "spike_counts"]

Outputs = Callable[
    [Mapping[str, Float[np.ndarray, " model"]]], Mapping[str, Float[np.ndarray, " model"]]
]
"""From parameters of a population to named outputs of each model."""

BEFORE_ms, AFTER_ms = 5.0, 20.0


@dataclass(frozen=True)
class Ladder:
    """Current steps of one width, from `lowest_nA` through some doublings in even ratios."""

    lowest_nA: float
    doublings: int
    width_ms: float
    per_doubling: int = 4

    def __post_init__(self) -> None:
        for name in ("lowest_nA", "doublings", "width_ms", "per_doubling"):
            if not getattr(self, name) > 0:
                raise InputError(f"ladder: {name} is {getattr(self, name):g}, must be above 0")

    @property
    def amplitudes_nA(self) -> Float[np.ndarray, " rung"]:
        """The rungs: those on which a rheobase may lie, and a doubling more."""
        rungs = (self.doublings + 1) * self.per_doubling + 1
        return self.lowest_nA * 2.0 ** (np.arange(rungs) / self.per_doubling)


def spike_counts(
    model: FiberModel, ladder: Ladder, *, dt_ms: float | None = None
) -> Int[np.ndarray, "rung batch"]:
    """Spikes of each neuron of a model during and shortly after each step, in one simulation."""
    count, amplitudes = lanes_of(model), ladder.amplitudes_nA
    rest = resting_potential_mV(model)
    run = simulate_soma(
        repeated(model, amplitudes.size),
        duration_ms=BEFORE_ms + ladder.width_ms + AFTER_ms,
        currents=[
            Pulses((0,), BEFORE_ms, ladder.width_ms, jnp.asarray(np.tile(amplitudes, count)[None]))
        ],
        initial_mV=np.repeat(rest, amplitudes.size),
        dt_ms=dt_ms,
    )
    return run.spike_count()[0].reshape(count, amplitudes.size).T


def excitability(
    model: FiberModel, ladder: Ladder, *, lane: int = 0, dt_ms: float | None = None
) -> Outputs:
    """Rest, rheobase and firing of a neuron as functions of factors of its densities.

    **Arguments:** the `model`, of which one `lane` is taken; the `ladder` of current steps; the
    step of the simulation (default: the model's).
    **Returns:** a function from factors by current, [model], to `rest_mV`, `rheobase_nA` and
    `spikes`, those at twice the rheobase. A rheobase is the middle, on a logarithmic scale, of the
    highest silent rung below the first that fires and that rung; below the ladder (a neuron that
    fires by itself) or above it (one that does not fire) it lies half a rung outside.
    """
    one = chosen(model, np.array([lane]))

    def outputs(factors: Mapping[str, Float[np.ndarray, " model"]]) -> dict[str, np.ndarray]:
        population = scaled(one, dict(factors))
        counts = spike_counts(population, ladder, dt_ms=dt_ms)
        below = ladder.doublings * ladder.per_doubling + 1
        fires = counts[:below] > 0
        first = np.where(fires.any(axis=0), np.argmax(fires, axis=0), below)
        twice = np.minimum(first + ladder.per_doubling, len(counts) - 1)
        rheobase = ladder.lowest_nA * 2.0 ** ((first - 0.5) / ladder.per_doubling)
        return {
            "rest_mV": resting_potential_mV(population),
            "rheobase_nA": rheobase,
            "spikes": np.take_along_axis(counts, twice[None], axis=0)[0].astype(float),
        }

    return outputs
