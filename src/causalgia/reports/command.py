"""The command `causalgia case`: read, simulate, write, say."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from causalgia.cache import enable_compilation_cache
from causalgia.errors import InputError
from causalgia.reports.progress import progress

if TYPE_CHECKING:
    from causalgia.patients.assessment import Assessment
    from causalgia.patients.person import Person
    from causalgia.patients.result import CaseResult

__all__ = ["DEFAULT_PATIENTS", "run_case"]

DEFAULT_PATIENTS = 400
"""Virtual patients drawn for a case."""

_FEWEST_PATIENTS, _MOST_PATIENTS = 10, 20_000


def run_case(
    file: Path | None,
    *,
    seed: int = 1,
    out: Path | None = None,
    as_json: bool = False,
    plan: bool = False,
    patients: int | None = None,
) -> int:
    """Answer both questions for a case file.

    **Arguments:** the `file`; `seed` of the virtual patients; the folder `out` of report and data
    (default: `reports/` and the name of the file); `as_json`, print the result as JSON and
    nothing else; `plan`, print the steps of a simulated day and stop; how many `patients`.
    **Returns:** the exit status.
    **Raises:** `InputError` for a wrong file or option; then nothing is written.
    """
    if plan:
        return _print_plan(as_json)
    if file is None:
        raise InputError("FILE is missing: give a case file, as 'examples/shingles.toml'")
    count = DEFAULT_PATIENTS if patients is None else patients
    if not _FEWEST_PATIENTS <= count <= _MOST_PATIENTS:
        raise InputError(
            f"--patients: {count} is out of range; allowed: {_FEWEST_PATIENTS} to {_MOST_PATIENTS}"
        )
    from causalgia.patients.case import read_case
    from causalgia.patients.person import read_person

    person = read_person(file)
    causes = person.findings.causes or ()
    assessed = _assess(person) if len(causes) != 1 else None
    case = read_case(file, causes[0] if assessed is None else _likely_cause(file, assessed))
    folder = out if out is not None else Path("reports") / case.name
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out: {folder} is a file; give a folder")
    enable_compilation_cache()
    from causalgia.patients.run import simulate_case

    with progress() as tell:
        assessed = assessed or _assess_at_hand(person)
        result = simulate_case(case, patients=count, seed=seed, tell=tell)
        tell("writing the report")
        _write(result, folder, assessed)
    _say(result, folder, as_json, assessed)
    return 0


def _assess(person: Person) -> Assessment:
    from causalgia.patients.assessment import assess

    return assess(person, in_full=False)


def _assess_at_hand(person: Person) -> Assessment | None:
    """What an assessment adds; none where its virtual patients would be simulated just for that."""
    from causalgia.patients.assessment import atlas_at_hand

    return None if atlas_at_hand() is None else _assess(person)


def _likely_cause(file: Path, assessed: Assessment) -> str:
    """The cause that an assessment finds, where it is clear or leading.

    **Raises:** `InputError` where it is neither, with the likeliest.
    """
    if assessed.verdict in ("clear", "leading"):
        return assessed.causes[0].name
    listed = ", ".join(f"{c.name} {100 * c.probability:.0f} %" for c in assessed.causes[:4])
    raise InputError(
        f"{file}: cause.name: is missing, and what is known does not tell it ({listed}); give it, "
        f"or see `causalgia assess {file}`"
    )


def _write(result: CaseResult, folder: Path, assessed: Assessment | None) -> None:
    from causalgia.patients.export import to_json, write_arms, write_patients
    from causalgia.reports.files import write_together
    from causalgia.reports.page import render_page

    page, data = render_page(result, assessed), to_json(result)
    write_together(
        folder,
        {
            "report.html": lambda path: path.write_text(page, encoding="utf-8", newline="\n"),
            "result.json": lambda path: path.write_text(data, encoding="utf-8", newline="\n"),
            "patients.parquet": lambda path: write_patients(result, path),
            "arms.parquet": lambda path: write_arms(result, path),
        },
    )


def _say(result: CaseResult, folder: Path, as_json: bool, assessed: Assessment | None) -> None:
    if as_json:
        from causalgia.patients.export import to_json

        sys.stdout.write(to_json(result))
        return
    from causalgia.patients.chances import odds_text
    from causalgia.reports.page import brackets

    for flag in () if assessed is None else assessed.red_flags:
        print(f"{flag.urgency.upper()}: {flag}")
    if assessed is not None and assessed.verdict != "given":
        first = assessed.causes[0]
        odds = odds_text(first.probability, first.low, first.high)
        print(f"Cause, inferred: {first.label}, {odds}.")
    for answer in result.answers.values():
        print(answer)
    print(brackets(result))
    for warning in result.warnings:
        print(f"Note: {warning}")
    print(f"Report and data: {folder / 'report.html'}")


def _print_plan(as_json: bool) -> int:
    from causalgia.course import plan

    rows = plan.describe()
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    names = list(rows[0])
    widths = [max(len(name), *(len(str(row[name])) for row in rows)) for name in names]
    for line in (names, *([str(row[name]) for name in names] for row in rows)):
        print("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip())
    return 0
