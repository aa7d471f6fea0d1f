"""Lanes in blocks: a wide batch is computed a block at a time, several blocks on several cores.

How lanes are put into blocks depends on their number only, never on the number of workers, so
that a result does not depend on the machine. All blocks of a run have the same shape (the last
one repeats its last lane), so that one compiled program serves them all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import jax
import numpy as np

__all__ = ["available_cores", "blocks_of", "map_blocks", "select_lanes", "whole_vectors"]

WIDE, NARROW = 128, 64
"""Lanes of a block: wide enough for full vectors, narrow enough that a block stays in cache."""

VECTOR_BYTES = 64
"""What a CPU computes with one instruction, at most."""

CACHED_VALUES = 2**18
"""Numbers of a block's state that stay near a core: what fills a megabyte in float32."""

Block = TypeVar("Block")
Result = TypeVar("Result")
Tree = TypeVar("Tree")


def available_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def whole_vectors(lanes: int, precision: str) -> int:
    """How many lanes to compute at once so that no vector is begun in vain.

    Lanes left over from whole vectors are computed one by one, each at half the price of a vector:
    26 lanes in float32 take 1.7 times as long as 32. What fits in half a vector stays as it is.
    """
    vector = VECTOR_BYTES // np.dtype(precision).itemsize
    if lanes <= vector // 2 or lanes % vector < 2:
        return lanes
    return -(-lanes // vector) * vector


def blocks_of(batch: int, values: int, precision: str = "float32") -> list[np.ndarray]:
    """The lanes of each block, all blocks equally wide; the last may repeat the last lane.

    **Arguments:** how many lanes; how many numbers a lane's state has, and their precision.
    """
    widest = WIDE if WIDE * values <= CACHED_VALUES else NARROW
    on_cpu = jax.default_backend() == "cpu"
    if not on_cpu:
        widest = batch  # what shares a block is what an accelerator computes at once
    count = -(-batch // widest)
    width = -(-batch // count)
    if on_cpu:
        width = whole_vectors(width, precision)
    starts = range(0, batch, width)
    return [np.minimum(np.arange(start, start + width), batch - 1) for start in starts]


def select_lanes(tree: Tree, lanes: np.ndarray, batch: int) -> Tree:
    """Only some lanes of every array whose last axis is the batch."""

    def select(leaf: object) -> object:
        if isinstance(leaf, np.ndarray) and leaf.ndim and leaf.shape[-1] == batch:
            return np.ascontiguousarray(leaf[..., lanes])
        return leaf

    return jax.tree.map(select, tree)


def map_blocks(
    work: Callable[[Block], Result], blocks: Sequence[Block], workers: int | None
) -> list[Result]:
    """`work` done for every block, in order, by at most `workers` threads (None: all cores)."""
    workers = min(workers or available_cores(), len(blocks))
    if workers <= 1:
        return [work(lanes) for lanes in blocks]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, blocks))
