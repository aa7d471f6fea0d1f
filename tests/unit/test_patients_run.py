"""A whole case on a transparent pathway: who is compared with whom, and what the words say.

The pathway here is three lines of arithmetic, so that every outcome can be reasoned out by hand;
what the fitted one does is tested with its own floor.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from causalgia import causes
from causalgia.patients.answers import answer_case
from causalgia.patients.case import Request, read_case
from causalgia.patients.export import to_json
from causalgia.patients.simulate import run_arms

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "cervical_radiculopathy.toml"
PATIENTS = 40


def _case(*requests, **changes):
    case = read_case(EXAMPLE)
    changes = {"onset_days": 60.0, "horizon_days": 98.0, "blocks": (), **changes}
    return dataclasses.replace(case, requests=requests, **changes)


def _answer(pathway, case, seed=1):
    run = run_arms(
        case,
        causes.find(case.cause),
        pathway,
        patients=PATIENTS,
        seed=seed,
        tell=lambda text: None,
    )
    return answer_case(run, seed=seed)


WRIST = Request("local_anesthetic_block", None, "wrist", "distal_nerve")
ROOT = Request("local_anesthetic_block", None, "c7 root", "root")
IBUPROFEN = Request("ibuprofen", None, None, None)
GABAPENTIN = Request("gabapentin", 1800.0, None, None)


@pytest.fixture(scope="module")
def result(transparent_pathway):
    return _answer(transparent_pathway, _case(IBUPROFEN, GABAPENTIN, WRIST, ROOT))


def _arm(result, key):
    (arm,) = [arm for arm in result.arms if arm.key == key]
    return arm


def test_the_generator_of_a_compressed_root_is_the_root(result):
    assert result.shares["root"].value > 0.95
    assert result.answers["where"].startswith("In the C7 root")


def test_a_block_at_the_wrist_leaves_the_pain_of_a_root_and_one_at_the_root_stops_it(result):
    wrist, root = (_arm(result, f"local_anesthetic_block@{p}") for p in ("distal_nerve", "root"))
    assert abs(wrist.change.mean) < 0.1
    assert wrist.reason.startswith("It does not reach the generator.")
    assert root.treated.rating < 0.1 * root.untreated.rating
    assert root.relief_50.value > 0.99
    assert root.reason.startswith("It reaches the generator.")


def test_an_anti_inflammatory_finds_nothing_to_calm_in_the_skin(result):
    arm = _arm(result, "ibuprofen")
    assert arm.acts_at == ("terminal",)
    assert arm.change.mean == pytest.approx(0.0, abs=0.05)
    assert arm.moves == ()


def test_gabapentin_helps_behind_the_generator(result):
    arm = _arm(result, "gabapentin:1800")
    assert arm.change.mean < -0.3
    assert [move.quantity for move in arm.moves] == ["alpha2delta"]
    assert "leaves the generator alone" in arm.reason


def test_the_treatment_of_the_cause_is_added_and_said_to_be(result):
    added = [arm for arm in result.arms if not arm.asked]
    assert [arm.key for arm in added] == ["decompression"]
    assert added[0].acts_at == ("root",)
    assert added[0].treated.rating < added[0].untreated.rating


def test_without_input_this_pathway_is_silent(result):
    assert result.persists_without_input.value == 0.0


def test_the_outlook_starts_today_and_is_told_in_weeks(result):
    assert result.week_days[0] == 0.0
    assert np.diff(result.week_days) == pytest.approx(7.0)
    for arm in result.arms:
        assert arm.rating_quantiles.shape == (5, len(result.week_days))
        assert arm.rating_quantiles[2, 0] == result.arms[0].rating_quantiles[2, 0]
        assert (np.diff(arm.rating_quantiles, axis=0) >= 0).all()


def test_same_seed_same_bytes_and_another_seed_other_patients(result, transparent_pathway):
    again = _answer(transparent_pathway, _case(IBUPROFEN, GABAPENTIN, WRIST, ROOT))
    assert to_json(again) == to_json(result)
    assert to_json(
        _answer(transparent_pathway, _case(IBUPROFEN, GABAPENTIN, WRIST, ROOT), seed=2)
    ) != to_json(result)


def test_a_treatment_left_out_moves_nobody_else(result, transparent_pathway):
    fewer = _answer(transparent_pathway, _case(GABAPENTIN))
    assert _arm(fewer, "gabapentin:1800").change == _arm(result, "gabapentin:1800").change
    assert np.array_equal(fewer.table["weight"], result.table["weight"])


def test_a_case_unlike_all_virtual_patients_is_tempered_and_told(transparent_pathway):
    found = _answer(transparent_pathway, _case(rating_now=10.0, severity=(0.05, 0.1)))
    assert found.provenance.tempering < 1.0
    assert any("resemble this case" in text for text in found.warnings)
