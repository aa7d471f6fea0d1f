"""What is answered at once: the library, the pathway, courses; and what is refused."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from fastapi.testclient import TestClient
from jaxtyping import Array, Float

from causalgia import causes, treatments
from causalgia.course import follow
from causalgia.errors import InputError
from causalgia.mechanisms import PERIPHERAL_PLACES, entries
from causalgia.mechanisms.map import index_of
from causalgia.pathway import QUALITIES, TESTS, Response
from causalgia.pathway.surrogate import respond
from causalgia.pathway.weights import healthy_ratings
from causalgia.patients.atlas.library import STORED
from causalgia.treatments import Schedule, build_schedule, prescribe
from causalgia.web import assessments, courses
from causalgia.web.messages import CourseAnswer, CourseRequest, GivenFrom, PathwayAnswer
from causalgia.web.numbers import series
from causalgia.web.pathways import mechanism_values, states_of
from causalgia.web.people import PEOPLE, middle, people_with
from causalgia.web.schedules import ROWS, prescriptions_of, schedule_of

from .page.assessed import ASSESSED

ROOT = Path(__file__).resolve().parents[2]
PATHWAY, COURSE, ASSESS = (f"/api/v1/{name}" for name in ("pathway", "course", "assess"))


def test_health_is_told(client: TestClient) -> None:
    assert client.get("/api/v1/health").json() == {
        "status": "ok",
        "version": sys.modules["causalgia"].__version__,
        "warm": False,
    }


def test_the_library_has_everything_there_is(client: TestClient) -> None:
    found = client.get("/api/v1/library").json()
    assert [cause["name"] for cause in found["causes"]] == list(causes.names())
    assert [one["name"] for one in found["treatments"]] == list(treatments.names())
    assert [one["name"] for one in found["mechanisms"]] == [entry.name for entry in entries()]
    assert [test["name"] for test in found["tests"]] == list(TESTS)
    for one in found["covariates"]:
        assert one["low"] < one["high"] and one["label"]
    for cause in found["causes"]:
        for one in found["covariates"]:
            usual = cause["usual"][one["name"]]
            assert one["low"] <= usual <= one["high"], (cause["name"], one)
        assert set(cause["sources"]) <= set(found["sources"])
    assert "not a medical device" in found["notice"]


def test_the_pathway_is_that_of_the_stand_ins(client: TestClient) -> None:
    changes = {"nav1_7@terminal/c": 1.8, "kcc2@cord": 0.4}
    answer = client.post(PATHWAY, json={"points": [{}, {"mechanisms": changes}]})
    well, ill = PathwayAnswer.model_validate(answer.json()).points
    assert list(well.rating) == list(TESTS)
    np.testing.assert_allclose(list(well.rating.values()), healthy_ratings(), atol=2e-3)
    assert ill.mechanisms == changes and well.mechanisms == {}
    assert ill.rating["brush"] > well.rating["brush"] + 0.1
    assert ill.rating_without_input <= ill.rating["rest"] + 1e-3


def test_treatments_push_the_pathway(client: TestClient) -> None:
    given = {"name": "local_anesthetic_block", "place": "proximal_nerve"}
    burning = {"mechanisms": {"nav1_3@distal_nerve/c": 1.0, "nav1_7@distal_nerve/c": 2.5}}
    both = [burning, {**burning, "treatments": [given], "days": 0.02}]
    free, blocked = client.post(PATHWAY, json={"points": both}).json()["points"]
    assert blocked["mechanisms"]["sodium_availability@proximal_nerve"] < 0.5
    assert blocked["afferent_Hz"]["rest"]["c"] < 0.5 * free["afferent_Hz"]["rest"]["c"]
    many = client.post(PATHWAY, json={"points": [{"treatments": [{"name": "tramadol"}] * 2}]})
    assert many.status_code in (200, 422)


@pytest.mark.parametrize(
    ("point", "phrase"),
    [
        ({"mechanisms": {"nav1_7@terminal/c": 3}}, "allowed: 0.2 to 2.5 fold"),
        ({"mechanisms": {"nav1_77@terminal/c": 1}}, "did you mean 'nav1_7@terminal/c'"),
        ({"mechanisms": {"kcc2@cord": "1"}}, "valid number"),
        ({"mechanisms": {"kcc2@cord": True}}, "valid number"),
        ({"treatments": [{"name": "gabapentine"}]}, "did you mean 'gabapentin'"),
        ({"treatments": [{"name": "gabapentin", "dose": 1e6}]}, "at most"),
        ({"treatments": [{"name": "gabapentin", "dose": 0}]}, "greater than 0"),
        ({"treatments": [{"name": "gabapentin", "place": "brain"}]}, "place"),
        ({"treatments": [{"name": "local_anesthetic_block"}]}, "place is missing"),
        ({"treatments": [{"name": "../../secret.toml"}]}, "unknown treatment"),
        ({"treatments": [{"name": "gabapentin"}] * 7}, "at most 6"),
        ({"days": -1}, "greater than or equal to 0"),
        ({"nonsense": 1}, "nonsense: is not known here"),
    ],
)
def test_a_state_that_cannot_be_is_one_line(
    client: TestClient, point: dict[str, Any], phrase: str
) -> None:
    answer = client.post(PATHWAY, json={"points": [point]})
    assert answer.status_code == 422
    assert phrase in answer.json()["detail"] and "points" in answer.json()["detail"]


@pytest.mark.parametrize(
    "content",
    [
        *(
            "",
            "[]",
            "null",
            "1",
            "{",
            '{"points": [{"days": NaN}]}',
            '{"points": [{"days": 1e999}]}',
        ),
        *('{"points": []}', '{"points": [{}, {}, {}, {}, {}, {}, {}, {}, {}]}', "\ufeff{}"),
        *('{"points": [{"mechanisms": {"\\ud800": 1}}]}', '{"points": [{"\\ud800": 1}]}'),
        *('{"points": ' + "[" * 20_000, '{"points": [{"days": ' + "9" * 5000 + "}]}", "\x00"),
    ],
)
def test_what_is_no_request_is_refused(client: TestClient, content: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post(PATHWAY, content=content.encode(), headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 1000


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"cause": "shinglez"}, "did you mean 'shingles'"),
        ({"horizon_days": 27}, "greater than or equal to 28"),
        ({"horizon_days": 6000}, "at most 1827 for shingles"),
        ({"person": 8}, "less than or equal to 7"),
        ({"covariates": {"age_years": 17}}, "greater than or equal to 18"),
        ({"covariates": {"charm": 1}}, "charm: is not known here"),
        ({"treatments": [{"name": "gabapentin", "start_day": 9, "stop_day": 5}]}, "stop_day"),
    ],
)
def test_a_course_that_cannot_be_is_one_line(
    client: TestClient, change: dict[str, Any], phrase: str
) -> None:
    answer = client.post(COURSE, json={"cause": "shingles", **change})
    assert answer.status_code == 422 and phrase in answer.json()["detail"], answer.text


def shaped_as(true: Any, double: Any, *, where: str = "") -> None:
    """That an answer has all that its double in the page's tests has."""
    assert isinstance(true, dict) == isinstance(double, dict), where
    if isinstance(double, list) and double and true:
        shaped_as(true[0], double[0], where=f"{where}[]")
    elif isinstance(double, dict) and where not in (".answers", ".plan.warnings"):
        assert set(double) <= set(true), where
        for name, own in double.items():
            shaped_as(true[name], own, where=f"{where}.{name}")


@pytest.mark.skipif(not STORED.exists(), reason="no atlas comes with this state of the package")
def test_a_person_is_assessed_at_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSALGIA_ATLAS", str(STORED))
    monkeypatch.setattr(assessments, "_KNOWN", [])
    text = (ROOT / "examples" / "assess_arm_pain.toml").read_text(encoding="utf-8")
    found = client.post(ASSESS, json={"person": tomllib.loads(text)}).json()
    assert found["causes"][0]["name"] == "cervical_radiculopathy"
    assert found["plan"]["steps"] and not found["further_tests"]
    red = {"person": {"red_flags": {"fever": True}}, "in_full": True}
    shaped_as(client.post(ASSESS, json=red).json(), ASSESSED)
    assert client.post(ASSESS, json={}).json()["verdict"] == "unknown"


def test_without_an_atlas_a_job_is_the_way(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessments, "_KNOWN", [])
    monkeypatch.setattr(assessments, "atlas_at_hand", lambda: None)
    answer = client.post(ASSESS, json={"person": {"pain": {"now": 3.5}}})
    assert answer.status_code == 503 and "job of kind 'assess'" in answer.json()["detail"]
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("person", "phrase"),
    [
        ({"pain": {"now": 11}}, "pain.now: 11 is no pain rating"),
        ({"pain": []}, "pain: [] is no table"),
        ({"drawing": {"areas": ["left thumbb"]}}, "did you mean 'thumb'"),
        ({"taking": [{"name": "../x.toml"}]}, "names a file"),
        ({"feelings": {}}, "unknown key 'feelings'"),
    ],
)
def test_a_person_that_cannot_be_is_one_line(
    client: TestClient, person: dict[str, Any], phrase: str
) -> None:
    answer = client.post(ASSESS, json={"person": person})
    assert answer.status_code == 422 and phrase in answer.json()["detail"], answer.text


def a_few_lines(values: Float[Array, "entry batch"]) -> Response:
    """A pathway that compiles at once: inflamed endings fire, the cord multiplies."""
    c = 3.0 * values[index_of("prostaglandin", "terminal")]
    origin = jnp.stack([c, *[0.0 * c] * (len(PERIPHERAL_PLACES) - 1)])
    projection = 4.0 * c / values[index_of("kcc2", "cord")]
    tests = jnp.ones((len(TESTS), 1))
    return Response(
        afferent_Hz=tests[:, None] * jnp.stack([c, 0.0 * c, 0.0 * c])[None],
        origin_Hz=jnp.stack([origin, 0.0 * origin, 0.0 * origin], axis=1),
        projection_Hz=tests * projection,
        rating=tests * 10.0 * projection / (projection + 20.0),
        qualities=jnp.ones((len(QUALITIES), 1)) * projection / 100.0,
    )


def test_courses_are_those_that_the_course_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """One program for all causes and treatments says what each one's own program says."""
    monkeypatch.setattr(courses, "respond", a_few_lines)
    monkeypatch.setattr(courses, "_COMPILED", set())
    monkeypatch.setattr(
        courses, "causes", SimpleNamespace(names=lambda: ("taxane", "shingles"), find=causes.find)
    )
    # Filled up with rows that do nothing, as where more treatments are given.
    monkeypatch.setattr(courses, "schedule_of", lambda given: schedule_of(given, ROWS[1]))
    courses._untreated.cache_clear()
    given = GivenFrom(name="ibuprofen", start_day=14.0, stop_day=60.0)
    for name in ("taxane", "shingles"):
        request = CourseRequest(cause=name, treatments=[given], horizon_days=84.0, person=3)
        found = courses.answer_course(request)
        CourseAnswer.model_validate_json(found.model_dump_json())
        assert found.treated is not None
        assert found.day == [7.0 * week for week in range(1, 13)]
        assert len(found.untreated.everyone) == PEOPLE
        # The person shown, by what the pathway makes of the last state.
        values = {one.name: [one.healthy] * 12 for one in entries()} | found.untreated.mechanisms
        last = np.array([[own[-1]] for own in values.values()], np.float32)
        rates = found.states.afferent_Hz["rest"]["c"]
        assert rates[-1] == pytest.approx(float(a_few_lines(last).afferent_Hz[0, 0, 0]), abs=1e-3)
        # Seen from here or from farther away, asked for first or later: the same.
        near = courses.answer_course(request.model_copy(update={"horizon_days": 42.0}))
        courses._untreated.cache_clear()
        again = courses.answer_course(request)
        assert again == found and near.treated is not None
        assert near.treated.everyone == [one[:6] for one in found.treated.everyone]
        if name == "taxane":
            continue  # a compiled course each: shingles stands for all
        people = people_with(name, {}, 1)
        for arm, drugs in (
            (found.untreated, ()),
            (found.treated, (prescribe("ibuprofen", 14.0, stop_day=60.0),)),
        ):
            expected = follow(
                causes.find(name), people, drugs, respond=a_few_lines, days=84.0, workers=1
            )
            np.testing.assert_allclose(arm.everyone, expected.rating[:, 0].T, atol=2e-3)
            np.testing.assert_allclose(arm.pain, expected.pain[:, 3], atol=2e-3)
            np.testing.assert_allclose(arm.central, expected.central[:, 3], atol=2e-3)
        assert max(found.untreated.pain) > 0.1
        assert found.treated.everyone != found.untreated.everyone
    courses._untreated.cache_clear()


def test_states_of_a_course_are_what_is_answered_for_points(client: TestClient) -> None:
    """A page that has the course need not ask what the pathway makes of a day in it."""
    changes = [{}, {"nav1_7@terminal/c": 1.8, "kcc2@cord": 0.4}]
    points = client.post(PATHWAY, json={"points": [{"mechanisms": one} for one in changes]})
    values = np.concatenate([mechanism_values(one).T for one in changes])
    found = states_of(values, respond, 4).model_dump()
    for i, point in enumerate(points.json()["points"]):
        for name, table in found.items():
            close_to(point[name], table, i)


def close_to(point: Any, table: Any, i: int) -> None:
    """That what is answered for a point is what the table has at a time."""
    if isinstance(table, list):
        assert point == pytest.approx(table[i], rel=1e-3, abs=1e-4)
    else:
        assert set(point) == set(table)
        for name, own in table.items():
            close_to(point[name], own, i)


def test_people_share_what_is_known_and_the_first_is_in_the_middle() -> None:
    people = people_with("diabetic_neuropathy", {"age_years": 71.0}, seed=3)
    assert np.asarray(people.age_years).tolist() == [71.0] * PEOPLE
    assert float(people.hba1c_percent[0]) == pytest.approx(
        middle("diabetic_neuropathy")["hba1c_percent"], rel=1e-6
    )
    assert len(set(np.asarray(people.severity).tolist())) == PEOPLE
    again = people_with("diabetic_neuropathy", {"age_years": 71.0}, seed=3)
    np.testing.assert_array_equal(people.severity, again.severity)


def test_schedules_have_few_shapes_and_what_fills_them_up_does_nothing() -> None:
    given = prescriptions_of([GivenFrom(name="gabapentin", start_day=3.0)])
    plain, nothing = build_schedule(given, causes.KINDS), build_schedule((), causes.KINDS)
    own, spare = len(plain.step_day), len(nothing.step_day)
    for rows in ROWS:
        wide = schedule_of(given, rows)
        assert isinstance(wide, Schedule) and len(wide.step_day) == rows
        for name in ("step_day", "factor", "removes"):
            found, fill = getattr(wide, name), getattr(nothing, name)
            np.testing.assert_array_equal(found[:own], getattr(plain, name))
            for start in range(own, rows, spare):
                np.testing.assert_array_equal(found[start : start + spare], fill)
        np.testing.assert_array_equal(wide.shared[:own, :own], plain.shared)
        assert not np.any(wide.shared[:own, own:]) and not np.any(wide.shared[own:, :own])
    with pytest.raises(InputError, match="together they push"):
        schedule_of(prescriptions_of([GivenFrom(name="tramadol", start_day=d) for d in range(9)]))


def test_numbers_are_short_and_true() -> None:
    values = np.array([0.0, 1.0, 1e-12, 123456.0, -0.000123456, 3.14159265])
    assert series(values) == [0.0, 1.0, 0.0, 123460.0, -0.00012346, 3.1416]
    assert json.dumps(series(np.array([0.1, 2.3], np.float32))) == "[0.1, 2.3]"
