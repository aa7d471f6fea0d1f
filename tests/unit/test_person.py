"""A person is read from a file in which anything may be left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from causalgia.errors import InputError
from causalgia.patients.fhir import read_response
from causalgia.patients.person import Person, person_of, read_person

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def read(**tables: Any) -> Person:
    return person_of(tables, "someone")


CASES = [f for f in sorted(EXAMPLES.glob("*.toml")) if not f.stem.startswith(("fibre_", "cord_"))]


@pytest.mark.parametrize("file", CASES, ids=lambda f: f.stem)
def test_every_case_of_the_examples_is_a_person(file: Path) -> None:
    person = read_person(file)
    assert person.answers >= 3
    assert not person.conflicts


def test_nothing_known_is_a_person_of_no_answers() -> None:
    nobody = read()
    assert nobody.answers == 0
    assert nobody.findings.observed == {} and nobody.findings.causes is None
    assert nobody.findings.areas is None and nobody.findings.duration_days is None


def test_what_is_known_reaches_the_findings() -> None:
    person = read(
        patient={"age": "60 years", "hba1c": "9 %", "conditions": ["epilepsy"], "cyp2d6": "poor"},
        cause={"onset": "100 days", "possible": ["shingles", "stroke"]},
        pain={"now": 5, "worst": 8, "symptoms": {"burning": True, "sleep_interference": 3}},
        drawing={"areas": ["left thumb"]},
        signs={"spurling": True, "touch_loss": False},
        tests={"sensory": {"cdt": -2.5}},
        taking=[{"name": "Sertraline"}],
        tried=[{"name": "gabapentin", "dose": "900 mg/day", "relief": "25 %"}],
    )
    found = person.findings
    assert found.observed == {
        "burning": 1.0,
        "sleep_interference": 3.0,
        "pain_now": 5.0,
        "pain_worst": 8.0,
        "touch_loss": 0.0,
        "CDT": -2.5,
    }
    assert found.signs == {"spurling": True}
    assert found.known == {"age_years": 60.0, "hba1c_percent": 9.0}
    assert found.duration_days == pytest.approx((80.0, 125.0))
    assert found.causes == ("shingles", "stroke")
    situation = person.situation
    assert situation.conditions == ("epilepsy",) and situation.cyp2d6_activity == 0.0
    assert [t.name for t in situation.taken] == ["sertraline"]
    assert situation.tried[0].relief == 0.25


def test_a_total_counts_only_where_its_complaints_are_not_told_otherwise() -> None:
    alone = read(questionnaires={"dn4": 6})
    assert alone.findings.observed == {"DN4": 6.0}
    told = read(questionnaires={"DN4": 6}, pain={"symptoms": {"burning": True}})
    assert told.findings.observed == {"burning": 1.0}
    assert told.questionnaires == {"DN4": 6.0}
    items = read(questionnaires={"painDETECT": {"numbness": 4}})
    assert items.findings.observed == {"painDETECT.numbness": 4.0}


def test_a_region_alone_stands_for_a_drawing_of_either_side() -> None:
    person = read(pain={"region": "foot"})
    assert person.region is not None and person.findings.areas == ("any foot",)


def test_any_side_is_one_or_both() -> None:
    from causalgia.patients.anatomy import drawing_log_likelihood, find_area, find_origin

    origins = [find_origin(name) for name in ("l5_root_left", "longest_nerves_feet")]
    one, both, either = (
        drawing_log_likelihood([words], origins) for words in ("foot", "both feet", "any foot")
    )
    assert find_area("any foot").side == "any"
    # The three ways exclude each other, so that their chances add up.
    assert either == pytest.approx(np.logaddexp(one, both), abs=0.05)
    assert one[0] - one[1] > either[0] - either[1] > both[0] - both[1]


def test_contradictions_within_the_file_are_said() -> None:
    person = read(
        cause={"name": "diabetic_neuropathy"},
        history={"diabetes": False},
        pain={"now": 8, "worst": 3, "region": "face"},
    )
    said = " ".join(person.conflicts)
    assert "there was no diabetes" in said
    assert "pain now (8) is above the worst pain (3)" in said
    assert "does not hurt in the forehead" in said


WRONG = {
    "unknown table": ({"sings": {}}, "unknown key 'sings'; did you mean 'signs'"),
    "unknown symptom": ({"pain": {"symptoms": {"burnin": True}}}, "unknown symptom 'burnin'"),
    "rating as truth": ({"pain": {"symptoms": {"sleep_interference": 14}}}, "from 0 to 10"),
    "unknown area": ({"drawing": {"areas": ["left thum"]}}, "drawing.areas[1]: unknown area"),
    "areas no list": ({"drawing": {"areas": "hand"}}, "drawing.areas"),
    "unknown sign": ({"signs": {"spurlin": True}}, "signs: unknown sign 'spurlin'; did you mean"),
    "sign not truth": ({"signs": {"spurling": 2}}, "spurling is 2; allowed: true, false"),
    "unknown parameter": ({"tests": {"sensory": {"CDTT": 1}}}, "unknown parameter 'CDTT'"),
    "z-score absurd": ({"tests": {"sensory": {"CDT": -40}}}, "CDT is -40, must be"),
    "z-score not finite": ({"tests": {"sensory": {"CDT": float("nan")}}}, "CDT is nan"),
    "unknown questionnaire": ({"questionnaires": {"dn5": 3}}, "questionnaires: unknown questi"),
    "total too high": ({"questionnaires": {"DN4": 14}}, "DN4 is 14, must be a number from 0 to 10"),
    "number beyond all": ({"questionnaires": {"DN4": 10**400}}, "allowed: a number"),
    "text for a number": ({"tests": {"sensory": {"CDT": "-2"}}}, "CDT is '-2'; allowed: a number"),
    "nothing like a sign": ({"signs": {"x": True}}, "allowed: names such as 'spurling'"),
    "unknown item": ({"questionnaires": {"DN4": {"burnin": 1}}}, "DN4 has no item 'burnin'"),
    "unknown event": ({"history": {"diabets": True}}, "history: unknown event 'diabets'"),
    "unknown flag": ({"red_flags": {"fevers": True}}, "red_flags: unknown red flag 'fevers'"),
    "misspelled medicine": ({"taking": [{"name": "pregabaline"}]}, "taking[1].name: unknown medi"),
    "dose of another kind": (
        {"taking": [{"name": "pregabalin", "dose": "3 mV"}]},
        "taking[1].dose: '3 mV'",
    ),
    "absurd dose": (
        {"tried": [{"name": "pregabalin", "dose": "90 g/day"}]},
        "tried[1].dose: '90 g/day' of pregabalin",
    ),
    "relief over all": ({"tried": [{"name": "tens", "relief": "130 %"}]}, "allowed: 0 to 100 %"),
    "unknown condition": (
        {"patient": {"conditions": ["epilepsi"]}},
        "patient.conditions[1]: unknown condition 'epilepsi'; did you mean 'epilepsy'",
    ),
    "unknown enzyme": ({"patient": {"cyp2d6": "slow"}}, "patient.cyp2d6: 'slow' is not known"),
    "unknown possible cause": (
        {"cause": {"possible": ["shingels"]}},
        "cause.possible[1]: unknown cause 'shingels'; did you mean 'shingles'",
    ),
    "block without region": (
        {"tests": {"block": [{"site": "wrist", "relief": "10 %"}]}},
        "tests.block[1].site: 'wrist' needs pain.region",
    ),
    "onset before birth": (
        {"patient": {"age": "20 years"}, "cause": {"onset": "19.9 years"}, "pain": {"now": 11}},
        "pain.now: 11",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_entry_gets_one_line(what: str) -> None:
    document, expected = WRONG[what]
    with pytest.raises(InputError) as caught:
        person_of(document, "someone")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_onset_before_birth_is_refused() -> None:
    # Ages begin at 18 years and onsets end at 20 years ago.
    with pytest.raises(InputError, match=r"cause.onset: 19.5 years ago is before birth"):
        read(patient={"age": "19 years"}, cause={"onset": "19.5 years"})


def test_a_file_names_itself_in_the_error(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("[pain]\nnow = 14\n")
    with pytest.raises(InputError, match=r"x.toml: pain.now: 14"):
        read_person(file)
    file.write_text("")
    with pytest.raises(InputError, match="the file is empty"):
        read_person(file)


def respond(*items: dict[str, Any]) -> str:
    return json.dumps({"resourceType": "QuestionnaireResponse", "item": list(items)})


def test_a_questionnaire_response_is_a_person(tmp_path: Path) -> None:
    file = tmp_path / "response.json"
    inner = {"linkId": "pain.symptoms.burning", "answer": [{"valueBoolean": True}]}
    areas = [{"valueCoding": {"code": "left thumb"}}, {"valueString": "left palm"}]
    file.write_text(
        respond(
            {
                "linkId": "patient.age",
                "answer": [{"valueQuantity": {"value": 60, "unit": "years"}}],
            },
            {"linkId": "group", "item": [inner]},
            {"linkId": "pain.now", "answer": [{"valueDecimal": 6.0}]},
            {"linkId": "drawing.areas", "answer": areas},
            {"linkId": "history.diabetes", "answer": []},
        )
    )
    found = read_response(file).findings
    assert found.observed == {"burning": 1.0, "pain_now": 6.0}
    assert found.areas == ("left thumb", "left palm")
    assert found.known == {"age_years": 60.0}


RESPONSES = {
    "unknown link": (
        respond({"linkId": "pain.nwo", "answer": [{"valueDecimal": 6}]}),
        "unknown linkId 'pain.nwo'; did you mean",
    ),
    "no answer": (
        respond({"linkId": "pain.now", "answer": [{"valueDate": "2026-01-01"}]}),
        "pain.now: {'valueDate': '2026-01-01'} is no answer",
    ),
    "value that cannot be": (
        respond({"linkId": "pain.now", "answer": [{"valueDecimal": 60}]}),
        "pain.now: 60.0 is no pain rating",
    ),
    "no link": (respond({"answer": []}), "has no linkId"),
    "other resource": ('{"resourceType": "Patient"}', "is no QuestionnaireResponse"),
    "no JSON": ("{", "not valid JSON"),
}


@pytest.mark.parametrize("what", RESPONSES)
def test_a_response_that_cannot_be_read_is_refused_in_one_line(what: str, tmp_path: Path) -> None:
    text, expected = RESPONSES[what]
    file = tmp_path / "response.json"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        read_response(file)
    assert expected in str(caught.value) and "\n" not in str(caught.value)
