"""Have a browser for the tests of the page and for prints of reports: run this script.

One on the path is taken as it is. Else Playwright, which the test requirements bring, installs its
own Chromium; where it cannot, the way by the system's package manager is said, with status 1.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = {
    "apt-get": "apt-get install chromium",
    "dnf": "dnf install chromium",
    "pacman": "pacman -S chromium",
    "apk": "apk add chromium",
    "zypper": "zypper install chromium",
    "brew": "brew install --cask chromium",
    "winget": "winget install Google.Chrome",
}
BY_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as driver:
    print(driver.chromium.executable_path)
"""


def main() -> int:
    """Find or install a browser, say which, and return the exit status."""
    found = on_the_path() or playwrights_own()
    if found is None and importlib.util.find_spec("playwright") is not None:
        # Progress is for people: standard output holds the browser's path and nothing else.
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"],
            stdout=sys.stderr,
            check=False,
        )
        found = playwrights_own()
    if found is None or not starts(found):
        print(advice(found), file=sys.stderr)
        return 1
    print(found)
    return 0


def on_the_path() -> str | None:
    """A browser that is installed."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def playwrights_own() -> str | None:
    """The Chromium that Playwright installed, if it did."""
    if importlib.util.find_spec("playwright") is None:
        return None
    asked = subprocess.run(
        [sys.executable, "-c", BY_PLAYWRIGHT], capture_output=True, text=True, check=False
    )
    path = asked.stdout.strip()
    return path if asked.returncode == 0 and Path(path).exists() else None


def starts(browser: str) -> bool:
    """Whether the browser runs here, with all libraries that it wants of the system."""
    command = [browser, "--headless", "--disable-gpu", "--dump-dom", "about:blank"]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        command.insert(1, "--no-sandbox")
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"<html" in done.stdout


def advice(found: str | None) -> str:
    """What a person may do where there is no browser, or one that does not start."""
    problem = f"{found} does not start" if found else "no browser was found or could be installed"
    ways = [line for tool, line in PACKAGES.items() if shutil.which(tool)]
    ways = ways or ["install Chromium or Chrome, so that one of them is on the path"]
    return f"install_browser.py: {problem}; " + " or ".join(ways)


if __name__ == "__main__":
    sys.exit(main())
