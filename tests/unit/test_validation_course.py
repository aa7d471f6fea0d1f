"""The natural history beside virtual patients: its rows, what is counted, and the statistics."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia import causes
from causalgia.course import load_constants, typical
from causalgia.errors import InputError
from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES, entries
from causalgia.mechanisms.map import index_of, rows
from causalgia.pathway.response import QUALITIES, TESTS, Response
from causalgia.validation import NotComputed, load_references
from causalgia.validation.course import compute, computing, followed
from causalgia.validation.course.followed import Followed, Follower
from causalgia.validation.course.measures import MEASURES
from causalgia.validation.course.outcomes import Definition, definitions
from causalgia.validation.course.recorded import MOST_STEPS, RECORDED, record, step_days_for
from causalgia.validation.course.statistics import (
    hazard_ratio,
    logistic_odds_ratio,
    resamples,
    share,
    weighted_median,
    wilson,
)
from causalgia.validation.course.strata import Crossing, MONTH_days, Stratum, missing, strata
from causalgia.validation.verdict import Computed

SHARED = Path(__file__).parents[3] / "shared" / "evidence" / "natural_history.csv"
ONE_WEIGHT = np.ones((1, 6))


def test_every_row_is_defined_or_left_out_with_a_reason() -> None:
    table = load_references("course")
    for row in table:
        assert bool(row.left_out) != (row.id in definitions()), row.id
    assert set(definitions()) <= {row.id for row in table}
    assert {definition.compute for definition in definitions().values()} <= set(MEASURES)
    used = {name for d in definitions().values() for name in d.strata}
    crossed = {s.crossing.to for s in strata().values() if s.crossing}
    assert used | crossed >= {"zoster_over_50", "sciatica_operated_at_15_weeks"}


@pytest.mark.skipif(not SHARED.exists(), reason="the project's table of evidence is not at hand")
def test_no_row_of_the_evidence_is_missing_or_has_another_use() -> None:
    with SHARED.open(encoding="utf-8") as stream:
        evidence = {row["id"]: row for row in csv.DictReader(stream)}
    table = [row for row in load_references("course") if row.id.startswith("NH")]
    own = {row.id.split(".")[0] for row in table}
    assert own == set(evidence)
    for row in table:
        entry = evidence.get(row.id.split(".")[0])
        if entry is None:
            continue
        assert (row.use, row.basis, row.source) == (entry["use"], entry["basis"], entry["source"])
        if entry["lo"]:
            assert (row.low, row.high) == (float(entry["lo"]), float(entry["hi"]))
            assert row.value == float(entry["value"])


def test_a_fit_sees_nothing_that_is_only_compared() -> None:
    with pytest.raises(InputError, match="NH001' is to validate, but only rows to calibrate"):
        compute(["NH003", "NH001"])
    with pytest.raises(InputError, match="unknown row"):
        compute(["NH999"])
    assert compute(["NH051"]) == {"NH051": NotComputed("knee replacement is not modeled")}


def test_what_the_model_lacks_is_named() -> None:
    assert missing(Stratum("x", "gout", 1.0)) == "the cause 'gout' is not modeled"
    assert missing(strata()["zoster_over_50"]) == ""
    assert missing(strata()["carpal_tunnel_trial_splint"]).startswith(
        "the treatment 'night_splint'"
    )
    outcome = compute(["NH065"], use="validate")["NH065"]
    assert isinstance(outcome, NotComputed) and "is not modeled" in outcome.reason


def _followed(pain: list[list[float]], enrolled: list[bool] | None = None) -> Followed:
    values = np.array(pain, dtype=float).T
    patients = values.shape[1]
    return Followed(
        stratum=Stratum("x", "shingles", 1.0),
        day=MONTH_days * (1.0 + np.arange(len(values))),
        signals={"pain": values, "worst": values},
        mechanisms=np.zeros((len(values), len(entries()), patients)),
        traits={"severity": np.linspace(0.0, 1.0, patients)},
        enrolled=np.array(enrolled or [True] * patients),
    )


SIX = _followed([[5, 5, 5], [5, 5, 0], [5, 0, 0], [5, 0, 5], [0, 0, 0], [0, 5, 0]])


def _value(of: Followed, compute: str, against: Followed | None = None, **changes) -> float:
    given = {"having": "any_pain", **changes}
    definition = Definition(("x",), compute, **given)
    held = [] if against is None else [against]
    return float(MEASURES[compute](definition, [of], held, ONE_WEIGHT)[0])


def test_shares_are_those_of_the_patients_counted() -> None:
    assert _value(SIX, "share", months=(2.0, 2.0)) == pytest.approx(50.0)
    assert _value(SIX, "share", months=(3.0, 3.0)) == pytest.approx(100.0 / 3.0)
    assert _value(SIX, "share", months=(1.0, 3.0), when="ever") == pytest.approx(500.0 / 6.0)
    some = _followed(SIX.signals["pain"].T.tolist(), [True, True, False, False, False, False])
    assert _value(some, "share", months=(3.0, 3.0)) == pytest.approx(50.0)
    assert _value(SIX, "share", months=(3.0, 3.0), among="no_pain") == 0.0
    once = _value(SIX, "share", months=(1.0, 3.0), when="once")
    assert 0.0 < once < 100.0


def test_ratios_compare_arms_and_factors() -> None:
    better = _followed([[5, 0, 0], [5, 0, 0], [5, 0, 0], [5, 0, 0], [0, 0, 0], [0, 5, 5]])
    at = {"months": (2.0, 2.0)}
    assert _value(better, "risk_ratio", SIX, **at) == pytest.approx(1.0 / 3.0)
    assert _value(better, "reduction", SIX, **at) == pytest.approx(200.0 / 3.0)
    assert _value(better, "difference", SIX, **at) == pytest.approx(-100.0 / 3.0)
    assert _value(better, "hazard_ratio", SIX) > 1.0
    by = _value(SIX, "risk_ratio", by="severity", least=0.5, **at)
    assert by == pytest.approx((1.0 / 3.0) / (2.0 / 3.0))
    odds = _value(SIX, "odds_ratio", by="severity", least=0.5, **at)
    assert odds == pytest.approx(0.25)
    assert _value(SIX, "odds_ratio", by="severity", per=-0.1, **at) > 1.0


def test_times_end_with_the_last_pain() -> None:
    # Ends after 3 (never), 2, 1, never, -, 2 months, of the five who had pain at all.
    assert _value(SIX, "median_time") == pytest.approx(2.0 * MONTH_days)
    begun = _value(SIX, "onset_share", months=(1.0, 3.0))
    assert begun == pytest.approx(20.0)
    assert _value(SIX, "onset_share", months=(0.0, 1.0)) == pytest.approx(80.0)


def test_mechanisms_are_read_against_health() -> None:
    row = index_of("microglia", "cord")
    SIX.mechanisms[:, row] = np.array([0.2, 0.8, 0.3])[:, None]
    read = {"mechanism": "microglia@cord"}
    assert _value(SIX, "rise_time", reached=0.95, **read) == pytest.approx(2.0 * MONTH_days)
    assert _value(SIX, "fall_time", reached=0.5, **read) == pytest.approx(2.0 * MONTH_days)
    assert _value(SIX, "fall_time", reached=0.1, **read) == math.inf
    SIX.mechanisms[:, index_of("kcc2", "cord")] = np.array([1.0, 0.95, 0.4])[:, None]
    read = {"mechanism": "kcc2@cord"}
    assert _value(SIX, "level", months=(3.0, 3.0), **read) == pytest.approx(40.0)
    assert _value(SIX, "direction", months=(3.0, 3.0), **read) == -1.0
    assert _value(SIX, "direction", months=(2.0, 2.0), **read) == 0.0


def test_statistics_agree_with_what_is_known() -> None:
    low, high = wilson(0.24, 261)
    assert (low, high) == (pytest.approx(0.192, abs=2e-3), pytest.approx(0.295, abs=2e-3))
    assert math.isnan(wilson(0.0, 0)[0])
    generator = np.random.default_rng(3)
    patients = 1200
    weights = resamples(patients, 20, 5)
    assert weights.shape == (21, patients) and (weights.sum(axis=1) == patients).all()
    exposed = np.arange(patients) < patients // 2
    times = np.ceil(50.0 * generator.exponential(np.where(exposed, 0.5, 1.0))) / 50.0
    ratios = hazard_ratio(times, exposed, 1.5, weights)
    assert ratios[0] == pytest.approx(2.0, rel=0.15)
    assert 0.01 < ratios[1:].std() < 0.2
    factor = generator.normal(size=patients)
    met = generator.random(patients) < 1.0 / (1.0 + np.exp(1.0 - 0.5 * factor))
    assert logistic_odds_ratio(met, factor, weights)[0] == pytest.approx(math.exp(0.5), rel=0.2)
    assert weighted_median(times[~exposed], weights[:, ~exposed])[0] == pytest.approx(
        math.log(2.0), rel=0.2
    )
    assert math.isnan(share(met, np.zeros(patients, bool), weights)[0])


def _respond(mechanisms) -> Response:
    """A pathway that hurts as many points as tenths of fibers are lost: quick to compile."""
    alive = jnp.mean(mechanisms[np.array(rows("fiber_survival"))], axis=0)
    lost = jnp.maximum(1.0 - alive, 1e-6)
    rating = jnp.broadcast_to(20.0 * lost, (len(TESTS), lost.shape[0]))
    fibers = jnp.zeros((len(FIBERS), *lost.shape))
    return Response(
        afferent_Hz=jnp.broadcast_to(fibers, (len(TESTS), *fibers.shape)),
        origin_Hz=jnp.broadcast_to(fibers, (len(PERIPHERAL_PLACES), *fibers.shape)),
        projection_Hz=rating,
        rating=rating,
        qualities=jnp.zeros((len(QUALITIES), *lost.shape)),
    )


def test_rows_are_computed_from_people_followed_once(monkeypatch) -> None:
    # Two months instead of twelve: the rows are then about the end of them.
    short = {name: replace(s, months=2.0) for name, s in strata().items()}
    monkeypatch.setattr(computing, "strata", lambda: short)
    asked = []
    arm = Follower._arm
    monkeypatch.setattr(Follower, "_arm", lambda self, s: asked.append(s.name) or arm(self, s))

    def run(**changes):
        given = {"patients": 12, "draws": 20, "respond": _respond, **changes}
        return compute(["NH033", "NH003"], **given)

    found = run()
    assert sorted(asked) == ["zoster_all_ages", "zoster_antiviral_third_day"]
    assert set(found) == {"NH003", "NH033"}
    number = found["NH003"]
    assert isinstance(number, Computed)
    assert number.low <= number.value <= number.high
    assert "any pain (pain >= 1) at 12 months; shingles, age 18-88 years" in number.how
    harmless = dict.fromkeys(("c", "a_delta", "a_beta"), 0.0)
    changes = {f"axon_loss_viral_{fiber}": rate for fiber, rate in harmless.items()}
    assert run(constants=load_constants(changes))["NH003"].value == 0.0 < number.value


def test_those_who_hurt_most_cross_over(monkeypatch) -> None:
    own = Stratum("own", "shingles", 2.0, crossing=Crossing("other", 0.25, 1.0))
    monkeypatch.setattr(followed, "strata", lambda: {"other": replace(own, name="other")})
    pain = {"own": [[4, 4]] * 3 + [[9, 9]], "other": [[0, 0]] * 4}
    monkeypatch.setattr(Follower, "_arm", lambda self, s: _followed(pain[s.name]))
    after = Follower(4, 1, _respond, None, None).follow(own)
    assert after.signals["crossed"][0].tolist() == [0.0, 0.0, 0.0, 1.0]
    assert after.signals["pain"][-1].tolist() == [4.0, 4.0, 4.0, 0.0]


def test_a_cause_written_out_is_the_cause() -> None:
    cause = causes.find("shingles")
    patients = typical(4, severity=np.array([0.1, 0.4, 0.7, 1.0]))
    people = record(cause, patients, 60.0)
    assert people.table.shape[0] == MOST_STEPS
    for day in (0.5, 10.5, 59.5):
        direct = np.asarray(cause.insult(day, patients))
        assert np.asarray(RECORDED.insult(day, people)) == pytest.approx(direct, abs=1e-5)
    assert step_days_for(365.0) == 1.0
    assert math.ceil(3650.0 / step_days_for(3650.0)) <= MOST_STEPS


def test_a_single_days_cut_is_not_missed_by_long_steps() -> None:
    cause = causes.find("shingles")
    patients = typical(2)
    people = record(cause, patients, 2000.0)
    span = float(people.span_days)
    assert span > 1.0
    days = (np.arange(round(span)) + 0.5) * span / round(span)
    first = np.mean([np.asarray(cause.insult(day, patients)) for day in days], axis=0)
    assert np.asarray(RECORDED.insult(0.5 * span, people)) == pytest.approx(first, abs=1e-5)
