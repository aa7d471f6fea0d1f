"""A circuit's answer as labeled arrays and as JSON: same protocol, same numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from causalgia import __version__
from causalgia.cord.experiment_result import CordResult
from causalgia.reports.fiber_data import cited, plain

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["DRIVE", "cord_dataset", "cord_json", "cord_keys", "cord_sources", "write_cord_zarr"]

DRIVE = "causalgia_cord_drive"
"""The key of the numbers that say how circuits are driven."""


def cord_keys(result: CordResult) -> tuple[str, ...]:
    """The keys of the sources of a circuit, its drive and its neurons' channels."""
    keys = [result.circuit.source, *result.circuit.cites, DRIVE, "zhang_2014"]
    for population in result.network.populations:
        keys += [channel.source for channel in population.cell.membrane.channels]
    return tuple(dict.fromkeys(keys))


def cord_sources(result: CordResult) -> tuple[str, ...]:
    """The sources of a circuit, its drive and its neurons' channels, as text."""
    return cited(cord_keys(result))


def cord_dataset(result: CordResult) -> xr.Dataset:
    """All that fired, as labeled arrays with units.

    One entry a spike: `spike_time` (ms), `spike_source` (an index into `source`: classes of
    afferents, then populations), `spike_member`, `spike_variant`, `spike_condition`. `rate`
    [variant, condition, population] while it is counted; `answer` [variant, condition, stimulus,
    projection], spikes a neuron answers a volley with, NaN for no such volley; `onset`
    [condition, stimulus]. Where they were asked for, `voltage` [variant, condition, neuron, sample]
    of each `neuron` ("population:number") at `sample_time`; `tone` [variant, condition,
    transmitter, tone_time], what the brain sent; `growth` [variant, condition, target], of C-fiber
    synapses on each population at the end. Version, seed, configuration, protocol and sources are
    attributes.
    """
    import xarray as xr

    sources = [*result.network.afferents, *result.populations]
    spikes = {name: np.concatenate(parts) for name, parts in _spikes(result, sources).items()}
    projections = list(result.circuit.projections)
    most = max(condition.onsets_ms.size for condition in result.conditions)
    onsets = np.full((len(result.conditions), most), np.nan)
    for row, condition in zip(onsets, result.conditions, strict=True):
        row[: condition.onsets_ms.size] = condition.onsets_ms
    units = {"time": {"units": "ms"}}
    variables: dict[str, Any] = {
        f"spike_{name}": (("spike",), values, units.get(name, {}))
        for name, values in spikes.items()
    }
    variables |= {
        "rate": (("variant", "condition", "population"), result.rates_Hz(), {"units": "Hz"}),
        "onset": (("condition", "stimulus"), onsets, {"units": "ms"}),
    }
    if result.is_volleyed:
        variables["answer"] = (
            ("variant", "condition", "stimulus", "projection"),
            np.stack([result.answers(name) for name in projections], -1),
            {"units": "1", "of": "spikes of a neuron, within a second of the stimulus"},
        )
    more, places = _states(result)
    variables |= more
    sizes = result.network.sizes()
    frequencies = [condition.frequency_Hz for condition in result.conditions]
    coords: dict[str, Any] = {
        "variant": np.array(result.variants, dtype=object),
        "condition": np.array([condition.name for condition in result.conditions], dtype=object),
        "frequency": ("condition", np.array(frequencies), {"units": "Hz"}),
        "population": np.array(result.populations, dtype=object),
        "projection": np.array(projections, dtype=object),
        "source": np.array(sources, dtype=object),
        "size": ("source", np.array([sizes[name] for name in sources]), {"units": "1"}),
        **places,
    }
    return xr.Dataset(
        variables,
        coords,
        {
            "causalgia_version": __version__,
            "seed": result.seed,
            "configuration": result.protocol.configuration(result.seed),
            "protocol": json.dumps(plain(result.protocol.model_dump()), ensure_ascii=False),
            "begin_ms": result.begin_ms,
            "duration_ms": result.duration_ms,
            "sources": list(cord_sources(result)),
        },
    )


def _states(result: CordResult) -> tuple[dict[str, Any], dict[str, Any]]:
    """Voltages, tones and growth, as far as they were asked for: variables and coordinates."""
    lanes = ("variant", "condition")
    variables: dict[str, Any] = {}
    coords: dict[str, Any] = {}
    if result.traces:
        voltage = np.stack([result.voltage_mV(trace) for trace in result.traces], 2)
        names = [f"{trace.population}:{trace.member + 1}" for trace in result.traces]
        times = result.discharge.voltage_every_ms * np.arange(1, voltage.shape[-1] + 1)
        variables["voltage"] = ((*lanes, "neuron", "sample"), voltage, {"units": "mV"})
        coords["neuron"] = np.array(names, dtype=object)
        coords["sample_time"] = ("sample", times, {"units": "ms"})
    if result.descended is not None:
        tones = np.stack([tone.T for tone in result.descended.tones.values()], 1)
        tones = tones.reshape(len(result.variants), len(result.conditions), *tones.shape[1:])
        variables["tone"] = (
            (*lanes, "transmitter", "tone_time"),
            tones,
            {"units": "1", "of": "what is sent down at rest in health"},
        )
        coords["transmitter"] = np.array(list(result.descended.tones), dtype=object)
        coords["tone_time"] = ("tone_time", result.descended.time_ms, {"units": "ms"})
    growth = result.growth()
    if growth:
        variables["growth"] = (
            (*lanes, "target"),
            np.stack(list(growth.values()), -1),
            {"units": "1", "of": "the weight of synapses before"},
        )
        coords["target"] = np.array(list(growth), dtype=object)
    return variables, coords


def _spikes(result: CordResult, sources: list[str]) -> dict[str, list[np.ndarray]]:
    """Spikes of afferents (once for each variant they drive) and of neurons."""
    found: dict[str, list[np.ndarray]] = {
        name: [] for name in ("time", "source", "member", "variant", "condition")
    }

    def add(time: np.ndarray, source: str, member: np.ndarray, lane: np.ndarray) -> None:
        conditions = len(result.conditions)
        found["time"].append(np.asarray(time, dtype=np.float32))
        found["source"].append(np.full(time.size, sources.index(source), dtype=np.int16))
        found["member"].append(np.asarray(member, dtype=np.int32))
        found["variant"].append(np.asarray(lane // conditions, dtype=np.int16))
        found["condition"].append(np.asarray(lane % conditions, dtype=np.int16))

    for variant in range(len(result.variants)):
        for index, condition in enumerate(result.conditions):
            lane = result.lane(variant, index)
            for name, fired in condition.fired.items():
                add(fired.time_ms, name, fired.fiber, np.full(fired.time_ms.size, lane))
    for name, events in result.discharge.events.items():
        add(events.time_ms, name, events.neuron, events.patient)
    return found


def write_cord_zarr(result: CordResult, folder: Path) -> None:
    """Write the labeled arrays as a Zarr store."""
    cord_dataset(result).to_zarr(folder, mode="w", consolidated=False, zarr_format=3)


def cord_json(result: CordResult) -> str:
    """Rates, answers to stimuli, and what brain and synapses did, as JSON; null for no number."""
    rates = result.rates_Hz()
    answered = result.circuit.projections if result.is_volleyed else ()
    answers = {name: result.answers(name) for name in answered}
    growth, descended = result.growth(), result.descended
    tones = descended.tones if descended else {}
    listing = {
        "circuit": result.circuit.name,
        "description": result.circuit.description,
        "experiment": result.protocol.run.experiment,
        "version": __version__,
        "seed": result.seed,
        "configuration": result.protocol.configuration(result.seed),
        "protocol": result.protocol.model_dump(),
        "counted_from_ms": result.begin_ms,
        "duration_ms": result.duration_ms,
        "results": [
            {
                "variant": variant,
                "condition": condition.name,
                "frequency_Hz": condition.frequency_Hz,
                "rate_Hz": {
                    name: float(rates[v, c, p]) for p, name in enumerate(result.populations)
                },
                "spikes_per_stimulus": {
                    name: found[v, c, : condition.onsets_ms.size] for name, found in answers.items()
                },
                "growth": {name: float(grown[v, c]) for name, grown in growth.items()},
                "tone_at_end": {
                    name: float(tone[-1, result.lane(v, c)]) for name, tone in tones.items()
                },
            }
            for v, variant in enumerate(result.variants)
            for c, condition in enumerate(result.conditions)
        ],
        "sources": cord_sources(result),
    }
    return json.dumps(plain(listing), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
