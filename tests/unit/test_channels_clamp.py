"""A voltage clamp measures what a channel's equations say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import curve_fit

from causalgia.channels.boltzmann import Boltzmann, fit_boltzmann
from causalgia.channels.channel import Channel
from causalgia.channels.clamp import (
    activation,
    availability,
    gate_summary,
    recovery,
    voltage_clamp,
)
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.hodgkin_huxley import hodgkin_huxley_membrane
from causalgia.channels.ions import FARADAY, GAS
from causalgia.channels.rates import Linear, Sigmoid
from causalgia.errors import InputError

SODIUM = hodgkin_huxley_membrane().channels[0]
SLOW = Channel(
    "slow",
    "potassium",
    (
        Relaxation(Sigmoid(1.0, -30.0, -8.0), Linear(0.0, 0.2)),
        Relaxation(Sigmoid(1.0, -60.0, 5.0), Linear(0.0, 300.0)),
    ),
    ((0.9, (1, 1)), (0.1, (1, 0))),
    "none",
)


def test_a_trace_is_the_solution_of_the_gates_equations() -> None:
    traces = voltage_clamp(SODIUM, -80.0, [-20.0, 10.0], 5.0, 0.05)
    for lane, voltage in enumerate((-20.0, 10.0)):
        gates = [gate for gate in SODIUM.gates if isinstance(gate, OpenClose)]
        rates = [(float(gate.opening(voltage)), float(gate.closing(voltage))) for gate in gates]
        start = [
            float(gate.opening(-80.0) / (gate.opening(-80.0) + gate.closing(-80.0)))
            for gate in gates
        ]
        truth = solve_ivp(
            lambda _, x, rates=rates: [
                a * (1.0 - y) - b * y for y, (a, b) in zip(x, rates, strict=True)
            ],
            (0.0, 5.0),
            start,
            t_eval=traces.time_ms,
            rtol=1e-9,
            atol=1e-12,
        )
        opened = truth.y[0] ** 3 * truth.y[1]
        np.testing.assert_allclose(traces.open_fraction[:, lane], opened, rtol=2e-5, atol=1e-9)
        reversal = 1e3 * GAS * 295.15 / FARADAY * np.log(154.0 / 11.4)
        expected = traces.open_fraction[:, lane] * (voltage - reversal)
        np.testing.assert_allclose(traces.current[:, lane], expected, rtol=1e-9)


def test_a_permeability_gives_the_current_of_goldman_hodgkin_and_katz() -> None:
    pore = Channel("pore", "calcium", (), ((1.0, ()),), "none", "ghk")
    inside, outside = {"calcium": (0.5, 2.0)}["calcium"]
    traces = voltage_clamp(pore, 0.0, [-50.0, 0.0, 50.0], 1.0, 1.0, {"calcium": (inside, outside)})
    x = 2.0 * FARADAY * np.array([-50.0, 50.0]) / (1e3 * GAS * 295.15)
    flux = x * (inside - outside * np.exp(-x)) / (1.0 - np.exp(-x))
    expected = 1e-3 * 2.0 * FARADAY * flux
    np.testing.assert_allclose(traces.current[0, [0, 2]], expected, rtol=1e-6)
    # without a field it is diffusion alone
    diffusion = 1e-3 * 2.0 * FARADAY * (inside - outside)
    assert traces.current[0, 1] == pytest.approx(diffusion, rel=1e-6)


def test_shares_of_carriers_add_up() -> None:
    mixed = Channel("mixed", (("sodium", 0.25), ("cation", 0.75)), (), ((1.0, ()),), "none")
    traces = voltage_clamp(mixed, 0.0, [10.0], 1.0, 1.0, cation_reversal_mV=-20.0)
    sodium = voltage_clamp(
        Channel("sodium", "sodium", (), ((1.0, ()),), "none"), 0.0, [10.0], 1.0, 1.0
    )
    expected = 0.25 * sodium.current[0, 0] + 0.75 * 30.0
    assert traces.current[0, 0] == pytest.approx(expected, rel=1e-9)


def test_half_points_and_slopes_of_a_gate_are_read_off_its_curve() -> None:
    found = gate_summary(SLOW, 0)
    assert found.half_mV == pytest.approx(-30.0, abs=1e-3)
    assert found.slope_mV == pytest.approx(8.0, rel=1e-3)
    closing = gate_summary(SLOW, 1, np.array([-60.0]))
    assert closing.slope_mV == pytest.approx(-5.0, rel=1e-3)
    assert (closing.steady[0], closing.time_constant_ms[0]) == pytest.approx((0.5, 300.0))


def test_protocols_find_half_points_floor_and_recovery() -> None:
    steps = np.arange(-100.0, 41.0, 5.0)
    peak, opened = activation(SLOW, -110.0, steps, 20.0)
    assert opened.half_mV == pytest.approx(-30.0, abs=0.2)
    assert opened.slope_mV == pytest.approx(8.0, rel=0.02)
    assert peak.max() == pytest.approx(1.0, abs=0.02)
    _, available = availability(SLOW, -110.0, steps, 5000.0, 20.0, 10.0)
    assert available.half_mV == pytest.approx(-60.0, abs=0.1)
    assert available.slope_mV == pytest.approx(-5.0, rel=0.02)
    assert available.floor == pytest.approx(0.1, abs=0.01)
    back = recovery(SLOW, -100.0, np.geomspace(1.0, 5000.0, 200), conditioning_ms=2000.0)
    assert back.time_constant_ms == pytest.approx(300.0, rel=0.02)


def test_boltzmann_fits_agree_with_another_fitter() -> None:
    rng = np.random.default_rng(4)
    voltage = np.arange(-120.0, 41.0, 10.0)
    for truth in (Boltzmann(-31.0, 7.0, 0.8, 0.0), Boltzmann(-70.0, -5.0, 1.0, 0.12)):
        values = truth(voltage) + 0.01 * rng.standard_normal(voltage.size)
        found = fit_boltzmann(voltage, values, with_floor=truth.floor > 0.0)
        guess = (truth.half_mV, truth.slope_mV, truth.amplitude, truth.floor)
        free = 4 if truth.floor else 3

        def model(v, *p, truth=truth):
            return Boltzmann(*p, *([] if truth.floor else [0.0]))(v)

        best = curve_fit(model, voltage, values, guess[:free])[0]
        mine = np.array([found.half_mV, found.slope_mV, found.amplitude, found.floor])[:free]
        np.testing.assert_allclose(mine, best, rtol=1e-4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gate_summary(SODIUM, 2), "gate_index is 2, channel 'sodium' has 2 gates"),
        (lambda: voltage_clamp(SODIUM, -80.0, [0.0], -1.0, 0.1), "duration_ms is -1"),
        (lambda: voltage_clamp(SODIUM, -80.0, [0.0], 1.0, 0.0), "dt_ms is 0"),
        (
            lambda: voltage_clamp(SODIUM, -80.0, [0.0], 1.0, 0.1, {"sodum": (1.0, 2.0)}),
            "'sodum'; did you mean 'sodium'",
        ),
        (lambda: recovery(SODIUM, -80.0, [1.0], conditioning_mV=-80.0), "nothing to recover from"),
        (lambda: fit_boltzmann(np.arange(3.0), np.arange(3.0)), "at least 5 values"),
    ],
)
def test_bad_input_is_named(call, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
