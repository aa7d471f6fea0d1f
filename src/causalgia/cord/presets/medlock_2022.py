"""A superficial dorsal horn of 209 neurons of ten kinds (Medlock et al. 2022).

Kinds of neurons are joined pair by pair at random. Touch reaches PKC-gamma and VGLUT3 cells and,
through parvalbumin cells, shuts the way from these to the projection neurons of lamina I.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from causalgia.cord.network import Network, Population, Synapses
from causalgia.cord.presets.parts import receptors_of
from causalgia.cord.published_cells import (
    medlock_bursting,
    medlock_delayed,
    medlock_projection,
    medlock_tonic,
)
from causalgia.evidence import parameters

__all__ = ["MEDLOCK_CELLS", "MEDLOCK_FIBERS", "REDUCED_TONIC", "medlock_2022"]

MEDLOCK_CELLS = {
    "pkc_gamma": "delayed",
    "vglut3": "delayed",
    "parvalbumin": "tonic",
    "delta_opioid": "delayed",
    "transient_central": "bursting",
    "dynorphin": "tonic",
    "somatostatin": "delayed",
    "calretinin": "delayed",
    "islet": "tonic",
    "projection": "projection",
}
"""Populations and how their neurons fire."""

MEDLOCK_FIBERS = {
    "slowly_adapting_1": "a_beta",
    "slowly_adapting_2": "a_beta",
    "a_delta": "a_delta",
    "peptidergic_c": "c_fiber",
    "non_peptidergic_c": "c_fiber",
}
"""Classes of afferents and what the tables of weights and delays call them."""

REDUCED_TONIC = (6, 1, 3)
"""Compartments of a tonic cell's dendrite, soma and hillock where few must do.

With these and steps of 0.05 ms instead of 0.025 ms, rates in the first second of the mechanical
stimulus move by up to 9 % in one draw of connections (parvalbumin cells 7 % down, those that they
inhibit up) and 14 % in another, besides projection neurons: 2.3 instead of 1.8 Hz, 3.7 instead of
3.0. A test holds the first draw, `benchmarks/cord.py` prints the second. With (12, 2, 6) the first
draw's rates move by up to 4 %, those of projection neurons by 0.1 Hz.
"""

CALCIUM_SHARE = 0.1
SHARED = {"somatostatin": "excitatory", "calretinin": "excitatory"}


def medlock_2022(seed: int = 1, *, tonic_compartments: Sequence[int] | None = None) -> Network:
    """The circuit, its connections drawn from a `seed`.

    **Arguments:** `tonic_compartments`, how many in dendrite, soma and hillock of the tonic cells
    (None: 50, 10 and 30 as published; `REDUCED_TONIC` for speed).
    """
    own = parameters("medlock_2022")
    cells = {
        "delayed": medlock_delayed(),
        "bursting": medlock_bursting(),
        "tonic": medlock_tonic(*(tonic_compartments or ())),
        "projection": medlock_projection(),
    }
    receptors = {
        name: receptors_of(
            own,
            ("ampa", "nmda", "nk1", "gaba_a", "glycine"),
            calcium_share=CALCIUM_SHARE,
        )
        for name in cells
    }
    populations = tuple(
        Population(name, cells[kind], int(own[f"{name}_cells"].value), receptors[kind])
        for name, kind in MEDLOCK_CELLS.items()
    )
    fibers = {name: int(own[f"{name}_fibers"].value) for name in MEDLOCK_FIBERS}
    sizes = {p.name: p.count for p in populations} | fibers
    random = np.random.default_rng(seed)
    chance = own["connection_probability"].value
    synapses = []
    for source in (*fibers, *MEDLOCK_CELLS):
        delay = own[f"{MEDLOCK_FIBERS.get(source, 'intrinsic')}_delay"].value
        for target in MEDLOCK_CELLS:
            for receptor in ("ampa", "nmda", "nk1", "gaba_a", "glycine"):
                weight = _weight(source, target, receptor)
                if weight is None:
                    continue
                joined = random.random((sizes[source], sizes[target])) < chance
                sources, targets = np.nonzero(joined)
                synapses.append(
                    Synapses(
                        source,
                        target,
                        receptor,
                        sources,
                        targets,
                        np.full(sources.size, weight),
                        np.full(sources.size, delay),
                    )
                )
    return Network(populations, fibers, tuple(synapses))


def _weight(source: str, target: str, receptor: str) -> float | None:
    """The weight (uS) of a connection, None where there is none."""
    own = parameters("medlock_2022")
    names = (source, MEDLOCK_FIBERS.get(source), SHARED.get(source))
    if source == "peptidergic_c":
        names = ("peptidergic_c_fiber", "c_fiber", None)
    for name in names:
        key = f"{name}_to_{target}_{receptor}"
        if name and key in own:
            return own[key].value
    return None
