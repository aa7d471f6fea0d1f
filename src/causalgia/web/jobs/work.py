"""Doing one job: a command in a folder of the attempt, whose files count once all is done."""

from __future__ import annotations

import contextlib
import io
import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from causalgia.errors import CausalgiaError
from causalgia.reports.progress import listening
from causalgia.tables import printable
from causalgia.web.jobs.kinds import KINDS, place
from causalgia.web.jobs.store import Row, Store, settle
from causalgia.web.messages import JobRequest

__all__ = ["out_folder", "work"]

_TELL_s = 0.25
_LONGEST = 300
_log = logging.getLogger("causalgia.web")


def out_folder(store: Store, row: Row) -> Path:
    """Where the latest attempt at a job puts its files."""
    return store.folder_of(row.id) / f"out-{row.tries}"


def work(store: Store, row: Row, owner: str) -> bool:
    """Do a job that this owner holds, and note what came of it.

    **Returns:** whether it was noted: not where the job was deleted or given to another meanwhile.
    """
    folder, out = store.folder_of(row.id), out_folder(store, row)
    # What an earlier attempt left behind is worth nothing but for what is kept apart.
    for left in folder.glob("out-*"):
        shutil.rmtree(left, ignore_errors=True)
    try:
        request = JobRequest.model_validate_json(row.request)
        file = place(request, folder / "in")
        with contextlib.redirect_stdout(io.StringIO()), listening(_teller(store, row, owner)):
            KINDS[request.kind].run(file, request, out, folder / "kept")
        pack(out)
        settle(out)
    except CausalgiaError as error:
        shutil.rmtree(out, ignore_errors=True)
        return store.finish(row.id, owner, error=_line(str(error), folder))
    except Exception as error:  # a bug, or the disk is full: the next job may fare better
        _log.exception("job %s failed", row.id)
        shutil.rmtree(out, ignore_errors=True)
        line = f"it broke off ({type(error).__name__}); the server's log has more"
        return store.finish(row.id, owner, error=line)
    for spent in ("in", "kept"):
        shutil.rmtree(folder / spent, ignore_errors=True)
    files = {file.name: file.stat().st_size for file in sorted(out.iterdir())}
    return store.finish(row.id, owner, files=files)


def pack(out: Path) -> None:
    """Make one file of every folder, as the API hands out files."""
    for folder in [entry for entry in out.iterdir() if entry.is_dir()]:
        shutil.make_archive(str(folder), "zip", root_dir=folder)
        shutil.rmtree(folder)


def _teller(store: Store, row: Row, owner: str) -> Callable[[str], None]:
    last = 0.0

    def tell(text: str) -> None:
        nonlocal last
        if time.monotonic() - last < _TELL_s:
            return
        last = time.monotonic()
        store.tell(row.id, owner, printable(text)[:_LONGEST])

    return tell


def _line(message: str, folder: Path) -> str:
    """One line that says nothing of where the server keeps things."""
    return printable(message).replace(printable(str(folder)), "")[:_LONGEST]
