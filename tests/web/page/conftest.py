"""The page as a person meets it: a true server, a true browser, jobs done by a double."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from causalgia.web.app import make_app
from causalgia.web.jobs.store import Store
from causalgia.web.jobs.supervisor import Supervisor
from causalgia.web.settings import Limits, Settings

from ..conftest import WORKER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE_ms = 300_000
"""How long to wait for what may have to be compiled first, on a busy machine."""

Open = Callable[..., "Page"]


@pytest.fixture(scope="session")
def jobs_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the queue lies."""
    return tmp_path_factory.mktemp("jobs")


@pytest.fixture(scope="session")
def address(jobs_folder: Path) -> Iterator[str]:
    """Where the server listens."""
    # Nobody is kept from many jobs at once here.
    limits = Limits(queued_by_client=40)
    settings = Settings(jobs=jobs_folder, limits=limits)
    store = Store(settings.folder, limits)
    supervisor = Supervisor(store, 1, limits, command=WORKER)
    app = make_app(settings, store=store, supervisor=supervisor, warm=False)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, lifespan="on", log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://localhost:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Open the page at a tab, with options of a browser's context.

    Whatever the page complains of in the console fails the test, but for what has one of `expected`
    in it.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def start(tab: str = "", *, expected: str | tuple[str, ...] = (), **options: Any) -> Page:
        allowed = (expected,) if isinstance(expected, str) else expected
        options = {"reduced_motion": "reduce", **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_ms)

        def complain(text: str) -> None:
            if not any(one in text for one in allowed):
                complaints.append(text)

        page.on("console", lambda m: complain(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complain(str(error)))
        page.goto(f"{address}#{tab}")
        page.get_by_role("tabpanel").get_by_role("heading", level=1).wait_for()
        return page

    yield start
    for context in contexts:
        context.close()
    assert complaints == []


def answered(page: Page) -> float:
    """The pain now, once the first answer is there."""
    page.locator(".results:not(.waiting)").first.wait_for()
    page.wait_for_function("() => /\\d/.test(document.querySelector('.big.now').textContent)")
    return float(page.locator(".big.now").inner_text())
