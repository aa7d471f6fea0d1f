"""Shards on a Dask cluster: processes of this machine, or a scheduler that is there already.

Workers hand back the bytes of a shard's files and the asking process stores them, so that no
folder need be shared. At most two shards a worker are under way at a time.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causalgia.errors import CausalgiaError, InputError
from causalgia.trials.identity import model_hash
from causalgia.trials.store import Run, pack_shard

if TYPE_CHECKING:
    from distributed import Client

    from causalgia.trials.design import Design
    from causalgia.trials.shards import Simulate

__all__ = ["MOST_WORKERS", "WORKER_GiB", "compute_on_cluster"]

WORKER_GiB = 2.0
"""Memory of a worker of a local cluster; one that holds more is ended, its shard given to another.
"""

MOST_WORKERS = 256
"""The most processes a local cluster may have."""

_REACH_s, _WORKERS_s = 5.0, 10.0
_UNDER_WAY = 2
_RETRIES = 2


def compute_on_cluster(
    design: Design,
    run: Run,
    shards: Sequence[int],
    simulate: Simulate,
    *,
    workers: int,
    scheduler: str | None = None,
) -> Iterator[dict[str, bytes]]:
    """The files of every shard, by name, as shards get ready.

    **Arguments:** the `design`, its `run`, the numbers of the `shards`, what computes one; how many
    `workers` a local cluster gets, or the address of a `scheduler`.
    **Raises:** `InputError` where the scheduler cannot be reached, has no workers or computes
    another model; `CausalgiaError` where workers die again and again.
    """
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    with _client(workers, scheduler) as client:
        waiting = iter(shards)
        pinned = workers if scheduler is None else None

        def submit(shard: int) -> Any:
            task = (design, run, shard, simulate, model_hash(), pinned)
            return client.submit(_compute, *task, pure=False, retries=_RETRIES)

        at_once = _UNDER_WAY * max(len(client.nthreads()), 1)
        under_way = as_completed([submit(shard) for shard in islice(waiting, at_once)])
        for future in under_way:
            try:
                yield future.result()
            except KilledWorker:
                raise CausalgiaError(
                    "worker processes were ended again and again, most likely for memory (a worker "
                    f"has {WORKER_GiB:g} GiB); the shards that are done are kept"
                ) from None
            future.release()
            for shard in islice(waiting, 1):
                under_way.add(submit(shard))


def _compute(
    design: Design, run: Run, shard: int, simulate: Simulate, model: str, pinned: int | None
) -> dict[str, bytes]:
    """On a worker: one shard as the bytes of its files."""
    from causalgia.cache import enable_compilation_cache

    if model_hash() != model:
        raise InputError(
            "--scheduler: its workers have another version of causalgia or of its libraries "
            f"(model {model_hash()[:8]} instead of {model[:8]}); install the same there"
        )
    if pinned is not None:
        _pin(pinned)
    enable_compilation_cache()
    return pack_shard(run, shard, simulate(design, shard))


def _pin(workers: int) -> None:
    """Keep this worker of a local cluster to its share of the cores.

    JAX makes as many threads as there are cores it may use; unpinned, every worker would take all.
    """
    from distributed import get_worker

    if not hasattr(os, "sched_setaffinity") or os.environ.get("_CAUSALGIA_PINNED"):
        return
    os.environ["_CAUSALGIA_PINNED"] = "yes"
    cores = sorted(os.sched_getaffinity(0))
    mine = int(get_worker().name) % workers
    own = cores[mine::workers] or [cores[mine % len(cores)]]
    # Threads inherit from the one that starts them, so those that run already are pinned as well.
    for thread in Path("/proc/self/task").iterdir():
        try:
            os.sched_setaffinity(int(thread.name), own)
        except OSError:  # it has ended meanwhile
            continue


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator[Client]:
    """A client of a cluster of this machine, or of the scheduler at an address."""
    from distributed import Client, LocalCluster

    with _quiet():
        if scheduler is not None:
            with _reach(scheduler) as client:
                yield client
            return
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                memory_limit=f"{WORKER_GiB} GiB",
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client


def _reach(scheduler: str) -> Client:
    """A client of an existing scheduler that has workers."""
    import asyncio

    from distributed import Client, rpc

    async def ask() -> None:
        async with rpc(scheduler) as remote:
            await asyncio.wait_for(remote.identity(), _REACH_s)

    # Asked before there is a client, since one that never got through complains when it is deleted.
    try:
        asyncio.run(ask())
    except Exception as error:  # what answers there may be anything
        said = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"--scheduler: {scheduler!r} cannot be reached ({said[:90]}); "
            "give the address of a running Dask scheduler, as 'tcp://host:8786'"
        ) from None
    client = Client(scheduler, timeout=_WORKERS_s)
    try:
        client.wait_for_workers(1, timeout=_WORKERS_s)
    except TimeoutError:
        client.close()
        raise InputError(
            f"--scheduler: {scheduler!r} has no workers; start some with 'dask worker {scheduler}'"
        ) from None
    return client


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask reports every lost connection; what matters here ends in an error of our own."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
