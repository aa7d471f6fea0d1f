"""The page for everyone: on a phone, in the dark, with a screen reader."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .assessed import ASSESSED
from .conftest import Open, answered

if TYPE_CHECKING:
    from playwright.sync_api import Page

TABS = ("pain", "assess", "outlook", "fiber", "cord", "case", "trial")
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
GRAVE = ("serious", "critical", "moderate")


def axe_script() -> str:
    """The script of axe-core, as a package brings it along."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


# What is not yet of what is set is shown pale: nobody is asked to read it.
SETTLED = """() => {
  const results = document.querySelector("#panel-pain .results");
  return results.getAttribute("aria-busy") !== "true" &&
    [...results.querySelectorAll("[data-of]")].every(one => getComputedStyle(one).opacity === "1");
}"""


def audit(page: Page) -> list[dict[str, Any]]:
    """What axe finds once the page stands, but for trifles."""
    page.wait_for_function(SETTLED)
    # A frame's own page is a report, which other tests look at.
    found = page.evaluate("axe.run({ exclude: ['iframe'] }, { resultTypes: ['violations'] })")
    return [
        {"id": one["id"], "nodes": [node["html"][:160] for node in one["nodes"][:3]]}
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


DESK: dict[str, Any] = {"viewport": {"width": 1200, "height": 900}}


@pytest.mark.parametrize(
    ("scheme", "device", "tabs"),
    # In the dark a wide page has the colors of a narrow one and the parts of a light one.
    [("light", DESK, TABS), ("dark", DESK, TABS[:2]), ("dark", PHONE, TABS)],
    ids=["light", "dark", "phone"],
)
def test_nothing_grave_is_found_by_axe(
    open_page: Open, scheme: str, device: dict[str, Any], tabs: tuple[str, ...]
) -> None:
    # No atlas of virtual patients may be at hand, which the page then says.
    page = open_page(expected=("status of 503", "sandboxed"), color_scheme=scheme, **device)
    answered(page)
    page.route("**/assess", lambda route: route.fulfill(json=ASSESSED))
    for summary in page.locator("#panel-pain summary:visible").all():
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()
    page.locator('[data-treatment="local_anesthetic_block"] input').click()
    page.locator(".treated-tile:not(.empty)").wait_for()
    page.evaluate(axe_script())
    assert audit(page) == []
    for tab in tabs[1:]:
        page.locator(f"#tab-{tab}").click()
        if tab == "assess":
            page.get_by_text("Weighed: Probably").wait_for()
        else:
            page.locator(f"#panel-{tab} button.main").click()
            page.locator(f"#panel-{tab} iframe").wait_for()
        for summary in page.locator(f"#panel-{tab} summary:visible").all():
            summary.click()
        assert audit(page) == [], tab


# The right edges of all that one can take hold of in a tab, and of the page itself.
EDGES = """tab => [document.documentElement.scrollWidth].concat(
  [...document.querySelectorAll(`#panel-${tab} :is(button, select, input, textarea)`)]
    .filter(one => one.checkVisibility() && !one.closest(".segments"))
    .map(one => one.getBoundingClientRect().right))"""


BOXES = "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"


def test_a_phone_shows_all_of_it(open_page: Open) -> None:
    page = open_page(**PHONE)
    answered(page)
    page.route("**/assess", lambda route: route.fulfill(json=ASSESSED))
    for tab in TABS:
        page.locator(f"#tab-{tab}").tap()
        if tab == "assess":
            page.get_by_text("Weighed: Probably").wait_for()
        edges = page.evaluate(EDGES, tab)
        tabs = page.locator("[role=tab]").evaluate_all(BOXES)
        assert all(left >= 0 and right <= 360 for left, right in tabs), tab
        assert len(edges) >= 10 and max(edges) <= PHONE["viewport"]["width"] + 0.5, tab


def test_a_phone_keeps_the_pain_in_sight(open_page: Open) -> None:
    page = open_page(**PHONE)
    now = answered(page)
    bar = page.get_by_role("button", name="See why")
    assert bar.is_visible() and f"{now:.1f}" in bar.inner_text()
    assert page.locator(".nerve.standing").count() == 1
    bar.tap()
    page.wait_for_function(
        "() => document.querySelector('.tiles').getBoundingClientRect().top < 200"
    )
    box = page.locator(".tiles").bounding_box()
    assert box is not None and box["y"] >= 56  # not beneath the head


def test_a_change_is_spoken_once_it_rests(open_page: Open) -> None:
    page = open_page()
    now = answered(page)
    spoken = page.locator(".tiles [role=status]")
    page.wait_for_function(
        "() => document.querySelector('.tiles [role=status]').textContent !== ''"
    )
    assert spoken.inner_text() == f"Pain at rest {now:.1f} of 10."
    page.locator('[data-treatment="gabapentin"] input').click()
    page.wait_for_function(
        "() => document.querySelector('.tiles [role=status]').textContent.includes('treatment')"
    )
    nerve = page.locator("svg.nerve").get_attribute("aria-label") or ""
    assert "nerve root" in nerve.lower() and "of 10" in nerve
