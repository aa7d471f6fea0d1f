"""Questionnaires, sensory profiles and the grade."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.errors import InputError
from causalgia.patients.observations import grade, profile, score
from causalgia.patients.observations.instruments import INSTRUMENTS
from causalgia.patients.observations.phenotypes import (
    CLUSTER_TESTS,
    clusters_of,
    irritable_nociceptor,
)
from causalgia.patients.observations.sensory import SENSORY_TESTS

FULL = {
    name: {item.name: item.model.limits[1] for item in instrument.items}
    for name, instrument in INSTRUMENTS.items()
}


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("DN4", 0, 10),
        ("DN4_interview", 0, 7),
        ("LANSS", 0, 24),
        ("S-LANSS", 0, 24),
        ("painDETECT", -1, 38),
        ("ID_Pain", -1, 5),
        ("NPSI", 0, 100),
    ],
)
def test_totals_go_as_far_as_published(name: str, lowest: float, highest: float) -> None:
    assert INSTRUMENTS[name].limits == (lowest, highest)


def test_a_case_scored_by_hand() -> None:
    detect = {"burning": 4, "tingling": 3, "touch_evoked": 2, "attacks": 4, "cold_or_heat": 1}
    detect |= {"numbness": 3, "pressure": 2, "course": -1, "radiating": 1}
    found = score("painDETECT", detect)
    assert found.total == 20 and found.cutoff == 19 and "likely" in found.meaning
    lanss = score("LANSS", dict.fromkeys(FULL["LANSS"], 0) | {"skin_color": 1, "sudden_bursts": 1})
    assert lanss.total == 7 and lanss.cutoff is None and "unlikely" in lanss.meaning
    line = score("NPQ", dict.fromkeys(FULL["NPQ"], 0) | {"numbness": 80, "tingling": 50})
    assert line.total == pytest.approx(80 * 0.02 + 50 * 0.01 - 1.408)
    joint = score("ID_Pain", dict.fromkeys(FULL["ID_Pain"], 0) | {"only_joints": 1, "numbness": 1})
    assert joint.total == 0 and "unlikely" in joint.meaning


def test_subscores_are_means_of_the_answers_given() -> None:
    answers = {"worst": 8, "least": 2, "average": 5, "now": 5, "sleep": 7, "mood": 3}
    found = score("BPI", answers)
    assert found.total is None and found.subscores == {"severity": 5.0, "interference": 5.0}
    assert "walking" in found.missing


def test_missing_answers_are_not_counted_as_no() -> None:
    open_still = score("DN4", {"burning": 1, "electric": 1})
    assert open_still.total is None and open_still.range == (2, 10)
    assert "cannot be told without painful_cold" in open_still.meaning
    decided = score("DN4", dict.fromkeys(("burning", "electric", "tingling", "numbness"), 1))
    assert decided.total is None and decided.meaning == "neuropathic pain likely"


@pytest.mark.parametrize(
    ("name", "answers", "said"),
    [
        ("DN5", {}, "DN4"),
        ("DN4", {"burnin": 1}, "burning"),
        ("DN4", {"burning": 2}, "allowed: 0, 1"),
        ("painDETECT", {"course": 0.5}, "allowed: -1, 0, 1"),
        ("painDETECT", {"burning": 9}, "allowed: 0 to 5"),
        ("NPQ", {"burning": float("nan")}, "allowed: 0 to 100"),
        ("DN4", {"burning": "yes"}, "allowed: 0, 1"),
    ],
)
def test_wrong_answers_are_refused(name: str, answers: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        score(name, answers)


def test_a_profile_goes_to_the_nearest_cluster() -> None:
    lost = dict.fromkeys(("CDT", "WDT", "TSL", "MDT", "VDT"), -2.4)
    found = profile(lost)
    assert found.cluster == "sensory_loss" and found.irritable is False
    assert set(found.abnormal) == set(lost) and "HPT" in found.missing
    hot = profile({"CDT": 0.0, "WDT": 0.1, "HPT": 2.3, "CPT": 1.5, "MPT": 0.0})
    assert hot.cluster == "thermal_hyperalgesia" and hot.irritable is True
    prick = profile({"CDT": -1.2, "WDT": -1.4, "MPT": 2.2, "MPS": 2.5, "PPT": 1.5})
    assert prick.cluster == "mechanical_hyperalgesia"


def test_a_profile_of_few_tests_is_not_guessed() -> None:
    found = profile({"CDT": -3.0, "HPT": 0.0})
    assert found.cluster is None and not found.distance
    assert profile({"HPT": 3.0}).irritable is None
    with pytest.raises(InputError, match="CDT"):
        profile({"CTD": 1.0})


def test_many_profiles_agree_with_one() -> None:
    scores = np.random.default_rng(2).normal(0.0, 1.5, (len(SENSORY_TESTS), 20))
    table = dict(zip(SENSORY_TESTS, scores, strict=True))
    irritable = irritable_nociceptor(table)
    for patient, row in enumerate(clusters_of(table)):
        own = profile({test: float(z[patient]) for test, z in table.items()})
        assert own.cluster == tuple(own.distance)[row] and own.irritable == irritable[patient]
    with pytest.raises(InputError, match="VDT"):
        clusters_of({test: table[test] for test in CLUSTER_TESTS if test != "VDT"})


def test_the_grade_climbs_with_the_evidence() -> None:
    told = {"history": True, "distribution": True}
    assert grade(**told).level == "possible"
    signs = {"pinprick_loss": 1.0, "CDT": -2.6, "burning": 1.0, "HPT": 0.3}
    probable = grade(**told, observed=signs)
    assert probable.level == "probable" and probable.highest == "definite"
    assert probable.steps[2].evidence == ("Pinprick felt less", "Cold detection, z -2.6")
    assert "test" in probable.next
    definite = grade(**told, observed=signs, tests={"skin_biopsy": True})
    assert definite.level == definite.highest == "definite" and not definite.next


def test_what_was_not_looked_for_is_not_absent() -> None:
    nothing = grade()
    assert nothing.level is None and nothing.highest == "definite" and "lesion" in nothing.next
    assert grade(history=False).level == grade(history=False).highest == "unlikely"
    looked = grade(history=True, distribution=True, observed={"touch_loss": 0.0})
    assert looked.level == looked.highest == "possible"
    assert looked.steps[2].evidence == ("not found: Touch felt less",)
    with pytest.raises(InputError, match="skin_biopsy"):
        grade(tests={"skin_biopsie": True})
