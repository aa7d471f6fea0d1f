"""Treatments in a trial of painful diabetic neuropathy: who is helped by what, and by how much.

One trial of many arms on the fitted pathway, in which everybody goes through every arm; what is
asserted are directions that trials have shown, not their numbers, which stand beside the model's in
`causalgia validate treatments`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from causalgia.tables import validated
from causalgia.trials.design import Design
from causalgia.trials.simulate import simulate_shard

ARMS = {
    "placebo": [],
    "gabapentin": [("gabapentin", "2400 mg/day")],
    "nortriptyline": [("nortriptyline", "75 mg/day")],
    "both": [("gabapentin", "2400 mg/day"), ("nortriptyline", "75 mg/day")],
    "ibuprofen": [("ibuprofen", "1200 mg/day")],
    "paracetamol": [("paracetamol", "3000 mg/day")],
    "oxcarbazepine": [("oxcarbazepine", "1800 mg/day")],
}
WEEKS, PEOPLE = 6, 140


@pytest.fixture(scope="module")
def relief() -> pd.DataFrame:
    """Points of relief in the last week, a row a patient and arm, of those still treated."""
    document = {
        "title": "Many arms",
        "weeks": WEEKS,
        "patients": PEOPLE,
        "seed": 3,
        "condition": [{"cause": "diabetic_neuropathy", "duration": ["2 years", "10 years"]}],
        "arms": [
            {
                "name": name,
                "treatments": [{"name": n, "dose": d, "titrate": False} for n, d in given],
            }
            for name, given in ARMS.items()
        ],
    }
    design = validated(Design, document)
    assert design.shard_count == 1
    shard = simulate_shard(design, 0, replayed=design.arm_names)
    last = shard.weeks[(shard.weeks["week"] == WEEKS) & shard.weeks["on_treatment"]]
    both = last.rename(columns={"treatment": "arm"}).merge(shard.patients, on=["patient", "arm"])
    return both.assign(relief=both["baseline"] - both["pain"])


def mean(relief: pd.DataFrame, arm: str) -> tuple[float, float]:
    """Mean relief over placebo within patients, and its standard error."""
    by_arm = relief.pivot(index="patient", columns="arm", values="relief")
    gained = (by_arm[arm] - by_arm["placebo"]).dropna()
    return float(gained.mean()), float(gained.std() / np.sqrt(len(gained)))


def test_both_drugs_together_relieve_more_than_each_alone(relief: pd.DataFrame) -> None:
    both, error = mean(relief, "both")
    for alone in ("gabapentin", "nortriptyline"):
        assert mean(relief, alone)[0] > 0.0
        assert both > mean(relief, alone)[0] + error


def test_anti_inflammatory_and_paracetamol_give_no_useful_relief(relief: pd.DataFrame) -> None:
    for drug in ("ibuprofen", "paracetamol"):
        value, error = mean(relief, drug)
        # One point of ten is the least that patients call useful.
        assert value + 1.96 * error < 1.0
        assert value < mean(relief, "gabapentin")[0]
        # And why: what it pushes is as in health, or hardly there.
        assert relief[f"push:{drug}"].mean() < 0.3
    assert relief["push:oxcarbazepine"].mean() > 0.5


def test_a_sodium_channel_blocker_helps_irritable_nociceptors_more(relief: pd.DataFrame) -> None:
    # By its push alone, at entry.
    irritable = relief["irritable_nociceptor"]
    assert 0.1 < irritable.mean() < 0.9
    share = relief["push:oxcarbazepine"] / relief["test:rest"].clip(lower=0.5)
    assert share[irritable].mean() > 1.2 * share[~irritable].mean()
    assert mean(relief, "oxcarbazepine")[0] > 0.3


def test_side_effects_come_with_the_drug_that_has_them(relief: pd.DataFrame) -> None:
    dizzy = relief.groupby("arm")["adverse:dizziness"].mean()
    assert dizzy["gabapentin"] > dizzy["placebo"] + 0.05
    assert abs(dizzy["ibuprofen"] - dizzy["placebo"]) < 0.12
