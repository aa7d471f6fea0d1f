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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import HERE, fiber_job


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
        wait_for(self.lives)

    def lives(self) -> bool:
        try:
            return self.get("health")["status"] == "ok"
        except OSError:
            return False

    def fetch(self, path: str, body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()

    def get(self, path: str, body: object = None) -> dict[str, Any]:
        return json.loads(self.fetch(path, body))

    def state(self, job: dict[str, Any]) -> str:
        return self.get(f"jobs/{job['id']}")["state"]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def wait_for(is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to pass within half a minute")


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


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked for in /proc")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills as POSIX systems do")
def test_kill_9_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "jobs"
    server = Server(folder)
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
    wait_for(lambda: not workers_of(folder))

    server = Server(folder)
    try:
        assert server.state(done) == "done"
        assert server.fetch(f"jobs/{done['id']}/files/result.json") == result
        wait_for(lambda: server.state(running) == "done" and server.state(waiting) == "done")
        # It went on from what the first attempt had kept apart.
        assert server.get(f"jobs/{running['id']}/files/result.json") == {"begun": 2}
        assert server.get("jobs", fiber_job("", 1))["state"] == "done"
    finally:
        server.kill()
