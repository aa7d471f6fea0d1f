"""The report is one page that needs nothing else, and says what the result says."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pyarrow.parquet as pq
import pytest

from causalgia.errors import InputError
from causalgia.patients.chances import chance, odds_text
from causalgia.patients.export import to_dataset, to_json, write_arms, write_patients
from causalgia.patients.numerals import percent
from causalgia.patients.result import (
    Arm,
    CaseResult,
    Estimate,
    Provenance,
    RasterPanel,
    RasterRow,
    State,
)
from causalgia.patients.verdicts import answer_in_words
from causalgia.reports.files import write_together
from causalgia.reports.page import render_page
from causalgia.reports.svg import Scale, number, smooth
from causalgia.reports.typography import tie

SITES = {
    "terminal": "skin of the hand",
    "distal_nerve": "wrist",
    "proximal_nerve": "brachial plexus",
    "root": "C7 root",
}
STATE = State(dict(zip(SITES, (0.4, 0.3, 0.1, 4.2), strict=True)), 22.0, 6.1)
DAYS = np.arange(5) * 7.0


def _arm(key: str, label: str, acts_at: tuple[str, ...] = (), **changes: object) -> Arm:
    arm = Arm(
        key=key,
        label=label,
        asked=True,
        acts_at=acts_at,
        site=None,
        is_cause_control=False,
        assessed_after_days=28.0,
        change=Estimate(-1.0, -2.0, -0.2),
        relief_30=chance(0.4, 3.0),
        relief_50=chance(0.2, 3.0),
        moves=(),
        untreated=STATE,
        treated=STATE,
        reason="Because of <numbers>.",
        rating_quantiles=np.linspace(2, 8, 5)[:, None] + np.zeros(5),
        resolution=chance(0.1, 3.0),
    )
    return dataclasses.replace(arm, **changes)


@pytest.fixture
def result() -> CaseResult:
    arms = (
        _arm("none", "No further treatment"),
        _arm("gabapentin", "Gabapentin & <b>", ("cord",)),
        _arm("block", "Block, wrist", ("distal_nerve",), site="wrist", assessed_after_days=0.02),
    )
    return CaseResult(
        case={"summary": "A person of 54 years."},
        cause_label="Compressed cervical root",
        region_label="hand",
        site_names=SITES,
        answers={"where": "In the C7 root.", "works": "Nothing.", "outlook": "In 21 %."},
        shares={p: chance(s, 3.0) for p, s in zip(SITES, (0.08, 0.06, 0.02, 0.84), strict=True)},
        persists_without_input=chance(0.04, 3.0),
        today=STATE,
        arms=arms,
        week_days=DAYS,
        quantiles=(0.05, 0.25, 0.5, 0.75, 0.95),
        table={"weight": np.full(3, 1 / 3), "age_years": np.array([50.0, 60.0, 70.0])},
        arm_ratings=np.arange(45.0).reshape(3, 5, 3),
        warnings=("Few virtual patients resemble this case.",),
        rasters=(RasterPanel("Today", (RasterRow("C · root", np.array([1.0, 5.0])),), 100.0),),
        provenance=Provenance(
            version="0.1.0",
            seed=3,
            configuration="abc",
            patients=3,
            effective_sample_size=3.0,
            tempering=1.0,
            evidence_counts={"assumed": 7},
            stand_in_error={
                "median": 0.4,
                "p95": 1.5,
                "scatter_median": 0.3,
                "scatter_p95": 1.2,
            },
            sources=("Somebody 1999",),
        ),
    )


class _Page(HTMLParser):
    """Collects what a page refers to, its headings and its tags' balance."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []
        self.headings: list[int] = []
        self.alts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.references += [v for k, v in values.items() if k in ("src", "href", "xlink:href")]
        if tag == "svg":
            self.alts.append(values.get("aria-label", ""))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def page(result) -> tuple[str, _Page]:
    text = render_page(result)
    parser = _Page()
    parser.feed(text)
    return text, parser


def test_the_page_needs_nothing_from_outside(page, check_links):
    text, parser = page
    # What is not within the page are publications, which a reader may open.
    check_links(text)
    assert all(
        re.match("#|https://doi.org/|https://pubmed.ncbi.nlm.nih.gov/", reference)
        for reference in parser.references
    )
    assert not re.search(r"@import|url\((?!#)|<script|<link", text)


def test_treatments_are_shown_with_what_they_rest_on_and_what_trials_tell(result, check_links):
    arms = (*result.arms, _arm("nortriptyline:75", "Nortriptyline 75 mg/day", ("brain",)))
    text = render_page(dataclasses.replace(result, arms=arms))
    check_links(text)
    text = text.replace("\u00a0", " ")
    reasons = text.split("Why each treatment")[1].split("Spikes of")[0]
    assert 'href="#numbers-gabapentin"' in reasons
    assert 'href="#numbers-nortriptyline"' in reasons
    beside = text.split("What each treatment would do")[1].split("How it would go on")[0]
    assert "Trials tell otherwise: Nortriptyline 75 mg/day is too strong here" in beside
    # Shares come with their intervals: 40 % of the three that the weights are worth.
    assert '<span class="tied">40 % (8–83)</span>' in beside


def test_the_page_is_well_formed_and_every_picture_is_described(page):
    _, parser = page
    assert parser.open == []
    assert parser.alts and all(len(alt) > 20 for alt in parser.alts)
    assert parser.headings[0] == 1
    assert parser.headings.count(1) == 1


def test_every_picture_is_valid_xml_with_finite_coordinates(page):
    for picture in re.findall(r"<svg.*?</svg>", page[0], re.DOTALL):
        ElementTree.fromstring(picture)
        assert "nan" not in picture.lower()
        assert "inf " not in picture.lower()


def test_what_users_wrote_is_escaped(page):
    assert "Gabapentin &amp; &lt;b&gt;" in page[0]
    assert "Because of &lt;numbers&gt;." in page[0]


def test_answers_warnings_numbers_and_limits_are_told_once(page, result):
    text = page[0].replace("\u00a0", " ")
    for wanted in (*result.answers.values(), *result.warnings, "seed 3", "7 assumed"):
        assert wanted in text
    assert text.count("not a medical device") == 1
    # Side effects on placebo are numbers, which are listed apart.
    assert re.sub("<details.*?</details>", "", text, flags=re.DOTALL).count("placebo") == 1


def test_a_block_of_hours_has_no_outlook_of_its_own(page):
    outlook = page[0].split("How it would go on")[1].split("Why each treatment")[0]
    assert "No further treatment" in outlook
    assert "Block, wrist" not in outlook


def test_without_rasters_the_page_says_so(result):
    text = render_page(dataclasses.replace(result, rasters=()))
    assert "No rasters" in text


def test_the_brighter_station_is_where_more_is_born(result):
    def radius(share):
        shares = {**result.shares, "root": chance(share, 3.0)}
        text = render_page(dataclasses.replace(result, shares=shares))
        circles = re.findall(r'cx="660" cy="158" r="([\d.]+)" fill="url', text)
        return float(circles[0]) if circles else 0.0

    assert radius(0.9) > radius(0.3) > radius(0.0) == 0.0


def test_shares_are_never_falsely_nothing_or_everything():
    assert [percent(s) for s in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
        "0 %",
        "<1 %",
        "50 %",
        ">99 %",
        "100 %",
    ]


def test_a_number_is_not_parted_from_its_unit_nor_a_share_from_its_interval():
    share = "&lt;1 % (0–2)"
    page = f'<p title="5 %">At 5 mV/ms, 12 mg/day: {share}, 40 % now, 6 → 4; 3 men.</p>'
    page += "<svg><text>5 % (1–9)</text></svg><code>5 %</code>"
    found = tie(page)
    assert found.replace("\u00a0", "_") == (
        '<p title="5 %">At 5_mV/ms, 12_mg/day: <span class="tied">&lt;1_% (0–2)</span>, '
        "40_% now, 6_→_4; 3 men.</p><svg><text>5 % (1–9)</text></svg><code>5 %</code>"
    )


def test_shares_come_with_their_interval_and_certainty_is_not_said_twice():
    assert str(chance(0.5, 40.0)) == "50 % (35–65)"
    assert str(chance(0.0, 20.0)) == "0 % (0–16)"
    assert odds_text(0.998, 0.996, 0.999) == ">99 %"
    assert odds_text(0.998, 0.6, 1.0) == ">99 % (60–100)"
    assert odds_text(0.002, 0.0, 0.05) == "<1 % (0–5)"
    assert odds_text(float("nan"), 0.0, 1.0) == "–"


def test_the_answers_of_a_case_say_no_share_without_its_interval(result):
    case = SimpleNamespace(horizon_days=365.0)
    said = " ".join(
        answer_in_words(case, result.shares, chance(0.04, 3.0), result.arms, SITES).values()
    )
    shares = re.findall(r"\d+ %(.{0,10})", said.replace("at least 30 % relief", ""))
    assert len(shares) >= 4 and all(re.match(r" \(\d+–\d+\)", rest) for rest in shares), said
    points = re.findall(r"[−+][\d.]+ points(.{0,14})", said)
    assert points and all(rest.startswith(" (−2.0 to −0.2") for rest in points), said


def test_json_holds_the_result_without_single_patients(result):
    document = json.loads(to_json(result))
    assert document["shares"]["root"]["value"] == 0.84
    assert document["provenance"]["seed"] == 3
    assert [arm["key"] for arm in document["arms"]] == ["none", "gabapentin", "block"]
    assert "table" not in document


def test_tables_hold_single_patients_and_where_they_come_from(result, tmp_path):
    write_patients(result, tmp_path / "patients.parquet")
    write_arms(result, tmp_path / "arms.parquet")
    patients, arms = (pq.read_table(tmp_path / f"{n}.parquet") for n in ("patients", "arms"))
    assert patients.column_names == ["weight", "age_years"]
    assert arms.num_rows == 45
    row = arms.slice(3 * 5 + 4, 1).to_pylist()[0]  # arm 1, week 1, patient 1
    assert row == {"arm": "gabapentin", "day": 7.0, "patient": 1, "rating": 19.0}
    assert arms.schema.metadata[b"seed"] == b"3"


def test_the_same_result_gives_the_same_bytes(result, tmp_path):
    for name in ("first", "second"):
        write_arms(result, tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    assert render_page(result) == render_page(result)


def test_files_are_written_all_or_none(tmp_path):
    def fail(path):
        raise RuntimeError("broken")

    folder = tmp_path / "report"
    write_together(folder, {"a": lambda p: p.write_text("old")})
    with pytest.raises(RuntimeError):
        write_together(folder, {"a": lambda p: p.write_text("new"), "b": fail})
    assert [f.name for f in folder.iterdir()] == ["a"]
    assert (folder / "a").read_text() == "old"


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"--out: .* cannot be written"):
        write_together(tmp_path / "file" / "below", {"a": lambda p: None})


def test_helpers_of_drawing():
    assert [number(v) for v in (1.0, -0.01, 2.25)] == ["1", "0", "2.2"]
    assert Scale(0.0, 10.0, 100.0, 0.0)(2.5) == 75.0
    assert smooth([(0.0, 0.0), (6.0, 0.0)]) == "M0 0C1 0 5 0 6 0"


def test_a_dataset_labels_arms_days_and_patients(result):
    data = to_dataset(result)
    assert data.rating.dims == ("arm", "day", "patient")
    assert list(data.arm.values) == [arm.key for arm in result.arms]
    expected = data.rating.weighted(data.weight).mean("patient")
    weights = result.table["weight"]
    by_hand = (result.arm_ratings @ weights) / weights.sum()
    np.testing.assert_allclose(expected, by_hand, rtol=1e-6)


@pytest.fixture
def shown(result, browser):
    """The page in a real browser, which may be asked for it on paper."""
    page = browser.new_page(color_scheme="dark", viewport={"width": 400, "height": 800})
    page.set_content(render_page(result))
    yield page
    page.close()


def test_in_a_browser_nothing_grave_is_found_by_axe_and_it_prints_as_a_document(shown):
    """Narrow and dark on the screen; on paper light, broad, with all that is folded away."""
    axe = importlib.util.find_spec("axe_playwright_python")
    if axe is None or axe.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    folded = "document.querySelector('.listing').checkVisibility({contentVisibilityAuto: true})"
    paper = "getComputedStyle(document.body).backgroundColor"
    assert shown.evaluate("document.documentElement.scrollWidth") == 400
    assert not shown.locator("svg.wide").first.is_visible()
    assert shown.evaluate(paper) != "rgb(255, 255, 255)"
    shown.evaluate((Path(axe.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    for scheme in ("dark", "light"):
        shown.emulate_media(color_scheme=scheme)
        found = shown.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [one["id"] for one in found] == []
    shown.emulate_media(media="print", color_scheme="dark")
    assert shown.evaluate(paper) == "rgb(255, 255, 255)"
    assert shown.locator("svg.wide").first.is_visible()
    assert shown.evaluate(folded)
    whole = "[...document.querySelectorAll('figure')].map(f => getComputedStyle(f).breakInside)"
    assert set(shown.evaluate(whole)) == {"avoid"}
    printed = shown.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    # Links to publications work on paper that is a file; so do those within the document.
    assert printed.count(b"/URI (https://doi.org/") >= 4
    assert b"/Dest" in printed
