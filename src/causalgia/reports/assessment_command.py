"""The command `causalgia assess`: read, reason, write, say; one person, or many from a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causalgia.errors import InputError
from causalgia.reports.progress import progress

if TYPE_CHECKING:
    from causalgia.patients.registry import Row

__all__ = ["run_assess"]

_TABLES = (".csv", ".tsv")


def run_assess(
    file: Path | None,
    *,
    clinic: Path | None = None,
    out: Path | None = None,
    as_json: bool = False,
) -> int:
    """Assess the person of a case file, or every person of a table.

    **Arguments:** the `file`, in TOML, a FHIR questionnaire response, or a table in CSV; `clinic`,
    a file with the clinic's own mix of causes; the folder `out` (default: `reports/` and the name
    of the file); `as_json`, print JSON and nothing else.
    **Returns:** the exit status.
    **Raises:** `InputError` for a wrong file or option, or a table without one right row; then
    nothing is written.
    """
    if file is None:
        raise InputError("FILE is missing: give a case file, as 'examples/assess_arm_pain.toml'")
    folder = out if out is not None else Path("reports") / file.stem
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; give a folder")
    mix = None
    if clinic is not None:
        from causalgia.patients.inference import read_clinic

        mix = read_clinic(clinic)
    if file.suffix.lower() in _TABLES:
        return _assess_people(file, folder, mix, as_json)
    return _assess_person(file, folder, mix, as_json)


def _assess_person(file: Path, folder: Path, mix: Mapping[str, float] | None, as_json: bool) -> int:
    from causalgia.patients.assessment import assess
    from causalgia.patients.fhir import read_response
    from causalgia.patients.person import read_person
    from causalgia.reports.assessment_data import assessment_json, assessment_text
    from causalgia.reports.assessment_page import render_assessment_page
    from causalgia.reports.files import text_writers, write_together

    is_response = file.suffix.lower() == ".json"
    person = read_response(file) if is_response else read_person(file)
    with progress() as tell:
        tell("weighing virtual patients")
        found = assess(person, prior=mix, tell=tell)
        data = assessment_json(found) + "\n"
        pages = {"assessment.html": render_assessment_page(found), "assessment.json": data}
        write_together(folder, text_writers(pages))
    page = folder / "assessment.html"
    sys.stdout.write(data if as_json else f"{assessment_text(found)}\nPage: {page}\n")
    return 0


def _assess_people(file: Path, folder: Path, mix: Mapping[str, float] | None, as_json: bool) -> int:
    from causalgia.patients.registry import read_people
    from causalgia.reports.files import write_together

    people = list(read_people(file))
    for row in people:
        if row.person is None:
            print(f"causalgia: {file}: row {row.number}: {row.error}", file=sys.stderr)
    if all(row.person is None for row in people):
        raise InputError(f"{file}: no row could be read; the first: {people[0].error}")
    rows = _rows(people, mix)
    write_together(
        folder,
        {
            "people.csv": lambda path: _write_csv(rows, path),
            "people.parquet": lambda path: _write_parquet(rows, path),
        },
    )
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        print("\n".join([*_lines(rows), str(folder / "people.csv")]))
    return 0


def _rows(people: Sequence[Row], mix: Mapping[str, float] | None) -> list[dict[str, Any]]:
    """A row for each person, right or wrong, all with the same columns."""
    from causalgia.patients.assessment import assess
    from causalgia.reports.assessment_data import assessment_row, failed_row
    from causalgia.reports.fiber_data import plain

    rows: list[dict[str, Any]] = []
    with progress() as tell:
        for count, row in enumerate(people, start=1):
            if row.person is None:
                rows.append(failed_row(row.number, row.name, row.error))
                continue
            tell(f"person {count} of {len(people)}")
            found = assess(row.person, prior=mix, in_full=False, tell=tell)
            rows.append(assessment_row(row.number, found))
    columns = next(list(row) for row in rows if not row["error"])
    return [{name: plain(row.get(name)) for name in columns} for row in rows]


def _write_csv(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: "" if v is None else v for k, v in row.items()})


def _write_parquet(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [row[name] for row in rows] for name in rows[0]}
    pq.write_table(pa.table(columns), path, compression="zstd")


def _lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    from causalgia.patients.numerals import percent
    from causalgia.reports.columns import aligned

    cells = [("row", "name", "verdict", "cause", "odds", "first step", "red flags")]
    for row in rows:
        if row["error"]:
            cells.append((str(row["row"]), row["name"], "not read", "", "", "", ""))
            continue
        cells.append(
            (
                str(row["row"]),
                row["name"],
                row["verdict"],
                row["cause_1"],
                percent(row["cause_1_odds"]),
                row["step_1"],
                row["red_flags"],
            )
        )
    return aligned(cells, left=(1, 2, 3, 5, 6))
