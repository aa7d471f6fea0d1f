"""A result as JSON, as Parquet tables and as labeled arrays: same result, same bytes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from causalgia.patients.result import CaseResult

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray as xr

__all__ = ["to_dataset", "to_json", "write_arms", "write_patients"]

# Patient by patient these are in the tables; rasters are in the report.
_LEFT_OUT = ("table", "arm_ratings", "rasters")
_DIGITS = 6


def to_json(result: CaseResult) -> str:
    """The result but for single patients and spikes, as JSON of six significant digits."""
    fields = {
        field.name: _plain(getattr(result, field.name))
        for field in dataclasses.fields(result)
        if field.name not in _LEFT_OUT
    }
    return json.dumps(fields, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    return value


def to_dataset(result: CaseResult) -> xr.Dataset:
    """The outlook as labeled arrays: `rating` [arm, day, patient], and what patients are.

    Weight, covariates and the pathway today are variables along `patient`; version, seed and
    configuration are attributes. `rating.weighted(weight).mean("patient")` is the expected course.
    """
    import xarray as xr

    origin = result.provenance
    patients = {
        name: ("patient", values) for name, values in result.table.items() if name != "patient"
    }
    rating = (("arm", "day", "patient"), result.arm_ratings, {"units": "0-10", "of": "rest"})
    return xr.Dataset(
        {"rating": rating, **patients},
        coords={"arm": [arm.key for arm in result.arms], "day": result.week_days},
        attrs={
            "causalgia_version": origin.version,
            "seed": origin.seed,
            "configuration": origin.configuration,
        },
    )


def write_patients(result: CaseResult, file: Path) -> None:
    """One row a virtual patient: weight, covariates, and the pathway today."""
    import pyarrow as pa

    _write(pa.table({name: values for name, values in result.table.items()}), result, file)


def write_arms(result: CaseResult, file: Path) -> None:
    """One row an arm, week and virtual patient: pain at rest."""
    import pyarrow as pa

    arms, weeks, patients = result.arm_ratings.shape
    keys = np.array([arm.key for arm in result.arms])
    columns = {
        "arm": pa.array(np.repeat(keys, weeks * patients)).dictionary_encode(),
        "day": np.tile(np.repeat(result.week_days, patients), arms),
        "patient": np.tile(np.arange(patients, dtype=np.int32), arms * weeks),
        "rating": result.arm_ratings.astype(np.float32).ravel(),
    }
    _write(pa.table(columns), result, file)


def _write(table: pa.Table, result: CaseResult, file: Path) -> None:
    import pyarrow.parquet as pq

    origin = result.provenance
    described = table.replace_schema_metadata(
        {
            "causalgia_version": origin.version,
            "seed": str(origin.seed),
            "configuration": origin.configuration,
            "sources": "\n".join(origin.sources),
        }
    )
    pq.write_table(described, file, compression="zstd")
