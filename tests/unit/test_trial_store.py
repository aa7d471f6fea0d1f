"""Stored trials: same bytes however they come about, nothing half-written ever counted."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from causalgia.errors import CausalgiaError, InputError
from causalgia.trials import identity
from causalgia.trials.identity import model_hash
from causalgia.trials.parquet import parquet_bytes
from causalgia.trials.shards import missing_shards, run_shards
from causalgia.trials.store import open_run, read_flow, read_table


@dataclass(frozen=True)
class FakeDesign:
    """What the store asks of a design."""

    patients: int = 24
    seed: int = 1
    shard_count: int = 4
    pause_s: float = 0.0

    def hash(self) -> str:
        return hashlib.sha256(f"{self.patients} {self.seed}".encode()).hexdigest()


@dataclass(frozen=True)
class FakeResult:
    patients: pd.DataFrame
    weeks: pd.DataFrame
    flow: dict[str, int]


def simulate(design: FakeDesign, shard: int) -> FakeResult:
    """A shard in no time: a pure function of the design and its number."""
    time.sleep(design.pause_s)
    count = design.patients // design.shard_count
    random = np.random.default_rng([design.seed, shard])
    who = np.arange(shard * count, (shard + 1) * count)
    patients = pd.DataFrame(
        {
            "patient": who,
            "arm": random.choice(["placebo", "drug"], count),
            "baseline": random.normal(6.0, 1.0, count),
            "age_years": random.integers(30, 80, count).astype(np.float32),
            "stop_day": np.full(count, np.nan),
            "stop_reason": [""] * count,
        }
    )
    weeks = pd.DataFrame(
        {
            "patient": np.repeat(who, 3),
            "week": np.tile([1, 2, 3], count),
            "diary": random.normal(5.0, 1.0, 3 * count),
        }
    )
    return FakeResult(patients, weeks, {"screened": 2 * count, "randomized": count})


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.fixture
def run(tmp_path):
    return open_run(FakeDesign(), tmp_path, ("causalgia_course",))


@pytest.fixture
def whole(run):
    """A run that is done, and its bytes."""
    assert run_shards(FakeDesign(), run, simulate=simulate) == 4
    return contents(run.folder)


def test_a_finished_run_is_there_at_once(run, whole):
    def refuse(design, shard):
        raise AssertionError("computed again")

    again = open_run(FakeDesign(), run.folder.parent, ("causalgia_course",))
    assert again == run
    assert run_shards(FakeDesign(), again, simulate=refuse) == 0
    assert contents(run.folder) == whole


def test_tables_come_back_as_they_went_in(run, whole):
    weeks = read_table(run, "weeks", ["patient", "diary"])
    parts = [simulate(FakeDesign(), shard).weeks for shard in range(4)]
    expected = pd.concat(parts, ignore_index=True)
    assert list(weeks.columns) == ["patient", "diary"]
    np.testing.assert_array_equal(weeks["diary"], expected["diary"])
    np.testing.assert_array_equal(
        read_table(run, "patients", shards=[2])["patient"], np.arange(12, 18)
    )
    assert read_flow(run) == {"screened": 48, "randomized": 24}


def test_files_say_what_they_are(run, whole):
    schema = pq.read_schema(run.folder / "patients-00003.parquet")
    assert schema.metadata[b"model"].decode() == model_hash()
    assert schema.metadata[b"configuration"].decode() == FakeDesign().hash()
    assert schema.metadata[b"seed"] == b"1" and schema.metadata[b"shard"] == b"3"
    assert schema.metadata[b"sources"] == b"causalgia_course"
    assert schema.field("baseline").metadata[b"unit"] == b"points of 0-10"
    assert schema.field("age_years").metadata[b"unit"] == b"year"
    assert schema.field("arm").metadata is None


def test_another_design_seed_or_model_is_another_run(run, tmp_path, monkeypatch):
    folders = {run.folder, open_run(FakeDesign(seed=2), tmp_path).folder}
    folders.add(open_run(FakeDesign(patients=48), tmp_path).folder)
    monkeypatch.setattr("causalgia.trials.store.model_hash", lambda: "another")
    folders.add(open_run(FakeDesign(), tmp_path).folder)
    assert len(folders) == 4


def test_what_is_concluded_about_persons_decides_no_trial(tmp_path, monkeypatch):
    files = ("patients/population.py", "patients/inference/posterior.py", "course/plan.py")
    files += ("evidence/data/causalgia_inference.toml", "evidence/data/causalgia_course.toml")
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a = 1\n", encoding="utf-8")
    monkeypatch.setattr(identity, "_PACKAGE", tmp_path)
    hashes = (identity.model_hash.__wrapped__, identity.history_hash.__wrapped__)
    for name in files:
        before = [found() for found in hashes]
        (tmp_path / name).write_text("a = 2\n", encoding="utf-8")
        decides = "inference" not in name
        assert [found() != old for found, old in zip(hashes, before, strict=True)] == [decides] * 2


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes()[:40] + b"?" + file.read_bytes()[41:]),
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
    ],
)
@pytest.mark.parametrize(
    "name",
    ["patients-00001.parquet", "weeks-00001.parquet", "flow-00001.json", "done-00001.json"],
)
def test_a_harmed_shard_is_computed_again(run, whole, name, harm):
    harm(run.folder / name)
    assert missing_shards(run) == [1]
    assert run_shards(FakeDesign(), run, simulate=simulate) == 1
    assert contents(run.folder) == whole


def test_a_manifest_of_other_files_does_not_count(run, whole):
    manifest = json.loads(whole["done-00000.json"])
    del manifest["sha256"]["weeks-00000.parquet"]
    (run.folder / "done-00000.json").write_text(json.dumps(manifest))
    assert missing_shards(run) == [0]


def test_drafts_of_killed_processes_are_swept(run, whole):
    (run.folder / ".draft-0123-weeks-00000.parquet").write_bytes(b"half")
    run_shards(FakeDesign(), run, simulate=simulate)
    assert contents(run.folder) == whole


def test_shards_may_be_computed_a_few_at_a_time(run, whole, tmp_path):
    other = open_run(FakeDesign(), tmp_path / "other", ("causalgia_course",))
    assert run_shards(FakeDesign(), other, shards=[2, 3], simulate=simulate) == 2
    assert missing_shards(other) == [0, 1]
    assert run_shards(FakeDesign(), other, simulate=simulate) == 2
    assert contents(other.folder) == whole


def test_progress_is_told(run):
    told = []
    run_shards(FakeDesign(), run, simulate=simulate, tell=told.append)
    assert told[1] == "0 of 4 shards done"
    assert told[-1].startswith("4 of 4 shards done")


def test_a_column_without_a_type_is_refused():
    with pytest.raises(CausalgiaError, match="neither numbers nor text"):
        parquet_bytes(pd.DataFrame({"who": [object()]}), {})


def test_an_empty_table_has_the_same_types():
    table = simulate(FakeDesign(), 0).patients
    table["origin"] = None
    full = pq.read_schema(_buffer(table))
    empty = pq.read_schema(_buffer(table.iloc[:0]))
    assert full == empty


def _buffer(table):
    import pyarrow as pa

    return pa.BufferReader(parquet_bytes(table, {}))


def test_a_store_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match=r"--store: .* cannot be written"):
        open_run(FakeDesign(), tmp_path / "file")


SLOW = FakeDesign(patients=120, shard_count=20, pause_s=0.03)
"""A run that takes long enough to be killed in."""


def _in_a_process(store: Path, what: str) -> str:
    done = subprocess.run(
        [sys.executable, __file__, str(store), what], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """The bytes of the run that takes a while, run straight through."""
    run = open_run(SLOW, tmp_path_factory.mktemp("straight"))
    run_shards(replace(SLOW, pause_s=0.0), run, simulate=simulate)
    return contents(run.folder)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform cannot fork and kill -9")
def test_killed_three_times_and_resumed_gives_the_same_bytes(tmp_path, straight):
    done = [int(word) for word in _in_a_process(tmp_path, "kill").split()]
    assert len(done) == 3 and 0 < done[0] < done[1] < done[2] < 20
    assert contents(open_run(SLOW, tmp_path).folder) == straight


def test_two_workers_give_the_bytes_of_one(tmp_path, straight):
    _in_a_process(tmp_path, "two")
    assert contents(open_run(SLOW, tmp_path).folder) == straight


@pytest.mark.parametrize("address", ["nonsense", "http://a:b", "tcp://127.0.0.1:9"])
def test_an_unreachable_scheduler_is_one_line_within_seconds(run, address, monkeypatch):
    monkeypatch.setattr("causalgia.trials.cluster._REACH_s", 0.3)
    with pytest.raises(InputError, match=f"--scheduler: '{address}' cannot be reached"):
        run_shards(FakeDesign(), run, simulate=simulate, scheduler=address)


def _kill_and_resume(store: Path) -> None:
    """In a process of its own: start the run, kill it as soon as it has stored more, three times.

    Prints how many shards were done at each kill, then lets a last one finish.
    """
    run = open_run(SLOW, store)
    done = 0
    for _ in range(3):
        child = os.fork()
        if not child:
            run_shards(SLOW, run, simulate=simulate)
            os._exit(0)
        while len(list(run.folder.glob("done-*"))) <= done:
            time.sleep(0.002)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        done = len(list(run.folder.glob("done-*")))
        print(done)
    run_shards(SLOW, run, simulate=simulate)


if __name__ == "__main__":
    if sys.argv[2] == "kill":
        _kill_and_resume(Path(sys.argv[1]))
    else:
        run_shards(SLOW, open_run(SLOW, Path(sys.argv[1])), simulate=simulate, workers=2)
