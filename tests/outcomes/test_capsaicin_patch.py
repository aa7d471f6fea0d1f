"""A capsaicin patch takes away endings of C fibers in the skin: it acts there and nowhere else."""

from __future__ import annotations

import numpy as np

from causalgia.course.treating import treat
from causalgia.mechanisms import PERIPHERAL_PLACES, entries
from causalgia.treatments import build_schedule, prescribe

SKIN = PERIPHERAL_PLACES.index("terminal")
START = 14.0


def test_it_silences_the_skin_and_leaves_every_other_generator(clinic) -> None:
    people = clinic("shingles")
    today = people.follow(28.0).state
    free = np.asarray(people.now(today).origin_Hz[:, 0])
    patch = prescribe("capsaicin_patch_8", float(today.day) - 7.0, place="terminal")
    under = np.asarray(people.now(today, patch).origin_Hz[:, 0])
    assert free[SKIN].mean() > 0.3
    assert under[SKIN].mean() < 0.25 * free[SKIN].mean()
    # Places nearer the cord are relieved of spikes that ran into their own, at most.
    assert (under[SKIN + 1 :] > free[SKIN + 1 :] - 0.5).all()


def test_it_helps_where_the_skin_makes_the_pain_and_not_where_the_root_does(clinic) -> None:
    relief = {}
    for cause, day in (("shingles", 14.0), ("cervical_radiculopathy", 154.0)):
        people = clinic(cause)
        today = people.follow(day).state
        patch = prescribe("capsaicin_patch_8", day - 3.0, place="terminal")
        before, after = people.pain(today), people.pain(today, patch)
        hurts = before > 2.0
        relief[cause] = np.mean((before - after)[hurts])
    assert relief["shingles"] > 0.3
    assert relief["cervical_radiculopathy"] < 0.5 * relief["shingles"]


def test_no_mechanism_but_those_of_endings_changes(clinic) -> None:
    people = clinic("shingles")
    today = people.follow(14.0).state
    schedule = build_schedule((prescribe("capsaicin_patch_8", START - 3.0, place="terminal"),), ())
    treated = np.asarray(treat(today.mechanisms, schedule, np.float32(START), people.patients))
    moved = np.abs(treated - np.asarray(today.mechanisms)).max(axis=1) > 1e-6
    names = {entry.name for entry, has_moved in zip(entries(), moved, strict=True) if has_moved}
    assert names == {"fiber_survival@terminal/c", "trpv1@terminal/c"}


def test_unplugged_it_comes_back_as_the_endings_grow(clinic) -> None:
    # Epidermal fibers are back within months (Kennedy 2010): half a year later it is over.
    people = clinic("shingles")
    today = people.follow(14.0).state
    before = people.pain(today)
    patch = {
        days: prescribe("capsaicin_patch_8", START - days, place="terminal")
        for days in (3.0, 400.0)
    }
    relief = {days: np.mean(before - people.pain(today, given)) for days, given in patch.items()}
    assert relief[400.0] < 0.3 * relief[3.0]
