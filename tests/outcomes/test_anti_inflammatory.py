"""An anti-inflammatory calms inflamed endings; an ectopic generator does not hear it.

Nothing in the treatment says so: it takes prostaglandin away in the skin, and whether that is
where spikes are born is for the simulation to find.
"""

from __future__ import annotations

import numpy as np

from causalgia.mechanisms import PERIPHERAL_PLACES
from causalgia.treatments import prescribe

FIVE_MONTHS = 154.0
SKIN, ROOT = PERIPHERAL_PLACES.index("terminal"), PERIPHERAL_PLACES.index("root")


def test_it_does_next_to_nothing_for_a_root_compressed_for_five_months(clinic) -> None:
    # Anti-inflammatory drugs are not effective in neuropathic pain; gabapentin, which acts where
    # the spikes of this generator arrive, is.
    people = clinic("cervical_radiculopathy")
    today = people.follow(FIVE_MONTHS).state
    hurts = people.pain(today) > 2.0
    assert hurts.sum() >= 50

    born = np.asarray(people.now(today).origin_Hz[:, 0])[:, hurts].mean(axis=1)
    assert born[ROOT] > 0.6 * born.sum()

    untreated, ibuprofen, gabapentin = (
        people.follow(84.0, *given, start=today).rating[-1, 0, hurts].mean()
        for given in (
            (),
            (prescribe("ibuprofen", FIVE_MONTHS, dose=2400.0),),
            (prescribe("gabapentin", FIVE_MONTHS, dose=1800.0),),
        )
    )
    assert untreated > 3.0
    assert abs(untreated - ibuprofen) < 0.15
    assert untreated - gabapentin > 0.4


def test_it_helps_while_the_rash_of_shingles_inflames_the_skin(clinic) -> None:
    people = clinic("shingles")
    untreated, treated = (
        people.follow(14.0, *given) for given in ((), (prescribe("ibuprofen", 0.0),))
    )
    # The first week's spikes come from the skin more than from anywhere else.
    born = untreated.origin_Hz[0, :, 0].mean(axis=1)
    assert born.argmax() == SKIN
    for week in range(2):
        relief = untreated.rating[week, 0] - treated.rating[week, 0]
        assert relief.mean() > 0.3
        assert (relief > -0.2).mean() > 0.95


def test_unplugged_endings_that_prostaglandin_does_not_reach_get_no_help(clinic) -> None:
    # With inflammation that never becomes prostaglandin there is nothing to take away.
    people = clinic("shingles")
    deaf = {"prostaglandin_rise_time": 1e9}
    untreated, treated = (
        people.follow(14.0, *given, constants=deaf)
        for given in ((), (prescribe("ibuprofen", 0.0),))
    )
    assert np.abs(untreated.rating[:, 0] - treated.rating[:, 0]).max() < 0.01
