"""A table of a page, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from causalgia.reports.sources import Html

__all__ = ["table"]


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    words: int = 1,
    *,
    last_is_words: bool = False,
) -> str:
    """A table whose first columns, `words` of them, are words and all others values.

    So is the last column where `last_is_words`.
    """

    def cell(tag: str, column: int, text: str) -> str:
        is_last = last_is_words and column == len(heads) - 1
        class_ = "" if column < words or is_last else ' class="value"'
        scope = ' scope="col"' if tag == "th" and text else ""
        tag = tag if text else "td"
        return f"<{tag}{scope}{class_}>{text if isinstance(text, Html) else escape(text)}</{tag}>"

    head = "".join(cell("th", i, text) for i, text in enumerate(heads))
    body = "\n".join(
        "<tr>" + "".join(cell("td", i, text) for i, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="numbers" tabindex="0"><table><thead><tr>{head}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>"
    )
