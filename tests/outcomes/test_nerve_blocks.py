"""A block stops what is born farther out, and leaves what is born nearer to the cord."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.mechanisms.state import healthy
from causalgia.pathway import biophysical, surrogate
from causalgia.treatments import prescribe

FIVE_MONTHS = 154.0

LESION = {
    ("nav1_3", "root", "c"): 0.4,
    ("potassium", "root", "c"): 0.5,
    ("nav1_8", "root", "c"): 1.5,
}
INFLAMED = {("prostaglandin", "terminal", None): 1.0, ("trpv1", "terminal", "c"): 1.8}


def blocked(place: str) -> dict[tuple[str, str, None], float]:
    return {("sodium_availability", place, None): 0.05}


def rate_pain(*people: dict[tuple[str, str, str | None], float]) -> tuple[np.ndarray, np.ndarray]:
    """Pain at rest in each person, with every membrane integrated and by the stand-ins."""
    values = np.stack([np.asarray(healthy().replace(p).values) for p in people], axis=1)
    slow = biophysical.respond(values, tests=("rest",), fibers=3, duration_ms=500.0)
    fast = surrogate.respond(jnp.asarray(values))
    return slow.rating[0], np.asarray(fast.rating[0])


@pytest.mark.slow
def test_at_both_fidelities_a_wrist_block_leaves_a_root_generator_and_a_root_block_stops_it() -> (
    None
):
    for pain in rate_pain(
        LESION,
        {**LESION, **blocked("distal_nerve")},
        {**LESION, **blocked("root")},
        {**INFLAMED, **blocked("distal_nerve")},
    ):
        free, wrist, root, skin_behind_wrist = pain
        assert free > 4.0
        assert wrist > 0.9 * free
        assert root < 1.0
        # What is born in the skin has to pass the wrist.
        assert skin_behind_wrist < 1.0


@pytest.mark.slow
def test_the_stand_ins_agree_with_the_membranes_within_a_point_of_pain() -> None:
    slow, fast = rate_pain(
        INFLAMED,
        {**LESION, ("alpha2delta", "cord", None): 0.3},
        {**LESION, ("noradrenergic_inhibition", "brain", None): 3.0},
        {**INFLAMED, ("kcc2", "cord", None): 0.5},
    )
    assert fast == pytest.approx(slow, abs=1.0)
    assert slow.min() > 2.0


def test_in_patients_a_wrist_block_leaves_the_pain_of_a_cervical_root(clinic) -> None:
    # What misleads a clinic: the hand hurts, and a block of its nerves does not help.
    people = clinic("cervical_radiculopathy")
    today = people.follow(FIVE_MONTHS).state
    before = people.pain(today)
    hurts = before > 2.0
    relief = {
        place: 1.0
        - people.pain(today, prescribe("local_anesthetic_block", FIVE_MONTHS, place=place))[hurts]
        / before[hurts]
        for place in ("distal_nerve", "proximal_nerve", "root")
    }
    assert np.median(relief["distal_nerve"]) < 0.2
    assert np.median(relief["proximal_nerve"]) < 0.25
    assert np.median(relief["root"]) > 0.95


def test_unplugged_a_generator_in_the_foot_is_stopped_at_the_ankle(clinic) -> None:
    # The same block where the spikes are born farther out: the site decides, not the drug.
    people = clinic("diabetic_neuropathy")
    today = people.follow(1092.0).state
    before = people.pain(today)
    hurts = before > 2.0
    assert hurts.sum() >= 30
    block = prescribe("local_anesthetic_block", float(today.day), place="distal_nerve")
    relief = 1.0 - people.pain(today, block)[hurts] / before[hurts]
    assert np.median(relief) > 0.6


def test_a_block_wears_off(clinic) -> None:
    people = clinic("cervical_radiculopathy")
    today = people.follow(FIVE_MONTHS).state
    block = prescribe("local_anesthetic_block", FIVE_MONTHS, place="root")
    hours = [np.asarray(people.now(today, block, hours=h).rating[0]).mean() for h in (1.0, 24.0)]
    assert hours[0] < 0.3 * hours[1]
    assert hours[1] == pytest.approx(people.pain(today).mean(), rel=1e-3)
