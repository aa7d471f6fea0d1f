"""Analyses added up from shard to shard are those of all patients at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from causalgia.tables import validated
from causalgia.trials import Design
from causalgia.trials.analysis import analyze
from causalgia.trials.by_shard import analyze_by_shard, why_not_summed
from causalgia.trials.known_truth import KnownTrial, draw_known_trial
from causalgia.trials.linear_sums import Columns
from causalgia.trials.unstructured import fit_unstructured

ARMS = [
    {"name": "placebo"},
    {"name": "drug", "treatments": [{"name": "gabapentin"}]},
    {"name": "better", "treatments": [{"name": "pregabalin"}]},
]
CHANGES = {"placebo": -1.0, "drug": -1.8, "better": -2.5}


def design(**changes: Any) -> Design:
    base = {"title": "t", "condition": [{"cause": "shingles"}], "arms": ARMS, "patients": 240}
    return validated(Design, {**base, "weeks": 4, **changes})


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    law = KnownTrial(
        patients=240, weeks=4, drop_out=0.06, informative=0.5, prognostic=0.8, changes=CHANGES
    )
    patients, weeks = draw_known_trial(law, 5)
    random = np.random.default_rng(5)
    patients["adverse:dizziness"] = random.random(240) < np.where(patients["arm"] == "drug", 0.3, 0)
    patients["rescue_days"] = random.integers(0, 9, 240)
    left = patients["stop_day"].notna()
    patients.loc[left, "stop_reason"] = random.choice(["adverse event", "other"], left.sum())
    patients["npsi_baseline"] = 10.0 * patients["baseline"] + random.normal(0, 5, 240)
    weeks["npsi"] = 8.0 * weeks["pain"]
    return patients, weeks


def parts(patients: pd.DataFrame, weeks: pd.DataFrame, size: int = 70) -> Iterator[Any]:
    for first in range(0, len(patients), size):
        here = patients[patients["patient"].between(first, first + size - 1)]
        yield here, weeks[weeks["patient"].isin(here["patient"])]


def same(one: Any, other: Any, where: str = "") -> None:
    """Equal but for rounding, all the way down."""
    if dataclasses.is_dataclass(one):
        for f in dataclasses.fields(one):
            same(getattr(one, f.name), getattr(other, f.name), f"{where}.{f.name}")
    elif isinstance(one, Mapping):
        assert list(one) == [k for k in other if "multiple" not in k], where
        for key in one:
            same(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, tuple):
        assert len(one) == len(other), where
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            same(a, b, f"{where}[{i}]")
    elif isinstance(one, (float, np.ndarray)):
        assert one == pytest.approx(other, rel=1e-5, abs=1e-9, nan_ok=True), where
    else:
        assert one == other, where


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"missing": "locf", "estimand": "hypothetical", "adjust": ["score"]},
        {"endpoint": "responder30", "stratify": ["age"], "estimand": "composite", "margin": 0.1},
    ],
)
def test_sums_give_what_all_patients_at_once_give(changes: dict[str, Any]) -> None:
    plan, (patients, weeks) = design(**changes), tables()
    assert why_not_summed(plan) == ""
    whole = analyze(plan, patients, weeks)
    found = analyze_by_shard(plan, lambda: parts(patients, weeks), patients["stratum"], whole)
    same(found.arms, whole.arms, "arms")
    same(found.comparisons, whole.comparisons, "comparisons")
    assert found.subgroups == whole.subgroups


def test_adjustment_by_repeated_measures_is_the_same_and_orders_of_parts_do_not_matter() -> None:
    plan, (patients, weeks) = design(adjust=["score"]), tables()
    whole = analyze(plan, patients, weeks)
    backwards = list(parts(patients, weeks, 33))[::-1]
    found = analyze_by_shard(plan, lambda: backwards, patients["stratum"], whole)
    same(found.comparisons, whole.comparisons, "comparisons")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "crossover", "weeks": None, "periods": {"weeks": 2}}, "with themselves"),
        ({"interim": {"looks": 2}}, "interim looks"),
        ({"prognostic_score": True}, "prognostic score"),
        ({"missing": "multiple_imputation"}, "many times"),
    ],
)
def test_what_does_not_follow_from_sums_is_said(changes: dict[str, Any], reason: str) -> None:
    assert reason in why_not_summed(design(**changes))


def test_columns_that_follow_from_others_are_left_out() -> None:
    columns = Columns("a", ("b",), ("one", "two"), ("twice", "constant"))
    random = np.random.default_rng(1)
    arm, stratum = random.choice(["a", "b"], 50), random.choice(["one", "two"], 50)
    baseline = random.uniform(4, 9, 50)
    table = columns.table(arm, baseline, stratum, (2.0 * baseline, np.full(50, 3.0)))
    matrix, make = columns.settled(table.T @ table)
    assert matrix.names == ("intercept", "arm: b", "baseline", "stratum: two")
    made = table @ make.T
    assert made[:, 2:].mean(axis=0) == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(Exception, match="covariates follow from each other"):
        fit_unstructured(random.normal(size=(50, 2)), table)
