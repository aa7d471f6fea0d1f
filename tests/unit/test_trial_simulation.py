"""Simulated trials: who enters, who is given what, who leaves, and what must not depend on what.

The pathway is a double of a few lines, and the pool a few dozen patients of it: here it is the
bookkeeping of a trial that is tested. What comes out of the real pathway stands in tests/outcomes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from jaxtyping import Array, Float

from causalgia import causes
from causalgia.course import follow, typical
from causalgia.course.observation import diary_key
from causalgia.errors import InputError
from causalgia.mechanisms.map import index_of
from causalgia.pathway import QUALITIES, TESTS, Response
from causalgia.patients.streams import stream_key
from causalgia.tables import validated
from causalgia.treatments import build_schedule, prescribe
from causalgia.treatments.exposure import advance_exposure, planned_levels, settled_exposure
from causalgia.treatments.schedule import concentrations
from causalgia.trials import enrollment, group
from causalgia.trials.allocation import allocate
from causalgia.trials.decisions import new_attendance
from causalgia.trials.design import Design
from causalgia.trials.outcome import ShardResult
from causalgia.trials.participants import draw_traits, trial_numbers
from causalgia.trials.pool import Pool, durations
from causalgia.trials.protocol import protocol_of
from causalgia.trials.simulate import simulate_shard
from causalgia.trials.week import TRIAL_DAY

QUIET = {"fluctuation_deviation": 0.0, "other_withdrawal_hazard": 0.0}


def respond(values: Float[Array, "entry batch"]) -> Response:
    """A pathway of a few lines: one fiber fires steadily, alpha2delta passes it on, affect rates
    it."""
    rate = 4.0 * jnp.ones(values.shape[1]) * values[index_of("sodium_availability", "root")]
    projection = 5.0 * rate * values[index_of("alpha2delta", "cord")]
    rating = 10.0 * projection / (projection + 10.0) * values[index_of("affective_gain", "brain")]
    tests = jnp.ones((len(TESTS), 1))
    c = jnp.zeros((4, 3, values.shape[1])).at[3, 0].set(rate)
    return Response(
        afferent_Hz=tests[:, None] * c.sum(0)[None],
        origin_Hz=c,
        projection_Hz=tests * projection,
        rating=tests * jnp.clip(rating, 0.0, 10.0),
        qualities=jnp.zeros((len(QUALITIES), values.shape[1])),
    )


@cache
def pool() -> Pool:
    """Two dozen people with a nerve injury, four weeks ago."""
    random = np.random.default_rng(5)
    who = typical(
        24,
        pain_sensitivity=random.uniform(0.7, 1.2, 24),
        renal_clearance_mL_min=random.uniform(25.0, 130.0, 24),
        age_years=random.uniform(30.0, 80.0, 24),
    )
    cause = causes.find("nerve_injury")
    course = follow(cause, who, respond=respond, days=28.0)
    return Pool(cause, who, course.state, course.pain[-1], candidates=24)


@pytest.fixture(autouse=True)
def small_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    def pools(*_: Any, **__: Any) -> tuple[Pool, ...]:
        return (pool(),)

    monkeypatch.setattr(enrollment, "pools", pools)
    monkeypatch.setattr(enrollment, "durations", lambda *_: (28.0,))
    # One width, one program.
    monkeypatch.setattr(group, "_WIDTHS", (64,))


def design(**changes: Any) -> Design:
    document = {
        "title": "A test",
        "kind": "parallel",
        "weeks": 3,
        "patients": 40,
        "condition": [{"cause": "nerve_injury"}],
        "eligibility": {"baseline": [2, 10]},
        "arms": [
            {"name": "placebo"},
            {"name": "drug", "treatments": [{"name": "pregabalin", "dose": "600 mg/day"}]},
        ],
    }
    return validated(Design, {**document, **changes})


def run(numbers: dict[str, float] | None = None, **changes: Any) -> ShardResult:
    return simulate_shard(design(**changes), 0, respond=respond, numbers=numbers)


def by_arm(result: ShardResult, column: str) -> pd.Series:
    last = result.weeks[result.weeks["week"] == result.weeks["week"].max()]
    return last.groupby("treatment")[column].mean()


def change(result: ShardResult) -> pd.Series:
    """Mean change from baseline to the last week, by what was given."""
    last = result.weeks[result.weeks["week"] == result.weeks["week"].max()]
    both = last.merge(result.patients[["patient", "baseline"]], on="patient")
    return (both["pain"] - both["baseline"]).groupby(both["treatment"]).mean()


def test_the_drug_relieves_more_than_placebo_and_placebo_more_than_nothing() -> None:
    believed, unbelieved = run(QUIET), run({**QUIET, "belief_mean": 0.0})
    with_belief, without = change(believed), change(unbelieved)
    assert with_belief["drug"] < with_belief["placebo"] - 0.5
    assert with_belief["placebo"] < without["placebo"] - 0.1
    # Whoever believes nothing and is given nothing stays, but for the diary's own mood.
    assert without["placebo"] == pytest.approx(0.0, abs=0.4)


def test_a_shard_is_the_same_twice_and_whatever_the_threads() -> None:
    first, second = run(), simulate_shard(design(), 0, respond=respond, workers=1)
    pd.testing.assert_frame_equal(first.patients, second.patients)
    pd.testing.assert_frame_equal(first.weeks, second.weeks)
    assert first.flow == second.flow


def test_replayed_everybody_goes_through_every_arm_as_whoever_was_drawn_to_it() -> None:
    both_arms = design().arm_names
    randomized, replayed = run(), simulate_shard(design(), 0, respond=respond, replayed=both_arms)
    assert len(replayed.patients) == 2 * len(randomized.patients)
    assert replayed.flow == randomized.flow
    both = replayed.patients.merge(randomized.patients, on=["patient", "arm"])
    assert len(both) == len(randomized.patients)
    assert both["baseline_x"].tolist() == both["baseline_y"].tolist()
    weeks = ["patient", "treatment", "week"]
    lived = replayed.weeks.merge(randomized.weeks, on=weeks)
    np.testing.assert_allclose(lived["pain_x"], lived["pain_y"], atol=1e-5)


def test_an_arm_to_replay_that_is_not_there_is_one_clear_line() -> None:
    with pytest.raises(InputError, match=r"replayed: unknown arm 'placbo'; did you mean 'placebo'"):
        simulate_shard(design(), 0, respond=respond, replayed=["placbo"])


def test_other_arms_and_weeks_leave_the_people_as_they_are() -> None:
    arms = [
        {"name": "placebo"},
        {"name": "other", "treatments": [{"name": "duloxetine", "dose": "60 mg/day"}]},
    ]
    one, other = run(), run(arms=arms, weeks=2)
    for column in ("baseline", "screening", "age_years", "pain_sensitivity"):
        if column in one.patients:
            assert one.patients[column].tolist() == other.patients[column].tolist()


def test_whoever_leaves_writes_no_more_but_is_still_followed() -> None:
    result = run({"other_withdrawal_hazard": 0.1})
    left = result.patients[result.patients["stop_reason"] == "other"]
    assert 0.5 < len(left) / len(result.patients) <= 1.0
    weeks = result.weeks.merge(left[["patient", "stop_day"]], on="patient")
    after = 7 * (weeks["week"] - 1) >= weeks["stop_day"]
    assert weeks.loc[after, "diary"].isna().all() and weeks.loc[~after, "diary"].notna().all()
    assert result.weeks["pain"].notna().all()
    assert not weeks.loc[after, "on_treatment"].any()


def test_the_drug_is_gone_after_its_taker_has_left() -> None:
    leaves = {**QUIET, "belief_mean": 0.0, "other_withdrawal_hazard": 10.0}
    stays = {**QUIET, "belief_mean": 0.0}
    gone, kept = change(run(leaves)), change(run(stays))
    assert gone["drug"] == pytest.approx(gone["placebo"], abs=0.4)
    assert kept["drug"] < kept["placebo"] - 0.5


def test_nobody_enters_who_may_not() -> None:
    rules = {
        "baseline": [4, 6],
        "age": ["40 years", "70 years"],
        "renal_clearance_minimum": "40 mL/min",
    }
    result = run(eligibility=rules)
    assert result.patients["baseline"].between(4, 6).all()
    assert result.patients["age_years"].between(40, 70).all()
    assert (result.patients["renal_clearance_mL_min"] >= 40).all()
    flow = result.flow
    left = sum(
        number for reason, number in flow.items() if reason not in ("screened", "randomized")
    )
    assert flow["screened"] == left + flow["randomized"] == left + 40


def test_a_trial_that_nobody_may_enter_is_one_line() -> None:
    with pytest.raises(InputError, match=r"eligibility: .* only 0 may enter"):
        run(eligibility={"age": ["105 years", "110 years"]})


def test_arms_hold_their_shares_within_a_block() -> None:
    arms = [
        {"name": "placebo"},
        {"name": "drug", "allocation": 3, "treatments": [{"name": "pregabalin"}]},
    ]
    given = design(arms=arms, patients=400)
    drawn = allocate(given, np.full(400, "all"), ("here",))
    assert abs((drawn == 1).sum() - 300) <= 6
    strata = np.repeat(["a", "b"], 200)
    drawn = allocate(given, strata, ("here",))
    for label in "ab":
        assert abs((drawn[strata == label] == 1).sum() - 150) <= 6


def test_everybody_takes_every_arm_of_a_crossover() -> None:
    result = run(kind="crossover", weeks=None, periods={"weeks": 2, "washout": 1}, patients=32)
    seen = result.weeks.groupby("patient")["treatment"].unique().map(set)
    assert (seen == {"placebo", "drug"}).all()
    assert result.weeks.groupby(["patient", "period"])["treatment"].nunique().max() == 1
    assert set(result.weeks["week"]) == {1, 2}
    assert by_arm(result, "pain")["drug"] < by_arm(result, "pain")["placebo"]
    who, begun = result.patients, result.weeks[result.weeks["week"] == 1]
    dizzy = {period: who[f"adverse in period {period}:dizziness"] for period in (1, 2)}
    # At any time is in either period, or in between.
    assert (dizzy[1] | dizzy[2] <= who["adverse:dizziness"]).all()
    on_drug = begun[begun["treatment"] == "drug"].set_index("patient")["period"]
    here = np.array([dizzy[on_drug[p]].iloc[i] for i, p in enumerate(who["patient"])])
    there = np.array([dizzy[3 - on_drug[p]].iloc[i] for i, p in enumerate(who["patient"])])
    assert here.sum() > there.sum()


def test_a_withdrawal_trial_keeps_those_who_were_helped() -> None:
    run_in = {
        "weeks": 3,
        "treatments": [{"name": "pregabalin", "dose": "600 mg/day"}],
        "keep_relief_from": "30 %",
    }
    result = run(kind="enriched_withdrawal", run_in=run_in, patients=64)
    assert result.flow["relief in run-in"] > 0
    first = result.weeks[result.weeks["week"] == 1].groupby("treatment")["pain"].mean()
    last = by_arm(result, "pain")
    # Those who go on stay as they were; the others lose it.
    assert last["drug"] < last["placebo"] - 0.5
    assert abs(last["drug"] - first["drug"]) < 0.7


def test_kidneys_that_clear_less_are_given_less() -> None:
    arms = [
        {"name": "placebo"},
        {
            "name": "drug",
            "treatments": [
                {
                    "name": "pregabalin",
                    "dose": "600 mg/day",
                    "renal_doses": [{"below": "60 mL/min", "dose": "300 mg/day"}],
                }
            ],
        },
    ]
    protocol = protocol_of(design(arms=arms))
    share = protocol.renal_share(0, np.array([20.0, 45.0, 90.0]))
    assert share[1:] == pytest.approx([0.5, 1.0]) and share[0] <= 0.5


def test_doses_are_forgotten_only_of_what_patients_take_themselves() -> None:
    names = (
        "pregabalin",
        "capsaicin_cream",
        "tens",
        "capsaicin_patch_8",
        "spinal_cord_stimulation",
    )
    names += ("ketamine_infusion", "botulinum_toxin", "physical_therapy", "neurectomy")
    given = [{"name": name} for name in names]
    given[-1]["place"] = "distal_nerve"
    protocol = protocol_of(
        design(arms=[{"name": "placebo"}, {"name": "drug", "treatments": given}])
    )
    traits = draw_traits(4, (), trial_numbers(), count=9, seed=3, names=("here",))
    healthy, nobody_differs = np.full(9, 110.0), np.zeros(9)
    here = new_attendance(protocol, traits, np.ones((len(names), 9)), healthy, nobody_differs)
    assert (here.fixed_share[:3] == traits.adherence).all() and (traits.adherence < 1.0).all()
    assert (here.fixed_share[3:] == 1.0).all()
    done = [name for i, name in enumerate(names) if protocol.is_done_once(i)]
    assert done == ["capsaicin_patch_8", "botulinum_toxin", "neurectomy"]


def test_pain_fluctuates_by_a_stream_of_its_own() -> None:
    def words(*name: object) -> tuple[int, ...]:
        key = stream_key(*name) if len(name) > 1 else diary_key(*name)
        return tuple(np.asarray(jax.random.key_data(key)).tolist())

    keys = {words(s) for s in range(20)} | {words(s, "trial", "fluctuation") for s in range(20)}
    assert len(keys) == 40
    assert words(3, "ab", "c") != words(3, "a", "bc")


def test_open_trials_are_believed_in_one_arm_only() -> None:
    protocol = protocol_of(design(blind=False))
    assert protocol.belief_factor("placebo") == 0.0
    blind = protocol_of(design())
    assert protocol.belief_factor("drug") > blind.belief_factor("drug") == pytest.approx(1.0)


def test_what_everybody_goes_on_taking_has_settled_before_the_trial() -> None:
    numbers = {**QUIET, "belief_mean": 0.0}
    background = [{"name": "pregabalin", "dose": "300 mg/day"}]
    added = run(numbers, background=background)
    assert change(added)["placebo"] == pytest.approx(0.0, abs=0.4)
    before, without = added.patients["baseline"], run(numbers).patients["baseline"]
    assert before.mean() < without.mean() - 0.3


def test_what_was_taken_before_is_in_the_baseline_unless_it_is_washed_out() -> None:
    numbers = {**QUIET, "belief_mean": 0.0, "belief_most": 0.0}
    prior = [{"name": "nortriptyline", "dose": "100 mg/day"}]

    def baseline(weeks: int, share: float = 1.0) -> pd.Series:
        rules = {"baseline": [0, 10], "washout": weeks}
        return run(numbers, prior=[{**prior[0], "share": share}], eligibility=rules).patients

    at_once, soon, late = (baseline(weeks)["baseline"].mean() for weeks in (0, 1, 4))
    never = run(numbers, eligibility={"baseline": [0, 10]}).patients["baseline"].mean()
    assert late == pytest.approx(never, abs=0.005)
    assert never - at_once > 2.0 * (never - soon) > 0.02
    some = baseline(0, 0.5)
    assert at_once < some["baseline"].mean() < never
    # Nobody reports a side effect of what is over.
    assert "adverse:constipation" not in some


def test_what_slows_an_enzyme_brings_the_side_effects_of_what_it_clears() -> None:
    arms = [
        {"name": "placebo"},
        {"name": "drug", "treatments": [{"name": "nortriptyline", "dose": "75 mg/day"}]},
    ]
    background = [{"name": "duloxetine", "dose": "120 mg/day"}]
    numbers = {**QUIET, "belief_mean": 0.0}
    alone, slowed = run(numbers, arms=arms), run(numbers, arms=arms, background=background)

    def sedated(result: ShardResult) -> set[int]:
        who = result.patients
        return set(who["patient"][who["adverse:sedation"] & (who["arm"] == "drug")])

    # The same people in the same arms: whoever is sedated without is so with it, and others are.
    assert sedated(alone) < sedated(slowed)
    assert protocol_of(design(arms=arms, background=background)).inhibits
    assert not protocol_of(design(arms=arms)).inhibits


def test_doses_stepped_by_the_day_follow_the_closed_form() -> None:
    for name in ("pregabalin", "amitriptyline"):
        schedule = build_schedule((prescribe(name, 0.0),))
        who = typical(2, renal_clearance_mL_min=np.array([100.0, 40.0]))
        rows = schedule.step_day.shape[0]
        exposure = settled_exposure(schedule, jnp.zeros((rows, 2)), who)
        for day in range(60):
            levels = planned_levels(schedule, jnp.full((rows, 2), float(day)))
            exposure, mean = advance_exposure(exposure, levels, schedule, 1.0, who)
        closed = concentrations(schedule, jnp.float32(59.5), who)
        assert np.asarray(mean) == pytest.approx(np.asarray(closed), rel=0.02, abs=1e-6)


def test_durations_spread_over_the_range_in_whole_weeks() -> None:
    found = durations(91.0, 3650.0)
    assert all(day % 7.0 == 0.0 for day in found)
    assert 91.0 < found[0] < found[1] < found[2] < found[3] < 3650.0


def test_a_day_of_a_trial_is_a_plan_whose_steps_find_what_they_read() -> None:
    board = {"given", "standing", "patients", "schedule", "day", "span_days", "cause", "respond"}
    board |= {"constants", "diary_key", "noise_key", "numbers", "mechanisms", "scars", "signals"}
    for step in TRIAL_DAY:
        assert set(step.reads) <= board, step.name
        board |= set(step.writes)


def test_unknown_numbers_of_a_trial_are_refused() -> None:
    with pytest.raises(InputError, match="unknown number 'belief'"):
        trial_numbers({"belief": 1.0})
