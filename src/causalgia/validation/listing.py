"""A validation as data and as text: JSON and a Markdown page."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import causalgia
from causalgia.validation.run import Validation
from causalgia.validation.verdict import Row, by_kind, count

__all__ = ["as_markdown", "as_record", "format_interval", "format_number", "reasons", "to_json"]


def as_record(row: Row) -> dict[str, Any]:
    """One row for JSON; open ends of the interval are null."""
    reference = row.reference
    return {
        "id": reference.id,
        "floor": reference.floor,
        "kind": reference.kind,
        "model": reference.model,
        "quantity": reference.quantity,
        "condition": reference.condition,
        "unit": reference.unit,
        "published_value": reference.value,
        "interval": [_finite(reference.low), _finite(reference.high)],
        "tolerance": reference.tolerance,
        "model_value": row.value,
        "model_interval": None if row.interval is None else [_finite(end) for end in row.interval],
        "computed": row.how,
        "verdict": row.verdict,
        "reason": row.reason,
        "source": reference.source,
        "identifier": reference.identifier,
        "basis": reference.basis,
        "use": reference.use,
        "note": reference.note,
    }


def to_json(validations: Sequence[Validation]) -> str:
    """All rows of some floors, with the totals, and the totals by kind and by use."""
    rows = [row for validation in validations for row in validation.rows]
    tally = count(rows)
    record = {
        "floors": [validation.floor for validation in validations],
        "quick": any(validation.quick for validation in validations),
        "version": causalgia.__version__,
        "passed": tally.inside,
        "total": tally.total,
        "not_computed": tally.not_computed,
        "kinds": {kind: _totals(members) for kind, members in by_kind(rows).items()},
        "uses": {
            use: _totals([row for row in rows if row.reference.use == use])
            for use in dict.fromkeys(row.reference.use for row in rows)
        },
        "seconds": {
            name: round(value, 2)
            for validation in validations
            for name, value in validation.seconds.items()
        },
        "rows": [as_record(row) for row in rows],
    }
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_markdown(validation: Validation) -> str:
    """A page with one table a kind, misses first."""
    tally = validation.tally
    lines = [
        f"# {validation.floor.capitalize()}: published numbers and the model's",
        "",
        f"{tally.inside} of {tally.total} inside, {tally.outside} outside; "
        f"{tally.not_computed} more not computed. causalgia {causalgia.__version__}"
        + (", a quick look." if validation.quick else "."),
    ]
    for kind, rows in by_kind(validation.rows).items():
        lines += ["", f"## {kind}", ""]
        lines += [
            "| verdict | id | quantity | published | interval | model | unit | tolerance | source"
            " | basis | use | note |",
            "|---|---|---|--:|---|--:|---|---|---|---|---|---|",
        ]
        lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def reasons(rows: Iterable[Row]) -> Mapping[str, int]:
    """Why rows were not computed, and how many for each reason."""
    return Counter(row.reason for row in rows if row.verdict == "not computed")


def format_number(value: float | None) -> str:
    """Five significant digits at most, and none that says nothing."""
    if value is None:
        return "-"
    rounded = 0.0 if abs(value) < 1e-12 else value
    return f"{rounded:.5g}"


def format_interval(low: float, high: float) -> str:
    """As "1 to 2", or one-sided where the other end is open."""
    if math.isinf(high):
        return f">= {format_number(low)}"
    if math.isinf(low):
        return f"<= {format_number(high)}"
    return f"{format_number(low)} to {format_number(high)}"


def _cells(row: Row) -> list[str]:
    reference = row.reference
    quantity = ", ".join(part for part in (reference.quantity, reference.condition) if part)
    note = "; ".join(part for part in (row.reason, row.how, reference.note) if part)
    model = format_number(row.value)
    if row.interval is not None and row.value is not None:
        model += f" ({format_interval(*row.interval)})"
    cells = [
        row.verdict,
        reference.id,
        quantity,
        format_number(reference.value),
        format_interval(reference.low, reference.high),
        model,
        reference.unit,
        reference.tolerance,
        reference.source,
        reference.basis,
        reference.use,
        note,
    ]
    return [cell.replace("|", "\\|") for cell in cells]


def _totals(rows: Sequence[Row]) -> dict[str, int]:
    tally = count(rows)
    return {"passed": tally.inside, "total": tally.total, "not_computed": tally.not_computed}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
