"""Rate, synchrony and bursts of spike trains."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.brain.features import BurstRule, bursts_of, pattern, synchrony
from causalgia.errors import InputError

DURATION_ms = 10_000.0


def poisson(rate_Hz: float, seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return np.sort(draw.uniform(0.0, DURATION_ms, draw.poisson(rate_Hz * DURATION_ms / 1e3)))


def test_rates_count_silent_fibers() -> None:
    found = pattern([np.array([100.0, 900.0]), np.array([])], 1000.0)
    assert found.rate_Hz == 1.0
    assert found.active == 0.5


@pytest.mark.parametrize("rate_Hz", [1.0, 10.0, 40.0])
def test_independent_fibers_are_not_in_step_whatever_their_rate(rate_Hz: float) -> None:
    trains = [poisson(rate_Hz, seed) for seed in range(8)]
    assert abs(synchrony(trains, DURATION_ms)) < 0.05


@pytest.mark.parametrize("rate_Hz", [1.0, 10.0])
def test_volleys_are_in_step(rate_Hz: float) -> None:
    volley = poisson(rate_Hz, 0)
    draw = np.random.default_rng(1)
    trains = [
        np.sort(np.clip(volley + draw.normal(0, 0.5, volley.size), 0, DURATION_ms))
        for _ in range(8)
    ]
    assert synchrony(trains, DURATION_ms) > 0.95
    assert synchrony([volley, volley], DURATION_ms) == pytest.approx(1.0)


def test_half_of_the_spikes_together_is_half_in_step() -> None:
    together = poisson(2.0, 0)
    trains = [np.sort(np.concatenate([together, poisson(2.0, seed)])) for seed in range(1, 9)]
    assert synchrony(trains, DURATION_ms) == pytest.approx(0.5, abs=0.08)


def test_synchrony_by_hand() -> None:
    # P of A is 1/2, P of B 1; each spike covers 10 of 1000 ms.
    a, b = np.array([100.0, 500.0]), np.array([103.0])
    expected = 0.5 * ((0.5 - 0.01) / (1 - 0.005) + (1.0 - 0.02) / (1 - 0.02))
    assert synchrony([a, b], 1000.0) == pytest.approx(expected)


def test_one_fiber_or_none_is_not_in_step() -> None:
    assert synchrony([poisson(5.0, 0), np.array([])], DURATION_ms) == 0.0
    assert pattern([np.array([])], 1000.0).rate_Hz == 0.0


def test_bursts_are_found_with_their_rate() -> None:
    bursts = np.concatenate([start + np.arange(5) * 1000 / 150 for start in (500.0, 2500.0)])
    train = np.sort(np.concatenate([bursts, [1500.0, 4000.0]]))
    found = pattern([train], 5000.0)
    assert found.burst_fraction == pytest.approx(10 / 12)
    assert found.bursts_per_s == pytest.approx(0.4)
    assert found.intraburst_Hz == pytest.approx(150.0)


def test_two_spikes_are_a_burst_only_where_the_rule_says_so() -> None:
    pair = np.array([10.0, 14.0])
    assert not bursts_of(pair, BurstRule(15.0, 3))
    assert len(bursts_of(pair, BurstRule(15.0, 2))) == 1


@pytest.mark.parametrize(
    ("trains", "duration_ms", "phrase"),
    [
        ([[5.0, 2000.0]], 1000.0, "fiber 0: spikes from 5 to 2000 ms"),
        ([[1.0], [5.0, 3.0]], 1000.0, "fiber 1: spike times are not in order"),
        ([[1.0]], 0.0, "duration_ms is 0"),
    ],
)
def test_bad_trains_are_refused(trains: list[list[float]], duration_ms: float, phrase: str) -> None:
    with pytest.raises(InputError, match=phrase):
        pattern([np.array(train) for train in trains], duration_ms)
