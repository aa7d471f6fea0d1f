"""What all tests share: a quiet, repeatable environment."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Compiled programs are kept beside pytest's own cache: never in the user's home, and shared by the
# worker processes of one run and by later runs. JAX reads these when it is first imported.
_CACHE = Path(__file__).resolve().parents[1] / ".pytest_cache" / "causalgia"
os.environ["CAUSALGIA_CACHE"] = str(_CACHE)
os.environ["JAX_COMPILATION_CACHE_DIR"] = str(_CACHE / "compiled")
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["MPLBACKEND"] = "Agg"

# Thousands of tests are many objects that stay, all of which Python looks at whenever it collects:
# left to itself it would spend a tenth of a run doing so. What is large is let go of below.
gc.set_threshold(100_000, 20, 20)

# Examples are drawn alike in every run, so that a test never passes here and fails there; and no
# example is timed, since machines are shared.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


LONGEST = (
    *("docs/test_examples.py", "docs/test_notebooks.py", "docs/test_site.py"),
    *("web/page/test_pain.py", "outcomes/test_nerve_polyneuropathy.py"),
    *("outcomes/test_nerve_slowing.py", "unit/test_trial_simulation.py", "web/test_answers.py"),
    *("outcomes/test_cord_drugs.py", "web/page/test_jobs.py", "outcomes/test_cord_windup.py"),
    *("web/page/test_files.py", "outcomes/test_cord_stimulation.py", "outcomes/test_trials.py"),
    *("outcomes/test_cord_plasticity.py", "web/page/test_for_everyone.py"),
    *("outcomes/test_cord_brain.py", "outcomes/test_decompression.py"),
    *("reference/test_cord_presets.py", "outcomes/test_anti_inflammatory.py"),
    *("outcomes/test_nerve_mutations.py", "outcomes/test_fitting.py", "outcomes/test_cord_gate.py"),
)
"""Files that take long come first, so that at the end no process waits for another's last file."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; within a file the order stays."""
    here = Path(__file__).parent
    place = {here / name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser, found on the path or installed by playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    own = next(filter(None, map(shutil.which, BROWSERS)), None)
    # In a container one is root, whom Chromium gives no sandbox.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    # Not for the whole session: playwright holds an event loop open in this thread.
    with playwright.sync_playwright() as driver:
        try:
            found = driver.chromium.launch(
                executable_path=own, args=["--no-sandbox"] if is_root else []
            )
        except playwright.Error as error:
            pytest.skip(f"no browser to be found: {str(error).splitlines()[0]}")
        yield found
        found.close()


LARGE_MiB = 1500
"""From here on a test process lets go of its compiled programs, which lie on disk."""


@pytest.fixture(scope="module", autouse=True)
def _keep_small() -> Iterator[None]:
    """Hundreds of compiled programs would fill the memory of a small machine."""
    yield
    jax = sys.modules.get("jax")
    pages = Path("/proc/self/statm")
    if jax is None or not pages.exists():
        return
    resident = int(pages.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    if resident > LARGE_MiB * 2**20:
        jax.clear_caches()
        gc.collect()


@pytest.fixture
def run_command(capsys: pytest.CaptureFixture[str]):
    """Run the `causalgia` command in this process: its exit status, output and errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        from causalgia.cli import main

        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
