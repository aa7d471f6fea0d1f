"""A fiber's answer as labeled arrays and as JSON: same protocol, same numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from causalgia import __version__
from causalgia.afferents.catalog import Published, published
from causalgia.afferents.fiber_result import FiberResult
from causalgia.evidence import load_sources

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "cited",
    "fiber_dataset",
    "fiber_json",
    "fiber_keys",
    "known_of",
    "plain",
    "sources_of",
    "unit_of",
    "write_zarr",
]

_DIGITS = 6


def fiber_keys(result: FiberResult) -> tuple[str, ...]:
    """The keys of the sources of a fiber's model and channels, that of the model first."""
    keys = []
    for model in result.setup.fibers.values():
        keys += [model.source, *(channel.source for channel in model.membrane.channels)]
    return tuple(dict.fromkeys(keys))


def sources_of(result: FiberResult) -> tuple[str, ...]:
    """The sources of a fiber's model and channels, as text."""
    return cited(fiber_keys(result))


def cited(keys: Iterable[str]) -> tuple[str, ...]:
    """Publications by their keys, as text; what has no entry is left out."""
    known = load_sources()
    found = [known[key] for key in dict.fromkeys(keys) if key in known]
    return tuple(
        f"{s.authors} ({s.year}). {s.title}." + (f" {s.identifier}" if s.identifier else "")
        for s in found
    )


def known_of(result: FiberResult) -> dict[str, Published]:
    """What is published of the fiber, but for what came of another train."""
    setup = result.setup
    train = (1e3 / setup.period_ms, setup.count)
    return {
        key: entry
        for key, entry in published(setup.protocol.fiber.type).items()
        if entry.count is None or (entry.rate_Hz, entry.count) == train
    }


def fiber_dataset(result: FiberResult) -> xr.Dataset:
    """All that was recorded, as labeled arrays with units.

    `voltage` [fiber, time, position] of the first pulse, `voltage_of_last_pulse` where there is
    one; `trace` [fiber, trace_time, site]; `latency` [fiber, pulse, site], NaN for no spike;
    `spike_time` [fiber, site, spike], filled up with NaN; `recovery` [fiber, interval]; every
    biomarker [fiber]. Version, configuration, protocol and sources are attributes.
    """
    import xarray as xr

    responses = list(result.responses.values())
    longest = max(times.size for r in responses for times in r.spike_ms)
    spikes = np.full((len(responses), result.site_um.size, longest), np.nan)
    for fiber, response in enumerate(responses):
        for site, times in enumerate(response.spike_ms):
            spikes[fiber, site, : times.size] = times
    traces, trace_ms = _stacked([(r.trace_time_ms, r.trace_mV) for r in responses])
    variables: dict[str, Any] = {
        "trace": (("fiber", "trace_time", "site"), traces, {"units": "mV"}),
        "latency": (
            ("fiber", "pulse", "site"),
            np.stack([r.latency_ms for r in responses]),
            {"units": "ms", "of": "from each pulse to its spike"},
        ),
        "spike_time": (("fiber", "site", "spike"), spikes, {"units": "ms"}),
        "recovery": (
            ("fiber", "interval"),
            np.stack([r.biomarkers.recovery.change_percent for r in responses]),
            {"units": "%", "of": "change of latency of a second spike"},
        ),
    }
    coords: dict[str, Any] = {
        "fiber": np.array(list(result.responses), dtype=object),
        "trace_time": ("trace_time", trace_ms, {"units": "ms"}),
        "site": ("site", result.site_um, {"units": "um"}),
        "pulse": ("pulse", result.pulse_ms, {"units": "ms"}),
        "interval": ("interval", responses[0].biomarkers.recovery.interval_ms, {"units": "ms"}),
    }
    for index, (name, time) in enumerate(
        (("voltage", "time"), ("voltage_of_last_pulse", "time_of_last_pulse"))
    ):
        windows = [r.windows[index] for r in responses if index < len(r.windows)]
        if windows:
            values, times = _stacked([(w.time_ms, w.voltage_mV) for w in windows])
            variables[name] = (("fiber", time, "position"), values, {"units": "mV"})
            coords[time] = (time, times, {"units": "ms"})
            coords["position"] = ("position", windows[0].position_um, {"units": "um"})
    for name in responses[0].biomarkers.as_dict():
        numbers = np.array([r.biomarkers.as_dict()[name] for r in responses])
        variables[name] = (("fiber",), numbers, {"units": unit_of(name)})
    return xr.Dataset(
        variables,
        coords,
        {
            "causalgia_version": __version__,
            "configuration": result.setup.protocol.configuration,
            "protocol": json.dumps(plain(result.setup.protocol.model_dump()), ensure_ascii=False),
            "amplitude": f"{result.amplitude:.6g} {result.unit}",
            "sources": list(sources_of(result)),
        },
    )


def _stacked(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Fibers side by side, as long as the longest; what ends earlier is filled up with NaN."""
    longest = max((times for times, _ in parts), key=len)
    stacked = np.full((len(parts), longest.size, parts[0][1].shape[1]), np.nan, np.float32)
    for fiber, (_, values) in enumerate(parts):
        stacked[fiber, : len(values)] = values
    return stacked, longest


def unit_of(name: str) -> str:
    """The unit that a biomarker's name ends in."""
    ends = {"m_per_s": "m/s", "percent": "%", "mV": "mV", "nA": "nA", "mA": "mA", "ms": "ms"}
    return next((unit for end, unit in ends.items() if name.endswith(f"_{end}")), "Hz")


def write_zarr(result: FiberResult, folder: Path) -> None:
    """Write the labeled arrays as a Zarr store."""
    fiber_dataset(result).to_zarr(folder, mode="w", consolidated=False, zarr_format=3)


def fiber_json(result: FiberResult) -> str:
    """The biomarkers with what is known of them from elsewhere, as JSON; null for what is not."""
    setup = result.setup
    known = known_of(result)
    listing = {
        "fiber": setup.protocol.fiber.type,
        "description": setup.fibers["unchanged"].description,
        "version": __version__,
        "configuration": setup.protocol.configuration,
        "protocol": setup.protocol.model_dump(),
        "stimulus": {
            "amplitude": result.amplitude,
            "unit": result.unit,
            "width_ms": setup.width_ms,
            "period_ms": setup.period_ms,
            "count": setup.count,
        },
        "site_um": result.site_um,
        "biomarkers": {name: r.biomarkers.as_dict() for name, r in result.responses.items()},
        "recovery": {
            name: {
                "interval_ms": r.biomarkers.recovery.interval_ms,
                "change_percent": r.biomarkers.recovery.change_percent,
            }
            for name, r in result.responses.items()
        },
        "published": {key: {"value": e.value, "where": e.where} for key, e in known.items()},
        "sources": sources_of(result),
    }
    return json.dumps(plain(listing), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """The same in what JSON knows; numbers of six digits, null where there is none."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return value
