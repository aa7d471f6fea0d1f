"""The table a person reads: by kind, misses first, totals below."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from causalgia.validation.listing import format_interval, format_number, reasons
from causalgia.validation.run import Validation
from causalgia.validation.verdict import Row, by_kind, count

__all__ = ["print_validation"]

MARKS = {
    "inside": "[green]in[/]",
    "outside": "[bold red]OUT[/]",
    "not computed": "[yellow]none[/]",
}


def print_validation(validation: Validation, console: Console) -> None:
    """Print the rows of each kind, why some were not computed, and the totals."""
    for kind, rows in by_kind(validation.rows).items():
        console.print(_table(kind, rows))
        for reason, times in reasons(rows).items():
            console.print(f"[yellow]none[/]: {escape(reason)} ({times})")
        for row in rows:
            said = "; ".join(part for part in (row.reason, row.how, row.reference.note) if part)
            if row.verdict == "outside" and said:
                console.print(f"[red]OUT[/]: {escape(_title(row))}: {escape(said)}")
        console.print()
    console.print(_totals(validation))
    tally = validation.tally
    quick = " (a quick look: the slow protocols are left out)" if validation.quick else ""
    console.print(
        f"{validation.floor}: {tally.inside} of {tally.total} published numbers inside "
        f"({tally.percent:.0f}%), {tally.outside} outside; {tally.not_computed} more not computed"
        f"{quick}",
        highlight=False,
    )


def _table(kind: str, rows: Sequence[Row]) -> Table:
    sources = {row.reference.source for row in rows}
    common = sources.pop() if len(sources) == 1 else None
    title = f"{kind} ({common})" if common else kind
    table = Table(title=escape(title), title_justify="left", box=None, pad_edge=False, expand=True)
    table.add_column("", no_wrap=True)
    table.add_column("quantity", ratio=1)
    table.add_column("published", justify="right", no_wrap=True)
    table.add_column("interval", no_wrap=True)
    table.add_column("model", justify="right", no_wrap=True)
    drawn = any(row.interval for row in rows)
    if drawn:
        table.add_column("its interval", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    if not common:
        table.add_column("source", max_width=18)
    table.add_column("use", no_wrap=True)
    for row in rows:
        reference = row.reference
        cells = [
            escape(_title(row)),
            format_number(reference.value),
            format_interval(reference.low, reference.high),
            format_number(row.value),
            *([_model_interval(row)] if drawn else []),
            escape(reference.unit),
            *([] if common else [escape(reference.source)]),
            reference.use,
        ]
        table.add_row(MARKS[row.verdict], *cells)
    return table


def _model_interval(row: Row) -> str:
    return "" if row.interval is None or row.value is None else format_interval(*row.interval)


def _title(row: Row) -> str:
    reference = row.reference
    return ", ".join(part for part in (reference.quantity, reference.condition) if part)


def _totals(validation: Validation) -> Table:
    table = Table(title="Totals", title_justify="left", box=None, pad_edge=False)
    table.add_column("kind")
    for name in ("inside", "outside", "none", "of"):
        table.add_column(name, justify="right")
    for kind, rows in by_kind(validation.rows).items():
        tally = count(rows)
        numbers = (tally.inside, tally.outside, tally.not_computed, tally.total)
        table.add_row(escape(kind), *map(str, numbers))
    return table
