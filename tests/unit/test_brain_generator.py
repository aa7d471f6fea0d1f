"""The relay cell against an independent solution of its equations, and what it lives on."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from causalgia.brain.generator import central_generator_Hz, relay_output
from causalgia.brain.relay import (
    relay_cable,
    relay_cation,
    relay_electrics,
    relay_membrane,
    relay_t_type,
)
from causalgia.cable import Recorder, simulate

LEAK_S_per_cm2 = 2e-5
DURATION_ms = 1000.0


def linoid(x: float, slope: float) -> float:
    """x / (1 - exp(-x / slope)), continued at 0."""
    return slope if abs(x) < 1e-9 else x / (1.0 - math.exp(-x / slope))


def derivatives(_: float, y: np.ndarray) -> list[float]:
    """Destexhe 1998 (spikes, leak, T type) and McCormick and Huguenard 1992 (cation), by hand."""
    v, m, h, n, tm, th, c = y
    u = v + 52.0
    am, bm = 0.32 * linoid(u - 13, 4.0), 0.28 * linoid(40 - u, 5.0)
    ah, bh = 0.128 * math.exp((17 - u) / 18), 4.0 / (1 + math.exp((40 - u) / 5))
    an, bn = 0.032 * linoid(u - 15, 5.0), 0.5 * math.exp((10 - u) / 40)
    q = 2.5**1.2
    s = v - 1.0
    tau_m = (0.612 + 1 / (math.exp(-(s + 132) / 16.7) + math.exp((s + 16.8) / 18.2))) / q
    slow, fast = math.exp((s + 467) / 66.6), 28 + math.exp(-(s + 22) / 10.5)
    tau_h = (slow if s < -80 else fast) / q
    tau_c = 1 / (math.exp(-14.59 - 0.086 * v) + math.exp(-1.87 + 0.0701 * v))
    z = 2 * 96485.33 * v * 1e-3 / (8.314463 * 309.15)
    flux = 2e-3 * 96485.33 * z * (2.4e-4 - 2.0 * math.exp(-z)) / (1 - math.exp(-z))
    current = (
        1e1 * m**3 * h * (v - 50)
        + 1e1 * n**4 * (v + 100)
        + 1e3 * 3e-4 * tm**2 * th * flux
        + 8e-2 * c * (v + 43)
        + 1e3 * LEAK_S_per_cm2 * (v + 100)
        + 3.79e-2 * (v + 76.5)
    )
    return [
        -current / 0.88,
        am * (1 - m) - bm * m,
        ah * (1 - h) - bh * h,
        an * (1 - n) - bn * n,
        (1 / (1 + math.exp(-(s + 57) / 6.2)) - tm) / tau_m,
        (1 / (1 + math.exp((s + 81) / 4.0)) - th) / tau_h,
        (1 / (1 + math.exp((v + 75) / 5.5)) - c) / tau_c,
    ]


def test_a_cut_off_cell_bursts_as_an_independent_solver_says() -> None:
    # From the same start, gates in their steady state at -65 mV.
    start = [-65.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    for gate in range(1, 7):
        low, high = (derivatives(0.0, np.where(np.arange(7) == gate, x, start)) for x in (0, 1))
        start[gate] = low[gate] / (low[gate] - high[gate])
    solved = solve_ivp(
        derivatives, (0.0, DURATION_ms), start, "LSODA", rtol=1e-7, atol=1e-9, max_step=2.0
    )
    v, t = solved.y[0], solved.t
    up = np.flatnonzero((v[:-1] < -20.0) & (v[1:] >= -20.0))
    expected = t[up] + (t[up + 1] - t[up]) * (-20.0 - v[up]) / (v[up + 1] - v[up])
    recording = simulate(
        relay_cable(),
        relay_membrane(),
        relay_electrics(np.array([LEAK_S_per_cm2]), np.array([0.0])),
        duration_ms=DURATION_ms,
        dt_ms=0.005,
        initial_mV=-65.0,
        recorder=Recorder(spikes=(0,), every_ms=0.5),
        precision="float64",
    )
    found = recording.spike_times_ms(0, 0)
    assert found.size == expected.size > 6
    np.testing.assert_allclose(found, expected, atol=1.5)


def test_half_points_of_the_slow_currents() -> None:
    t_type, cation = relay_t_type(), relay_cation()
    for gate, half in (
        (t_type.gates[0], -56.0),
        (t_type.gates[1], -80.0),
        (cation.gates[0], -75.0),
    ):
        steady, _ = gate.kinetics(jnp.array(half))
        assert float(steady) == pytest.approx(0.5, abs=1e-4)


def test_the_output_grows_with_the_share_of_cells_and_not_with_the_seed() -> None:
    shares = np.linspace(0.0, 1.0, 6)
    rates = central_generator_Hz(shares, duration_ms=2000.0)
    assert rates[0] == 0.0
    assert (np.diff(rates) > 0.0).all()
    np.testing.assert_array_equal(rates, central_generator_Hz(shares, duration_ms=2000.0, seed=5))


def test_a_patient_gives_the_same_alone_as_among_others() -> None:
    both = relay_output(np.array([0.0, 10.0]), np.array([1.0, 0.3]), duration_ms=1000.0)
    alone = relay_output(10.0, 0.3, duration_ms=1000.0)
    np.testing.assert_allclose(both.rate_Hz[1], alone.rate_Hz[0], rtol=1e-6)
    assert both.voltage_mV.shape == (1000, 10, 2)
