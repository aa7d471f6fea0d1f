"""The process that works through the queue: `python -m causalgia.web.jobs.worker`.

It ends by itself when nothing has waited for a while, and at once when the server that started it
is gone: the end of its standard input says so, however the server ended.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from causalgia.web.jobs.store import Store

__all__ = ["main"]

_LOOK_s = 0.2
_NICER = 5
_STANDARD_INPUT = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Take jobs and do them."""
    parser = argparse.ArgumentParser(description="Works through a queue of jobs.")
    parser.add_argument("--jobs", type=Path, required=True)
    parser.add_argument("--owner", required=True)
    parser.add_argument("--idle-s", type=float, default=120.0)
    given = parser.parse_args(arguments)
    threading.Thread(target=_leave_with_server, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICER)  # the server itself answers first
    store = Store(given.jobs)
    waited_since = time.monotonic()
    while time.monotonic() - waited_since < given.idle_s:
        if not store.has_waiting():
            time.sleep(_LOOK_s)
            continue
        # Loaded when something waits, and before its time begins to count.
        from causalgia.web.jobs.work import work

        row = store.claim(given.owner)
        if row is not None:
            work(store, row, given.owner)
        waited_since = time.monotonic()
    return 0


def _leave_with_server() -> None:
    # Nothing is ever written there; it is closed when the server is gone. Not by `sys.stdin`, whose
    # lock this thread would hold when the interpreter ends by itself and wants it.
    with contextlib.suppress(OSError):
        while os.read(_STANDARD_INPUT, 1024):
            pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
