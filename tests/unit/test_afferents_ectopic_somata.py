"""Somata of A-neurons: silent in health, ringing below threshold, bursting after axotomy."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.ectopy import a_soma, axotomized, soma_activity
from causalgia.errors import InputError


@pytest.fixture(scope="module")
def somata():
    """Activity at rising severity of axotomy."""
    severity = np.array([0.0, 0.5, 0.6, 1.0])
    return soma_activity(axotomized(a_soma(4), severity), duration_ms=1500.0)


def test_a_healthy_soma_is_silent_at_rest(somata) -> None:
    assert somata.rate_Hz[0] == 0.0
    # -53 +- 2.9 mV dissociated (Jagodic 2007), -58 in the ganglion (Hindawi 2013)
    assert -68.0 < somata.mean_mV[0] < -50.0


def test_an_injured_soma_rings_below_threshold(somata) -> None:
    assert somata.rate_Hz[1] == 0.0
    assert somata.oscillation_mV[1] > 1.4 * somata.oscillation_mV[0]
    assert 30.0 < somata.oscillation_Hz[1] < 120.0


def test_ringing_grows_into_bursts_with_pauses(somata) -> None:
    intervals = np.diff(somata.spike_times_ms[2])
    assert 1.0 < somata.rate_Hz[2] < 0.6 * somata.rate_Hz[3]
    assert intervals.max() > 5.0 * intervals.min()


def test_without_noise_there_is_no_ringing() -> None:
    quiet = soma_activity(axotomized(a_soma(1), 0.5), duration_ms=500.0, noise=0.0)
    assert quiet.oscillation_mV[0] < 0.05 and quiet.rate_Hz[0] == 0.0


def test_bad_somata_are_told_what_is_wrong() -> None:
    with pytest.raises(InputError, match="lanes is 0"):
        a_soma(0)
    with pytest.raises(InputError, match="severity is -1"):
        axotomized(a_soma(1), -1.0)
