"""Same seed, same bytes; arms share their patients; the order of a list means nothing."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from causalgia.course import Course
from causalgia.treatments import prescribe

DAYS = 35.0
FIELDS = ("rating", "pain", "diary", "afferent_Hz", "origin_Hz", "qualities", "central")


def as_bytes(course: Course) -> bytes:
    parts = [getattr(course, name).tobytes() for name in FIELDS]
    parts += [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(course.state)]
    return b"".join(parts)


def test_the_same_seed_gives_the_same_bytes_and_another_one_another_diary(clinic) -> None:
    people = clinic("shingles")
    first, again, other = (people.follow(DAYS, seed=seed) for seed in (4, 4, 5))
    assert as_bytes(first) == as_bytes(again)
    assert (first.rating == other.rating).all()
    assert (first.diary != other.diary).mean() > 0.5


def test_another_arm_changes_nobody_in_this_one(clinic) -> None:
    people = clinic("shingles")
    before = as_bytes(people.follow(DAYS))
    people.follow(DAYS, prescribe("gabapentin", 14.0))
    assert as_bytes(people.follow(DAYS)) == before


def test_arms_share_patients_and_moods_until_treatment_parts_them(clinic) -> None:
    people = clinic("shingles")
    untreated, treated = people.follow(DAYS), people.follow(DAYS, prescribe("gabapentin", 14.0))
    assert untreated.diary[:2] == pytest.approx(treated.diary[:2], abs=1e-3)
    assert untreated.rating[-1].mean() > treated.rating[-1].mean() + 0.1


def test_the_order_of_treatments_in_the_list_does_not_matter(clinic) -> None:
    people = clinic("cervical_radiculopathy")
    given = [prescribe(name, 7.0) for name in ("gabapentin", "nortriptyline", "ibuprofen")]
    there, back = people.follow(DAYS, *given), people.follow(DAYS, *reversed(given))
    alone = people.follow(DAYS, given[0])
    assert np.abs(there.rating - back.rating).max() < 1e-3
    assert np.abs(there.rating - alone.rating).max() > 0.1
