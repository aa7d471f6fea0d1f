"""What a report's numbers rest on: links that lead somewhere, and what stands there."""

from __future__ import annotations

import re
import tomllib
from urllib.parse import unquote

import pytest

from causalgia import treatments
from causalgia.evidence import load_sources, parameter
from causalgia.patients.chances import chance, share_text
from causalgia.patients.planning.doubts import doubts
from causalgia.patients.planning.guidelines import guidelines
from causalgia.reports.frame import framed
from causalgia.reports.sources import (
    Basis,
    behind,
    cite,
    doubt_notes,
    guideline_link,
    numbers_link,
    numbers_of,
    sources_section,
)


def page(*sections: str, **basis: object) -> str:
    return framed(
        'A "title" </style> of 50 %',
        eyebrow="Test",
        lead="",
        answers={},
        sections=sections,
        context="",
        basis=Basis({"Version and seed": "Causalgia 9.9, seed 4"}, **basis),
    )


def test_every_source_and_every_treatment_can_be_linked_to(check_links) -> None:
    everything = [cite(key) for key in load_sources()]
    given = [behind(name) for name in treatments.names()]
    text = page(*everything, *given)
    check_links(text)
    for key, source in load_sources().items():
        (entry,) = re.findall(rf'<li id="source-{key}">.*?</li>', text)
        assert str(source.year) in entry
        if source.identifier.startswith("doi:"):
            (address,) = re.findall(r'href="https://doi.org/([^"]+)"', entry)
            assert unquote(address) == source.identifier[4:]


def test_sources_are_called_by_author_and_year_and_ours_as_ours() -> None:
    assert ">Moore 2014<" in cite("moore_2014")
    assert ">own numbers: efficacy<" in cite("causalgia_efficacy")
    assert cite("no_such_source") == ""
    names = [re.sub("<[^>]+>", "", cite(key)) for key in load_sources()]
    assert all(names) and len(set(names)) == len(names)


@pytest.mark.parametrize("name", treatments.names())
def test_the_numbers_of_a_treatment_are_those_its_file_names(name: str) -> None:
    from importlib import resources

    file = resources.files("causalgia.treatments").joinpath("data", f"{name}.toml")
    text = file.read_text(encoding="utf-8")
    listed = {number.path for number in numbers_of(name)}
    # No number's key is missing in the evidence: those that look like one are found there.
    named = {
        path for path in re.findall(r'"(\w+/\w+)"', text) if path.split("/")[0] in load_sources()
    }
    assert listed >= named
    assert all(parameter(path) for path in listed)
    targets = {push.target for push in treatments.find(name).pushes}
    own = tomllib.loads(text)
    direct = {push["target"] for push in (*own.get("actions", ()), *own.get("removals", ()))}
    assert {f"causalgia_efficacy/{target}" for target in targets & direct} <= listed
    assert not targets or listed & {f"causalgia_efficacy/{target}" for target in targets}


def test_a_number_stands_with_value_range_status_and_source() -> None:
    text = sources_section(behind("gabapentin"), Basis({}))
    (row,) = re.findall(r"<tr><td><code>gabapentin_dizziness_excess</code>.*?</tr>", text)
    number = parameter("moore_2014/gabapentin_dizziness_excess")
    assert f">{number.value:.4g}<" in row
    assert f">{number.status}<" in row
    assert 'href="#source-moore_2014"' in row
    fitted = parameter("causalgia_efficacy/alpha2delta")
    (row,) = re.findall(r"<tr><td><code>alpha2delta</code>.*?</tr>", text)
    assert f"{fitted.low:.4g} to {fitted.high:.4g}" in row


def test_what_is_not_of_the_library_has_no_numbers(check_links) -> None:
    assert numbers_of("my_compound.toml") == numbers_of("../secret") == ()
    assert behind("my_compound.toml") == ""
    assert numbers_link("my_compound.toml") == "–"
    check_links(page(behind("none"), sources=("moore_2014",), treatments=("my_compound",)))


def test_guidelines_are_linked_and_listed_first(check_links) -> None:
    first = guidelines()[0]
    text = page(guideline_link(f"{first.label}: first line"), sources=("moore_2014",))
    check_links(text)
    assert text.index(f'id="source-{first.key}"') < text.index('id="source-moore_2014"')


def test_doubts_are_said_of_those_who_have_one() -> None:
    name, doubt = next(iter(doubts().items()))
    said = doubt_notes({name: "A <drug>", "gabapentin": "Gabapentin"})
    assert "A &lt;drug&gt; is " + doubt in said.replace("&#x27;", "'")
    assert "Gabapentin" not in said
    assert doubt_notes({"gabapentin": "Gabapentin"}) == ""


def test_a_printed_page_says_of_what_and_which_run_it_is() -> None:
    style = page().partition("<style>")[2].partition("</style>")[0]
    assert '@bottom-center { content: "Causalgia 9.9, seed 4" }' in style
    # A title neither ends the style sheet nor its own quotes.
    assert "A \\22 title\\22  \\3c \\2f style\\3e  of 50 \\25 " in style
    assert "screen and (prefers-color-scheme: dark)" in style


def test_shares_have_the_score_interval() -> None:
    # Newcombe 1998, table I: 81 of 263, and 0 of 20.
    for share, size, wanted in ((81 / 263, 263, (0.2553, 0.3662)), (0.0, 20, (0.0, 0.1611))):
        found = chance(share, size)
        assert (found.low, found.high) == pytest.approx(wanted, abs=1e-4)
    assert share_text(0.5, 40.0) == "50 % (35–65)"
    assert share_text(0.5, 0) == share_text(float("nan"), 10) == "–"
