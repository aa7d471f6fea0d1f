"""Pin everything again: `python requirements/compile.py` (needs uv; see CONTRIBUTING.md).

Each file holds names, versions, markers and hashes for every platform and Python from 3.11 on,
and nothing else: where packages are fetched from is the business of whoever installs them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Extras of pyproject.toml by file. The first holds the versions the others are kept to.
FILES = {
    "test.txt": ("test", "docs", "abf"),
    "run.txt": (),
    "docs.txt": ("docs",),
    "benchmark.txt": ("benchmark",),
}
# A pinned name with its marker, a hash, or nothing: no address, no path, no comment.
LINE = re.compile(
    r"[a-z0-9][a-z0-9.-]*==[\w.+!-]+( ; [\w\s.'<>=!()]+)? \\"
    r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
)


def main() -> None:
    """Compile every file and check that it holds pins and hashes only."""
    for name, extras in FILES.items():
        command = ["uv", "pip", "compile", "pyproject.toml", "requirements/build.in", "--quiet"]
        command += ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest"]
        command += ["--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"]
        for extra in extras:
            command += ["--extra", extra]
        if name != "test.txt":
            command += ["--constraint", "requirements/test.txt"]
        subprocess.run(
            [*command, "--output-file", f"requirements/{name}"], cwd=HERE.parent, check=True
        )
        check(HERE / name)


def check(file: Path) -> None:
    """Stop if a line is anything but a pin or a hash."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if not LINE.fullmatch(line):
            sys.exit(f"{file.name}: unexpected line {line!r}")


if __name__ == "__main__":
    main()
