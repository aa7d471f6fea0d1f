"""A mouse's cord in a bath, as its recruitment was measured."""

from __future__ import annotations

import pytest

from causalgia.afferents.neurostimulation.isolated_cord import (
    IsolatedCordThresholds,
    isolated_cord_thresholds,
)


@pytest.fixture(scope="module")
def thresholds() -> IsolatedCordThresholds:
    return isolated_cord_thresholds()


def test_the_column_is_recruited_at_the_amplitudes_that_were_given(thresholds) -> None:
    # 50 to 200 uA are the downscaled clinical amplitudes of Idlett (2019).
    assert 0.02 < thresholds.column_mA < 0.2


def test_roots_and_the_tract_of_lissauer_need_more(thresholds) -> None:
    assert thresholds.column_mA < thresholds.root_mA < thresholds.lissauer_mA
    # CB0047: 4.4
    assert 3.3 < thresholds.lissauer_mA / thresholds.column_mA < 5.9


@pytest.mark.xfail(
    strict=True, reason="1.4: as thick as the column's, roots are too easy to excite"
)
def test_roots_need_more_than_twice_the_amplitude(thresholds) -> None:
    # CB0047: 2.6
    assert thresholds.root_mA > 2.0 * thresholds.column_mA


def test_farther_roots_need_more(thresholds) -> None:
    farther = isolated_cord_thresholds(root_entry_um=500.0)
    assert farther.root_mA > 1.1 * thresholds.root_mA
    assert farther.column_mA == pytest.approx(thresholds.column_mA, rel=0.03)
