"""The tables of a shard as Parquet: fixed types, units and provenance in it, same bytes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from causalgia.errors import CausalgiaError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["UNITS", "join_files", "parquet_bytes", "unit_of"]

UNITS: Mapping[str, str] = {
    "baseline": "points of 0-10",
    "screening": "points of 0-10",
    "diary": "points of 0-10",
    "pain": "points of 0-10",
    "sleep": "quality of 0-1",
    "sleep_baseline": "quality of 0-1",
    "months_ill": "month",
    "npsi": "points of 0-100",
    "npsi_baseline": "points of 0-100",
    "stop_day": "day from randomization",
    "rescue_days": "day",
    "week": "week of the period, from 1",
    "period": "period, from 1",
}
"""What the numbers of a column are counted in."""

_SUFFIXES = {
    "_years": "year",
    "_days": "day",
    "_mL_min": "mL/min",
    "_percent": "%",
    "_kg": "kg",
    "_mg": "mg",
}
# Every setting that decides bytes is written out, since defaults move between versions.
_SETTINGS = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "compression_level": 3,
    "use_dictionary": True,
    "write_statistics": True,
    "store_schema": True,
}
# Columns whose type does not depend on what a shard happens to hold.
_TYPES = {
    "patient": "int64",
    "shard": "int32",
    "period": "int8",
    "week": "int16",
    "stratum": "string",
    "arm": "string",
    "treatment": "string",
    "dominant_mechanism": "string",
    "origin": "string",
    "condition": "string",
    "stop_reason": "string",
    "irritable_nociceptor": "bool_",
    "on_treatment": "bool_",
}


def unit_of(column: str) -> str:
    """The unit of a column by its name, "" for names, counts and flags."""
    if column in UNITS:
        return UNITS[column]
    if column.startswith(("test:", "push:")):
        return "points of 0-10"
    return next((unit for end, unit in _SUFFIXES.items() if column.endswith(end)), "")


def parquet_bytes(table: pd.DataFrame, about: Mapping[str, str]) -> bytes:
    """A table as the bytes of a Parquet file: the same table and `about` give the same bytes.

    Types are fixed by the name of a column; the unit stands with its column; `about` (version,
    seed, hashes, sources) with the file.
    **Raises:** `CausalgiaError` for a column of objects, which has no type.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields, arrays = [], []
    for name in table.columns:
        array = _array(str(name), table[name])
        unit = unit_of(str(name))
        fields.append(pa.field(str(name), array.type, metadata={"unit": unit} if unit else None))
        arrays.append(array)
    schema = pa.schema(fields, metadata=dict(sorted(about.items())))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), sink, **_SETTINGS)
    return bytes(sink.getvalue())


def join_files(files: Sequence[Path], joined: Path, about: Mapping[str, str]) -> None:
    """Write the rows of many Parquet files as one, a file at a time in memory."""
    import pyarrow.parquet as pq

    schema = pq.read_schema(files[0]).with_metadata(dict(sorted(about.items())))
    with pq.ParquetWriter(joined, schema, **_SETTINGS) as writer:
        for file in files:
            writer.write_table(pq.read_table(file).replace_schema_metadata(schema.metadata))


def _array(name: str, column: pd.Series) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    values = column.to_numpy()
    kind = _TYPES.get(name)
    if kind is None and values.dtype.kind in "biuf":
        return pa.array(values)
    if kind in (None, "string"):
        texts = [None if value is None or value != value else value for value in values]
        if not all(text is None or isinstance(text, str) for text in texts):
            raise CausalgiaError(f"column {name!r} of a shard holds neither numbers nor text")
        return pa.array(texts, pa.string())
    return pa.array(values.astype(np.dtype(kind.rstrip("_"))))
