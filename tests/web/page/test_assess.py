"""The tab Assess: what is said of a person is weighed, and what would tell more can be answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causalgia.patients.person import person_of

from .assessed import ASSESSED
from .conftest import Open
from .test_pain import check_numbers, check_picture

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route


def weighed(page: Page) -> list[dict[str, Any]]:
    """What the page says is known each time it asks; the answer is always the same."""
    known: list[dict[str, Any]] = []

    def weigh(route: Route) -> None:
        known.append(json.loads(route.request.post_data or "{}")["person"])
        person_of(known[-1], "person")  # what is sent is what the server reads
        route.fulfill(json=ASSESSED)

    page.route("**/assess", weigh)
    return known


def test_a_first_visit_is_weighed_and_asks_what_would_tell_most(open_page: Open) -> None:
    page = open_page()
    known = weighed(page)
    page.locator("#tab-assess").click()
    panel = page.locator("#panel-assess")
    panel.get_by_text("Weighed: Probably").wait_for()
    assert known[0]["signs"]["spurling"] and known[0]["cause"] == {"onset": "5 months ago"}
    # What must not be missed stands first.
    first = panel.locator(".assessed section").first
    assert "imaging of the spine today" in first.inner_text()
    assert "Compressed cervical root: 62 %." in panel.locator(".answers").inner_text()
    assert "tried: 20 % relief" in (panel.locator(".plan").text_content() or "")
    assert panel.locator(".plan .doubt").all_inner_texts()[0].startswith("Trials tell otherwise")
    # A question is answered where it stands, by keyboard too, and the hand stays there.
    gain = panel.locator('[data-gain="phalen"]')
    gain.get_by_role("button", name="Yes").focus()
    page.keyboard.press("Enter")
    gain.locator("[aria-pressed=true]").wait_for()
    panel.get_by_text("A red flag. Weighed: Probably").wait_for()
    assert page.evaluate("document.activeElement.closest('[data-gain]').dataset.gain") == "phalen"
    assert known[-1]["signs"]["phalen"] is True
    row = panel.locator('[data-question="phalen"] button[aria-pressed=true]')
    assert row.get_attribute("aria-label") == "Yes: Bent wrist brings the tingling (Phalen)"
    assert panel.locator('[data-gain="CDT"] button').count() == 0
    # What changes is not weighed before it is told to be, and said to be old until then.
    panel.get_by_label("Pain now").fill("3")
    panel.get_by_text("Changed since: weigh it again.").wait_for()
    panel.get_by_role("button", name="Weigh it").click()
    panel.get_by_text("Weighed: Probably").wait_for()
    assert known[-1]["pain"]["now"] == 3
    persons = panel.get_by_label("Begin with", exact=True)
    for number in range(persons.locator("option:not([hidden])").count()):
        with page.expect_request("**/assess"):
            persons.select_option(index=number)
        panel.get_by_text("Weighed: Probably").wait_for()
    # The last is nobody in particular.
    assert known[-1] == {}
    assert panel.get_by_role("list", name="Marked areas").get_by_role("listitem").count() == 0


def test_its_figures_are_taken_away_and_its_report_is_a_job(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page(expected="sandboxed")
    weighed(page)
    page.locator("#tab-assess").click()
    panel = page.locator("#panel-assess")
    panel.get_by_text("Weighed: Probably").wait_for()
    figures = panel.locator("[data-figure]")
    assert figures.count() == 3
    for i in range(figures.count()):
        for label in ("SVG", "CSV"):
            with page.expect_download() as caught:
                figures.nth(i).get_by_text(label, exact=True).click()
            file = tmp_path / caught.value.suggested_filename
            caught.value.save_as(file)
            check_picture(file) if label == "SVG" else check_numbers(file)
    # Every share says between what it lies.
    assert "gone by then in 62 % (52 to 72 %)" in figures.last.inner_text()
    assert "NaN" not in panel.inner_text() and "undefined" not in panel.inner_text()
    panel.get_by_role("button", name="Write the report").click()
    panel.frame_locator("iframe").get_by_role("heading", name="What came of it").wait_for()


def test_what_cannot_be_weighed_is_said(open_page: Open) -> None:
    page = open_page(expected="status of 422")
    problem = {
        "type": "about:blank",
        "title": "x",
        "status": 422,
        "detail": "pain.now: 11; allowed: 10",
    }
    page.route("**/assess", lambda route: route.fulfill(status=422, json=problem))
    page.locator("#tab-assess").click()
    page.locator("#panel-assess").get_by_role("alert").filter(
        has_text="pain.now: 11; allowed: 10"
    ).wait_for()
    assert page.locator("#panel-assess .assessed").is_hidden()
