"""The page for everyone: on a phone, in the dark, with a screen reader."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import Open, answered

if TYPE_CHECKING:
    from playwright.sync_api import Page

TABS = ("pain", "fiber", "cord", "case", "trial")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
GRAVE = ("serious", "critical", "moderate")


def axe_script() -> str:
    """The script of axe-core, as a package brings it along."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def audit(page: Page) -> list[dict[str, Any]]:
    """What axe finds, but for trifles."""
    # A frame's own page is a report, which other tests look at.
    found = page.evaluate("axe.run({ exclude: ['iframe'] }, { resultTypes: ['violations'] })")
    return [
        {"id": one["id"], "nodes": [node["html"][:160] for node in one["nodes"][:3]]}
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_grave_is_found_by_axe(open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": 1200, "height": 900})
    answered(page)
    page.locator('[data-treatment="local_anesthetic_block"] input').click()
    page.locator(".treated-tile:not(.empty)").wait_for()
    for summary in page.locator("#panel-pain summary:visible").all():
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()
    page.evaluate(axe_script())
    assert audit(page) == []
    for tab in TABS[1:]:
        page.locator(f"#tab-{tab}").click()
        for summary in page.locator(f"#panel-{tab} summary:visible").all():
            summary.click()
        assert audit(page) == [], tab


@pytest.mark.parametrize("tab", TABS)
def test_a_phone_shows_all_of_it(open_page: Open, tab: str) -> None:
    page = open_page(tab, **PHONE)
    if tab == "pain":
        answered(page)
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    for control in page.locator(f"#panel-{tab} :is(button, select, input):visible").all()[:40]:
        box = control.bounding_box()
        assert box is None or box["x"] + box["width"] <= widths[1] + 1


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
    assert page.locator(".tiles").bounding_box()["y"] >= 56  # not beneath the head


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
    nerve = page.locator("svg.nerve").get_attribute("aria-label")
    assert "nerve root" in nerve.lower() and "of 10" in nerve
