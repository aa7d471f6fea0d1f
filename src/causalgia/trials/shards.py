"""Running the shards of a trial that are missing: in this process, or on a Dask cluster.

A shard is a pure function of design and number, so where and in which order shards are computed
leaves no trace in what is stored. Only a few shards are in memory at a time: what is finished goes
to the disk at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from causalgia.trials.store import Run, is_done, keep_shard, pack_shard, sweep

if TYPE_CHECKING:
    from causalgia.trials.design import Design
    from causalgia.trials.outcome import ShardResult

__all__ = ["Simulate", "missing_shards", "run_shards"]

Simulate = Callable[["Design", int], "ShardResult"]
"""What computes a shard: a pure function of the design and the shard's number."""


def missing_shards(run: Run, shards: Iterable[int] | None = None) -> list[int]:
    """Those of the `shards` (default: all) that are not done, in order."""
    chosen = range(run.shards) if shards is None else shards
    return [shard for shard in chosen if not is_done(run, shard)]


def run_shards(
    design: Design,
    run: Run,
    *,
    shards: Iterable[int] | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    simulate: Simulate | None = None,
    tell: Callable[[str], object] = lambda text: None,
) -> int:
    """Compute and store the shards that are missing.

    **Arguments:** the `design` and its `run`; which `shards` (default: all); with one of the
    `workers` in this process, with more in a local cluster of as many processes; or the address of
    a `scheduler`; `simulate` (default: the simulated trial); `tell` is told how far it is.
    **Returns:** how many were computed.
    **Raises:** `InputError` where the scheduler cannot be reached or computes another model.
    """
    if simulate is None:
        from causalgia.trials.simulate import simulate_shard

        simulate = simulate_shard
    tell("looking for shards that are done")
    missing = missing_shards(run, shards)
    told = _Progress(run.shards, len(missing), tell)
    here, elsewhere = missing, []
    if scheduler is not None:
        here, elsewhere = [], missing
    elif workers > 1:
        # The first fills the caches of programs and histories that all workers read.
        here, elsewhere = missing[:1], missing[1:]
    for shard in here:
        keep_shard(run, pack_shard(run, shard, simulate(design, shard)))
        told.one_more()
    if elsewhere:
        from causalgia.trials.cluster import compute_on_cluster

        for files in compute_on_cluster(
            design, run, elsewhere, simulate, workers=workers, scheduler=scheduler
        ):
            keep_shard(run, files)
            told.one_more()
    if shards is None:
        sweep(run)
    return len(missing)


class _Progress:
    """Says how many shards are done, and how long the rest will take."""

    def __init__(self, total: int, missing: int, tell: Callable[[str], object]) -> None:
        self.total, self.left, self.missing, self.tell = total, missing, missing, tell
        self.began = time.monotonic()
        self._say("")

    def one_more(self) -> None:
        """One more is done."""
        self.left -= 1
        each = (time.monotonic() - self.began) / (self.missing - self.left)
        rest = each * self.left
        self._say(f", {rest / 60:.0f} min to go" if rest > 90 else f", {rest:.0f} s to go")

    def _say(self, rest: str) -> None:
        self.tell(f"{self.total - self.left} of {self.total} shards done{rest}")
