"""Ongoing pain needs input from the nerve, in all but a few, and those are late.

Nerve blocks abolished spontaneous pain in 14 of 14 patients with nerve injury or polyneuropathy
(Haroutounian 2014). Cord and brain are changed all the same: the input is what keeps them so.
"""

from __future__ import annotations

import dataclasses

import jax.numpy as jnp
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


def kept_share(people, constants: dict[str, float]) -> list[float]:
    """Share with pain who keep it without any input: after 4 weeks, 3, 18 and 24 months."""
    shares, state, day = [], None, 0.0
    for until in (28.0, *MONTHS.values()):
        state = people.follow(until - day, start=state, constants=constants).state
        day = until
        hurts = people.pain(state) > 1.0
        shares.append(float((people.pain_without_input(state)[hurts] >= 1.0).mean()))
    return shares


@pytest.fixture(scope="module")
def most_susceptible(clinic):
    """Severe compression that never resorbs, in patients whose microglia answer strongly."""
    people = clinic("cervical_radiculopathy")
    who = people.patients
    worst = dataclasses.replace(
        who,
        microglial_reactivity=jnp.maximum(who.microglial_reactivity, 1.8),
        severity=jnp.maximum(who.severity, 0.7),
        persistence=jnp.ones_like(who.persistence),
    )
    return dataclasses.replace(people, patients=worst)


def test_those_few_who_keep_their_pain_without_input_are_late(most_susceptible) -> None:
    # Sensitization that outlives its input takes months of discharge, even in the worst case.
    four_weeks, three_months, _, two_years = kept_share(most_susceptible, {})
    assert four_weeks < 0.02
    assert three_months < 0.4
    assert two_years > three_months + 0.15


def test_unplugged_without_consolidation_fewer_keep_it(most_susceptible) -> None:
    never = {"consolidation_rise_time": 1e9, "interneuron_loss_time": 1e9}
    assert kept_share(most_susceptible, never)[-1] < kept_share(most_susceptible, {})[-1] - 0.1


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
