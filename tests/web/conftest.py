"""A server in this process, whose jobs are done by a double of the simulations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from causalgia.web.access import Access
from causalgia.web.app import make_app
from causalgia.web.jobs.store import Store
from causalgia.web.jobs.supervisor import Supervisor
from causalgia.web.settings import Limits, Settings

HERE = Path(__file__).resolve().parent
WORKER = (sys.executable, str(HERE / "double_worker.py"))
"""Takes jobs as the true one does; what a job then does, a comment in its document says."""

Serve = Callable[..., TestClient]


def fiber_job(does: str = "", seed: int = 1) -> dict[str, Any]:
    """A job for the double: what it `does` is a comment, so that it changes no job's name."""
    return {"kind": "fibre", "document": f"#{does}\n[fiber]\ntype = 'a_beta'\n", "seed": seed}


def application(folder: Path, limits: Limits | None = None, **options: Any) -> FastAPI:
    """The application of a server whose jobs lie in a folder."""
    access = options.pop("access", None)
    settings = Settings(jobs=folder, limits=limits or Limits(), **options)
    store = Store(folder, settings.limits)
    supervisor = Supervisor(store, settings.workers, settings.limits, command=WORKER)
    return make_app(
        settings,
        access=access or Access(settings.token),
        store=store,
        supervisor=supervisor,
        warm=False,
    )


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a server with options of `Settings`; it is called as localhost."""
    running: list[TestClient] = []

    def start(**options: Any) -> TestClient:
        client = TestClient(
            application(tmp_path / "jobs", **options),
            base_url="http://localhost:8420",
            raise_server_exceptions=False,
            follow_redirects=False,
        )
        running.append(client.__enter__())
        return client

    yield start
    for client in running:
        client.__exit__(None, None, None)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server as it is started without options, for all tests of a file."""
    app = application(tmp_path_factory.mktemp("jobs"))
    with TestClient(app, base_url="http://localhost:8420", raise_server_exceptions=False) as here:
        yield here
