"""The true working process, but that every job makes a small report, or fails where it says so.

A document with `# hold` waits until a file `go on` lies beside the queue.
"""

from __future__ import annotations

import json
import sys
import time
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


def said(rating: float) -> dict[str, Any]:
    """What a pathway says in each test."""
    fibers = {"c": rating, "a_delta": 0.0, "a_beta": 0.0}
    one = {"rating": rating, "projection_Hz": 10.0 * rating, "afferent_Hz": fibers}
    return {test: one for test in TESTS}


WHOLE = {"states": [{"name": "Untreated", "stand_in": said(4.0), "membranes": said(2.0)}]}

REPORT = """<!doctype html><html lang="en"><title>A report</title>
<h1>What came of it</h1><p id="said">as written</p>
<script>document.getElementById("said").textContent = "changed by a script"</script>
"""


def run(file: Path, request: JobRequest, out: Path, kept: Path) -> None:
    """Say what is being done, then write a report and a table."""
    text = file.read_text(encoding="utf-8")
    with progress() as tell:
        tell("counting spikes")
        while "# hold" in text and not (kept.parents[1] / GO_ON).exists():
            time.sleep(0.05)
    if "# fail" in text:
        raise InputError(f"{file}: the double was told to fail")
    out.mkdir(parents=True)
    (out / "report.html").write_text(REPORT, encoding="utf-8")
    if request.kind == "pathway":
        (out / "pathway.json").write_text(json.dumps(WHOLE), encoding="utf-8")
    (out / "numbers.csv").write_text("a,b\n1,2\n", encoding="utf-8")


if __name__ == "__main__":
    # Not where a test takes a name from here: its server is the true one.
    kinds.KINDS = {name: kinds.Kind(lambda file, request: None, run) for name in kinds.KINDS}
    sys.exit(main())
