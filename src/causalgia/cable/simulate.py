"""Running many copies of one cable side by side: from what a user gives to what was recorded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, cast

import jax
import numpy as np
from jaxtyping import Array, Float

from causalgia.cable.checks import check_electrics, check_pulses, check_run
from causalgia.cable.electrics import Electrics
from causalgia.cable.geometry import Cable
from causalgia.cable.layout import Layout, layout_of
from causalgia.cable.parallel import blocks_of, map_blocks, select_lanes
from causalgia.cable.program import Kept, Plan, Problem, in_precision, run
from causalgia.cable.recording import Recorder, Recording
from causalgia.cable.sheath import Sheath, SheathedLine, sheathed_line_of
from causalgia.cable.solver import AbstractAxial, axial_of
from causalgia.cable.stimulus import AbstractCurrent, Extracellular, Opening, placed
from causalgia.channels.membrane import Membrane
from causalgia.errors import InputError, SimulationDiverged

__all__ = [
    "Precision",
    "capacitance_of",
    "concentrations_of",
    "problem_of",
    "simulate",
    "state_size",
]

Precision = Literal["float32", "float64"]
"""Of all real numbers of a run."""
RUNAWAY_mV = 1000.0

SOLVER_VALUES = 6
"""Numbers of a row that solving for the voltage keeps at hand."""

SLOW_STEP_ms = 0.05
"""How often slow gates are moved at least."""


def simulate(
    cable: Cable,
    membrane: Membrane,
    electrics: Electrics,
    *,
    duration_ms: float,
    dt_ms: float,
    initial_mV: float | Float[np.ndarray, "compartment #batch"] = -65.0,
    active: Sequence[int] | None = None,
    currents: Sequence[AbstractCurrent] = (),
    openings: Sequence[Opening] = (),
    extracellular: Extracellular | None = None,
    sheath: Sheath | None = None,
    recorder: Recorder | None = None,
    batch: int = 1,
    precision: Precision = "float32",
    workers: int | None = None,
) -> Recording:
    """Integrate `batch` copies of a cable side by side, in whole intervals of the recorder.

    **Arguments:** the `cable`, its `membrane` and what each lane is made of (`electrics`);
    `duration_ms` and `dt_ms`; the `initial_mV` potential, at which gates start in their steady
    state; the `active` compartments that carry the membrane's channels (default: all that have
    area); injected `currents`, conductances that open as given (`openings`) and an
    `extracellular` potential; the `sheath` of a double cable; what to record; `precision`; how
    many `workers` share wide batches (default: all cores; results do not depend on it).
    **Returns:** a `Recording` of NumPy arrays.
    **Raises:** `InputError` for steps or shapes that make no sense; `SimulationDiverged` with
    time, place, lane and what the membrane is made of there when a voltage runs away.
    """
    recorder = recorder or Recorder()
    sites = np.flatnonzero(cable.area_cm2 > 0) if active is None else active
    chosen = tuple(int(i) for i in sites)
    check_run(cable, chosen, recorder, batch, precision)
    check_electrics(cable, membrane, electrics, chosen, batch)
    check_pulses(currents, dt_ms)
    layout = layout_of(cable.parent, chosen, always_fold=sheath is not None)
    inner, outer = _steps(duration_ms, dt_ms, recorder.every_ms)
    rows = layout.rows
    plan = Plan(
        layout.active,
        tuple(rows[site] for site in recorder.voltage),
        tuple(rows[site] for site in recorder.spikes),
        tuple(layout.active.index(rows[site]) for site in recorder.concentrations),
        inner,
        outer,
        _stride(inner, dt_ms) if membrane.stack.has_slow else 1,
    )
    problem = problem_of(cable, membrane, electrics, layout, sheath, dt_ms, initial_mV, batch)
    problem = replace(
        problem,
        currents=tuple(placed(current, rows, batch) for current in currents),
        openings=tuple(placed(opening, rows, batch) for opening in openings),
        extracellular=_arranged(extracellular, layout),
        threshold_mV=_entering(recorder.threshold_mV),
    )
    problem = in_precision(problem, precision)

    size = state_size(membrane, layout)
    kept = _run_blocks(problem, plan, batch, size, precision, workers)
    time_ms = dt_ms * inner * np.arange(1, outer + 1)
    bad = ~(kept.largest_mV < RUNAWAY_mV)
    if bad.any():
        sample = int(np.flatnonzero(bad.any(axis=1))[0])
        lane = int(np.flatnonzero(bad[sample])[0])
        # Only a failed run pays for finding the place: it is run again up to its failure.
        again = _run_blocks(
            problem, replace(plan, outer=sample + 1), batch, size, precision, workers
        )
        voltages = layout.restore(np.asarray(again.final_mV))[:, lane]
        raise SimulationDiverged(
            _describe_runaway(
                cable, membrane, electrics, chosen, voltages, lane, float(time_ms[sample])
            ),
            np.flatnonzero(bad.any(axis=0)),
        )
    voltage, crossing, final = map(np.asarray, (kept.voltage_mV, kept.crossing_ms, kept.final_mV))
    return Recording(
        time_ms,
        voltage,
        crossing,
        layout.restore(final),
        concentrations_of(membrane, np.asarray(kept.shift_mM)),
    )


def concentrations_of(
    membrane: Membrane, shift_mM: Float[np.ndarray, "sample pool site batch"]
) -> dict[tuple[str, str], Float[np.ndarray, "sample site batch"]]:
    """Concentrations (mM) by ion and side, from what they differ from their start by."""
    starts = [pool.initial_mM for ion in membrane.ions for _, pool in ion.pools]
    return {
        name: start + shift_mM[:, row]
        for row, (name, start) in enumerate(zip(membrane.pools, starts, strict=True))
    }


def state_size(membrane: Membrane, layout: Layout) -> int:
    """How many numbers a step reads and writes for a lane: the state, and a voltage's worth."""
    remembered = membrane.stack.size + len(membrane.pools) + len(membrane.blocks)
    return remembered * len(layout.active) + SOLVER_VALUES * len(layout.order)


def _run_blocks(
    problem: Problem,
    plan: Plan,
    batch: int,
    values: int,
    precision: Precision,
    workers: int | None,
) -> Kept:
    """Run all lanes, block by block, and put their results side by side."""

    def work(lanes: np.ndarray) -> Kept:
        part = problem if lanes.size == batch else select_lanes(problem, lanes, batch)
        # JAX's setting of precision belongs to a thread.
        with jax.enable_x64(precision == "float64"):
            return jax.device_get(run(part, plan))

    parts = map_blocks(work, blocks_of(batch, values, precision), workers)
    return jax.tree.map(lambda *leaves: np.concatenate(leaves, axis=-1)[..., :batch], *parts)


def _steps(duration_ms: float, dt_ms: float, every_ms: float) -> tuple[int, int]:
    """Steps between records, and records."""
    if not (dt_ms > 0 and duration_ms >= dt_ms):
        raise InputError(
            f"dt_ms is {dt_ms} and duration_ms {duration_ms}: need 0 < dt_ms <= duration_ms"
        )
    inner = max(1, round(every_ms / dt_ms))
    # The last interval is whole, so that a run is never shorter than asked for.
    return inner, math.ceil(duration_ms / (dt_ms * inner) - 1e-6)


def _stride(inner: int, dt_ms: float) -> int:
    """After how many steps slow gates move: a divisor of the steps between records."""
    most = max(1, min(inner, math.floor(SLOW_STEP_ms / dt_ms + 1e-6)))
    return max(count for count in range(1, most + 1) if inner % count == 0)


def problem_of(
    cable: Cable,
    membrane: Membrane,
    electrics: Electrics,
    layout: Layout,
    sheath: Sheath | None,
    dt_ms: float,
    initial_mV: float | np.ndarray,
    batch: int,
) -> Problem:
    """A run without stimuli, in float64, in the order of the layout's rows."""
    scale = np.atleast_1d(np.asarray(electrics.diameter_scale, dtype=float))[None]
    area = layout.arrange(cable.area_cm2[:, None] * scale)
    axial_mS = cable.axial_mS[:, None] * scale**2 * electrics.axial_factor
    axial: AbstractAxial | SheathedLine
    if sheath is None:
        axial, diagonal = axial_of(layout, cable.parent, axial_mS)
    else:
        axial = sheathed_line_of(layout, cable, axial_mS, sheath, area, dt_ms)
        diagonal = np.zeros_like(area)
    diagonal = diagonal + capacitance_of(cable, electrics, layout) / dt_ms
    passive, reversal = None, np.asarray(electrics.passive_reversal_mV, dtype=float)
    if electrics.passive_S_per_cm2 is not None:
        passive = 1e3 * layout.arrange(electrics.passive_S_per_cm2) * area
        diagonal = diagonal + passive
        reversal = layout.arrange(reversal) if reversal.ndim else reversal
    active = np.asarray(layout.active, dtype=int)
    densities = layout.arrange_active(electrics.densities_S_per_cm2)
    initial = np.asarray(initial_mV, dtype=float)
    initial = initial if initial.ndim == 2 else initial.reshape(-1, 1)
    initial = np.broadcast_to(initial, (cable.size, batch))
    return Problem(
        membrane=_arranged_membrane(membrane, layout),
        densities_mS=_entering(1e3 * densities * area[active]),
        pool_gain=_pool_gain(cable, membrane, layout, scale, area[active]),
        axial=axial,
        passive_mS=None if passive is None else _entering(passive),
        passive_mV=_entering(reversal),
        fixed_diagonal_mS=_entering(diagonal),
        initial_mV=_entering(layout.arrange(initial, junction=float(initial.mean()))),
        currents=(),
        openings=(),
        extracellular=None,
        dt_ms=_entering(dt_ms),
        threshold_mV=_entering(0.0),
    )


def capacitance_of(
    cable: Cable, electrics: Electrics, layout: Layout
) -> Float[np.ndarray, "row #batch"]:
    """Capacitance (uF) of the membrane in each row."""
    scale = np.atleast_1d(np.asarray(electrics.diameter_scale, dtype=float))[None]
    if electrics.capacitance_uF_per_cm2 is None:
        return layout.arrange(cable.capacitance_uF[:, None] * scale)
    area = layout.arrange(cable.area_cm2[:, None] * scale)
    return layout.arrange(electrics.capacitance_uF_per_cm2) * area


def _pool_gain(
    cable: Cable, membrane: Membrane, layout: Layout, scale: np.ndarray, area_cm2: np.ndarray
) -> Array | None:
    """Rise of each concentration (mM/ms) in each active row for 1 uA of its ion."""
    if not membrane.pools:
        return None
    diameter = layout.arrange(cable.diameter_um[:, None] * scale, junction=1.0)
    fills = membrane.pool_fills(diameter[np.asarray(layout.active, dtype=int)])
    per_current = np.divide(1e-3, area_cm2, out=np.zeros_like(area_cm2), where=area_cm2 > 0)
    return _entering(fills * per_current)


def _entering(values: np.ndarray | float) -> Array:
    """NumPy numbers in the place of those of the compiled program, which they are about to enter.

    They stay NumPy, since JAX outside its setting of precision would round them to float32.
    """
    return cast(Array, np.asarray(values))


def _arranged_membrane(membrane: Membrane, layout: Layout) -> Membrane:
    """What differs from place to place in a membrane, in the order of a layout's active rows."""

    def arranged(leaf: Array | float) -> Array | float:
        if not np.ndim(leaf):
            return leaf
        values = layout.arrange_active(np.asarray(leaf, dtype=float).reshape(1, -1, 1))[0]
        # A row that only completes a fold has no channels, but its numbers are computed with.
        spare = np.asarray(layout.active_source) < 0
        return _entering(np.where(spare[:, None], values.max(), values))

    placed = jax.tree.map(arranged, (membrane.reversal_mV, membrane.ions))
    return replace(membrane, reversal_mV=placed[0], ions=placed[1])


def _arranged(extracellular: Extracellular | None, layout: Layout) -> Extracellular | None:
    if extracellular is None:
        return None
    shape = np.asarray(extracellular.potential_mV_per_unit)
    # A junction has no membrane, but its voltage is looked at when one may have run away.
    arranged = layout.arrange(shape, junction=None)
    return replace(extracellular, potential_mV_per_unit=_entering(arranged))


def _describe_runaway(
    cable: Cable,
    membrane: Membrane,
    electrics: Electrics,
    active: tuple[int, ...],
    voltages: np.ndarray,
    lane: int,
    time_ms: float,
) -> str:
    """Time, place and parameters of the worst compartment of a lane that ran away."""
    worst = int(np.argmax(np.where(np.isnan(voltages), np.inf, np.abs(voltages))))
    place = f"compartment {worst}"
    for name, members in cable.section.items():
        if worst in members:
            place = f"section {name!r}, compartment {int(np.searchsorted(members, worst))} of it"
    made_of = "no channels"
    if worst in active:
        densities = electrics.densities_S_per_cm2[:, active.index(worst)]
        mine = densities[:, lane if densities.shape[1] > 1 else 0]
        made_of = ", ".join(
            f"{name} {value:.4g}" for name, value in zip(membrane.names, mine, strict=True)
        )
    return (
        f"voltage ran away ({voltages[worst]:.4g} mV) by {time_ms:.4g} ms in lane {lane}, {place} "
        f"({cable.position_um[worst]:.4g} um from the start); densities there (S/cm2): {made_of}; "
        "try a smaller dt_ms"
    )
