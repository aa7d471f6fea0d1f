"""Looks at a trial before its end, against the published tables, and power."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalgia.errors import InputError
from causalgia.trials.crossing import crossing
from causalgia.trials.estimate import Estimate, symmetric_estimate
from causalgia.trials.known_truth import KnownTrial, draw_known_trial
from causalgia.trials.power import (
    operating_characteristics,
    patients_needed,
    power_of_t_test,
)
from causalgia.trials.sequential import (
    boundary_of,
    conditional_power,
    decide,
    inflation,
    operating,
)

# Jennison and Turnbull (2000), tables 2.1 and 2.3: constants for 1 to 10 looks, two-sided 5 %.
CONSTANTS = {
    "pocock": [1.960, 2.178, 2.289, 2.361, 2.413, 2.453, 2.485, 2.512, 2.535, 2.555],
    "obrien_fleming": [1.960, 1.977, 2.004, 2.024, 2.040, 2.053, 2.063, 2.072, 2.080, 2.087],
}
# Tables 2.2 and 2.4: largest sample over that without looks, by power.
INFLATION = {
    ("pocock", 0.8): [1.000, 1.110, 1.166, 1.202, 1.229, 1.249, 1.265, 1.279, 1.291, 1.301],
    ("pocock", 0.9): [1.000, 1.100, 1.151, 1.183, 1.207, 1.225, 1.239, 1.252, 1.262, 1.271],
    ("obrien_fleming", 0.8): [1.0, 1.008, 1.017, 1.024, 1.028, 1.032, 1.035, 1.037, 1.038, 1.040],
    ("obrien_fleming", 0.9): [1.0, 1.007, 1.016, 1.022, 1.026, 1.030, 1.032, 1.034, 1.036, 1.037],
}


@pytest.mark.parametrize("kind", CONSTANTS)
def test_constants_are_those_of_the_tables(kind: str) -> None:
    found = [boundary_of(kind, looks) for looks in range(1, 11)]
    assert [b.constant for b in found] == pytest.approx(CONSTANTS[kind], abs=6e-4)
    assert [b.spent[-1] for b in found] == pytest.approx([0.05] * 10, abs=1e-8)
    shape = 1.0 if kind == "pocock" else np.sqrt(10.0)
    assert found[-1].critical[0] == pytest.approx(found[-1].constant * shape)


@pytest.mark.parametrize(("kind", "power"), INFLATION)
def test_sample_sizes_grow_as_in_the_tables(kind: str, power: float) -> None:
    found = [inflation(boundary_of(kind, looks), power) for looks in range(1, 11)]
    assert found == pytest.approx(INFLATION[kind, power], abs=6e-4)


def test_spending_gives_the_boundaries_of_lan_and_demets() -> None:
    # Five even looks, two-sided 5 % (Reboussin and others 2000, and the common programs).
    like_obrien = boundary_of("spending_obrien_fleming", 5).critical
    like_pocock = boundary_of("spending_pocock", 5).critical
    assert like_obrien == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=6e-4)
    assert like_pocock == pytest.approx([2.438, 2.427, 2.410, 2.397, 2.386], abs=6e-4)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.floats(0.1, 0.95), min_size=1, max_size=4, unique=True),
    st.sampled_from(["spending_obrien_fleming", "spending_pocock", "pocock", "obrien_fleming"]),
    st.floats(0.01, 0.2),
)
def test_the_error_is_spent_whatever_the_looks(
    shares: list[float], kind: str, alpha: float
) -> None:
    looks = [*sorted(shares), 1.0]
    if min(b - a for a, b in pairwise(looks)) < 0.02:
        return
    boundary = boundary_of(kind, looks, alpha)
    assert boundary.spent[-1] == pytest.approx(alpha, rel=1e-5)
    assert list(boundary.spent) == sorted(boundary.spent)


def test_chances_to_stop_are_those_of_simulation() -> None:
    boundary = boundary_of("pocock", [0.3, 0.6, 1.0])
    drift = 2.5
    random = np.random.default_rng(1)
    steps = np.diff([0.0, *boundary.information])
    walk = np.cumsum(drift * steps + np.sqrt(steps) * random.standard_normal((200_000, 3)), axis=1)
    beyond = np.abs(walk / np.sqrt(boundary.information)) >= boundary.critical
    first = np.where(beyond.any(axis=1), beyond.argmax(axis=1), 2)
    simulated = np.bincount(first, minlength=3) / len(walk)
    found = operating(boundary, drift)
    assert found.stop == pytest.approx(simulated, abs=4e-3)
    assert found.power == pytest.approx(beyond.any(axis=1).mean(), abs=4e-3)
    assert found.mean_information == pytest.approx(simulated @ boundary.information, abs=4e-3)


def test_a_single_look_is_the_usual_test() -> None:
    found = decide(boundary_of("obrien_fleming", 1), [2.5])
    assert found.p_value == pytest.approx(0.012419, abs=1e-5)
    assert (found.low, found.middle, found.high) == pytest.approx((0.540, 2.5, 4.460), abs=1e-3)
    assert found.rejected and found.reason == "end"


def test_a_trial_stops_where_the_boundary_says() -> None:
    boundary = boundary_of("obrien_fleming", 3)
    stopped = decide(boundary, [1.0, 2.6, 9.0])
    assert (stopped.look, stopped.reason, stopped.rejected) == (2, "efficacy", True)
    assert stopped.statistic == (1.0, 2.6)
    # An early stop overstates the effect; the estimate ordered by stage is drawn back.
    assert stopped.low > 0.0 and stopped.middle < 2.6 / np.sqrt(2 / 3)
    assert stopped.p_value < 0.05
    hopeless = decide(boundary, [-0.2, 0.0, 0.0], futility=0.1)
    assert (hopeless.look, hopeless.reason, hopeless.rejected) == (1, "futility", False)
    assert decide(boundary, [0.1, 0.2, -2.5]).rejected


def test_intervals_ordered_by_stage_hold_the_truth() -> None:
    boundary = boundary_of("pocock", 3)
    random = np.random.default_rng(3)
    drift, held = 2.0, 0
    for _ in range(30):
        steps = np.full(3, 1 / 3)
        walk = np.cumsum(drift * steps + np.sqrt(steps) * random.standard_normal(3))
        found = decide(boundary, list(walk / np.sqrt(boundary.information)))
        held += found.low <= drift <= found.high
    assert 0.83 <= held / 30 <= 1.0


def test_conditional_power_follows_the_trend() -> None:
    boundary = boundary_of("obrien_fleming", 2)
    assert conditional_power(3.0, 0.5, boundary) > 0.99
    assert conditional_power(0.0, 0.5, boundary) < 0.01
    assert conditional_power(2.5, 1.0, boundary) == 1.0


def test_impossible_looks_are_refused_in_words() -> None:
    with pytest.raises(InputError, match=r"unknown boundary 'pococ'; did you mean 'pocock'"):
        boundary_of("pococ", 3)
    with pytest.raises(InputError, match="shares of the information that rise to 1"):
        boundary_of("pocock", [0.5, 0.9])
    with pytest.raises(InputError, match="each must come after the one before"):
        boundary_of("pocock", [0.5, 0.5, 1.0])


def test_nobody_crosses_infinite_boundaries() -> None:
    found = crossing([0.5, 1.0], [np.inf, np.inf], [-np.inf, -np.inf], drift=3.0)
    assert found.total == 0.0


# Power of the two-sided t test at 5 % (Cohen 1988; common programs): effect size 0.5.
def test_power_of_the_t_test_is_the_published_one() -> None:
    assert power_of_t_test(0.5, 1.0, 64) == pytest.approx(0.8015, abs=1e-4)
    assert patients_needed(0.5, 1.0, 0.8) == 64
    assert patients_needed(0.5, 1.0, 0.9) == 86
    assert patients_needed(1.0, 2.0, 0.9, drop_out=0.2) == 108
    with pytest.raises(InputError, match="allowed: a difference"):
        patients_needed(0.0, 1.0)


def last_week(patients, weeks) -> Estimate:  # type: ignore[no-untyped-def]
    """Two-sample t test of the last week."""
    final = weeks[weeks["week"] == weeks["week"].max()]["pain"].to_numpy()
    drug = patients["arm"].to_numpy() == "drug"
    a, b = final[drug], final[~drug]
    degrees = len(final) - 2
    pooled = (a.var(ddof=1) * (len(a) - 1) + b.var(ddof=1) * (len(b) - 1)) / degrees
    error = float(np.sqrt(pooled * (1 / len(a) + 1 / len(b))))
    return symmetric_estimate(a.mean() - b.mean(), error, degrees=degrees)


def test_power_by_simulation_is_that_of_the_formula() -> None:
    law = KnownTrial(patients=80, weeks=2, baseline_sd=0.0, baseline_slope=0.0)
    found = operating_characteristics(
        lambda seed: draw_known_trial(law, seed), last_week, range(200), truth=-1.0
    )
    formula = power_of_t_test(1.0, 2.0, 40)
    assert found.bias is not None and found.coverage is not None
    assert abs(found.power.value - formula) < 3 * found.power.standard_error
    assert abs(found.bias.value) < 3 * found.bias.standard_error
    assert abs(found.coverage.value - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 200)
    assert found.trials == 200


def test_looks_save_patients_and_keep_the_error() -> None:
    law = KnownTrial(patients=80, weeks=2, changes={"placebo": -1.0, "drug": -1.0})
    boundary = boundary_of("pocock", 2)
    nothing = operating_characteristics(
        lambda seed: draw_known_trial(law, seed), last_week, range(100), boundary=boundary
    )
    assert nothing.power.low <= 0.05 <= nothing.power.high
    strong = KnownTrial(patients=80, weeks=2, changes={"placebo": -1.0, "drug": -3.0})
    found = operating_characteristics(
        lambda seed: draw_known_trial(strong, seed), last_week, range(30), boundary=boundary
    )
    assert found.information.value < 0.7
    assert found.stopped[0].value == pytest.approx(1 - found.stopped[1].value)
