"""The command writes all or nothing, and says what was asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "cervical_radiculopathy.toml"
FILES = ["arms.parquet", "patients.parquet", "report.html", "result.json"]


@pytest.fixture
def simulated(monkeypatch, transparent_pathway):
    """The command with a transparent pathway, so that what is tested is the command."""
    import causalgia.pathway.surrogate as surrogate
    import causalgia.patients.run as run

    monkeypatch.setattr(surrogate, "respond", transparent_pathway)
    monkeypatch.setattr(run, "record_rasters", lambda *arguments, **options: ())


def _run(run_command, *arguments):
    return run_command("case", EXAMPLE, "--patients", 40, *arguments)


def test_report_and_data_are_written_and_answers_said(simulated, run_command, tmp_path):
    status, output, error = _run(run_command, "--out", tmp_path / "out")
    assert (status, error) == (0, "")
    assert sorted(f.name for f in (tmp_path / "out").iterdir()) == FILES
    assert "In the C7 root" in output
    assert "report.html" in output


def test_json_is_the_only_output(simulated, run_command, tmp_path):
    status, output, error = _run(run_command, "--out", tmp_path / "out", "--json")
    assert (status, error) == (0, "")
    assert json.loads(output) == json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))


def test_same_seed_same_bytes_in_every_file(simulated, run_command, tmp_path):
    for name in ("first", "second"):
        assert _run(run_command, "--out", tmp_path / name)[0] == 0
    for file in FILES:
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_the_folder_is_named_after_the_case(simulated, run_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _run(run_command)[0] == 0
    assert (tmp_path / "reports" / "cervical_radiculopathy" / "report.html").is_file()


@pytest.mark.parametrize("count", ["1", "9", "1000000"])
def test_too_few_or_too_many_patients_are_refused(run_command, tmp_path, count):
    out = tmp_path / "out"
    status, output, error = run_command("case", EXAMPLE, "--patients", count, "--out", out)
    assert (status, output) == (2, "")
    assert "--patients" in error and error.count("\n") == 1
    assert not out.exists()


def test_a_file_in_place_of_the_folder_is_refused(run_command, tmp_path):
    (tmp_path / "out").write_text("mine")
    status, _, error = _run(run_command, "--out", tmp_path / "out")
    assert status == 2
    assert "is a file; give a folder" in error
    assert (tmp_path / "out").read_text() == "mine"


def test_the_plan_of_a_day_is_printed_in_order(run_command):
    status, output, _ = run_command("case", "--plan")
    assert status == 0
    steps = [line.split()[1] for line in output.splitlines()[1:]]
    assert steps == ["cause", "course", "treatment", "pathway", "percept", "observation"]
    rows = json.loads(run_command("case", "--plan", "--json")[1])
    assert [row["step"] for row in rows] == steps
