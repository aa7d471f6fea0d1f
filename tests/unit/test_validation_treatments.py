"""Published trials beside simulated ones: every row has a setting, every measure is arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from causalgia.validation.reference import load_references
from causalgia.validation.treatments import compute
from causalgia.validation.treatments.arms import Arm, arm_of
from causalgia.validation.treatments.measures import measure
from causalgia.validation.treatments.settings import design_of, rows, trials

MEASURES = {
    *("change", "percent", "difference", "difference50", "responder30", "responder50"),
    *("improved", "nnt30", "nnt50", "nnt_improved", "nnh", "nnh_stops", "stops"),
}


def test_every_row_is_simulated_or_says_why_not() -> None:
    references = load_references("treatments")
    assert len(references) > 300
    for reference in references:
        assert (reference.id in rows()) != bool(reference.left_out), reference.id
    assert set(rows()) <= {reference.id for reference in references}


def test_every_setting_is_a_design_with_the_arms_that_rows_ask_for() -> None:
    for name in trials():
        assert design_of(name, 10).title == name
    for row_id, wanted in rows().items():
        design = design_of(wanted.trial, 10)
        assert wanted.arm in design.arm_names, row_id
        assert wanted.measure.partition(":")[0] in MEASURES, row_id
        differs = wanted.measure.startswith(("diff", "nn"))
        assert not differs or wanted.arm != design.control.name, row_id


def test_a_fit_cannot_see_rows_to_validate() -> None:
    kept_back = [r.id for r in load_references("treatments") if r.use != "calibrate"]
    assert len(kept_back) > 100
    assert compute(kept_back) == {}


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Four people in both arms; the second leaves either after the first of two weeks."""
    people = pd.DataFrame(
        {
            "patient": [0, 1, 2, 3] * 2,
            "arm": ["drug"] * 4 + ["placebo"] * 4,
            "baseline": 8.0,
            "stop_reason": ["", "adverse event", "", ""] * 2,
            "adverse:dizziness": [True, True, False, False] + [False] * 4,
        }
    )
    ends = {"drug": [2.0, 6.0, 4.0, 8.0], "placebo": [8.0, 8.0, 4.0, 6.0]}
    weeks = []
    for arm, last in ends.items():
        for i, value in enumerate(last):
            left = i == 1
            for week in (1, 2):
                diary = np.nan if left and week == 2 else value
                row = {"patient": i, "treatment": arm, "week": week, "diary": diary}
                weeks.append({**row, "on_treatment": week == 1 or not left})
    return people, pd.DataFrame(weeks)


def arms() -> tuple[Arm, Arm]:
    people, weeks = tables()
    return arm_of(people, weeks, "drug", False), arm_of(people, weeks, "placebo", False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("change", -3.0),
        ("percent", -37.5),
        ("difference", -1.5),
        ("responder50", 50.0),
        ("responder30", 50.0),
        ("improved", 50.0),
        ("difference50", 25.0),
        ("nnt50", 4.0),
        ("nnt_improved", 4.0),
        ("nnh:dizziness", 2.0),
        ("nnh_stops", math.inf),
        ("stops", 25.0),
        ("stops:lack of efficacy", 0.0),
    ],
)
def test_measures_of_four_people_by_hand(name: str, expected: float) -> None:
    drug, placebo = arms()
    found = measure(name, drug, placebo)
    assert found.value == pytest.approx(expected)
    assert found.low <= found.value <= found.high


def test_whoever_leaves_counts_with_the_last_diary() -> None:
    drug, _ = arms()
    assert drug.change.tolist() == [-6.0, -2.0, -4.0, 0.0]


def test_a_side_effect_that_no_treatment_has_is_nobodys() -> None:
    drug, _ = arms()
    assert not drug.had("hiccups").any()
