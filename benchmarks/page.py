"""The explorer's page: how long from a hand on a slider to what is painted.

A server is started as a user's would be, and its page opened in a Chromium that draws without a
graphics card, on the same cores. Each kind of change is made some twenty times, drawn anew in each
run, from the event of the hand to the end of the frame that shows what came of it: the numbers of
today, and all of it with the outlook. Needs playwright and a Chromium.

Run `python benchmarks/page.py`, with `--quick` for half a minute and `--json` for data. Another
server's page can be looked at with `--at http://127.0.0.1:8420/`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING, Any

from serve import server

if TYPE_CHECKING:
    from playwright.sync_api import Page

BAR_ms = 200.0
READY = """() => /\\d/.test(document.querySelector('.big.now')?.textContent) &&
  document.querySelector('#panel-pain .results').getAttribute('aria-busy') === 'false'"""
# A name for all that a hand takes hold of here, whatever the page calls it.
NAMED = """() => {
  const sliders = [...document.querySelectorAll('#panel-pain .slider')];
  const find = (text) => sliders.find(one => one.textContent.startsWith(text))
    .querySelector('input');
  find('Time since onset').dataset.hand = 'time';
  find('How badly').dataset.hand = 'severity';
  document.querySelector('[data-mechanism="kcc2@cord"] input').dataset.hand = 'kcc2';
  const labels = [...document.querySelectorAll('#panel-pain label')];
  labels.find(one => one.textContent === 'Cause').nextElementSibling.dataset.hand = 'cause';
}"""
# The hand sets a value; then frames go by until all of it is of what is set.
TOUCH = """([hand, value, event]) => new Promise(done => {
  const own = document.querySelector(`[data-hand="${hand}"]`);
  const results = document.querySelector('#panel-pain .results');
  const painted = run => requestAnimationFrame(() => setTimeout(run));
  own.focus();
  setTimeout(() => {
    let today = null;
    const began = performance.now();
    const note = () => painted(() => { today ??= performance.now() - began; });
    new MutationObserver(note).observe(
      document.querySelector('.tiles'), { childList: true, subtree: true });
    own.value = value;
    own.dispatchEvent(new Event(event, { bubbles: true }));
    const look = () => {
      if (results.getAttribute('aria-busy') !== 'false') requestAnimationFrame(look);
      else painted(() => {
        const all = performance.now() - began;
        done({ today: today ?? all, all });
      });
    };
    look();
  }, 120);
})"""


@contextmanager
def page_at(address: str, motion: str) -> Iterator[Page]:
    """The page, once it has answered for the first time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [],
        )
        page = browser.new_page(
            viewport={"width": 1300, "height": 900},
            reduced_motion="reduce" if motion == "reduce" else "no-preference",
        )
        page.goto(address)
        page.wait_for_function(READY, timeout=600_000)
        page.evaluate(NAMED)
        yield page
        browser.close()


def touched(page: Page, hand: str, values: Sequence[object], event: str) -> dict[str, float]:
    """The median and the longest time to what is painted, in ms."""
    found = [page.evaluate(TOUCH, [hand, str(value), event]) for value in values]
    today, every = ([one[name] for one in found] for name in ("today", "all"))
    return {
        "today_ms": median(today),
        "all_ms": median(every),
        "longest_today_ms": max(today),
        "longest_all_ms": max(every),
    }


def measure(address: str, quick: bool, motion: str) -> dict[str, dict[str, float]]:
    """Times by what is changed."""
    draw, count = random.Random(), 8 if quick else 20
    times = [draw.randint(20, 150) for _ in range(count)]
    with page_at(address, motion) as page:
        found = {"time": touched(page, "time", times, "input")}
        # Back to a time at which a treatment is tried.
        touched(page, "time", [100], "input")
        drawn = [round(draw.uniform(0.1, 0.99), 2) for _ in range(count)]
        found["person"] = touched(page, "severity", drawn, "input")
        causes = page.locator('[data-hand="cause"] option').evaluate_all(
            "all => all.map(one => one.value)"
        )
        found["cause"] = touched(page, "cause", causes[1 : count + 1], "change")
        page.locator('[data-treatment="gabapentin"] input[type=checkbox]').click()
        page.wait_for_function(READY)
        slider = page.locator('[data-treatment="gabapentin"] .slider input')
        slider.evaluate("one => { one.dataset.hand = 'dose'; }")
        doses = draw.sample(range(300, 3600, 100), count)
        found["dose"] = touched(page, "dose", doses, "input")
        found["time, treated"] = touched(page, "time", times, "input")
        kcc2 = [round(draw.uniform(0.2, 1.0), 3) for _ in range(count)]
        found["mechanism"] = touched(page, "kcc2", kcc2, "input")
    # A chosen dose is told at once beside the answer before it: its numbers are all of it.
    dose = found["dose"]
    dose |= {"today_ms": dose["all_ms"], "longest_today_ms": dose["longest_all_ms"]}
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="half a minute")
    parser.add_argument("--json", action="store_true", help="print data")
    parser.add_argument("--at", help="the address of a page that is served already")
    parser.add_argument("--motion", default="no-preference", choices=["no-preference", "reduce"])
    given = parser.parse_args(arguments)
    if given.at:
        times = measure(given.at, given.quick, given.motion)
    else:
        with server() as (port, _):
            times = measure(f"http://127.0.0.1:{port}/", given.quick, given.motion)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    found: dict[str, Any] = {
        "cores": os.cpu_count(),
        "load": load,
        "times": times,
        "bars": [
            {"what": name, "value": round(one["all_ms"], 1), "bar": BAR_ms}
            | {"met": one["all_ms"] <= BAR_ms}
            for name, one in times.items()
        ],
    }
    found["bars_met"] = all(bar["met"] for bar in found["bars"])
    if given.json:
        print(json.dumps(found, indent=2))
        return 0
    for name, one in times.items():
        print(
            f"{name}: numbers {one['today_ms']:.0f} ms (longest {one['longest_today_ms']:.0f}), "
            f"all {one['all_ms']:.0f} ms (longest {one['longest_all_ms']:.0f}; bar {BAR_ms:.0f})"
        )
    print(f"bars met: {found['bars_met']}, at a load of {load} on {found['cores']} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main())
