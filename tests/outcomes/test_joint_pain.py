"""A worn joint hurts by inflamed endings: what is no use for a nerve helps here."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia import causes
from causalgia.course import follow, respond_under
from causalgia.pathway.surrogate import respond
from causalgia.patients.population import draw_patients
from causalgia.patients.simulate import covariates
from causalgia.treatments import build_schedule, prescribe

COUNT, YEAR = 256, 364.0
REST = 0


@pytest.fixture(scope="module")
def joints():
    """People with a worn joint, a year after it began to hurt, and those who hurt at 4 or more."""
    cause = causes.find("osteoarthritis")
    people = covariates(draw_patients(cause, count=COUNT, seed=1))

    def go_on(days, *given, start=None):
        return follow(cause, people, given, respond=respond, days=days, start=start, step_days=7.0)

    now = go_on(YEAR)
    return people, go_on, now.state, np.flatnonzero(now.pain[-1] >= 4.0), now.pain[-1]


def test_those_who_would_enter_a_trial_hurt_moderately(joints) -> None:
    _, _, _, hurt, pain = joints
    assert 0.1 < hurt.size / COUNT < 0.6
    assert 4.5 < pain[hurt].mean() < 6.5


def test_an_anti_inflammatory_helps_and_gabapentin_hardly(joints) -> None:
    _, go_on, state, hurt, _ = joints
    untreated, ibuprofen, gabapentin = (
        go_on(84.0, *given, start=state).pain[-1][hurt].mean()
        for given in (
            (),
            (prescribe("ibuprofen", YEAR, dose=1200.0),),
            (prescribe("gabapentin", YEAR, dose=1800.0),),
        )
    )
    assert untreated - ibuprofen > 1.0
    assert untreated - ibuprofen > 1.5 * (untreated - gabapentin)


def test_its_pain_stops_when_the_nerve_of_the_joint_is_blocked(joints) -> None:
    people, _, state, hurt, _ = joints
    block = build_schedule((prescribe("local_anesthetic_block", YEAR, place="distal_nerve"),), ())
    answer = respond_under(state, people, block, YEAR + 1.0 / 24.0, respond)
    assert (np.asarray(answer.rating[REST])[hurt] < 1.0).mean() > 0.9
