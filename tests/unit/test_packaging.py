"""What is handed out: the wheel, the container file, the citation, the extras."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder

import causalgia

ROOT = Path(__file__).resolve().parents[2]
CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_wheel_holds_every_file_of_the_package() -> None:
    held = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    source = ROOT / "src"
    files = {file for file in source.rglob("*") if file.is_file()}
    wanted = {
        file.relative_to(source).as_posix()
        for file in files
        if "__pycache__" not in file.parts and not file.parent.name.endswith(".egg-info")
    }
    assert held == wanted
    # Of each kind that the commands read, so that an empty folder would be noticed.
    for one in (
        "causalgia/py.typed",
        "causalgia/patients/atlas/stored.npz",
        "causalgia/web/page/index.html",
        "causalgia/web/page/main.js",
        "causalgia/reports/style.css",
        "causalgia/evidence/data/causalgia_efficacy.toml",
        "causalgia/treatments/data/gabapentin.toml",
        "causalgia/validation/data/course_natural_history.csv",
    ):
        assert one in held


def test_the_citation_is_of_this_version_and_has_what_its_format_asks_for() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"authors", "message", "title"} <= set(citation)
    assert citation["version"] == causalgia.__version__
    assert citation["license"] == PROJECT["license"]
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in PROJECT["authors"]
    ]


def instructions(word: str) -> list[str]:
    """What follows a word of the container file, lines that go on joined."""
    text = CONTAINER.replace("\\\n", " ")
    return re.findall(rf"^{word}\s+(.+)$", text, re.MULTILINE)


def test_the_container_is_made_of_pinned_packages_and_files_that_are_there() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for copied in instructions("COPY"):
        *sources, _ = copied.split()
        if sources[0].startswith("--from"):
            continue
        for source in sources:
            assert (ROOT / source).exists()
            assert f"!{source.partition('/')[0]}" in ignored
    installed = [run for run in instructions("RUN") if "pip install" in run]
    assert all("--require-hashes" in run or "--no-deps" in run for run in installed)
    # An image's name, and no place to have it from.
    assert set(instructions("FROM")) == {"python:3.11-slim AS build", "python:3.11-slim"}


def test_the_container_does_not_run_as_root_and_asks_for_a_token() -> None:
    assert instructions("USER") == ["causalgia"]
    assert CONTAINER.index("\nUSER") < CONTAINER.index("\nENTRYPOINT")
    assert "CAUSALGIA_TOKEN=new" in CONTAINER
    from causalgia.web.gate import OPEN_PATHS

    (health,) = instructions("HEALTHCHECK")
    assert any(f"{path}'" in health for path in OPEN_PATHS)


def test_the_containers_command_is_one(monkeypatch, run_command) -> None:
    from causalgia.web import command

    given: dict[str, Any] = {}
    monkeypatch.setattr(command, "run_serve", lambda **options: given.update(options) or 0)
    monkeypatch.setenv("CAUSALGIA_TOKEN", "new")
    (entry,), (words,) = instructions("ENTRYPOINT"), instructions("CMD")
    assert json.loads(entry) == ["causalgia"]
    assert run_command(*json.loads(words)) == (0, "", "")
    assert (given["host"], given["token"], given["open"]) == ("0.0.0.0", "new", False)
    assert instructions("EXPOSE") == [str(given["port"])]


def test_the_extra_for_a_gpu_asks_for_the_same_jax() -> None:
    (gpu,) = PROJECT["optional-dependencies"]["gpu"]
    (jax,) = [wanted for wanted in PROJECT["dependencies"] if wanted.startswith("jax>")]
    assert gpu.partition(";")[0].strip() == jax.replace("jax", "jax[cuda13]")


@pytest.fixture
def installer() -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("install_browser", ROOT / "scripts" / "install_browser.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(sys.platform == "win32", reason="a browser is stood in for by a script")
def test_a_browser_on_the_path_is_taken_as_it_is(
    installer, monkeypatch, capsys, tmp_path: Path
) -> None:
    browser = tmp_path / "google-chrome"
    browser.write_text("#!/bin/sh\necho '<html></html>'\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installer.main() == 0
    assert capsys.readouterr().out == f"{browser}\n"
    browser.write_text("#!/bin/sh\nexit 127\n")
    assert installer.main() == 1
    assert f"{browser} does not start" in capsys.readouterr().err


def test_without_a_browser_it_is_installed_or_the_way_is_said(
    installer, monkeypatch, capsys
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/dnf" if name == "dnf" else None)
    monkeypatch.setattr(installer, "playwrights_own", lambda: None)
    monkeypatch.setattr(installer.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(installer.subprocess, "run", lambda command, **_: asked.append(command))
    assert installer.main() == 1
    assert [command[1:] for command in asked] == [["-m", "playwright", "install", "chromium"]]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith("or could be installed; dnf install chromium\n")
