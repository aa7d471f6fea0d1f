"""A network as data: who is there, who contacts whom, and how.

`causalgia.cord.wiring` turns it into arrays, `causalgia.cord.simulate_network` runs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float, Int

from causalgia.cord.cells import CellType
from causalgia.cord.chloride_load import ChlorideLoad
from causalgia.cord.receptors import CHLORIDE, Receptor
from causalgia.cord.release import AxoAxonic, Release
from causalgia.errors import InputError, nearest

__all__ = ["Network", "Population", "Synapses"]


@dataclass(frozen=True)
class Population:
    """Neurons of one kind.

    **Arguments:** a `name`; the `cell` type; how many (`count`); their `receptors`; what fills and
    empties them of chloride, needed where a receptor follows chloride.
    **Raises:** `InputError` for no neuron, a receptor named twice or one that follows chloride
    that is not kept.
    """

    name: str
    cell: CellType
    count: int
    receptors: tuple[Receptor, ...]
    chloride: ChlorideLoad | None = None

    def __post_init__(self) -> None:
        if self.count < 1:
            raise InputError(f"population {self.name!r}: count is {self.count}, must be 1 or more")
        twice = [n for n, times in Counter(r.name for r in self.receptors).items() if times > 1]
        if twice:
            raise InputError(f"population {self.name!r}: receptor {twice[0]!r} is named twice")
        for receptor in self.receptors:
            if receptor.reversal_mV == CHLORIDE and self.chloride is None:
                raise InputError(
                    f"population {self.name!r}: receptor {receptor.name!r} follows chloride, "
                    "which needs its load"
                )


@dataclass(frozen=True)
class Synapses:
    """Synapses of one kind from one source onto one target, one entry a synapse.

    **Arguments:** the `source` (a population or a class of afferents); the `target` (a population;
    or, for contacts on afferent terminals, a class of afferents); the `receptor` there (or the
    axo-axonic contact); `source_index` and `target_index`, the members that are joined;
    `weight_uS` (a share, for axo-axonic contacts) and `delay_ms`, one or one each; `release`, the
    name of how the terminals release (None: fully, whatever came before).
    **Raises:** `InputError` for lengths that differ or delays that are negative.
    """

    source: str
    target: str
    receptor: str
    source_index: Int[np.ndarray, " synapse"]
    target_index: Int[np.ndarray, " synapse"]
    weight_uS: Float[np.ndarray, " synapse"] | float
    delay_ms: Float[np.ndarray, " synapse"] | float
    release: str | None = None

    def __post_init__(self) -> None:
        size = np.size(self.source_index)
        for label in ("source_index", "target_index", "weight_uS", "delay_ms"):
            values = np.asarray(getattr(self, label))
            if values.ndim and values.size != size:
                raise InputError(
                    f"synapses {self.place}: {label} has {values.size} entries, source_index {size}"
                )
        if np.min(np.asarray(self.delay_ms), initial=0.0) < 0:
            raise InputError(
                f"synapses {self.place}: delay_ms is {float(np.min(self.delay_ms)):g}, "
                "must not be negative"
            )

    @property
    def place(self) -> str:
        """Where they are, in words."""
        return f"{self.source} -> {self.target} ({self.receptor})"


@dataclass(frozen=True)
class Network:
    """Neurons, afferents and synapses.

    **Arguments:** `populations`; `afferents`, how many fibers of each class; `synapses`; `release`
    and `axo_axonic`, how terminals release and what contacts on them do, by name.
    **Raises:** `InputError` naming the synapses that lead to or from what is not there.
    """

    populations: tuple[Population, ...]
    afferents: Mapping[str, int]
    synapses: tuple[Synapses, ...]
    release: Mapping[str, Release] = field(default_factory=dict)
    axo_axonic: Mapping[str, AxoAxonic] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [p.name for p in self.populations] + list(self.afferents)
        twice = [name for name, times in Counter(names).items() if times > 1]
        if twice:
            raise InputError(f"population or afferent {twice[0]!r} is named twice")
        for synapses in self.synapses:
            self._check(synapses)

    def population(self, name: str) -> Population:
        """The population of a name.

        **Raises:** `InputError` when there is none.
        """
        for population in self.populations:
            if population.name == name:
                return population
        known = [p.name for p in self.populations]
        raise InputError(f"population {name!r} is not one; {nearest(name, known)}")

    def sizes(self) -> dict[str, int]:
        """How many members each population and each class of afferents has."""
        return {p.name: p.count for p in self.populations} | dict(self.afferents)

    def scaled(
        self, factor: float, *, source: str | None = None, receptors: tuple[str, ...] | None = None
    ) -> Network:
        """The same network with the weights of some synapses multiplied.

        **Arguments:** the `factor`; only those from a `source`; only those on some `receptors`.
        """
        chosen = tuple(
            replace(s, weight_uS=np.asarray(s.weight_uS) * factor)
            if (source is None or s.source == source)
            and (receptors is None or s.receptor in receptors)
            else s
            for s in self.synapses
        )
        return replace(self, synapses=chosen)

    def _check(self, synapses: Synapses) -> None:
        sizes = self.sizes()
        for label, name, index in (
            ("source", synapses.source, synapses.source_index),
            ("target", synapses.target, synapses.target_index),
        ):
            if name not in sizes:
                raise InputError(
                    f"synapses {synapses.place}: {label} {name!r} is neither a population nor a "
                    f"class of afferents; {nearest(name, sizes)}"
                )
            if np.size(index) and not 0 <= np.min(index) <= np.max(index) < sizes[name]:
                raise InputError(
                    f"synapses {synapses.place}: {label}_index goes from {np.min(index)} to "
                    f"{np.max(index)}, must lie in 0 to {sizes[name] - 1}"
                )
        onto_fibers = synapses.target in self.afferents
        known = (
            list(self.axo_axonic)
            if onto_fibers
            else [r.name for r in self.population(synapses.target).receptors]
        )
        if synapses.receptor not in known:
            raise InputError(
                f"synapses {synapses.place}: {synapses.target} has no receptor "
                f"{synapses.receptor!r}; {nearest(synapses.receptor, known)}"
            )
        if synapses.release is not None and synapses.release not in self.release:
            raise InputError(
                f"synapses {synapses.place}: release {synapses.release!r} is not one; "
                f"{nearest(synapses.release, self.release)}"
            )
