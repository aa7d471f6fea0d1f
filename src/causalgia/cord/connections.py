"""The table of the dorsal horn's connections, and drawing synapses from it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from jaxtyping import Int

from causalgia.cord.network import Synapses

__all__ = ["Connection", "connections", "joined"]

TABLE = "horn_connections.csv"
VARIED = ("lamina_i",)
"""Populations whose neurons differ in how many contacts they get."""


@dataclass(frozen=True)
class Connection:
    """A row of the table: how members of a source contact members of a target.

    `probability` that a pair is joined; `weight_nS` of a synapse (a share for contacts on fibers);
    `delay_ms`; how it releases; the `status` of the numbers; the publication (`reference`) that
    shows the pair; a `note`.
    """

    source: str
    target: str
    receptor: str
    probability: float
    weight_nS: float
    delay_ms: float
    release: str | None
    status: str
    reference: str
    note: str


@cache
def connections() -> tuple[Connection, ...]:
    """All rows."""
    with (files("causalgia.cord") / "data" / TABLE).open(encoding="utf-8") as table:
        return tuple(
            Connection(
                row["source"],
                row["target"],
                row["receptor"],
                float(row["probability"]),
                float(row["weight_nS"]),
                float(row["delay_ms"]),
                row["release"] or None,
                row["status"],
                row["reference"],
                row["note"],
            )
            for row in csv.DictReader(table)
        )


def joined(row: Connection, sizes: Mapping[str, int], seed: int) -> Synapses:
    """Synapses of a row; rows with the same source and target join the same pairs.

    Every neuron hears from as many members of the source as the row's probability says, so that
    the circuit is alike for each seed. Projection neurons differ from each other: there each pair
    is joined with that probability. No neuron contacts itself.
    """
    source, target = _pairs(row, sizes[row.source], sizes[row.target], seed)
    onto_fiber = row.receptor.startswith("presynaptic")
    weight = row.weight_nS if onto_fiber else 1e-3 * row.weight_nS
    return Synapses(
        row.source, row.target, row.receptor, source, target, weight, row.delay_ms, row.release
    )


def _pairs(
    row: Connection, sources: int, targets: int, seed: int
) -> tuple[Int[np.ndarray, " synapse"], Int[np.ndarray, " synapse"]]:
    """Who is joined, from a stream of its own."""
    random = np.random.default_rng([seed, *f"{row.source}|{row.target}".encode()])
    drawn = random.random((sources, targets))
    if row.source == row.target:
        np.fill_diagonal(drawn, np.inf)
    limit = np.full(targets, row.probability)
    if row.target not in VARIED:
        heard = max(1, round(row.probability * sources))
        limit = np.sort(drawn, axis=0)[min(heard, sources) - 1]
    source, target = np.nonzero(drawn <= limit)
    return source, target
