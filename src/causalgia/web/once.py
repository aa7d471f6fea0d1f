"""Answers kept: what is asked again is not computed again, nor twice at the same time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

__all__ = ["Once"]


class Once:
    """Answers by question, the latest `most` of them.

    Whoever asks while the answer is being computed waits for that one. Who goes away meanwhile
    takes nothing from the others.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[str, asyncio.Task[bytes]] = OrderedDict()

    async def get(self, question: str, compute: Callable[[], Awaitable[bytes]]) -> bytes:
        """The answer to a question, computed where it is not known."""
        task = self._known.get(question)
        if task is None or task.cancelled() or (task.done() and task.exception() is not None):
            task = asyncio.create_task(_awaited(compute))
            task.add_done_callback(_heard)
            self._known[question] = task
        self._known.move_to_end(question)
        while len(self._known) > self._most:
            oldest = next(iter(self._known))
            if not self._known[oldest].done():
                break
            del self._known[oldest]
        return await asyncio.shield(task)


async def _awaited(compute: Callable[[], Awaitable[bytes]]) -> bytes:
    return await compute()


def _heard(task: asyncio.Task[bytes]) -> None:
    """An error is no news for the log, even where everybody who asked went away."""
    if not task.cancelled():
        task.exception()
