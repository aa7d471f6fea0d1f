"""The true working process, but that every job does at once what comments of its document say.

Without any it makes a small report and data. Comments before the document: `#die`, `#wait` (until
it is killed, the first time), `#refuse`, `#stumble`, `#hold` (until a file `go on` lies beside the
queue).
"""

from __future__ import annotations

import json
import os
import sys
import time
from itertools import takewhile
from pathlib import Path
from typing import Any

from causalgia.errors import InputError
from causalgia.pathway.response import TESTS
from causalgia.reports.progress import progress
from causalgia.web.jobs import kinds
from causalgia.web.jobs.worker import main
from causalgia.web.messages import JobRequest

GO_ON = "go on"
"""A file in the folder of jobs that lets those go on which hold."""

REPORT = """<!doctype html><html lang="en"><title>A report</title>
<h1>What came of it</h1><p id="said">as written</p>
<script>document.getElementById("said").textContent = "changed by a script"</script>
"""


def said(rating: float) -> dict[str, Any]:
    """What a pathway says in each test."""
    fibers = {"c": rating, "a_delta": 0.0, "a_beta": 0.0}
    one = {"rating": rating, "projection_Hz": 10.0 * rating, "afferent_Hz": fibers}
    return {test: one for test in TESTS}


WHOLE = {"states": [{"name": "Untreated", "stand_in": said(4.0), "membranes": said(2.0)}]}


def run(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    """Do what is told, then write a report, data, and a folder."""
    lines = takewhile(lambda line: line.startswith("#"), file.read_text("utf-8").splitlines())
    does = [own for line in lines if (own := line.removeprefix("#").strip())]
    with progress() as tell:
        tell(f"doing {' and '.join(does) or 'nothing much'}")
        kept.mkdir(parents=True, exist_ok=True)
        begun = kept / "begun"
        begun.write_text(begun.read_text() + "x" if begun.exists() else "x")
        if "die" in does:
            os._exit(3)
        if "wait" in does and len(begun.read_text()) == 1:
            time.sleep(3600)  # until it is killed
        while "hold" in does and not (kept.parents[1] / GO_ON).exists():
            time.sleep(0.05)
        if "refuse" in does:
            raise InputError(f"{file}: fiber.type: wrong after all")
        if "stumble" in does:
            raise ZeroDivisionError
    out.mkdir(parents=True)
    print("the command's own words go nowhere")
    (out / "report.html").write_text(REPORT, encoding="utf-8")
    (out / "result.json").write_text(f'{{"begun": {len(begun.read_text())}}}\n')
    if request.kind == "pathway":
        (out / "pathway.json").write_text(json.dumps(WHOLE), encoding="utf-8")
    (out / "data.zarr").mkdir()
    (out / "data.zarr" / "c").write_bytes(b"123")


if __name__ == "__main__":
    # Not where a test takes a name from here: its server is the true one.
    kinds.KINDS = {name: kinds.Kind(lambda file, request: None, run) for name in kinds.KINDS}
    sys.exit(main())
