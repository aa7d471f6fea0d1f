"""Pools kept between processes, so that only the first trial of a condition simulates histories."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from causalgia.cache import cache_folder
from causalgia.trials.identity import history_hash

__all__ = ["keep_pools", "kept_pools", "pool_key"]

Arrays = Mapping[str, np.ndarray]


def pool_key(*question: object) -> str:
    """The name of pools: what was asked for, and the version of all that answers."""
    text = repr((history_hash(), *question))
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).hexdigest()


def kept_pools(key: str) -> list[dict[str, np.ndarray]] | None:
    """The arrays of pools as they were kept; None where they are not, or not in one piece."""
    try:
        with np.load(_file(key), allow_pickle=False) as stored:
            found: list[dict[str, np.ndarray]] = [{} for _ in range(int(stored["count"]))]
            for name in stored.files:
                number, _, own = name.partition("/")
                if own:
                    found[int(number)][own] = stored[name]
        return found
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile):
        return None


def keep_pools(key: str, pools: Sequence[Arrays]) -> None:
    """Keep the arrays of pools; where the folder cannot be written they are computed again."""
    arrays = {f"{i}/{name}": value for i, pool in enumerate(pools) for name, value in pool.items()}
    file = _file(key)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, count=np.array(len(pools)), **arrays)  # type: ignore[arg-type]
        os.replace(beside, file)
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        return


def _file(key: str) -> Path:
    return cache_folder() / "pools" / f"{key}.npz"
