"""Pages of validation and of benchmarks, from stored runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from _builder.runs import RUNS, load
from _builder.text import escape, html_table, sources, table, words
from causalgia.validation.listing import format_number

__all__ = ["benchmark_pages", "validation_pages"]

Run = Mapping[str, Any]

FLOORS = {
    "nerve": "Nerve",
    "cord": "Cord",
    "course": "Course",
    "treatments": "Treatments",
    "patients": "Patients",
}
USES = {
    "calibrate": "parameters may be fitted to it",
    "validate": "only compared",
    "prior": "a weak prior",
}


def _origin(run: Run) -> str:
    lasted = f" in {run['seconds']} s" if run["seconds"] else ""
    return (
        f"From `{run['command']}`, run on {run['date']}{lasted} with causalgia "
        f"{run['version']} (commit {run['commit']}) on {run['machine']}, Python {run['python']}."
    )


def _share(totals: Mapping[str, int]) -> str:
    passed, total = totals["passed"], totals["total"]
    return f"{passed} of {total}" + (f" ({passed / total:.0%})" if total else "")


def validation_pages() -> dict[str, str]:
    """A page for each floor that was run, and one that counts them all."""
    found = {floor: load(f"validate_{floor}") for floor in FLOORS}
    made = {floor: run for floor, run in found.items() if run is not None}
    pages = {f"{floor}.md": _floor(floor, run) for floor, run in made.items()}
    return {"index.md": _summary(made), **pages}


def _summary(made: Mapping[str, Run]) -> str:
    rows = []
    for floor, run in made.items():
        result = run["result"]
        uses = [_share(result["uses"][use]) if use in result["uses"] else "none" for use in USES]
        left = result["not_computed"]
        rows.append((f"[{FLOORS[floor]}]({floor}.md)", _share(result), *uses, left, run["date"]))
    missing = [FLOORS[floor].lower() for floor in FLOORS if floor not in made]
    head = ("floor", "inside their interval:", *(f"{use}:" for use in USES))
    said = "; ".join(f"*{use}*: {meaning}" for use, meaning in USES.items())
    parts = [
        "# Validation runs",
        "Every published number beside the model's, as the last stored runs found them. What the "
        "columns mean, where the intervals come from and what the misses say is told in "
        "[validation](../validation.md). A miss is a finding, and stays.",
        table((*head, "not computed:", "run on"), rows),
        f"By use: {said}.",
    ]
    if missing:
        parts.append("No run is stored of: " + ", ".join(missing) + ".")
    toc = "\n".join(made)
    parts.append(f"```{{toctree}}\n:hidden:\n{toc}\n```")
    return "\n\n".join(parts) + "\n"


def _floor(floor: str, run: Run) -> str:
    result = run["result"]
    kinds = [
        (kind, _share(totals), totals["not_computed"]) for kind, totals in result["kinds"].items()
    ]
    rows = [("", _row(row)) for row in sorted(result["rows"], key=_first_misses)]
    head = (
        "verdict",
        "quantity",
        "published",
        "interval",
        "model",
        "use",
        "source",
        "notes",
    )
    grid = html_table(head, rows, label=f"{FLOORS[floor]}: published and model", filtered=True)
    return (
        f"# {FLOORS[floor]}: published numbers and the model's\n\n"
        f"{_share(result)} inside their interval; {result['not_computed']} more are not computed. "
        f"{_origin(run)}\n\n"
        + table(("kind of number", "inside:", "not computed:"), kinds)
        + f"\n\n## Every row\n\n```{{raw}} html\n{grid}\n```\n"
    )


VERDICTS = ("outside", "inside", "not computed")


def _first_misses(row: Run) -> tuple[int, str]:
    verdict = row["verdict"]
    return (VERDICTS.index(verdict) if verdict in VERDICTS else len(VERDICTS), str(row["kind"]))


def _row(row: Run) -> list[str]:
    what = ", ".join(part for part in (row["quantity"], row["condition"]) if part)
    model = "" if row["model_value"] is None else format_number(row["model_value"])
    if row["model_interval"]:
        model += f" ({_interval(row['model_interval'])})"
    source = escape(row["source"])
    if row["source"] in sources():
        place = row["source"].replace("_", "-").lower()
        source = f'<a href="../model/sources.html#source-{place}">{source}</a>'
    notes = "; ".join(part for part in (row["reason"], row["tolerance"], row["note"]) if part)
    verdict = row["verdict"]
    kind = verdict.split()[0]
    return [
        f'<span class="verdict verdict-{escape(kind)}">{escape(verdict)}</span>',
        f"{escape(what)}<br><small>{escape(row['model'])}, {escape(row['id'])}</small>",
        f"{format_number(row['published_value'])} {escape(row['unit'])}",
        _interval(row["interval"]),
        model,
        escape(row["use"]),
        source,
        escape(notes),
    ]


def _interval(ends: Sequence[float | None]) -> str:
    low, high = ends
    if low is None and high is None:
        return "any"
    if low is None:
        return f"≤ {format_number(high)}"
    if high is None:
        return f"≥ {format_number(low)}"
    return f"{format_number(low)} to {format_number(high)}"


def benchmark_pages() -> dict[str, str]:
    """The benchmarks that were run, on one page."""
    found = {
        name: run
        for name in RUNS
        if name.startswith("benchmark_") and (run := load(name)) is not None
    }
    parts = [
        "# Benchmark runs",
        "What the last stored runs measured; a bar is what the design asks for. Machines are noisy "
        "and these runs are short, so that the ratios say more than the seconds. What is held "
        "equal on both sides is told in [benchmarks](../benchmarks/README.md).",
    ]
    for name, run in found.items():
        parts += _benchmark(name.removeprefix("benchmark_"), run)
    if not found:
        parts.append("No run is stored.")
    return {"benchmark_runs.md": "\n\n".join(parts) + "\n"}


def _benchmark(name: str, run: Run) -> list[str]:
    result = run["result"]
    parts = [f"## {name}", _origin(run)]
    bars = result.get("bars")
    if isinstance(bars, Mapping):
        bars = [{"name": key, **value} for key, value in bars.items() if isinstance(value, Mapping)]
    if bars:
        parts.append(_grid(bars))
        parts.append(f"All bars met: {'yes' if result.get('bars_met') else 'no'}.")
    numbers = [(words(key), _shown(one)) for key, one in result.items() if _is_number(one)]
    if numbers:
        parts.append(table(("measured", "value:"), numbers))
    rows = result.get("rows")
    if isinstance(rows, list) and rows:
        parts.append(_grid(rows))
    return parts


def _grid(rows: Sequence[Run]) -> str:
    """Rows of any keys as a table, without what no cell can hold."""
    names = list(dict.fromkeys(key for row in rows for key in row))
    kept = [n for n in names if not any(isinstance(r.get(n), list | dict) for r in rows)]
    return table(
        [f"{words(name)}:" if _is_number(rows[0].get(name)) else words(name) for name in kept],
        [[_shown(row.get(name)) for name in kept] for row in rows],
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
