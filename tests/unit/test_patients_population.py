"""Virtual patients share what is known of the case and differ in what is not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from causalgia import causes
from causalgia.patients.case import read_case
from causalgia.patients.population import SUSCEPTIBILITIES, draw_population

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def _draw(example="diabetic_neuropathy", count=500, seed=1, **changes):
    case = dataclasses.replace(read_case(EXAMPLES / f"{example}.toml"), **changes)
    return draw_population(case, causes.find(case.cause), count=count, seed=seed)


def test_what_is_known_is_shared_by_all():
    found = _draw(age_years=61.0, hba1c_percent=8.6)
    assert set(found.age_years) == {61.0}
    assert set(found.hba1c_percent) == {8.6}
    assert np.ptp(found.pain_sensitivity) > 0.5


def test_what_is_known_moves_nothing_else():
    known, unknown = _draw(hba1c_percent=8.6), _draw(hba1c_percent=None)
    assert np.array_equal(known.severity, unknown.severity)
    assert np.array_equal(known.cyp2d6_activity, unknown.cyp2d6_activity)


def test_the_first_patients_of_many_are_the_patients_of_few():
    few = _draw(count=20, age_years=None, weight_kg=None, renal_clearance_mL_min=None)
    many = _draw(count=300, age_years=None, weight_kg=None, renal_clearance_mL_min=None)
    for field in dataclasses.fields(few):
        assert np.array_equal(getattr(few, field.name), getattr(many, field.name)[:20]), field.name


def test_the_cause_says_who_gets_it():
    diabetic = _draw(age_years=None, hba1c_percent=None)
    root = _draw("cervical_radiculopathy", age_years=None)
    assert diabetic.hba1c_percent.min() > 6.5
    assert root.hba1c_percent.max() < 6.9
    assert diabetic.age_years.mean() > root.age_years.mean()


def test_severity_lies_in_the_range_of_the_case():
    found = _draw(severity=(0.35, 0.65))
    assert found.severity.min() >= 0.35
    assert found.severity.max() <= 0.65
    assert set(_draw(severity=(0.4, 0.4)).severity) == {0.4}


def test_susceptibilities_are_factors_around_one():
    found = _draw(count=2000)
    for name in SUSCEPTIBILITIES:
        values = getattr(found, name)
        assert values.min() > 0
        assert np.median(values) == pytest.approx(1.0, abs=0.06)


def test_clearance_falls_with_age_as_in_people():
    young = _draw(renal_clearance_mL_min=None, age_years=40.0, onset_days=300.0)
    old = _draw(renal_clearance_mL_min=None, age_years=85.0)
    assert 80 < np.median(young.renal_clearance_mL_min) < 160
    assert np.median(old.renal_clearance_mL_min) < 0.7 * np.median(young.renal_clearance_mL_min)


def test_one_in_fourteen_cannot_use_cyp2d6():
    found = _draw(count=5000).cyp2d6_activity
    assert np.mean(found == 0.0) == pytest.approx(0.07, abs=0.015)
    assert set(found) == {0.0, 0.5, 1.0, 2.0}


def test_nobody_fell_ill_before_adult_life():
    found = _draw(age_years=None, onset_days=20 * 365.25)
    assert found.age_years.min() >= 38.0
