"""Who looks after the working processes: starts them, stops them, and cleans up after them."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from causalgia.errors import InputError
from causalgia.web.errors import MissingError
from causalgia.web.jobs.store import Row, Store
from causalgia.web.settings import TOKEN_VARIABLE, Limits

__all__ = ["Supervisor"]

_LOOK_s = 0.2
_STILLBORN_s, _LONGEST_WAIT_s = 10.0, 30.0
_log = logging.getLogger("causalgia.web")


class Supervisor:
    """Keeps so many processes at the jobs of a store, as long as there are any.

    One server at a time may do so: it holds a lock in the folder that dies with it.
    """

    def __init__(
        self,
        store: Store,
        workers: int = 1,
        limits: Limits | None = None,
        command: Sequence[str] = (sys.executable, "-m", "causalgia.web.jobs.worker"),
    ) -> None:
        self._store, self._command = store, tuple(command)
        self._slots = [_Slot(store, limits or Limits(), self._command) for _ in range(workers)]
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock: sqlite3.Connection | None = None

    def start(self) -> None:
        """Take the folder over, let what ran wait again, and begin.

        **Raises:** `InputError` where another server has the folder.
        """
        self._lock = _locked(self._store.folder)
        self._store.recover()
        self._store.sweep()
        self._thread = threading.Thread(target=self._look_after, name="supervisor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the processes; what they were at waits for the next start."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        for slot in self._slots:
            slot.stop()
        self._store.recover()
        if self._lock is not None:
            self._lock.close()

    def _look_after(self) -> None:
        while not self._stopping.wait(_LOOK_s):
            for slot in self._slots:
                try:
                    slot.look()
                except Exception:  # whatever it is, the next look may succeed
                    _log.exception("the jobs could not be looked after")


def _locked(folder: Path) -> sqlite3.Connection:
    """A lock that the system takes back when this process ends, however it ends."""
    lock = sqlite3.connect(
        folder / "lock.sqlite", timeout=0.0, isolation_level=None, check_same_thread=False
    )
    try:
        lock.execute("begin exclusive")
    except sqlite3.OperationalError:
        lock.close()
        raise InputError(
            f"--jobs: {folder} is in use by another server; stop it, or give another folder"
        ) from None
    return lock


class _Slot:
    """One process, or the place of one."""

    def __init__(self, store: Store, limits: Limits, command: Sequence[str]) -> None:
        self._store, self._limits, self._command = store, limits, tuple(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._owner, self._held = "", ""
        self._begun = self._not_before = 0.0
        self._wait_s = _LOOK_s

    def look(self) -> None:
        """See to it that the process is there when needed, and behaves."""
        if self._process is None:
            if time.monotonic() >= self._not_before and self._store.has_waiting():
                self._begin()
        elif self._process.poll() is not None:
            self._end()
        else:
            self._watch(self._process.pid)

    def _begin(self) -> None:
        self._owner, self._begun = uuid.uuid4().hex, time.monotonic()
        self._process = subprocess.Popen(
            [*self._command, "--jobs", str(self._store.folder), "--owner", self._owner],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE},
        )

    def _end(self) -> None:
        """The process died: whatever it was at waits again."""
        self._clear()
        self._store.release(self._owner)

    def _clear(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        # One that cannot even start must not be started five times a second.
        is_stillborn = not self._held and time.monotonic() - self._begun < _STILLBORN_s
        self._wait_s = min(2.0 * self._wait_s, _LONGEST_WAIT_s) if is_stillborn else _LOOK_s
        self._not_before = time.monotonic() + self._wait_s
        self._process, self._held = None, ""

    def _watch(self, pid: int) -> None:
        row = self._store.held_by(self._owner)
        if row is not None:
            self._held = row.id
            reason = self._too_much(row, pid)
            if reason and self._store.finish(row.id, self._owner, error=reason):
                self._interrupt()
                shutil.rmtree(self._store.folder_of(row.id), ignore_errors=True)
        elif self._held and not _exists(self._store, self._held):
            self._interrupt()  # deleted under its hands
            self._store.sweep()

    def _interrupt(self) -> None:
        """Stop the process; should it just have taken the next job, that one waits again."""
        self.stop()
        self._store.release(self._owner)

    def _too_much(self, row: Row, pid: int) -> str:
        """Why a job must be stopped; nothing where it need not."""
        took = datetime.now(UTC) - datetime.fromisoformat(str(row.started))
        if took.total_seconds() > self._limits.job_s:
            return f"it took longer than {self._limits.job_s / 60:g} minutes"
        if _resident_bytes(pid) > self._limits.job_bytes:
            return f"it needs more memory than {self._limits.job_bytes / 2**30:g} GiB"
        return ""

    def stop(self) -> None:
        """Stop the process, at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._clear()


def _exists(store: Store, job: str) -> bool:
    try:
        store.get(job)
    except MissingError:
        return False
    return True


def _resident_bytes(pid: int) -> int:
    """Memory that a process holds; 0 where the system does not say."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0
