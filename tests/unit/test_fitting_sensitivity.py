"""Indices against those known in closed form, and populations of neurons in one call."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import sobol_indices, uniform

from causalgia.afferents import ganglion
from causalgia.afferents.ganglion import rheobase_nA, spikes_at
from causalgia.afferents.model import scaled
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.fitting import Free, Ladder, degeneracy, excitability, sensitivity
from causalgia.fitting.excitability import spike_counts

ANGLES = [Free(name, -np.pi, np.pi) for name in ("x1", "x2", "x3")]


def ishigami(drawn):
    x1, x2, x3 = (drawn[f"x{i}"] for i in (1, 2, 3))
    return {"y": np.sin(x1) + 7.0 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1), "x": x1 + 2 * x2}


def test_indices_are_those_of_ishigamis_function() -> None:
    found = sensitivity(ishigami, ANGLES, samples=1024)
    assert found.names == ("y", "x")
    # Ishigami and Homma 1990, a = 7 and b = 0.1; the second output is linear.
    assert found.first_order[0] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert found.total_order[0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    assert found.first_order[1] == pytest.approx([0.2, 0.8, 0.0], abs=0.02)
    for value, ends in (
        (found.first_order, found.first_order_range),
        (found.total_order, found.total_order_range),
    ):
        assert np.all((ends[0] <= value + 1e-12) & (value <= ends[1] + 1e-12))
        assert np.all(ends[1] - ends[0] < 0.2)


def test_indices_agree_with_those_of_scipy() -> None:
    """Its estimators are the same; the draws are not."""

    def stacked(x):
        return ishigami({f"x{i + 1}": x[i] for i in range(3)})["y"]

    theirs = sobol_indices(
        func=stacked,
        n=1024,
        dists=[uniform(-np.pi, 2 * np.pi)] * 3,
        rng=np.random.default_rng(0),
    )
    mine = sensitivity(ishigami, ANGLES, samples=1024)
    assert mine.first_order[0] == pytest.approx(theirs.first_order, abs=0.03)
    assert mine.total_order[0] == pytest.approx(theirs.total_order, abs=0.03)


def test_a_population_runs_in_one_call_and_covers_its_ranges() -> None:
    sizes = []

    def outputs(drawn):
        sizes.append(drawn["a"].size)
        return {"y": np.log(drawn["a"]) + drawn["b"]}

    ranges = [Free("a", 0.1, 10.0), Free("b", -1.0, 3.0)]
    found = sensitivity(outputs, ranges, samples=64)
    assert sizes == [64 * 4]
    # Log-uniform where both bounds are positive, and only independent draws are kept.
    assert found.drawn["a"].shape == found.outputs["y"].shape == (128,)
    assert np.median(found.drawn["a"]) == pytest.approx(1.0, rel=0.1)
    assert np.median(found.drawn["b"]) == pytest.approx(1.0, abs=0.1)
    assert abs(np.corrcoef(np.log(found.drawn["a"]), found.drawn["b"])[0, 1]) < 0.1


def test_degenerate_models_trade_one_parameter_for_another() -> None:
    ranges = [Free(name, 0.25, 4.0) for name in ("a", "b", "idle")]
    found = sensitivity(lambda drawn: {"ratio": drawn["a"] / drawn["b"]}, ranges, samples=512)
    same = degeneracy(found, {"ratio": (0.9, 1.1)})
    ratio = (found.drawn["a"] / found.drawn["b"])[same.accepted]
    assert ratio.size > 20 and np.all((ratio >= 0.9) & (ratio <= 1.1))
    assert same.correlations[0, 1] > 0.98
    assert abs(same.correlations[0, 2]) < 0.4
    for name in ("a", "b", "idle"):
        assert same.folds[name] > 4.0
        assert same.drawn_folds[name] == pytest.approx(16.0**0.9, rel=0.05)


MODEL = verma_2020()
LADDER = Ladder(0.04, 2, 40.0)


def test_rungs_are_in_one_ratio() -> None:
    rungs = LADDER.amplitudes_nA
    assert rungs.size == 3 * 4 + 1
    assert rungs[[0, 4, 8, 12]] == pytest.approx([0.04, 0.08, 0.16, 0.32])
    assert np.diff(np.log(rungs)) == pytest.approx(np.log(2.0) / 4)


def test_a_population_answers_like_each_of_its_neurons(monkeypatch: pytest.MonkeyPatch) -> None:
    factors = {"nav1_8": np.array([1.0, 0.8]), "leak": np.array([1.0, 1.5])}
    calls, real = [], ganglion.simulate
    monkeypatch.setattr(
        ganglion, "simulate", lambda *a, **k: calls.append(k["batch"]) or real(*a, **k)
    )
    found = excitability(MODEL, LADDER, dt_ms=0.02)(factors)
    assert calls == [2 * 13]
    exact = rheobase_nA(scaled(MODEL, factors), width_ms=LADDER.width_ms)
    # Within half a rung, a tenth, and the difference of the steps.
    assert found["rheobase_nA"] == pytest.approx(exact, rel=0.12)
    assert found["rheobase_nA"][1] > found["rheobase_nA"][0]
    assert found["rest_mV"][0] == pytest.approx(MODEL.initial_mV, abs=0.05)
    counts = spike_counts(scaled(MODEL, factors), LADDER, dt_ms=0.02)
    first = int(np.argmax(counts[:, 0] > 0))
    twice = LADDER.amplitudes_nA[first + 4]
    alone = spikes_at(MODEL, np.array([[twice]]), width_ms=LADDER.width_ms)
    assert found["spikes"][0] == counts[first + 4, 0] == alone[0, 0] > 0


def test_neurons_beyond_the_ladder_lie_half_a_rung_outside() -> None:
    silent = excitability(MODEL, Ladder(0.01, 1, 20.0), dt_ms=0.05)({"leak": np.ones(1)})
    assert silent["rheobase_nA"][0] == pytest.approx(0.02 * 2 ** (0.5 / 4))
    assert silent["spikes"][0] == 0.0
    firing = excitability(MODEL, Ladder(0.3, 1, 20.0), dt_ms=0.05)({"leak": np.ones(1)})
    assert firing["rheobase_nA"][0] == pytest.approx(0.3 * 2 ** (-0.5 / 4))
