"""Pages of the evidence: every number in one table that can be filtered, and every source."""

from __future__ import annotations

import re
from collections import Counter

from _builder.text import anchor, escape, html_table, sources
from causalgia.evidence import Parameter, Source, all_parameters
from causalgia.mechanisms.map import as_parameters

__all__ = ["number_page", "source_page"]

ADDRESSES = {
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/",
    "pmc": "https://pmc.ncbi.nlm.nih.gov/articles/",
}


def every_number() -> list[Parameter]:
    """All parameters, those of the map of mechanisms included."""
    return [*all_parameters(), *as_parameters()]


def number_page() -> str:
    """All numbers with unit, status, range and source."""
    entries = every_number()
    counts = Counter(entry.status for entry in entries)
    said = ", ".join(f"{counts[status]} {status}" for status in ("measured", "fitted", "assumed"))
    rows = [(anchor(entry.path), _cells(entry)) for entry in entries]
    head = ("number", "value", "unit", "status", "source", "where, and what it rests on")
    grid = html_table(head, rows, label="Every number of the model", filtered=True)
    return (
        f"# Every number\n\n{len(entries)} numbers: {said}. *Measured* is as read in the source; "
        "*fitted* belongs to a published model or was fitted by a script of this repository; "
        "*assumed* is a choice between what is plausible, with its reason in the note. "
        "`causalgia evidence --json` prints the same.\n\n"
        f"```{{raw}} html\n{grid}\n```\n"
    )


def _cells(entry: Parameter) -> list[str]:
    where = [entry.where, entry.species]
    if entry.temperature_c is not None:
        where.append(f"{entry.temperature_c:g} °C")
    value = f"{entry.value:g}"
    if entry.uncertainty is not None:
        value += f" ± {entry.uncertainty:g}"
    if entry.low is not None and entry.high is not None:
        value += f" ({entry.low:g} to {entry.high:g})"
    source = f'<a href="sources.html#source-{anchor(entry.source)}">{_breakable(entry.source)}</a>'
    return [
        _breakable(entry.name),
        escape(value),
        "" if entry.unit == "1" else escape(entry.unit),
        entry.status,
        source if entry.source in sources() else escape(entry.source),
        escape("; ".join(part for part in (*where, entry.note) if part)),
    ]


def _breakable(name: str) -> str:
    return escape(name).replace("_", "_<wbr>").replace("/", "/<wbr>")


def source_page() -> str:
    """Every source with what is taken from it."""
    counts: dict[str, Counter[str]] = {}
    for entry in every_number():
        counts.setdefault(entry.source, Counter())[entry.status] += 1
    parts = [
        '# Sources\n\nWhere numbers come from. `causalgia.cite(["tigerholm_2014"])` gives the '
        "entry for a bibliography."
    ]
    parts += [_source(source, counts.get(key, Counter())) for key, source in sources().items()]
    return "\n\n".join(parts) + "\n"


def _source(source: Source, counts: Counter[str]) -> str:
    said = ", ".join(f"{count} {status}" for status, count in counts.items())
    total = sum(counts.values())
    taken = f"[{total} numbers](numbers.md): {said}." if total else "No number is taken from it."
    if total == 1:
        taken = f"[One number](numbers.md): {said.split(' ')[1]}."
    who = f"{source.authors} ({source.year})" if source.authors else f"({source.year})"
    note = f" {_plain(source.note)}." if source.note else ""
    return (
        f"(source-{anchor(source.key)})=\n## {source.key}\n\n"
        f"{_plain(who)}. *{_plain(source.title)}*. {_identifier(source.identifier)}{note}\n\n"
        f"{taken}"
    )


def _identifier(identifier: str) -> str:
    scheme, _, rest = identifier.partition(":")
    rest = rest.split(",")[0].strip()
    if scheme in ADDRESSES and rest:
        return f"[{identifier}](<{ADDRESSES[scheme]}{rest}>)."
    return f"{_plain(identifier)}." if identifier else ""


def _plain(text: str) -> str:
    """Text in which nothing is a mark of Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>$#|])", r"\\\1", text)
