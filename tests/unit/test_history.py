"""What happened weighs causes, and makes none impossible."""

from __future__ import annotations

import math

import pytest

from causalgia import causes
from causalgia.errors import InputError
from causalgia.patients.history import events, find_event, history_log_likelihood, objections


def test_events_lead_to_causes_that_exist() -> None:
    for event in events().values():
        assert event.ask.endswith("?")
        assert 0.0 < event.otherwise < 0.5
        for cause, share in event.shares.items():
            causes.find(cause)
            assert event.otherwise < share < 1.0


def test_an_event_told_of_speaks_for_its_cause_and_denied_against_it() -> None:
    told = {"diabetes": True}
    gain = history_log_likelihood(told, "diabetic_neuropathy") - history_log_likelihood(
        told, "carpal_tunnel"
    )
    event = find_event("diabetes")
    assert gain == pytest.approx(math.log(event.share("diabetic_neuropathy") / event.otherwise))
    denied = {"diabetes": False}
    loss = history_log_likelihood(denied, "diabetic_neuropathy") - history_log_likelihood(
        denied, "carpal_tunnel"
    )
    assert -5.0 < loss < -2.0
    assert history_log_likelihood({}, "shingles") == 0.0


def test_answers_add_up() -> None:
    both = history_log_likelihood({"cancer": True, "taxane": True}, "taxane")
    each = [history_log_likelihood({name: True}, "taxane") for name in ("cancer", "taxane")]
    assert both == pytest.approx(sum(each))


def test_a_denied_event_is_an_objection_where_the_cause_needs_it() -> None:
    assert objections({"shingles": False}, "shingles") == ("shingles in the painful area",)
    assert objections({"shingles": True}, "shingles") == ()
    # Trigeminal neuralgia is seldom of multiple sclerosis: denying that is no objection.
    assert objections({"multiple_sclerosis": False}, "trigeminal_neuralgia") == ()


def test_an_unknown_event_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'diabetes'"):
        find_event("diabets")
