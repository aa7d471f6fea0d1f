"""What came of a protocol: spikes of every patient under every condition, and their counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.cord.catalog import Circuit
from causalgia.cord.drive import Fired
from causalgia.cord.network import Network
from causalgia.cord.protocol import CordProtocol, PatientTable
from causalgia.cord.spikes import Discharge

__all__ = ["Condition", "CordResult", "LATEST_ms"]

LATEST_ms = 1000.0
"""A spike later than this after a stimulus is not counted as an answer to it."""


@dataclass(frozen=True)
class Condition:
    """A drive: its `name`, the `frequency_Hz` it is about, when stimuli begin, and its spikes."""

    name: str
    frequency_Hz: float
    onsets_ms: Float[np.ndarray, " stimulus"]
    fired: Mapping[str, Fired]


@dataclass(frozen=True)
class Plan:
    """A protocol made ready: who is there, and under which conditions each is run.

    `begin_ms`, when counting begins; `duration_ms` of the run.
    """

    protocol: CordProtocol
    circuit: Circuit
    network: Network
    variants: tuple[PatientTable, ...]
    conditions: tuple[Condition, ...]
    begin_ms: float
    duration_ms: float


@dataclass(frozen=True)
class CordResult:
    """All that a protocol gave.

    Patients of the `discharge` are the `variants` one after the other, each under all `conditions`;
    what is counted begins at `begin_ms`.
    """

    protocol: CordProtocol
    seed: int
    circuit: Circuit
    network: Network
    variants: tuple[str, ...]
    conditions: tuple[Condition, ...]
    discharge: Discharge
    begin_ms: float
    duration_ms: float

    @classmethod
    def of(cls, plan: Plan, discharge: Discharge, *, seed: int) -> CordResult:
        """What a plan's run fired."""
        return cls(
            protocol=plan.protocol,
            seed=seed,
            circuit=plan.circuit,
            network=plan.network,
            variants=tuple(variant.name for variant in plan.variants),
            conditions=plan.conditions,
            discharge=discharge,
            begin_ms=plan.begin_ms,
            duration_ms=plan.duration_ms,
        )

    def lane(self, variant: int, condition: int) -> int:
        """Which patient of the discharge a variant under a condition is."""
        return variant * len(self.conditions) + condition

    @property
    def is_volleyed(self) -> bool:
        """Whether there are volleys that spikes answer."""
        volleys = self.protocol.run.experiment != "stimulation"
        return volleys and any(condition.onsets_ms.size for condition in self.conditions)

    @property
    def populations(self) -> tuple[str, ...]:
        """Populations in the order of the network."""
        return tuple(population.name for population in self.network.populations)

    def rates_Hz(self) -> Float[np.ndarray, "variant condition population"]:
        """Mean rate of a neuron of each population while it is counted."""
        rates = [
            self.discharge.rate_Hz(name, self.begin_ms, self.duration_ms)
            for name in self.populations
        ]
        return np.stack(rates, -1).reshape(len(self.variants), len(self.conditions), -1)

    def answers(self, population: str) -> Float[np.ndarray, "variant condition stimulus"]:
        """Spikes a neuron answers each stimulus with, before the next and within a second of it.

        NaN where there is no such stimulus.
        """
        most = max(condition.onsets_ms.size for condition in self.conditions)
        found = np.full((len(self.variants), len(self.conditions), most), np.nan)
        for k, condition in enumerate(self.conditions):
            onsets = condition.onsets_ms
            ends = np.append(onsets[1:], self.duration_ms)
            for stimulus, (start, end) in enumerate(zip(onsets, ends, strict=True)):
                spikes = self.discharge.count(population, start, min(end, start + LATEST_ms))
                counts = spikes.reshape(len(self.variants), -1)[:, k]
                found[:, k, stimulus] = counts / self.discharge.sizes[population]
        return found
