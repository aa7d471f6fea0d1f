"""Slopes, lanes and errors of fits, and clamps that are those of the engine."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.afferents.ganglion import simulate_soma
from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.cable.stimulus import Pulses
from causalgia.channels import Membrane
from causalgia.channels.clamp import voltage_clamp as clamped
from causalgia.channels.potassium import a_type_ganglion
from causalgia.fitting import Free, Sweeps, current_clamp_residuals, descend, fit, joined
from causalgia.fitting.clamps import current_clamp, voltage_clamp
from causalgia.fitting.free import bounded
from causalgia.fitting.least_squares import normal_equations

MODEL = verma_2020()
DENSITIES = MODEL.electrics.densities_S_per_cm2[:, 0, 0]
AREA = float(MODEL.cable.area_cm2[0])
CAPACITANCE = float(MODEL.cable.capacitance_uF[0] / AREA)


def test_a_current_clamp_is_the_engine_step_by_step() -> None:
    run = simulate_soma(
        MODEL,
        duration_ms=25.0,
        currents=[Pulses((0,), 2.0, 20.0, 0.12)],
        initial_mV=np.array([MODEL.initial_mV]),
        voltage=True,
        every_ms=0.05,
        dt_ms=0.05,
        precision="float64",
    )
    during = (run.time_ms > 2.0 + 1e-6) & (run.time_ms < 22.0 + 1e-6)
    with jax.enable_x64(True):
        voltage = current_clamp(
            MODEL.membrane,
            jnp.asarray(DENSITIES)[:, None, None],
            jnp.asarray(np.where(during, 0.12, 0.0))[:, None],
            area_cm2=AREA,
            capacitance_uF_per_cm2=CAPACITANCE,
            initial_mV=MODEL.initial_mV,
            dt_ms=0.05,
        )
    assert np.asarray(voltage).max() > 30.0
    assert np.asarray(voltage)[:, 0, 0] == pytest.approx(run.voltage_mV[:, 0, 0], abs=1e-6)


def test_a_voltage_clamp_is_that_of_the_channels() -> None:
    channel = a_type_ganglion(22.0)
    traces = clamped(channel, -100.0, [-40.0, 20.0], 20.0, 0.1)
    held = np.repeat([[-40.0, 20.0]], 201, axis=0)
    held[0] = -100.0
    with jax.enable_x64(True):
        current = voltage_clamp(
            Membrane.of([channel], {"potassium": -90.0}, temperature_degC=22.0),
            jnp.ones((1, 1, 1)),
            jnp.asarray(held),
            area_cm2=1e-6,
            dt_ms=0.1,
        )
    # nA of 1e-6 cm2 are mA/cm2, and an ohmic current is its open share times 1 S/cm2.
    share = np.asarray(current)[1:, :, 0] / (held[1:] + 90.0)
    assert share == pytest.approx(traces.open_fraction, rel=1e-6)


FREE = [
    Free("nav1_8", 1e-3, 5e-2),
    Free("a_type/1/steady/midpoint_mV", -70.0, -30.0),
    Free("leak/reversal_mV", -80.0, -40.0),
]


def spiking_residuals():
    time = np.arange(1, 101) * 0.1
    command = np.where(time > 2.0, 0.25, 0.0)[:, None]
    data = Sweeps("current clamp", time, command, np.full((100, 1), -60.0))
    return current_clamp_residuals(
        MODEL.membrane,
        DENSITIES,
        FREE,
        data,
        area_cm2=AREA,
        capacitance_uF_per_cm2=CAPACITANCE,
        steps_per_sample=2,
    )


def test_slopes_are_those_of_finite_differences() -> None:
    """Forward ones, which `fit` takes, and backward ones, which `descend` takes."""
    residuals, unit, step = spiking_residuals(), np.array([[0.2, -1.0], [0.5, 0.0], [0, 1]]), 1e-5

    def misfit(unit, pull):
        return residuals(bounded(FREE, unit), pull)

    left_at = jax.jit(misfit)
    forward = jax.jit(lambda unit, pull: normal_equations(lambda u: misfit(u, pull), unit))
    backward = jax.jit(jax.grad(lambda unit, pull: jnp.mean(misfit(unit, pull) ** 2, axis=0).sum()))
    for pull, least in ((0.0, 60.0), (0.5, 10.0)):
        with jax.enable_x64(True):
            left = np.asarray(left_at(jnp.asarray(unit), pull))
            loss, curvature, slope = map(np.asarray, forward(jnp.asarray(unit), pull))
            gradient = np.asarray(backward(jnp.asarray(unit), pull))
            columns = []
            for row in range(3):
                ends = []
                for sign in (1.0, -1.0):
                    moved = unit.copy()
                    moved[row] += sign * step
                    ends.append(np.asarray(left_at(jnp.asarray(moved), pull)))
                columns.append((ends[0] - ends[1]) / (2 * step))
        assert left.max() > least  # the model spikes
        numerical = np.stack(columns)
        assert loss == pytest.approx(np.mean(left**2, axis=0))
        assert np.allclose(slope.T, np.mean(numerical * left, axis=1), rtol=1e-4, atol=0)
        assert gradient == pytest.approx(2 * slope.T, rel=1e-8)
        expected = np.einsum("fms,gms->sfg", numerical, numerical) / len(left)
        assert curvature == pytest.approx(expected, rel=1e-4, abs=1e-4 * expected.max())


LINE = [Free("offset", -5.0, 5.0), Free("rise", -2.0, 2.0)]
AT = np.linspace(0.0, 1.0, 40)
MEASURED = 1.0 + 0.7 * AT + np.random.default_rng(3).normal(0.0, 0.2, 40)


def line(values, pull_per_ms):
    return values["offset"] + values["rise"] * AT[:, None] - MEASURED[:, None]


def test_values_and_their_errors_are_those_of_a_regression() -> None:
    found = fit(line, LINE, starts=4, pulls_per_ms=(0.0,), iterations=20)
    design = np.stack([np.ones_like(AT), AT], axis=1)
    solution, rest, *_ = np.linalg.lstsq(design, MEASURED, rcond=None)
    covariance = rest[0] / (40 - 2) * np.linalg.inv(design.T @ design)
    assert list(found.best.values()) == pytest.approx(list(solution), rel=1e-5)
    assert found.standard_error is not None
    errors = [values[0] for values in found.standard_error.values()]
    assert errors == pytest.approx(list(np.sqrt(np.diag(covariance))), rel=0.03)
    assert found.loss[0] == pytest.approx(rest[0] / 40, rel=1e-8)


def test_what_the_data_do_not_fix_has_a_large_error() -> None:
    free = [*LINE, Free("idle", 1.0, 2.0)]
    found = fit(line, free, starts=3, pulls_per_ms=(0.0,), iterations=20)
    assert found.standard_error is not None
    assert found.standard_error["idle"][0] > 100.0
    assert found.standard_error["rise"][0] < 0.2


def test_a_joined_fit_weighs_recordings_by_their_scale() -> None:
    def constant(value: float, count: int):
        return lambda values, pull: jnp.ones((count, 1)) * (values["offset"] - value)

    both = joined([(constant(1.0, 50), 0.1), (constant(2.0, 5), 0.2)])
    found = fit(both, LINE[:1], starts=3, pulls_per_ms=(0.0,), iterations=20)
    # Weights 100 and 25, whatever the number of samples.
    assert found.best["offset"] == pytest.approx(1.2, rel=1e-6)


def test_a_start_that_breaks_leaves_the_others_alone() -> None:
    """Where the offset is high this gives no number, so some starts are lost."""

    def fragile(values, pull_per_ms):
        off = line(values, pull_per_ms)
        return jnp.where(values["offset"] > 2.0, jnp.nan, off)

    whole = fit(line, LINE, starts=10, pulls_per_ms=(0.0,), iterations=20)
    found = fit(fragile, LINE, starts=10, pulls_per_ms=(0.0,), iterations=20)
    assert whole.lost == 0
    assert 1 <= found.lost <= 5
    assert found.loss.shape == found.values["rise"].shape == (10 - found.lost,)
    assert np.isfinite(found.history).all()
    assert found.best == pytest.approx(whole.best, rel=1e-6)
    assert found.loss == pytest.approx(whole.loss[: found.loss.size], rel=1e-6)


def test_losses_fall_and_the_best_start_comes_first() -> None:
    found = fit(line, LINE, starts=6, pulls_per_ms=(0.0,), iterations=3)
    assert np.all(np.diff(found.history, axis=0) <= 0)
    assert np.all(np.diff(found.loss) >= 0)
    assert found.history[-1] == pytest.approx(found.loss)
    again = fit(line, LINE, starts=6, pulls_per_ms=(0.0,), iterations=3)
    assert np.array_equal(found.values["rise"], again.values["rise"])
    other = fit(line, LINE, starts=6, pulls_per_ms=(0.0,), iterations=3, seed=1)
    assert not np.array_equal(found.history[0], other.history[0])


def test_a_descent_takes_a_loss_that_is_no_sum_of_squares() -> None:
    def loss(values):
        # The sum of distances, whose minimum is the median; broken for one side of the range.
        off = jnp.abs(values["offset"] - jnp.asarray([0.0, 1.0, 7.0])[:, None]).mean(axis=0)
        return jnp.where(values["offset"] < -3.0, jnp.nan, off)

    found = descend(loss, LINE[:1], starts=5, iterations=300)
    assert found.best["offset"] == pytest.approx(1.0, abs=0.02)
    assert found.lost == 1
    assert found.standard_error is None
