"""From findings to odds: arithmetic on few patients, and whole answers from the stored atlas."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from causalgia.errors import InputError
from causalgia.patients.atlas import Atlas
from causalgia.patients.atlas.histories import Wanted
from causalgia.patients.atlas.library import STORED
from causalgia.patients.atlas.packing import unpack
from causalgia.patients.chances import chance
from causalgia.patients.findings import Findings
from causalgia.patients.inference import clinic_mix, infer, information_gain, read_clinic
from causalgia.patients.inference.likelihood import circumstances, kernel
from causalgia.patients.inference.mechanism import DOMINANT, dominant
from causalgia.patients.inference.scores import reliability, uniform_p
from causalgia.patients.inference.weighing import weigh


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return unpack(STORED)


def test_findings_outweigh_the_prior_in_proportion() -> None:
    cause = np.array([0, 1, 1] * 400)
    found = weigh(np.log([0.5, 0.25, 0.25] * 400), np.log([0.1, 0.8, 0.4] * 400), cause, 2)
    assert (found.powers == 1.0).all()
    assert found.weights[:3] * 400 == pytest.approx([1 / 7, 4 / 7, 2 / 7], rel=0.02)
    assert found.odds == pytest.approx([1 / 7, 6 / 7], rel=0.02)


def test_what_few_patients_explain_is_weighed_less_until_enough_count() -> None:
    likelihood = np.full(500, -50.0)
    likelihood[7] = 0.0
    found = weigh(np.zeros(500), likelihood, np.zeros(500, dtype=int), 1)
    assert found.sizes[0] == pytest.approx(1.0)
    assert 0.0 < found.tempering < 1.0
    assert found.size == pytest.approx(12.0, rel=0.01)
    assert found.weights.argmax() == 7


def test_few_patients_leave_odds_open_and_many_do_not() -> None:
    cause = np.repeat([0, 1], 1000)
    many, few = np.zeros(2000), np.full(2000, -60.0)
    few[[0, 1000]] = 0.0
    for likelihood, least, most in ((many, 0.0, 0.01), (few, 0.5, 1.0)):
        found = weigh(np.zeros(2000), likelihood, cause, 2)
        assert found.odds == pytest.approx([0.5, 0.5], abs=0.05)
        assert least <= found.high[0] - found.low[0] <= most


def test_a_cause_that_one_patient_speaks_for_is_not_called_sure() -> None:
    cause = np.repeat([0, 1], 1000)
    likelihood = np.full(2000, -5.0)
    # Nine in ten of the evidence, all of it by one patient.
    likelihood[0] = np.log(9000.0) - 5.0
    found = weigh(np.zeros(2000), likelihood, cause, 2)
    assert found.odds[0] < 0.85
    assert found.low[0] < 0.5 < 0.95 < found.high[0]


def test_a_share_is_as_open_as_its_patients_and_the_causes_leave_it() -> None:
    one = weigh(np.zeros(400), np.zeros(400), np.zeros(400, int), 1)
    has = (np.arange(400) < 120).astype(float)
    # Of 400 patients alike: the score interval (Wilson 1927) of 120 of 400.
    found, wilson = one.chance(has), chance(0.3, 400.0)
    assert found.value == pytest.approx(0.3)
    assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high), abs=0.01)
    nobody = one.chance(np.r_[1.0, np.zeros(399)])
    assert 0.0 < nobody.value < nobody.high < 0.02
    for certain in (0.0, 0.4, 1.0):
        same = one.chance(np.full(400, certain))
        assert (same.value, same.low, same.high) == pytest.approx((certain,) * 3)
    cause = np.repeat([0, 1], 1000)
    likelihood = np.full(2000, -5.0)
    likelihood[0] = np.log(9000.0) - 5.0
    two = weigh(np.zeros(2000), likelihood, cause, 2)
    # What only the patients of one cause have, all of them, is as open as the cause.
    belongs = two.chance((cause == 0).astype(float))
    assert belongs.value == pytest.approx(two.odds[0])
    assert (belongs.low, belongs.high) == pytest.approx((two.low[0], two.high[0]))


def test_origins_and_mechanisms_have_intervals_that_hold_their_odds(atlas: Atlas) -> None:
    found = infer(Findings(observed={"pain_now": 6.0}), atlas=atlas)
    assert len(found.origins) > 5
    for origin in found.origins[:5]:
        own = found.origin_chance([origin.name])
        assert own.value == pytest.approx(origin.probability)
        assert own.low < own.value < own.high
    both = found.origin_chance([origin.name for origin in found.origins])
    assert (both.value, both.low, both.high) == pytest.approx((1.0, 1.0, 1.0))
    assert all(m.low <= m.probability <= m.high for m in found.mechanisms)
    assert found.mechanisms[0].high - found.mechanisms[0].low > 0.01


def test_a_kernel_falls_with_distance_but_excludes_nobody() -> None:
    near, far, farther = kernel(np.array([0.0, 3.0, 20.0]))
    assert near == 0.0 > far > farther > -25.0


def test_a_clinic_may_state_its_own_mix(tmp_path: Path) -> None:
    mix = clinic_mix({"shingles": 0.5})
    assert mix["shingles"] == pytest.approx(0.5) and sum(mix.values()) == pytest.approx(1.0)
    usual = clinic_mix()
    ratio = mix["stroke"] / usual["stroke"]
    assert mix["meralgia"] / usual["meralgia"] == pytest.approx(ratio)
    file = tmp_path / "clinic.toml"
    file.write_text("[shares]\nshingles = 0.5\n", encoding="utf-8")
    assert dict(read_clinic(file)) == pytest.approx(dict(mix))


@pytest.mark.parametrize(
    ("shares", "phrase"),
    [
        ({"shingels": 0.1}, "did you mean 'shingles'"),
        ({"shingles": -0.1}, "a share of 0 or more"),
        ({"shingles": float("nan")}, "a share of 0 or more"),
        ({"shingles": 0.7, "stroke": 0.7}, "at most 1"),
        ({name: 0.0 for name in clinic_mix()}, "at least one above 0"),
    ],
)
def test_a_mix_that_cannot_be_is_refused(shares: dict[str, float], phrase: str) -> None:
    with pytest.raises(InputError, match=phrase):
        clinic_mix(shares)


def test_reliability_counts_what_was_right_bin_by_bin() -> None:
    odds, true = np.array([0.05, 0.05, 0.95, 0.95]), np.array([0.0, 0.0, 1.0, 0.0])
    assert reliability(odds, true) == [
        (pytest.approx(0.05), 0.0, 2),
        (pytest.approx(0.95), 0.5, 2),
    ]


def test_ranks_that_bunch_are_not_called_uniform() -> None:
    even = (np.arange(200) + 0.5) / 200
    assert uniform_p(even) > 0.9
    assert uniform_p(0.5 + 0.3 * (even - 0.5)) < 1e-6


def test_with_nothing_known_the_odds_are_those_of_the_clinic(atlas: Atlas) -> None:
    found = infer(Findings(), atlas=atlas)
    mix = clinic_mix()
    for own in found.causes:
        assert own.before == pytest.approx(mix[own.name])
        assert own.probability == pytest.approx(own.before, rel=0.02)
    assert found.verdict.kind == "open" and "cannot tell" in found.verdict.text
    assert sum(own.probability for own in found.origins) == pytest.approx(1.0)
    assert sum(own.probability for own in found.mechanisms) == pytest.approx(1.0)


def test_causes_that_are_ruled_out_have_no_odds(atlas: Atlas) -> None:
    found = infer(Findings(causes=("shingles", "stroke")), atlas=atlas)
    assert found.probability("shingles") + found.probability("stroke") == pytest.approx(1.0)


def test_what_is_told_of_causes_multiplies_their_odds(atlas: Atlas) -> None:
    usual = infer(Findings(), atlas=atlas)
    told = infer(Findings(), atlas=atlas, told={"shingles": np.log(9.0)})
    odds = [p.probability("shingles") / p.probability("stroke") for p in (usual, told)]
    assert odds[1] / odds[0] == pytest.approx(9.0, rel=0.03)


def test_a_drawing_on_the_face_speaks_for_the_trigeminal_nerve(atlas: Atlas) -> None:
    found = infer(
        Findings(
            observed={"electric": 1.0, "attacks": 1.0, "touch_evoked": 1.0, "pain_now": 5.0},
            areas=("left cheek",),
            known={"age_years": 66.0},
        ),
        atlas=atlas,
    )
    assert found.causes[0].name == "trigeminal_neuralgia"
    assert found.causes[0].low <= found.causes[0].probability <= found.causes[0].high
    assert "left" in found.origins[0].name


def test_no_pain_at_all_beside_the_worst_pain_is_called_contradictory(atlas: Atlas) -> None:
    answers = {"pain_now": 10.0, "pain_average": 0.0, "pain_worst": 0.0, "pain_least": 10.0}
    found = infer(Findings(observed=answers), atlas=atlas)
    assert found.verdict.kind == "contradictory"
    assert found.verdict.p < 0.01
    assert found.surprises[0].p < 0.03


def test_a_duration_counts_since_the_onset_or_since_it_hurts(atlas: Atlas) -> None:
    found = circumstances(Findings(duration_days=(300.0, 400.0)), atlas)["duration"]
    either = [(d >= 300) & (d <= 400) for d in (atlas.patients.duration_days, atlas.hurting_days)]
    assert found[either[0] & either[1]] == pytest.approx(0.0, abs=1e-6)
    assert found[either[1] & ~either[0]].min() >= -np.log(2.0) - 1e-6
    assert found[(atlas.patients.duration_days < 50)].max() < -4.0


@pytest.mark.parametrize(
    ("findings", "phrase"),
    [
        (Findings(known={"ages": 50.0}), "unknown covariate 'ages'"),
        (Findings(duration_days=(50.0, 20.0)), "must be a range"),
        (Findings(causes=("shingels",)), "did you mean 'shingles'"),
        (Findings(observed={"burning": 2.0}), "burning is 2"),
    ],
)
def test_findings_that_cannot_be_are_refused(atlas: Atlas, findings: Findings, phrase: str) -> None:
    with pytest.raises(InputError, match=phrase):
        infer(findings, atlas=atlas)


def test_a_block_that_helped_speaks_for_spikes_born_beyond_it(atlas: Atlas) -> None:
    known = Findings(observed={"pain_now": 5.0}, causes=("nerve_injury", "lumbar_radiculopathy"))
    helped, failed = (
        infer(known, atlas=atlas, blocks={"distal_nerve": relief}) for relief in (1.0, 0.0)
    )
    assert helped.probability("nerve_injury") > failed.probability("nerve_injury")
    with pytest.raises(InputError, match="relief"):
        infer(known, atlas=atlas, blocks={"distal_nerve": 2.0})


def test_patients_drawn_for_a_person_replace_the_few_that_are_stored(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Findings(
        observed={"pain_now": 5.0, "burning": 1.0, "numbness": 1.0, "MDT": -2.0, "HPT": 1.5},
        known={"age_years": 61.0, "severity": 0.55},
        duration_days=(300.0, 420.0),
        causes=("nerve_injury", "carpal_tunnel"),
    )
    few = infer(known, atlas=atlas)
    assert few.weighed.tempering < 1.0
    asked = []

    def drawn(wanted: Wanted, *, of: tuple[str, ...], with_treatments: bool) -> Atlas:
        # Stands in for years of simulation: the stored patients nearest to this person.
        asked.append((wanted, of, with_treatments))
        rows = atlas.of_cause(of[0])
        age, severity = (atlas.patients.covariates[n][rows] for n in ("age_years", "severity"))
        near = rows[np.argsort(np.abs(age - 61.0) / 12.0 + np.abs(severity - 0.55) / 0.25)[:60]]
        return dataclasses.replace(
            atlas,
            patients=dataclasses.replace(
                atlas.patients.select(near), causes=of, cause=np.zeros(60, dtype=int)
            ),
            hurting_days=atlas.hurting_days[near],
            prior_weight=np.full(60, 1.0 / 60.0),
            pain_untreated=atlas.pain_untreated[..., near],
            pain_treated=atlas.pain_treated[..., near],
        )

    monkeypatch.setattr("causalgia.patients.inference.fresh.build_atlas", drawn)
    more = infer(known, atlas=atlas, simulate=True, seed=5)
    ((wanted, of, with_treatments),) = asked
    assert of == (few.causes[0].name,) == more.simulated and with_treatments
    assert dict(wanted.known) == known.known and wanted.seed == 5
    low, high = wanted.duration_days or (0.0, 0.0)
    assert low < 420.0 and high > 300.0
    assert more.atlas.count == atlas.count - len(atlas.of_cause(of[0])) + 60
    for name in known.known:
        assert (more.log_likelihoods[name][-60:] == 0.0).all()
    assert 0.0 < more.probability(of[0]) < 1.0
    assert more.weights.sum() == pytest.approx(1.0)
    before = {own.name: own.before for own in few.mechanisms}
    assert {own.name: own.before for own in more.mechanisms} == pytest.approx(before)


def test_what_is_known_tells_nothing_more_and_what_divides_tells_most(atlas: Atlas) -> None:
    small = dataclasses.replace(Findings(), causes=("carpal_tunnel", "stroke"))
    gains = information_gain(infer(small, atlas=atlas), ("block@distal_nerve", "itch", "MDT"))
    assert [own.about_cause for own in gains] == sorted(
        (own.about_cause for own in gains), reverse=True
    )
    for own in gains:
        assert 0.0 <= own.about_cause <= own.about_lesion + 1e-9
        assert own.about_cause <= 1.0
    one = information_gain(infer(Findings(causes=("stroke",)), atlas=atlas), ("itch",))
    assert one[0].about_cause == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(InputError, match="no observation"):
        information_gain(infer(small, atlas=atlas), ("itchs",))


def test_what_dominates_follows_where_spikes_are_born(atlas: Atlas) -> None:
    label = dominant(atlas.patients)
    names = tuple(DOMINANT)
    rest = atlas.patients.rated("rest")
    assert (rest[label == names.index("none")] < 1.0).all()
    assert (atlas.patients.rating_without_input[label == names.index("brain")] > 0.0).all()
    injured = atlas.of_cause("nerve_injury")
    hurting = injured[rest[injured] >= 1.0]
    share = np.mean(label[hurting] == names.index("distal_nerve"))
    assert share > 0.5
