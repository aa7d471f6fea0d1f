"""Write the tables of `docs/course.md` and `docs/causes.md` anew, from what the package holds.

    python scripts/write_course_tables.py

`--check` writes nothing and ends with status 1 where a table is out of date.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from causalgia import causes
from causalgia.course.constants import load_constants, sources_of_constants
from causalgia.evidence import Parameter, parameter
from causalgia.pathway.floors import FLOORS
from causalgia.pathway.weights import WEIGHTS, report

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


def stand_ins_table() -> str:
    """Errors of each stand-in on points that it was not fitted to, and of all of them together."""
    rows = [
        "| Stand-in | Answers | Points, held out | Median error | 95th percentile | $R^2$ |",
        "|---|---|---|---|---|---|",
    ]
    for name in FLOORS:
        errors = report(name)["errors_on_unseen_points"]
        rows.append(
            f"| `{name}` | {OUTPUTS[name]} | {errors['points']}, {errors['held_out']} | "
            f"{errors['median_absolute_error_Hz']:.2f} Hz | "
            f"{errors['p95_absolute_error_Hz']:.1f} Hz | {errors['root_rate_r2']:.3f} |"
        )
    together = json.loads((WEIGHTS / "end_to_end.json").read_text(encoding="utf-8"))
    stale = [n for n in FLOORS if together["fitted_to"][n] != report(n)["fitted_to"]]
    said = "measured before the last fit of " + ", ".join(stale) if stale else "0-10 rating"
    rows.append(
        f"| all together | rating, 5 tests ({said}) | {together['patients']} patients | "
        f"{together['rating_error_median']:.2f} points | {together['rating_error_p95']:.2f} points"
        " | |"
    )
    by_test = ", ".join(f"{t} {e:.2f}" for t, e in together["rating_error_by_test"].items())
    noise = together["rating_scatter_of_biophysical_median"]
    most = together["rating_scatter_of_biophysical_p95"]
    rows.append(f"| | median by test | | {by_test} | | |")
    rows.append(f"| | two simulations, other noise | | {noise:.2f} points | {most:.2f} points | |")
    return "\n".join(rows)


OUTPUTS = {
    "zone_c": "spikes of an injured C fiber",
    "zone_a_delta": "spikes of an injured A-delta fiber",
    "zone_a_beta": "spikes of an injured A-beta fiber",
    "ending_c": "spikes of a C ending",
    "cord": "discharge of projection neurons",
}
TABLES: Mapping[str, tuple[tuple[str, Callable[[], str]], ...]] = {
    "docs/course.md": (("stand-ins", stand_ins_table), ("constants", constants_table)),
    "docs/causes.md": (("causes", causes_table),),
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
    for file, tables in TABLES.items():
        path = ROOT / file
        text = path.read_text(encoding="utf-8")
        new = text
        for name, table in tables:
            new = updated(new, name, table())
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
