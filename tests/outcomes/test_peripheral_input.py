"""Ongoing pain needs input from the nerve, in all but a few, and those are late.

Nerve blocks abolished spontaneous pain in 14 of 14 patients with nerve injury or polyneuropathy
(Haroutounian 2014). Cord and brain are changed all the same: the input is what keeps them so.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from causalgia.mechanisms.map import index_of

CAUSES = {"shingles": 84.0, "cervical_radiculopathy": 84.0, "diabetic_neuropathy": 1092.0}
"""Days after onset at which many have pain."""

PLASTICITY = (
    *("ampa_potentiation", "nmda_potentiation", "alpha2delta_gain", "kcc2_fall", "gaba_fall"),
    *("most_interneurons_lost", "facilitation_gain", "noradrenergic_fall"),
)
"""All that input and injury change in cord and brain."""

MONTHS = {"3": 84.0, "18": 546.0, "24": 728.0}


@pytest.mark.parametrize(("cause", "days"), CAUSES.items())
def test_without_any_input_ongoing_pain_stops_in_nearly_everybody(clinic, cause, days) -> None:
    people = clinic(cause)
    today = people.follow(days).state
    hurts = people.pain(today) > 1.0
    assert hurts.sum() >= 40
    stopped = people.pain_without_input(today)[hurts] < 1.0
    assert stopped.mean() >= 0.9


@pytest.mark.parametrize("cause", CAUSES)
def test_after_two_years_it_stops_in_nearly_everybody_still(clinic, cause) -> None:
    people = clinic(cause)
    today = people.follow(MONTHS["24"]).state
    hurts = people.pain(today) > 1.0
    if hurts.any():
        stopped = people.pain_without_input(today)[hurts] < 1.0
        assert stopped.mean() >= 0.9 or (~stopped).sum() <= 1


def test_those_few_who_keep_their_pain_without_input_are_late(clinic) -> None:
    people = clinic("cervical_radiculopathy")
    kept, hurting, start, day = [], [], None, 0.0
    for until in MONTHS.values():
        start = people.follow(until - day, start=start).state
        day = until
        hurts = people.pain(start) > 1.0
        kept.append((hurts & (people.pain_without_input(start) >= 1.0)).sum())
        hurting.append(hurts.sum())
    share = np.array(kept) / np.array(hurting)
    assert share[0] < 0.03
    assert share[2] > share[0] + 0.01


def test_unplugged_without_plasticity_of_the_cord_nobody_keeps_pain_without_input(clinic) -> None:
    people = clinic("cervical_radiculopathy")
    no_plasticity = dict.fromkeys(PLASTICITY, 0.0)
    today = people.follow(MONTHS["24"], constants=no_plasticity).state
    assert (people.pain(today) > 1.0).mean() > 0.1
    assert people.pain_without_input(today).max() < 1.0


def test_unplugged_a_generator_above_the_cord_hurts_without_any_input(clinic) -> None:
    # Central pain: what a block of the nerve cannot reach.
    people = clinic("shingles")
    today = people.follow(CAUSES["shingles"]).state
    row = index_of("central_generator", "brain")
    central = dataclasses.replace(today, mechanisms=today.mechanisms.at[row].set(20.0))
    assert (people.pain_without_input(central) > 1.0).mean() > 0.95
