"""The address holds what is set in every tab: it is shared, gone back in, and never believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .assessed import ASSESSED
from .conftest import Open, answered

if TYPE_CHECKING:
    from playwright.sync_api import Page

FORMS = {
    "outlook": ("years=3", "cause=evil&years=9999&age=1e9&treat_1=__proto__&delays=<b>"),
    "fiber": ("rate=55", "type=evil&rate=-1&count=0x10&drug=../x&lesion=2&nodes=NaN"),
    "cord": ("kcc2=40", "circuit=evil&frequencies=%5B%22x%22%5D&stimuli=1e3&kcc2=101"),
    "case": (
        "treatment_1=gabapentin&dose_1=900",
        "cause=evil&region=%00&now=11&dose_1=1&constructor=1",
    ),
    "trial": (
        "treatment=duloxetine&dose=30&weeks=6",
        "treatment=spinal_cord_stimulation&weeks=&seed=-1",
    ),
}


def document(page: Page, tab: str) -> str:
    """What the form of a tab would run."""
    return page.locator(f"#panel-{tab} textarea").input_value()


def chosen(page: Page, tab: str) -> str:
    """What the tab says it begins with."""
    begin = page.locator(f"#panel-{tab}").get_by_label("Begin with", exact=True)
    return begin.evaluate("one => one.selectedOptions[0].textContent")


def test_a_form_is_shared_by_its_address_and_gone_back_in(open_page: Open) -> None:
    page = open_page("fiber")
    other = open_page("fiber")
    for tab in FORMS:
        page.locator(f"#tab-{tab}").click()
        plain = page.url
        assert plain.endswith(f"#{tab}")
        begun = document(page, tab)
        number = page.locator(f"#panel-{tab} input[type=number]:visible").first
        name = number.get_attribute("data-field")
        number.fill("20")
        page.wait_for_url(f"**/#{tab}?**{name}=**")
        changed = document(page, tab)
        assert changed != begun and chosen(page, tab) == "What you have set"
        # Somebody else opens the link, also where that tab was open before.
        other.goto(page.url)
        other.locator(f"#panel-{tab} textarea").wait_for(state="attached")
        assert document(other, tab) == changed
        page.go_back()
        page.wait_for_url(plain)
        assert document(page, tab) == begun and chosen(page, tab) != "What you have set"
        page.go_forward()
        page.wait_for_url(f"**/#{tab}?**")
        assert document(page, tab) == changed
    # Each tab keeps its own, also when the page is loaded anew in another.
    page.reload()
    page.locator("#tab-outlook").click()
    assert "age = 20" in document(page, "outlook")


@pytest.mark.parametrize("tab", FORMS)
def test_nothing_hostile_comes_into_a_form(open_page: Open, tab: str) -> None:
    good, hostile = FORMS[tab]
    page = open_page(f"{tab}?{good}&{hostile}&<img src=x onerror=alert(1)>=1")
    said = page.locator(f"#panel-{tab} .left-out").inner_text()
    assert said.startswith("Left out of the address, as it cannot be:")
    assert page.locator("#content img").count() == 0
    text = document(page, tab)
    clean = open_page(f"{tab}?{good}")
    assert document(clean, tab) == text
    assert clean.locator(f"#panel-{tab} .left-out").is_hidden()
    # What was said is not changed by having been read.
    clean.wait_for_timeout(700)
    assert clean.url.endswith(f"#{tab}?{good}")


def test_what_is_known_of_a_person_is_in_the_address(open_page: Open) -> None:
    page = open_page()
    answered(page)
    page.route("**/assess", lambda route: route.fulfill(json=ASSESSED))
    page.locator("#tab-assess").click()
    panel = page.locator("#panel-assess")
    panel.get_by_text("Weighed: Probably").wait_for()
    panel.get_by_label("Begin with", exact=True).select_option(label="Burning feet in diabetes")
    page.wait_for_url("**/#assess?**&history=-cancer,-heavy_drinking,-hiv,diabetes&**")
    shared = page.url
    panel.get_by_label("Begin with", exact=True).select_option(label="Nothing is known yet")
    page.wait_for_url("**/#assess?areas=")
    page.go_back()
    page.wait_for_url(shared)
    assert panel.get_by_role("spinbutton", name="Age").input_value() == "66"
    assert chosen(page, "assess") == "Burning feet in diabetes"
    panel.get_by_text("Weighed: Probably").wait_for()

    other = open_page()
    other.route("**/assess", lambda route: route.fulfill(json=ASSESSED))
    hostile = "&tried=evil:20&tried=gabapentin:999&signs=-evil&since=4+aeons&age=3&history=hiv,evil"
    other.goto(f"{shared.split('#')[0]}#assess?areas=left+palm,nowhere&taking=evil{hostile}")
    other.locator("#panel-assess").get_by_text("Weighed: Probably").wait_for()
    said = other.locator("#panel-assess .left-out").inner_text()
    assert "area “nowhere”, age “3”, since “4 aeons” and 5 more" in said
    marked = other.locator("#panel-assess").get_by_role("list", name="Marked areas")
    assert marked.get_by_role("listitem").count() == 1
    assert other.locator('#panel-assess [data-question="hiv"] [aria-pressed=true]').count() == 1
