"""The command `causalgia trial`: plan, shards, report; the simulated trial stands for itself."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from causalgia.reports.trial_figures import Curve, Effect, draw_effects, draw_survival
from causalgia.reports.trial_flow_figure import ArmFlow, Flow, draw_flow
from causalgia.trials.by_period import adverse_in
from causalgia.trials.outcome import ShardResult

PARALLEL = """
title = "Gabapentin for pain after shingles"
weeks = 3
patients = 120
stratify = ["renal"]
[[condition]]
cause = "shingles"
[eligibility]
renal_clearance_minimum = "30 mL/min"
[[arms]]
name = "placebo"
[[arms]]
name = "gabapentin"
[[arms.treatments]]
name = "gabapentin"
dose = "1800 mg/day"
titrate = false
"""
CROSSOVER = """
title = "Gabapentin in two periods"
kind = "crossover"
patients = 60
[periods]
weeks = 2
washout = 1
[[condition]]
cause = "shingles"
[[arms]]
name = "placebo"
[[arms]]
name = "gabapentin"
[[arms.treatments]]
name = "gabapentin"
titrate = false
"""


def simulate(design, shard):
    """Participants whose pain falls by 1 point on placebo and by 3 on the drug."""
    who = np.array(design.shard_ranks(shard))
    count, random = len(who), np.random.default_rng([design.seed, shard])
    group = who % len(design.sequences)
    baseline = random.uniform(5.0, 9.0, count)
    stopped = group * (who % 5 == 0) > 0
    patients = pd.DataFrame(
        {
            "patient": who,
            "stratum": random.choice(["below", "above"], count),
            "arm": [design.sequences[g].name for g in group],
            "baseline": baseline,
            "screening": baseline,
            "age_years": random.uniform(40.0, 80.0, count),
            "irritable_nociceptor": random.random(count) < 0.5,
            "dominant_mechanism": random.choice(["nav1_8", "kcc2"], count),
            "stop_day": np.where(stopped, 9.0, np.nan),
            "stop_reason": np.where(stopped, "adverse event", ""),
            "adverse:dizziness": group * (who % 3 == 0) > 0,
            "rescue_days": np.zeros(count),
        }
    )
    rows = []
    for period in range(design.period_count):
        given = np.array([design.sequences[g].arms[period] for g in group])
        if design.period_count > 1:
            column = adverse_in(period + 1, "dizziness")
            patients[column] = (given == "gabapentin") & (who % 3 == 0)
        for week in range(1, design.period_weeks + 1):
            relief = np.where(given == "placebo", 1.0, 3.0)
            pain = baseline - relief + random.normal(0.0, 0.4, count)
            rows.append(
                pd.DataFrame(
                    {
                        "patient": who,
                        "period": period + 1,
                        "treatment": given,
                        "week": week,
                        "diary": pain,
                        "pain": pain,
                        "on_treatment": ~(stopped & (period + week > 1)),
                        "sleep": 0.5,
                        "npsi": 5 * pain,
                    }
                )
            )
    flow = {"screened": 3 * count, "renal clearance": 2 * count, "randomized": count}
    return ShardResult(patients, pd.concat(rows, ignore_index=True), flow)


@pytest.fixture
def ask(run_command, tmp_path, monkeypatch):
    """Run the command on a design, with a simulated trial that is known."""
    import causalgia.trials.simulate as simulated

    monkeypatch.setattr(simulated, "simulate_shard", simulate)
    file = tmp_path / "trial.toml"

    def run(*arguments, design=PARALLEL):
        file.write_text(design, encoding="utf-8")
        folders = ("--store", tmp_path / "store", "--out", tmp_path / "out")
        return run_command("trial", file, *folders, *arguments)

    return run


def test_the_report_says_what_is_so(ask, tmp_path):
    status, output, error = ask()
    assert (status, error) == (0, "")
    found = json.loads((tmp_path / "out" / "trial.json").read_text(encoding="utf-8"))
    assert found["flow"]["screened"] == 360 and found["flow"]["randomized"] == 120
    assert found["flow"]["excluded"] == [["renal clearance", 240]]
    assert [arm["completed"] for arm in found["flow"]["arms"]] == [60, 48]
    comparison = found["analysis"]["comparisons"][0]
    assert comparison["measures"]["change"]["low"] < -2.0 < comparison["measures"]["change"]["high"]
    assert found["weeks"]["by_arm"]["placebo"]["count"] == [60, 60, 60, 60]
    assert found["side_effects"]["affected"]["dizziness"] == {"placebo": 0, "gabapentin": 20}
    assert "gabapentin against placebo: −" in output
    assert "p <0.001" in output


def test_the_responder_curve_agrees_with_the_analysis(ask):
    found = json.loads(ask("--json")[1])
    at = [found["relief"]["percent"].index(level) for level in (30, 50)]
    for arm in found["analysis"]["arms"]:
        curve = found["relief"]["share_with_at_least"][arm["name"]]
        shares = [arm["responders"][f"responder{level}"]["value"] for level in (30, 50)]
        assert [curve[i] for i in at] == shares
        assert curve[0] == 1.0 and curve == sorted(curve, reverse=True)


def test_page_and_tables_hold_the_same_and_nothing_else_is_needed(ask, tmp_path, check_links):
    ask()
    out = tmp_path / "out"
    names = ["patients.parquet", "trial.html", "trial.json", "weeks.parquet"]
    assert sorted(file.name for file in out.iterdir()) == names
    page = (out / "trial.html").read_text(encoding="utf-8")
    assert "research instrument, not a medical device" in page
    assert "Screened 360" in page and "Randomized 120" in page
    check_links(page)
    assert 'href="#numbers-gabapentin"' in page
    assert pq.read_table(out / "weeks.parquet").num_rows == 360
    schema = pq.read_schema(out / "patients.parquet")
    assert schema.field("age_years").metadata[b"unit"] == b"year"
    assert schema.metadata[b"seed"] == b"1" and b"causalgia_course" in schema.metadata[b"sources"]


def test_asked_again_nothing_is_computed_and_the_bytes_are_the_same(ask, tmp_path, monkeypatch):
    def refuse(design, shard):
        raise AssertionError("computed again")

    ask()
    first = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    monkeypatch.setattr("causalgia.trials.simulate.simulate_shard", refuse)
    assert ask()[0] == 0
    assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == first


def test_a_very_large_trial_is_analyzed_in_parts_and_subgroups_in_some(ask, monkeypatch, tmp_path):
    monkeypatch.setattr("causalgia.reports.trial_data.MOST_ANALYZED", 500)
    monkeypatch.setattr("causalgia.reports.trial_data._SHARDS_AT_ONCE", 1)
    found = json.loads(ask("--patients", 1000, "--json")[1])
    assert found["flow"]["randomized"] == 1000
    assert found["weeks"]["by_arm"]["placebo"]["count"] == [500] * 4
    assert (found["patients_analyzed"], found["patients_of_subgroups"]) == (1000, 500)
    assert sum(arm["randomized"] for arm in found["analysis"]["arms"]) == 1000
    page = (tmp_path / "out" / "trial.html").read_text(encoding="utf-8")
    assert "all 1,000 patients; subgroups, and what the design adds, the first 500" in page
    # What is added up is what all at once give.
    monkeypatch.setattr("causalgia.reports.trial_data.MOST_ANALYZED", 1000)
    at_once = json.loads(ask("--patients", 1000, "--json")[1])["analysis"]
    for part in ("arms", "comparisons"):
        summed, whole = (found["analysis"][part], at_once[part])
        assert [x["nnt"] if part == "comparisons" else x["relief"] for x in summed] == [
            x["nnt"] if part == "comparisons" else x["relief"] for x in whole
        ]
    summed, whole = (a["comparisons"][0]["primary"] for a in (found["analysis"], at_once))
    assert summed == {
        key: pytest.approx(v, rel=1e-4) if isinstance(v, float) else v for key, v in whole.items()
    }


def test_of_a_very_large_crossover_a_part_is_analyzed_and_the_page_says_why(
    ask, monkeypatch, tmp_path
):
    monkeypatch.setattr("causalgia.reports.trial_data.MOST_ANALYZED", 500)
    found = json.loads(ask("--patients", 1000, "--json", design=CROSSOVER)[1])
    assert found["patients_analyzed"] == 500
    assert sum(found["side_effects"]["patients"].values()) > 1500
    page = (tmp_path / "out" / "trial.html").read_text(encoding="utf-8")
    assert "the first 500 patients, since patients are compared with themselves" in page


def test_a_crossover_is_told_in_orders(ask, tmp_path):
    status, _, error = ask(design=CROSSOVER)
    assert (status, error) == (0, "")
    page = (tmp_path / "out" / "trial.html").read_text(encoding="utf-8")
    assert "Order 1" in page and "1. placebo" in page and "2. gabapentin" in page
    assert "compared with themselves" in page and "treatment of the period" in page
    found = json.loads((tmp_path / "out" / "trial.json").read_text(encoding="utf-8"))
    harms = found["side_effects"]
    # Six of the second order stop in the first period, on the drug; all others begin both.
    assert harms["affected"]["dizziness"] == {"placebo": 0, "gabapentin": 20}
    assert harms["stopped"]["adverse event"] == {"placebo": 0, "gabapentin": 6}
    assert harms["patients"] == {"placebo": 54, "gabapentin": 60}
    needed = found["analysis"]["comparisons"][0]["nnh"]
    assert needed["dizziness"]["harms"] and needed["dizziness"]["value"] == pytest.approx(3.0)
    assert needed["stopping for an adverse event"]["value"] == pytest.approx(10.0)


def test_a_dry_run_says_what_would_be_done_and_does_nothing(ask, tmp_path):
    status, output, _ = ask("--dry-run", "--patients", 1200)
    assert status == 0
    assert "3 shards, 0 done" in output and "GiB of memory" in output
    assert "renal clearance from 30 mL/min" in output and "placebo (control)" in output
    assert not (tmp_path / "store").exists() and not (tmp_path / "out").exists()
    plan = json.loads(ask("--dry-run", "--json", "--seed", 7)[1])
    assert (plan["patients"], plan["seed"], plan["shards"]) == (120, 7, 1)


def test_some_shards_alone_are_stored_and_not_analyzed(ask, tmp_path):
    status, output, _ = ask("--patients", 1100, "--shards", "1:3")
    assert status == 0 and output.startswith("2 of 3 shards done")
    assert not (tmp_path / "out").exists()
    assert json.loads(ask("--patients", 1100, "--shards", "0:1", "--json")[1])["done"] == 3


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["--patients", "0"], "patients: 0"),
        (["--seed", "-1"], "seed: -1"),
        (["--workers", "0"], "--workers: 0 is out of range"),
        (["--workers", "2", "--scheduler", "tcp://a:1"], "leave it out"),
        (["--scheduler", "nonsense"], "--scheduler: 'nonsense' cannot be reached"),
        (["--shards", "2:9"], "--shards: '2:9'"),
        (["--shards", "all"], "--shards: 'all'"),
    ],
)
def test_wrong_options_are_one_line_and_status_2(ask, tmp_path, arguments, phrase):
    status, output, error = ask(*arguments)
    assert (status, output) == (2, "")
    assert phrase in error and error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_without_a_design_or_with_a_missing_one_is_one_line(run_command):
    assert run_command("trial")[2].startswith("causalgia: error: FILE is missing")
    assert "no such file" in run_command("trial", "nowhere.toml")[2]


@pytest.mark.parametrize("arms", [2, 4, 6])
@pytest.mark.parametrize("narrow", [False, True])
def test_boxes_of_the_flow_lie_within_the_picture_and_apart(arms, narrow):
    stopped = (("adverse event", 3), ("other", 2))
    drawn = tuple(ArmFlow(f"arm {i} with a rather long name", 10, stopped, 5) for i in range(arms))
    picture = draw_flow(Flow(99, (("age", 9),), 10 * arms, drawn), narrow=narrow)
    width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', picture).groups())
    pattern = r'<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"'
    boxes = [tuple(map(float, found)) for found in re.findall(pattern, picture)]
    assert len(boxes) >= 3 + arms
    for x, y, w, h in boxes:
        assert x >= 0 and x + w <= width and y >= 0 and y + h <= height
    for i, (x, y, w, h) in enumerate(boxes):
        for a, b, c, d in boxes[:i]:
            assert x >= a + c or a >= x + w or y >= b + d or b >= y + h


def test_effects_lie_where_their_numbers_say():
    rows = [
        Effect("works", "", -1.0, -1.5, -0.5, ("",)),
        Effect("unsure", "", 0.2, -0.3, 0.7, ("",)),
        Effect("few", "", float("nan"), float("nan"), float("nan"), ("",)),
    ]
    picture = draw_effects(rows, "points", ("p",), narrow=False)
    diamonds = re.findall(r'd="M(\S+) \S+l8 8[^"]*" class="diamond (\w+)"', picture)
    assert [kind for _, kind in diamonds] == ["helps", "unsure"]
    assert float(diamonds[0][0]) < float(diamonds[1][0])
    assert "too few to tell" in picture


def test_survival_falls_from_one():
    week, line = np.array([0.0, 2.0, 2.0, 6.0]), np.array([1.0, 1.0, 0.4, 0.4])
    picture = draw_survival([Curve("drug", 2, week, line, line, line)])
    assert "drug 40 %" in picture and 'class="curve tone-2"' in picture
