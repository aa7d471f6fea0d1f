"""What a fit may change: names, bounds, and a membrane with lanes of values put in."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalgia.afferents.presets.verma_2020 import verma_2020
from causalgia.channels import Membrane
from causalgia.channels.potassium import a_type_ganglion
from causalgia.fitting import Free, coefficients
from causalgia.fitting.free import applied, bounded, spread_logits, value_slopes

MODEL = verma_2020()
DENSITIES = MODEL.electrics.densities_S_per_cm2[:, 0, 0]


def current_at(membrane: Membrane, densities: np.ndarray, voltage_mV: float) -> np.ndarray:
    voltage = jnp.full((1, densities.shape[-1]), voltage_mV)
    flow = membrane.flow(membrane.start(voltage), jnp.asarray(densities), voltage)
    return np.asarray(flow.conductance * voltage - flow.drive)[0]


@settings(deadline=None, max_examples=60)
@given(
    low=st.floats(-1e3, 1e3),
    width=st.floats(1e-3, 1e3),
    logits=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5),
)
def test_no_step_of_a_fit_leaves_the_bounds(low: float, width: float, logits: list[float]) -> None:
    free = [Free("x", low, low + width)]
    with jax.enable_x64(True):
        values = np.asarray(bounded(free, jnp.asarray([logits]))["x"])
    slack = 1e-12 * max(abs(low), abs(low + width))
    assert np.all((values >= low - slack) & (values <= low + width + slack))


@settings(deadline=None, max_examples=20)
@given(count=st.integers(1, 6), starts=st.integers(1, 20), seed=st.integers(0, 99))
def test_starts_fill_the_range_of_each_number(count: int, starts: int, seed: int) -> None:
    share = 1.0 / (1.0 + np.exp(-spread_logits(count, starts, seed)))
    assert share.shape == (count, starts)
    assert np.all((share > 0.02) & (share < 0.98))
    # One start in each stratum of each number.
    strata = np.sort(np.floor((share - 0.02) / 0.96 * starts).astype(int), axis=1)
    assert np.array_equal(strata, np.tile(np.arange(starts), (count, 1)))


def test_positive_bounds_are_searched_on_a_logarithmic_scale() -> None:
    free = [Free("a", 1e-4, 1e-2), Free("b", -10.0, 30.0), Free("c", 1.0, 3.0, log=False)]
    with jax.enable_x64(True):
        middle = bounded(free, jnp.zeros((3, 1)))
    found = [float(middle[name][0]) for name in "abc"]
    assert found == pytest.approx([1e-3, 10.0, 2.0])


def test_slopes_of_values_are_those_of_finite_differences() -> None:
    free = [Free("a", 1e-4, 1e-2), Free("b", -10.0, 30.0)]
    step, unit = 1e-5, np.array([[0.3, -2.0], [1.0, 0.1]])
    with jax.enable_x64(True):
        ends = [bounded(free, jnp.asarray(unit + sign * step)) for sign in (1, -1)]
        values = {name: np.asarray(v) for name, v in bounded(free, jnp.asarray(unit)).items()}
    slopes = value_slopes(free, values)
    for row, item in enumerate(free):
        rise = np.asarray(ends[0][item.name] - ends[1][item.name]) / (2 * step)
        assert slopes[row] == pytest.approx(rise, rel=1e-6)


def test_each_lane_of_values_is_the_model_built_with_them() -> None:
    """Densities, a coefficient in a stack of several gates, and a reversal potential."""
    values = {
        "nav1_8": np.array([0.001, 0.02]),
        "a_type/1/steady/midpoint_mV": np.array([-60.0, -40.0]),
        "leak/reversal_mV": np.array([-70.0, -50.0]),
    }
    assert set(values) - {"nav1_8"} <= set(coefficients(MODEL.membrane))
    with jax.enable_x64(True):
        lanes = {name: jnp.asarray(value) for name, value in values.items()}
        membrane, densities = applied(MODEL.membrane, DENSITIES, lanes)
        found = current_at(membrane, densities, -45.0)
        for lane in range(2):
            single = {name: value[lane : lane + 1] for name, value in lanes.items()}
            one, amount = applied(MODEL.membrane, DENSITIES, single)
            assert current_at(one, amount, -45.0)[0] == pytest.approx(found[lane], rel=1e-12)
        untouched = current_at(MODEL.membrane, DENSITIES[:, None, None], -45.0)
        # By hand: what each change adds to the current.
        changes = _by_hand(values, -45.0)
    assert found - untouched[0] == pytest.approx(changes, rel=1e-6)


def _by_hand(values: dict[str, np.ndarray], voltage: float) -> np.ndarray:
    names = MODEL.membrane.names
    own = coefficients(MODEL.membrane)
    sodium = own["nav1_8/reversal_mV"]
    gates = MODEL.membrane.channels[names.index("nav1_8")].gates
    opened = np.prod([float(g.kinetics(jnp.asarray(voltage))[0]) for g in gates])
    added = (values["nav1_8"] - DENSITIES[names.index("nav1_8")]) * opened * (voltage - sodium)

    m, h = a_type_ganglion(MODEL.membrane.temperature_degC).gates

    def available(midpoint: np.ndarray) -> np.ndarray:
        return 1.0 / (1.0 + np.exp((voltage - midpoint) / h.steady.slope_mV))

    share = available(values["a_type/1/steady/midpoint_mV"]) - available(h.steady.midpoint_mV)
    drive = voltage - own["a_type/reversal_mV"]
    activated = float(m.kinetics(jnp.asarray(voltage))[0])
    added = added + DENSITIES[names.index("a_type")] * activated * share * drive
    moved = own["leak/reversal_mV"] - values["leak/reversal_mV"]
    return added + DENSITIES[names.index("leak")] * moved


def test_static_shape_and_shared_reversals_are_no_coefficients() -> None:
    names = coefficients(MODEL.membrane)
    assert names["a_type/0/steady/slope_mV"] == -16.4
    assert not any("power" in name for name in names)
