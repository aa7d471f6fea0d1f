"""What drives a circuit in an experiment: spikes of afferents, condition by condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from causalgia.cord.catalog import Circuit, column_arrival, rates_of
from causalgia.cord.drive import Fired, merged, ongoing, pulses, volleys
from causalgia.cord.experiment_result import Condition
from causalgia.cord.network import Network
from causalgia.cord.protocol import CordProtocol
from causalgia.evidence import parameters
from causalgia.tables import blame

__all__ = ["Drive"]

COLUMN_Hz = (10.0, 20.0, 50.0, 70.0, 100.0)
CONDITIONING_Hz = 50.0


@dataclass(frozen=True)
class Drive:
    """What draws the spikes of afferents for each condition."""

    protocol: CordProtocol
    circuit: Circuit
    network: Network
    seed: int
    begin_ms: float
    duration_ms: float

    def raster(self) -> list[Condition]:
        """One condition: ongoing firing, and whatever else is asked for."""
        protocol = self.protocol
        volley, column = protocol.volley, protocol.stimulation
        given = self._rates()
        # A circuit that has no firing of its own is shown its own stimulus.
        shown = volley is not None or not (given or self.circuit.fires)
        own = {} if shown else self._own()
        parts = [own, self._ongoing(given), self._background()]
        onsets = np.zeros(0)
        if shown:
            frequency = ((volley and volley.frequencies) or [1.0])[0]
            onsets = pulses(frequency, self.begin_ms, self.duration_ms)
            onsets = onsets[: volley.stimuli] if volley else onsets
            parts.append(self._volleys(onsets))
        if column is not None:
            parts.append(self._column((column.frequencies or [CONDITIONING_Hz])[0]))
        return [Condition("", 0.0, onsets, self._merged(parts))]

    def windup(self, frequencies: Sequence[float]) -> list[Condition]:
        """Volleys at each frequency."""
        stimuli = self.protocol.volley.stimuli if self.protocol.volley else 8
        made = []
        for frequency in frequencies:
            onsets = self.begin_ms + 1e3 / frequency * np.arange(stimuli)
            parts = [self._ongoing(self._rates()), self._background(), self._volleys(onsets)]
            made.append(Condition(f"{frequency:g} Hz", frequency, onsets, self._merged(parts)))
        return made

    def stimulation(self) -> list[Condition]:
        """Ongoing firing without, and with pulses at each frequency."""
        table = self.protocol.stimulation
        asked = (table and table.frequencies) or list(COLUMN_Hz)
        common = [self._own(), self._ongoing(self._rates()), self._background()]
        made = []
        for frequency in sorted({0.0, *asked}):
            parts = [*common, self._column(frequency)]
            onsets = pulses(frequency, self.begin_ms, self.duration_ms)
            made.append(Condition(f"{frequency:g} Hz", frequency, onsets, self._merged(parts)))
        return made

    def gate(self) -> list[Condition]:
        """A C-strength volley without and with A-beta stimulation, that alone, and touch."""
        onset = np.array([self.begin_ms])
        table = self.protocol.stimulation
        frequency = ((table and table.frequencies) or [CONDITIONING_Hz])[0]
        common = [self._ongoing(self._rates()), self._background()]
        volley, column = self._volleys(onset), self._column(frequency)
        drives = {
            "C volley": [volley],
            f"C volley, A-beta at {frequency:g} Hz": [volley, column],
            f"A-beta at {frequency:g} Hz": [column],
            "touch": [self._touch()],
        }
        return [
            Condition(name, 0.0, onset, self._merged([*common, *parts]))
            for name, parts in drives.items()
        ]

    def _random(self, *names: str) -> np.random.Generator:
        """A stream of its own for each decision."""
        return np.random.default_rng([self.seed, *"|".join(names).encode()])

    def _rates(self) -> dict[str, float]:
        """Rates that the protocol asks for."""
        tables = self.protocol.afferents.items()
        return {name: table.rate for name, table in tables if table.rate is not None}

    def _ongoing(self, rates: Mapping[str, float], start_ms: float = 0.0) -> dict[str, Fired]:
        return {
            name: ongoing(
                rate,
                self.network.afferents[name],
                start_ms,
                self.duration_ms,
                self._random("ongoing" if start_ms == 0 else "touch", name),
            )
            for name, rate in rates.items()
        }

    def _own(self) -> dict[str, Fired]:
        """What the circuit's afferents do by themselves, but for those that the protocol sets."""
        found = blame("run.duration", self.circuit.fired, self.duration_ms, self.seed)
        own = {
            name: Fired(
                np.concatenate(times), np.repeat(np.arange(len(times)), [t.size for t in times])
            )
            for name, times in found.items()
        }
        own.update(self._ongoing(rates_of(self.circuit.ongoing)))
        return {name: fired for name, fired in own.items() if name not in self._rates()}

    def _background(self) -> dict[str, Fired]:
        rates = {**rates_of(self.circuit.background)}
        return self._ongoing({k: v for k, v in rates.items() if k not in self._rates()})

    def _volleys(self, onsets_ms: Float[np.ndarray, " volley"]) -> dict[str, Fired]:
        table = self.protocol.volley
        classes = (table and table.classes) or self.circuit.volley
        made = {}
        for name in classes:
            arrival, fraction = self.circuit.arrivals[name], 1.0
            if name in self.protocol.afferents:
                own = self.protocol.afferents[name]
                fraction = own.fraction
                latency = arrival.latency_ms if own.latency is None else own.latency
                scatter = arrival.scatter_ms if own.scatter is None else own.scatter
                arrival = replace(arrival, latency_ms=latency, scatter_ms=scatter)
            fibers = self.network.afferents[name]
            random = self._random("volley", name)
            made[name] = volleys(onsets_ms, arrival, fibers, random, fraction)
        return made

    def _column(self, frequency_Hz: float) -> dict[str, Fired]:
        table = self.protocol.stimulation
        classes = (table and table.classes) or self.circuit.column
        onsets = pulses(frequency_Hz, self.begin_ms, self.duration_ms)
        return {
            name: volleys(
                onsets,
                column_arrival(name),
                self.network.afferents[name],
                self._random("column", name),
                table.fraction if table else 1.0,
            )
            for name in classes
        }

    def _touch(self) -> dict[str, Fired]:
        table = self.protocol.touch
        rate = table.rate if table else None
        if rate is None:
            rate = parameters("causalgia_cord_drive")["touch_rate"].value
        classes = (table and table.classes) or self.circuit.touch
        return self._ongoing(dict.fromkeys(classes, rate), max(self.begin_ms, 1e-9))

    def _merged(self, parts: Sequence[Mapping[str, Fired]]) -> dict[str, Fired]:
        refractory = parameters("zhang_2014")["fiber_refractory_period"].value
        classes = dict.fromkeys(name for part in parts for name in part)
        return {
            name: merged([part[name] for part in parts if name in part], refractory)
            for name in classes
        }
