"""Prognosis: what it counts, what it refuses, what it says; on a pathway of a few lines."""

from __future__ import annotations

import json
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from causalgia.cli import main
from causalgia.course import load_constants
from causalgia.mechanisms.map import index_of
from causalgia.pathway import QUALITIES, TESTS, Response
from causalgia.patients.factors import influences
from causalgia.patients.prognosis import Prognosis, Question, drawn_constants, foresee
from causalgia.reports.prognosis_data import at_months, prognosis_json, prognosis_text
from causalgia.reports.prognosis_page import render_prognosis_page


def respond(values: Float[Array, "entry batch"]) -> Response:
    """A root fires where its potassium channels are few, and hurts as it fires."""
    born = 20.0 * jax.nn.relu(0.85 - values[index_of("potassium", "root", "c")])
    tests = jnp.ones((len(TESTS), 1))
    none = jnp.zeros((4, 3, values.shape[1]))
    return Response(
        afferent_Hz=tests[:, None] * jnp.stack([born, 0 * born, 0 * born])[None],
        origin_Hz=none,
        projection_Hz=tests * 5.0 * born,
        rating=tests * 10.0 * born / (born + 2.0),
        qualities=jnp.zeros((len(QUALITIES), values.shape[1])),
    )


@cache
def radiculopathy() -> Prognosis:
    question = Question(
        cause="cervical_radiculopathy",
        known={"age_years": 50.0},
        treated=("decompression",),
        delays_days=(21.0, 200.0),
        horizon_days=280.0,
        patients=64,
        draws=2,
    )
    return foresee(question, respond)


def test_arms_are_the_untreated_and_every_treatment_at_every_delay() -> None:
    found = radiculopathy()
    assert [(o.treatment, o.delay_days) for o in found.outlooks] == [
        (None, None),
        ("decompression", 21.0),
        ("decompression", 200.0),
    ]
    assert found.day[-1] == 280.0


def test_probabilities_are_ordered_and_in_range_and_arms_agree_until_they_part() -> None:
    untreated, early, late = radiculopathy().outlooks
    for outlook in (untreated, early, late):
        known = np.isfinite(outlook.resolved[0])
        assert known[-1]
        low, middle, high = outlook.resolved[:, known]
        assert (low >= 0.0).all() and (low <= middle).all() and (middle <= high).all()
        assert (high <= 1.0).all()
    before = radiculopathy().day <= 196.0
    np.testing.assert_array_equal(untreated.resolved[:, before], late.resolved[:, before])


def test_taking_the_cause_away_helps_and_helps_more_when_early() -> None:
    untreated, early, late = (o.resolved[1] for o in radiculopathy().outlooks)
    assert early[-1] > untreated[-1] + 0.1
    at_100 = int(np.argmin(np.abs(radiculopathy().day - 100.0)))
    assert early[at_100] > late[at_100] + 0.1


def test_what_it_hangs_on_is_found() -> None:
    # In this cause the rank of persistence says whether the disc resorbs.
    first = radiculopathy().influences[0]
    assert first.covariate == "persistence" and first.is_stated
    assert first.lowest.low > first.highest.high
    assert "age_years" not in {i.covariate for i in radiculopathy().influences}


def test_influence_is_the_share_of_variance_a_covariate_explains_alone() -> None:
    random = np.random.default_rng(1)
    x, noise = random.random(4000), random.random(4000)
    outcome = (x > 0.5).astype(float)
    found = {i.covariate: i for i in influences(outcome, {"x": x, "noise": noise})}
    assert found["x"].share == pytest.approx(1.0, abs=0.15)
    assert found["noise"].share < 0.01
    assert (found["x"].lowest.value, found["x"].highest.value) == (0.0, 1.0)
    assert found["x"].highest.low > 0.99 and found["x"].lowest.high < 0.01
    for own in found.values():
        assert own.share_low <= own.share <= own.share_high
    # A chance of 0.3 to 0.7 along x: 0.16 / 12 of the variance of about a quarter.
    (slight,) = influences((random.random(4000) < 0.3 + 0.4 * x).astype(float), {"x": x})
    assert slight.share_low < 0.16 / 12 / 0.25 < slight.share_high < slight.share_low + 0.04
    assert found["noise"].share_low == 0.0 and found["noise"].share_high < 0.01
    assert influences(np.ones(500), {"x": x[:500]}) == ()


def test_numbers_are_drawn_around_those_of_the_evidence_and_measured_ones_kept() -> None:
    usual, *drawn = drawn_constants(1, 3)
    assert (usual.values == load_constants().values).all()
    ratio = np.asarray(drawn[0].values / usual.values)[np.asarray(usual.values) > 0.0]
    assert 0.5 < ratio.min() < 1.0 < ratio.max() < 2.0
    assert float(drawn[0]["kcc2_fall"]) == float(usual["kcc2_fall"])
    again = drawn_constants(1, 3)[1]
    np.testing.assert_array_equal(np.asarray(again.values), np.asarray(drawn[0].values))


def test_page_data_and_text_say_the_same(check_links) -> None:
    found = radiculopathy()
    data = json.loads(prognosis_json(found))
    assert data["outlooks"][1]["at_months"]["6"] == pytest.approx(
        at_months(found, found.outlooks[1])[6].tolist(), abs=1e-4
    )
    text, page = prognosis_text(found), render_prognosis_page(found)
    for said in ("Surgical decompression, day 21", "persistence of the cause"):
        assert said in text and said in page
    check_links(page)
    assert 'id="numbers-decompression"' in page


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        ([], "CAUSE is missing"),
        (["shingels"], "did you mean 'shingles'"),
        (["shingles", "--age", "300"], "age_years is 300, must be between 18 and 110"),
        (["shingles", "--extent", "nan"], "must be a number"),
        (["shingles", "--treat", "decompresion"], "did you mean 'decompression'"),
        (["shingles", "--delay", "3 days"], "--delay is given without --treat"),
        (["shingles", "--treat", "antiviral", "--delay", "soon"], "is not a quantity"),
        (["shingles", "--treat", "antiviral", "--delay", "9 years"], "less than the horizon"),
        (["shingles", "--treat", "local_anesthetic_block"], "needs a place"),
        (["shingles", "--horizon", "1 day"], "--horizon"),
        (["shingles", "--patients", "0"], "--patients: 0"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(arguments, phrase, capsys, tmp_path) -> None:
    assert main(["prognosis", *arguments, "--out", str(tmp_path / "new")]) == 2
    said = capsys.readouterr().err
    assert phrase in said and said.count("\n") == 1
    assert not (tmp_path / "new").exists()
