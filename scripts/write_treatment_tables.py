"""Write the tables of `docs/treatments.md` anew, from what the package holds.

    python scripts/write_treatment_tables.py

`--check` writes nothing and ends with status 1 where a table is out of date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from write_course_tables import updated

from causalgia import treatments
from causalgia.evidence import parameter
from causalgia.treatments import Treatment
from causalgia.treatments.wording import describe_effects

ROOT = Path(__file__).resolve().parents[1]
OWN = ("causalgia_treatments", "causalgia_efficacy", "product_labels", "causalgia_course")


def treatments_table() -> str:
    """Each treatment: kind, usual and highest dose, what it acts on, through which targets."""
    rows = [
        "| Name | Kind | Dose | What it does | Target | Sources beside recalled labels |",
        "|---|---|---|---|---|---|",
    ]
    for name in treatments.names():
        treatment = treatments.find(name)
        own = "" if not treatment.investigational else " (investigational)"
        cells = (
            f"`{name}`{own}",
            treatment.kind.replace("_", " "),
            _dose(treatment),
            describe_effects(treatment) or "nothing",
            ", ".join(dict.fromkeys(push.target for push in treatment.pushes)) or "none",
            ", ".join(s for s in treatment.sources if s not in OWN) or "none",
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _dose(treatment: Treatment) -> str:
    regimen = treatment.regimen
    if regimen is None:
        return ""
    return f"{regimen.default:g}, at most {regimen.maximum:g} {regimen.unit}"


def targets_table() -> str:
    """Each target in use: its efficacy, the range it may be fitted in, and why."""
    rows = ["| Target | Efficacy | Range | Status | What it rests on |", "|---|---|---|---|---|"]
    used = {push.target for name in treatments.names() for push in treatments.find(name).pushes}
    for target in sorted(used):
        entry = parameter(f"causalgia_efficacy/{target}")
        reach = "" if entry.low is None else f"{entry.low:g} to {entry.high:g}"
        rows.append(f"| {target} | {entry.value:g} | {reach} | {entry.status} | {entry.note} |")
    return "\n".join(rows)


def main() -> int:
    """Write the tables, or say whether they are as they should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    file = ROOT / "docs" / "treatments.md"
    text = file.read_text(encoding="utf-8")
    new = updated(text, "treatments", treatments_table())
    new = updated(new, "targets", targets_table())
    if new == text:
        return 0
    if check:
        print(f"{file.name}: a table is out of date; run scripts/write_treatment_tables.py")
        return 1
    file.write_text(new, encoding="utf-8")
    print(f"{file.name}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
