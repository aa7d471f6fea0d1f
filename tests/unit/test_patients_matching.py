"""A case is matched to the virtual patients who would have told the same story."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from causalgia.pathway.response import QUALITIES
from causalgia.patients.matching import (
    effective_sample_size,
    estimate,
    log_likelihood,
    match,
    weighted_quantiles,
)


def _case(rating=6.0, symptoms=(), blocks=()):
    return SimpleNamespace(rating_now=rating, symptoms=symptoms, blocks=blocks)


def _likelihood(case, rating, qualities=None, relief=None):
    count = len(rating)
    qualities = np.zeros((len(QUALITIES), count)) if qualities is None else qualities
    relief = np.zeros((len(case.blocks), count)) if relief is None else relief
    return log_likelihood(case, np.asarray(rating, float), qualities, relief)


def test_a_patient_with_the_same_rating_counts_most_and_noise_sets_how_much():
    found = _likelihood(_case(rating=6.0), [6.0, 7.0, 2.0])
    assert found[0] > found[1] > found[2]
    # One point away at a noise of one point costs half a unit of logarithm.
    assert found[0] - found[1] == pytest.approx(0.5)


@pytest.mark.parametrize("present", [True, False])
def test_a_reported_symptom_favors_patients_who_have_it(present):
    qualities = np.zeros((len(QUALITIES), 2))
    qualities[QUALITIES.index("burning")] = [0.0, 1.0]
    found = _likelihood(_case(symptoms=(("burning", present),)), [6.0, 6.0], qualities)
    assert bool(found[1] > found[0]) is present


def test_a_failed_block_favors_patients_whom_it_would_fail():
    case = _case(blocks=(SimpleNamespace(relief=0.1),))
    found = _likelihood(case, [6.0, 6.0], relief=np.array([[0.1, 1.0]]))
    assert found[0] - found[1] == pytest.approx(0.5 * (0.9 / 0.2) ** 2)


def test_weights_sum_to_one_and_equal_patients_count_alike():
    found = match(np.full(100, -3.0))
    assert found.weights.sum() == pytest.approx(1.0)
    assert found.effective_sample_size == pytest.approx(100.0)
    assert found.tempering == 1.0


def test_a_case_that_few_resemble_is_tempered_until_enough_patients_speak():
    rating = np.linspace(0.0, 3.0, 200)
    hard = _likelihood(_case(rating=10.0), rating)
    assert effective_sample_size(np.exp(hard - hard.max())) < 30.0
    found = match(hard)
    assert found.tempering < 1.0
    assert found.effective_sample_size == pytest.approx(30.0, rel=0.01)
    assert found.untempered_size < 30.0
    # The nearest patient still counts most.
    assert found.weights.argmax() == 199


def test_a_tiny_population_is_not_asked_for_more_patients_than_it_has():
    found = match(np.array([0.0, -50.0, -60.0, -70.0]))
    assert found.effective_sample_size == pytest.approx(2.0, rel=0.01)


def test_quantiles_of_equal_weights_are_the_ordinary_ones():
    values = np.arange(101.0)
    weights = np.full(101, 1 / 101)
    assert weighted_quantiles(values, weights, (0.25, 0.5, 0.75)) == pytest.approx(
        [25, 50, 75], abs=0.5
    )


def test_a_patient_of_weight_two_counts_like_two_patients():
    doubled = weighted_quantiles(np.array([1.0, 5.0]), np.array([2 / 3, 1 / 3]), (0.5,))
    assert doubled[0] < 3.0
    assert estimate(np.array([1.0, 5.0]), np.array([2 / 3, 1 / 3])).mean == pytest.approx(7 / 3)


def test_quantiles_keep_the_other_axes():
    values = np.arange(24.0).reshape(2, 3, 4)
    found = weighted_quantiles(values, np.full(4, 0.25), (0.1, 0.9))
    assert found.shape == (2, 2, 3)
