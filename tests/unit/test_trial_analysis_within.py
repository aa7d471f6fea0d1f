"""Crossover, N-of-1, factorial and withdrawal trials."""

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
from causalgia.trials.crossover import crossover, period_ends
from causalgia.trials.estimate import Estimate
from causalgia.trials.factorial import DoseResponse, combination_index, factorial, fit_response
from causalgia.trials.n_of_1 import n_of_1
from causalgia.trials.random_intercept import fit_random_intercept
from causalgia.trials.withdrawal import loss_of_response, withdrawal

if TYPE_CHECKING:
    import pandas as pd

GABAPENTIN = {"name": "gabapentin", "treatments": [{"name": "gabapentin"}]}
NORTRIPTYLINE = {"name": "nortriptyline", "treatments": [{"name": "nortriptyline"}]}


def design(kind: str, **changes: Any) -> Design:
    base = {"title": "t", "condition": [{"cause": "shingles"}], "kind": kind, "patients": 60}
    return validated(Design, {**base, **changes})


CROSSOVER = {
    "arms": [{**GABAPENTIN, "control": True}, NORTRIPTYLINE, {"name": "none"}],
    "periods": {"weeks": 2},
}


def draw(
    plan: Design, levels: dict[str, float], seed: int, **sds: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of a trial in which patients are given all arms, with known levels by arm."""
    import pandas as pd

    random = np.random.default_rng(seed)
    count, weeks = plan.patients, plan.period_weeks
    sequences = [plan.sequences[i % len(plan.sequences)] for i in range(count)]
    given = np.array([s.arms for s in sequences])
    periods = given.shape[1]
    own = sds.get("between", 1.5) * random.standard_normal((count, 1))
    personal = sds.get("response", 0.0) * random.standard_normal((count, 1))
    level = np.vectorize(levels.__getitem__)(given)
    active = given != plan.control.name
    noise = sds.get("within", 1.0) * random.standard_normal((count, periods))
    value = 4.0 + own + level + personal * active + 0.2 * np.arange(periods) + noise
    rows = np.repeat(value[:, :, None], weeks, axis=2)
    rows[:, :, :-1] += 0.5
    index = np.indices(rows.shape)
    table = pd.DataFrame(
        {
            "patient": index[0].ravel(),
            "period": index[1].ravel() + 1,
            "treatment": np.repeat(given[:, :, None], weeks, axis=2).ravel(),
            "week": index[2].ravel() + 1,
            "diary": rows.ravel(),
            "on_treatment": True,
        }
    )
    patients = pd.DataFrame(
        {
            "patient": np.arange(count),
            "arm": [s.name for s in sequences],
            "stratum": "",
            "baseline": 6.0 + own[:, 0],
        }
    )
    return patients, table


def is_near(found: Estimate, truth: float) -> bool:
    """Within three standard errors."""
    return abs(found.value - truth) < 3.0 * found.standard_error


def test_the_random_intercept_is_that_of_statsmodels() -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    random = np.random.default_rng(2)
    patient = np.repeat(np.arange(30), 4)
    columns = np.stack([np.ones(120), random.standard_normal(120), np.arange(120) % 4], axis=1)
    values = columns @ [1.0, 2.0, -0.5] + random.standard_normal(30)[patient]
    values += random.standard_normal(120)
    kept = random.random(120) > 0.15
    found = fit_random_intercept(np.where(kept, values, np.nan), columns, patient)
    fit = MixedLM(values[kept], columns[kept], patient[kept]).fit(reml=True)
    np.testing.assert_allclose(found.effects, fit.fe_params, atol=2e-5)
    # Its errors come of the information on all parameters together; ours of the effects' alone.
    np.testing.assert_allclose(np.diag(found.covariance), fit.bse_fe**2, rtol=5e-3)
    own, same = columns[kept], patient[kept][:, None] == patient[kept]
    spread = found.within_sd**2 * np.eye(len(own)) + found.between_sd**2 * same
    np.testing.assert_allclose(
        found.covariance, np.linalg.inv(own.T @ np.linalg.solve(spread, own))
    )
    assert found.within_sd == pytest.approx(math.sqrt(fit.scale), rel=1e-4)
    assert found.between_sd == pytest.approx(math.sqrt(fit.cov_re[0, 0]), rel=1e-3)


def test_a_balanced_crossover_is_the_analysis_of_differences() -> None:
    plan = design("crossover", **CROSSOVER)
    levels = {"gabapentin": 0.0, "nortriptyline": -1.0, "none": 1.5}
    _, weeks = draw(plan, levels, 1)
    ends = period_ends(weeks)
    found = crossover(ends, "gabapentin")
    wide = ends.pivot_table(index="patient", columns="treatment", values="value")
    plain = (wide["nortriptyline"] - wide["gabapentin"]).mean()
    difference = found.differences["nortriptyline", "gabapentin"]
    assert difference.value == pytest.approx(plain)
    assert is_near(difference, -1.0)
    # 60 patients in three periods: 180 rows less 60 patients, 2 treatments and 2 periods.
    assert difference.degrees == 180 - 60 - 4
    assert is_near(found.differences["nortriptyline", "none"], -2.5)
    assert all(is_near(p, t) for p, t in zip(found.periods, (0.2, 0.4), strict=True))
    assert found.carryover is not None and not found.carryover.is_beyond_zero
    assert found.within_sd == pytest.approx(1.0, abs=0.15)
    assert found.between_sd == pytest.approx(1.5, abs=0.4)


def test_a_crossover_of_a_design_compares_every_pair() -> None:
    from causalgia.trials.analysis import analyze

    plan = design("crossover", **CROSSOVER)
    levels = {"gabapentin": 0.0, "nortriptyline": -1.0, "none": 1.5}
    patients, weeks = draw(plan, levels, 2)
    weeks.loc[weeks["patient"] == 5, "diary"] = np.nan
    found = analyze(plan, patients, weeks)
    assert found.crossover is not None and len(found.crossover.differences) == 3
    assert found.crossover.patients == 59
    assert [arm.name for arm in found.arms] == ["gabapentin", "nortriptyline", "none"]
    assert found.comparisons[0].primary.value == pytest.approx(-1.0, abs=0.6)
    assert found.comparisons[1].primary.value == pytest.approx(1.5, abs=0.6)
    assert found.arms[1].relief.value > found.arms[2].relief.value
    assert found.comparisons[1].nnt["responder30"].harms


def test_patients_of_n_of_1_trials_are_drawn_towards_all() -> None:
    plan = design(
        "n_of_1",
        arms=[{"name": "none"}, GABAPENTIN],
        periods={"weeks": 1, "cycles": 3},
        patients=40,
    )
    levels = {"none": 0.0, "gabapentin": -2.0}
    _, weeks = draw(plan, levels, 4, response=1.0, within=0.7)
    ends = period_ends(weeks)
    found = n_of_1(ends, "gabapentin", "none")
    assert found.mean.low <= -2.0 <= found.mean.high
    assert found.patient_sd == pytest.approx(1.0, abs=0.35)
    assert found.cycle_sd == pytest.approx(0.7 * math.sqrt(2.0), abs=0.15)
    own = np.array([e.value for e in found.individual.values()])
    drawn = np.array([e.value for e in found.shrunken.values()])
    assert drawn.std() < own.std()
    assert np.all((drawn - found.mean.value) * (own - found.mean.value) >= -1e-12)
    # Equal cycles: REML has a closed form, the variance of means less that within.
    within = found.cycle_sd**2 / 3
    assert found.patient_sd**2 == pytest.approx(own.var(ddof=1) - within, abs=1e-4)
    assert 0.6 < found.responding < 0.99
    with pytest.raises(InputError, match="no patient has a cycle with both 'morphine'"):
        n_of_1(ends, "morphine", "none")


def test_one_cycle_tells_of_all_but_not_of_each() -> None:
    from causalgia.trials.analysis import analyze

    plan = design(
        "n_of_1",
        arms=[{"name": "none"}, GABAPENTIN],
        periods={"weeks": 1, "cycles": 1},
        patients=30,
        endpoint="responder30",
    )
    patients, weeks = draw(plan, {"none": 0.0, "gabapentin": -2.0}, 5)
    found = analyze(plan, patients, weeks)
    assert found.n_of_1 is not None
    effects = found.n_of_1["gabapentin"]
    assert is_near(effects.mean, -2.0)
    assert math.isnan(effects.individual[0].low)
    share = found.comparisons[0].primary
    assert share.unit == "1" and share.value > 0.2


def test_a_combination_that_adds_up_has_no_interaction() -> None:
    random = np.random.default_rng(1)
    count = 400
    first, second = np.arange(count) % 2 == 1, np.arange(count) // 2 % 2 == 1
    baseline = np.full(count, 8.0)
    noise = random.standard_normal(count)
    added = factorial(8.0 - 2.0 * first - 1.0 * second + noise, baseline, first, second)
    assert added.additive.low <= 0.0 <= added.additive.high
    assert added.both.value == pytest.approx(-3.0, abs=0.4)
    assert added.margins["first"].standard_error < added.alone["first"].standard_error
    # Independent shares of what is left: no excess by Bliss, but less than additive relief.
    left = 8.0 * np.where(first, 0.5, 1.0) * np.where(second, 0.6, 1.0)
    bliss = factorial(left + 0.3 * noise, baseline, first, second)
    assert bliss.bliss.low <= 0.0 <= bliss.bliss.high
    assert bliss.additive.value == pytest.approx(1.6, abs=0.2)
    synergy = factorial(left + 0.3 * noise - 1.0 * (first & second), baseline, first, second)
    assert synergy.bliss.high < 0.0
    with pytest.raises(InputError, match="fewer than three patients"):
        factorial(left[:4], baseline[:4], first[:4], second[:4])


@given(st.floats(5, 60), st.floats(10, 500), st.floats(0.5, 3), st.floats(0.05, 0.95))
def test_a_drug_with_itself_adds_up_by_loewe(
    most: float, half: float, hill: float, share: float
) -> None:
    curve = DoseResponse(most, half, hill)
    doses = (share * 2.0 * half, (1.0 - share) * 2.0 * half)
    relief = curve.relief(2.0 * half)
    assert combination_index(doses, relief, (curve, curve)) == pytest.approx(1.0)
    assert combination_index(doses, min(1.1 * relief, 0.999 * most), (curve, curve)) < 1.0


def test_a_dose_response_is_found_again() -> None:
    dose = np.array([0.0, 150.0, 300.0, 600.0])
    truth = DoseResponse(40.0, 250.0)
    relief = np.array([truth.relief(d) for d in dose])
    found = fit_response(dose, relief, np.ones(4))
    assert (found.most, found.half) == pytest.approx((40.0, 250.0), rel=1e-3)
    assert found.dose(20.0) == pytest.approx(250.0, rel=1e-3)
    assert math.isinf(found.dose(41.0))


# Freireich and others (1963), weeks of remission; Cox (1972). A plus: still in remission.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
UNTREATED = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def test_loss_of_response_is_analyzed_as_remission_was() -> None:
    both = f"{TREATED} {UNTREATED}".split()
    weeks = np.array([float(text.rstrip("+")) for text in both])
    lost = np.array([not text.endswith("+") for text in both])
    arm = np.array(["drug"] * 21 + ["placebo"] * 21)
    found = withdrawal(weeks, lost, arm, "placebo")
    # Kaplan-Meier medians 23 and 8 weeks; log rank chi2 16.79; Cox, Efron's ties: beta -1.572.
    assert found.survival["drug"].median == 23.0
    assert found.survival["placebo"].median == 8.0
    assert found.log_rank_p["drug"] == pytest.approx(4.17e-5, rel=0.01)
    ratio = found.hazard_ratio["drug"]
    assert math.log(ratio.value) == pytest.approx(-1.572, abs=1e-3)
    assert ratio.standard_error == pytest.approx(0.412, abs=1e-3)
    first = found.survival["drug"]
    assert (first.week[0], first.share[0]) == pytest.approx((6.0, 18 / 21))
    assert np.all(first.low <= first.share) and np.all(first.share <= first.high)


def test_response_is_lost_when_relief_is() -> None:
    from causalgia.trials.endpoints import Outcomes

    outcomes = Outcomes(
        patient=np.arange(4),
        arm=np.array(["a", "a", "b", "b"]),
        stratum=np.array([""] * 4),
        baseline=np.full(4, 3.0),
        week=np.array([1, 2, 3]),
        values=np.array([[3.0, 7.0, 3.0], [3.0, 3.0, 3.0], [3.0, np.nan, np.nan], [8.0, 8.0, 8.0]]),
        failed=np.zeros(4, dtype=bool),
    )
    stopped = np.array([False, False, True, False])
    weeks, lost = loss_of_response(outcomes, np.full(4, 8.0), stopped, relief=0.3)
    assert weeks.tolist() == [2.0, 3.0, 1.0, 1.0]
    assert lost.tolist() == [True, False, True, True]


def test_nobody_losing_response_is_no_error() -> None:
    weeks, lost = np.full(20, 8.0), np.zeros(20, dtype=bool)
    lost[:4] = True
    weeks[:4] = [1.0, 2.0, 3.0, 4.0]
    arm = np.array(["placebo"] * 10 + ["drug"] * 10)
    found = withdrawal(weeks, lost, arm, "placebo")
    assert math.isinf(found.survival["drug"].median)
    assert math.isnan(found.hazard_ratio["drug"].value)
    assert 0.0 < found.log_rank_p["drug"] < 0.05


def test_harms_are_counted_by_the_treatment_of_the_period() -> None:
    import pandas as pd

    from causalgia.trials.by_period import begun_periods, harms_by_treatment, shares, stops_of

    two = [{"name": "placebo"}, GABAPENTIN]
    plan = design("n_of_1", arms=two, patients=2, periods={"weeks": 2, "washout": 1, "cycles": 2})
    given = [
        ("placebo", "gabapentin", "gabapentin", "placebo"),
        ("gabapentin", "placebo", "placebo", "gabapentin"),
    ]
    left = {0: 4, 1: 2}  # the second patient leaves in the second period, on placebo
    weeks = pd.DataFrame(
        [
            {"patient": i, "period": p, "treatment": given[i][p - 1], "week": w}
            | {"on_treatment": p <= left[i]}
            for i in range(2)
            for p in range(1, 5)
            for w in (1, 2)
        ]
    )
    patients = pd.DataFrame({"patient": [0, 1], "adverse:nausea": [True, True]})
    for period, had in enumerate(([False, True], [False] * 2, [True, False], [False] * 2), 1):
        patients[f"adverse in period {period}:nausea"] = had
    # At the end of the second week of the second period of three weeks each.
    patients["stop_day"] = [math.nan, 7.0 * 5]
    patients["stop_reason"] = ["", "adverse event"]
    begun = begun_periods(plan, patients, weeks)
    assert begun.groupby("treatment")["adverse:nausea"].sum().to_dict() == {
        "gabapentin": 2,
        "placebo": 0,
    }
    assert stops_of(begun, "placebo") == {"adverse event": 1} and not stops_of(begun, "gabapentin")
    found = harms_by_treatment(plan, begun, "gabapentin")
    assert found["nausea"].value == 1.0 and found["nausea"].harms
    # Leaving speaks against placebo: treating spares one of two.
    assert found["stopping for an adverse event"].value == 2.0
    assert not found["stopping for an adverse event"].harms
    assert shares(begun, "gabapentin", 0.05)["nausea"].value == 1.0
