"""Where simulated trials are kept: one folder a run, a few files a shard, all of it checked.

A shard counts as done when its manifest exists and the files it names have the hashes it gives.
Files are written beside their place, forced to the disk and moved there; the manifest comes last.
So a process killed at any point leaves shards that are done and shards that are computed again,
and the bytes are the same either way.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causalgia import __version__
from causalgia.cache import cache_folder
from causalgia.errors import CausalgiaError, InputError
from causalgia.trials.identity import model_hash
from causalgia.trials.parquet import join_files, parquet_bytes

if TYPE_CHECKING:
    import pandas as pd

    from causalgia.trials.design import Design
    from causalgia.trials.outcome import ShardResult

__all__ = [
    "Run",
    "done_shards",
    "is_done",
    "keep_shard",
    "open_run",
    "pack_shard",
    "read_flow",
    "read_table",
    "store_folder",
    "sweep",
    "write_table",
]

_DRAFT = ".draft-"
TABLES = ("patients", "weeks")
"""The tables of a shard."""


@dataclass(frozen=True)
class Run:
    """A stored run: its `folder`, and what decides it.

    The hash of the `design` (seed included), that of the `model`, the `seed`, the number of
    `shards`, the keys of the `sources` its numbers come from.
    """

    folder: Path
    design: str
    model: str
    seed: int
    shards: int
    sources: tuple[str, ...] = ()

    @property
    def about(self) -> dict[str, str]:
        """The provenance that every file of the run carries."""
        return {
            "causalgia_version": __version__,
            "configuration": self.design,
            "model": self.model,
            "seed": str(self.seed),
            "sources": "\n".join(self.sources),
        }


def store_folder() -> Path:
    """Where runs are kept unless said otherwise; it need not exist."""
    return cache_folder() / "trials"


def open_run(
    design: Design, store: Path | None = None, sources: Iterable[str] = (), *, make: bool = True
) -> Run:
    """The run of a design, made where it is missing (unless `make` is false).

    **Arguments:** the `design`; the folder of the `store` (default: in the cache folder); the
    `sources` to be named in every file.
    **Raises:** `InputError` where the folder cannot be written.
    """
    run = Run(
        folder=Path(),
        design=design.hash(),
        model=model_hash(),
        seed=design.seed,
        shards=design.shard_count,
        sources=tuple(sources),
    )
    decided = {"design": run.design, "model": run.model, "seed": run.seed}
    key = hashlib.blake2b(json.dumps(decided, sort_keys=True).encode(), digest_size=12)
    folder = (store or store_folder()) / key.hexdigest()
    run = replace(run, folder=folder)
    if not make:
        return run
    try:
        folder.mkdir(parents=True, exist_ok=True)
        about = {**decided, "version": __version__, "shards": run.shards, "sources": run.sources}
        content = json.dumps(about, indent=2, sort_keys=True).encode() + b"\n"
        if not (folder / "run.json").exists():
            _write(folder / "run.json", content)
    except OSError as error:
        raise InputError(f"--store: {folder}: cannot be written: {error.strerror}") from None
    return run


def pack_shard(run: Run, shard: int, result: ShardResult) -> dict[str, bytes]:
    """The files of a shard by name, as bytes; its manifest is the last."""
    flow = json.dumps(dict(result.flow), indent=2, sort_keys=True).encode() + b"\n"
    about = {**run.about, "shard": str(shard)}
    files = {
        _file("patients", shard): parquet_bytes(result.patients, about),
        _file("weeks", shard): parquet_bytes(result.weeks, about),
        _file("flow", shard): flow,
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return files | {_file("done", shard): _manifest(run, hashes)}


def _manifest(run: Run, hashes: Mapping[str, str]) -> bytes:
    """What says that a shard is done: the hashes of its files, and of what it belongs to."""
    content = {"sha256": dict(hashes), "configuration": run.design, "model": run.model}
    return json.dumps(content, sort_keys=True).encode() + b"\n"


def keep_shard(run: Run, files: Mapping[str, bytes]) -> None:
    """Write the files of a shard, the manifest last.

    **Raises:** `CausalgiaError` where the disk is full or the folder is gone.
    """
    try:
        for name, content in files.items():
            _write(run.folder / name, content)
    except OSError as error:
        raise CausalgiaError(
            f"{run.folder}: a shard cannot be written: {error.strerror}; the shards that are done "
            "are kept, and the same command goes on from there"
        ) from None


def _file(kind: str, shard: int) -> str:
    return f"{kind}-{shard:05d}.{'parquet' if kind in TABLES else 'json'}"


def _write(file: Path, content: bytes) -> None:
    """Write beside the place, force to the disk, move there: all of it or nothing."""
    draft = file.with_name(f"{_DRAFT}{uuid.uuid4().hex}-{file.name}")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.replace(draft, file)
    except FileNotFoundError:  # swept by another process that finished the same run
        if file.read_bytes() != content:
            raise
    if hasattr(os, "O_DIRECTORY"):  # not on Windows, where a folder cannot be opened
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def is_done(run: Run, shard: int) -> bool:
    """Whether a shard's manifest and the files it names are there and whole."""
    names = [_file(kind, shard) for kind in (*TABLES, "flow")]
    try:
        found = (run.folder / _file("done", shard)).read_bytes()
        return found == _manifest(run, {name: _sha256(run.folder / name) for name in names})
    except OSError:
        return False


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def done_shards(run: Run) -> set[int]:
    """The shards of a run that are done, every byte of them checked."""
    return {shard for shard in range(run.shards) if is_done(run, shard)}


def sweep(run: Run) -> None:
    """Remove drafts that killed processes left behind; called when nothing is being computed."""
    for draft in run.folder.glob(f"{_DRAFT}*"):
        draft.unlink(missing_ok=True)


def read_table(
    run: Run,
    kind: str,
    columns: Iterable[str] | None = None,
    shards: Iterable[int] | None = None,
) -> pd.DataFrame:
    """A table of the run, shard after shard.

    **Arguments:** its `kind`, "patients" or "weeks"; only some `columns` and `shards` (default:
    all). Only what is asked for is read.
    """
    import pyarrow.dataset as ds

    chosen = range(run.shards) if shards is None else shards
    files = [str(run.folder / _file(kind, shard)) for shard in chosen]
    table = ds.dataset(files, format="parquet").to_table(
        columns=None if columns is None else list(columns)
    )
    return table.to_pandas(split_blocks=True, self_destruct=True)


def write_table(run: Run, kind: str, file: Path) -> None:
    """Write a table of the whole run as one file, a shard at a time in memory."""
    join_files([run.folder / _file(kind, shard) for shard in range(run.shards)], file, run.about)


def read_flow(run: Run) -> dict[str, Any]:
    """Screened, excluded and randomized people over all shards, as one count each."""
    total: dict[str, Any] = {}
    for shard in range(run.shards):
        flow = json.loads((run.folder / _file("flow", shard)).read_bytes())
        total = {name: total.get(name, 0) + flow.get(name, 0) for name in {**total, **flow}}
    return total
