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

__all__ = ["Condition", "CordResult", "Descended", "LATEST_ms", "Trace"]

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
class Trace:
    """A neuron whose voltage is kept: which `member` of a `population`, counted from 0."""

    population: str
    member: int


@dataclass(frozen=True)
class Descended:
    """What the brain sent: `time_ms` and, by transmitter, `tones` [time, lane], fold of rest."""

    time_ms: Float[np.ndarray, " time"]
    tones: Mapping[str, Float[np.ndarray, "time lane"]]


@dataclass(frozen=True)
class Plan:
    """A protocol made ready: who is there, and under which conditions each is run.

    `traces`, whose voltage is kept; `begin_ms`, when counting begins; `duration_ms` of the run.
    """

    protocol: CordProtocol
    circuit: Circuit
    network: Network
    variants: tuple[PatientTable, ...]
    conditions: tuple[Condition, ...]
    traces: tuple[Trace, ...]
    begin_ms: float
    duration_ms: float


@dataclass(frozen=True)
class CordResult:
    """All that a protocol gave.

    Patients of the `discharge` are the `variants` one after the other, each under all `conditions`;
    what is counted begins at `begin_ms`. `descended`, what the brain sent, where it was asked.
    """

    protocol: CordProtocol
    seed: int
    circuit: Circuit
    network: Network
    variants: tuple[str, ...]
    conditions: tuple[Condition, ...]
    discharge: Discharge
    traces: tuple[Trace, ...]
    begin_ms: float
    duration_ms: float
    descended: Descended | None = None

    @classmethod
    def of(
        cls, plan: Plan, discharge: Discharge, *, seed: int, descended: Descended | None = None
    ) -> CordResult:
        """What a plan's run fired, and what the brain sent."""
        return cls(
            protocol=plan.protocol,
            seed=seed,
            circuit=plan.circuit,
            network=plan.network,
            variants=tuple(variant.name for variant in plan.variants),
            conditions=plan.conditions,
            discharge=discharge,
            traces=plan.traces,
            begin_ms=plan.begin_ms,
            duration_ms=plan.duration_ms,
            descended=descended,
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

    def voltage_mV(self, trace: Trace) -> Float[np.ndarray, "variant condition sample"]:
        """The voltage of a neuron, a sample every `discharge.voltage_every_ms`."""
        members = sorted({t.member for t in self.traces if t.population == trace.population})
        kept = self.discharge.voltage_mV[trace.population][:, members.index(trace.member)]
        return kept.T.reshape(len(self.variants), len(self.conditions), -1)

    def growth(self) -> dict[str, Float[np.ndarray, "variant condition"]]:
        """How much C-fiber synapses have grown at the end, a share, by population that has them."""
        contacts = {(synapses.target, synapses.receptor) for synapses in self.network.synapses}
        plastic = {
            population.name
            for population in self.network.populations
            for receptor in population.receptors
            if receptor.plastic and (population.name, receptor.name) in contacts
        }
        shape = len(self.variants), len(self.conditions)
        return {
            name: grown.mean(axis=0).reshape(shape)
            for name, grown in self.discharge.potentiated.items()
            if name in plastic
        }

    def answers(self, population: str) -> Float[np.ndarray, "variant condition stimulus"]:
        """Spikes a neuron answers each stimulus with, before the next and within a second of it.

        NaN where there is no such stimulus.
        """
        most = max(condition.onsets_ms.size for condition in self.conditions)
        found = np.full((len(self.variants), len(self.conditions), most), np.nan)
        for k, condition in enumerate(self.conditions):
            onsets = condition.onsets_ms
            # The last stimulus is given as long as those before it.
            last = 2.0 * onsets[-1] - onsets[-2] if onsets.size > 1 else self.duration_ms
            ends = np.append(onsets[1:], min(last, self.duration_ms))
            for stimulus, (start, end) in enumerate(zip(onsets, ends, strict=True)):
                spikes = self.discharge.count(population, start, min(end, start + LATEST_ms))
                counts = spikes.reshape(len(self.variants), -1)[:, k]
                found[:, k, stimulus] = counts / self.discharge.sizes[population]
        return found
