"""Decompression early and late: a window that the dynamics close, not a date in the code."""

from __future__ import annotations

import numpy as np

from causalgia.treatments import prescribe

THREE_WEEKS, TWELVE_MONTHS, TWO_YEARS = 21.0, 364.0, 728.0


def resolved(people, unplugged: dict[str, float]) -> tuple[float, float, float]:
    """Share free of pain a year after decompression at 3 weeks, at 12 months, and without it.

    Among those in whom pain of 3 weeks is still there after two years when nothing is done.
    """
    untreated = people.follow(TWO_YEARS, constants=unplugged)
    stays = (untreated.rating[2, 0] > 1.0) & (untreated.rating[-1, 0] > 1.0)
    assert stays.sum() >= 40
    after = [
        people.follow(day + TWELVE_MONTHS, prescribe("decompression", day), constants=unplugged)
        for day in (THREE_WEEKS, TWELVE_MONTHS)
    ]
    gone = [course.rating[-1, 0, stays] < 1.0 for course in after]
    return float(gone[0].mean()), float(gone[1].mean()), float(stays.mean())


def test_decompression_at_3_weeks_resolves_more_patients_than_at_12_months(clinic) -> None:
    # Cuff on a rat's nerve: off after a day, full recovery; after four, partial.
    early, late, _ = resolved(clinic("cervical_radiculopathy"), {})
    assert early > 0.85
    assert late > 0.1
    assert early - late > 0.2


def test_unplugged_without_loss_of_axons_and_lasting_changes_in_the_cord_it_is_never_late(
    clinic,
) -> None:
    # What closes the window: axons that pressure cuts, and a cord that no longer needs them.
    nothing_lasts = {f"axon_loss_compression_{f}": 0.0 for f in ("c", "a_delta", "a_beta")} | {
        "consolidation_rise_time": 1e9,
        "interneuron_loss_time": 1e9,
    }
    people = clinic("cervical_radiculopathy")
    early, late, _ = resolved(people, nothing_lasts)
    assert late > 0.9
    assert early - late < 0.1


def test_unplugged_axons_that_may_always_grow_back_leave_fewer_ill_in_the_end(clinic) -> None:
    # Three years after a late operation, with the window of regrowth as it is and without end.
    people = clinic("cervical_radiculopathy")
    stays = people.follow(TWO_YEARS).rating[-1, 0] > 1.0
    late = prescribe("decompression", TWELVE_MONTHS)
    ill = [
        np.mean(
            people.follow(TWELVE_MONTHS + 1092.0, late, constants=window).rating[-1, 0, stays] > 1.0
        )
        for window in ({}, {"regrowth_window": 1e9})
    ]
    assert ill[0] > ill[1] + 0.05
