"""Small pieces of Markdown and HTML that several pages need."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from causalgia.evidence import Source, load_sources

__all__ = ["anchor", "cell", "escape", "html_table", "said_by", "sources", "table", "words"]


@cache
def sources() -> Mapping[str, Source]:
    """All sources by key, looked up once."""
    return load_sources()


def said_by(key: str) -> str:
    """Who said it and when, in a few words."""
    source = sources()[key]
    who = source.authors.split(",")[0]
    named = who if who and who[0].isupper() else words(key.rpartition("_")[0] or key)
    return f"{named} {source.year}"


def words(name: str) -> str:
    """A name as a reader says it."""
    return name.replace("_", " ")


def cell(value: object) -> str:
    """Text that may stand in a Markdown table."""
    return re.sub(r"\s+", " ", str(value)).replace("|", r"\|").strip()


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; a head that ends in a colon is aligned to the right."""
    marks = ["--:" if name.endswith(":") else "---" for name in head]
    lines = ["| " + " | ".join(name.rstrip(":") for name in head) + " |"]
    lines.append("|" + "|".join(marks) + "|")
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def escape(value: object) -> str:
    """Text for HTML."""
    return html.escape(str(value), quote=True)


def anchor(name: str) -> str:
    """The name of a place on a page."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def html_table(
    head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], *, label: str, filtered: bool
) -> str:
    """A table as raw HTML, which is quick for thousands of rows.

    **Arguments:** the names of the columns; rows as the anchor of the row (may be empty) and its
    cells, which are HTML; the `label` that names the table to a screen reader; whether it can be
    `filtered` by the reader.
    """
    titles = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = []
    for place, cells in rows:
        mark = f' id="{escape(place)}"' if place else ""
        lines.append(f"<tr{mark}>" + "".join(f"<td>{one}</td>" for one in cells) + "</tr>")
    body = "\n".join(lines)
    mark = " data-filter" if filtered else ""
    return (
        f'<div class="wide-table"{mark}><table class="docutils" aria-label="{escape(label)}">\n'
        f"<thead><tr>{titles}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )
