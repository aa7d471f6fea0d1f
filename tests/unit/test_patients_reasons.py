"""Reasons are read off the numbers of the run: other numbers, other words."""

from __future__ import annotations

from causalgia.patients.reasons import explain
from causalgia.patients.result import Move, State

SITES = {
    "terminal": "skin of the hand",
    "distal_nerve": "wrist",
    "proximal_nerve": "brachial plexus",
    "root": "C7 root",
}


def _state(terminal, wrist, plexus, root, projection, rating):
    births = dict(zip(SITES, (terminal, wrist, plexus, root), strict=True))
    return State(births, projection, rating)


ROOT_PAIN = _state(0.1, 0.1, 0.0, 3.8, 20.0, 6.0)
BLOCK = Move("sodium_availability", "Fraction of sodium channels", "root", None, "1", 1.0, 1.0, 0.0)


def test_a_block_beyond_the_generator_is_passed_by():
    text = explain(("distal_nerve",), (BLOCK,), ROOT_PAIN, _state(0, 0, 0, 3.8, 19, 5.8), SITES)
    assert text.startswith("It does not reach the generator.")
    assert "95 % are born nearer the cord, most of them in the C7 root, and pass it by" in text
    assert "Of the input that remains, 100 % is born in the C7 root." in text


def test_a_block_between_generator_and_cord_reaches_it():
    text = explain(("root",), (BLOCK,), ROOT_PAIN, _state(0, 0, 0, 0, 1, 0.3), SITES)
    assert text.startswith("It reaches the generator.")
    assert "lies between the generator and the cord" in text
    assert "falls by 100 %" in text


def test_the_same_block_is_judged_otherwise_where_the_skin_is_the_generator():
    skin = _state(4.0, 0.0, 0.0, 0.0, 20.0, 6.0)
    text = explain(("distal_nerve",), (BLOCK,), skin, _state(0, 0, 0, 0, 1, 0.3), SITES)
    assert text.startswith("It reaches the generator.")
    assert "pass it by" not in text


def test_pain_that_no_longer_needs_input_is_told():
    text = explain(("root",), (BLOCK,), ROOT_PAIN, _state(0, 0, 0, 0, 19, 5.9), SITES)
    assert "does not depend on it any more" in text
    assert "no longer needs input from the nerve" in text


def test_pain_that_lives_on_little_input_is_not_called_independent_of_it():
    text = explain(("root",), (BLOCK,), ROOT_PAIN, _state(0, 0, 0, 0.2, 18, 5.8), SITES)
    assert "what is left of it is enough" in text
    assert "no longer needs" not in text


def test_help_behind_the_generator_is_told_apart_from_none():
    cord = ("cord",)
    helped = explain(cord, (), ROOT_PAIN, _state(0.1, 0.1, 0, 3.8, 8, 3.0), SITES)
    not_helped = explain(cord, (), ROOT_PAIN, _state(0.1, 0.1, 0, 3.8, 20, 5.9), SITES)
    assert helped.startswith("It leaves the generator alone and helps behind it.")
    assert not_helped.startswith("It leaves the generator alone and changes little behind it.")


def test_a_target_that_is_not_there_is_told():
    text = explain(("terminal",), (), ROOT_PAIN, ROOT_PAIN, SITES)
    assert "changes next to nothing there" in text


def test_harm_is_told():
    text = explain(("cord",), (), ROOT_PAIN, _state(0.1, 0.1, 0, 3.8, 40, 8.0), SITES)
    assert text.startswith("It makes this pain worse.")
