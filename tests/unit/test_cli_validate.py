"""The command `causalgia validate`."""

from __future__ import annotations

import json

import pytest

ONLY = ("--only", "clamp.mcintyre_2002.*")


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["nerv"], "FLOOR is 'nerv'; did you mean 'nerve'?"),
        (["nerve", "--only", "tigerhlm_2014"], "did you mean 'tigerholm_2014'"),
        (["nerve", "cord"], "cord"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(run_command, arguments, phrase) -> None:
    status, out, err = run_command("validate", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("causalgia: error: ")
    assert err.count("\n") == 1
    assert phrase in err


def test_a_file_is_no_folder_and_nothing_is_computed(run_command, tmp_path) -> None:
    file = tmp_path / "there"
    file.write_text("here", encoding="utf-8")
    status, out, err = run_command("validate", "nerve", "--out", str(file))
    assert (status, out) == (2, "")
    assert "is a file; give a folder" in err


def test_the_table_fits_a_hundred_columns_and_ends_with_the_total(run_command) -> None:
    status, out, err = run_command("validate", "nerve", *ONLY)
    assert (status, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 100
    assert out.splitlines()[-1].startswith("nerve: 12 of 12 published numbers inside (100%)")


def test_json_and_files_say_the_same(run_command, tmp_path) -> None:
    folder = tmp_path / "new"
    status, out, _ = run_command("validate", *ONLY, "--json", "--out", str(folder))
    assert status == 0
    record = json.loads(out)
    assert (record["passed"], record["total"]) == (12, 12)
    assert all(row["verdict"] == "inside" for row in record["rows"])
    written = json.loads((folder / "validation.json").read_text(encoding="utf-8"))
    assert written["rows"] == record["rows"]
    assert "12 of 12 inside" in (folder / "nerve.md").read_text(encoding="utf-8")


def test_the_cord_is_held_against_what_was_measured(run_command) -> None:
    status, out, _ = run_command("validate", "cord", "--only", "CB0086*", "--json")
    assert status == 0
    record = json.loads(out)
    assert {row["floor"] for row in record["rows"]} == {"cord"}
    assert (record["passed"], record["total"]) == (3, 3)


def test_the_course_says_why_a_row_is_not_computed(run_command) -> None:
    status, out, _ = run_command("validate", "course", "--only", "NH051", "--quick", "--json")
    assert status == 0
    (row,) = json.loads(out)["rows"]
    assert (row["verdict"], row["reason"]) == ("not computed", "knee replacement is not modeled")
    assert (row["use"], row["published_value"], row["model_interval"]) == ("calibrate", 12.9, None)
