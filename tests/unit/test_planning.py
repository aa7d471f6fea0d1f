"""A plan weighs relief against harm in weighted virtual patients, and says what stands against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from causalgia import causes, treatments
from causalgia.errors import InputError
from causalgia.patients.chances import chance
from causalgia.patients.planning import Outcomes, Plan, Situation, Tried, make_plan
from causalgia.patients.planning.burdens import burden_of
from causalgia.patients.planning.doubts import doubts
from causalgia.patients.planning.guidelines import guidelines, placements
from causalgia.patients.planning.medicines import find_medicine, other_medicines
from causalgia.patients.planning.options import harms_of, option_of, schedule_of
from causalgia.patients.planning.red_flags import find_red_flag, raised, red_flags, unasked
from causalgia.patients.planning.steps import Ways

ROWS = 200
CAUSES = ("cervical_radiculopathy", "diabetic_neuropathy", "trigeminal_neuralgia")


def outcomes(
    reliefs: Mapping[str, object], shares: tuple[float, ...] = (1.0, 0.0, 0.0)
) -> Outcomes:
    """Patients with pain of 6, and relief by treatment: one number, or one for each patient."""
    names = tuple(reliefs)
    places = tuple(
        treatments.find(name).sites[0] if treatments.find(name).needs_place else None
        for name in names
    )
    relief = np.array([np.broadcast_to(np.asarray(reliefs[n], float), ROWS) for n in names])
    cause = np.repeat(range(len(shares)), np.round(np.array(shares) * ROWS).astype(int))
    untreated = np.full((len(names), ROWS), 6.0)
    weights = np.full(ROWS, 1.0 / ROWS)
    return Outcomes(
        names, places, untreated, untreated * (1.0 - relief), weights, 100.0, CAUSES, cause
    )


def order(plan: Plan) -> list[str]:
    return [option.name for option in plan.options]


def test_more_relief_ranks_higher_where_harm_is_alike() -> None:
    plan = make_plan(outcomes({"gabapentin": 0.3, "pregabalin": 0.1}), Situation())
    assert order(plan) == ["gabapentin", "pregabalin"]
    gabapentin = plan.options[0]
    assert gabapentin.change.mean == pytest.approx(-1.8)
    assert gabapentin.relief_30.value == 1.0 and gabapentin.relief_50.value == 0.0


def test_where_trials_tell_otherwise_the_option_says_so() -> None:
    for name, text in doubts().items():
        assert treatments.find(name).name == name and text
    plan = make_plan(outcomes({"suzetrigine": 0.9, "pregabalin": 0.1}), Situation())
    doubted, certain = plan.options
    assert "trial" in doubted.doubt and certain.doubt == ""


def test_harm_turns_the_rank() -> None:
    # The same relief: morphine makes one in five stop and is habit-forming, the patch does neither.
    plan = make_plan(outcomes({"morphine": 0.5, "lidocaine_patch": 0.5}), Situation())
    assert order(plan) == ["lidocaine_patch", "morphine"]
    assert plan.options[0].net > plan.options[1].net + 15.0


def test_numbers_needed_to_harm_are_those_of_the_data() -> None:
    harms = {harm.name: harm for harm in harms_of(treatments.find("amitriptyline"))}
    assert harms["sedation"].share == pytest.approx(0.59, abs=0.005)
    assert harms["sedation"].needed == pytest.approx(1.0 / 0.39, rel=0.02)


def test_intervals_widen_when_few_patients_count() -> None:
    few, many = chance(0.4, 10.0), chance(0.4, 1000.0)
    assert few.low < many.low < 0.4 < many.high < few.high
    assert chance(0.0, 30.0).low == 0.0 < chance(0.0, 30.0).high < 0.15
    # Wilson (1927) for 4 of 10.
    assert (few.low, few.high) == pytest.approx((0.168, 0.687), abs=0.001)


def test_pain_that_goes_by_itself_is_no_relief() -> None:
    some = outcomes({"gabapentin": 0.9})
    gone = replace(some, untreated=np.full_like(some.untreated, 0.4), treated=0 * some.treated)
    assert not gone.relief.any()
    # More pain under a treatment is negative relief.
    worse = replace(some, treated=some.untreated * 1.5)
    assert worse.relief.mean() == pytest.approx(-0.5)


def test_the_removal_of_a_likely_cause_comes_first_and_is_judged_in_those_who_have_it() -> None:
    reliefs = {"decompression": np.r_[np.full(120, 0.6), np.zeros(80)], "gabapentin": 0.4}
    plan = make_plan(outcomes(reliefs, (0.6, 0.4, 0.0)), Situation())
    assert [step.option.name for step in plan.steps] == ["decompression", "gabapentin"]
    option = plan.cause_first[0]
    assert option.odds_of_cause == pytest.approx(0.6)
    assert option.relief_50.value == pytest.approx(1.0)
    # An unlikely cause is mentioned, and does not come first; one hardly there is not.
    few = np.r_[np.full(60, 0.6), np.zeros(140)]
    plan = make_plan(outcomes({**reliefs, "decompression": few}, (0.3, 0.7, 0.0)), Situation())
    assert [option.name for option in plan.cause_first] == ["decompression"]
    assert [step.option.name for step in plan.steps] == ["gabapentin"]
    plan = make_plan(outcomes({**reliefs, "decompression": few}, (0.05, 0.95, 0.0)), Situation())
    assert not plan.cause_first and "decompression" not in order(plan)


def test_steps_add_up_in_the_same_patients() -> None:
    first_half = np.r_[np.full(100, 0.6), np.zeros(100)]
    reliefs = {
        "lidocaine_patch": first_half,
        "physical_therapy": first_half,
        "cognitive_behavioral_therapy": np.r_[np.zeros(120), np.full(80, 0.55)],
    }
    plan = make_plan(outcomes(reliefs), Situation())
    names = [step.option.name for step in plan.steps]
    # What helps the same patients again adds nothing: the other patients come second.
    assert names == ["physical_therapy", "cognitive_behavioral_therapy"] or names == [
        "lidocaine_patch",
        "cognitive_behavioral_therapy",
    ]
    assert plan.steps[0].relief_50.value == pytest.approx(0.5, abs=0.01)
    assert plan.steps[1].reached == pytest.approx(0.5, abs=0.01)
    assert plan.steps[1].relief_50.value == pytest.approx(0.9, abs=0.01)
    assert plan.steps[1].judged_by_days == pytest.approx(168.0)


def test_of_one_kind_one_is_tried() -> None:
    reliefs = {"gabapentin": 0.25, "pregabalin": 0.24, "duloxetine": 0.2, "venlafaxine": 0.19}
    names = [step.option.name for step in make_plan(outcomes(reliefs), Situation()).steps]
    assert names == ["gabapentin", "duloxetine"]


def test_where_few_come_to_a_step_what_helps_everybody_counts() -> None:
    # Decompression leaves one in a hundred; chance has it that an odd treatment helps that one.
    most = np.r_[np.full(198, 0.8), np.zeros(2)]
    reliefs = {
        "decompression": most,
        "tens": np.r_[np.zeros(198), np.full(2, 0.6)],
        "duloxetine": np.r_[np.full(198, 0.5), np.full(2, 0.35)],
    }
    names = [step.option.name for step in make_plan(outcomes(reliefs), Situation()).steps]
    assert names[:2] == ["decompression", "duloxetine"]


def test_ways_keep_partial_relief_and_drop_what_fails() -> None:
    weights = np.array([0.5, 0.5])
    ways = Ways.begin(2).after(np.array([0.4, 0.1]), 0.0)
    assert ways.reach(0.3, weights) == pytest.approx(0.5)
    ways = ways.after(np.array([0.2, 0.3]), 0.0)
    # 0.6 x 0.8 = 0.48 left: half is gone together, though neither did it alone.
    assert ways.reach(0.5, weights) == pytest.approx(0.5)
    # The second kept only the later treatment: 0.7 left, not 0.63.
    assert ways.reach(0.3, weights) == pytest.approx(1.0)
    assert ways.reach(0.35, weights) == pytest.approx(0.5)
    assert ways.probability.sum(axis=0) == pytest.approx([1.0, 1.0])


def test_who_stops_for_a_side_effect_has_no_relief_from_it() -> None:
    ways = Ways.begin(1).after(np.array([0.8]), 0.25)
    assert ways.reach(0.5, np.ones(1)) == pytest.approx(0.75)


def test_implants_and_habit_wait_and_operations_are_not_tried_by_turns() -> None:
    reliefs = {
        "spinal_cord_stimulation": 0.7,
        "neurectomy": 0.95,
        "tapentadol": 0.7,
        "gabapentin": np.r_[np.full(100, 0.4), np.zeros(100)],
        "duloxetine": np.r_[np.zeros(100), np.full(100, 0.4)],
    }
    names = [s.option.name for s in make_plan(outcomes(reliefs), Situation()).steps]
    assert set(names[:2]) == {"gabapentin", "duloxetine"}
    assert "spinal_cord_stimulation" in names[2:] or "tapentadol" in names[2:]
    assert "neurectomy" not in names


def test_contraindications_and_what_is_taken_are_heard() -> None:
    reliefs = {n: 0.4 for n in ("amitriptyline", "pregabalin", "ibuprofen", "tramadol")}
    situation = Situation(
        taken=(Tried("diazepam"), Tried("metformin")),
        tried=(Tried("pregabalin", 0.1),),
        conditions=("peptic ulcer",),
        age_years=80,
        renal_clearance_mL_min=20,
    )
    plan = make_plan(outcomes(reliefs), situation)
    reasons = {left.option.name: left.reason for left in plan.excluded}
    assert reasons["ibuprofen"] == "not given with peptic ulcer"
    assert reasons["pregabalin"] == "tried: 10 % relief"
    assert reasons["tramadol"].startswith("with diazepam: breathing may stop")
    assert order(plan) == ["amitriptyline"]
    said = " ".join(str(w) for w in plan.warnings["amitriptyline"])
    assert "confusion" in said and "diazepam" in said
    assert plan.unchecked == ("metformin",)


def test_where_one_failed_its_like_is_expected_to_fail() -> None:
    alike = np.r_[np.full(100, 0.6), np.zeros(100)]
    reliefs = {"gabapentin": alike, "pregabalin": alike, "duloxetine": alike[::-1]}
    before = make_plan(outcomes(reliefs), Situation())
    after = make_plan(outcomes(reliefs), Situation(tried=(Tried("gabapentin", 0.0),)))
    chances = [{o.name: o.relief_50.value for o in plan.options} for plan in (before, after)]
    assert chances[0]["pregabalin"] == chances[0]["duloxetine"] == pytest.approx(0.5)
    # Odds of exp(-(0.6 / 0.3)^2 / 2) against those in whom it did nothing.
    weight = np.exp(-2.0) / (1.0 + np.exp(-2.0))
    assert chances[1]["pregabalin"] == pytest.approx(weight)
    assert chances[1]["duloxetine"] == pytest.approx(1.0 - weight)
    assert after.steps[0].option.name == "duloxetine"
    assert after.size < before.size
    # What is taken and helps is no reason against its like.
    helped = make_plan(outcomes(reliefs), Situation(taken=(Tried("gabapentin", 0.6),)))
    assert {o.name: o.relief_50.value for o in helped.options}["pregabalin"] > 0.8


def test_a_medicine_may_amount_to_a_condition() -> None:
    situation = Situation(taken=(Tried("moclobemide"),))
    plan = make_plan(outcomes({"duloxetine": 0.5}), situation)
    assert not plan.options and plan.excluded[0].reason == "not given with MAO inhibitor"


def test_what_guidelines_or_evidence_speak_against_is_not_a_step() -> None:
    reliefs = {"cannabinoids": 0.6, "regenerative_therapy": 0.6, "lorazepam": 0.6}
    plan = make_plan(outcomes(reliefs), Situation())
    assert not plan.steps and not plan.options
    reasons = {left.option.name: left.reason for left in plan.excluded}
    assert "recommends against" in reasons["cannabinoids"]
    assert reasons["regenerative_therapy"].startswith("investigational")
    assert "lorazepam" not in reasons  # an active placebo is no option at all


def test_a_drug_that_no_guideline_places_is_ranked_and_not_tried_by_itself() -> None:
    plan = make_plan(outcomes({"suzetrigine": 0.8, "duloxetine": 0.4, "tens": 0.3}), Situation())
    assert order(plan)[0] == "suzetrigine"
    assert [step.option.name for step in plan.steps] == ["duloxetine", "tens"]
    # Of trigeminal neuralgia another guideline speaks.
    reliefs = {"oxcarbazepine": 0.6}
    assert not make_plan(outcomes(reliefs), Situation()).steps
    assert make_plan(outcomes(reliefs, (0.0, 0.0, 1.0)), Situation()).steps


def test_third_lines_wait_for_two_others_tried_now_or_before() -> None:
    reliefs = {"botulinum_toxin": 0.4, "duloxetine": 0.2, "lidocaine_patch": 0.2}
    names = [s.option.name for s in make_plan(outcomes(reliefs), Situation()).steps]
    assert names[2:] == ["botulinum_toxin"]
    before = Situation(tried=(Tried("gabapentin", 0.1), Tried("nortriptyline", 0.1)))
    assert make_plan(outcomes(reliefs), before).steps[0].option.name == "botulinum_toxin"


def test_the_guideline_of_a_single_cause_comes_before_the_general_ones() -> None:
    found = placements("carbamazepine", ["trigeminal_neuralgia"])
    assert [(p.guideline, p.tier) for p in found] == [
        ("EAN 2019, trigeminal neuralgia", "first choice"),
        ("NeuPSIG 2015", "inconclusive"),
    ]
    assert [p.tier for p in placements("carbamazepine", ["shingles"])] == ["inconclusive"]
    option = option_of(outcomes({"carbamazepine": 0.5}, (0.0, 0.0, 1.0)), 0, CAUSES[2:])
    assert option.guidelines[0].rank == 1


def test_guidelines_speak_of_treatments_and_causes_that_exist() -> None:
    for guideline in guidelines():
        assert guideline.citation
        for cause in guideline.causes:
            causes.find(cause)
        for names, placement in guideline.rows:
            assert placement.basis in ("read", "recalled")
            for name in names:
                treatments.find(name)
    first = {n for g in guidelines() if g.key == "neupsig_2025" for n in g.rows[0][0]}
    assert {"amitriptyline", "gabapentin", "pregabalin", "duloxetine", "venlafaxine"} <= first


def test_a_dose_is_told_as_it_rises() -> None:
    told = schedule_of(treatments.find("gabapentin"))
    assert told == "from 300 to 1800 mg/day in 5 steps, full dose from day 16"
    assert schedule_of(treatments.find("ibuprofen")) == "1200 mg/day"
    assert schedule_of(treatments.find("lidocaine_infusion")) == "350 mg, for an hour"
    assert schedule_of(treatments.find("decompression")) == ""


def test_burdens_are_those_of_the_kind() -> None:
    named = {n: burden_of(treatments.find(n)).name for n in treatments.names()}
    assert named["gabapentin"] == "light" and named["neurectomy"] == "destruction"
    assert named["methadone"] == named["lorazepam"] == "dependence"
    assert {n for n, b in named.items() if b == "implant"} == {
        n for n in treatments.names() if "stimulation" in n and n != "motor_cortex_stimulation"
    }


def test_medicines_outside_the_library_belong_to_known_groups() -> None:
    from causalgia.treatments.warnings import _rules, known_conditions

    groups = {g for row in _rules()["pairs"] for g in row["groups"]}
    groups |= {row["group"] for row in _rules()["ages"]}
    for medicine, conditions in other_medicines().values():
        assert set(medicine.groups) <= groups, medicine.name
        assert set(conditions) <= set(known_conditions()), medicine.name
        assert medicine.groups or conditions
    assert find_medicine("Ramipril") == (None, ())
    with pytest.raises(InputError, match="did you mean 'pregabalin'"):
        find_medicine("pregabaline")


def test_red_flags_come_most_urgent_first_and_silence_is_no_answer() -> None:
    found = raised({"cancer": True, "fever": True, "cold_limb": False})
    assert [flag.name for flag in found] == ["fever", "cancer"]
    assert str(found[0]).startswith("Infection of a disc")
    assert {flag.name for flag in unasked({"fever": False})} == set(red_flags()) - {"fever"}
    for flag in red_flags().values():
        assert flag.ask.endswith("?") and flag.urgency in ("now", "soon")
    with pytest.raises(InputError, match="did you mean 'saddle_numbness'"):
        find_red_flag("saddle_numbnes")
