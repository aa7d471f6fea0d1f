"""The command line around the commands: help, errors in one line, exit statuses, doctor."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import causalgia
from causalgia import cache, cli, doctor, evidence
from causalgia.errors import CausalgiaError, InputError, SimulationDiverged


def test_help_lists_the_commands_and_shows_examples(run_command) -> None:
    status, out, err = run_command("--help")
    assert (status, err) == (0, "")
    for command in ("case", "evidence", "validate", "doctor"):
        assert f"\n  {command} " in out
        assert f"causalgia {command}" in run_command(command, "--help")[1].partition("Example")[2]


def test_no_arguments_show_the_help(run_command) -> None:
    assert run_command() == run_command("--help")


def test_the_version_is_the_packages(run_command) -> None:
    assert run_command("--version") == (0, f"causalgia {causalgia.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["caze"], "did you mean 'case'"),
        (["case"], "FILE is missing"),
        (["case", "x.toml", "--sede", "1"], "--seed"),
        (["case", "x.toml", "--seed", "many"], "--seed"),
        (["case", "x.toml", "--seed", "-1"], "--seed"),
        (["case", "x.toml", "--patients", "0"], "--patients"),
        (["evidence", "extra"], "extra"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(run_command, arguments, phrase) -> None:
    status, out, err = run_command(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("causalgia: error: ")
    assert err.count("\n") == 1
    assert phrase.lower() in err.lower()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (InputError("dose: two\nlines"), 2),
        (SimulationDiverged("voltage ran away"), 1),
        (CausalgiaError("something else"), 1),
    ],
)
def test_an_error_of_ours_is_one_line_and_a_status(
    run_command, monkeypatch, error: Exception, expected: int
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(doctor, "describe_machine", fail)
    status, out, err = run_command("doctor")
    assert (status, out) == (expected, "")
    assert err == f"causalgia: error: {' '.join(str(error).split())}\n"


def test_an_interruption_is_quiet(run_command, monkeypatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "describe_machine", interrupt)
    assert run_command("doctor") == (130, "", "")


def test_a_bug_is_not_hidden(run_command, monkeypatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "describe_machine", fail)
    with pytest.raises(ZeroDivisionError):
        run_command("doctor")


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "causalgia", "evidence", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_evidence_lists_every_number_and_counts_by_status(run_command) -> None:
    status, out, _ = run_command("evidence", "--json")
    listing = json.loads(out)
    paths = {f"{entry['source']}/{entry['name']}" for entry in listing["parameters"]}
    assert status == 0
    assert paths > {entry.path for entry in evidence.all_parameters()}
    assert sum(listing["counts"].values()) == len(listing["parameters"])
    assert {entry["source"] for entry in listing["parameters"]} == {
        source["key"] for source in listing["sources"]
    }


def test_assumed_evidence_comes_from_store_and_mechanisms(run_command) -> None:
    from causalgia.mechanisms.map import as_parameters

    listing = json.loads(run_command("evidence", "--assumed", "--json")[1])
    found = {f"{entry['source']}/{entry['name']}" for entry in listing["parameters"]}
    everything = [*evidence.all_parameters(), *as_parameters()]
    assert found == {entry.path for entry in everything if entry.status == "assumed"}
    assert found & {entry.path for entry in as_parameters()}
    assert listing["counts"]["measured"] == listing["counts"]["fitted"] == 0


def test_the_table_of_evidence_has_a_line_each_and_a_sum(run_command) -> None:
    lines = run_command("evidence")[1].splitlines()
    row = next(line for line in lines if line.startswith("tigerholm_2014/sodium_1_7_conductance "))
    assert row.split()[1:4] == ["0.10664", "S/cm2", "fitted"]
    assert lines[-1].startswith(f"{len(lines) - 1} numbers: ")


def test_doctor_says_what_a_bug_report_needs(run_command) -> None:
    status, out, err = run_command("doctor", "--json")
    report = json.loads(out)
    assert (status, err) == (0, "")
    assert report["causalgia"] == causalgia.__version__
    assert report["python"] == ".".join(map(str, sys.version_info[:3]))
    assert report["cores"] >= 1
    assert "cpu" in report["devices"].lower()
    assert report["dependencies"]["jax"][0].isdigit()
    text = run_command("doctor")[1]
    for name in report:
        assert f"\n{name} " in f"\n{text} " or f"\n{name}\n" in text


def test_doctor_reports_a_broken_accelerator_instead_of_failing(monkeypatch) -> None:
    import jax

    def fail() -> None:
        raise RuntimeError("no driver\nmore lines")

    monkeypatch.setattr(jax, "devices", fail)
    assert doctor.describe_machine()["devices"] == "RuntimeError: no driver"


def test_doctor_names_the_weights_a_result_came_from(tmp_path: Path) -> None:
    (tmp_path / "pathway").mkdir()
    (tmp_path / "pathway" / "surrogate.npz").write_bytes(b"weights")
    hashes = doctor._surrogate_hashes(tmp_path)
    # The start of what `sha256sum` prints for these seven letters.
    assert hashes == {"pathway/surrogate.npz": "9a129038d9a0"}


def test_the_cache_is_where_the_user_wants_it(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CAUSALGIA_CACHE", str(tmp_path / "mine"))
    assert cache.cache_folder() == tmp_path / "mine"


@pytest.mark.parametrize(
    ("platform", "variable"), [("linux", "XDG_CACHE_HOME"), ("win32", "LOCALAPPDATA")]
)
def test_the_cache_follows_the_platform(
    monkeypatch, tmp_path: Path, platform: str, variable: str
) -> None:
    monkeypatch.delenv("CAUSALGIA_CACHE")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert cache.cache_folder() == tmp_path / "causalgia"


PROGRAM = """
from causalgia.cache import enable_compilation_cache
print(enable_compilation_cache())
import jax
print(jax.jit(lambda x: x * 3 + 1)(2.0))
"""


def run_program(**environment: str) -> list[str]:
    import os

    inherited = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**inherited, "JAX_PLATFORMS": "cpu", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_compiled_programs_are_kept_between_processes(tmp_path: Path) -> None:
    assert run_program(CAUSALGIA_CACHE=str(tmp_path)) == ["True", "7.0"]
    kept = {file.name for file in (tmp_path / "compiled").iterdir()}
    assert kept
    assert run_program(CAUSALGIA_CACHE=str(tmp_path)) == ["True", "7.0"]
    # The second process compiled nothing new.
    programs = {file.name for file in (tmp_path / "compiled").iterdir() if "-cache" in file.name}
    assert programs <= kept


def test_a_cache_that_cannot_be_written_changes_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert run_program(CAUSALGIA_CACHE=str(tmp_path / "file")) == ["False", "7.0"]


def test_the_entry_point_is_this_main() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "causalgia", "caze"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("causalgia: error: ")
    assert callable(cli.main)
