"""Sources as a bibliography."""

from __future__ import annotations

import re
from collections.abc import Iterable

from causalgia.errors import InputError, nearest
from causalgia.evidence.parameter import Source
from causalgia.evidence.store import load_sources

__all__ = ["cite"]


def cite(keys: Iterable[str]) -> str:
    """The BibTeX entries of the sources named, each once, in the order given.

    **Raises:** `InputError` with the nearest keys where a source is unknown.
    """
    sources = load_sources()
    entries = []
    for key in dict.fromkeys(keys):
        if key not in sources:
            raise InputError(f"unknown source {key!r}; {nearest(key, sources)}")
        entries.append(_bibtex(sources[key]))
    return "\n\n".join(entries)


def _bibtex(source: Source) -> str:
    scheme, _, identifier = source.identifier.partition(":")
    has_doi = scheme == "doi"
    fields = {
        "author": " and ".join(_author(name) for name in source.authors.split(", ")),
        "title": f"{{{_escape(source.title)}}}",
        "year": str(source.year),
        "doi": identifier if has_doi else "",
        "howpublished": "" if has_doi else source.identifier,
        "note": _escape(source.note),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    kind = "article" if has_doi else "misc"
    return f"@{kind}{{{source.key},\n" + ",\n".join(lines) + "\n}"


def _author(name: str) -> str:
    """Turn "Family AB" into BibTeX's "Family, A. B."; keep the name of a group whole."""
    family, _, initials = name.rpartition(" ")
    if not re.fullmatch(r"[A-Z]{1,4}", initials):
        return f"{{{_escape(name)}}}"
    return f"{_escape(family)}, " + " ".join(f"{letter}." for letter in initials)


def _escape(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)
