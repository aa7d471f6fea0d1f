"""From a network as data to the arrays a compiled run reads.

Populations of one shape and one set of currents become one group, whose neurons lie side by side
as lanes; how much of each current they have may differ. What leads
from a source with one delay to whatever targets is one terminal; the weights of a group say which
terminals excite or inhibit which of its neurons, receptor by receptor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from causalgia.cord.cells import CellType
from causalgia.cord.chloride_load import ChlorideLoad
from causalgia.cord.network import Network, Population, Synapses
from causalgia.cord.receptors import Receptor
from causalgia.cord.release import Release
from causalgia.errors import InputError

__all__ = ["Group", "Terminals", "Wiring", "wiring_of"]

LONGEST_INTERVAL_ms = 1.0
"""Neurons run by themselves for at most this long before spikes are delivered."""


@dataclass(frozen=True)
class Group:
    """Populations whose neurons have one shape and one set of currents.

    `populations` in the order of their neurons; `first_source`, where the group's neurons begin
    among all neurons; `weights_uS` [receptor, neuron, terminal].
    """

    populations: tuple[Population, ...]
    receptors: tuple[Receptor, ...]
    first_source: int
    weights_uS: Float[np.ndarray, "receptor neuron terminal"]

    @property
    def cell(self) -> CellType:
        """The first population's cell type: the others differ in densities at most."""
        return self.populations[0].cell

    @property
    def chloride(self) -> ChlorideLoad | None:
        """What fills and empties all of them of chloride."""
        return self.populations[0].chloride

    @property
    def members(self) -> tuple[tuple[str, int, int], ...]:
        """(population, its first neuron among those of the group, how many)."""
        starts = np.cumsum([0] + [p.count for p in self.populations])
        pairs = zip(self.populations, starts, strict=False)
        return tuple((p.name, int(start), p.count) for p, start in pairs)

    @property
    def size(self) -> int:
        """How many neurons."""
        return sum(p.count for p in self.populations)


@dataclass(frozen=True)
class Terminals:
    """What spikes arrive at: one for each source, delay and way to release.

    `source` [terminal] among neurons or among fibers, `lag` [terminal] in steps, `release` the
    name of how each releases.
    """

    source: Int[np.ndarray, " terminal"]
    lag: Int[np.ndarray, " terminal"]
    release: tuple[str | None, ...]


@dataclass(frozen=True)
class Wiring:
    """A network in arrays.

    Terminals of neurons come before those of fibers. `axo_axonic` [kind, fiber, terminal] holds
    the strength of contacts on fibers, in the order of the network's `axo_axonic`; `interval`, how
    many steps neurons run by themselves.
    """

    network: Network
    groups: tuple[Group, ...]
    neurons: dict[str, slice]
    fibers: dict[str, slice]
    inner: Terminals
    outer: Terminals
    axo_axonic: Float[np.ndarray, "kind fiber terminal"]
    interval: int
    dt_ms: float

    @property
    def neuron_count(self) -> int:
        """How many neurons of all populations."""
        return sum(p.count for p in self.network.populations)

    def releases(self) -> tuple[Release | None, ...]:
        """How each terminal releases (None: fully)."""
        names = (*self.inner.release, *self.outer.release)
        return tuple(None if name is None else self.network.release[name] for name in names)


def wiring_of(network: Network, dt_ms: float) -> Wiring:
    """Wire a network for steps of `dt_ms`.

    **Raises:** `InputError` for a delay between neurons that is shorter than a step, or receptors
    of one name that differ within a cell type.
    """
    grouped = _grouped(network.populations)
    neurons, fibers = _places(network, grouped)
    found = _Found(network, neurons, fibers, dt_ms)
    columns = [found.columns(synapses) for synapses in network.synapses]
    inner, outer = found.terminals()
    count = inner.source.size + outer.source.size
    onto_fibers = [s.target in network.afferents for s in network.synapses]
    groups = []
    for members in grouped:
        receptors = _receptors(members)
        names = [r.name for r in receptors]
        size = sum(p.count for p in members)
        first = neurons[members[0].name].start
        weights = np.zeros((len(names), size, count))
        for synapses, column in zip(network.synapses, columns, strict=True):
            if synapses.target in {p.name for p in members}:
                row = neurons[synapses.target].start - first + synapses.target_index
                port = names.index(synapses.receptor)
                np.add.at(weights[port], (row, found.place(column)), synapses.weight_uS)
        groups.append(Group(tuple(members), receptors, first, weights))
    contacts = np.zeros((len(network.axo_axonic), sum(network.afferents.values()), count))
    for synapses, column, onto in zip(network.synapses, columns, onto_fibers, strict=True):
        if onto:
            kind = list(network.axo_axonic).index(synapses.receptor)
            row = fibers[synapses.target].start + synapses.target_index
            np.add.at(contacts[kind], (row, found.place(column)), synapses.weight_uS)
    shortest = int(inner.lag.min(initial=10**9))
    interval = min(shortest, max(1, round(LONGEST_INTERVAL_ms / dt_ms)))
    return Wiring(network, tuple(groups), neurons, fibers, inner, outer, contacts, interval, dt_ms)


def _grouped(populations: Sequence[Population]) -> list[list[Population]]:
    """Populations that can lie side by side, in the order of their first."""
    groups: dict[object, list[Population]] = {}
    for population in populations:
        cell = population.cell
        key = (
            id(cell.cable),
            id(cell.membrane),
            cell.input_site,
            cell.spike_site,
            cell.threshold_mV,
            population.chloride,
        )
        groups.setdefault(key, []).append(population)
    return list(groups.values())


def _places(
    network: Network, grouped: list[list[Population]]
) -> tuple[dict[str, slice], dict[str, slice]]:
    neurons, fibers = {}, {}
    start = 0
    for population in (p for members in grouped for p in members):
        neurons[population.name] = slice(start, start + population.count)
        start += population.count
    start = 0
    for name, count in network.afferents.items():
        fibers[name] = slice(start, start + count)
        start += count
    return neurons, fibers


def _receptors(members: Sequence[Population]) -> tuple[Receptor, ...]:
    known: dict[str, Receptor] = {}
    for population in members:
        for receptor in population.receptors:
            if known.setdefault(receptor.name, receptor) != receptor:
                raise InputError(
                    f"population {population.name!r}: receptor {receptor.name!r} differs from "
                    f"that of {members[0].name!r}, whose cells have the same shape and currents"
                )
    return tuple(known.values())


class _Found:
    """Terminals, numbered as they are met; those of neurons apart from those of fibers."""

    def __init__(
        self,
        network: Network,
        neurons: dict[str, slice],
        fibers: dict[str, slice],
        dt_ms: float,
    ) -> None:
        self.network, self.dt_ms = network, dt_ms
        self.starts = {name: place.start for name, place in (neurons | fibers).items()}
        self.inner: dict[tuple[int, int, str | None], int] = {}
        self.outer: dict[tuple[int, int, str | None], int] = {}

    def columns(self, synapses: Synapses) -> list[tuple[bool, int]]:
        """The terminal of each synapse, as (of a fiber, number)."""
        outer = synapses.source in self.network.afferents
        book = self.outer if outer else self.inner
        source = self.starts[synapses.source] + np.asarray(synapses.source_index)
        lags = np.rint(np.broadcast_to(synapses.delay_ms, source.shape) / self.dt_ms).astype(int)
        if not outer and lags.size and lags.min() < 1:
            raise InputError(
                f"synapses {synapses.place}: delay_ms is {float(np.min(synapses.delay_ms)):g}, "
                f"must be at least a step ({self.dt_ms:g} ms) between neurons"
            )
        keys = zip(source.tolist(), lags.tolist(), strict=True)
        return [(outer, book.setdefault((s, lag, synapses.release), len(book))) for s, lag in keys]

    def place(self, columns: list[tuple[bool, int]]) -> Int[np.ndarray, " synapse"]:
        """Terminals among all, once all are known."""
        return np.array([len(self.inner) * outer + number for outer, number in columns], dtype=int)

    def terminals(self) -> tuple[Terminals, Terminals]:
        """Those of neurons and those of fibers."""

        def listed(book: dict[tuple[int, int, str | None], int]) -> Terminals:
            keys = list(book)
            return Terminals(
                np.array([key[0] for key in keys], dtype=int),
                np.array([key[1] for key in keys], dtype=int),
                tuple(key[2] for key in keys),
            )

        return listed(self.inner), listed(self.outer)
