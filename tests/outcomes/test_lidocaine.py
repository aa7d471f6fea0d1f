"""Intravenous lidocaine and a nerve block, in painful diabetic neuropathy, as measured."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.treatments import build_schedule, prescribe
from causalgia.treatments.schedule import concentrations

FOUR_YEARS = 1456.0
DOSES_MG = (30.0, 120.0, 350.0, 500.0)
END_OF_INFUSION_H = 1.0
REST = 0


@pytest.fixture(scope="module")
def infused(clinic) -> dict[str, np.ndarray]:
    """Of those in pain: its mean before and at the end of infusions, and plasma levels (ug/mL)."""
    people = clinic("diabetic_neuropathy")
    state = people.follow(FOUR_YEARS).state
    before = people.pain(state)
    ill = before >= 4.0
    assert ill.sum() >= 40
    day = float(state.day)
    at_end, level = [], []
    for dose in DOSES_MG:
        given = prescribe("lidocaine_infusion", day, dose=dose)
        response = people.now(state, given, hours=END_OF_INFUSION_H)
        at_end.append(np.asarray(response.rating[REST])[ill].mean())
        then = jnp.float32(day + END_OF_INFUSION_H / 24.0)
        plasma = concentrations(build_schedule((given,)), then, people.patients)[0]
        level.append(np.asarray(plasma)[ill].mean() / 1000.0)
    blocks = {
        place: people.pain(state, prescribe("local_anesthetic_block", day, place=place))[ill]
        for place in ("proximal_nerve", "root")
    }
    return {
        "before": before[ill],
        "relief": before[ill].mean() - np.array(at_end),
        "ug_per_mL": np.array(level),
        **blocks,
    }


def test_an_infusion_of_5_mg_per_kg_relieves_as_in_the_trial(infused) -> None:
    # Todorovic 2022, painful diabetic neuropathy: 17.6 (1.9 to 33.3) points of 100 over placebo.
    usual = infused["relief"][DOSES_MG.index(350.0)]
    assert 1.9 <= 10.0 * usual <= 33.3


def test_relief_grows_with_the_level_in_plasma(infused) -> None:
    assert (np.diff(infused["relief"]) > 0.0).all()
    assert 1.0 < infused["ug_per_mL"][DOSES_MG.index(350.0)] < 6.0


def test_a_block_of_root_and_ganglion_ends_ongoing_pain(infused) -> None:
    # Of patients with a peripheral cause 14 of 14 (Haroutounian 2014).
    assert (infused["root"] < 1.0).mean() >= 0.9


def test_a_block_of_the_nerve_leaves_what_its_ganglion_gives(infused) -> None:
    relief = 1.0 - infused["proximal_nerve"] / infused["before"]
    assert np.median(relief) > 0.7
    assert infused["proximal_nerve"].mean() >= infused["root"].mean()


@pytest.mark.xfail(
    reason="rats with a spinal nerve ligation: half of the effect at 0.75 ug/mL in plasma; here at "
    "more than 4, since tonic block at the affinity of the resting channel is all that is modeled"
)
def test_half_of_the_effect_comes_at_the_level_measured_in_rats(infused) -> None:
    share = infused["relief"] / infused["before"].mean()
    # The most that was reached in rats is 66 % of the possible effect.
    half = np.interp(0.33, share, infused["ug_per_mL"], right=np.inf)
    assert 0.4 <= half <= 1.5
