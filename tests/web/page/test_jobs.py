"""The tabs for long work: what they ask for is taken, watched, shown, and forgotten."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from causalgia.web.jobs.kinds import check
from causalgia.web.messages import JobKind, JobRequest

from ..double_worker import GO_ON
from .assessed import ASSESSED
from .conftest import Open, answered

if TYPE_CHECKING:
    from playwright.sync_api import Page

TABS: dict[str, JobKind] = {
    "outlook": "prognosis",
    "fiber": "fibre",
    "cord": "cord",
    "case": "case",
    "trial": "trial",
}


def test_every_preset_makes_a_document_that_the_server_takes(open_page: Open) -> None:
    page = open_page("fiber")
    for tab, kind in TABS.items():
        page.locator(f"#tab-{tab}").click()
        panel = page.locator(f"#panel-{tab}")
        presets = panel.get_by_label("Begin with")
        count = presets.locator("option:not([hidden])").count()
        assert count >= 3
        seen = set()
        for number in range(count):
            presets.select_option(index=number)
            text = panel.locator("textarea").input_value()
            seen.add(text)
            check(JobRequest(kind=kind, document=text))
        assert len(seen) == count


def test_a_first_run_ends_in_a_report_that_runs_nothing(open_page: Open) -> None:
    page = open_page("fiber", expected="sandboxed")
    for tab in TABS:
        run_first(page, tab)


def run_first(page: Page, tab: str) -> None:
    """Run what a tab begins with, look at what comes of it, and delete it."""
    page.locator(f"#tab-{tab}").click()
    panel = page.locator(f"#panel-{tab}")
    panel.get_by_role("button", name="Run the").click()
    frame = panel.frame_locator("iframe")
    frame.get_by_role("heading", name="What came of it").wait_for()
    assert frame.locator("#said").inner_text() == "as written"
    panel.get_by_text("Files (3)").click()
    with page.expect_download() as caught:
        panel.get_by_role("link", name="result.json").click()
    assert caught.value.suggested_filename == "result.json"
    # It is there after the page was left, by its name, and goes when it is told to.
    page.reload()
    run = panel.locator(".job.done").first
    run.get_by_role("button").first.click()
    frame.get_by_role("heading", name="What came of it").wait_for()
    count = panel.locator(".job").count()
    run.get_by_role("button", name="Delete").click()
    page.wait_for_function(
        "([tab, count]) => document.querySelectorAll(`#panel-${tab} .job`).length < count",
        arg=[tab, count],
    )


def test_progress_is_told_and_a_failure_says_why(open_page: Open, jobs_folder: Path) -> None:
    page = open_page("fiber")
    panel = page.locator("#panel-fiber")
    panel.get_by_text("As a file").click()
    text = panel.get_by_label("The document that is run")
    text.fill("# hold\n# refuse\n[fiber]\ntype = 'a_beta'\n")
    # What was written by hand is not overwritten by the form, which stands back.
    assert panel.locator(".fields.aside").count() == 1
    panel.get_by_role("button", name="Run the fiber").click()
    panel.locator(".job.running").get_by_text("doing hold and refuse").wait_for()
    (jobs_folder / GO_ON).touch()
    panel.locator(".job.failed").get_by_text("wrong after all").wait_for()
    assert panel.locator("iframe").count() == 0
    panel.get_by_role("button", name="Back to the form").click()
    assert "lidocaine" in text.input_value()


def test_a_document_that_is_wrong_is_refused_with_one_line(open_page: Open) -> None:
    page = open_page("fiber", expected="status of 422")
    panel = page.locator("#panel-fiber")
    panel.get_by_text("As a file").click()
    panel.get_by_label("The document that is run").fill("[fiber]\ntype = 'q_fiber'\n")
    panel.get_by_role("button", name="Run the fiber").click()
    panel.get_by_role("alert").filter(has_text="q_fiber").wait_for()
    assert panel.get_by_role("button", name="Run the fiber").is_enabled()


def test_what_is_wrong_is_said_beside_the_field(open_page: Open) -> None:
    page = open_page("trial")
    panel = page.locator("#panel-trial")
    weeks = panel.get_by_label("Weeks")
    weeks.fill("99")
    panel.get_by_role("button", name="Run the trial").click()
    assert weeks.evaluate("one => one === document.activeElement")
    assert weeks.get_attribute("aria-invalid") == "true"
    said = page.locator(f"#{weeks.get_attribute('aria-describedby')}")
    assert said.inner_text() == "Allowed: 1 to 52."
    weeks.fill("12")
    assert said.is_hidden() and weeks.get_attribute("aria-invalid") is None
    assert panel.locator(".job").count() == 0
    # A dose has the unit of what it is a dose of, and goes with it.
    dose = panel.get_by_role("spinbutton", name=re.compile("Dose.*mg"))
    assert dose.input_value() == "600"
    panel.get_by_label("Treatment, against placebo").select_option("botulinum_toxin")
    assert panel.locator("[data-field=dose]").input_value() == ""
    assert dose.count() == 0
    assert 'dose = "600' not in panel.locator("textarea").input_value()


IN_FOCUS = "document.activeElement"


def test_each_tab_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("fiber", expected="sandboxed")
    page.route("**/assess", lambda route: route.fulfill(json=ASSESSED))
    for tab in TABS:
        page.locator(f"#tab-{tab}").focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowRight")
        panel = page.locator(f"#panel-{tab}")
        assert panel.is_visible()
        wanted = panel.locator("[data-field]:visible").evaluate_all(
            "all => all.map(one => one.dataset.field)"
        )
        reached = []
        for _ in range(80):
            page.keyboard.press("Tab")
            reached.append(page.evaluate(f"{IN_FOCUS}.dataset.field ?? {IN_FOCUS}.className"))
            if reached[-1] == "main":
                break
        assert [one for one in reached if one in wanted] == wanted
        page.keyboard.press("Enter")
        # The hand is taken to what came of it.
        panel.locator("iframe").wait_for()
        page.wait_for_function(f"() => {IN_FOCUS}.tagName === 'H2'")


def test_a_case_takes_over_what_the_tab_pain_shows(open_page: Open) -> None:
    page = open_page()
    answered(page)
    panel = page.locator("#panel-case")
    page.get_by_role("button", name="Ask many virtual patients like this").click()
    assert panel.is_visible()
    assert 'onset = "61 days ago"' in panel.locator("textarea").input_value()
    page.get_by_role("tab", name="Pain").click()
    page.get_by_label("Begin with").first.select_option(
        label="Phantom hand after amputation, two years"
    )
    page.locator('[data-treatment="pregabalin"] input').click()
    page.get_by_role("tab", name="Case").click()
    panel.get_by_role("button", name="Take over what the tab Pain shows").click()
    text = panel.locator("textarea").input_value()
    assert 'name = "amputation"' in text and 'onset = "2 years ago"' in text
    assert 'name = "pregabalin"' in text
    check(JobRequest(kind="case", document=text))
