"""One line that says what is being done: on a terminal, or to whoever listens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["listening", "progress"]

Tell = Callable[[str], None]

_LISTENER: ContextVar[Tell | None] = ContextVar("listener", default=None)


@contextmanager
def listening(tell: Tell) -> Iterator[None]:
    """Let `tell` hear what commands that are run within are doing."""
    before = _LISTENER.set(tell)
    try:
        yield
    finally:
        _LISTENER.reset(before)


@contextmanager
def progress() -> Iterator[Tell]:
    """Say what is being done, to whoever listens, else on a terminal only."""
    listener = _LISTENER.get()
    if listener is not None:
        yield listener
        return
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda text: status.update(text)
