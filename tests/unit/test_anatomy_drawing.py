"""A drawing speaks for origins as anatomy has them, and never more than drawings can."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia import causes
from causalgia.errors import InputError
from causalgia.evidence import parameters
from causalgia.mechanisms import PLACES
from causalgia.patients.anatomy import (
    LEVELS,
    area_chance,
    draw_areas,
    drawing_log_likelihood,
    find_origin,
    origins,
    origins_of,
    rank_origins,
)
from causalgia.patients.anatomy.areas import skin

ALL_CAUSES = sorted({cause for origin in origins() for cause in origin.causes})


def _kinds(areas, causes_of=None, count=3, signs=None):
    """Kinds of the leading origins, sides aside."""
    ranked = rank_origins(areas, signs, causes_of, at_least=0.001)
    return list(dict.fromkeys(r.origin.kind for r in ranked))[:count]


@pytest.mark.parametrize("cause", ALL_CAUSES)
def test_shares_of_origins_sum_to_one(cause):
    assert sum(share for _, share in origins_of(cause)) == pytest.approx(1.0, abs=1e-9)


def test_every_cause_has_an_origin_and_every_origin_a_cause():
    assert set(causes.names()) <= set(ALL_CAUSES) | {"osteoarthritis"}
    assert "osteoarthritis" in ALL_CAUSES
    assert all(origin.causes for origin in origins())
    with pytest.raises(InputError, match="no origin is known of cause 'shingle'; did you mean"):
        origins_of("shingle")


def test_origins_are_well_formed():
    names = [origin.name for origin in origins()]
    assert len(set(names)) == len(names)
    areas = set(skin().names)
    for origin in origins():
        assert origin.level in LEVELS
        assert origin.place in PLACES
        assert set(origin.felt) <= areas
        assert all(0.0 < p < 1.0 for p in origin.felt.values())
        assert find_origin(origin.name) is find_origin(origin.label.upper()) is origin


def test_lesions_lie_where_their_cause_strikes():
    # An avulsed plexus is met among nerve injuries, which the cause puts in the distal nerve.
    allowed = {("nerve_injury", "proximal_nerve")}
    for cause in causes.names():
        for origin, _ in origins_of(cause):
            in_reach = origin.place in causes.find(cause).places
            assert in_reach or (cause, origin.place) in allowed, (cause, origin.name)


def test_trigeminal_neuralgia_has_the_published_branches_to_calibrate():
    share = {}
    for origin, p in origins_of("trigeminal_neuralgia"):
        share[origin.kind] = share.get(origin.kind, 0.0) + p
        share[origin.side] = share.get(origin.side, 0.0) + p
    without_v1 = sum(p for kind, p in share.items() if "root" in kind and "V1" not in kind)
    published = {name: row.value for name, row in parameters("maarbjerg_2014").items()}
    assert without_v1 == pytest.approx(published["without_first_branch"])
    assert share["V3 root"] == pytest.approx(published["third_branch_alone"])
    assert share["V1, V2 and V3 roots"] == pytest.approx(published["all_branches"])
    assert share["right"] == pytest.approx(published["right_side"])


def test_hips_hurt_where_people_draw_them():
    felt = find_origin("left hip joint").felt
    published = parameters("poulsen_2016")
    for area in ("outer hip", "groin", "buttock"):
        assert felt[f"left {area}"] == published[area.replace(" ", "_")].value


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        (["left thumb", "left index finger"], {"C6 root", "median nerve at the wrist"}),
        (["right little finger", "right inner forearm"], {"C8 root", "ulnar nerve at the elbow"}),
    ],
)
def test_root_and_nerve_lead_in_the_hand(areas, expected):
    pains_of_the_hand = {"cervical_radiculopathy": 1.0, "carpal_tunnel": 1.0, "cubital_tunnel": 1.0}
    assert expected <= set(_kinds(areas, pains_of_the_hand))


def test_of_all_roots_the_eighth_serves_the_little_finger():
    roots = [find_origin(f"left {name} root") for name in ("C5", "C6", "C7", "C8", "T1", "L5")]
    log = drawing_log_likelihood(["left little finger"], roots)
    assert roots[int(np.argmax(log))].kind == "C8 root"


@pytest.mark.parametrize(
    ("areas", "kind"),
    [
        (["both feet"], "longest nerves, feet"),
        (["both feet", "both hands"], "longest nerves, feet and hands"),
        (["right half of the body"], "brain, half of the body with the face"),
        (["left outer thigh"], "lateral cutaneous nerve of the thigh"),
        (["both front of the knee"], "knee joint"),
        (["left phantom foot"], "stump and phantom of the leg"),
        (["left calf", "left heel", "left low back", "left buttock"], "S1 root"),
    ],
)
def test_the_pattern_of_the_textbook_leads(areas, kind):
    assert _kinds(areas, count=1) == [kind]


def test_a_forehead_is_of_the_first_branch_and_a_belt_of_the_chest():
    ranked = rank_origins(["left forehead"])
    assert sum(r.probability for r in ranked if "V1" in r.origin.kind) > 0.5
    assert all(kind.startswith(("V1", "supraorbital")) for kind in _kinds(["left forehead"]))
    shingles = rank_origins(["left chest belt"], causes={"shingles": 1.0})
    assert shingles[0].origin.kind in {"T4 ganglion", "T5 ganglion", "T6 ganglion"}
    assert shingles[0].origin.side == "left"
    assert shingles[0].probability < 0.8


def test_an_absurd_drawing_says_next_to_nothing():
    absurd = ["left thumb", "right heel", "back of the head", "left groin", "right ear"]
    sensible = ["left thumb", "left index finger", "left middle finger"]

    def told_bits(areas):
        told = np.array([r.probability for r in rank_origins(areas, at_least=0.0)])
        prior = np.array([sum(o.causes.values()) for o in origins()]) / len(ALL_CAUSES)
        return _entropy(prior) - _entropy(told)

    assert rank_origins(absurd)[0].probability < 0.35
    assert told_bits(absurd) < 0.5 * told_bits(sensible)


def _entropy(p):
    return -np.sum(p[p > 0.0] * np.log2(p[p > 0.0]))


def test_neighboring_areas_are_not_independent_findings():
    pair = (
        find_origin("left median nerve at the wrist"),
        find_origin("left ulnar nerve at the elbow"),
    )

    def odds(areas):
        first, second = drawing_log_likelihood(areas, pair)
        return first - second

    single = [odds([area]) for area in ("left thumb", "left index finger", "left middle finger")]
    chance = area_chance(pair)
    at = [skin().names.index(f"left {d} finger") for d in ("index", "middle")]
    naive = np.log(chance[0, at] / chance[1, at]).sum() + np.log(
        chance[0, skin().names.index("left thumb")] / chance[1, skin().names.index("left thumb")]
    )
    assert odds(["left thumb", "left index finger", "left middle finger"]) < naive
    assert min(single) > 0.0


def test_the_side_is_told_where_it_is_named_and_open_where_not():
    both = [find_origin("left C6 root"), find_origin("right C6 root")]
    left, right = drawing_log_likelihood(["left thumb"], both)
    assert left > right + 1.0
    left, right = drawing_log_likelihood(["thumb"], both)
    assert left == pytest.approx(right)


def test_areas_are_drawn_as_often_as_the_table_says():
    origin = [find_origin("left C6 root")]
    generator = np.random.default_rng(7)
    drawn = [draw_areas(origin[0], generator) for _ in range(400)]
    often = np.array([[area in drawing for area in skin().names] for drawing in drawn]).mean(axis=0)
    expected = area_chance(origin)[0]
    spread = np.sqrt(expected * (1.0 - expected) / len(drawn))
    assert np.all(np.abs(often - expected) < 5.0 * spread + 0.03)


def test_drawings_of_virtual_patients_give_calibrated_odds():
    candidates = [find_origin(f"left {root} root") for root in ("C5", "C6", "C7", "C8")]
    generator = np.random.default_rng(3)
    probability, right = [], []
    for number in range(160):
        truth = number % len(candidates)
        log = drawing_log_likelihood(draw_areas(candidates[truth], generator), candidates)
        weight = np.exp(log - np.logaddexp.reduce(log))
        probability.append(weight)
        right.append(np.arange(len(candidates)) == truth)
    said, was = np.ravel(probability), np.ravel(right)
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        inside = (said >= low) & (said < high)
        error = 3.5 * np.sqrt(0.25 / max(inside.sum(), 1))
        assert abs(said[inside].mean() - was[inside].mean()) < error


def test_an_empty_drawing_is_refused():
    with pytest.raises(InputError, match="the drawing is empty"):
        drawing_log_likelihood([])
