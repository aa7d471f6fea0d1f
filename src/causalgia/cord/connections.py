"""The table of the dorsal horn's connections, and drawing synapses from it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from causalgia.cord.network import Synapses

__all__ = ["Connection", "connections", "joined"]

TABLE = "horn_connections.csv"


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


def joined(row: Connection, sizes: Mapping[str, int], random: np.random.Generator) -> Synapses:
    """Synapses of a row: each pair with the row's probability, no neuron onto itself."""
    pairs = random.random((sizes[row.source], sizes[row.target])) < row.probability
    if row.source == row.target:
        np.fill_diagonal(pairs, False)
    source, target = np.nonzero(pairs)
    onto_fiber = row.receptor.startswith("presynaptic")
    weight = row.weight_nS if onto_fiber else 1e-3 * row.weight_nS
    return Synapses(
        row.source, row.target, row.receptor, source, target, weight, row.delay_ms, row.release
    )
