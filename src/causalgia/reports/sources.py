"""Where a page's numbers come from: links in its text, and at its end what they lead to.

A link is the name of a source ("Moore 2014") or of a number's table; what it leads to is written by
`sources_section`, for whatever the text cites and for what the page rests on besides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from importlib import resources
from typing import Any
from urllib.parse import quote

from causalgia.evidence import STATUSES, Parameter, Source, load_sources, parameters
from causalgia.patients.numerals import minus
from causalgia.patients.planning.doubts import doubts
from causalgia.patients.planning.guidelines import Guideline, guidelines

__all__ = [
    "Basis",
    "Html",
    "behind",
    "cite",
    "doubt_notes",
    "guideline_link",
    "numbers_link",
    "numbers_of",
    "sources_section",
]

_ADDRESSES = {
    "doi": "https://doi.org/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
}
_OWN = "causalgia"
_STATUS = (
    '<p class="caption">A number is measured, fitted to data (here or in its publication) or '
    "assumed. Listed are those of what this page shows; <code>causalgia evidence</code> lists "
    "every number of the model.</p>\n"
)
_EFFICACY = "causalgia_efficacy"


class Html(str):
    """Text that is HTML already, and is not escaped again."""


@dataclass(frozen=True)
class Basis:
    """What a page rests on.

    **Arguments:** `facts` by name; keys of the `sources`; names of the `treatments`, and keys of
    the `models`, whose numbers are listed one by one.
    """

    facts: Mapping[str, str]
    sources: Sequence[str] = ()
    treatments: Sequence[str] = ()
    models: Sequence[str] = ()


def cite(*keys: str) -> Html:
    """Links to sources, as HTML; what has no entry is left out."""
    known = load_sources()
    links = (
        f'<a class="cite" href="#source-{escape(key)}">{escape(_name(known[key]))}</a>'
        for key in dict.fromkeys(keys)
        if key in known
    )
    return Html(", ".join(links))


def numbers_link(treatment: str) -> Html:
    """A link to the numbers of a treatment; a dash where the library holds none."""
    count = len(numbers_of(treatment))
    if not count:
        return Html("–")
    return Html(f'<a class="cite" href="#numbers-{escape(treatment)}">{_counted(count)}</a>')


def _counted(count: int) -> str:
    return "1 number" if count == 1 else f"{count:,} numbers"


def behind(treatment: str, label: str = "") -> str:
    """A line that leads to the numbers of a treatment and to its sources, as HTML.

    A `label` begins it where the treatment is not named above it.
    """
    numbers, keys = numbers_of(treatment), _sources_of(treatment)
    if not numbers:
        return ""
    assumed = sum(number.status == "assumed" for number in numbers)
    begin = f"{escape(label)} rests on" if label else "Rests on"
    return (
        f'<p class="cites">{begin} {numbers_link(treatment)}, {assumed} assumed: {cite(*keys)}</p>'
    )


def guideline_link(text: str) -> Html:
    """What a guideline says, as HTML that links its name to the list of sources."""
    said = escape(text)
    for guideline in guidelines():
        label = escape(guideline.label)
        link = f'<a class="cite" href="#source-{guideline.key}">{label}</a>'
        said = re.sub(rf"(?<![\w>]){re.escape(label)}(?!\w)", link, said)
    return Html(said)


def doubt_notes(labels: Mapping[str, str]) -> str:
    """Where trials tell otherwise of treatments (labels by name), as HTML."""
    found = [(label, doubts()[name]) for name, label in labels.items() if name in doubts()]
    if not found:
        return ""
    said = "; ".join(f"{escape(label)} is {escape(doubt)}" for label, doubt in found)
    return f'<p class="warning">Trials tell otherwise: {said}.</p>\n'


def numbers_of(treatment: str) -> tuple[Parameter, ...]:
    """The numbers of nature behind a treatment of the library; none for one that is not.

    Those that its data file names, and the efficacy of each target that it acts through.
    """
    table = _file(treatment)
    paths = list(dict.fromkeys(_paths(table)))
    paths += [f"{_EFFICACY}/{target}" for target in dict.fromkeys(_targets(table))]
    found = []
    for path in paths:
        key, _, name = path.partition("/")
        if key in load_sources() and name in parameters(key):
            found.append(parameters(key)[name])
    return tuple(found)


def sources_section(text: str, basis: Basis) -> str:
    """The end of a page: what it rests on, numbers one by one, and every source.

    **Arguments:** the `text` of the page so far, whose links are answered; its `basis`.
    **Returns:** two sections as HTML, which links find by "method" and "sources".
    """
    linked = [unescape(name) for name in re.findall(r'href="#numbers-([^"]+)"', text)]
    treatments = dict.fromkeys([*basis.treatments, *linked])
    groups = [_group(name, _title(name), numbers_of(name)) for name in treatments]
    groups += [_group(key, _name(load_sources()[key]), _all(key)) for key in basis.models]
    numbers = "".join(groups)
    cited = [unescape(key) for key in re.findall(r'href="#source-([^"]+)"', text + numbers)]
    entries = _entries(dict.fromkeys([*cited, *basis.sources]))
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in basis.facts.items())
    listed = f"<h3>Numbers</h3>\n{_STATUS}{numbers}" if numbers else ""
    return (
        f'<section id="method">\n<h2>What this rests on</h2>\n<dl class="facts">{rows}</dl>\n'
        f'</section>\n<section id="sources">\n<h2>Sources and numbers</h2>\n'
        f'<ul class="sources">{entries}</ul>\n{listed}</section>'
    )


def _entries(keys: Iterable[str]) -> str:
    """Guidelines first, then publications as they are cited, then what the project assumes."""
    known, placed = load_sources(), {guideline.key: guideline for guideline in guidelines()}
    wanted = list(keys)
    lines = [_guideline_entry(placed[key]) for key in wanted if key in placed]
    published = [known[key] for key in wanted if key in known and not key.startswith(_OWN)]
    own = [known[key] for key in wanted if key in known and key.startswith(_OWN)]
    return "\n".join([*lines, *map(_source_entry, [*published, *own])])


def _guideline_entry(guideline: Guideline) -> str:
    said, _, identifier = guideline.citation.rpartition(" doi:")
    address, _, note = identifier.partition(" (")
    if not said:
        return f'<li id="source-{guideline.key}">{escape(guideline.citation)}</li>'
    rest = f" ({escape(note)}" if note else ""
    return f'<li id="source-{guideline.key}">{escape(said)} {_link(f"doi:{address}")}{rest}</li>'


def _source_entry(source: Source) -> str:
    own = parameters(source.key).values()
    counts = [(sum(entry.status == status for entry in own), status) for status in STATUSES]
    said = ", ".join(f"{count} {status}" for count, status in counts if count)
    numbers = f' <span class="status">Numbers: {said}.</span>' if said else ""
    where = f" {_link(source.identifier)}" if source.identifier else ""
    return (
        f'<li id="source-{escape(source.key)}">{escape(source.authors)} ({source.year}). '
        f"{escape(source.title)}.{where}{numbers}</li>"
    )


def _link(identifier: str) -> str:
    scheme, _, name = identifier.partition(":")
    form = _ADDRESSES.get(scheme)
    if form is None or " " in name:
        return escape(identifier)
    address = form.format(quote(name, safe="/"))
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer">{escape(identifier)}</a>'


def _group(name: str, title: str, numbers: Sequence[Parameter]) -> str:
    """A table of numbers, folded away on a screen."""
    anchor = f'id="numbers-{escape(name)}"'
    if not numbers:
        return f"<p {anchor}>{escape(title)}: no numbers of the library.</p>\n"
    rows = "\n".join(_row(number) for number in numbers)
    return (
        f"<details {anchor}><summary>{escape(title)} ({_counted(len(numbers))})</summary>\n"
        '<div class="numbers listing" tabindex="0"><table><thead><tr><th scope="col">number</th>'
        '<th scope="col" class="value">value</th><th scope="col">unit</th>'
        '<th scope="col">range</th><th scope="col">status</th><th scope="col">source</th></tr>'
        f"</thead>\n<tbody>{rows}</tbody></table></div></details>\n"
    )


def _row(number: Parameter) -> str:
    unit = "" if number.unit == "1" else number.unit
    where = f", {escape(number.where)}" if number.where else ""
    return (
        f"<tr><td><code>{escape(number.name)}</code></td>"
        f'<td class="value">{_digits(number.value)}</td><td>{escape(unit)}</td>'
        f"<td>{_range(number)}</td>"
        f"<td>{number.status}</td><td>{cite(number.source)}{where}</td></tr>"
    )


def _range(number: Parameter) -> str:
    if number.low is not None and number.high is not None:
        return f"{_digits(number.low)} to {_digits(number.high)}"
    return "" if number.uncertainty is None else f"± {_digits(number.uncertainty)}"


def _digits(value: float) -> str:
    return minus(f"{value:.4g}")


def _name(source: Source) -> str:
    """How a source is called in a text: its first author and year, or what of ours it holds."""
    if source.key.startswith(_OWN):
        what = source.key.removeprefix(_OWN).strip("_").replace("_", " ") or "assumptions"
        return f"own numbers: {what}"
    called, _, year = source.key.rpartition("_")
    if not year.isdigit():
        return source.key.replace("_", " ")
    first = source.authors.split(", ")[0].replace(" and others", "")
    if "not seen" in first or len(first) > 28:
        return f"{called.replace('_', ' ')} {source.year}"
    return f"{re.sub(r' +[A-Z]{1,4}$', '', first)} {source.year}"


def _title(treatment: str) -> str:
    return str(_file(treatment).get("label", treatment))


def _sources_of(treatment: str) -> tuple[str, ...]:
    return tuple(_file(treatment).get("sources", ()))


def _all(key: str) -> tuple[Parameter, ...]:
    return tuple(parameters(key).values())


@cache
def _file(treatment: str) -> Mapping[str, Any]:
    """A treatment's data file as a table; empty for what is not of this library."""
    folder = resources.files("causalgia.treatments").joinpath("data")
    file = folder.joinpath(f"{treatment}.toml")
    if not treatment.isidentifier() or not file.is_file():
        return {}
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _paths(table: object) -> Iterable[str]:
    """Every text of a table that is written as a number's path is."""
    if isinstance(table, str):
        if re.fullmatch(r"\w+/\w+", table):
            yield table
        return
    inner = table.values() if isinstance(table, Mapping) else table
    if isinstance(inner, Iterable):
        for value in inner:
            yield from _paths(value)


def _targets(table: Mapping[str, Any]) -> Iterable[str]:
    """The targets that a treatment acts through."""
    for kind in ("actions", "removals"):
        for push in table.get(kind, ()):
            yield push["target"]
    yield from table.get("targets", {})
