"""Write the tables of `docs/course.md` and `docs/causes.md` anew, from what the package holds.

    python scripts/write_course_tables.py

`--check` writes nothing and ends with status 1 where a table is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from causalgia import causes
from causalgia.course.constants import load_constants, sources_of_constants
from causalgia.evidence import Parameter, parameter

ROOT = Path(__file__).resolve().parents[1]
TIMES = ("day", "mm/day", "1/day")


def constants_table() -> str:
    """Time constants, rates and speeds: value, unit, status, source and note."""
    rows = ["| Number | Value | Status | Source | What it rests on |", "|---|---|---|---|---|"]
    paths = sources_of_constants()
    for name in load_constants().names:
        entry = parameter(paths[name])
        if entry.unit in TIMES:
            rows.append(_row(name, entry))
    return "\n".join(rows)


def _row(name: str, entry: Parameter) -> str:
    note = entry.note.replace("|", "/")
    return (
        f"| {name.replace('_', ' ')} | {entry.value:g} {entry.unit} | {entry.status} | "
        f"{entry.source} | {note} |"
    )


def causes_table() -> str:
    """Each cause: what it injures, where, what takes it away, what matters, sources."""
    rows = [
        "| Name | Cause | How it injures | Where | Taken away by | Sources |",
        "|---|---|---|---|---|---|",
    ]
    for name in causes.names():
        cause = causes.find(name)
        cells = (
            f"`{name}`",
            cause.label,
            ", ".join(cause.kinds),
            ", ".join(cause.places).replace("_", " "),
            ", ".join(cause.removable_by).replace("_", " ") or "nothing",
            ", ".join(s for s in cause.sources if s != "causalgia_causes") or "assumed",
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


TABLES = {
    "docs/course.md": ("constants", constants_table),
    "docs/causes.md": ("causes", causes_table),
}


def updated(text: str, name: str, table: str) -> str:
    """The text with its table replaced."""
    begin, end = f"<!-- table: {name} -->\n", "\n<!-- end of table -->"
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return head + begin + table + end + tail


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for file, (name, table) in TABLES.items():
        path = ROOT / file
        text = path.read_text(encoding="utf-8")
        new = updated(text, name, table())
        if new != text:
            stale.append(file)
            if not check:
                path.write_text(new, encoding="utf-8", newline="\n")
    if check and stale:
        print(f"out of date: {', '.join(stale)}; run python scripts/write_course_tables.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
