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
    quick = " (a quick look: slow protocols left out or shortened)" if validation.quick else ""
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
    table.add_column("unit", no_wrap=True)
    # Intervals of the model take the room that the source would need.
    apart = common is None and not any(row.interval for row in rows)
    if apart:
        table.add_column("source", max_width=18)
    table.add_column("use", no_wrap=True)
    for row in rows:
        reference = row.reference
        cells = [
            escape(_title(row) + ("" if common or apart else f" ({reference.source})")),
            format_number(reference.value),
            format_interval(reference.low, reference.high),
            _model(row),
            escape(reference.unit),
            *([escape(reference.source)] if apart else []),
            reference.use,
        ]
        table.add_row(MARKS[row.verdict], *cells)
    return table


def _model(row: Row) -> str:
    """The model's number; below it its interval, where patients were drawn."""
    if row.value is None or row.interval is None:
        return format_number(row.value)
    low, high = (float(f"{end:.2g}") for end in row.interval)
    return f"{format_number(float(f'{row.value:.3g}'))}\n{format_interval(low, high)}"


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
