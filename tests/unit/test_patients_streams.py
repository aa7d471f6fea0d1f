"""A change of one decision moves nobody else: arms and sizes share their patients."""

from __future__ import annotations

import numpy as np

from causalgia.patients.streams import stream


def test_the_same_names_give_the_same_numbers_whenever_they_are_asked_for():
    first = stream(1, "population", "age").random(5)
    stream(1, "population", "weight").random(100)
    assert np.array_equal(stream(1, "population", "age").random(5), first)


def test_another_seed_module_or_decision_gives_other_numbers():
    reference = stream(1, "population", "age").random(5)
    for seed, names in (
        (2, ("population", "age")),
        (1, ("course", "age")),
        (1, ("population", "x")),
    ):
        assert not np.array_equal(stream(seed, *names).random(5), reference)


def test_names_do_not_run_together():
    assert stream(1, "ab", "c").random() != stream(1, "a", "bc").random()


def test_the_first_patients_of_many_are_the_patients_of_few():
    for draw in ("random", "standard_normal"):
        few = getattr(stream(3, "population", "age"), draw)(7)
        many = getattr(stream(3, "population", "age"), draw)(1000)
        assert np.array_equal(many[:7], few)
