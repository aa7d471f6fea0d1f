"""Designs of trials: what a file says, what follows from it, and one line for what is wrong."""

from __future__ import annotations

import copy
import pickle
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalgia.errors import InputError
from causalgia.tables import validated
from causalgia.trials import Design, read_design
from causalgia.trials.phenotype import read_phenotype
from causalgia.trials.sequences import cycle_orders, williams_square

GOOD = """
title = "Gabapentin for pain after shingles"
kind = "parallel"
weeks = "8 weeks"
patients = 120
stratify = ["renal"]

[[condition]]
cause = "shingles"
duration = ["3 months", "5 years"]
known = { age_years = 70 }

[eligibility]
baseline = [4, 9]
age = ["40 years", "90 years"]
renal_clearance_minimum = "30 mL/min"
hba1c_maximum = "11 %"
phenotype = "any"
washout = "1 week"

[[prior]]
name = "nortriptyline"
share = "20 %"

[[arms]]
name = "placebo"

[[arms]]
name = "gabapentin"
allocation = 2

[[arms.treatments]]
name = "gabapentin"
dose = "1800 mg/day"
renal_doses = [{ below = "60 mL/min", dose = "900 mg/day" }]

[rescue]
name = "ibuprofen"
threshold = 7

[interim]
looks = 2
boundary = "pocock"

[utility]
relief = 1
adverse = { dizziness = 3 }
"""


def design(**changes: Any) -> Design:
    return validated(Design, {**tomllib.loads(GOOD), **copy.deepcopy(changes)})


def arms(*names: str, **extra: Any) -> list[dict[str, Any]]:
    """Arms by name of their one treatment; "placebo" has none."""
    rows = []
    for name in names:
        given = [] if name == "placebo" else [{"name": name}]
        rows.append({"name": name, "treatments": given, **extra})
    return rows


def test_a_design_is_read_with_its_units(tmp_path: Path) -> None:
    file = tmp_path / "design.toml"
    file.write_text(GOOD, encoding="utf-8")
    found = read_design(file)
    assert found.arm_names == ("placebo", "gabapentin")
    assert found.control.name == "placebo"
    assert found.week_count == found.period_weeks == 8
    assert found.condition[0].duration == pytest.approx((91.3125, 1826.25))
    assert found.eligibility.renal_clearance_minimum == 30.0
    (row,) = found.prescribed
    assert (row.full_dose, row.label) == (1800.0, "Gabapentin 1800 mg/day")
    assert row.renal_doses[0].dose == 900.0
    assert found.rescue is not None and found.rescue.given.treatment.name == "ibuprofen"
    assert found.interim is not None and found.interim.looks == (0.5, 1.0)
    assert [s.allocation for s in found.sequences] == [1, 2]
    assert (found.prior[0].share, found.eligibility.washout) == (0.2, 1)


def test_the_hash_is_that_of_what_the_design_says(tmp_path: Path) -> None:
    file, other = tmp_path / "a.toml", tmp_path / "b.toml"
    file.write_text(GOOD, encoding="utf-8")
    other.write_text("# a comment\n" + GOOD.replace('"8 weeks"', "8"), encoding="utf-8")
    same = read_design(file)
    assert same.hash() == read_design(other).hash()
    assert pickle.loads(pickle.dumps(same)).hash() == same.hash()
    assert same.hash() != read_design(file, {"seed": 2}).hash()
    assert len(same.hash()) == 64


def test_shards_hold_every_patient_once() -> None:
    found = design(patients=1234)
    ranks = [rank for shard in range(found.shard_count) for rank in found.shard_ranks(shard)]
    assert ranks == list(range(1234))


@given(st.integers(2, 7))
def test_every_treatment_follows_every_other_equally_often(count: int) -> None:
    square = williams_square(count)
    assert len(square) == (count if count % 2 == 0 else 2 * count)
    for period in range(count):
        assert set(Counter(row[period] for row in square).values()) == {len(square) // count}
    pairs = Counter(pair for row in square for pair in pairwise(row))
    assert set(pairs) == {(a, b) for a in range(count) for b in range(count) if a != b}
    assert len(set(pairs.values())) == 1


def test_cycles_hold_every_arm_once_in_all_orders() -> None:
    orders = cycle_orders(2, 3)
    assert len(set(orders)) == 8
    assert all(sorted(order[i : i + 2]) == [0, 1] for order in orders for i in (0, 2, 4))
    with pytest.raises(InputError, match=r"at most 4096"):
        cycle_orders(4, 4)


def test_a_crossover_has_as_many_periods_as_arms() -> None:
    found = design(
        kind="crossover",
        arms=[
            *arms("gabapentin", control=True),
            *arms("nortriptyline"),
            {"name": "both", "treatments": [{"name": "gabapentin"}, {"name": "nortriptyline"}]},
        ],
        periods={"weeks": "6 weeks", "washout": 1},
        weeks=None,
    )
    assert found.period_count == 3
    assert found.week_count == 20
    assert len(found.sequences) == 6
    assert found.sequences[0].name == "gabapentin, nortriptyline, both"
    assert [row.name for row in found.prescribed] == ["gabapentin", "nortriptyline"]


def test_factors_make_arms() -> None:
    factors = [
        {"name": "gabapentin", "treatments": [{"name": "gabapentin"}]},
        {"name": "nortriptyline", "treatments": [{"name": "nortriptyline"}]},
    ]
    document = {**tomllib.loads(GOOD), "kind": "factorial", "factors": factors}
    del document["arms"]
    found = validated(Design, document)
    assert found.arm_names == (
        "neither",
        "gabapentin",
        "nortriptyline",
        "gabapentin + nortriptyline",
    )
    assert found.control.name == "neither"


def test_titration_longer_than_the_trial_is_a_warning() -> None:
    slow = [{"name": "gabapentin", "dose": "3600 mg/day"}]
    rows = [*arms("placebo"), {"name": "gabapentin", "treatments": slow}]
    (line,) = design(weeks=2, arms=rows).warnings()
    assert line == (
        "arm 'gabapentin': Gabapentin 3600 mg/day takes 5 weeks to titrate, but is given for 2"
    )
    assert design().warnings() == ()


def test_a_phenotype_holds_for_those_who_have_it() -> None:
    irritable = np.array([True, False])
    mechanisms = np.ones((200, 2))
    condition = read_phenotype("nav1_8@terminal/c > 1.2")
    assert condition.row is not None
    mechanisms[condition.row] = [1.0, 1.5]
    assert read_phenotype("any").holds(mechanisms, irritable).tolist() == [True, True]
    assert read_phenotype("irritable_nociceptor").holds(mechanisms, irritable).tolist() == [
        True,
        False,
    ]
    assert condition.holds(mechanisms, irritable).tolist() == [False, True]


PLACE = [*arms("placebo"), *arms("local_anesthetic_block")]
# What is changed, and what the message must say.
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no control": (
        {"arms": arms("gabapentin", "nortriptyline")},
        "arms: there is no control arm; add an arm without treatments",
    ),
    "control alone": ({"arms": arms("placebo")}, "arms: only 'placebo'; allowed: at least one"),
    "two controls": (
        {"arms": arms("gabapentin", "nortriptyline", control=True)},
        "arms: 2 controls (gabapentin, nortriptyline); allowed: one",
    ),
    "arm twice": ({"arms": arms("placebo", "placebo")}, "arms: 'placebo' is there twice"),
    "dose over the maximum": (
        {"arms": [{"name": "x", "treatments": [{"name": "gabapentin", "dose": "5 g/day"}]}]},
        "arms[1].treatments[1].dose: '5 g/day' of gabapentin; allowed: above 0 and at most 3600",
    ),
    "unknown drug": (
        {"arms": arms("gabapentn")},
        "arms[1].treatments[1].name: unknown treatment 'gabapentn'; did you mean 'gabapentin'",
    ),
    "place missing": ({"arms": PLACE}, "arms[2].treatments[1].place: is missing for local_an"),
    "zero patients": ({"patients": 0}, "patients: 0 is no number of patients; allowed: a whole"),
    "fewer patients than arms": ({"patients": 1}, "patients: 1; allowed: at least one for each"),
    "range upside down": (
        {"eligibility": {"baseline": [9, 4]}},
        "eligibility.baseline: [9, 4] is no range; allowed: the lower of the two first",
    ),
    "impossible age": (
        {"eligibility": {"age": ["4 years", "9 years"]}},
        "eligibility.age: '4 years' is out of range; allowed: 18 to 110 years",
    ),
    "washout of nothing": (
        {"eligibility": {"washout": 2}, "prior": ()},
        "eligibility.washout: 2 weeks of what? Give in [[prior]] what patients took before",
    ),
    "a week of what was taken before": (
        {"prior": [{"name": "gabapentin", "stop_week": 2}]},
        "prior[1]: stop_week is for arms; what was taken before ends with the washout",
    ),
    "more than all took it before": (
        {"prior": [{"name": "gabapentin", "share": 2}]},
        "prior[1].share: 2 is out of range; allowed: 0 to 1, or 0 to 100 %",
    ),
    "unknown phenotype": (
        {"eligibility": {"phenotype": "irritable"}},
        "eligibility.phenotype: unknown phenotype 'irritable'; did you mean 'irritable_nociceptor'",
    ),
    "unknown mechanism": (
        {"eligibility": {"phenotype": "nav1_9@terminal/c > 1"}},
        "eligibility.phenotype: no mechanism 'nav1_9@terminal/c'; did you mean",
    ),
    "limit that nobody meets": (
        {"eligibility": {"phenotype": "nav1_8@terminal/c > 50"}},
        "eligibility.phenotype: 50 is no limit for nav1_8@terminal/c; allowed: between",
    ),
    "unknown cause": (
        {"condition": [{"cause": "shingels"}]},
        "condition[1].cause: unknown cause 'shingels'; did you mean 'shingles'?",
    ),
    "shares that do not sum to 1": (
        {"condition": [{"cause": "shingles", "share": 0.4}, {"cause": "stroke", "share": 0.4}]},
        "condition: shares sum to 0.8; allowed: shares that sum to 1",
    ),
    "unknown covariate": (
        {"condition": [{"cause": "shingles", "known": {"age": 70}}]},
        "condition[1].known: unknown covariate 'age'",
    ),
    "crossover without periods": (
        {"kind": "crossover", "weeks": None},
        "periods: is missing; a crossover needs [periods] with weeks, as many periods as arms",
    ),
    "too few periods": (
        {
            "kind": "crossover",
            "arms": arms("placebo", "gabapentin", "nortriptyline"),
            "weeks": None,
            "periods": {"weeks": 4, "count": 2},
        },
        "periods.count: 2; allowed: as many as arms, 3",
    ),
    "periods in a parallel trial": (
        {"periods": {"weeks": 4}},
        "periods: are given, but kind is 'parallel'; allowed: crossover, n_of_1",
    ),
    "withdrawal without treatment before": (
        {"kind": "enriched_withdrawal"},
        "run_in: an enriched withdrawal needs [run_in] with the treatment",
    ),
    "one factor": ({"kind": "factorial", "arms": ()}, "factors: a factorial design needs 2 to 4"),
    "no weeks": ({"weeks": None}, "weeks: is missing; it must be given, as '12 weeks'"),
    "half a week": ({"weeks": "10 days"}, "weeks: '10 days' is no number of weeks; allowed: 1 to"),
    "unknown kind": ({"kind": "paralel"}, "kind: 'paralel' is not known; did you mean 'parallel'"),
    "unknown key": ({"patient": 3}, "unknown key 'patient'; did you mean 'patients'"),
    "unknown estimand": ({"estimand": "policy"}, "estimand: 'policy' is not known; did you mean"),
    "unknown boundary": (
        {"interim": {"looks": 3, "boundary": "pocok"}},
        "interim.boundary: 'pocok' is not known; did you mean 'pocock'",
    ),
    "looks that do not end": (
        {"interim": {"looks": [0.5, 0.8]}},
        "interim.looks: [0.5, 0.8] are no looks; allowed: a whole number from 2 to 20, or shares",
    ),
    "alpha": ({"alpha": 0.9}, "alpha: 0.9 is no alpha; allowed: a number from 1e-06 to 0.5"),
    "unknown rescue": ({"rescue": {"name": "ibuprofn"}}, "rescue.name: unknown treatment"),
    "weight": ({"utility": {"relief": -1}}, "utility.relief: -1 is no weight; allowed: a number"),
    "starts after the end": (
        {
            "arms": [
                *arms("placebo"),
                {"name": "late", "treatments": [{"name": "gabapentin", "start_week": 9}]},
            ]
        },
        "arms: gabapentin of 'late' starts in week 9; allowed: before the end, 8 weeks",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_design_is_one_clear_line(name: str) -> None:
    changes, message = WRONG[name]
    with pytest.raises(InputError) as error:
        design(**changes)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_a_missing_compound_names_file_and_field(tmp_path: Path) -> None:
    file = tmp_path / "design.toml"
    file.write_text(GOOD.replace('name = "gabapentin"\ndose', 'name = "mine.toml"\ndose'))
    with pytest.raises(InputError, match=r"arms\[2\]\.treatments\[1\]\.name: no readable file"):
        read_design(file)
    with pytest.raises(InputError, match=r"nothing.toml: no such file; give the path of a design"):
        read_design(tmp_path / "nothing.toml")


EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples" / "trials").glob("*.toml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_a_good_design(file: Path) -> None:
    found = read_design(file)
    assert found.warnings() == ()
    assert found.patients >= len(found.sequences)
    assert all(row.full_dose > 0.0 for row in found.prescribed)


def test_a_compound_of_ones_own_is_part_of_the_design(tmp_path: Path) -> None:
    (file,) = (file for file in EXAMPLES if file.stem == "nav1_8_enrichment")
    folder = tmp_path / "trials"
    folder.mkdir()
    (tmp_path / "compounds").mkdir()
    compound = tmp_path / "compounds" / "nav1_8_blocker.toml"
    text = (file.parent.parent / "compounds" / "nav1_8_blocker.toml").read_text(encoding="utf-8")
    compound.write_text(text, encoding="utf-8")
    copied = folder / "design.toml"
    copied.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    found = read_design(copied)
    assert found.hash() == read_design(file).hash()
    assert found.prescribed[0].treatment.name == "nav1_8_blocker"
    compound.write_text(text + "\n# changed\n", encoding="utf-8")
    assert read_design(copied).hash() != found.hash()
