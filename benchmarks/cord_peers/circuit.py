"""A circuit as data: cells of sections, receptors, connections and events, for any simulator.

Nothing here knows a simulator, so that every side of a comparison gets the same connections and
the same events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

Site = tuple[str, float]
"""A section's name and the share of its length, 0 to 1."""


@dataclass(frozen=True)
class Section:
    """A piece of a cell; two diameters make a taper. Conductances in S/cm2, potentials in mV.

    `currents` is the current's name and its parameters.
    """

    length_um: float
    diameter_um: float | tuple[float, float]
    segments: int
    parent: Site | None = None
    leak: tuple[float, float] | None = None
    sodium_mV: float = 50.0
    potassium_mV: float = -77.0
    currents: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """A kind of cell. All synapses contact the middle of its dendrite."""

    sections: Mapping[str, Section]
    axial_ohm_cm: float
    output: Site = ("soma", 0.5)
    """Where an upward crossing of -30 mV sends events; it is listed as a spike at the soma."""


@dataclass(frozen=True)
class Receptor:
    """A conductance that rises and falls with two exponentials of peak 1.

    With `magnesium_mM` above zero it is blocked as NMDA receptors are, a `calcium_share` of its
    current enters the shell of calcium.
    """

    rise_ms: float
    decay_ms: float
    reversal_mV: float = 0.0
    magnesium_mM: float = 0.0
    calcium_share: float = 0.0


@dataclass(frozen=True)
class Connections:
    """One row a synapse. A source below the number of inputs is an input, others are cells."""

    source: np.ndarray
    target: np.ndarray
    receptor: np.ndarray
    """Names of receptors."""
    weight_uS: np.ndarray
    delay_ms: np.ndarray

    @classmethod
    def of(cls, rows: list[tuple[int, int, str, float, float]]) -> Connections:
        source, target, receptor, weight, delay = zip(*rows, strict=True)
        return cls(
            np.array(source), np.array(target), np.array(receptor), np.array(weight, float),
            np.array(delay, float),
        )  # fmt: skip


@dataclass(frozen=True)
class Circuit:
    """Cells by population, and what reaches them.

    `populations` is a list of (name, kind of cell, number), `events_ms` the times of each input.
    The cells are numbered on from the inputs, population by population.
    """

    kinds: Mapping[str, Cell]
    populations: list[tuple[str, str, int]]
    receptors: Mapping[str, Receptor]
    connections: Connections
    events_ms: list[np.ndarray]
    initial_mV: float
    dt_ms: float
    """The step with which it was published."""
    celsius: float = 36.0

    def members(self) -> dict[str, range]:
        """The numbers of the cells of each population."""
        found, first = {}, len(self.events_ms)
        for name, _, number in self.populations:
            found[name] = range(first, first + number)
            first += number
        return found

    @property
    def compartments(self) -> int:
        """Compartments of all cells."""
        return sum(
            number * sum(section.segments for section in self.kinds[kind].sections.values())
            for _, kind, number in self.populations
        )


def tapered(
    length_um: float, ends_um: tuple[float, float], segments: int, currents: Mapping, **rest: object
) -> Section:
    """The hillock, on the soma."""
    return Section(
        length_um, ends_um, segments, ("soma", 1.0), currents=currents, **rest  # type: ignore
    )  # fmt: skip
