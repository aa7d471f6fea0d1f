"""The cord's protocols: what they read from a run, and that they cease to agree when it changes."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord import published_cells
from causalgia.validation import judge, load_references
from causalgia.validation.cord import measured_gate, neurons
from causalgia.validation.cord.measured_gate import reversal_of_inhibition
from causalgia.validation.cord.measured_lamina_i import spike_shape
from causalgia.validation.cord.measured_receptors import time_constants_ms
from causalgia.validation.cord.measured_release import release_under_opioid
from causalgia.validation.cord.windows import counted, sign_of_change
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


def test_what_is_not_compared_says_so_and_only_that() -> None:
    for row in REFERENCES.values():
        assert (row.tolerance == "not compared") <= bool(row.left_out), row.id


def test_signs_need_a_change_that_is_noticed() -> None:
    assert [sign_of_change(10.0, after) for after in (9.0, 8.9, 11.2, 10.5)] == [0, -1, 1, 0]
    assert sign_of_change(0.0, 2.0) == 1.0
    assert sign_of_change(0.0, 0.0) == 0.0


def test_the_shape_of_a_spike_is_that_it_was_drawn_with() -> None:
    flat, up, down = np.full(100, -40.0), np.linspace(-40.0, 20.0, 21), np.linspace(20.0, -60.0, 41)
    back = np.linspace(-60.0, -40.0, 2000)
    threshold, height, width, trough = spike_shape(np.concatenate([flat, up, down, back]), 0.025)
    assert threshold == pytest.approx(-40.0)
    assert height == pytest.approx(60.0)
    assert width == pytest.approx(0.025 * (21 + 31), abs=0.06)
    assert trough == pytest.approx(-20.0)
    assert np.isnan(spike_shape(flat, 0.025)).all()


def test_inhibition_of_the_injured_agrees_until_kcc2_is_back(monkeypatch) -> None:
    row = "CB0080.injured"
    assert judge(REFERENCES[row], reversal_of_inhibition([row])[row]).verdict == "inside"
    monkeypatch.setattr(measured_gate, "INJURED_KCC2", 1.0)
    assert judge(REFERENCES[row], reversal_of_inhibition([row])[row]).verdict == "outside"


def test_opioids_take_release_as_measured() -> None:
    found = release_under_opioid([])
    verdicts = {row: judge(REFERENCES[row], found[row]).verdict for row in found}
    assert set(verdicts.values()) == {"inside"}
