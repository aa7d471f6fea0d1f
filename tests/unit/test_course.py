"""Following patients: outcomes that the dynamics bring about, and bookkeeping that must hold.

The pathway here is a double of a few lines (below): input from channels and inflamed endings,
passed on by the cord. The course must not care which pathway it is given.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from causalgia import causes
from causalgia.course import (
    DAY,
    Course,
    Patients,
    describe,
    follow,
    healthy_state,
    respond_under,
    typical,
)
from causalgia.course.plan import GIVEN, Step, run_day
from causalgia.errors import InputError, SimulationDiverged
from causalgia.mechanisms import PERIPHERAL_PLACES
from causalgia.mechanisms.map import index_of
from causalgia.pathway import QUALITIES, TESTS, Response
from causalgia.treatments import build_schedule, prescribe

COUNT = 12


def respond(values: Float[Array, "entry batch"]) -> Response:
    """A pathway of a few lines: a lesion fires where potassium channels are few and sodium
    channels open, endings where prostaglandin is; the cord multiplies."""
    origin, way = [], jnp.ones(values.shape[1])
    for place in reversed(PERIPHERAL_PLACES):
        open_share = values[index_of("sodium_availability", place)]
        way = way * values[index_of("fiber_survival", place, "c")] * (open_share > 0.5)
        if place == "terminal":
            born = 2.0 * values[index_of("prostaglandin", place)]
        else:
            born = 8.0 * jax.nn.relu(0.8 - values[index_of("potassium", place, "c")])
        origin.insert(0, way * born * open_share)
    c = jnp.stack(origin)
    none = jnp.zeros_like(c)
    origin_Hz = jnp.stack([c, none, none], axis=1)
    gain = values[index_of("alpha2delta", "cord")] * values[index_of("ampa_gain", "cord")]
    gain = gain / values[index_of("kcc2", "cord")]
    projection = 6.0 * c.sum(0) * gain / values[index_of("noradrenergic_inhibition", "brain")]
    tests = jnp.ones((len(TESTS), 1))
    return Response(
        afferent_Hz=tests[:, None] * origin_Hz.sum(0)[None],
        origin_Hz=origin_Hz,
        projection_Hz=tests * projection,
        rating=tests * 10.0 * projection / (projection + 15.0),
        qualities=jnp.zeros((len(QUALITIES), values.shape[1])),
    )


def patients(count: int = COUNT, **covariates: Any) -> Patients:
    """Patients who differ in everything that matters."""
    random = np.random.default_rng(7)
    drawn: dict[str, Any] = {
        "severity": random.uniform(0.2, 1.0, COUNT),
        "persistence": random.uniform(0.0, 1.0, COUNT),
        "age_years": random.uniform(40.0, 80.0, COUNT),
        "channel_plasticity": np.exp(random.normal(0.0, 0.3, COUNT)),
        "microglial_reactivity": np.exp(random.normal(0.0, 0.3, COUNT)),
        "regeneration": np.exp(random.normal(0.0, 0.3, COUNT)),
    }
    return typical(count, **{name: value[:count] for name, value in drawn.items()} | covariates)


def run(
    cause: str, *prescriptions: Any, days: float = 84.0, who: Any = None, **given: Any
) -> Course:
    given.setdefault("respond", respond)
    who = patients() if who is None else who
    return follow(causes.find(cause), who, prescriptions, days=days, **given)


def pick(who: Patients, order: np.ndarray) -> Patients:
    return jax.tree.map(lambda column: column[order], who)


def rest(course: Course) -> np.ndarray:
    return course.rating[:, TESTS.index("rest")]


def test_patients_without_insult_stay_free_of_pain_for_a_year() -> None:
    course = run("shingles", days=364.0, who=patients(severity=0.0))
    assert (course.rating == 0.0).all() and (course.diary == 0.0).all()
    before = np.asarray(healthy_state(patients()).mechanisms)
    assert np.asarray(course.state.mechanisms) == pytest.approx(before, abs=1e-4)


def test_shingles_hurts_within_two_weeks_and_most_recover_within_the_year() -> None:
    pain = rest(run("shingles", days=364.0))
    assert (pain[1] > 2.0).mean() > 0.5
    assert pain[-1].mean() < 0.5 * pain[1].mean()


def test_early_decompression_leaves_less_behind_than_late_decompression() -> None:
    # The same severe, lasting compression, half a year after each operation. How many patients
    # resolve under the real pathway is in tests/outcomes.
    who = patients(severity=np.linspace(0.5, 1.0, COUNT), persistence=1.0)
    early, late = (
        run("cervical_radiculopathy", prescribe("decompression", day), days=day + 182.0, who=who)
        for day in (21.0, 364.0)
    )
    ill = rest(early)[2] > 1.0
    assert ill.sum() > 3
    pain = [rest(course)[-1, ill] for course in (early, late)]
    assert (pain[0] < 1.0).mean() > (pain[1] < 1.0).mean()
    assert pain[0].mean() < 0.05 and pain[1].mean() > 0.2
    lost = [
        np.asarray(course.state.scar("lost_for_good@root/c")).mean() for course in (early, late)
    ]
    assert lost[1] > 5.0 * lost[0]


def test_left_alone_a_lasting_compression_goes_on_hurting() -> None:
    who = patients(severity=0.9, persistence=1.0)
    pain = rest(run("cervical_radiculopathy", days=364.0, who=who))
    assert pain[-1].mean() > 0.8 * pain[8].mean()


def test_diabetic_pain_comes_slowly_and_glucose_control_slows_it() -> None:
    who = patients(hba1c_percent=11.0, severity=1.0)
    untreated = run("diabetic_neuropathy", days=1092.0, who=who, step_days=7.0)
    controlled = run(
        "diabetic_neuropathy",
        prescribe("glucose_control", 180.0),
        days=1092.0,
        who=who,
        step_days=7.0,
    )
    pain = rest(untreated)
    assert pain[8].mean() < 0.1 < pain[-1].mean()
    assert rest(controlled)[-1].mean() < 0.7 * pain[-1].mean()


def test_an_anti_inflammatory_helps_inflamed_endings_and_not_an_ectopic_root() -> None:
    ibuprofen = prescribe("ibuprofen", 0.0)
    relief = {}
    for cause in ("shingles", "cervical_radiculopathy"):
        born = [run(cause, *rx, days=14.0).origin_Hz[-1, :, 0].sum(-1) for rx in ((), (ibuprofen,))]
        relief[cause] = 1.0 - born[1] / np.maximum(born[0], 1e-9)
    terminal, root = PERIPHERAL_PLACES.index("terminal"), PERIPHERAL_PLACES.index("root")
    assert relief["shingles"][terminal] > 0.4
    assert abs(relief["cervical_radiculopathy"][root]) < 0.01


def test_a_block_at_the_root_stops_the_pain_of_a_root_and_one_at_the_wrist_does_not() -> None:
    who = patients(severity=0.9)
    state = run("cervical_radiculopathy", days=56.0, who=who).state
    pain = {}
    for place in ("distal_nerve", "root"):
        schedule = build_schedule((prescribe("local_anesthetic_block", 56.0, place=place),))
        pain[place] = np.asarray(respond_under(state, who, schedule, 56.02, respond).rating[0])
    untreated = respond_under(state, who, build_schedule(()), 56.02, respond).rating[0]
    assert pain["distal_nerve"] == pytest.approx(np.asarray(untreated))
    assert (pain["root"] < 0.1).all() and np.asarray(untreated).mean() > 1.0


def test_a_block_of_hours_counts_for_its_hours_of_the_day_and_leaves_the_disease() -> None:
    who = patients(severity=0.9)
    start = run("cervical_radiculopathy", days=56.0, who=who).state
    block = prescribe("local_anesthetic_block", 56.0, place="root")
    without, blocked = (
        run("cervical_radiculopathy", *rx, days=1.0, start=start, record_every_days=1.0, who=who)
        for rx in ((), (block,))
    )
    awake = 1.0 - 3.0 / 24.0
    assert blocked.pain[0] == pytest.approx(awake * without.pain[0], rel=0.02)
    same = np.asarray(blocked.state.mechanisms)
    assert same == pytest.approx(np.asarray(without.state.mechanisms))


def test_what_the_patients_suffer_does_not_depend_on_their_order_or_number() -> None:
    who, order = patients(), np.random.default_rng(3).permutation(COUNT)
    all_of_them = run("shingles", days=70.0, who=who, seed=5)
    shuffled = run("shingles", days=70.0, who=pick(who, order), seed=5)
    some = run("shingles", days=70.0, who=pick(who, np.arange(4)), seed=5)
    for name in ("rating", "diary", "projection_Hz", "central"):
        whole = getattr(all_of_them, name)
        assert getattr(shuffled, name) == pytest.approx(whole[..., order], rel=1e-5, abs=1e-5)
        assert getattr(some, name) == pytest.approx(whole[..., :4], rel=1e-5, abs=1e-5)


def test_the_same_seed_gives_the_same_bytes_and_another_only_another_diary() -> None:
    once, again, other = (run("shingles", seed=seed) for seed in (1, 1, 2))
    assert once.diary.tobytes() == again.diary.tobytes()
    assert once.rating.tobytes() == again.rating.tobytes() == other.rating.tobytes()
    assert np.abs(once.diary - other.diary).max() > 0.1


def test_arms_meet_the_same_patients_with_the_same_moods() -> None:
    # Decompression at day 1000 changes nothing before: noise must not move either.
    without = run("cervical_radiculopathy", days=70.0)
    waiting = run("cervical_radiculopathy", prescribe("decompression", 1000.0), days=70.0)
    assert waiting.diary.tobytes() == without.diary.tobytes()
    noise = without.diary - without.pain
    treated = run("cervical_radiculopathy", prescribe("gabapentin", 28.0), days=70.0)
    still = (without.pain > 3.0) & (treated.pain > 3.0)
    assert still.any()
    assert (treated.diary - treated.pain)[still] == pytest.approx(noise[still], abs=0.15)


def test_the_diary_scatters_about_the_pain_by_as_much_as_said() -> None:
    course = run("cervical_radiculopathy", days=364.0, who=patients(severity=0.9))
    off = (course.diary - course.pain)[(course.pain > 3.0) & (course.pain < 7.0)]
    assert abs(off.mean()) < 0.1
    assert 0.3 < off.std() < 0.6


def test_a_course_can_be_cut_anywhere_and_goes_on_the_same() -> None:
    rx = prescribe("gabapentin", 20.0)
    whole = run("shingles", rx, days=84.0)
    first = run("shingles", rx, days=35.0)
    second = run("shingles", rx, days=49.0, start=first.state)
    assert np.concatenate([first.diary, second.diary]) == pytest.approx(whole.diary, abs=1e-5)
    assert list(second.day) == [42.0, 49.0, 56.0, 63.0, 70.0, 77.0, 84.0]


def test_a_longer_step_follows_a_slow_illness_closely() -> None:
    who = patients(hba1c_percent=9.0)
    daily, weekly = (
        run("diabetic_neuropathy", days=728.0, who=who, step_days=step) for step in (1.0, 7.0)
    )
    assert rest(weekly)[-1] == pytest.approx(rest(daily)[-1], abs=0.1)


def test_mechanisms_are_kept_when_asked_for_and_are_those_of_the_disease() -> None:
    course = run("shingles", prescribe("gabapentin", 0.0), record_mechanisms=True)
    assert course.mechanisms is not None and run("shingles").mechanisms is None
    untreated = run("shingles", record_mechanisms=True)
    row = index_of("alpha2delta", "cord")
    # Gabapentin calms the pathway, not the nerve's own making of alpha2delta.
    assert untreated.mechanisms is not None
    assert course.mechanisms[4, row] == pytest.approx(untreated.mechanisms[4, row], abs=1e-2)
    assert rest(course)[4].mean() < rest(untreated)[4].mean()


def test_sleep_that_a_treatment_gives_reaches_the_course() -> None:
    slept = run("shingles", prescribe("sleep_treatment", 0.0), record_mechanisms=True)
    untreated = run("shingles", record_mechanisms=True)
    assert slept.mechanisms is not None and untreated.mechanisms is not None
    for quantity, sign in (("noradrenergic_inhibition", 1.0), ("serotonergic_facilitation", -1.0)):
        row = index_of(quantity, "brain")
        gained = sign * (slept.mechanisms[-1, row] - untreated.mechanisms[-1, row])
        assert (gained > 0.0).all() and gained.mean() > 0.002, quantity


def test_the_plan_of_a_day_is_complete_and_in_order() -> None:
    assert [step.name for step in DAY] == [
        "cause", "course", "treatment", "pathway", "percept", "observation",
    ]  # fmt: skip
    known = set(GIVEN)
    for step in DAY:
        assert set(step.reads) <= known, step.name
        known |= set(step.writes)
    assert {"mechanisms", "scars", "signals", "diary"} <= known
    printed = describe()
    assert [row["step"] for row in printed] == [step.name for step in DAY]
    assert all(row["does"].endswith(".") for row in printed)


def test_the_plan_is_what_is_executed() -> None:
    doubled = Step("double", "test", ("pain",), ("pain",), lambda pain: (2.0 * pain,))
    board = run_day({"pain": 3.0}, (doubled, doubled))
    assert board == {"pain": 12.0}
    with pytest.raises(ValueError, match="zip"):
        run_day({"pain": 3.0}, (dataclasses.replace(doubled, writes=("pain", "more")),))


def test_times_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="days is -1, must be above 0"):
        run("shingles", days=-1)
    with pytest.raises(InputError, match="whole number of steps of 2 days"):
        run("shingles", step_days=2.0)
    with pytest.raises(InputError, match="start holds 12 patients, but 3 are given"):
        run("shingles", start=healthy_state(patients()), who=patients(3))


def test_a_pathway_that_loses_a_value_stops_the_course_and_says_when_and_for_whom() -> None:
    def broken(values: Float[Array, "entry batch"]) -> Response:
        answer = respond(values)
        bad = answer.rating.at[0, 7].set(jnp.where(answer.rating[0, 7] > 0.5, jnp.nan, 0.0))
        return dataclasses.replace(answer, rating=bad)

    with pytest.raises(SimulationDiverged, match="rating of patient 7 is not a number by day 7"):
        run("shingles", days=14.0, respond=broken, who=patients(severity=1.0))


def test_blocks_of_patients_and_workers_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run("shingles", days=28.0)
    monkeypatch.setattr("causalgia.course.run.BLOCK_PATIENTS", 5)  # 12 patients: 5, 5 and 2
    days: list[float] = []
    alone = run("shingles", days=28.0, workers=1, progress=days.append)
    together = run("shingles", days=28.0, workers=3)
    assert together.diary.shape == whole.diary.shape
    assert together.diary.tobytes() == alone.diary.tobytes()
    assert alone.diary == pytest.approx(whole.diary, abs=1e-4)
    assert np.asarray(alone.state.scars) == pytest.approx(np.asarray(whole.state.scars), abs=1e-5)
    assert len(days) == 12 and days[-1] == 28.0


def test_progress_is_told_after_every_interval() -> None:
    days: list[float] = []
    run("shingles", days=21.0, progress=days.append)
    assert days == [7.0, 14.0, 21.0]
