"""What drives published circuits is drawn with the statistics of their archives."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord.presets.medlock_inputs import mechanical_stimulus
from causalgia.cord.presets.zhang_inputs import (
    Pulsing,
    column_stimulation,
    ongoing_firing,
    together,
    volley_delays,
)
from causalgia.errors import InputError


def test_ongoing_firing_has_the_published_counts() -> None:
    """Spikes in 11 s and in the first, of all fibers of a class."""
    drawn = [ongoing_firing(11000.0, seed) for seed in range(4)]
    for name, total, early in (("a_beta", 1542, 224), ("a_delta", 1521, 217), ("c", 1133, 275)):
        spikes = [np.concatenate(fibers[name]) for fibers in drawn]
        assert np.mean([t.size for t in spikes]) == pytest.approx(total, rel=0.05)
        assert np.mean([(t < 1000.0).sum() for t in spikes]) == pytest.approx(early, rel=0.15)
    late = np.concatenate([np.diff(t[t > 2000.0]) for t in drawn[0]["a_beta"]])
    assert late.std() / late.mean() == pytest.approx(0.30, abs=0.03)


def test_draws_repeat_by_seed_and_differ_between_seeds() -> None:
    one, same, other = (volley_delays(1.75, seed)["c"] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert volley_delays(1.0, 1)["c"] == pytest.approx(one / 1.75)


def test_pulses_reach_every_touch_fiber_but_those_that_just_fired() -> None:
    quiet = {"a_beta": [np.zeros(0)] * 14 + [np.array([101.9])], "a_delta": [], "c": []}
    late = np.full(15, 1.0)
    made = column_stimulation(quiet, Pulsing(20.0, 100.0, 300.0, late, late))
    assert made["a_beta"][0].tolist() == [101.0, 151.0, 201.0, 251.0]
    assert made["surround_a_beta"][3].tolist() == [101.0, 151.0, 201.0, 251.0]
    # 0.9 ms after a pulse: dropped; a pulse less than 2 ms after a spike would be too
    assert made["a_beta"][14].tolist() == [101.0, 151.0, 201.0, 251.0]
    assert Pulsing(0.0, 100.0, 300.0, late, late).pulses_ms.size == 0


def test_patients_keep_their_trains() -> None:
    trains = together([{"c": [np.array([1.0, 2.0])]}, {"c": [np.array([3.0])], "a_beta": []}])
    assert trains["c"].time_ms.tolist() == [1.0, 2.0, 3.0]
    assert trains["c"].patient is not None
    assert trains["c"].patient.tolist() == [0, 0, 1]
    assert trains["a_beta"].time_ms.size == 0


def test_a_mechanical_stimulus_has_the_published_rates() -> None:
    drawn = [mechanical_stimulus(2000.0, seed) for seed in range(10)]

    def rate_Hz(name: str, second: int) -> float:
        spikes = [t for fibers in drawn for t in fibers[name]]
        inside = [((t >= 1e3 * second) & (t < 1e3 * (second + 1))).sum() for t in spikes]
        return float(np.mean(inside))

    assert rate_Hz("slowly_adapting_1", 0) == pytest.approx(30.6, rel=0.05)
    assert rate_Hz("slowly_adapting_2", 1) == pytest.approx(9.4, rel=0.1)
    assert rate_Hz("peptidergic_c", 1) == pytest.approx(5.03, rel=0.05)
    assert drawn[0]["non_peptidergic_c"] is drawn[0]["peptidergic_c"]
    with pytest.raises(InputError, match="at most 5000"):
        mechanical_stimulus(6000.0)
