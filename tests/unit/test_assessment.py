"""An assessment says what is known of it: never a confident guess from next to nothing."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from causalgia.patients.assessment import Assessment, assess
from causalgia.patients.atlas import Atlas
from causalgia.patients.atlas.library import STORED
from causalgia.patients.atlas.packing import unpack
from causalgia.patients.person import person_of, read_person
from causalgia.patients.questions import EFFORT, event_gains
from causalgia.patients.registry import read_people
from causalgia.reports.assessment_data import assessment_json, assessment_text
from causalgia.reports.assessment_page import render_assessment_page
from causalgia.reports.assessment_words import answers_of, title_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return unpack(STORED)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command with the stored atlas, whatever model it was made of."""
    monkeypatch.setenv("CAUSALGIA_ATLAS", str(STORED))


@pytest.fixture(scope="module")
def arm_pain(atlas: Atlas) -> Assessment:
    return assess(read_person(EXAMPLES / "assess_arm_pain.toml"), atlas=atlas)


def of(atlas: Atlas, **tables: Any) -> Assessment:
    return assess(person_of(tables, "someone"), atlas=atlas, in_full=False)


def test_a_pinched_root_is_found_behind_the_hand(arm_pain: Assessment) -> None:
    assert arm_pain.causes[0].name == "cervical_radiculopathy"
    assert arm_pain.verdict in ("clear", "leading")
    assert arm_pain.origins[0].names == ("c7_root_left",)
    assert any("triceps" in reason for reason in arm_pain.origins[0].supports)
    assert {left.option.name for left in arm_pain.plan.excluded} >= {"gabapentin", "ibuprofen"}
    assert arm_pain.plan.steps


def test_nothing_known_gives_the_odds_of_the_clinic_and_says_so(atlas: Atlas) -> None:
    nobody = of(atlas)
    assert nobody.verdict == "unknown"
    assert title_of(nobody) == "Too little is known to say"
    assert nobody.causes[0].probability == pytest.approx(nobody.causes[0].before, abs=0.02)
    assert "Nothing is known" in nobody.notes[0]
    assert nobody.grade.level is None
    assert len(nobody.unasked) > 10 and not nobody.red_flags
    assert "<svg" in render_assessment_page(nobody)


def test_a_drawing_alone_is_enough_to_begin_and_not_to_be_sure(atlas: Atlas) -> None:
    drawn = of(atlas, drawing={"areas": ["right little finger", "right ring finger"]})
    assert drawn.verdict == "unknown"
    assert "ulnar" in drawn.origins[0].label or "C8" in drawn.origins[0].label
    assert answers_of(drawn)["What is it, probably?"].startswith("Too little is known")


def test_without_a_side_both_sides_stand_as_one(atlas: Atlas) -> None:
    sideless = of(atlas, drawing={"areas": ["thumb", "index finger"]})
    first = sideless.origins[0]
    assert len(first.names) == 2 and first.label.endswith("either side")
    kinds = [re.sub("_(left|right)$", "", name) for o in sideless.origins for name in o.names[:1]]
    assert len(kinds) == len(set(kinds))


def test_what_to_find_out_next_is_what_tells_most(atlas: Atlas) -> None:
    person = person_of({"drawing": {"areas": ["left sole"]}, "pain": {"now": 5}}, "someone")
    gains = assess(person, atlas=atlas).gains
    assert 8 <= len(gains) <= 16
    assert max(gain.about_lesion for gain in gains) > 0.05
    # First what can simply be asked, then the most telling of its kind.
    order = [(EFFORT.index(gain.how), -gain.about_lesion) for gain in gains]
    assert order == sorted(order)
    # Single items of questionnaires ask what complaints ask already.
    assert not any("." in gain.name for gain in gains)


def test_an_event_tells_what_its_shares_have(atlas: Atlas) -> None:
    found = of(atlas, drawing={"areas": ["left nipple line"]}, pain={"now": 5})
    (shingles,) = (g for g in event_gains(found.posterior, {}) if g.name == "shingles")
    odds = found.posterior.probability("shingles")
    yes = 0.97 * odds + 0.01 * (1.0 - odds)
    bits = sum(
        p * (np.log2(p / q) if p else 0.0) * w
        for w, share in ((odds, 0.97), (1.0 - odds, 0.01))
        for p, q in ((share, yes), (1.0 - share, 1.0 - yes))
    )
    assert shingles.about_lesion == pytest.approx(bits)
    assert "shingles" not in {g.name for g in event_gains(found.posterior, {"shingles": True})}


def test_contradictions_are_said_first_and_not_guessed_away(atlas: Atlas) -> None:
    odd = of(
        atlas,
        cause={"name": "diabetic_neuropathy"},
        history={"diabetes": False},
        pain={"now": 9, "worst": 2},
    )
    assert sum(note.startswith("Contradictory") for note in odd.notes) == 2
    assert "no diabetes" in odd.notes[0]
    # What no virtual patient would answer is contradictory, whatever the cause.
    absurd = of(
        atlas,
        pain={
            "now": 10,
            "average": 0,
            "worst": 0,
            "symptoms": {"pain_least": 10, "constant": False, "sleep_interference": 0},
        },
    )
    assert absurd.verdict == "contradictory"
    assert title_of(absurd) == "Contradictory findings"
    assert "no odds should be trusted" in answers_of(absurd)["What is it, probably?"]


def test_history_moves_the_odds(atlas: Atlas) -> None:
    feet = {"drawing": {"areas": ["both soles"]}, "pain": {"symptoms": {"burning": True}}}
    odds = []
    for diabetes in (False, True):
        found = of(atlas, history={"diabetes": diabetes}, **feet)
        odds.append(found.posterior.probability("diabetic_neuropathy"))
    assert odds[0] < 0.1 < 0.4 < odds[1]


def test_red_flags_are_the_first_thing_on_page_and_terminal(atlas: Atlas) -> None:
    alarmed = of(atlas, red_flags={"saddle_numbness": True}, pain={"now": 5})
    page = render_assessment_page(alarmed)
    assert page.index("See a doctor now") < page.index("Causalgia assessment")
    assert "cauda equina" in page
    assert assessment_text(alarmed).startswith("NOW: Compression of the cauda equina?")
    assert answers_of(alarmed)["What next?"].startswith("The red flags first.")


def test_the_page_escapes_what_it_is_given_and_needs_nothing_from_outside(
    atlas: Atlas, check_links
) -> None:
    found = of(atlas, taking=[{"name": "<script>alert(1)</script>"}], pain={"now": 5})
    page = render_assessment_page(found)
    assert "<script>" not in page and "&lt;script&gt;" in page
    check_links(page)
    assert page.count("<h2>") == page.count("</h2>")


def test_everything_of_the_examples_is_on_the_page(arm_pain: Assessment) -> None:
    page = render_assessment_page(arm_pain)
    for words in (
        "Where it may come from",
        "What it may be",
        "Is it neuropathic?",
        "What would tell most",
        "What to do, step by step",
        "At what price",
        "Red flags nobody asked about",
        "NeuPSIG 2025",
        "not a medical device",
    ):
        assert words in page.replace("\u00a0", " "), words
    data = json.loads(assessment_json(arm_pain))
    assert data["causes"][0]["name"] == "cervical_radiculopathy"
    assert sum(cause["probability"] for cause in data["causes"]) == pytest.approx(1.0, abs=1e-3)
    assert data["plan"]["steps"][0]["relief_30"]["value"] <= 1.0


def test_the_grade_follows_what_was_examined(atlas: Atlas) -> None:
    tables = tomllib.loads((EXAMPLES / "assess_diabetic_feet.toml").read_text("utf-8"))
    assert of(atlas, **tables).grade.level == "definite"
    del tables["tests"]["confirming"]
    assert of(atlas, **tables).grade.level == "probable"
    del tables["signs"], tables["tests"]["sensory"]
    graded = of(atlas, **tables).grade
    assert graded.level == "possible" and graded.highest == "definite"


def test_the_command_writes_page_and_data(stored: None, run_command: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    file = EXAMPLES / "assess_unclear.toml"
    status, output, error = run_command("assess", file, "--out", out)
    assert (status, error) == (0, "")
    assert output.startswith("Too little is known to say")
    assert sorted(f.name for f in out.iterdir()) == ["assessment.html", "assessment.json"]
    first = (out / "assessment.html").read_bytes()
    status, output, _ = run_command("assess", file, "--out", out, "--json")
    assert json.loads(output)["verdict"] == "unknown"
    assert (out / "assessment.html").read_bytes() == first


def test_a_wrong_file_ends_with_status_2_and_writes_nothing(
    stored: None, run_command: Run, tmp_path: Path
) -> None:
    file, out = tmp_path / "wrong.toml", tmp_path / "out"
    file.write_text("[pain]\nnow = 14\n")
    status, output, error = run_command("assess", file, "--out", out)
    assert (status, output) == (2, "") and error.count("\n") == 1
    assert "pain.now: 14" in error and not out.exists()
    status, _, error = run_command("assess")
    assert status == 2 and "FILE is missing" in error


def test_a_clinic_of_its_own_moves_the_odds(stored: None, run_command: Run, tmp_path: Path) -> None:
    clinic = tmp_path / "clinic.toml"
    clinic.write_text("[shares]\nstroke = 0.9\n")
    file = EXAMPLES / "assess_unclear.toml"
    arguments = ("assess", file, "--clinic", clinic, "--json", "--out", tmp_path / "out")
    status, output, _ = run_command(*arguments)
    causes = {cause["name"]: cause["probability"] for cause in json.loads(output)["causes"]}
    assert status == 0 and causes["stroke"] > 0.5


def test_many_people_become_a_table_and_a_bad_row_is_said_and_passed(
    stored: None, run_command: Run, tmp_path: Path
) -> None:
    import pyarrow.parquet as pq

    lines = (EXAMPLES / "patients.csv").read_text(encoding="utf-8").splitlines()
    bad = lines[1].replace(",6,8,", ",16,8,").replace("arm,", "bad arm,")
    table = tmp_path / "people.csv"
    table.write_text("\n".join([lines[0], lines[1], bad, lines[7]]) + "\n")
    status, _, error = run_command("assess", table, "--out", tmp_path / "out")
    assert status == 0
    assert (
        error == f"causalgia: {table}: row 3: pain.now: 16.0 is no pain rating; allowed: a "
        "number from 0 to 10\n"
    )
    with (tmp_path / "out" / "people.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows] == ["arm", "bad arm", "back and saddle"]
    assert rows[0]["cause_1"] == "cervical_radiculopathy" and rows[0]["error"] == ""
    assert rows[1]["cause_1"] == "" and rows[1]["error"].startswith("pain.now: 16.0")
    assert rows[2]["red_flags"] == "saddle_numbness"
    stored_table = pq.read_table(tmp_path / "out" / "people.parquet")
    assert stored_table.num_rows == 3
    odds = [name for name in stored_table.column_names if name.startswith("odds.")]
    total = sum(stored_table.column(name)[0].as_py() for name in odds)
    assert total == pytest.approx(1.0, abs=1e-3)


def test_the_people_of_the_example_are_read() -> None:
    people = list(read_people(EXAMPLES / "patients.csv"))
    assert len(people) == 8 and not any(row.error for row in people)
    arm = people[0].person
    assert arm is not None and arm.findings.known["age_years"] == 54.0
    assert arm.situation.tried[0].relief == pytest.approx(0.2)
    assert people[6].person is not None and people[6].person.red_flags == {"saddle_numbness": True}
    assert people[7].person is not None and people[7].person.answers == 1


WRONG_TABLES = {
    "unknown column": ("name,pain.noww\nx,5\n", "unknown column 'pain.noww'; did you mean"),
    "unknown symptom": ("pain.symptoms.burnin\nyes\n", "unknown symptom 'burnin'"),
    "unknown sign": ("signs.spurlin\nyes\n", "unknown sign 'spurlin'"),
    "unknown event": ("history.diabets\nyes\n", "unknown event 'diabets'"),
    "column twice": ("pain.now,pain.now\n5,6\n", "column 'pain.now' is there twice"),
    "column without a name": ("pain.now,\n5,6\n", "column '' has no name"),
    "unit where there is none": ("pain.now [mm]\n5\n", "column 'pain.now': has no unit"),
    "no row": ("pain.now\n", "has a head but no row"),
    "empty": ("", "the file is empty"),
    "no right row": ("pain.now\n15\nsix\n", "no row could be read; the first: pain.now: 15"),
}


@pytest.mark.parametrize("what", WRONG_TABLES)
def test_a_table_that_is_none_is_refused_in_one_line(
    what: str, run_command: Run, tmp_path: Path
) -> None:
    text, expected = WRONG_TABLES[what]
    file, out = tmp_path / "people.csv", tmp_path / "out"
    file.write_text(text)
    status, output, error = run_command("assess", file, "--out", out)
    assert (status, output) == (2, "")
    assert expected in error.splitlines()[-1] and not out.exists()


def test_tables_of_other_countries_are_read(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("\ufeffname;pain.now;drawing.areas\nx;4;left thumb|left palm\n", "utf-8")
    (row,) = read_people(file)
    assert row.person is not None
    assert row.person.findings.areas == ("left thumb", "left palm")


def test_a_case_without_a_cause_is_simulated_with_the_one_inferred_or_refused(
    stored: None, run_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import causalgia.patients.run as run

    class Stop(Exception):
        """Before anything is simulated."""

    asked: list[str] = []

    def note(case: Any, **options: object) -> None:
        asked.append(case.cause)
        raise Stop

    monkeypatch.setattr(run, "simulate_case", note)
    text = (EXAMPLES / "assess_arm_pain.toml").read_text(encoding="utf-8")
    site = text.replace('site = "distal_nerve"', 'site = "wrist"')
    file = tmp_path / "case.toml"
    file.write_text(site.replace("[pain]\n", '[pain]\nregion = "hand"\n'), "utf-8")
    with pytest.raises(Stop):
        run_command("case", file, "--out", tmp_path / "out")
    assert asked == ["cervical_radiculopathy"]
    file.write_text('[cause]\nonset = "1 year"\n[pain]\nregion = "leg"\nnow = 4\n')
    status, _, error = run_command("case", file, "--out", tmp_path / "out")
    assert status == 2 and "cause.name: is missing, and what is known does not tell it" in error
