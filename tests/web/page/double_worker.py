"""The true working process, but that every job makes a small report, or fails where it says so.

A document with `# hold` waits until a file `go on` lies beside the queue.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from causalgia.errors import InputError
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
    (out / "numbers.csv").write_text("a,b\n1,2\n", encoding="utf-8")


kinds.KINDS = {name: kinds.Kind(lambda file, request: None, run) for name in kinds.KINDS}

if __name__ == "__main__":
    sys.exit(main())
