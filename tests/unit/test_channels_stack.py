"""Gates stacked by form do what each gate does alone."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from causalgia.channels import Channel, Membrane
from causalgia.channels.exponentials import exp, one_minus_exp, over_one_minus_exp
from causalgia.channels.gates import OpenClose, Relaxation
from causalgia.channels.hodgkin_huxley import hodgkin_huxley_membrane
from causalgia.channels.rates import Bell, Exponential, Linoid, Sigmoid
from causalgia.errors import InputError

GATES = (
    OpenClose(Linoid(1.0, -40.0, 10.0), Exponential(4.0, -65.0, -18.0), 2.0),
    Relaxation(Sigmoid(1.0, -30.0, -5.0), Bell(3.0, -50.0, 20.0, 0.5), 1.5),
    OpenClose(Linoid(0.1, -55.0, 10.0), Exponential(0.125, -65.0, -80.0), 1.0),
    OpenClose(Sigmoid(1.0, -35.0, -10.0), Exponential(0.07, -65.0, -20.0)),
    Relaxation(Sigmoid(1.0, -60.0, 5.0), Bell(30.0, -50.0, 20.0, 5.0)),
    Relaxation(Sigmoid(1.0, -60.0, 5.0), Bell(30.0, -50.0, 20.0, 5.0), 1.0, 4),
)


def membrane() -> Membrane:
    channels = [
        Channel("first", "ion", GATES[:2], ((1.0, (3, 1)),), "none"),
        Channel("leak", "ion", (), ((1.0, ()),), "none"),
        Channel("second", "ion", GATES[2:], ((0.25, (1, 0, 2, 0)), (0.75, (0, 1, 0, 1))), "none"),
    ]
    return Membrane.of(channels, {"ion": -20.0})


def test_the_stack_gives_what_each_gate_gives_alone() -> None:
    voltage = np.linspace(-100.0, 60.0, 33).reshape(11, 3)
    with jax.enable_x64(True):
        stack = membrane().stack
        steady = stack.steady_state(jnp.asarray(voltage))
        moved = stack.advance(tuple(0.3 + 0.0 * x for x in steady), jnp.asarray(voltage), 0.1)
        assert stack.size == 6
        assert len(steady) == 4  # four forms
        for channel, gates in ((0, GATES[:2]), (1, ()), (2, GATES[2:])):
            values = stack.of_channel(steady, channel)
            stepped = stack.of_channel(moved, channel)
            for gate, value, step in zip(gates, values, stepped, strict=True):
                alone, speed = gate.kinetics(jnp.asarray(voltage))
                np.testing.assert_allclose(value, alone, rtol=1e-13)
                expected = alone + (0.3 - alone) * np.exp(-0.1 * speed)
                np.testing.assert_allclose(step, expected, rtol=1e-12)


def test_conductance_and_drive_are_sums_over_channels() -> None:
    with jax.enable_x64(True):
        built = membrane()
        gates = built.stack.steady_state(jnp.full((2, 1), -40.0))
        densities = jnp.asarray([0.1, 0.02, 0.3])[:, None, None] * jnp.ones((3, 2, 1))
        conductance, drive = built.conductance_and_drive(gates, densities)
        a, b, c, d, e, f = (float(gate.kinetics(jnp.asarray(-40.0))[0]) for gate in GATES)
    expected = 0.1 * a**3 * b + 0.02 + 0.3 * (0.25 * c * e**2 + 0.75 * d * f)
    np.testing.assert_allclose(conductance, expected, rtol=1e-12)
    np.testing.assert_allclose(drive, -20.0 * expected, rtol=1e-12)


def test_a_gate_at_a_held_voltage_is_exact_for_any_step() -> None:
    gate = GATES[0]
    with jax.enable_x64(True):
        stack = Membrane.of(
            [Channel("one", "ion", (gate,), ((1.0, (1,)),), "none")], {"ion": 0.0}
        ).stack
        voltage = jnp.full((1, 1), -52.0)
        (once,) = stack.advance((jnp.full((1, 1, 1), 0.05),), voltage, 1.7)
        opening, closing = float(gate.opening(voltage)[0, 0]), float(gate.closing(voltage)[0, 0])
    truth = solve_ivp(
        lambda t, x: 2.0 * (opening * (1.0 - x) - closing * x),
        (0.0, 1.7),
        [0.05],
        rtol=1e-11,
        atol=1e-13,
    )
    assert float(once[0, 0, 0]) == pytest.approx(truth.y[0, -1], rel=1e-9)


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 4e-7), ("float64", 1e-15)])
def test_exponentials_are_good_to_the_last_digits(precision: str, tolerance: float) -> None:
    x = np.concatenate([np.geomspace(1e-30, 60.0, 500), -np.geomspace(1e-30, 60.0, 500), [0.0]])
    with jax.enable_x64(True):
        given = jnp.asarray(x, precision)
        exact = np.asarray(given, dtype=float)
        np.testing.assert_allclose(exp(given), np.exp(exact), rtol=tolerance)
        np.testing.assert_allclose(one_minus_exp(given), -np.expm1(-exact), rtol=tolerance)
        with np.errstate(invalid="ignore"):
            ratio = np.where(exact == 0.0, 1.0, exact / -np.expm1(-exact))
        np.testing.assert_allclose(over_one_minus_exp(given), ratio, rtol=2.0 * tolerance)


def test_exponentials_stay_finite_keep_nan_and_can_be_differentiated() -> None:
    with jax.enable_x64(True):
        for precision in ("float32", "float64"):
            far = jnp.asarray([-1e4, 1e4, -np.inf, np.inf], precision)
            assert np.isfinite(exp(far)).all()
            assert np.isnan(exp(jnp.asarray(np.nan, precision)))
        at = jnp.asarray(1.3)
        assert float(jax.grad(exp)(at)) == pytest.approx(np.exp(1.3), rel=1e-14)
        assert float(jax.grad(one_minus_exp)(at)) == pytest.approx(np.exp(-1.3), rel=1e-14)
        slope = jax.grad(over_one_minus_exp)
        assert float(slope(jnp.asarray(0.0))) == 0.5
        for x in (-3.0, -0.002, 0.0005, 1.3):
            ends = over_one_minus_exp(jnp.asarray([x - 1e-5, x + 1e-5]))
            assert float(slope(jnp.asarray(x))) == pytest.approx(
                float(ends[1] - ends[0]) / 2e-5, 1e-6
            )


def test_a_linoid_passes_smoothly_through_its_singular_point() -> None:
    rate = Linoid(0.3, -40.0, 10.0)
    with jax.enable_x64(True):
        assert float(rate(jnp.asarray(-40.0))) == 0.3
        assert float(jax.grad(rate)(jnp.asarray(-40.0))) == pytest.approx(0.3 / 10.0 / 2.0)
        around = rate(-40.0 + jnp.linspace(-0.2, 0.2, 81))
        assert np.abs(np.diff(around, 2)).max() < 1e-7


def test_the_slowest_gates_still_move_in_float32() -> None:
    slow = Relaxation(Sigmoid(1.0, -60.0, 5.0), Bell(0.0, 0.0, 1.0, 5e4))
    stack = Membrane.of(
        [Channel("slow", "ion", (slow,), ((1.0, (1,)),), "none")], {"ion": 0.0}
    ).stack
    start = (jnp.full((1, 1, 1), 1e-3, jnp.float32),)
    (moved,) = stack.advance(start, jnp.full((1, 1), -80.0, jnp.float32), jnp.float32(0.005))
    steady = 1.0 / (1.0 + np.exp(-20.0 / 5.0))
    assert float(moved[0, 0, 0]) - 1e-3 == pytest.approx((steady - 1e-3) * 1e-7, rel=2e-2)


def test_an_ion_without_reversal_potential_is_refused() -> None:
    leak = Channel("leak", "sodum", (), ((1.0, ()),), "none")
    with pytest.raises(InputError, match=r"'leak' needs .* 'sodum'; did you mean 'sodium'"):
        Membrane.of([leak], {"sodium": 50.0})


def test_the_squid_axon_rests_where_hodgkin_and_huxley_found_it() -> None:
    with jax.enable_x64(True):
        squid = hodgkin_huxley_membrane()
        m, h, n = (
            float(value[0, 0])
            for channel in (0, 1)
            for value in squid.stack.of_channel(
                squid.stack.steady_state(jnp.full((1, 1), -65.0)), channel
            )
        )
    assert (m, h, n) == pytest.approx((0.0529, 0.5961, 0.3177), abs=1e-4)
