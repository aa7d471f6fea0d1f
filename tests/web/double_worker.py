"""The true working process, but that jobs of fibers do what the first line of the document says."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from causalgia.errors import InputError
from causalgia.reports.progress import progress
from causalgia.web.jobs import kinds
from causalgia.web.jobs.worker import main
from causalgia.web.messages import JobRequest


def run(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    """Write a file and a folder; wait, die or fail before, where the document says so."""
    does = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("#")
    with progress() as tell:
        tell(f"doing {does or 'nothing much'}")
        kept.mkdir(parents=True, exist_ok=True)
        begun = kept / "begun"
        begun.write_text(begun.read_text() + "x" if begun.exists() else "x")
        if does == "die":
            os._exit(3)
        if does == "wait" and len(begun.read_text()) == 1:
            time.sleep(3600)  # until it is killed
        if does == "refuse":
            raise InputError(f"{file}: fiber.type: wrong after all")
        if does == "stumble":
            raise ZeroDivisionError
    out.mkdir(parents=True)
    print("the command's own words go nowhere")
    (out / "result.json").write_text(f'{{"begun": {len(begun.read_text())}}}\n')
    (out / "report.html").write_text("<!doctype html><title>A report</title>\n")
    (out / "data.zarr").mkdir()
    (out / "data.zarr" / "c").write_bytes(b"123")


KINDS = dict(kinds.KINDS)
KINDS["fibre"] = kinds.Kind(lambda file, request: None, run)
kinds.KINDS = KINDS

if __name__ == "__main__":
    sys.exit(main())
