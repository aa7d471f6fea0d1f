"""The queue on disk: order, limits, the same job, and what becomes of jobs whose process dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from causalgia.errors import InputError
from causalgia.web.errors import MissingError, TooManyError
from causalgia.web.jobs.store import Store
from causalgia.web.jobs.supervisor import Supervisor
from causalgia.web.settings import Limits


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "jobs", Limits(queued=5, queued_by_client=3, kept=7, job_tries=2))


def name(number: int) -> str:
    return f"{number:024x}"


def add(store: Store, number: int, client: str = "one") -> bool:
    return store.add(name(number), "fibre", "{}", client)[1]


def test_who_comes_first_is_served_first(store: Store) -> None:
    for number in (3, 1, 2):
        assert add(store, number)
    assert [store.ahead(store.get(name(n))) for n in (3, 1, 2)] == [0, 1, 2]
    claimed = [store.claim("worker") for _ in range(4)]
    assert [row and row.id for row in claimed] == [name(3), name(1), name(2), None]
    assert {row.state for row in store.latest(9)} == {"running"}
    assert not store.has_waiting()


def test_the_same_job_is_there_once(store: Store) -> None:
    assert [add(store, 1), add(store, 1)] == [True, False]
    row = store.claim("worker")
    assert row is not None and not add(store, 1)
    assert store.finish(row.id, "worker", files={"result.json": 3})
    assert not add(store, 1)
    assert store.get(row.id).files == {"result.json": 3}


def test_what_failed_is_tried_anew(store: Store) -> None:
    add(store, 1)
    store.claim("worker")
    store.finish(name(1), "worker", error="the voltage ran away")
    assert store.get(name(1)).error == "the voltage ran away"
    assert add(store, 1)
    row = store.get(name(1))
    assert (row.state, row.error, row.tries) == ("queued", None, 0)


def test_limits_hold_for_all_and_for_one(store: Store) -> None:
    for number in range(3):
        add(store, number)
    with pytest.raises(TooManyError, match="3 jobs of yours"):
        add(store, 3)
    assert not add(store, 1)  # known already
    add(store, 4, "two")
    add(store, 5, "two")
    with pytest.raises(TooManyError, match="queue is full; allowed: 5"):
        add(store, 6, "three")
    for _ in range(5):
        row = store.claim("worker")
        assert row is not None
        store.finish(row.id, "worker", files={})
    add(store, 6)
    add(store, 7)
    with pytest.raises(TooManyError, match="7 jobs are kept"):
        add(store, 8)


def test_only_the_owner_says_what_came_of_it(store: Store) -> None:
    add(store, 1)
    store.claim("first")
    store.tell(name(1), "second", "nonsense")
    assert not store.finish(name(1), "second", files={})
    store.tell(name(1), "first", "half way")
    assert store.get(name(1)).progress == "half way"
    store.release("first")
    store.claim("second")
    assert not store.finish(name(1), "first", files={"old": 1})
    assert store.finish(name(1), "second", files={"new": 1})
    assert set(store.get(name(1)).files) == {"new"}


def test_a_job_that_kills_its_process_is_given_up(store: Store) -> None:
    add(store, 1)
    for owner in ("first", "second"):
        assert store.get(name(1)).state == "queued"
        store.claim(owner)
        store.release(owner)
    row = store.get(name(1))
    assert row.state == "failed" and "died each time" in str(row.error)


def test_a_server_that_dies_is_no_fault_of_the_job(store: Store, tmp_path: Path) -> None:
    add(store, 1)
    add(store, 2)
    store.claim("done")
    store.finish(name(1), "done", files={"result.json": 1})
    for _ in range(5):
        assert store.claim("any") is not None
        again = Store(tmp_path / "jobs", Limits(job_tries=2))
        again.recover()
        assert again.get(name(2)).state == "queued"
    assert again.get(name(1)).state == "done"


def test_what_is_deleted_is_gone_with_its_files(store: Store) -> None:
    add(store, 1)
    store.claim("worker")
    folder = store.folder_of(name(1))
    (folder / "out-1").mkdir(parents=True)
    store.delete(name(1))
    assert not folder.exists()
    assert not store.finish(name(1), "worker", files={})
    for missing in (store.get, store.delete):
        with pytest.raises(MissingError, match="no job"):
            missing(name(1))
    # Written by somebody who had not noticed.
    folder.mkdir()
    (store.folder / "somebody's own").mkdir()
    store.sweep()
    assert not folder.exists() and (store.folder / "somebody's own").exists()


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"--jobs: .*cannot be written"):
        Store(tmp_path / "file")
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "jobs.sqlite").write_text("no database " * 100)
    with pytest.raises(InputError, match=r"--jobs: .*cannot be used"):
        Store(tmp_path / "jobs")


def test_one_server_has_a_folder(store: Store) -> None:
    first, second = Supervisor(store), Supervisor(store)
    first.start()
    with pytest.raises(InputError, match="in use by another server"):
        second.start()
    first.stop()
    second.start()
    second.stop()


def test_a_process_with_nothing_to_do_ends_in_silence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "causalgia.web.jobs.worker", "--jobs", str(tmp_path / "jobs")]
    with subprocess.Popen(
        [*command, "--owner", "nobody", "--idle-s", "0.3"],
        stdin=subprocess.PIPE,  # kept open, as by a server that lives
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        assert (process.wait(), said) == (0, b"")


def test_a_process_leaves_with_its_server(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "causalgia.web.jobs.worker", "--jobs", str(tmp_path / "jobs")]
    done = subprocess.run(
        [*command, "--owner", "nobody", "--idle-s", "600"], input=b"", capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")
