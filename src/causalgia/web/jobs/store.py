"""The queue of jobs on disk: one SQLite file, and a folder of files for each job.

A job is one row. Whoever changes its state does so in one transaction that says what the state must
have been; a result counts once its files are on the disk and the row says so. So a process killed
at any point leaves jobs that are done, jobs that wait, and jobs that are done again.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from causalgia.errors import InputError
from causalgia.web.errors import MissingError, TooManyError
from causalgia.web.settings import Limits

__all__ = ["ID_LENGTH", "Row", "State", "Store", "settle"]

State = Literal["queued", "running", "done", "failed"]
"""How a job stands."""

ID_LENGTH = 24
"""Characters of a job's name."""

_VERSION = 1
_GAVE_UP = "the process that worked on it died each time it was tried"
_SCHEMA = """
create table jobs (
    id text primary key,
    kind text not null,
    request text not null,
    client text not null,
    state text not null check (state in ('queued', 'running', 'done', 'failed')),
    place integer not null,
    created text not null,
    started text,
    finished text,
    tries integer not null default 0,
    owner text,
    progress text not null default '',
    error text,
    files text not null default '{}'
) strict;
create index jobs_by_state on jobs (state, place);
"""


@dataclass(frozen=True)
class Row:
    """A job as it is kept.

    Its `request` is the JSON of what was asked; `place`, where it stands in the order of coming;
    `tries`, how often it was begun; `owner`, the process at it; `files`, their sizes by name.
    """

    id: str
    kind: str
    request: str
    client: str
    state: State
    place: int
    created: str
    started: str | None
    finished: str | None
    tries: int
    owner: str | None
    progress: str
    error: str | None
    files: Mapping[str, int]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed")


class Store:
    """The jobs in a folder; several processes may hold it open."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        """Open the folder, made where it is missing.

        **Raises:** `InputError` where it cannot be written, or was made by a later version.
        """
        self.folder, self._limits = folder, limits or Limits()
        self._file = folder / "jobs.sqlite"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._writing() as db:
                (version,) = db.execute("pragma user_version").fetchone()
                if version == 0:
                    for statement in _SCHEMA.split(";")[:-1]:
                        db.execute(statement)
                    db.execute(f"pragma user_version = {_VERSION}")
        except OSError as error:
            raise InputError(f"--jobs: {folder}: cannot be written: {error.strerror}") from None
        except sqlite3.DatabaseError as error:
            raise InputError(f"--jobs: {self._file} cannot be used: {error}") from None
        if version > _VERSION:
            raise InputError(f"--jobs: {folder} was made by a later version of causalgia")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=20.0, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            # Readers do not wait for writers; what is committed outlives a loss of power.
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = full")
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as db:
            db.execute("begin immediate")
            try:
                yield db
            except BaseException:
                db.execute("rollback")
                raise
            db.execute("commit")

    def folder_of(self, job: str) -> Path:
        """The folder of a job's files; it need not exist."""
        return self.folder / job

    def add(self, job: str, kind: str, request: str, client: str) -> tuple[Row, bool]:
        """Put a job into the queue, unless it is there; one that failed is tried anew.

        **Returns:** the job, and whether it is new.
        **Raises:** `TooManyError` where the queue is full, for all or for this client.
        """
        with self._writing() as db:
            known = _one(db, job)
            if known is not None and known.state != "failed":
                return known, False
            self._check_room(db, client)
            (place,) = db.execute("select coalesce(max(place), 0) + 1 from jobs").fetchone()
            db.execute("delete from jobs where id = ?", (job,))
            db.execute(
                "insert into jobs (id, kind, request, client, state, place, created) "
                "values (?, ?, ?, ?, 'queued', ?, ?)",
                (job, kind, request, client, place, _now()),
            )
            added = _one(db, job)
            assert added is not None
        return added, True

    def _check_room(self, db: sqlite3.Connection, client: str) -> None:
        limits, waits = self._limits, "state in ('queued', 'running')"
        (all_waiting,) = db.execute(f"select count(*) from jobs where {waits}").fetchone()
        if all_waiting >= limits.queued:
            raise TooManyError(f"the queue is full; allowed: {limits.queued} jobs")
        (own,) = db.execute(
            f"select count(*) from jobs where {waits} and client = ?", (client,)
        ).fetchone()
        if own >= limits.queued_by_client:
            raise TooManyError(
                f"{own} jobs of yours wait already; allowed: {limits.queued_by_client}"
            )
        (kept,) = db.execute("select count(*) from jobs").fetchone()
        if kept >= limits.kept:
            raise TooManyError(f"{kept} jobs are kept; delete some that are no longer needed")

    def get(self, job: str) -> Row:
        """One job.

        **Raises:** `MissingError` where there is none.
        """
        with self._reading() as db:
            found = _one(db, job)
        if found is None:
            raise MissingError(f"there is no job {job}; it may have been deleted")
        return found

    def latest(self, count: int) -> list[Row]:
        """The newest jobs."""
        with self._reading() as db:
            rows = db.execute("select * from jobs order by place desc limit ?", (count,))
            return [_row(found) for found in rows]

    def ahead(self, row: Row) -> int:
        """How many wait before a job."""
        if row.state != "queued":
            return 0
        with self._reading() as db:
            (count,) = db.execute(
                "select count(*) from jobs where state = 'queued' and place < ?", (row.place,)
            ).fetchone()
        return int(count)

    def has_waiting(self) -> bool:
        """Whether any job waits."""
        with self._reading() as db:
            found = db.execute("select 1 from jobs where state = 'queued' limit 1").fetchone()
        return found is not None

    def delete(self, job: str) -> None:
        """Take a job out, whatever its state, with its files; who is at it is stopped.

        **Raises:** `MissingError` where there is none.
        """
        with self._writing() as db:
            if db.execute("delete from jobs where id = ?", (job,)).rowcount == 0:
                raise MissingError(f"there is no job {job}; it may have been deleted")
        shutil.rmtree(self.folder_of(job), ignore_errors=True)

    def claim(self, owner: str) -> Row | None:
        """The job that waits longest, which now is this owner's; None where none waits."""
        with self._writing() as db:
            found = db.execute(
                "select id from jobs where state = 'queued' order by place limit 1"
            ).fetchone()
            if found is None:
                return None
            db.execute(
                "update jobs set state = 'running', owner = ?, started = ?, tries = tries + 1, "
                "progress = '' where id = ?",
                (owner, _now(), found["id"]),
            )
            return _one(db, found["id"])

    def held_by(self, owner: str) -> Row | None:
        """The job an owner is at; None where it is at none."""
        with self._reading() as db:
            found = db.execute(
                "select * from jobs where state = 'running' and owner = ?", (owner,)
            ).fetchone()
        return None if found is None else _row(found)

    def tell(self, job: str, owner: str, progress: str) -> None:
        """Note what is being done."""
        with self._writing() as db:
            db.execute(
                "update jobs set progress = ? where id = ? and state = 'running' and owner = ?",
                (progress, job, owner),
            )

    def finish(
        self, job: str, owner: str, *, files: Mapping[str, int] | None = None, error: str = ""
    ) -> bool:
        """Note that a job is done, with its files, or that it failed.

        **Returns:** whether it was noted: not where the job is no longer this owner's.
        """
        state = "failed" if files is None else "done"
        with self._writing() as db:
            changed = db.execute(
                "update jobs set state = ?, finished = ?, files = ?, error = ?, owner = null "
                "where id = ? and state = 'running' and owner = ?",
                (state, _now(), json.dumps(files or {}), error or None, job, owner),
            )
            return changed.rowcount == 1

    def release(self, owner: str) -> None:
        """Let the job of an owner that died wait again.

        One that took too many processes with it has failed.
        """
        with self._writing() as db:
            db.execute(
                "update jobs set state = 'failed', owner = null, finished = ?, error = ? "
                "where state = 'running' and tries >= ? and owner = ?",
                (_now(), _GAVE_UP, self._limits.job_tries, owner),
            )
            db.execute(
                "update jobs set state = 'queued', owner = null, progress = '' "
                "where state = 'running' and owner = ?",
                (owner,),
            )

    def recover(self) -> None:
        """Let all jobs wait again that ran when the server ended, which was no fault of theirs."""
        with self._writing() as db:
            db.execute(
                "update jobs set state = 'queued', owner = null, progress = '', tries = tries - 1 "
                "where state = 'running'"
            )

    def sweep(self) -> None:
        """Remove folders that belong to no job: what was deleted while somebody wrote there."""
        with self._reading() as db:
            known = {row["id"] for row in db.execute("select id from jobs")}
        for folder in self.folder.iterdir():
            if folder.is_dir() and len(folder.name) == ID_LENGTH and folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)


def _one(db: sqlite3.Connection, job: str) -> Row | None:
    found = db.execute("select * from jobs where id = ?", (job,)).fetchone()
    return None if found is None else _row(found)


def _row(found: sqlite3.Row) -> Row:
    values: dict[str, Any] = dict(found)
    return Row(**{**values, "files": json.loads(values["files"])})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def settle(folder: Path) -> None:
    """Force all files of a folder to the disk, so that a row that names them speaks the truth."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with file.open("rb") as stream:
                os.fsync(stream.fileno())
    if hasattr(os, "O_DIRECTORY"):  # not on Windows, where a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
