"""Write the tables of `docs/observations.md` anew, from what the package holds.

    python scripts/write_observation_tables.py             # observations and questionnaires
    python scripts/write_observation_tables.py --results   # and what validation gives, by the atlas

`--check` writes nothing and ends with status 1 where a table is out of date (results are left out:
they need virtual patients).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from write_course_tables import updated

from causalgia.evidence import parameter
from causalgia.patients.observations import BASIC_OBSERVATIONS, INSTRUMENTS
from causalgia.patients.observations.complaint import YesNo
from causalgia.patients.observations.numbers import SOURCE
from causalgia.validation.listing import format_interval, format_number, reasons
from causalgia.validation.patients.computing import compute, in_atlas
from causalgia.validation.patients.definitions import definitions
from causalgia.validation.reference import Reference, load_references
from causalgia.validation.verdict import Row, by_kind, count, judge

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs/observations.md"
USES = ("calibrate", "validate", "prior")


def observations_table() -> str:
    """Complaints, signs, ratings and tests: how one gets them and what they are made of."""
    rows = [
        "| Name | Question or task | How | Answer | Made of | Half |",
        "|---|---|---|---|---|--:|",
    ]
    for own in BASIC_OBSERVATIONS.values():
        half = ""
        if isinstance(own.model, YesNo):
            number = parameter(f"{SOURCE}/{own.name}_half")
            half = f"{number.value:g} ({number.status})"
        answer = {"yes_no": "yes, no", "z_score": "z-score"}.get(own.kind, own.allowed)
        cells = (f"`{own.name}`", own.question, own.how, answer, own.explained, half)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def instruments_table() -> str:
    """Questionnaires: items, what they ask about, cut-offs, source."""
    rows = [
        "| Name | Items and what they ask about | Total | Cut-offs | Source |",
        "|---|---|---|---|---|",
    ]
    for own in INSTRUMENTS.values():
        asked = "; ".join(
            item.name if (item.name,) == item.of else f"{item.name} ({', '.join(item.of)})"
            for item in own.items
        )
        low, high = own.limits
        total = f"{low:g} to {high:g}" if own.has_total else "means by group"
        cutoffs = ", ".join(f"{cutoff.at_least:g}" for cutoff in own.cutoffs) or "none"
        cells = (f"`{own.name}`", asked.replace("_", " "), total, cutoffs, own.source)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def results() -> tuple[Row, ...]:
    """Every row about complaints, signs, tests and questionnaires, judged."""
    references = [row for row in load_references("patients") if is_own(row)]
    found = compute([row.id for row in references], in_atlas(), use=None)
    return tuple(judge(row, found[row.id]) for row in references)


def is_own(row: Reference) -> bool:
    """Whether a row is about what is observed; others of the floor are about inference."""
    return row.id in definitions() or row.kind == "What is not simulated"


def totals_table(every: Sequence[Row]) -> str:
    """How many rows lie inside, by kind and use."""
    rows = ["| Kind | " + " | ".join(USES) + " | not computed |", "|---|--:|--:|--:|--:|"]
    for kind, members in (*by_kind(every).items(), ("**All**", every)):
        cells = [kind]
        for use in USES:
            tally = count([row for row in members if row.reference.use == use])
            cells.append(f"{tally.inside} of {tally.total}" if tally.total else "")
        cells.append(str(count(members).not_computed or ""))
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def rows_table(every: Sequence[Row]) -> str:
    """Every row that was computed, misses first in each kind, then why others were not."""
    lines = [
        "| | Row | What | Published | Interval | Model | Use |",
        "|---|---|---|--:|---|--:|---|",
    ]
    for members in by_kind(every).values():
        lines += [_row(row) for row in members if row.verdict != "not computed"]
    lines += ["", "Not computed: "]
    lines += [f"- {reason} ({times})" for reason, times in sorted(reasons(every).items())]
    return "\n".join(lines)


def _row(row: Row) -> str:
    reference = row.reference
    model = format_number(None if row.value is None else float(f"{row.value:.3g}"))
    interval = format_interval(reference.low, reference.high)
    what = f"{reference.quantity}; {reference.condition}".replace("|", "/")
    cells = (
        "in" if row.verdict == "inside" else "**out**",
        reference.id,
        what,
        format_number(reference.value),
        interval,
        model,
        reference.use,
    )
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--results", action="store_true")
    given = parser.parse_args()
    text = FILE.read_text(encoding="utf-8")
    new = updated(text, "observations", observations_table())
    new = updated(new, "questionnaires", instruments_table())
    if given.results:
        rows = results()
        new = updated(new, "totals", totals_table(rows))
        new = updated(new, "rows", rows_table(rows))
    if given.check:
        if new != text:
            print(f"out of date: {FILE.name}; run python scripts/write_observation_tables.py")
        return int(new != text)
    FILE.write_text(new, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
