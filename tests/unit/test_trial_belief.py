"""Who believes more: the conditions in whose trials more get better on placebo."""

from __future__ import annotations

import pytest

from causalgia.causes import find, names
from causalgia.evidence import parameters
from causalgia.trials.belief import belief_factor, syndrome_of


@pytest.mark.parametrize(
    ("cause", "syndrome"),
    [
        ("diabetic_neuropathy", "polyneuropathy"),
        ("taxane", "polyneuropathy"),
        ("shingles", "focal"),
        ("nerve_injury", "focal"),
        ("cervical_radiculopathy", "focal"),
        ("stroke", "central_pain"),
        ("spinal_cord_injury", "central_pain"),
    ],
)
def test_a_condition_belongs_to_a_syndrome(cause: str, syndrome: str) -> None:
    assert syndrome_of(find(cause)) == syndrome


def test_belief_follows_the_order_of_the_pooled_placebo_arms() -> None:
    published = parameters("arakawa_2015")
    numbers = {name: number.value for name, number in parameters("causalgia_trials").items()}
    responders = {
        "diabetic_neuropathy": published["responders_in_diabetic_neuropathy"].value,
        "shingles": published["responders_after_shingles"].value,
        "stroke": published["responders_in_central_pain"].value,
    }
    factors = {cause: belief_factor(find(cause), numbers) for cause in responders}
    assert sorted(factors, key=factors.__getitem__) == sorted(
        responders, key=responders.__getitem__
    )
    assert factors["shingles"] == 1.0


def test_every_cause_has_a_factor() -> None:
    numbers = {name: number.value for name, number in parameters("causalgia_trials").items()}
    assert all(0.0 < belief_factor(find(name), numbers) < 3.0 for name in names())
