"""What a run of a network holds: what is static, what does not change, what does.

Arrays that hold a value for each lane (neuron by patient) have the lanes as their last axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import equinox as eqx
import numpy as np
from jaxtyping import Array

from causalgia.cable.program import Problem
from causalgia.channels.membrane import MembraneState
from causalgia.cord.chloride_load import ChlorideLoad
from causalgia.cord.potentiation import Potentiation

__all__ = [
    "Carry",
    "GroupArrays",
    "GroupPlan",
    "GroupState",
    "Kept",
    "NetworkArrays",
    "NetworkPlan",
    "Settings",
    "given",
]


@dataclass(frozen=True)
class GroupPlan:
    """The static side of a group.

    `site_rows` [receptor]; which receptors magnesium blocks, follow chloride, bring calcium or
    potentiate; `first_source` and how many neurons; `lanes` in each of `blocks`; `watched`,
    (neuron, row) of the voltages to keep.
    """

    site_rows: tuple[int, ...]
    blocked: tuple[int, ...]
    following: tuple[int, ...]
    plastic: tuple[int, ...]
    brings_calcium: bool
    spike_row: int
    first_source: int
    neurons: int
    blocks: int
    width: int
    watched: tuple[tuple[int, int], ...]
    chloride: ChlorideLoad | None
    potentiation: Potentiation | None


@dataclass(frozen=True)
class NetworkPlan:
    """The static side of a run: its groups, the steps of an interval and of the ring, patients.

    A watched voltage is kept every `sample` steps.
    """

    groups: tuple[GroupPlan, ...]
    interval: int
    ring: int
    patients: int
    second_order: bool
    releases: bool
    sample: int


class GroupArrays(eqx.Module):
    """What does not change for a group: cells, receptors, weights.

    `cells` is their cable and membrane, without what differs from lane to lane, which `by_lane`
    holds with blocks first. Per receptor: `decay` and `halfway`, what is left after a step and
    after half of one, for the slow and the fast exponential [2, receptor, 1]; `reversal_mV`,
    `magnesium_mM`, `calcium_share` [receptor, 1]. `chloride_share` [following receptor, 1].
    `weights` [receptor, neuron, terminal] are amplitudes of both exponentials (uS).
    """

    cells: Problem
    by_lane: Problem
    threshold_mV: Array
    decay: Array
    halfway: Array
    reversal_mV: Array
    magnesium_mM: Array
    calcium_share: Array
    chloride_share: Array
    weights: Array


class NetworkArrays(eqx.Module):
    """What does not change in a run.

    Of terminals: `source` and `lag` of those of neurons; `utilization`, `recovery` and
    `facilitation` (per ms) [terminal, 1]; `fiber`, the fiber of each of the outer ones;
    `axo_axonic` [kind, fiber, terminal] with `axo_decay` [2, kind, 1, 1] and `axo_most` [kind, 1,
    1].
    """

    groups: tuple[GroupArrays, ...]
    source: Array
    lag: Array
    fiber: Array
    utilization: Array
    recovery: Array
    facilitation: Array
    axo_axonic: Array
    axo_decay: Array
    axo_most: Array
    dt_ms: Array


class Settings(eqx.Module):
    """What drugs, disease and the brain set, patient by patient; may change between chunks.

    `release` [terminal, patient], share of what a healthy terminal releases; for each group
    `gain` [receptor, neuron, patient], fold of each conductance, `tonic_uS` [receptor, lane], what
    is always open, and `kcc2` [lane], fold.
    """

    release: Array
    gain: tuple[Array, ...]
    tonic_uS: tuple[Array, ...]
    kcc2: tuple[Array, ...]


class GroupState(eqx.Module):
    """What a group's neurons remember; blocks come first, lanes last.

    `synapse` [block, 2, receptor, lane] (uS); `chloride_mM` [block, lane]; `trace` and
    `potentiated` [block, lane], the calcium that potentiates and what it has made of synapses.
    """

    voltage: Array
    membrane: MembraneState
    synapse: Array
    chloride_mM: Array
    trace: Array
    potentiated: Array


class Carry(eqx.Module):
    """What goes from chunk to chunk.

    `ring` [step, neuron, patient], past spikes; `resources` and `use` [terminal, patient];
    `contacts` [2, kind, fiber, patient], what is open on fibers; `step`.
    """

    groups: tuple[GroupState, ...]
    ring: Array
    resources: Array
    use: Array
    contacts: Array
    step: Array


class Kept(eqx.Module):
    """What a chunk gives back.

    `spikes` [interval, step, neuron, patient]; `largest_mV` [interval, patient] of each group;
    `voltage_mV` [interval, sample, watched, patient] of each group.
    """

    spikes: Array
    largest_mV: tuple[Array, ...]
    voltage_mV: tuple[Array, ...]


def given(values: object) -> Array:
    """NumPy numbers in the place of those of the compiled program, which they are about to enter.

    They stay NumPy, since JAX outside its setting of precision would round them to float32.
    """
    return cast(Array, np.asarray(values))
