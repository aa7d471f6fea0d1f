r"""A collateral of a dorsal column fiber: which spikes of the column get to its endings.

A collateral leaves the column as a thin myelinated branch that divides again and again in the
gray matter. Each branch point loads the node before it with two daughters, until they can get no
thinner: safety falls from one to the next, and spikes that follow each other closely end on the
way (Rogers 2024, whose dimensions and membrane these are).

Branches of a generation are alike and do the same at the same time, so that all of them are one
cable: $n$ cylinders side by side have $n$ times the area and $n$ times the axial conductance of
one. That is exact, and keeps the double cable, whose solver takes no branches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

import numpy as np
from jaxtyping import Float

from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.neurostimulation.program import Program
from causalgia.afferents.neurostimulation.trains import (
    StimulatedTrains,
    Times,
    continued,
    repeat_ms,
)
from causalgia.afferents.presets.mcintyre_2002 import OPEN_S_per_cm2, mcintyre_2002
from causalgia.cable import Cable, Electrics, Section, Sheath, cable_of
from causalgia.cable.sheath import periaxonal_mS
from causalgia.cable.stimulus import Sampled
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["collateral", "ending_trains", "endings_reached", "side_by_side_section", "transmission"]

INTERNODE_COMPARTMENTS = 5

STEP_ms, PULSE_nA, PULSE_ms = 0.005, 0.5, 0.1
"""A pulse into the first node stands for a spike of the column."""

RESOLUTION_ms, TAIL_ms = 0.25, 5.0
"""No ending spikes twice in the first; spikes need less than the second to get there."""

WINDOW_ms = 100.0


@dataclass(frozen=True)
class _Stretch:
    """A node or an internode: all its `count` branches as one section, and one's axon."""

    section: Section
    is_node: bool
    count: int
    inner_um: float


def collateral(generations: int | None = None, segment_um: float | None = None) -> FiberModel:
    """A collateral as one cable, from its stem in the column to its endings, of the last node.

    **Arguments:** how many times it divides (None: as assumed, 8), and how far it is from a branch
    point to the next (None: as assumed), 40 diameters at least.
    **Raises:** `InputError` for fewer generations than 0, or a length that is not positive.
    """
    own = {name: entry.value for name, entry in parameters("causalgia_neurostimulation").items()}
    times = int(own["collateral_generations"]) if generations is None else generations
    apart = own["collateral_segment"] if segment_um is None else segment_um
    if times < 0 or not apart > 0:
        raise InputError(
            f"generations is {times} and segment_um {apart}; need 0 or more and a positive length"
        )
    stretches = _stretches(times, apart)
    cable = cable_of([stretch.section for stretch in stretches])
    wide = [s for s in stretches for _ in range(s.section.compartments)]
    nodes = np.array([stretch.is_node for stretch in wide])
    nodal = mcintyre_2002(10.0, nodes=3)
    return replace(
        nodal,
        name="collateral",
        cable=cable,
        electrics=_electrics(nodal, nodes),
        sheath=_sheath(cable, wide),
        active=tuple(int(index) for index in np.flatnonzero(nodes)),
        dt_ms=STEP_ms,
        source="rogers_2024",
        description=f"collateral of a dorsal column fiber with {2**times} endings",
    )


def side_by_side_section(section: Section, count: int) -> Section:
    """As many cylinders like a section, side by side, as one section.

    Area and axial conductance are `count` times those of one.
    """
    return replace(
        section,
        diameter_um=count * section.diameter_um,
        axial_resistivity_ohm_cm=count * section.axial_resistivity_ohm_cm,
    )


def endings_reached(
    trains_ms: Sequence[Times], duration_ms: float, fiber: FiberModel | None = None
) -> tuple[Times, ...]:
    """When spikes that enter a collateral's stem at given times arrive at its endings.

    **Arguments:** times (ms) of the spikes of each train, all run side by side; the length of the
    run; the collateral (None: the usual one).
    **Returns:** arrivals (ms) of each train, fewer than its spikes where some fail.
    """
    if not trains_ms:
        return ()
    if not duration_ms > 0:
        raise InputError(f"duration_ms is {duration_ms}, must be positive")
    chosen = collateral() if fiber is None else fiber
    assert chosen.active is not None
    hold = round(PULSE_ms / chosen.dt_ms)
    samples = np.zeros((ceil(duration_ms / PULSE_ms), 1, len(trains_ms)))
    for lane, times in enumerate(trains_ms):
        index = np.floor(np.asarray(times)[np.asarray(times) < duration_ms] / PULSE_ms)
        samples[index.astype(int), 0, lane] = PULSE_nA
    run = simulate_fiber(
        chosen,
        duration_ms=duration_ms,
        currents=[Sampled((chosen.active[0],), samples, hold)],
        spikes=(chosen.active[-1],),
        every_ms=RESOLUTION_ms,
        batch=len(trains_ms),
    )
    return tuple(run.spike_times_ms(0, lane) for lane in range(len(trains_ms)))


def transmission(
    rates_Hz: Sequence[float], duration_ms: float = 400.0, fiber: FiberModel | None = None
) -> Float[np.ndarray, " rate"]:
    """Share (0 to 1) of the spikes of a steady train that get to the endings, by its rate.

    The second half of the run counts.
    """
    if any(not rate > 0 for rate in rates_Hz):
        raise InputError(f"rates_Hz is {list(rates_Hz)}, must be positive")
    trains = [np.arange(0.0, duration_ms, 1e3 / rate) for rate in rates_Hz]
    reached = endings_reached(trains, duration_ms + TAIL_ms, fiber)
    # A spike that enters at the half arrives a little after it, as one at the end does.
    half, late = 0.5 * duration_ms, 0.5 * TAIL_ms
    sent = [np.count_nonzero(times >= half) for times in trains]
    got = [np.count_nonzero(times >= half + _delay_ms(times, late)) for times in reached]
    return np.array(got) / np.array(sent)


def ending_trains(
    trains: StimulatedTrains,
    program: Program,
    *,
    duration_ms: float,
    window_ms: float = WINDOW_ms,
) -> StimulatedTrains:
    """The same trains as they arrive at the endings of collaterals, instead of in the column.

    `toward_start` and `per_pulse` change. A window is simulated, and its second half taken to go
    on, as with the fibers themselves.

    **Arguments:** the `trains` of a `program` that goes on for `duration_ms` (at least the window);
    the `window_ms`, rounded up to whole periods.
    **Raises:** `InputError` for a duration shorter than the window.
    """
    window = program.window_ms(window_ms)
    if not duration_ms >= window:
        raise InputError(f"duration_ms is {duration_ms}, must be {window:g} or more, the window")
    repeat = repeat_ms(program, window)
    lanes = [lane for lane, times in enumerate(trains.toward_start) if times.size]
    # A train is moved so that its first spike enters at once, and back when it has arrived.
    first = [float(trains.toward_start[lane][0]) for lane in lanes]
    sent = [trains.toward_start[lane] - start for lane, start in zip(lanes, first, strict=True)]
    reached = _reached(tuple(tuple(times[times < window].tolist()) for times in sent), window)
    arriving = [np.zeros(0)] * len(trains.toward_start)
    per_pulse = np.zeros(len(trains.toward_start))
    pulses = program.pulses_per_s * 1e-3 * repeat
    for lane, start, times in zip(lanes, first, reached, strict=True):
        later = start + continued(times, window, repeat, duration_ms)
        arriving[lane] = later[later < start + duration_ms]
        per_pulse[lane] = np.count_nonzero(times >= window - repeat) / pulses
    return replace(trains, toward_start=tuple(arriving), per_pulse=per_pulse)


@lru_cache(maxsize=64)
def _reached(trains_ms: tuple[tuple[float, ...], ...], window_ms: float) -> tuple[Times, ...]:
    return endings_reached([np.array(times) for times in trains_ms], window_ms)


def _delay_ms(arrivals: Times, otherwise: float) -> float:
    """How long the first spike, which entered at 0, took."""
    return float(arrivals[0]) if arrivals.size else otherwise


def _stretches(generations: int, segment_um: float) -> list[_Stretch]:
    """Stem and generations of branches, node by node."""
    own = {name: entry.value for name, entry in parameters("rogers_2024").items()}
    stem = own["stem_diameter"]
    found = [_node(0, stem, 1)]
    for _ in range(int(own["stem_internodes"])):
        found += [_internode(len(found), own["stem_internode"], stem, 1)]
        found += [_node(len(found), stem, 1)]
    diameter = stem
    for generation in range(1, generations + 1):
        diameter = max(diameter * own["branch_diameter_factor"], own["thinnest_branch"])
        length = max(segment_um, own["shortest_internode"] * diameter)
        parts = ceil(length / (own["longest_internode"] * diameter))
        for _ in range(parts):
            found += [_internode(len(found), length / parts, diameter, 2**generation)]
            found += [_node(len(found), diameter, 2**generation)]
    return found


def _node(index: int, fiber_um: float, count: int) -> _Stretch:
    own = parameters("rogers_2024")
    inner = own["node_per_fiber"].value * fiber_um
    before = f"internode{index - 1}" if index else None
    one = _section(f"node{index}", before, own["node_length"].value, inner, inner, 1)
    return _Stretch(side_by_side_section(one, count), True, count, inner)


def _internode(index: int, length_um: float, fiber_um: float, count: int) -> _Stretch:
    inner = parameters("rogers_2024")["axon_per_fiber"].value * fiber_um
    one = _section(
        f"internode{index}", f"node{index - 1}", length_um, fiber_um, inner, INTERNODE_COMPARTMENTS
    )
    return _Stretch(side_by_side_section(one, count), False, count, inner)


def _section(
    name: str,
    before: str | None,
    length_um: float,
    outer_um: float,
    inner_um: float,
    compartments: int,
) -> Section:
    """Membrane area of the outer diameter, axoplasm of the inner, as in `mcintyre_2002`."""
    resistivity = parameters("mcintyre_2002")["axial_resistivity"].value
    return Section(
        name,
        length_um,
        outer_um,
        compartments,
        before,
        axial_resistivity_ohm_cm=resistivity * (outer_um / inner_um) ** 2,
    )


def _electrics(nodal: FiberModel, nodes: np.ndarray) -> Electrics:
    own, model = parameters("rogers_2024"), parameters("mcintyre_2002")
    densities = np.repeat(nodal.electrics.densities_S_per_cm2[:, :1], nodes.sum(), axis=1)
    persistent = nodal.membrane.names.index("nodal_persistent")
    densities[persistent] = own["persistent_sodium_conductance"].value
    thinned = own["axon_per_fiber"].value
    leak = np.where(nodes, 0.0, thinned * model["internode_conductance"].value)
    capacitance = np.where(
        nodes,
        model["node_capacitance"].value,
        thinned * model["internode_axolemma_capacitance"].value,
    )
    return Electrics(
        densities, leak[:, None], model["internode_leak_reversal"].value, capacitance[:, None]
    )


def _sheath(cable: Cable, wide: Sequence[_Stretch]) -> Sheath:
    own, model = parameters("rogers_2024"), parameters("mcintyre_2002")
    nodes = np.array([stretch.is_node for stretch in wide])
    inner = np.array([stretch.inner_um for stretch in wide])
    count = np.array([stretch.count for stretch in wide], dtype=float)
    membranes = 2.0 * np.ceil(own["lamellae_per_axon_diameter"].value * inner)
    conductance = model["lamella_membrane_conductance"].value / membranes
    capacitance = model["lamella_membrane_capacitance"].value / membranes
    width = np.where(
        nodes, own["node_periaxonal_width"].value, own["internode_periaxonal_width"].value
    )
    ring_cm2 = 1e-8 * np.pi * ((0.5 * inner + width) ** 2 - (0.5 * inner) ** 2)
    resistance = 1e-6 * model["axial_resistivity"].value / (count * ring_cm2)
    return Sheath(
        np.where(nodes, OPEN_S_per_cm2, conductance)[:, None],
        np.where(nodes, 0.0, capacitance)[:, None],
        periaxonal_mS(cable, resistance[:, None]),
    )
