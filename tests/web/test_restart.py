"""A server that is killed loses no job that is done, and takes up those that were not."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import HERE, fiber_job

PATIENCE_s = 120.0
"""How long to wait on a busy machine; a quiet one needs a few seconds for all of it."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """The process, and what one asks of it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        command = [sys.executable, str(HERE / "launch.py"), str(folder), str(self.port)]
        self.process = subprocess.Popen(command)

    def lives(self) -> bool:
        try:
            return self.get("health")["status"] == "ok"
        except OSError:
            return False

    def fetch(self, path: str, body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE_s) as answer:
            return answer.read()

    def get(self, path: str, body: object = None) -> dict[str, Any]:
        return json.loads(self.fetch(path, body))

    def state(self, job: dict[str, Any]) -> str:
        return self.get(f"jobs/{job['id']}")["state"]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_s
    while time.monotonic() < until:
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError(f"it did not come to pass within {PATIENCE_s:g} s")


def workers_of(folder: Path) -> list[int]:
    """Working processes that are at the jobs of a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
        except (OSError, UnicodeDecodeError):
            continue
        if str(folder) in words and any(word.endswith("double_worker.py") for word in words):
            found.append(int(entry.name))
    return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Start a server whose jobs lie in one folder; none outlives the test."""
    started: list[Server] = []

    def begin() -> Server:
        started.append(Server(tmp_path / "jobs"))
        wait_for(started[-1].lives)
        return started[-1]

    yield begin
    for server in started:
        server.kill()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked for in /proc")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills as POSIX systems do")
def test_kill_9_loses_nothing(start: Callable[[], Server], tmp_path: Path) -> None:
    server = start()
    done, running, waiting = (
        server.get("jobs", fiber_job(does, seed))
        for seed, does in enumerate(("", "wait", ""), start=1)
    )
    wait_for(lambda: server.state(done) == "done" and server.state(running) == "running")
    assert server.state(waiting) == "queued"
    result = server.fetch(f"jobs/{done['id']}/files/result.json")
    wait_for(lambda: server.get(f"jobs/{running['id']}")["progress"] == "doing wait")
    server.kill()
    # Nobody is left behind who goes on working for nobody.
    wait_for(lambda: not workers_of(tmp_path / "jobs"))

    again = start()
    assert again.state(done) == "done"
    assert again.fetch(f"jobs/{done['id']}/files/result.json") == result
    wait_for(lambda: again.state(running) == "done" and again.state(waiting) == "done")
    # It went on from what the first attempt had kept apart.
    assert again.get(f"jobs/{running['id']}/files/result.json") == {"begun": 2}
    assert again.get("jobs", fiber_job("", 1))["state"] == "done"
