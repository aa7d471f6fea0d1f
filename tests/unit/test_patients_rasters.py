"""Which conditions are shown, and that a cut fiber sends nothing to the cord."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from causalgia.mechanisms import entries
from causalgia.patients import rasters
from causalgia.patients.result import Estimate

SITES = {"terminal": "skin", "distal_nerve": "wrist", "proximal_nerve": "plexus", "root": "C7 root"}


def _arm(label, change, acts_at, moves=("something",)):
    return SimpleNamespace(
        label=label, change=Estimate(change, change, change), acts_at=acts_at, moves=moves
    )


ARMS = (
    _arm("none", 0.0, (), ()),
    _arm("ibuprofen", -0.0, ("terminal",), ()),
    _arm("gabapentin", -1.5, ("cord",)),
    _arm("block at the wrist", -0.2, ("distal_nerve",)),
    _arm("block at the root", -5.0, ("root",)),
)


class _Nerve:
    """Two fibers; the second fires more, at every place and in every condition."""

    fibers = 2

    def __init__(self, reaches):
        self.reaches = np.array([[1.0, reaches]] * 3)

    def spikes_ms(self, patient, test, fiber, site):
        return np.arange(1.0 + 4 * fiber)


@pytest.fixture
def run():
    def snapshot(value):
        return SimpleNamespace(mechanisms=np.full((len(entries()), 2), value))

    arms = [SimpleNamespace(treated=snapshot(float(i))) for i in range(len(ARMS))]
    weights = SimpleNamespace(weights=np.array([0.2, 0.8]))
    return SimpleNamespace(match=weights, today=snapshot(-1.0), arms=arms)


def _record(monkeypatch, run, reaches=1.0):
    seen = []

    def simulate_nerve(fiber, values, **options):
        seen.append(values)
        return _Nerve(reaches)

    monkeypatch.setattr(rasters, "simulate_nerve", simulate_nerve)
    return rasters.record_rasters(run, ARMS, SITES, seed=1), seen


def test_today_the_treatment_that_misses_and_the_one_that_hits_are_shown(monkeypatch, run):
    panels, seen = _record(monkeypatch, run)
    assert [p.label for p in panels] == ["Today", "block at the wrist", "block at the root"]
    # Each panel has its own mechanisms: today, arm 3, arm 4.
    assert all(list(values[0]) == [-1.0, 3.0, 4.0] for values in seen)


def test_every_class_is_shown_from_skin_to_cord(monkeypatch, run):
    panels, _ = _record(monkeypatch, run)
    labels = [row.label for row in panels[0].rows]
    assert labels[:5] == ["C · skin", "C · wrist", "C · plexus", "C · C7 root", "C · spinal cord"]
    assert len(labels) == 15
    assert {len(row.times_ms) for row in panels[0].rows} == {5}


def test_a_fiber_that_no_longer_reaches_the_cord_is_not_chosen(monkeypatch, run):
    panels, _ = _record(monkeypatch, run, reaches=0.0)
    assert {len(row.times_ms) for row in panels[0].rows} == {1}
