"""Analyses of one period: what is analyzed, responders, scores, subgroups, utility, the whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalgia.errors import InputError
from causalgia.tables import validated
from causalgia.trials import Design
from causalgia.trials.ancova import ancova
from causalgia.trials.design_schema import UtilityTable
from causalgia.trials.endpoints import fill_gaps, final_change, outcomes_of, responds
from causalgia.trials.enrichment import predictors, subgroups
from causalgia.trials.estimate import mean_estimate, symmetric_estimate, wilson_estimate
from causalgia.trials.known_truth import KnownTrial, draw_known_trial
from causalgia.trials.primary import History, holm
from causalgia.trials.prognostic import fit_prognosis
from causalgia.trials.responders import (
    mantel_haenszel,
    newcombe_difference,
    number_needed,
    risk_ratio,
)
from causalgia.trials.utility import compare_utility, relief_percent, utility_points

if TYPE_CHECKING:
    import pandas as pd

BASE: dict[str, Any] = {
    "title": "A trial",
    "condition": [{"cause": "shingles"}],
    "weeks": 4,
    "patients": 120,
    "arms": [{"name": "placebo"}, {"name": "drug", "treatments": [{"name": "gabapentin"}]}],
}


def design(**changes: Any) -> Design:
    return validated(Design, {**BASE, **changes})


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three patients: one completes, one stops after week 1 and one misses a diary in week 2."""
    import pandas as pd

    patients = pd.DataFrame(
        {
            "patient": [7, 3, 5],
            "stratum": ["a", "a", "b"],
            "arm": ["drug", "drug", "placebo"],
            "baseline": [6.0, 8.0, 5.0],
            "stop_day": [math.nan, 7.0, math.nan],
        }
    )
    weeks = pd.DataFrame(
        {
            "patient": [7, 7, 7, 3, 3, 3, 5, 5, 5],
            "week": [1, 2, 3] * 3,
            "diary": [5.0, 4.0, 3.0, 7.0, math.nan, math.nan, 5.0, math.nan, 4.0],
            "pain": [5.0, 4.0, 3.0, 7.0, 7.5, 7.8, 5.0, 4.5, 4.0],
            "on_treatment": [True] * 3 + [True, False, False] + [True] * 3,
        }
    )
    return patients, weeks.sample(frac=1.0, random_state=0)


@pytest.mark.parametrize(
    ("estimand", "stopped"),
    [
        ("treatment_policy", [7.0, 7.5, 7.8]),
        ("hypothetical", [7.0, math.nan, math.nan]),
        ("while_on_treatment", [7.0, 7.0, 7.0]),
        ("composite", [7.0, 8.0, 8.0]),
    ],
)
def test_estimands_differ_in_what_follows_stopping(estimand: str, stopped: list[float]) -> None:
    found = outcomes_of(*tables(), estimand=estimand)
    np.testing.assert_array_equal(found.values[1], stopped)
    np.testing.assert_array_equal(found.values[0], [5.0, 4.0, 3.0])
    assert np.isnan(found.values[2, 1])
    assert found.failed.tolist() == [False, estimand == "composite", False]


def test_gaps_are_filled_as_said() -> None:
    outcomes = outcomes_of(*tables(), estimand="hypothetical")
    assert final_change(fill_gaps(outcomes, "locf")).tolist() == [-3.0, -1.0, -1.0]
    assert final_change(fill_gaps(outcomes, "bocf")).tolist() == [-3.0, 0.0, -1.0]
    assert fill_gaps(outcomes, "locf").values[2].tolist() == [5.0, 5.0, 4.0]
    assert responds(outcomes, 0.5).tolist() == [True, False, False]
    with pytest.raises(InputError, match="allowed: locf, bocf"):
        fill_gaps(outcomes, "mean")


def test_what_is_not_there_is_named() -> None:
    patients, weeks = tables()
    with pytest.raises(InputError, match="no column 'slep'"):
        outcomes_of(patients, weeks, measure="slep")
    with pytest.raises(InputError, match=r"unknown estimand 'composit'; did you mean 'composite'"):
        outcomes_of(patients, weeks, estimand="composit")
    with pytest.raises(InputError, match="patients that are not in the table"):
        outcomes_of(patients.iloc[:2], weeks)


def test_shares_have_the_published_intervals() -> None:
    # Newcombe (1998), Statistics in Medicine 17: 81 of 263 by Wilson's score (857-872, table I),
    # and 56 of 70 against 48 of 80 by method 10 (873-890, table II, contrast a).
    share = wilson_estimate(81, 263)
    assert (share.low, share.high) == pytest.approx((0.2553, 0.3662), abs=6e-5)
    difference = newcombe_difference(56, 70, 48, 80)
    assert (difference.low, difference.high) == pytest.approx((0.0524, 0.3339), abs=6e-5)


@given(st.integers(1, 60), st.data())
def test_intervals_of_shares_agree_with_statsmodels(total: int, data: st.DataObject) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    met = data.draw(st.integers(0, total))
    other_total = data.draw(st.integers(1, 60))
    other = data.draw(st.integers(0, other_total))
    own = wilson_estimate(met, total)
    assert (own.low, own.high) == pytest.approx(proportion_confint(met, total, method="wilson"))
    found = newcombe_difference(met, total, other, other_total)
    reference = confint_proportions_2indep(
        met, total, other, other_total, method="newcomb", compare="diff"
    )
    assert (found.low, found.high) == pytest.approx(reference, abs=1e-9)
    assert found.low <= found.value <= found.high


def test_risk_ratios_are_those_of_statsmodels() -> None:
    from statsmodels.stats.contingency_tables import Table2x2

    table = Table2x2([[30, 70], [15, 85]])
    found = risk_ratio(30, 100, 15, 100)
    low, high = table.riskratio_confint()
    assert (found.value, found.low, found.high) == pytest.approx((table.riskratio, low, high))
    assert math.isfinite(risk_ratio(5, 50, 0, 50).high)


def test_numbers_needed_go_through_infinity() -> None:
    sure = number_needed(newcombe_difference(56, 70, 48, 80))
    assert (sure.value, sure.low, sure.high) == pytest.approx((5.0, 2.995, 19.08), abs=0.02)
    assert not sure.harms and sure.other_side is None
    unsure = number_needed(newcombe_difference(20, 50, 15, 50))
    assert math.isinf(unsure.high) and unsure.other_side == pytest.approx(
        -1 / newcombe_difference(20, 50, 15, 50).low
    )
    assert "beyond it NNH" in str(unsure)
    worse = number_needed(newcombe_difference(5, 50, 20, 50))
    assert worse.harms and worse.value == pytest.approx(1 / 0.3)
    harm = number_needed(newcombe_difference(20, 50, 5, 50), benefit=False)
    assert harm.harms and str(harm).startswith("NNH 3.3")
    assert math.isinf(number_needed(newcombe_difference(5, 50, 5, 50)).value)


def test_strata_are_weighed_as_mantel_and_haenszel_do() -> None:
    met = np.repeat([True, False, True, False], [30, 20, 18, 32])
    active = np.repeat([True, True, False, False], [30, 20, 18, 32])
    one = mantel_haenszel(met, active, np.array(["a"] * 100))
    assert one.value == pytest.approx(0.6 - 0.36)
    plain = newcombe_difference(30, 50, 18, 50)
    assert one.standard_error == pytest.approx(plain.standard_error, rel=0.02)
    # A stratum with one arm only adds nothing.
    more = mantel_haenszel(
        np.r_[met, [True] * 9], np.r_[active, [True] * 9], np.array(["a"] * 100 + ["b"] * 9)
    )
    assert more.value == pytest.approx(one.value)
    # Agresti (2002), table 2.6, admissions to Berkeley by department, 1973 (data of R): without
    # continuity correction the test of Cochran, Mantel and Haenszel has chi2 1.5246, p 0.217.
    admitted = [(512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391)]
    admitted += [(138, 279, 131, 244), (53, 138, 94, 299), (22, 351, 24, 317)]
    rows = [
        np.repeat(np.array([[1, 1, d], [0, 1, d], [1, 0, d], [0, 0, d]]), counts, axis=0)
        for d, counts in enumerate(admitted)
    ]
    table = np.concatenate(rows)
    found = mantel_haenszel(table[:, 0] == 1, table[:, 1] == 1, table[:, 2])
    assert found.p_value == pytest.approx(0.2169, abs=1e-4)


def test_holm_is_holm() -> None:
    found = holm({"a": 0.04, "b": 0.01, "c": 0.03})
    assert found == pytest.approx({"a": 0.06, "b": 0.03, "c": 0.06})


def test_student_and_normal_intervals() -> None:
    from scipy import stats

    values = np.array([1.0, 2.0, 4.0])
    low, high = stats.t(2, values.mean(), values.std(ddof=1) / math.sqrt(3)).interval(0.95)
    found = mean_estimate(values)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.p_value == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue)
    assert symmetric_estimate(1.96, 1.0).p_value == pytest.approx(0.05, abs=1e-4)


def test_a_prognostic_score_narrows_the_interval() -> None:
    law = KnownTrial(patients=300, weeks=2, prognostic=2.0, sd=1.0)
    earlier, past = draw_known_trial(
        KnownTrial(patients=300, weeks=2, prognostic=2.0, sd=1.0, changes={"placebo": -1.0}), 9
    )
    change = final_change(outcomes_of(earlier, past))
    model = fit_prognosis(earlier, change, ["baseline", "score"])
    assert model.explained > 0.7
    patients, weeks = draw_known_trial(law, 2)
    outcomes = outcomes_of(patients, weeks)
    plain = ancova(final_change(outcomes), outcomes.arm, "placebo").differences["drug"]
    score = {"score": model.predict(patients)}
    sharper = ancova(final_change(outcomes), outcomes.arm, "placebo", covariates=score)
    found = sharper.differences["drug"]
    assert found.standard_error < 0.6 * plain.standard_error
    assert found.low <= -1.0 <= found.high
    with pytest.raises(InputError, match="needs 20 patients"):
        fit_prognosis(earlier[:10], change[:10])


def test_the_column_that_makes_responders_is_found() -> None:
    random = np.random.default_rng(1)
    patients, weeks = draw_known_trial(KnownTrial(patients=400, weeks=2), 6)
    patients["irritable_nociceptor"] = random.random(400) < 0.5
    patients["origin"] = random.choice(["nerve", "root"], 400)
    for number in range(4):
        patients[f"noise_{number}"] = random.standard_normal(400)
    active = (patients["arm"] == "drug").to_numpy()
    change = final_change(outcomes_of(patients, weeks))
    nothing = predictors(patients, change, active, permutations=200)
    assert min(p.adjusted_p for p in nothing) > 0.05
    assert all(p.adjusted_p >= p.p_value - 0.05 for p in nothing)
    change = change - 2.0 * (active & patients["irritable_nociceptor"].to_numpy())
    best = predictors(patients, change, active, permutations=200)[0]
    assert best.label == "irritable_nociceptor"
    assert best.interaction == pytest.approx(-2.0, abs=0.9)
    assert best.adjusted_p < 0.02
    without, with_it = subgroups(patients, change, "drug", "placebo", ["irritable_nociceptor"])
    assert (without.label, with_it.label) == (
        "irritable_nociceptor: no",
        "irritable_nociceptor: yes",
    )
    assert with_it.effect.value < without.effect.value - 1.0
    assert without.patients + with_it.patients == 400
    with pytest.raises(InputError, match="no column 'irritable'; did you mean"):
        predictors(patients, change, active, ["irritable"])


def test_an_interaction_is_that_of_least_squares() -> None:
    import statsmodels.api as sm

    patients, weeks = draw_known_trial(KnownTrial(patients=60, weeks=2), 8)
    change = final_change(outcomes_of(patients, weeks))
    active = (patients["arm"] == "drug").to_numpy(dtype=float)
    (found,) = predictors(patients, change, active == 1.0, ["score"], permutations=10)
    score = patients["score"].to_numpy()
    score = (score - score.mean()) / score.std()
    columns = [np.ones(60), active, patients["baseline"].to_numpy(), score, score * active]
    fit = sm.OLS(change, np.stack(columns, axis=1)).fit()
    assert (found.interaction, found.t) == pytest.approx((fit.params[-1], fit.tvalues[-1]))


def test_utility_weighs_benefit_against_harm() -> None:
    import pandas as pd

    patients = pd.DataFrame(
        {
            "adverse:dizziness": [True, False, False],
            "adverse:death of a plant": [False, True, False],
            "stop_day": [math.nan, math.nan, 14.0],
        }
    )
    relief = relief_percent(np.array([8.0, 6.0, 5.0]), np.array([4.0, math.nan, 7.0]))
    assert relief.tolist() == [50.0, 0.0, -40.0]
    weights = UtilityTable(relief=1, adverse_event=5, drop_out=10, adverse={"dizziness": 20})
    assert utility_points(patients, relief, weights).tolist() == [30.0, -5.0, -50.0]
    points, arm = np.array([1.0, 2.0, 3.0, 5.0, 6.0, 7.5]), np.array(["a"] * 3 + ["b"] * 3)
    from scipy import stats

    test = stats.ttest_ind(points[3:], points[:3], equal_var=False)
    found = compare_utility(points, arm, "b", "a")
    interval = test.confidence_interval()
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def trial(law: KnownTrial, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    patients, weeks = draw_known_trial(law, seed)
    dizzy = np.where(patients["arm"] == "drug", 0.4, 0.1)
    patients["adverse:dizziness"] = np.random.default_rng(seed).random(len(patients)) < dizzy
    patients["sleep_baseline"] = 6.0
    weeks["sleep"] = 6.0 + 0.5 * (weeks["pain"] - 6.0)
    return patients, weeks


def test_a_trial_is_analyzed_as_its_design_says() -> None:
    from causalgia.trials.analysis import analyze

    law = KnownTrial(patients=120, weeks=4, drop_out=0.05, changes={"placebo": -1.0, "drug": -3.0})
    patients, weeks = trial(law)
    found = analyze(design(interim={"looks": 2}), patients, weeks)
    placebo, drug = found.arms
    assert (placebo.is_control, drug.randomized, len(drug.curve)) == (True, 60, 4)
    assert drug.completed + sum(drug.stopped.values()) == 60
    assert drug.change.low <= -3.0 <= drug.change.high
    (comparison,) = found.comparisons
    primary = comparison.primary
    assert primary.low <= -2.0 <= primary.high and primary.method == "MMRM, Kenward-Roger"
    assert primary == comparison.measures["change"]
    assert primary == comparison.sensitivity["treatment_policy"]
    assert comparison.measures["sleep"].value < -0.5
    assert comparison.nnt["responder30"].value > 1.0 and not comparison.nnt["responder30"].harms
    assert comparison.nnh["dizziness"].harms
    assert set(comparison.sensitivity) >= {"composite", "hypothetical, multiple_imputation"}
    assert comparison.decision is not None and comparison.decision.rejected
    assert comparison.decision.p_value < 0.05
    stopped = comparison.as_stopped
    assert stopped is not None and stopped.p_value == comparison.decision.p_value
    assert stopped.low < -2.0 < stopped.high < 0.0
    assert found.boundary is not None and len(found.boundary.critical) == 2
    assert {p.label for p in found.predictors} >= {"baseline", "score"}
    assert drug.utility.value > placebo.utility.value


def test_endpoint_and_adjustment_follow_the_design() -> None:
    from causalgia.trials.primary import primary_effects

    law = KnownTrial(patients=120, weeks=4, prognostic=1.5)
    patients, weeks = trial(law)
    plain = primary_effects(design(), patients, weeks)["drug"]
    adjusted = primary_effects(design(adjust=["score"]), patients, weeks)["drug"]
    assert adjusted.standard_error < plain.standard_error
    crossed = primary_effects(design(prognostic_score=True), patients, weeks)["drug"]
    earlier, past = trial(KnownTrial(patients=200, weeks=4, prognostic=1.5), 8)
    history = History(earlier, final_change(outcomes_of(earlier, past)))
    scored = primary_effects(design(prognostic_score=True), patients, weeks, history)["drug"]
    for found in (crossed, scored):
        assert found.standard_error < plain.standard_error
    share = primary_effects(design(endpoint="responder50"), patients, weeks)["drug"]
    assert (share.unit, share.method) == ("1", "Newcombe hybrid score")
    strata = primary_effects(design(endpoint="responder50", stratify=["renal"]), patients, weeks)[
        "drug"
    ]
    assert strata.method == "Mantel-Haenszel"
    with pytest.raises(InputError, match=r"adjust: no covariate 'scor'; did you mean 'score'"):
        primary_effects(design(adjust=["scor"]), patients, weeks)


def test_as_good_is_an_interval_within_the_margin() -> None:
    from causalgia.trials.primary import is_as_good

    better, unclear = symmetric_estimate(-0.2, 0.2), symmetric_estimate(0.2, 0.6)
    head_to_head = design(margin=0.5)
    assert is_as_good(head_to_head, better) is True
    assert is_as_good(head_to_head, unclear) is False
    assert is_as_good(design(), better) is None
    shares = design(margin=0.1, endpoint="responder50")
    assert is_as_good(shares, newcombe_difference(300, 500, 290, 500)) is True
    assert is_as_good(shares, newcombe_difference(30, 50, 29, 50)) is False


def test_a_small_trial_says_that_it_was_analyzed_more_simply() -> None:
    from causalgia.trials.primary import primary_effects

    patients, weeks = trial(KnownTrial(patients=8, weeks=4, drop_out=0.3))
    found = primary_effects(design(patients=8, estimand="hypothetical"), patients, weeks)["drug"]
    assert found.method.startswith("ANCOVA, last value carried forward, for want of data")


def test_an_arm_without_patients_is_named() -> None:
    from causalgia.trials.analysis import analyze

    patients, weeks = trial(KnownTrial(patients=20, weeks=4, changes={"placebo": 0.0}))
    with pytest.raises(InputError, match="arm 'drug' has no patients"):
        analyze(design(), patients, weeks)


def test_a_factorial_trial_shows_each_factor_and_both() -> None:
    from causalgia.trials.analysis import analyze

    factors = [
        {"name": "gabapentin", "treatments": [{"name": "gabapentin"}]},
        {"name": "nortriptyline", "treatments": [{"name": "nortriptyline"}]},
    ]
    document = {**BASE, "kind": "factorial", "factors": factors, "patients": 160}
    del document["arms"]
    plan = validated(Design, document)
    changes = dict(zip(plan.arm_names, (-1.0, -2.0, -1.5, -2.5), strict=True))
    found = analyze(plan, *trial(KnownTrial(changes=changes, patients=160, weeks=2)))
    assert found.factorial is not None
    margin = found.factorial.margins["gabapentin"]
    assert abs(margin.value + 1.0) < 3.0 * margin.standard_error
    additive = found.factorial.additive
    assert abs(additive.value) < 3.0 * additive.standard_error
    assert [c.arm for c in found.comparisons] == list(plan.arm_names[1:])
    assert all(c.adjusted_p >= c.primary.p_value for c in found.comparisons)


def test_a_withdrawal_trial_shows_how_long_response_lasts() -> None:
    from causalgia.trials.analysis import analyze

    plan = design(
        kind="enriched_withdrawal",
        run_in={
            "weeks": 4,
            "treatments": [{"name": "gabapentin"}],
            "keep_relief_from": "30 %",
        },
    )
    law = KnownTrial(
        changes={"placebo": 2.5, "drug": 0.0}, patients=120, weeks=4, sd=1.0, baseline_mean=4.5
    )
    patients, weeks = trial(law)
    patients["screening"] = patients["baseline"] / 0.6
    found = analyze(plan, patients, weeks)
    assert found.withdrawal is not None
    survival = found.withdrawal.survival
    assert survival["placebo"].median < survival["drug"].median
    assert found.withdrawal.hazard_ratio["drug"].high < 1.0
    assert found.withdrawal.log_rank_p["drug"] < 0.01
    assert found.comparisons[0].primary.value < -1.0
