"""From a wired network to what its compiled program reads, and where it starts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float, Int

from causalgia.cable.electrics import Electrics
from causalgia.cable.layout import layout_of
from causalgia.cable.parallel import whole_vectors
from causalgia.cable.program import Problem, in_precision
from causalgia.cable.simulate import Precision, problem_of, state_size
from causalgia.channels.membrane import Membrane, MembraneState
from causalgia.cord.potentiation import Potentiation
from causalgia.cord.receptors import CHLORIDE
from causalgia.cord.state import (
    Carry,
    GroupArrays,
    GroupPlan,
    GroupState,
    NetworkArrays,
    NetworkPlan,
    Settings,
    given,
)
from causalgia.cord.wiring import Group, Wiring
from causalgia.errors import InputError

__all__ = ["Options", "Watch", "prepared", "started"]

CACHED_NUMBERS = 2**17
"""Numbers of a block's state that stay near a core."""

SAMPLE_ms = 0.1
"""A watched voltage is kept about this often, so that a spike is seen whole."""


@dataclass(frozen=True)
class Watch:
    """Neurons whose voltage is kept, at their spike site unless a `site` is given."""

    population: str
    members: tuple[int, ...] = (0,)
    site: int | None = None


@dataclass(frozen=True)
class Options:
    """How a network is run: see `causalgia.cord.simulate_network.simulate_network`."""

    potentiation: Potentiation | None
    watch: tuple[Watch, ...]
    second_order: bool
    precision: Precision


def prepared(wiring: Wiring, patients: int, options: Options) -> tuple[NetworkArrays, NetworkPlan]:
    """Arrays, in the precision of the run, and the static side of a run of so many patients."""
    made = [_group(group, wiring.dt_ms, patients, options) for group in wiring.groups]
    longest = int(wiring.inner.lag.max(initial=0)) + wiring.interval
    ring = wiring.interval * math.ceil(longest / wiring.interval)
    releases = wiring.releases()
    kinds = list(wiring.network.axo_axonic.values())
    plan = NetworkPlan(
        tuple(plan for _, plan in made),
        wiring.interval,
        ring,
        patients,
        options.second_order,
        any(r is not None for r in releases) or bool(wiring.axo_axonic.any()),
        _sample(wiring),
    )
    dt = wiring.dt_ms
    share = [1.0 if r is None else r.utilization for r in releases]
    # What no spike wears out has recovered at once.
    back = [1.0 if r is None else 1.0 - math.exp(-dt / r.recovery_ms) for r in releases]
    falls = [1.0 if r is None else 1.0 - math.exp(-dt / r.facilitation_ms) for r in releases]
    decays = [[math.exp(-dt / k.decay_ms), math.exp(-dt / k.rise_ms)] for k in kinds]
    arrays = NetworkArrays(
        groups=tuple(arrays for arrays, _ in made),
        source=given(wiring.inner.source),
        lag=given(wiring.inner.lag),
        fiber=given(wiring.outer.source),
        utilization=given(np.reshape(share, (-1, 1))),
        recovery=given(np.reshape(back, (-1, 1))),
        facilitation=given(np.reshape(falls, (-1, 1))),
        axo_axonic=given(wiring.axo_axonic),
        axo_decay=given(np.reshape(decays, (len(kinds), 2)).T[:, :, None, None]),
        axo_most=given(np.reshape([k.most for k in kinds], (-1, 1, 1))),
        dt_ms=given(dt),
    )
    return in_precision(arrays, options.precision), plan


def _sample(wiring: Wiring) -> int:
    """Steps from a voltage that is kept to the next: a whole number of times in an interval."""
    most = max(1, math.floor(SAMPLE_ms / wiring.dt_ms + 1e-9))
    return max(n for n in range(1, most + 1) if wiring.interval % n == 0)


def _group(
    group: Group, dt: float, patients: int, options: Options
) -> tuple[GroupArrays, GroupPlan]:
    """A group's arrays, in float64, and its static side."""
    cell = group.cell
    everywhere = tuple(range(cell.cable.size))
    layout = layout_of(cell.cable.parent, everywhere)
    rows = layout.rows
    half = 0.5 * dt if options.second_order else dt
    lanes = group.size * patients
    widest = max(16, CACHED_NUMBERS // state_size(cell.membrane, layout))
    width = math.ceil(lanes / math.ceil(lanes / widest))
    width = whole_vectors(width, options.precision)
    blocks = math.ceil(lanes / width)
    electrics, initial_mV, varied = _electrics(group, patients, blocks * width)
    problem = problem_of(
        cell.cable, cell.membrane, electrics, layout, None, half, initial_mV, varied
    )
    cells, by_lane = _split(problem, blocks, width)
    receptors = group.receptors
    sites = [cell.input_site if r.site is None else r.site for r in receptors]
    plastic = tuple(i for i, r in enumerate(receptors) if r.plastic)
    following = tuple(i for i, r in enumerate(receptors) if r.reversal_mV == CHLORIDE)
    plan = GroupPlan(
        site_rows=tuple(rows[site] for site in sites),
        blocked=tuple(i for i, r in enumerate(receptors) if r.magnesium_mM > 0),
        following=following,
        plastic=plastic if options.potentiation else (),
        brings_calcium=any(r.calcium_share > 0 for r in receptors)
        and ("calcium", "inside") in cell.membrane.pools,
        spike_row=rows[cell.spike_site],
        first_source=group.first_source,
        neurons=group.size,
        blocks=blocks,
        width=width,
        watched=_watched(group, rows, options.watch),
        chloride=group.chloride,
        potentiation=options.potentiation if plastic else None,
    )
    times = np.array([[r.decay_ms for r in receptors], [r.rise_ms for r in receptors]])
    midway = np.exp(-0.5 * dt / times) if options.second_order else np.exp(-dt / times)
    reversal = [0.0 if isinstance(r.reversal_mV, str) else r.reversal_mV for r in receptors]
    peaks = np.array([r.peak for r in receptors])
    bicarbonate = group.chloride.bicarbonate_share if group.chloride else 0.0
    arrays = GroupArrays(
        cells=cells,
        by_lane=by_lane,
        threshold_mV=given(np.asarray(cell.threshold_mV)),
        decay=given(np.exp(-dt / times)[:, :, None]),
        halfway=given(midway[:, :, None]),
        reversal_mV=given(np.asarray(reversal)[:, None]),
        magnesium_mM=given(np.array([r.magnesium_mM for r in receptors])[:, None]),
        calcium_share=given(np.array([r.calcium_share for r in receptors])[:, None]),
        chloride_share=given(np.full((len(following), 1), 1.0 - bicarbonate)),
        weights=given(group.weights_uS / peaks[:, None, None]),
    )
    return arrays, plan


def _electrics(
    group: Group, patients: int, lanes: int
) -> tuple[Electrics, float | Float[np.ndarray, "compartment lane"], int]:
    """What the neurons of a group are made of, where they start, and for how many lanes that is.

    For one where all are alike, else for each lane (neuron by patient; the last repeated).
    """
    cells = [p.cell for p in group.populations]
    if all(cell is cells[0] for cell in cells):
        return cells[0].electrics, cells[0].initial_mV, 1
    of_lane = np.repeat(np.arange(len(cells)), [p.count * patients for p in group.populations])
    of_lane = np.concatenate([of_lane, np.repeat(of_lane[-1], lanes - of_lane.size)])
    size = cells[0].cable.size

    def spread(label: str, shape: tuple[int, ...]) -> np.ndarray:
        values = [getattr(cell.electrics, label) for cell in cells]
        return np.stack([np.broadcast_to(v, (*shape, 1))[..., 0] for v in values], -1)[..., of_lane]

    made = Electrics(
        spread("densities_S_per_cm2", (len(cells[0].membrane.names), size)),
        spread("passive_S_per_cm2", (size,)),
        spread("passive_reversal_mV", (size,)),
    )
    starts = np.array([cell.initial_mV for cell in cells])[of_lane]
    return made, np.broadcast_to(starts, (size, lanes)), lanes


def _split(problem: Problem, blocks: int, width: int) -> tuple[Problem, Problem]:
    """What all lanes of a problem share, and what differs, with blocks first."""
    lanes = blocks * width

    def differs(leaf: Array | float) -> bool:
        return lanes > 1 and np.ndim(leaf) > 0 and np.shape(leaf)[-1] == lanes

    def blocked(leaf: np.ndarray) -> np.ndarray:
        return np.moveaxis(leaf.reshape(*leaf.shape[:-1], blocks, width), -2, 0)

    varying, shared = eqx.partition(problem, differs)
    return shared, jax.tree.map(blocked, varying)


def _watched(
    group: Group, rows: Mapping[int, int], watch: Sequence[Watch]
) -> tuple[tuple[int, int], ...]:
    starts = {name: (start, count) for name, start, count in group.members}
    found = []
    for wanted in watch:
        if wanted.population not in starts:
            continue
        start, count = starts[wanted.population]
        for member in wanted.members:
            if not 0 <= member < count:
                raise InputError(
                    f"watch: {wanted.population} has no neuron {member}, only 0 to {count - 1}"
                )
            site = group.cell.spike_site if wanted.site is None else wanted.site
            found.append((start + member, rows[site]))
    return tuple(found)


def started(arrays: NetworkArrays, plan: NetworkPlan, wiring: Wiring, settings: Settings) -> Carry:
    """Neurons at rest, chloride in balance with its transport, nothing released yet."""
    real = arrays.dt_ms.dtype
    lanes_of = [
        _starts(mine, group) for mine, group in zip(arrays.groups, plan.groups, strict=True)
    ]
    at_rest = _at_rest()(
        tuple(mine.cells.membrane for mine in arrays.groups),
        tuple(levels for levels, _ in lanes_of),
    )
    states = []
    for mine, group, made, kcc2, (levels, level), membrane in zip(
        arrays.groups, plan.groups, wiring.groups, settings.kcc2, lanes_of, at_rest, strict=True
    ):
        shape = (group.blocks, group.width)

        def blocked(
            leaf: Array | np.ndarray,
            level: np.ndarray = level,
            shape: tuple[int, int] = shape,
        ) -> np.ndarray:
            spread = np.asarray(leaf)[..., level]
            return np.moveaxis(spread.reshape(*spread.shape[:-1], *shape), -2, 0)

        chloride = np.zeros(shape, real)
        if made.chloride is not None:
            chloride = np.asarray(made.chloride.balance_mM(kcc2), real)
        receptors = mine.reversal_mV.shape[0]
        states.append(
            GroupState(
                given(blocked(levels)),
                jax.tree.map(blocked, membrane),
                given(np.zeros((group.blocks, 2, receptors, group.width), real)),
                given(chloride),
                given(np.zeros(shape, real)),
                given(np.zeros(shape, real)),
            )
        )
    terminals = arrays.utilization.shape[0]
    kinds, fibers = arrays.axo_axonic.shape[:2]
    carry = Carry(
        tuple(states),
        given(np.zeros((plan.ring, wiring.neuron_count, plan.patients), np.uint8)),
        given(np.ones((terminals, plan.patients), real)),
        given(np.zeros((terminals, plan.patients), real)),
        given(np.zeros((2, kinds, fibers, plan.patients), real)),
        given(np.zeros((), np.int32)),
    )
    return cast(Carry, jax.device_put(carry))


def _starts(
    mine: GroupArrays, group: GroupPlan
) -> tuple[Float[np.ndarray, "row level"], Int[np.ndarray, " lane"]]:
    """The different voltages that neurons of a group start from, and which of them each lane."""
    lanes = group.blocks * group.width
    first = mine.cells.initial_mV
    if first is not None:
        return np.broadcast_to(first, (first.shape[0], 1)), np.zeros(lanes, int)
    by_lane = np.moveaxis(np.asarray(mine.by_lane.initial_mV), 0, -2).reshape(-1, lanes)
    levels, level = np.unique(by_lane, axis=1, return_inverse=True)
    return levels, level.reshape(-1)


@cache
def _at_rest() -> Callable[..., tuple[MembraneState, ...]]:
    """What membranes remember at voltages held for long, all in one compiled program.

    Of different voltages only, so that it is the same program for any number of patients.
    """

    def start(
        membranes: tuple[Membrane, ...], voltages: tuple[Array, ...]
    ) -> tuple[MembraneState, ...]:
        return tuple(
            membrane.start(voltage) for membrane, voltage in zip(membranes, voltages, strict=True)
        )

    return jax.jit(start)
