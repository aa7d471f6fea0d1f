"""Run a network for many patients side by side: event times in, spike times out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float, Int

from causalgia.cable.electrics import Electrics
from causalgia.cable.layout import layout_of
from causalgia.cable.parallel import map_blocks
from causalgia.cable.program import Problem, in_precision
from causalgia.cable.simulate import Precision, problem_of, state_size
from causalgia.cord.modulation import Modulation, settings_of
from causalgia.cord.network import Network
from causalgia.cord.potentiation import Potentiation
from causalgia.cord.receptors import CHLORIDE
from causalgia.cord.spikes import Discharge, Trains
from causalgia.cord.steps import (
    Carry,
    GroupArrays,
    GroupPlan,
    GroupState,
    Kept,
    NetworkArrays,
    NetworkPlan,
    Settings,
    given,
    run_chunk,
)
from causalgia.cord.wiring import Group, Wiring, wiring_of
from causalgia.errors import InputError, SimulationDiverged

__all__ = ["Watch", "simulate_network"]

RUNAWAY_mV = 1000.0
CHUNK_ms = 50.0
"""How long is integrated in one call; between calls the brain and drugs may change settings."""

CACHED_NUMBERS = 2**17
"""Numbers of a block's state that stay near a core."""

PATIENTS_A_SHARD = 32


@dataclass(frozen=True)
class Watch:
    """Neurons whose voltage is kept, at their spike site unless a `site` is given."""

    population: str
    members: tuple[int, ...] = (0,)
    site: int | None = None


Feedback = Callable[[float, Discharge], Modulation]
"""From the time (ms) and what was fired since the last call to the settings that follow.

The first call is at 0 ms, with a discharge of no duration: what a run starts from.
"""


def simulate_network(
    network: Network,
    trains: Mapping[str, Trains],
    *,
    duration_ms: float,
    dt_ms: float = 0.025,
    patients: int = 1,
    modulation: Modulation | Feedback | None = None,
    potentiation: Potentiation | None = None,
    watch: Sequence[Watch] = (),
    second_order: bool = True,
    precision: Precision = "float32",
    workers: int | None = None,
) -> Discharge:
    """Integrate a network driven by spikes of afferents.

    **Arguments:** the `network`; `trains`, for each class of afferents when which fiber of which
    patient fires; how long, in which steps, for how many `patients`; the `modulation` (what drugs,
    disease and the brain change), or a function that gives it at the start and then every 50 ms
    from what was fired since (the patients of a feedback run are not shared among cores); how
    C-fiber synapses potentiate (None: they do not); neurons whose voltage to keep; `second_order`
    in time, or first as most published runs; `precision`; how many `workers` share the patients
    (results do not depend on it).
    **Returns:** a `Discharge`: spike times by population, voltages, what became of chloride and
    synapses.
    **Raises:** `InputError` for a class of afferents that is not there or steps that make no
    sense; `SimulationDiverged` with time, population, neuron and patient when a voltage runs away.
    """
    _check(network, trains, duration_ms, dt_ms, patients)
    for wanted in watch:
        network.population(wanted.population)
    wiring = wiring_of(network, dt_ms)
    run = _Run(
        wiring,
        trains,
        math.ceil(duration_ms / (dt_ms * wiring.interval) - 1e-9),
        modulation,
        potentiation,
        tuple(watch),
        second_order,
        precision,
    )
    if callable(modulation):
        return run.of(np.arange(patients))
    size = min(PATIENTS_A_SHARD, patients)
    shards = [np.arange(s, min(s + size, patients)) for s in range(0, patients, size)]
    return Discharge.joined(map_blocks(run.of, shards, workers))


def _check(
    network: Network,
    trains: Mapping[str, Trains],
    duration_ms: float,
    dt_ms: float,
    patients: int,
) -> None:
    if not 0 < dt_ms <= duration_ms:
        raise InputError(
            f"dt_ms is {dt_ms} and duration_ms {duration_ms}: need 0 < dt_ms <= duration_ms"
        )
    if patients < 1:
        raise InputError(f"patients is {patients}, must be 1 or more")
    for name, fired in trains.items():
        if name not in network.afferents:
            known = ", ".join(network.afferents) or "none"
            raise InputError(f"trains: {name!r} is not a class of afferents ({known})")
        fired.check(name, network.afferents[name], patients)


@dataclass(frozen=True)
class _Run:
    """Everything of a run but which patients."""

    wiring: Wiring
    trains: Mapping[str, Trains]
    intervals: int
    modulation: Modulation | Feedback | None
    potentiation: Potentiation | None
    watch: tuple[Watch, ...]
    second_order: bool
    precision: Precision
    chunk: int = field(init=False)

    def __post_init__(self) -> None:
        span = self.wiring.interval * self.wiring.dt_ms
        object.__setattr__(self, "chunk", max(1, round(CHUNK_ms / span)))

    def of(self, patients: Int[np.ndarray, " patient"]) -> Discharge:
        """The discharge of some of the patients."""
        # JAX's setting of precision belongs to a thread.
        with jax.enable_x64(self.precision == "float64"):
            return self._integrated(patients)

    def _integrated(self, patients: Int[np.ndarray, " patient"]) -> Discharge:
        wiring = self.wiring
        arrays, plan = self._prepared(len(patients))
        feedback, fixed = None, Modulation()
        if isinstance(self.modulation, Modulation):
            fixed = self.modulation
        elif self.modulation is not None:
            feedback = self.modulation
            nothing = np.zeros((0, wiring.neuron_count, len(patients)), np.uint8)
            fixed = feedback(
                0.0,
                Discharge.of_raster(nothing, wiring.neurons, 0, wiring.dt_ms, len(patients)),
            )
        settings = self._settings(fixed, plan, patients)
        carry = _start(arrays, plan, wiring, settings)
        collected = _Collected(wiring, plan, self.watch, len(patients))
        for first in range(0, self.intervals, self.chunk):
            count = min(self.chunk, self.intervals - first)
            afferent = self._arrivals(first, count, patients)
            carry, kept = run_chunk(arrays, plan, settings, carry, afferent)
            news = collected.add(first, jax.device_get(kept), patients)
            if feedback:
                time_ms = (first + count) * wiring.interval * wiring.dt_ms
                settings = self._settings(feedback(time_ms, news), plan, patients)
        return collected.finish(jax.device_get(carry), plan)

    def _settings(
        self,
        modulation: Modulation,
        plan: NetworkPlan,
        patients: Int[np.ndarray, " patient"],
    ) -> Settings:
        made = settings_of(self.wiring, plan, modulation, patients)
        return in_precision(made, self.precision)

    def _arrivals(
        self, first: int, count: int, patients: Int[np.ndarray, " patient"]
    ) -> np.ndarray:
        """Spikes [interval, step, terminal, patient] at the terminals of afferents."""
        wiring, outer = self.wiring, self.wiring.outer
        steps = count * wiring.interval
        raster = np.zeros((steps, outer.source.size, len(patients)), np.uint8)
        start = first * wiring.interval
        for name, place in wiring.fibers.items():
            if name not in self.trains:
                continue
            mine = np.flatnonzero((outer.source >= place.start) & (outer.source < place.stop))
            if not mine.size:
                continue
            self.trains[name].write(
                raster, start, wiring.dt_ms, mine, outer.source[mine] - place.start,
                outer.lag[mine], patients,
            )  # fmt: skip
        return raster.reshape(count, wiring.interval, *raster.shape[1:])

    def _prepared(self, patients: int) -> tuple[NetworkArrays, NetworkPlan]:
        wiring = self.wiring
        made = [self._group(group, patients) for group in wiring.groups]
        longest = int(wiring.inner.lag.max(initial=0)) + wiring.interval
        ring = wiring.interval * math.ceil(longest / wiring.interval)
        releases = wiring.releases()
        kinds = list(wiring.network.axo_axonic.values())
        plan = NetworkPlan(
            tuple(plan for _, plan in made),
            wiring.interval,
            ring,
            patients,
            self.second_order,
            any(r is not None for r in releases) or bool(wiring.axo_axonic.any()),
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
        return in_precision(arrays, self.precision), plan

    def _group(self, group: Group, patients: int) -> tuple[GroupArrays, GroupPlan]:
        cell, dt = group.cell, self.wiring.dt_ms
        everywhere = tuple(range(cell.cable.size))
        layout = layout_of(cell.cable.parent, everywhere)
        rows = layout.rows
        half = 0.5 * dt if self.second_order else dt
        lanes = group.size * patients
        widest = max(16, CACHED_NUMBERS // state_size(cell.membrane, layout))
        blocks = math.ceil(lanes / widest)
        width = math.ceil(lanes / blocks)
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
            plastic=plastic if self.potentiation else (),
            brings_calcium=any(r.calcium_share > 0 for r in receptors)
            and ("calcium", "inside") in cell.membrane.pools,
            spike_row=rows[cell.spike_site],
            first_source=group.first_source,
            neurons=group.size,
            blocks=blocks,
            width=width,
            watched=_watched(group, rows, self.watch),
            chloride=group.chloride,
            potentiation=self.potentiation if plastic else None,
        )
        times = np.array([[r.decay_ms for r in receptors], [r.rise_ms for r in receptors]])
        midway = np.exp(-0.5 * dt / times) if self.second_order else np.exp(-dt / times)
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


def _start(arrays: NetworkArrays, plan: NetworkPlan, wiring: Wiring, settings: Settings) -> Carry:
    """Neurons at rest, chloride in balance with its transport, nothing released yet."""
    real = arrays.dt_ms.dtype
    states = []
    for mine, group, made, kcc2 in zip(
        arrays.groups, plan.groups, wiring.groups, settings.kcc2, strict=True
    ):
        shape = (group.blocks, group.width)
        lanes = group.blocks * group.width
        first = mine.cells.initial_mV
        if first is None:
            first = np.moveaxis(mine.by_lane.initial_mV, 0, -2).reshape(-1, lanes)
        voltage = jax.numpy.broadcast_to(jax.numpy.asarray(first), (first.shape[0], lanes))
        membrane = mine.cells.membrane.start(voltage)

        def blocked(leaf: jax.Array, shape: tuple[int, int] = shape) -> jax.Array:
            return jax.numpy.moveaxis(leaf.reshape(*leaf.shape[:-1], *shape), -2, 0)

        chloride = jax.numpy.zeros(shape, real)
        if made.chloride is not None:
            chloride = jax.numpy.asarray(made.chloride.balance_mM(kcc2), real)
        receptors = mine.reversal_mV.shape[0]
        states.append(
            GroupState(
                blocked(voltage),
                jax.tree.map(blocked, membrane),
                jax.numpy.zeros((group.blocks, 2, receptors, group.width), real),
                chloride,
                jax.numpy.zeros(shape, real),
                jax.numpy.zeros(shape, real),
            )
        )
    terminals = arrays.utilization.shape[0]
    kinds, fibers = arrays.axo_axonic.shape[:2]
    return Carry(
        tuple(states),
        jax.numpy.zeros((plan.ring, wiring.neuron_count, plan.patients), jax.numpy.uint8),
        jax.numpy.ones((terminals, plan.patients), real),
        jax.numpy.zeros((terminals, plan.patients), real),
        jax.numpy.zeros((2, kinds, fibers, plan.patients), real),
        jax.numpy.zeros((), jax.numpy.int32),
    )


class _Collected:
    """What chunk after chunk gave, in a person's terms."""

    def __init__(
        self, wiring: Wiring, plan: NetworkPlan, watch: Sequence[Watch], patients: int
    ) -> None:
        self.wiring, self.plan, self.patients = wiring, plan, patients
        self.watch = watch
        self.pieces: list[Discharge] = []
        self.voltages: list[list[np.ndarray]] = [[] for _ in plan.groups]

    def add(self, first: int, kept: Kept, patients: np.ndarray) -> Discharge:
        """What was fired in a chunk; its voltages are put aside."""
        wiring = self.wiring
        span = wiring.interval * wiring.dt_ms
        for group, (largest, seen) in enumerate(zip(kept.largest_mV, kept.voltage_mV, strict=True)):
            bad = ~(largest < RUNAWAY_mV)
            if bad.any():
                interval, patient = (int(i[0]) for i in np.nonzero(bad))
                names = ", ".join(name for name, _, _ in wiring.groups[group].members)
                raise SimulationDiverged(
                    f"a voltage ran away by {(first + interval + 1) * span:g} ms in {names} of "
                    f"patient {int(patients[patient])}; try a smaller dt_ms than {wiring.dt_ms:g}"
                )
            self.voltages[group].append(np.asarray(seen))
        spikes = np.asarray(kept.spikes).reshape(-1, *kept.spikes.shape[2:])
        start = first * wiring.interval
        piece = Discharge.of_raster(spikes, wiring.neurons, start, wiring.dt_ms, self.patients)
        self.pieces.append(piece)
        return piece

    def finish(self, carry: Carry, plan: NetworkPlan) -> Discharge:
        """The whole discharge."""
        whole = Discharge.in_time(self.pieces)
        span = self.wiring.interval * self.wiring.dt_ms
        voltage = {}
        for group, made, seen in zip(plan.groups, self.wiring.groups, self.voltages, strict=True):
            traces = np.concatenate(seen)
            place = 0
            names = {name for name, _, _ in made.members}
            for wanted in self.watch:
                if wanted.population in names:
                    count = len(wanted.members)
                    voltage[wanted.population] = traces[:, place : place + count]
                    place += count
            assert place == len(group.watched)
        return whole.with_states(
            voltage_every_ms=span,
            voltage_mV=voltage,
            **_states(self.wiring, plan, carry),
        )


def _states(
    wiring: Wiring, plan: NetworkPlan, carry: Carry
) -> dict[str, dict[str, Float[np.ndarray, "neuron patient"]]]:
    """Chloride and potentiation of each population that has them."""
    chloride: dict[str, np.ndarray] = {}
    potentiated: dict[str, np.ndarray] = {}
    for group, made, state in zip(plan.groups, wiring.groups, carry.groups, strict=True):
        for name, start, count in made.members:
            for has, values, book in (
                (group.chloride, state.chloride_mM, chloride),
                (group.potentiation, state.potentiated, potentiated),
            ):
                if has is not None:
                    lanes = np.asarray(values).reshape(-1)[: group.neurons * plan.patients]
                    book[name] = lanes.reshape(group.neurons, -1)[start : start + count]
    return {"chloride_mM": chloride, "potentiated": potentiated}
