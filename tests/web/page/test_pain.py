"""The tab Pain: pointing, asking, treating, moving what the disease moved, taking figures away."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from causalgia.patients.person import person_of
from causalgia.web.jobs.kinds import check
from causalgia.web.messages import JobRequest

from .assessed import ASSESSED
from .conftest import Open, answered

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Route


def switch(page: Page, treatment: str) -> None:
    """Switch a treatment on or off."""
    page.locator(f'[data-treatment="{treatment}"] input[type=checkbox]').click()


def treated(page: Page) -> float:
    """The pain with treatment, once it is there."""
    page.wait_for_function("() => /\\d/.test(document.querySelector('.big.treated').textContent)")
    return float(page.locator(".big.treated").inner_text())


def moves(page: Page, act: Callable[[], object], selector: str = ".big.now") -> tuple[str, str]:
    """What a number says before and after something is done that changes it."""
    before = page.locator(selector).inner_text()
    act()
    page.wait_for_function(
        "([selector, before]) => document.querySelector(selector).textContent !== before",
        arg=[selector, before],
    )
    return before, page.locator(selector).inner_text()


def asked(page: Page, path: str, act: Callable[[], object]) -> tuple[dict[str, Any], Any]:
    """A request that something leads to, and its answer."""
    with page.expect_response(lambda response: response.url.endswith(path)) as caught:
        act()
    return json.loads(caught.value.request.post_data or "{}"), caught.value.json()


def points_of(request: Request) -> list[Any]:
    """The states that a request asks about."""
    return json.loads(request.post_data or "{}").get("points", [])


def test_a_first_visit_answers_by_itself_and_follows_each_change(open_page: Open) -> None:
    page = open_page(viewport={"width": 1300, "height": 900})
    now = answered(page)
    assert 1 < now <= 10
    assert "nerve root" in page.locator(".reasons").inner_text()

    request, answer = asked(page, "/pathway", lambda: switch(page, "local_anesthetic_block"))
    assert request["points"][1]["treatments"][0]["place"] == "distal_nerve"
    # The numbers on the page are those of the server.
    at_wrist = treated(page)
    assert at_wrist == pytest.approx(answer["points"][1]["rating"]["rest"], abs=0.051)
    place = page.get_by_role("combobox", name="Where")
    _, at_root = moves(page, lambda: place.select_option("root"), ".big.treated")
    # The founding question: a block below the place where spikes are born hardly helps.
    assert float(at_root) < 0.5 < at_wrist
    assert page.locator('[data-station="root"].treated').count() == 1
    page.locator(".outlook .median.treated").wait_for(state="attached")

    brush = page.locator('[data-station="terminal"]')
    before = brush.text_content()
    page.get_by_role("button", name="Brush", exact=True).click()
    assert brush.text_content() != before


def test_a_cause_and_its_time_are_asked_anew(open_page: Open) -> None:
    page = open_page()
    answered(page)
    begin = page.get_by_label("Begin with").first
    request, answer = asked(
        page, "/course", lambda: begin.select_option(label="After a stroke, one year")
    )
    assert request["cause"] == "stroke" and answer["cause"] == "stroke"
    page.wait_for_function(
        "() => document.querySelector('.reasons').textContent.includes('arises in the cord')"
    )
    time = page.get_by_role("slider", name="Time since onset")
    later, _ = asked(page, "/course", lambda: time.press("End"))
    assert later["horizon_days"] > request["horizon_days"]
    assert page.get_by_label("Cause").input_value() == "stroke"


def test_time_is_answered_from_what_is_known(open_page: Open) -> None:
    page = open_page()
    answered(page)
    page.locator(".results[aria-busy=false]").wait_for()
    time = page.get_by_role("slider", name="Time since onset")
    with page.expect_response(lambda response: response.url.endswith("/course")) as caught:
        time.focus()  # a hand comes near: all that it can reach is asked for
    assert json.loads(caught.value.request.post_data or "{}")["horizon_days"] == 1827
    course = caught.value.json()
    # The answer is there and has still to be read.
    page.wait_for_timeout(200)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for key in ("PageUp", "ArrowLeft", "Home", "End"):
        time.press(key)
        assert page.locator(".results[aria-busy=false]").count() == 1
    weeks = 1462 / 7  # as far as the slider goes, a year before the end
    shown = float(page.locator(".big.now").inner_text())
    assert shown == pytest.approx(course["states"]["rating"]["rest"][round(weeks) - 1], abs=0.051)
    assert [url for url in requests if "/api/" in url] == []


def test_what_was_moved_by_hand_answers_and_is_undone(open_page: Open) -> None:
    page = open_page()
    now = answered(page)
    page.locator('[data-station="cord"]').focus()
    page.keyboard.press("Enter")
    chloride = page.get_by_role("slider", name="Chloride transport (KCC2)")
    request, _ = asked(page, "/pathway", lambda: chloride.press("Home"))
    assert request["points"][0]["mechanisms"]["kcc2@cord"] == pytest.approx(0.1)
    page.get_by_role("button", name="Undo what was moved by hand").click()
    page.wait_for_function(
        "now => document.querySelector('.big.now').textContent === now", arg=f"{now:.1f}"
    )


def test_an_answer_that_comes_late_does_not_count(open_page: Open) -> None:
    page = open_page()
    answered(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if len(points_of(route.request)) > 1:
            held.append(route)
        else:
            route.continue_()

    page.route("**/pathway", hold)
    with page.expect_request(lambda request: len(points_of(request)) > 1):
        switch(page, "gabapentin")
    # While it is waited for, what is shown is said not to be of what is set.
    page.get_by_text("Computing …").wait_for()
    assert page.locator(".tiles").evaluate("tiles => getComputedStyle(tiles).opacity") < "1"
    switch(page, "gabapentin")
    page.locator(".results[aria-busy=false]").wait_for()
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    assert page.locator(".big.treated").inner_text() == "–"
    assert page.get_by_text("Computing …").is_hidden()


def test_the_address_is_the_state_and_nothing_hostile_comes_in_by_it(open_page: Open) -> None:
    page = open_page(
        "pain?cause=stroke&days=365&areas=left+palm,nowhere&treat=suzetrigine:70&treat=evil"
        "&kcc2@cord=0.5&severity=9&__proto__=1&<img src=x onerror=alert(1)>=1"
    )
    answered(page)
    said = page.locator(".left-out").inner_text()
    assert "area “nowhere”, treatment “evil”, severity “9” and 2 more" in said
    assert page.get_by_label("Cause").input_value() == "stroke"
    assert page.locator('[data-treatment="suzetrigine"] .doubt').is_visible()
    assert page.locator(".by-hand").get_attribute("data-mechanism") == "kcc2@cord"
    switch(page, "gabapentin")
    page.wait_for_url("**/#pain?cause=stroke&days=365&areas=left+palm&**treat=gabapentin**")
    assert page.url.endswith("&treat=suzetrigine:70&treat=gabapentin&kcc2@cord=0.5")
    shared = page.url
    page.locator("#tab-fiber").click()
    assert page.url.endswith("#fiber")
    page.go_back()
    page.locator("#panel-pain").wait_for()
    assert page.url == shared
    page.go_back()
    gabapentin = page.locator('[data-treatment="gabapentin"] input[type=checkbox]')
    page.wait_for_function(
        "() => !document.querySelector('[data-treatment=gabapentin] input').checked"
    )
    page.go_forward()
    page.wait_for_function(
        "() => document.querySelector('[data-treatment=gabapentin] input').checked"
    )
    page.reload()
    answered(page)
    assert gabapentin.is_checked() and page.url == shared
    assert page.locator(".left-out").is_hidden()


def test_all_membranes_are_integrated_from_a_station(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    answered(page)
    page.locator('[data-station="cord"]').focus()
    page.keyboard.press("Enter")
    part = page.locator(".whole")
    with page.expect_request("**/jobs") as asked_for:
        page.get_by_role("button", name="Integrate the cord itself").click()
    check(JobRequest.model_validate_json(asked_for.value.post_data or ""))
    rows = part.locator("tbody tr")
    rows.first.wait_for()
    assert rows.count() == 5
    # What the double says was integrated is half of what the stand-in said.
    assert rows.first.locator("td").all_inner_texts()[:3] == ["4.0", "2.0", "−2.0"]
    with page.expect_download() as caught:
        part.get_by_text("CSV", exact=True).click()
    caught.value.save_as(tmp_path / "whole.csv")
    check_numbers(tmp_path / "whole.csv")
    switch(page, "gabapentin")
    treated(page)
    assert part.get_by_text("Of another state than what is shown now.").is_visible()


def test_what_is_wrong_is_said_and_forgotten(open_page: Open) -> None:
    page = open_page(expected="status of 422")
    answered(page)
    problem = {"type": "about:blank", "title": "x", "status": 422, "detail": "dose: 9; allowed: 3"}

    def refuse(route: Route) -> None:
        route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(problem))

    page.route("**/pathway", refuse)
    switch(page, "gabapentin")
    page.get_by_role("alert").filter(has_text="dose: 9; allowed: 3").wait_for()
    page.unroute("**/pathway")
    switch(page, "duloxetine")
    treated(page)
    page.wait_for_function("() => document.querySelector('#panel-pain .problem').hidden")


def test_places_are_marked_by_pointer_name_and_unmarked(open_page: Open) -> None:
    page = open_page()
    answered(page)
    marked = page.get_by_role("list", name="Marked areas").get_by_role("button")
    count = marked.count()
    shin = page.locator('[data-area="left shin"]')
    shin.dispatch_event("click")
    assert shin.get_attribute("aria-checked") == "true" and marked.count() == count + 1
    name = page.get_by_role("combobox", name="Or name it")
    name.fill("right sole")
    name.press("Enter")
    page.get_by_text("No area is called").wait_for()
    name.fill("right phantom hand")
    name.press("Enter")
    page.get_by_role("button", name="Unmark right phantom hand").click()
    page.get_by_role("button", name="Unmark left shin").click()
    assert shin.get_attribute("aria-checked") == "false" and marked.count() == count
    # Causes that hurt there come first.
    first = page.locator("optgroup[label='Often felt there'] option")
    assert "Compressed cervical root" in first.all_inner_texts()
    page.get_by_label("Begin with").first.select_option(label="Carpal tunnel, one year")
    assert first.first.inner_text() == "Carpal tunnel syndrome"


def test_what_it_could_be_is_weighed_and_may_be_chosen(open_page: Open) -> None:
    page = open_page(expected="status of 503")
    answered(page)
    known: list[dict[str, Any]] = []

    def weigh(route: Route) -> None:
        known.append(json.loads(route.request.post_data or "{}")["person"])
        wrist = {"name": "carpal_tunnel", "label": "Carpal tunnel syndrome", "probability": 0.64}
        rare = {"name": "stroke", "label": "Stroke", "probability": 0.001}
        found = {
            "title": "Open",
            "answers": {"Where does it come from?": "Median nerve at the wrist: 66 %."},
            "causes": [{**one, "low": 0.5, "high": 0.7} for one in (wrist, rare)],
        }
        route.fulfill(json=found)

    page.route("**/assess", weigh)
    page.get_by_text("What could it be?").click()
    page.get_by_text("Median nerve at the wrist: 66 %.").wait_for()
    assert "left middle finger" in known[0]["drawing"]["areas"]
    person_of(known[0], "person")  # what is sent is what the server reads
    suspects = page.locator(".suspect")
    assert suspects.count() == 1 and "64 %" in suspects.inner_text()
    suspects.get_by_role("button").click()
    assert page.get_by_label("Cause").input_value() == "carpal_tunnel"
    page.unroute("**/assess")
    problem = {"type": "about:blank", "title": "x", "status": 503, "detail": "not at hand"}
    page.route("**/assess", lambda route: route.fulfill(status=503, json=problem))
    page.locator('[data-area="left thumb"]').first.dispatch_event("click")
    page.get_by_text("not at hand").wait_for()
    assert suspects.count() == 0


def test_every_figure_is_taken_away_as_picture_and_numbers(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    answered(page)
    switch(page, "gabapentin")
    treated(page)
    figures = page.locator("[data-figure]")
    assert figures.count() == 4
    for i in range(figures.count()):
        figure = figures.nth(i)
        name = figure.get_attribute("data-figure")
        for label in ("SVG", "CSV"):
            with page.expect_download() as caught:
                figure.get_by_text(label, exact=True).click()
            file = tmp_path / caught.value.suggested_filename
            assert file.name == f"causalgia_{name}.{label.lower()}"
            caught.value.save_as(file)
            check_picture(file) if label == "SVG" else check_numbers(file)


def check_picture(file: Path) -> None:
    """A picture that stands by itself: nothing of it hangs on the page's style."""
    root = ElementTree.parse(file).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and float(root.attrib["width"]) > 200
    parts = list(root.iter())
    assert not any("class" in part.attrib or "style" in part.attrib for part in parts)
    drawn = [part for part in parts if part.tag.endswith(("path", "circle", "text"))]
    assert len(drawn) > 8
    assert all("var(" not in value for part in drawn for value in part.attrib.values())
    assert any(part.attrib.get("stroke", "none") != "none" for part in drawn)


def check_numbers(file: Path) -> None:
    """A table with a head and numbers."""
    head, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    assert len(rows) >= 5 and all(len(row) == len(head) for row in rows)
    assert all(re.fullmatch(r"-?[\d.]+(e-?\d+)?", row[-1]) for row in rows)


def test_spikes_run_unless_stillness_is_asked_for(open_page: Open) -> None:
    def places(page: Page) -> list[str | None]:
        page.wait_for_function("() => document.querySelectorAll('.spike-dot').length > 0")
        dots = page.locator(".spike-dot")
        return dots.evaluate_all("dots => dots.map(dot => dot.getAttribute('cx'))")

    still = open_page()
    answered(still)
    before = places(still)
    still.wait_for_timeout(400)
    assert places(still) == before
    moving = open_page(reduced_motion="no-preference")
    answered(moving)
    before = places(moving)
    moving.wait_for_function(
        """before => before.join() !==
          [...document.querySelectorAll(".spike-dot")].map(dot => dot.getAttribute("cx")).join()""",
        arg=before,
    )
    moving.get_by_role("button", name="Hold the spikes still").click()
    before = places(moving)
    moving.wait_for_timeout(300)
    assert places(moving) == before


def test_all_of_it_by_keyboard(open_page: Open) -> None:
    page = open_page()
    answered(page)
    page.route("**/assess", lambda route: route.fulfill(json=ASSESSED))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.tab") == "pain"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.tab") == "assess"
    page.keyboard.press("Home")
    assert page.locator("#panel-pain").is_visible()
    seen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(IN_FOCUS))
        if seen[-1] == "area":
            before = page.evaluate("document.activeElement.dataset.area")
            page.keyboard.press("ArrowDown")
            area = page.evaluate("document.activeElement.dataset.area")
            assert area != before
            page.keyboard.press("Space")
            page.get_by_role("button", name=f"Unmark {area}", exact=True).wait_for()
        if seen[-1] == "treatment:gabapentin":
            page.keyboard.press("Space")
            treated(page)
            assert page.evaluate(IN_FOCUS) == "treatment:gabapentin"
            break
    assert "area" in seen and "treatment:gabapentin" in seen


IN_FOCUS = """() => {
  const own = document.activeElement;
  if (own.dataset.area) return "area";
  const row = own.closest("[data-treatment]");
  return row ? `treatment:${row.dataset.treatment}` : own.tagName;
}"""
