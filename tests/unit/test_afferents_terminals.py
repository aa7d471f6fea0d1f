"""Receptive endings: what opens them, and what bad stimuli are told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from causalgia.afferents.c_classes import c_recipe
from causalgia.afferents.terminals import (
    Stimulus,
    c_ending,
    c_endings,
    heat_ramp,
    respond,
    sensitized_ending,
)
from causalgia.errors import InputError

HELD = np.full(150, 32.0)


def counts(ending, stimuli, seed: int = 0) -> np.ndarray:
    """Spikes that each stimulus sends toward the cord."""
    return respond(ending, stimuli, seed=seed).spike_count(after_ms=500.0)[1]


def test_the_same_seed_gives_the_same_spikes() -> None:
    ending = c_ending("c_polymodal")
    ramp = heat_ramp(12.0, 40.0, 50.0)
    first, again, other = (respond(ending, [ramp], seed=s).crossing_ms for s in (1, 1, 2))
    assert np.array_equal(first, again, equal_nan=True)
    assert not np.array_equal(first, other, equal_nan=True)


def test_desensitization_leaves_less_of_a_long_heat() -> None:
    ending = c_ending("c_polymodal")
    hot = Stimulus(np.full(200, 45.0))
    fresh = replace(ending, desensitization=0.0)
    assert counts(fresh, [hot])[0] != counts(ending, [hot])[0]


def test_inflammation_changes_the_ending_and_not_the_axon() -> None:
    ending = c_ending("c_polymodal")
    before = ending.model.electrics.densities_S_per_cm2
    after = sensitized_ending(ending, 1.0).model.electrics.densities_S_per_cm2
    row = ending.model.membrane.names.index("nav1_8")
    assert after[:, 6:] == pytest.approx(before[:, 6:])
    assert after[row, 0, 0] == pytest.approx(1.2 * before[row, 0, 0])


def test_bad_stimuli_are_told_what_is_wrong() -> None:
    ending = c_ending("c_cold")
    with pytest.raises(InputError, match="agonist 'capsaicine'"):
        Stimulus(HELD, agonists_uM={"capsaicine": 1.0})
    with pytest.raises(InputError, match="from -5 to 60"):
        Stimulus(np.array([900.0]))
    with pytest.raises(InputError, match="force_mN has 2 values"):
        Stimulus(HELD, force_mN=np.zeros(2))
    with pytest.raises(InputError, match="never leads"):
        heat_ramp(-1.0)
    with pytest.raises(InputError, match="inflammation is 3"):
        sensitized_ending(ending, 3.0)
    with pytest.raises(InputError, match="0 stimuli are given"):
        respond(ending, [])
    with pytest.raises(InputError, match="must be of one"):
        c_endings([c_recipe("c_cold"), c_recipe("c_touch")])
