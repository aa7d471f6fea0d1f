"""Repeated measures against published numbers, closed forms, and a known truth."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.errors import InputError
from causalgia.trials.ancova import ancova
from causalgia.trials.endpoints import fill_gaps, final_change, outcomes_of
from causalgia.trials.imputation import impute
from causalgia.trials.known_truth import KnownTrial, draw_known_trial
from causalgia.trials.mmrm import mmrm, visits_of
from causalgia.trials.unstructured import fit_unstructured

# Potthoff and Roy (1964): distance in mm at ages 8, 10, 12 and 14; 11 girls, then 16 boys.
GROWTH = np.array(
    [
        [21.0, 20.0, 21.5, 23.0],
        [21.0, 21.5, 24.0, 25.5],
        [20.5, 24.0, 24.5, 26.0],
        [23.5, 24.5, 25.0, 26.5],
        [21.5, 23.0, 22.5, 23.5],
        [20.0, 21.0, 21.0, 22.5],
        [21.5, 22.5, 23.0, 25.0],
        [23.0, 23.0, 23.5, 24.0],
        [20.0, 21.0, 22.0, 21.5],
        [16.5, 19.0, 19.0, 19.5],
        [24.5, 25.0, 28.0, 28.0],
        [26.0, 25.0, 29.0, 31.0],
        [21.5, 22.5, 23.0, 26.5],
        [23.0, 22.5, 24.0, 27.5],
        [25.5, 27.5, 26.5, 27.0],
        [20.0, 23.5, 22.5, 26.0],
        [24.5, 25.5, 27.0, 28.5],
        [22.0, 22.0, 24.5, 26.5],
        [24.0, 21.5, 24.5, 25.5],
        [23.0, 20.5, 31.0, 26.0],
        [27.5, 28.0, 31.0, 31.5],
        [23.0, 23.0, 23.5, 25.0],
        [21.5, 23.5, 24.0, 28.0],
        [17.0, 24.5, 26.0, 29.5],
        [22.5, 25.5, 25.5, 26.0],
        [23.0, 24.5, 26.0, 30.0],
        [22.0, 21.5, 23.5, 25.0],
    ]
)
SEX = np.stack([np.ones(27), np.arange(27) < 11], axis=1).astype(float)
# Little and Rubin (1987) left these out at age 10.
WITHOUT_AGE_10 = np.array([3, 6, 9, 10, 13, 16, 23, 24, 27]) - 1
AT_14 = np.array([[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])


def with_gaps() -> np.ndarray:
    values = GROWTH.copy()
    values[WITHOUT_AGE_10, 1] = np.nan
    return values


def test_the_published_likelihoods_are_met() -> None:
    # Verbeke and Molenberghs (2000), growth data, model 1: -2 log likelihood, complete and with
    # gaps at random; 416.509 is also that of Jennrich and Schluchter (1986).
    complete = fit_unstructured(GROWTH, SEX, restricted=False)
    gaps = fit_unstructured(with_gaps(), SEX, restricted=False)
    assert complete.deviance == pytest.approx(416.509, abs=6e-4)
    assert gaps.deviance == pytest.approx(386.957, abs=6e-4)


def test_without_gaps_it_is_the_t_test_of_each_visit() -> None:
    fit = fit_unstructured(GROWTH, SEX)
    value, error, degrees = fit.contrast(AT_14)
    girls, boys = GROWTH[:11, 3], GROWTH[11:, 3]
    pooled = (girls.var(ddof=1) * 10 + boys.var(ddof=1) * 15) / 25
    assert value == pytest.approx(girls.mean() - boys.mean())
    assert error == pytest.approx(np.sqrt(pooled * (1 / 11 + 1 / 16)), rel=1e-6)
    assert degrees == pytest.approx(25.0, rel=1e-6)
    residual = GROWTH - SEX @ np.linalg.lstsq(SEX, GROWTH, rcond=None)[0]
    np.testing.assert_allclose(fit.covariance, residual.T @ residual / 25, atol=1e-5)


def test_small_samples_know_less_than_large_ones() -> None:
    fit = fit_unstructured(with_gaps(), SEX)
    at_10 = np.roll(AT_14, 2, axis=1)
    value, error, degrees = fit.contrast(at_10)
    plain = fit.contrast(at_10, small_sample=False)
    assert value == plain[0]
    assert error > plain[1]
    assert 18 - 2 < degrees < 25


def test_the_likelihood_has_its_maximum_there() -> None:
    from causalgia.trials.unstructured import _state

    fit = fit_unstructured(with_gaps(), SEX)
    random = np.random.default_rng(1)
    for _ in range(20):
        push = random.standard_normal((4, 4)) * 0.02
        nearby = fit.covariance + push + push.T
        assert _state(nearby, fit.patterns, True).deviance > fit.deviance


def test_complete_trials_are_analyzed_alike_by_covariance() -> None:
    patients, weeks = draw_known_trial(KnownTrial(patients=80, weeks=5), 4)
    outcomes = outcomes_of(patients, weeks)
    repeated = mmrm(outcomes, "placebo").final.differences["drug"]
    plain = ancova(
        final_change(outcomes),
        outcomes.arm,
        "placebo",
        baseline=outcomes.baseline,
        stratum=outcomes.stratum,
    ).differences["drug"]
    assert repeated.value == pytest.approx(plain.value, abs=1e-6)
    assert repeated.degrees == pytest.approx(plain.degrees, rel=1e-6)
    # The robust error of ANCOVA differs a little from that of equal variances.
    assert repeated.standard_error == pytest.approx(plain.standard_error, rel=0.1)


def test_drop_out_by_what_was_seen_leaves_repeated_measures_unbiased() -> None:
    law = KnownTrial(patients=150, weeks=4, drop_out=0.12, informative=1.0, sd=1.5)
    values, held, carried = [], 0, []
    for seed in range(40):
        outcomes = outcomes_of(*draw_known_trial(law, seed), estimand="hypothetical")
        found = mmrm(outcomes, "placebo").final
        values.append([found.means["placebo"].value, found.differences["drug"].value])
        difference = found.differences["drug"]
        held += difference.low <= -1.0 <= difference.high
        filled = fill_gaps(outcomes, "locf")
        carried.append(final_change(filled)[filled.arm == "placebo"].mean())
    error = np.std(values, axis=0) / np.sqrt(40)
    assert abs(np.mean(values, axis=0) - [-1.0, -1.0]) == pytest.approx([0, 0], abs=3 * error.max())
    assert 0.85 <= held / 40 <= 1.0
    # Those who were worse left, and their last value stands: placebo looks worse than it is.
    assert np.mean(carried) > -1.0 + 3 * np.std(carried) / np.sqrt(40)


def test_reference_imputation_gives_less_than_going_on_as_treated() -> None:
    law = KnownTrial(patients=400, weeks=4, drop_out=0.15, changes={"placebo": 0.0, "drug": -3.0})
    outcomes = outcomes_of(*draw_known_trial(law, 5), estimand="hypothetical")
    repeated = mmrm(outcomes, "placebo").final.differences["drug"]
    own = impute(outcomes, "placebo", reference="own", count=8).differences["drug"]
    jump = impute(outcomes, "placebo", reference="jump", count=8).differences["drug"]
    copy = impute(outcomes, "placebo", reference="copy", count=8).differences["drug"]
    assert own.value == pytest.approx(repeated.value, abs=0.15)
    completed = np.isfinite(outcomes.values[outcomes.arm == "drug", -1]).mean()
    # Who leaves at random loses about all of the effect.
    assert jump.value == pytest.approx(repeated.value * completed, abs=0.25)
    assert own.value < copy.value < jump.value < 0.0
    again = impute(outcomes, "placebo", reference="jump", count=8).differences["drug"]
    assert again == jump


def test_long_trials_are_analyzed_at_evenly_spaced_weeks() -> None:
    assert visits_of(np.arange(1, 9)).tolist() == list(range(8))
    assert (visits_of(np.arange(1, 53))[[0, -1]] + 1).tolist() == [4, 52]
    assert len(visits_of(np.arange(1, 53))) == 12


def test_too_few_measurements_are_refused_in_words() -> None:
    with pytest.raises(InputError, match=r"a visit has 3 measurements; allowed: at least 4"):
        fit_unstructured(GROWTH[:3], SEX[:3])
    with pytest.raises(InputError, match="follow from each other"):
        fit_unstructured(GROWTH, np.hstack([SEX, SEX[:, :1] * 2.0]))
    patients, weeks = draw_known_trial(KnownTrial(), 1)
    with pytest.raises(InputError, match="needs 'sham' and another"):
        mmrm(outcomes_of(patients, weeks), "sham")
