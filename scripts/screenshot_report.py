"""Draw the README's figures anew: parts of a real report, as pictures.

    python scripts/screenshot_report.py

Runs the cervical radiculopathy example, takes its report in a browser without a window (Chromium
or Chrome and Pillow must be installed) and writes `docs/report.png` and `docs/treatments.png`.
`--report FILE` takes a finished report.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PICTURES = {"report.png": (0, 1), "treatments.png": (2, 2)}
"""The first and the last part shown: 0 is the head with the answers, then come the sections."""
WIDTH, HEIGHT, SCALE, MARGIN = 1000, 2000, 1.5, 36
LARGEST_BYTES = 300_000


def run_example(folder: Path) -> Path:
    """Run the example case and return its report."""
    case = str(ROOT / "examples" / "cervical_radiculopathy.toml")
    command = [sys.executable, "-m", "causalgia", "case", case, "--out", str(folder)]
    subprocess.run(command, check=True)
    return folder / "report.html"


def select(page: str, first: int, last: int) -> str:
    """The page with the head or sections from first to last alone, and no captions."""
    style, body = page.split("<body>")
    parts = body.split("<section>")
    shown = "<section>".join(["<main>" if first else parts[0], *parts[max(first, 1) : last + 1]])
    return f"{style}<style>figcaption {{ display: none }}</style><body>{shown}</main></body></html>"


def photograph(page: Path, picture: Path, scale: float = SCALE) -> None:
    """Open a page in a browser without a window and save what it shows."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"no browser found: install one of {', '.join(BROWSERS)}")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    options += [f"--window-size={WIDTH},{HEIGHT}", f"--force-device-scale-factor={scale}"]
    command = [browser, *options, f"--screenshot={picture}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True)


def crop(picture: Path, target: Path, colors: int = 192) -> None:
    """Cut off the empty rows at both ends and save with few colors."""
    image = Image.open(picture).convert("RGB")
    pixels = np.asarray(image)
    full = np.flatnonzero((pixels != pixels[-1, 0]).any(axis=(1, 2)))
    start, end = max(int(full[0]) - MARGIN, 0), min(int(full[-1]) + MARGIN, image.height)
    image.crop((0, start, image.width, end)).quantize(colors).save(target, optimize=True)
    if target.stat().st_size > LARGEST_BYTES:
        sys.exit(f"{target.name} has {target.stat().st_size} bytes, more than {LARGEST_BYTES}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--report", type=Path, help="a finished report to take")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        report = arguments.report or run_example(folder / "case")
        page, picture = folder / "page.html", folder / "picture.png"
        for name, (first, last) in PICTURES.items():
            part = select(report.read_text(encoding="utf-8"), first, last)
            page.write_text(part, encoding="utf-8")
            photograph(page, picture)
            crop(picture, arguments.out / name)
            print(f"{name}: {(arguments.out / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
