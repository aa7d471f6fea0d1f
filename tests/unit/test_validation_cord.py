"""The cord's protocols: what they read from a run, and that they cease to agree when it changes."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord import published_cells
from causalgia.validation import judge, load_references
from causalgia.validation.cord import neurons
from causalgia.validation.cord.measured_receptors import time_constants_ms
from causalgia.validation.cord.windows import counted
from causalgia.validation.cord.zhang import volleys

REFERENCES = {row.id: row for row in load_references("cord")}


def test_windows_own_their_start_but_not_their_end() -> None:
    assert counted(np.array([10.0, 19.9, 20.0]), [0.0, 10.0, 20.0], 10.0) == [0, 2, 1]


def test_time_constants_of_a_current_are_those_it_was_made_of() -> None:
    time_ms = np.arange(0.0, 300.0, 0.05)
    slow = np.exp(-time_ms / 40.0)
    rise, decay = time_constants_ms(time_ms, slow - np.exp(-time_ms / 0.5))
    assert decay == pytest.approx(40.0, rel=0.01)
    assert rise == pytest.approx(0.5, rel=0.15)


def test_only_a_fibers_fire_a_second_time() -> None:
    late = {"a_beta": np.array([2.0]), "a_delta": np.array([20.0]), "c": np.array([100.0])}
    found = volleys(late, np.array([1000.0, 3000.0]), second_ms=60.0)
    assert found["a_beta"][0].tolist() == [1002.0, 3002.0, 3062.0]
    assert found["c"][0].tolist() == [1100.0, 3100.0]


def test_a_neuron_agrees_until_its_rates_are_changed(monkeypatch) -> None:
    """Alone, bursting neurons have the shift of their rates that they lack in the network."""
    row = "medlock_2022.rest.bursting"
    found = neurons.neurons_alone([row])
    assert judge(REFERENCES[row], found[row]).verdict == "inside"
    monkeypatch.setattr(neurons, "published_neuron", lambda *_: published_cells.medlock_bursting())
    assert judge(REFERENCES[row], neurons.neurons_alone([row])[row]).verdict == "outside"
