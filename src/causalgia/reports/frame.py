"""The frame of a page: head, questions and answers, sections, foot, in the house style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources

from causalgia.reports.sources import Basis, sources_section
from causalgia.reports.typography import tie

__all__ = ["framed"]

_WAYS = (
    '<p class="ways"><a href="#method">How it was computed</a> · '
    '<a href="#sources">Sources and numbers</a></p>\n'
)


def framed(
    title: str,
    *,
    eyebrow: str,
    lead: str,
    answers: Mapping[str, str],
    sections: Sequence[str],
    context: str,
    first: str = "",
    notes: Sequence[str] = (),
    brackets: str = "",
    basis: Basis | None = None,
) -> str:
    """A whole page as HTML, without any external resource.

    **Arguments:** its `title`; what kind of report it is (`eyebrow`); what was done (`lead`);
    `answers` by question; `sections` as HTML; the `context` in the foot; what must be seen
    `first`, as HTML; what stands in `brackets` in the answers,
    and `notes` below them; the `basis` that sections and their links lead to
    at the end (None: the page has none).
    """
    style = resources.files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    cards = "".join(
        f"<div><h2>{escape(question)}</h2><p>{escape(answer)}</p></div>"
        for question, answer in answers.items()
    )
    below = f'<p class="caption">{escape(brackets)}</p>\n' if brackets else ""
    below += "".join(f'<p class="warning">{escape(note)}</p>\n' for note in notes)
    ways = "" if basis is None else _WAYS
    header = (
        f'<header>\n{first}<p class="eyebrow">{escape(eyebrow)}</p>\n<h1>{escape(title)}</h1>\n'
        f'<p class="lead">{escape(lead)}</p>\n<div class="answers">{cards}</div>\n{below}{ways}'
        "</header>"
    )
    text = "\n".join([*sections])
    if basis is not None:
        text += "\n" + sources_section(header + text, basis)
    body = (
        f"{header}\n<main>\n{text}\n</main>\n<footer><div><p>{escape(context)}</p></div></footer>"
    )
    style += _printed(title, {} if basis is None else basis.facts)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · Causalgia</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{tie(body)}\n</body>\n</html>\n"
    )


def _printed(title: str, facts: Mapping[str, str]) -> str:
    """What stands at the foot of each printed page: the title, of which run, and the page."""
    run = next((value for name, value in facts.items() if name.startswith("Version")), "Causalgia")
    return (
        f"@page {{ @bottom-left {{ content: {_quoted(title)} }} "
        f"@bottom-center {{ content: {_quoted(run)} }} }}\n"
    )


def _quoted(text: str) -> str:
    """A text in a style sheet, which neither ends it nor the element around it."""
    return '"' + "".join(c if c.isalnum() or c in " .,:-" else f"\\{ord(c):x} " for c in text) + '"'
