"""The frame of a page: head, questions and answers, sections, foot, in the house style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources

__all__ = ["basis", "framed"]


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
) -> str:
    """A whole page as HTML, without any external resource.

    **Arguments:** its `title`; what kind of report it is (`eyebrow`); what was done (`lead`);
    `answers` by question; `sections` as HTML; the `context` in the foot; what must be seen
    `first`, as HTML; `notes` below the answers.
    """
    style = resources.files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    cards = "".join(
        f"<div><h2>{escape(question)}</h2><p>{escape(answer)}</p></div>"
        for question, answer in answers.items()
    )
    warnings = "".join(f'<p class="warning">{escape(note)}</p>\n' for note in notes)
    header = (
        f'<header>\n{first}<p class="eyebrow">{escape(eyebrow)}</p>\n<h1>{escape(title)}</h1>\n'
        f'<p class="lead">{escape(lead)}</p>\n<div class="answers">{cards}</div>\n{warnings}'
        "</header>"
    )
    body = (
        f"{header}\n<main>\n" + "\n".join(sections) + "\n</main>\n"
        f"<footer><div><p>{escape(context)}</p></div></footer>"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · Causalgia</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{body}\n</body>\n</html>\n"
    )


def basis(facts: Mapping[str, str], sources: Sequence[str]) -> str:
    """The section that says what a page rests on."""
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    listed = "".join(f"<li>{escape(source)}</li>" for source in sources)
    return (
        f'<section>\n<h2>What this rests on</h2>\n<dl class="facts">{rows}</dl>\n'
        f"<details><summary>Sources ({len(sources)})</summary>\n"
        f'<ul class="sources">{listed}</ul></details>\n</section>'
    )
