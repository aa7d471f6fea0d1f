"""The loops of descending control: rest, stability, time courses."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from causalgia.brain.affect import affective_gain, rested
from causalgia.brain.conditioned import gated
from causalgia.brain.descending import (
    DescendingSettings,
    DescendingState,
    advance,
    equilibrium,
    release,
    start,
)
from causalgia.errors import InputError

HEALTHY = DescendingSettings()


def run(
    state: DescendingState, ascending_Hz: float, duration_ms: float, dt_ms: float = 10.0
) -> DescendingState:
    def step(state: DescendingState, _: None) -> tuple[DescendingState, None]:
        return advance(state, jnp.full_like(state.locus, ascending_Hz), dt_ms, HEALTHY), None

    return jax.lax.scan(step, state, None, length=round(duration_ms / dt_ms))[0]


def tones(state: DescendingState) -> dict[str, float]:
    return {name: float(value[0]) for name, value in release(state).items()}


def test_at_rest_every_tone_is_that_of_health_and_stays_so() -> None:
    at_rest = start(2)
    later = advance(at_rest, jnp.full(2, HEALTHY.resting_Hz), 7.0, HEALTHY)
    for state in (at_rest, later):
        for tone in release(state).values():
            np.testing.assert_allclose(tone, 1.0, rtol=1e-6)


def test_capacities_scale_the_tones_of_each_patient() -> None:
    settings = DescendingSettings(
        noradrenergic_inhibition=np.array([1.0, 0.2]),
        serotonergic_facilitation=np.array([1.0, 2.0]),
    )
    released = release(start(2, settings))
    np.testing.assert_allclose(released["noradrenaline"], [1.0, 0.2], rtol=1e-6)
    np.testing.assert_allclose(released["serotonin"], [1.0, 2.0], rtol=1e-6)


def test_a_steady_discharge_leads_to_the_stated_equilibrium() -> None:
    reached, stated = run(start(1), 40.0, 1.2e6, 100.0), equilibrium(jnp.array([40.0]), HEALTHY)
    for name, value in tones(reached).items():
        assert value == pytest.approx(tones(stated)[name], rel=1e-3)


@pytest.mark.parametrize("input_Hz", [0.0, 5.0, 40.0, 150.0])
@pytest.mark.parametrize(("noradrenaline", "serotonin"), [(1.0, 1.0), (3.0, 0.0), (0.0, 3.0)])
def test_the_loop_through_the_dorsal_horn_is_stable(
    input_Hz: float, noradrenaline: float, serotonin: float
) -> None:
    # Slopes of one step of the closed loop, at its own equilibrium: all inside the unit circle,
    # at the ends of the capacities' ranges too.
    settings = DescendingSettings(
        noradrenergic_inhibition=noradrenaline, serotonergic_facilitation=serotonin
    )

    def step(state: DescendingState) -> DescendingState:
        discharge = gated(jnp.array([input_Hz]), release(state))
        return advance(state, discharge, 20.0, settings)

    def settle(state: DescendingState, _: None) -> tuple[DescendingState, None]:
        return step(state), None

    state = jax.lax.scan(settle, start(1, settings), None, length=100_000)[0]
    flat, unravel = ravel_pytree(state)
    moved = np.abs(np.asarray(ravel_pytree(step(state))[0] - flat)).max()
    assert moved < 1e-4
    slopes = np.asarray(jax.jacobian(lambda x: ravel_pytree(step(unravel(x)))[0])(flat))
    # The capacities are part of the state and stay what they are.
    slopes = slopes[:-3, :-3]
    assert np.abs(np.linalg.eigvals(slopes)).max() < 1.0


def test_steps_may_be_long_or_short() -> None:
    short, long = run(start(1), 60.0, 4000.0, 2.0), run(start(1), 60.0, 4000.0, 100.0)
    for name, value in tones(short).items():
        assert value == pytest.approx(tones(long)[name], rel=0.03)


def test_on_cells_burst_and_off_cells_pause_at_once_and_outlast_the_stimulus() -> None:
    # Within 200 ms (Foo and Mason 2003), for tens of seconds (Leung and Mason 1998).
    struck = run(start(1), 60.0, 300.0)
    assert struck.on[0] > 0.5 and struck.off[0] < 0.5
    later = run(struck, 0.0, 10e3)
    assert later.on[0] > 0.3 * struck.on[0]
    assert run(struck, 0.0, 120e3).on[0] < 0.01


def test_the_locus_coeruleus_gets_used_to_what_lasts() -> None:
    # Back at baseline within 5 min of noxious heat (Elam 1986), and no lower after its end.
    early, late = run(start(1), 60.0, 3e3), run(start(1), 60.0, 300e3, 50.0)
    assert early.locus[0] > 4.0
    assert late.locus[0] < 1.0 + 0.1 * (early.locus[0] - 1.0)
    assert run(late, 0.0, 20e3).locus[0] == pytest.approx(1.0, abs=0.02)


def test_the_midbrain_silences_on_cells_and_keeps_off_cells_going() -> None:
    lying, held = (
        equilibrium(jnp.array([60.0]), DescendingSettings(midbrain=m)) for m in (0.0, 0.9)
    )
    assert held.on[0] < 0.2 * lying.on[0]
    assert tones(held)["opioid"] > tones(lying)["opioid"]


def test_a_tone_can_be_differentiated_by_a_capacity() -> None:
    def discharge(capacity: jax.Array) -> jax.Array:
        settings = DescendingSettings(noradrenergic_inhibition=capacity)
        state = advance(start(1, settings), jnp.array([30.0]), 500.0, settings)
        return gated(jnp.array([30.0]), release(state))[0]

    assert float(jax.grad(discharge)(jnp.array(1.0))) < 0.0


def test_bad_sleep_weakens_the_answer_and_good_sleep_changes_nothing() -> None:
    assert rested(HEALTHY, 1.0).vigor == HEALTHY.vigor
    assert float(rested(HEALTHY, 0.0).vigor) < 0.5


def test_moods_move_a_rating_by_a_few_percent() -> None:
    # 0.14 and 0.24 standard deviations (Mikkelsen 2023).
    low, none, high = np.asarray(affective_gain(np.array([-1.0, 0.0, 1.0])))
    assert none == 1.0
    assert 1.0 < low < 1.1 and 0.85 < high < 1.0
    assert low - 1.0 < 1.0 - high


@pytest.mark.parametrize(
    ("given", "phrase"),
    [
        ({"noradrenergic_inhibition": -0.1}, "noradrenergic_inhibition is -0.1, allowed 0 to inf"),
        ({"midbrain": 1.5}, "midbrain is 1.5, allowed 0 to 1"),
        ({"vigor": jnp.array([1.0, -1.0])}, "vigor is"),
        ({"locus_ms": 0.0}, "locus_ms is 0"),
        ({"half_Hz": float("nan")}, "half_Hz is nan"),
    ],
)
def test_numbers_out_of_range_are_refused_by_name(given: dict, phrase: str) -> None:
    with pytest.raises(InputError, match=phrase):
        DescendingSettings(**given)


@pytest.mark.parametrize("value", [-0.5, 2.0])
def test_sleep_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(InputError, match="sleep_quality"):
        rested(HEALTHY, value)
