"""A `Circuit` in NEURON: built once, then run as often as asked.

NEURON computes whatever exists, so that a process holds one circuit.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cord_peers.circuit import Cell, Circuit, Receptor, Section, Site
from cord_peers.neuron_build import neuron, on_core, tabulate

THRESHOLD_mV = -30.0


@dataclass(frozen=True)
class Ran:
    """What a run gave: spike times (ms) by cell, and the seconds that integrating took."""

    spikes_ms: Mapping[int, np.ndarray]
    processor_s: float
    wall_s: float

    def counts(self, cells: range) -> int:
        return sum(self.spikes_ms[cell].size for cell in cells)


class NeuronCircuit:
    """The circuit as NEURON's sections, synapses and connections.

    `each_synapse` gives every row of the connections an object of its own, as the published models
    do; otherwise rows of one receptor and cell share one, which gives the same sum. `core` hands
    the circuit to CoreNEURON, which computes like mechanisms side by side.
    """

    def __init__(self, circuit: Circuit, *, each_synapse: bool = False, core: bool = False) -> None:
        self.circuit, self.core = circuit, core
        self.interpreter = neuron(core)
        self.context = self.interpreter.ParallelContext()
        if any(True for _ in self.interpreter.allsec()):
            raise RuntimeError("NEURON computes whatever exists: one circuit a process")
        self.cells: dict[int, dict[str, Any]] = {}
        self.kind: dict[int, Cell] = {}
        for name, kind, _ in circuit.populations:
            for number in circuit.members()[name]:
                self.cells[number] = self._cell(circuit.kinds[kind], f"{name}_{number}")
                self.kind[number] = circuit.kinds[kind]
        self.times, self.numbers = self.interpreter.Vector(), self.interpreter.Vector()
        self.sources: dict[int, Any] = {}
        for number in self.cells:
            self._source(number, ("soma", 0.5), number)
        self.context.spike_record(
            self.interpreter.Vector(list(self.cells)), self.times, self.numbers
        )
        self.synapses: dict[tuple, Any] = {}
        self.given: list[tuple[Any, np.ndarray]] = []
        self.links: list[Any] = []
        self._connect(each_synapse)
        self.loader = self.interpreter.FInitializeHandler(self._load_events)
        self.until_ms = 0.0

    def _cell(self, kind: Cell, name: str) -> dict[str, Any]:
        sections = {}
        for part, shape in kind.sections.items():
            section = self.interpreter.Section(name=f"{name}_{part}")
            section.Ra, section.cm = kind.axial_ohm_cm, 1.0
            shape_section(section, shape)
            set_reversals(self.interpreter, section, shape)
            sections[part] = section
        for part, shape in kind.sections.items():
            if shape.parent:
                sections[part].connect(sections[shape.parent[0]](shape.parent[1]), 0)
        return sections

    def _source(self, number: int, site: Site, called: int) -> None:
        """Let crossings at a place of a cell be known by a number."""
        where = self.cells[number][site[0]]
        watcher = self.interpreter.NetCon(where(site[1])._ref_v, None, sec=where)
        watcher.threshold = THRESHOLD_mV
        self.context.set_gid2node(called, self.context.id())
        self.context.cell(called, watcher)
        self.sources[called] = watcher

    def _connect(self, each_synapse: bool) -> None:
        rows, inputs = self.circuit.connections, self.circuit.events_ms
        for row, (source, target) in enumerate(zip(rows.source, rows.target, strict=True)):
            name = str(rows.receptor[row])
            key = (int(target), name, row if each_synapse else 0)
            if key not in self.synapses:
                middle = self.cells[int(target)]["dendrite"](0.5)
                self.synapses[key] = synapse(self.interpreter, middle, self.circuit.receptors[name])
            delay_ms = float(rows.delay_ms[row])
            if source < len(inputs):
                link = self.interpreter.NetCon(None, self.synapses[key])
                self.given.append((link, inputs[source] + delay_ms))
            else:
                link = self._link(int(source), self.synapses[key])
                link.delay = delay_ms
            link.weight[0] = float(rows.weight_uS[row])
            self.links.append(link)

    def _link(self, source: int, target: Any) -> Any:
        site, called = self.kind[source].output, source
        if site != ("soma", 0.5):
            called += len(self.circuit.events_ms) + len(self.cells)
            if called not in self.sources:
                self._source(source, site, called)
        return self.context.gid_connect(called, target)

    def _load_events(self) -> None:
        for link, times in self.given:
            for time_ms in times[times < self.until_ms]:
                link.event(time_ms)

    def run(
        self,
        duration_ms: float,
        dt_ms: float | None = None,
        *,
        second_order: bool = True,
        tables: bool = True,
    ) -> Ran:
        """Integrate with the quickest of NEURON's ways to run; building is not timed.

        With `second_order` the voltage follows Crank and Nicolson, staggered with the gates;
        otherwise backward Euler. `tables` is whether rates of gates come from tables.
        """
        h, step_ms = self.interpreter, dt_ms or self.circuit.dt_ms
        tabulate(tables)
        h.celsius, h.secondorder = self.circuit.celsius, 2 if second_order else 0
        h.dt = step_ms
        self.context.nthread(1)
        self.context.set_maxstep(10)
        self.until_ms = duration_ms
        h.finitialize(self.circuit.initial_mV)
        wall_s, processor_s = time.perf_counter(), time.process_time()
        with on_core(self.core):
            self.context.psolve(duration_ms)
        processor_s, wall_s = time.process_time() - processor_s, time.perf_counter() - wall_s
        times, numbers = np.array(self.times), np.array(self.numbers)
        spikes = {number: np.sort(times[numbers == number]) for number in self.cells}
        return Ran(spikes, processor_s, wall_s)

    def rest_mV(self, number: int, part: str = "soma", share: float = 0.5) -> float:
        """The voltage where the last run ended."""
        return float(self.cells[number][part](share).v)


def shape_section(section: Any, shape: Section) -> None:
    """Geometry, leak and currents of one section."""
    if isinstance(shape.diameter_um, tuple):
        for x_um, diameter_um in zip((0.0, shape.length_um), shape.diameter_um, strict=True):
            section.pt3dadd(x_um, 0, 0, diameter_um)
    else:
        section.L, section.diam = shape.length_um, shape.diameter_um
    section.nseg = shape.segments
    mechanisms = {f"cord_{name}": values for name, values in shape.currents.items()}
    if shape.leak:
        mechanisms["pas"] = dict(zip("ge", shape.leak, strict=True))
    for name, values in mechanisms.items():
        section.insert(name)
        for segment in section:
            for parameter, value in values.items():
                setattr(getattr(segment, name), parameter, value)


def set_reversals(h: Any, section: Any, shape: Section) -> None:
    """Sodium's and potassium's, where a current carries them."""
    for ion, reversal_mV in (("na", shape.sodium_mV), ("k", shape.potassium_mV)):
        if h.ismembrane(f"{ion}_ion", sec=section):
            setattr(section, f"e{ion}", reversal_mV)


def synapse(h: Any, where: Any, receptor: Receptor) -> Any:
    """A point process for a receptor; the plain one where there is no calcium and no block."""
    if receptor.calcium_share or receptor.magnesium_mM:
        made = h.CordCalciumSynapse(where)
        made.mg, made.share = receptor.magnesium_mM, receptor.calcium_share
    else:
        made = h.CordSynapse(where)
    made.rise, made.decay, made.e = receptor.rise_ms, receptor.decay_ms, receptor.reversal_mV
    return made


def counted(times_ms: np.ndarray, starts_ms: np.ndarray, period_ms: float) -> list[int]:
    """Spikes within a period of each start."""
    return [int(((times_ms >= t) & (times_ms < t + period_ms)).sum()) for t in starts_ms]
