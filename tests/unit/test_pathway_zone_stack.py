"""The zones of all fiber classes in one network: the same rates as one network a class."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES
from causalgia.mechanisms.state import bounds
from causalgia.pathway.floors import FLOORS
from causalgia.pathway.network import features
from causalgia.pathway.weights import load
from causalgia.pathway.zone_stack import zone_rate, zone_stack

BATCH = 40
RNG = np.random.default_rng(0)
LOW, HIGH = (np.asarray(limit, np.float32)[:, None] for limit in bounds())
VALUES = (LOW + (HIGH - LOW) * RNG.random((LOW.size, BATCH))).astype(np.float32)
RATES = RNG.uniform(0.0, 60.0, (2, len(FIBERS), BATCH)).astype(np.float32)


@pytest.mark.parametrize("zone", range(len(PERIPHERAL_PLACES) - 1))
@pytest.mark.parametrize("fiber", FIBERS)
def test_a_class_among_others_answers_like_its_own_network(fiber: str, zone: int) -> None:
    index, floor = FIBERS.index(fiber), FLOORS[f"zone_{fiber}"]
    rows = zone_stack().rows[zone]
    together = zone_rate(jnp.asarray(VALUES[rows]), jnp.asarray(RATES))[:, index]
    own = VALUES[rows[index, : len(floor.inputs) - 1]][:, None].repeat(len(RATES), axis=1)
    inputs = jnp.asarray(np.concatenate([own, RATES[None, :, index]]))
    scaled = features(inputs, np.array(floor.low), np.array(floor.high), floor.roots)
    alone = load(floor.name)(scaled, inputs[-1])
    assert float(alone.max()) > 1.0
    assert np.asarray(together) == pytest.approx(np.asarray(alone), rel=1e-4, abs=1e-4)


def test_classes_may_be_left_out_from_the_front() -> None:
    given, rates = jnp.asarray(VALUES[zone_stack().rows[0]]), jnp.asarray(RATES)
    some = zone_rate(given[1:], rates[:, 1:], first=1)
    assert np.asarray(some) == pytest.approx(np.asarray(zone_rate(given, rates))[:, 1:], rel=1e-5)
