"""Ranked origins come with their reasons, and with what would tell them apart."""

from __future__ import annotations

import pytest

from causalgia.errors import InputError
from causalgia.patients.anatomy import find_origin, origins, rank_origins, telling_apart

ARM = {"cervical_radiculopathy": 1.0, "carpal_tunnel": 1.0}


def test_probabilities_of_all_candidates_sum_to_one():
    ranked = rank_origins(["left thumb"], {"spurling": True}, at_least=0.0)
    assert sum(r.probability for r in ranked) == pytest.approx(1.0)
    order = [r.probability for r in ranked]
    assert order == sorted(order, reverse=True)


def test_nothing_known_leaves_the_prior():
    ranked = {r.origin.name: r.probability for r in rank_origins(at_least=0.0)}
    causes = {cause for origin in origins() for cause in origin.causes}
    for origin in origins():
        expected = sum(origin.causes.values()) / len(causes)
        assert ranked.get(origin.name, 0.0) == pytest.approx(expected)


def test_signs_move_the_odds_between_root_and_nerve():
    drawing = ["left thumb", "left index finger"]

    def of_root(signs):
        ranked = rank_origins(drawing, signs, ARM)
        return sum(r.probability for r in ranked if r.origin.level == "root")

    before = of_root({})
    assert of_root({"spurling": True, "biceps_reflex_reduced": True}) > 0.5 > before
    assert of_root({"phalen": True, "ring_finger_split": True}) < before


def test_reasons_name_what_is_known_with_both_frequencies():
    drawing = ["left thumb", "left index finger"]
    best = rank_origins(drawing, {"spurling": True}, ARM)[0]
    both = (*best.supports, *best.against)
    assert any("with it" in words and "with the others" in words for words in both)
    root = next(r for r in rank_origins(drawing, {"spurling": True}, ARM) if "C6" in r.origin.kind)
    assert any("Spurling" in words and "53 %" in words for words in root.supports)


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("left C6 root", "left median nerve at the wrist", "ring finger numb on one half only"),
        ("left L5 root", "left common fibular nerve at the knee", "buttock"),
        ("left C8 root", "left ulnar nerve at the elbow", "bent elbow"),
        ("left hip joint", "left L3 root", "turning the hip inward"),
        ("the longest nerves, feet", "cauda equina", "numb saddle"),
    ],
)
def test_what_tells_two_origins_apart_is_what_clinics_look_for(one, other, what):
    found = telling_apart(find_origin(one), find_origin(other))
    assert any(what in difference.words for difference in found)
    assert [d.bits for d in found] == sorted((d.bits for d in found), reverse=True)
    assert all(0.0 < d.bits <= 1.0 for d in found)


def test_an_origin_cannot_be_told_from_itself():
    assert telling_apart(find_origin("left C6 root"), find_origin("left C6 root")) == ()


def test_bad_priors_are_refused():
    with pytest.raises(InputError, match="no origin is known of cause 'carpal'; did you mean"):
        rank_origins(["left thumb"], causes={"carpal": 1.0})
    with pytest.raises(InputError, match="weights of the causes are all 0"):
        rank_origins(["left thumb"], causes={"carpal_tunnel": 0.0})
    with pytest.raises(InputError, match="allowed: 0 or more"):
        rank_origins(["left thumb"], causes={"carpal_tunnel": -1.0})
