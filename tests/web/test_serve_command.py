"""The command: help, and one line for what is wrong."""

from __future__ import annotations

import importlib.util
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from causalgia.web import command

# Started in the background by a shell, tests ignore interrupts, which children inherit.
HEARING_INTERRUPTS = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts as POSIX systems do")
def test_it_says_where_it_listens_and_ends_when_interrupted(tmp_path: Path) -> None:
    options = ["--host", "0.0.0.0", "--port", "0", "--token", "new", "--no-open"]
    served = [sys.executable, "-m", "causalgia", "serve", *options]
    process = subprocess.Popen(
        [sys.executable, "-c", HEARING_INTERRUPTS, *served, "--jobs", str(tmp_path / "jobs")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    where, link, token = (process.stdout.readline() for _ in range(3))
    port = int(where.split("localhost:")[1].split("/")[0])
    try:
        assert f"localhost:{port}/enter?key=" in link
        headers = {"Authorization": f"Bearer {token.split()[-1]}"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/jobs", headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.read() == b'{"jobs":[]}'
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said, said
    assert process.returncode in (130, -signal.SIGINT)


def test_help_shows_examples(run_command: Any) -> None:
    status, out, _ = run_command("serve", "--help")
    assert status == 0 and "causalgia serve --host 0.0.0.0" in out
    assert "CAUSALGIA_TOKEN" in out


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["--host", "0.0.0.0"], "token is needed"),
        (["--host", "0.0.0.0", "--token", "short"], "at least 16"),
        (["--host", "no such host"], "--host"),
        (["--port", "70000"], "--port"),
        (["--port", "x"], "--port"),
        (["--workers", "0"], "--workers"),
    ],
)
def test_wrong_options_are_one_line(
    run_command: Any, arguments: list[str], phrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAUSALGIA_TOKEN", raising=False)
    status, out, err = run_command("serve", "--no-open", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert phrase in err


def test_a_port_that_is_taken_is_one_line(run_command: Any, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, _, err = run_command("serve", "--port", port, "--no-open", "--jobs", tmp_path)
    assert status == 2 and "cannot listen" in err and err.count("\n") == 1


def test_what_is_not_installed_is_named(run_command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        command.importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "uvicorn" else found(name, *rest),
    )
    status, _, err = run_command("serve", "--no-open")
    assert status == 2 and "pip install uvicorn" in err


def test_the_line_comes_where_nothing_of_a_server_is_installed() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('fastapi', 'starlette', 'uvicorn')));"
        "from causalgia.cli import main; sys.exit(main(['serve', '--no-open']))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 2 and run.stderr.count("\n") == 1, run.stderr
    assert "pip install fastapi" in run.stderr


def test_the_package_and_the_queue_are_light() -> None:
    """Help loads nothing of the server, and the queue nothing of the simulations."""
    code = (
        "import sys, causalgia.web, causalgia.web.jobs.store, causalgia.web.jobs.supervisor;"
        "print([name for name in ('jax', 'fastapi', 'pandas') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
