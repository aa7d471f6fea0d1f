"""Who carries what past each zone of a nerve, checked against fibers counted one by one."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import Array

from causalgia.pathway.nerve import pass_through

FIBERS = 20
ZONES = 3
RANKS = (np.arange(FIBERS) + 0.5) / FIBERS
"""Fibers in the order in which they are lost, the same everywhere."""

shares = st.integers(0, FIBERS).map(lambda count: count / FIBERS)
nerves = st.lists(shares, min_size=ZONES + 1, max_size=ZONES + 1)
passed = st.lists(st.floats(0.0, 1.0, width=32), min_size=ZONES, max_size=ZONES)
made = st.lists(st.floats(0.0, 30.0, width=32), min_size=ZONES, max_size=ZONES)


Zones = tuple[np.ndarray, np.ndarray]
"""Zones that pass a share of what comes in and add a rate of their own."""


def linear(transmission: list[float], own_Hz: list[float]) -> Zones:
    return np.array(transmission, np.float32), np.array(own_Hz, np.float32)


@jax.jit
def _lead(ending_Hz: Array, survival: Array, zones: Zones) -> tuple[Array, Array]:
    return pass_through(ending_Hz, survival, lambda here, rate: here[0] * rate + here[1], zones)


def lead(
    ending_Hz: list[float], survival: list[float], zones: Zones
) -> tuple[np.ndarray, np.ndarray]:
    """One patient: rates at the cord by test, and at rest by place of birth."""
    at_cord, born = _lead(
        jnp.array(ending_Hz, jnp.float32)[:, None], jnp.array(survival, jnp.float32)[:, None], zones
    )
    return np.asarray(at_cord)[:, 0], np.asarray(born)[:, 0]


def count_one_by_one(
    ending_Hz: float, survival: list[float], transmission: list[float], own_Hz: list[float]
) -> float:
    """Follow every fiber from skin to cord; one that is cut in a zone starts anew from there."""
    rate = np.where(survival[0] > RANKS, ending_Hz, 0.0)
    for index in range(ZONES):
        whole = survival[index + 1] > RANKS
        # The stump of a fiber that is cut at the root lies on the far side.
        stump = 0.0 if index == ZONES - 1 else own_Hz[index]
        rate = np.where(whole, transmission[index] * rate + own_Hz[index], stump)
    return float(rate.mean())


@given(st.floats(0.0, 50.0, width=32), nerves, passed, made)
def test_shared_bookkeeping_equals_a_count_fiber_by_fiber(
    ending_Hz: float, survival: list[float], transmission: list[float], own_Hz: list[float]
) -> None:
    at_cord, _ = lead([ending_Hz], survival, linear(transmission, own_Hz))
    counted = count_one_by_one(ending_Hz, survival, transmission, own_Hz)
    assert at_cord[0] == pytest.approx(counted, rel=1e-3, abs=1e-3)


@given(st.floats(0.0, 50.0, width=32), nerves, passed, made)
def test_origins_are_never_negative_and_sum_to_what_arrives(
    ending_Hz: float, survival: list[float], transmission: list[float], own_Hz: list[float]
) -> None:
    at_cord, born = lead([ending_Hz, 2.0 * ending_Hz], survival, linear(transmission, own_Hz))
    assert born.sum() == pytest.approx(at_cord[0], rel=1e-3, abs=1e-3)
    assert (born > -1e-3).all()


def test_in_a_healthy_nerve_everything_comes_from_the_endings() -> None:
    at_cord, born = lead([2.0, 30.0], [1.0] * 4, linear([1.0] * 3, [0.0] * 3))
    assert at_cord == pytest.approx([2.0, 30.0])
    assert born == pytest.approx([2.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("zone", range(ZONES))
def test_the_only_zone_that_fires_is_named_as_the_origin(zone: int) -> None:
    own = [8.0 if index == zone else 0.0 for index in range(ZONES)]
    _, born = lead([0.0], [1.0] * 4, linear([1.0] * 3, own))
    assert born[zone + 1] == pytest.approx(8.0) and born.sum() == pytest.approx(8.0)


def test_a_zone_that_blocks_stops_what_comes_from_farther_out_only() -> None:
    blocked = linear([1.0, 0.0, 1.0], [8.0, 0.0, 5.0])
    _, born = lead([3.0], [1.0] * 4, blocked)
    assert born == pytest.approx([0.0, 0.0, 0.0, 5.0])


def test_stumps_of_cut_fibers_fire_though_the_skin_is_numb() -> None:
    # Phantom limb pain: no fiber is left in the skin, and the neuroma speaks.
    zone = linear([1.0] * 3, [8.0, 0.0, 0.0])
    at_cord, born = lead([0.0, 30.0], [0.0, 0.0, 1.0, 1.0], zone)
    assert at_cord == pytest.approx([8.0, 8.0])
    assert born == pytest.approx([0.0, 8.0, 0.0, 0.0])


def test_a_fiber_cut_at_the_root_no_longer_reaches_the_cord() -> None:
    at_cord, _ = lead([30.0], [1.0, 1.0, 1.0, 0.0], linear([1.0] * 3, [8.0] * 3))
    assert at_cord == pytest.approx([0.0], abs=1e-4)
