"""`start.py` needs nothing but Python, and its pins name packages and hashes, never places."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN_FILES = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def start(tmp_path: Path, monkeypatch) -> ModuleType:
    """`start.py` in a copy of the project that holds only what its set-up reads."""
    module = load(ROOT / "start.py")
    (tmp_path / "requirements").mkdir()
    for name in ("pyproject.toml", "requirements/run.txt", "requirements/test.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENT", tmp_path / ".venv")
    return module


def pinned(file: Path) -> set[str]:
    return set(re.findall(r"^([a-z0-9.-]+)==", file.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("file", PIN_FILES, ids=lambda file: file.name)
def test_pins_hold_no_address(file: Path) -> None:
    load(ROOT / "requirements" / "compile.py").check(file)


@pytest.mark.parametrize(
    "line",
    [
        "--index-url " + "ht" + "tps://example.org/simple",
        "jax @ file:///somewhere/jax.whl",
        "    # via -r /somewhere/run.in",
        "--find-links wheels",
        "jax==0.10.2",
    ],
)
def test_the_check_of_pins_refuses_addresses_and_pins_without_hash(
    tmp_path: Path, line: str
) -> None:
    (tmp_path / "run.txt").write_text(line + "\n")
    with pytest.raises(SystemExit, match=r"run\.txt: unexpected line"):
        load(ROOT / "requirements" / "compile.py").check(tmp_path / "run.txt")


@pytest.mark.parametrize(
    ("name", "groups"),
    [("run.txt", []), ("test.txt", ["test", "abf"]), ("benchmark.txt", ["benchmark"])],
)
def test_everything_the_project_asks_for_is_pinned(name: str, groups: list[str]) -> None:
    wanted = list(PROJECT["dependencies"])
    for group in groups:
        wanted += PROJECT["optional-dependencies"][group]
    names = {re.split(r"[<>=; ]", line)[0] for line in wanted} | {"hatchling", "editables"}
    assert names <= pinned(ROOT / "requirements" / name)


def test_files_agree_on_versions() -> None:
    versions: dict[str, str] = {}
    for file in PIN_FILES:
        pins = re.findall(r"^([a-z0-9.-]+)==(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        for name, version in pins:
            assert versions.setdefault(name, version) == version, (file.name, name)


def test_the_script_uses_the_standard_library_alone() -> None:
    code = "import sys; sys.path.pop(0); import runpy; runpy.run_path('start.py', run_name='x')"
    # -I -S: no site-packages at all.
    subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=ROOT, check=True)


def test_an_old_python_gets_one_line_and_status_2() -> None:
    code = (
        "import sys, runpy; sys.version_info = (3, 10, 4); runpy.run_path('start.py', run_name='x')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "start.py: error: Python 3.11 or later is needed, this is 3.10\n"


def test_without_a_command_it_explains_itself(start, capsys) -> None:
    assert start.main([]) == 2
    assert "python3 start.py test" in capsys.readouterr().out
    assert not start.ENVIRONMENT.exists()


@pytest.fixture
def calls(start, monkeypatch) -> list[list[str]]:
    """Stands in for the processes the script starts: pip, the tests, the command."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    made: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        made.append(command)
        if command[1:3] == ["-m", "venv"]:
            Path(start.python()).parent.mkdir(parents=True)
            Path(start.python()).touch()
        wanted = "causalgia" in command or "pytest" in command
        return subprocess.CompletedProcess(command, 3 if wanted else 0)

    monkeypatch.setattr(start.subprocess, "run", run)
    return made


def test_the_first_use_sets_up_and_later_ones_start_at_once(start, calls) -> None:
    assert start.main(["case", "x.toml", "--seed", "1"]) == 3
    assert any("--require-hashes" in call for call in calls)
    assert any("--editable" in call and "--no-deps" in call for call in calls)
    # Modules are compiled as they are imported: pip would compile four times as many.
    installed = [call for call in calls if "install" in call]
    assert all("--no-compile" in call for call in installed)
    command = [start.python(), "-m", "causalgia", "case", "x.toml", "--seed", "1"]
    assert calls[-1] == command
    calls.clear()
    assert start.main(["case", "x.toml", "--seed", "1"]) == 3
    assert calls == [command]


def test_where_nothing_compiled_is_kept_pip_compiles(start, calls, monkeypatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    start.main(["doctor"])
    assert not any("--no-compile" in call for call in calls)


def test_tests_get_their_own_requirements_and_the_words_after(start, calls) -> None:
    assert start.main(["test", "-k", "fiber"]) == 3
    installed = [word for call in calls for word in call if word.endswith(".txt")]
    assert [Path(name).name for name in installed] == ["test.txt"]
    assert calls[-1][:3] == [start.python(), "-m", "pytest"]
    assert calls[-1][-2:] == ["-k", "fiber"]
    # What the tests need includes what the command needs.
    calls.clear()
    start.main(["doctor"])
    assert len(calls) == 1


def test_changed_requirements_are_installed_again(start, calls) -> None:
    start.main(["doctor"])
    pins = start.ROOT / "requirements" / "run.txt"
    pins.write_text(pins.read_text() + "\n")
    calls.clear()
    start.main(["doctor"])
    assert any("--require-hashes" in call for call in calls)


def test_a_set_up_that_fails_is_one_line_and_is_tried_again(start, calls, monkeypatch, capsys):
    run = start.subprocess.run

    def fail(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        if "--require-hashes" in command:
            raise subprocess.CalledProcessError(1, "pip")
        return run(command, **options)

    with monkeypatch.context() as patch:
        patch.setattr(start.subprocess, "run", fail)
        assert start.main(["doctor"]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("start.py: error: ")
    calls.clear()
    assert start.main(["doctor"]) == 3
    assert any("--require-hashes" in call for call in calls)
