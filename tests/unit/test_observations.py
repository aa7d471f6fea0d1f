"""Answers of virtual patients: probable where they should be, and probabilities at all."""

from __future__ import annotations

import math

import numpy as np
import pytest

from causalgia.causes import KINDS
from causalgia.errors import InputError
from causalgia.mechanisms import PLACES, entries
from causalgia.mechanisms.map import FIBERS, index_of
from causalgia.pathway.health import in_health
from causalgia.pathway.response import QUALITIES, TESTS
from causalgia.patients.observations import (
    BASIC_OBSERVATIONS,
    OBSERVATIONS,
    find_observation,
    observed,
)
from causalgia.patients.observations.complaint import Propensity
from causalgia.patients.observations.instruments import INSTRUMENTS
from causalgia.patients.observations.numbers import instead
from causalgia.patients.observations.sensory import SENSORY_TESTS
from causalgia.patients.virtual import VirtualPatients


def sound(count: int) -> VirtualPatients:
    """People in whom nothing is wrong."""
    health = in_health()
    mechanisms = np.array([[entry.healthy] for entry in entries()])
    return VirtualPatients(
        causes=("none",),
        cause=np.zeros(count, dtype=int),
        duration_days=np.full(count, 365.0),
        covariates={"age_years": np.full(count, 50.0)},
        mechanisms=np.tile(mechanisms, count),
        insult=np.zeros((len(KINDS), len(PLACES), count)),
        afferent_Hz=np.tile(health.afferent_Hz[..., None], count),
        origin_Hz=np.tile(health.origin_Hz[..., None], count),
        projection_Hz=np.tile(health.projection_Hz[..., None], count),
        rating=np.zeros((len(TESTS), count)),
        qualities=np.zeros((len(QUALITIES), count)),
        rating_without_input=np.zeros(count),
    )


def without_fibers(left: float, *fibers: str) -> VirtualPatients:
    """One person with so few fibers left in the limb."""
    patients = sound(1)
    for fiber in fibers:
        patients.mechanisms[index_of("fiber_survival", "distal_nerve", fiber)] = left
        patients.afferent_Hz[:, FIBERS.index(fiber)] *= left
    return patients


def test_chances_sum_to_one_and_likelihoods_agree_with_them() -> None:
    patients = sound(2)
    for own in OBSERVATIONS.values():
        chance = own.chance(patients)
        assert chance.shape == (len(own.outcomes), 2)
        np.testing.assert_allclose(chance.sum(axis=0), 1.0, atol=1e-9)
        assert own.question and own.label and own.explained
        if own.kind == "yes_no" or (own.name in BASIC_OBSERVATIONS and own.kind == "rating"):
            for outcome, share in zip(own.outcomes, chance, strict=True):
                told = np.exp(own.log_likelihood(outcome, patients))
                np.testing.assert_allclose(told, share, atol=1e-6)


def test_what_is_drawn_is_as_frequent_as_its_chance() -> None:
    patients = sound(4000)
    generator = np.random.default_rng(3)
    for name in ("burning", "pain_course", "painDETECT.numbness", "DN4", "VDT"):
        own = OBSERVATIONS[name]
        drawn = own.draw(patients, generator)
        mean = float(np.asarray(own.outcomes) @ own.chance(patients)[:, 0])
        spread = float(np.sqrt(np.var(drawn) / len(drawn)))
        # Bins of z-scores have middles, which are off by a little.
        assert drawn.mean() == pytest.approx(mean, abs=5.0 * spread + 0.05)


def test_healthy_people_are_standard_normal_in_every_sensory_test() -> None:
    patients = sound(4000)
    for name in SENSORY_TESTS:
        drawn = OBSERVATIONS[name].draw(patients, np.random.default_rng(5))
        assert drawn.mean() == pytest.approx(0.0, abs=0.06), name
        assert drawn.std() == pytest.approx(1.0, abs=0.06), name


def test_lost_fibers_are_felt_where_they_belong() -> None:
    health = {test: _mean(test, sound(1)) for test in SENSORY_TESTS}
    large = {t: _mean(t, without_fibers(0.3, "a_beta")) for t in SENSORY_TESTS}
    small = {t: _mean(t, without_fibers(0.3, "c", "a_delta")) for t in SENSORY_TESTS}
    assert large["MDT"] < health["MDT"] - 1.0 and large["VDT"] < health["VDT"] - 1.0
    assert large["WDT"] == pytest.approx(health["WDT"])
    assert small["CDT"] < health["CDT"] - 1.5 and small["WDT"] < health["WDT"] - 1.5
    assert small["HPT"] < health["HPT"] - 0.3 and small["MPS"] < health["MPS"] - 0.3
    numb = OBSERVATIONS["numbness"]
    assert numb.chance(without_fibers(0.3, "a_beta"))[0, 0] > 3.0 * numb.chance(sound(1))[0, 0]


def _mean(test: str, patients: VirtualPatients) -> float:
    own = OBSERVATIONS[test]
    return float(np.asarray(own.outcomes) @ own.chance(patients)[:, 0])


def test_a_lesion_of_the_tract_takes_feeling_and_moves_no_afferent() -> None:
    patients = sound(1)
    patients.insult[KINDS.index("lesion"), PLACES.index("brain")] = 0.8
    for sign in ("touch_loss", "pinprick_loss", "cold_loss", "warm_loss", "weakness_seen"):
        own = OBSERVATIONS[sign]
        assert own.chance(patients)[0, 0] > 0.5 > own.chance(sound(1))[0, 0]


def test_more_of_a_drive_is_reported_more_often() -> None:
    own = Propensity(lambda patients: np.zeros(1), half=0.5, slope=2.0, false=0.1)
    chance = 1.0 / (1.0 + np.exp(-own.logit_of(np.array([0.0, 0.25, 0.5, 5.0]))))
    assert chance[0] == pytest.approx(0.1)
    assert np.all(np.diff(chance) > 0.0) and chance[2] > 0.5 and chance[3] > 0.98


def test_ratings_are_told_near_what_is_felt() -> None:
    patients = sound(1)
    patients.rating[TESTS.index("rest")] = 6.0
    now = OBSERVATIONS["pain_now"]
    assert now.outcomes[int(np.argmax(now.chance(patients)))] == 6.0
    assert now.log_likelihood(6.0, patients)[0] > now.log_likelihood(1.0, patients)[0] + 5.0
    assert math.isfinite(now.log_likelihood(0.0, patients)[0])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("burning", 0.5, "1 \\(yes\\) or 0 \\(no\\)"),
        ("burning", math.nan, "1 \\(yes\\) or 0 \\(no\\)"),
        ("pain_now", 11.0, "0 to 10"),
        ("CDT", 40.0, "z-score"),
        ("DN4", 12.0, "0 to 10"),
        ("burning", "yes", "1 \\(yes\\) or 0 \\(no\\)"),
    ],
)
def test_what_is_no_answer_is_refused(name: str, value: float, said: str) -> None:
    with pytest.raises(InputError, match=f"{name} is .*{said}"):
        OBSERVATIONS[name].log_likelihood(value, sound(1))


def test_unknown_names_are_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="numbness"):
        find_observation("numness")
    with pytest.raises(InputError, match="burning_half"):
        instead({"burning_hal": 1.0})


def test_a_complaint_answered_twice_counts_once() -> None:
    found = observed(
        {"burning": 1.0},
        {"DN4": {"burning": 1, "electric": 0}, "painDETECT": {"attacks": 4, "numbness": 3}},
    )
    assert dict(found) == {"burning": 1.0, "DN4.electric": 0.0, "painDETECT.numbness": 3.0}


def test_qualities_of_the_pathway_are_observations_under_their_old_names() -> None:
    assert set(QUALITIES) <= set(BASIC_OBSERVATIONS)
    assert {own for item in INSTRUMENTS["DN4"].items for own in item.of} <= set(BASIC_OBSERVATIONS)
