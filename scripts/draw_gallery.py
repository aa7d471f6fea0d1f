"""Make the pictures of `docs/gallery.md` anew, each from the command that stands there.

    python scripts/draw_gallery.py                         # all of them
    python scripts/draw_gallery.py --only trial explorer   # those whose names begin so
    python scripts/draw_gallery.py --only report           # the two of the README

Pages are made by the `causalgia` command and photographed in a browser without a window (Chromium
or Chrome and Pillow must be installed; for the explorer playwright, too); figures are taken out of
them as SVG. Some take minutes. `--pages FOLDER` keeps the pages, and takes those that are there.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from screenshot_report import BROWSERS, crop, photograph, select

from causalgia.reports.fiber_figures import standalone

ROOT = Path(__file__).resolve().parents[1]
SCALE, COLORS, LARGEST_BYTES = 1.2, 160, 2_500_000
WIDE, NARROW = {"width": 1300, "height": 1000}, {"width": 390, "height": 1000}
_SVG = re.compile(r'<svg class="figure(?: wide)?".*?</svg>', re.DOTALL)
_PATIENCE_ms = 600_000


@dataclass(frozen=True)
class FromPage:
    """Pictures of one page: what `command` writes as `page`.

    **Arguments:** `shots`, the first and last part by the picture's name (0 is the head, then come
    the sections); `figures`, what the description of a figure has in it, by the picture's name.
    """

    command: tuple[str, ...]
    page: str
    shots: dict[str, tuple[int, int]]
    figures: dict[str, str]


PAGES = {
    "case": FromPage(
        ("case", "examples/cervical_radiculopathy.toml"),
        "report.html",
        {"case": (0, 1)},
        {
            "case_treatments": "Change in pain per treatment",
            "case_outlook": "Surgical decompression: at the end",
            "case_spikes": "Local anesthetic block, wrist: C",
        },
    ),
    "assessment": FromPage(
        ("assess", "examples/assess_arm_pain.toml"),
        "assessment.html",
        {"assessment": (0, 1)},
        {},
    ),
    "plan": FromPage(
        ("assess", "examples/assess_diabetic_feet.toml"), "assessment.html", {"plan": (5, 5)}, {}
    ),
    "trial": FromPage(
        ("trial", "examples/trials/pregabalin_postherpetic.toml"),
        "trial.html",
        {"trial": (0, 2)},
        {},
    ),
    "prognosis": FromPage(
        (
            *("prognosis", "cervical_radiculopathy", "--treat", "decompression"),
            *("--delay", "3 weeks", "--delay", "1 year"),
        ),
        "prognosis.html",
        {"prognosis": (0, 1)},
        {},
    ),
    "fiber": FromPage(
        ("fibre", "examples/fibre_slowing.toml"), "report.html", {"fiber": (0, 2)}, {}
    ),
    "cord": FromPage(("cord", "examples/cord_gate.toml"), "report.html", {"cord": (0, 1)}, {}),
}


def write_page(made: FromPage, folder: Path) -> str:
    """Run the command of a page, unless it is there, and return the page."""
    if not (folder / made.page).exists():
        run(*made.command, "--out", str(folder))
    return (folder / made.page).read_text(encoding="utf-8")


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "causalgia", *arguments], check=True, cwd=ROOT)


def draw_page(made: FromPage, folder: Path, out: Path) -> None:
    """The photographs and figures of one page."""
    text = write_page(made, folder)
    with tempfile.TemporaryDirectory() as temporary:
        shown, picture = Path(temporary) / "page.html", Path(temporary) / "picture.png"
        for name, (first, last) in made.shots.items():
            shown.write_text(select(text, first, last), encoding="utf-8")
            photograph(shown, picture, SCALE)
            crop(picture, out / f"{name}.png", COLORS)
    figures = _SVG.findall(text)
    for name, part in made.figures.items():
        figure = next(svg for svg in figures if part in svg.split(">", 1)[0])
        (out / f"{name}.svg").write_text(standalone(figure), encoding="utf-8")


def draw_report() -> None:
    """The two pictures of the README."""
    script = ROOT / "scripts" / "screenshot_report.py"
    subprocess.run([sys.executable, str(script)], check=True)


def draw_explorer(out: Path) -> None:
    """The tabs of the explorer, from a server of its own."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as jobs, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        command = ["serve", "--port", str(port), "--jobs", jobs]
        server = subprocess.Popen([sys.executable, "-m", "causalgia", *command], cwd=ROOT)
        try:
            wait_for(f"http://127.0.0.1:{port}/", server)
            with sync_playwright() as driver:
                visit(driver, f"http://127.0.0.1:{port}/", out)
        finally:
            server.terminate()
            server.wait(30)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    sys.exit(f"the server ended with status {server.returncode}")


def visit(driver: Any, address: str, out: Path) -> None:
    """Do on each tab what a first visitor does, and photograph it."""
    own = next(filter(None, map(shutil.which, BROWSERS)), None)
    # In a container one is root, whom Chromium gives no sandbox.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    browser = driver.chromium.launch(executable_path=own, args=["--no-sandbox"] if is_root else [])

    def opened(tab: str, **options: Any) -> Any:
        page = browser.new_page(reduced_motion="reduce", **options)
        page.set_default_timeout(_PATIENCE_ms)
        page.goto(f"{address}#{tab}")
        page.get_by_role("tabpanel").get_by_role("heading", level=1).wait_for()
        return page

    def keep(page: Any, name: str) -> None:
        page.evaluate("() => scrollTo(0, 0)")
        page.screenshot(path=out / f"{name}.png")
        Image.open(out / f"{name}.png").convert("RGB").quantize(COLORS).save(
            out / f"{name}.png", optimize=True
        )
        page.close()

    def answered(**options: Any) -> Any:
        page = opened("pain", **options)
        page.locator(".results:not(.waiting)").first.wait_for()
        page.wait_for_function("() => /\\d/.test(document.querySelector('.big.now').textContent)")
        return page

    # On a phone the treatments are folded away.
    phone = {"color_scheme": "dark", "device_scale_factor": 1.5}
    keep(answered(viewport=NARROW, **phone), "explorer_phone")
    pain = answered(viewport=WIDE)
    pain.locator('[data-treatment="local_anesthetic_block"] input[type=checkbox]').click()
    pain.wait_for_function("() => /\\d/.test(document.querySelector('.big.treated').textContent)")
    pain.locator(".outlook .median.treated").wait_for(state="attached")
    keep(pain, "explorer_pain")
    keep(opened("trial", viewport=WIDE), "explorer_trial")
    for tab in ("fiber", "cord"):
        page = opened(tab, viewport=WIDE)
        panel = page.locator(f"#panel-{tab}")
        panel.get_by_role("button", name="Run the").click()
        frame = panel.frame_locator("iframe")
        frame.get_by_role("heading", level=1).wait_for()
        keep(page, f"explorer_{tab}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", default=[], help="the first letters of names")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "gallery", help="folder")
    parser.add_argument("--pages", type=Path, help="folder of the pages, kept")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        pages = arguments.pages or Path(temporary)
        jobs: dict[str, Callable[[], None]] = {
            name: lambda name=name, made=made: draw_page(made, pages / name, arguments.out)
            for name, made in PAGES.items()
        }
        jobs["explorer"] = lambda: draw_explorer(arguments.out)
        for name in chosen([*jobs, "report"], arguments.only):
            print(name, flush=True)
            draw_report() if name == "report" else jobs[name]()
    told(arguments.out)


def chosen(names: Sequence[str], only: Sequence[str]) -> list[str]:
    """The pictures asked for; those of the README only by name."""
    if not only:
        return [name for name in names if name != "report"]
    found = [name for name in names if name.startswith(tuple(only))]
    if not found:
        sys.exit(f"--only: {' '.join(only)}: no such picture; allowed: {', '.join(names)}")
    return found


def told(out: Path) -> None:
    """Say how large the pictures are; together they must not weigh down a clone."""
    sizes = {file.name: file.stat().st_size for file in sorted(out.iterdir())}
    print(*(f"{name}: {size} bytes" for name, size in sizes.items()), sep="\n")
    if sum(sizes.values()) > LARGEST_BYTES:
        sys.exit(f"{sum(sizes.values())} bytes, more than {LARGEST_BYTES}")


if __name__ == "__main__":
    main()
