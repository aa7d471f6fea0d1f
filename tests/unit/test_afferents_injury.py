"""Lesions: each changes what it says, where it says, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.a_classes import a_beta_touch, a_delta_nociceptor
from causalgia.afferents.c_classes import c_fiber_model, c_lanes, c_recipe
from causalgia.afferents.ephaptic import simulate_bundle
from causalgia.afferents.injury import compression, demyelination, neuroma, with_folds, zone
from causalgia.afferents.model import simulate_fiber
from causalgia.afferents.population import drop_out
from causalgia.afferents.sprouting import sprouting
from causalgia.cable.stimulus import Pulses
from causalgia.errors import InputError
from causalgia.evidence import parameter


@pytest.fixture(scope="module")
def axon():
    return c_fiber_model(c_recipe("c_polymodal"), 5000.0, 50)


def passage_ms(model, near: int, far: int, duration_ms: float, **pulse) -> np.ndarray:
    """From one place to another, lane by lane; NaN where the spike does not arrive."""
    lanes = max(
        model.electrics.densities_S_per_cm2.shape[2],
        1 if model.sheath is None else model.sheath.conductance_S_per_cm2.shape[1],
    )
    given = {"start_ms": 1.0, "width_ms": 1.0, "amplitude_nA": 4.0, **pulse}
    run = simulate_fiber(
        model,
        duration_ms=duration_ms,
        currents=[Pulses((0,), **given)],
        spikes=(near, far),
        every_ms=1.0,
        batch=lanes,
    )
    first = [
        [(run.spike_times_ms(site, lane)[:1].tolist() or [np.nan])[0] for lane in range(lanes)]
        for site in (0, 1)
    ]
    return np.diff(first, axis=0)[0]


def test_a_neuroma_changes_its_end_and_leaves_the_axon(axon) -> None:
    names = axon.membrane.names
    before = axon.electrics.densities_S_per_cm2
    after = neuroma(axon, np.array([0.0, 1.0]), 300.0).electrics.densities_S_per_cm2
    assert after[..., 0] == pytest.approx(before[..., 0])
    assert after[:, 3:, 1] == pytest.approx(before[:, 3:, 0])
    row = names.index("nav1_8")
    fold = parameter("causalgia_fibers/neuroma_nav1_8").value
    assert after[row, :3, 1] == pytest.approx(fold * before[row, :3, 0])
    assert (after[names.index("nav1_3"), :3, 1] > 0).all()


def test_compression_of_a_c_fiber_ends_in_block(axon) -> None:
    squeezed = compression(axon, np.array([0.0, 0.5, 1.0]), 1500.0, 3000.0)
    delay = passage_ms(squeezed, 10, 40, 20.0)
    assert delay[0] < delay[1]
    assert np.isnan(delay[2])


def test_thinner_myelin_slows_and_then_blocks_an_a_fiber() -> None:
    model = a_beta_touch(15)
    nodes = model.active
    start, end = model.cable.position_um[[nodes[4], nodes[10]]]
    thin = demyelination(model, np.array([1.0, 0.3, 0.1, 0.01]), start, end)
    delay = passage_ms(thin, nodes[3], nodes[11], 3.0, start_ms=0.1, width_ms=0.1)
    assert delay[0] < delay[1] < delay[2]
    assert np.isnan(delay[3])


def test_compression_of_an_a_fiber_takes_myelin_and_sodium() -> None:
    model = a_delta_nociceptor(9)
    squeezed = compression(model, 0.5, 500.0, 1500.0)
    assert squeezed.sheath.conductance_S_per_cm2.max() == pytest.approx(
        model.sheath.conductance_S_per_cm2.max()
    )
    inside = zone(model, 500.0, 1500.0)
    bare = np.setdiff1d(inside, model.active)
    assert (
        squeezed.sheath.capacitance_uF_per_cm2[bare] > model.sheath.capacitance_uF_per_cm2[bare]
    ).all()
    slow = model.membrane.names.index("nodal_slow")
    assert squeezed.electrics.densities_S_per_cm2[slow] == pytest.approx(
        model.electrics.densities_S_per_cm2[slow]
    )


def test_sprouts_conduct_at_0_1_to_0_3_m_per_s() -> None:
    model = sprouting(c_recipe("c_polymodal"), 2, 2000.0)
    sprout = model.cable.section["sprout1"]
    near, far = int(sprout[8]), int(sprout[22])
    way_mm = 1e-3 * (model.cable.position_um[far] - model.cable.position_um[near])
    velocity = way_mm / passage_ms(model, near, far, 40.0)
    assert 0.1 < velocity[0] < 0.3


def test_close_neighbors_feel_each_other_and_distant_ones_do_not() -> None:
    pair = c_lanes([c_recipe("c_polymodal")] * 2, 3000.0, 30)
    apart = simulate_bundle(pair, outside_over_inside=0.0, duration_ms=10.0, sites=(10, 20))
    near = simulate_bundle(pair, outside_over_inside=0.2, duration_ms=10.0, sites=(10, 20))
    assert apart.largest_field_mV == 0.0
    assert near.largest_field_mV > 5.0
    # Its current has to come back through a resistance: a spike in a narrow space is slower.
    assert np.diff(near.first_ms[:, 0]) > np.diff(apart.first_ms[:, 0])
    assert (apart.count[:, 1] == 0).all()


def test_who_is_lost_early_is_also_lost_late() -> None:
    fibers = tuple(c_recipe("c_cold") for _ in range(200))
    marked = tuple(type(f)(f.name, 1.0 + 0.001 * i, f.folds) for i, f in enumerate(fibers))
    some, most = drop_out(marked, 0.3, 1), drop_out(marked, 0.8, 1)
    assert set(f.diameter_um for f in most) < set(f.diameter_um for f in some)
    assert len(some) == pytest.approx(140, abs=20) and len(most) == pytest.approx(40, abs=20)


def test_bad_lesions_are_told_what_is_wrong(axon) -> None:
    with pytest.raises(InputError, match="severity is 2"):
        neuroma(axon, 2.0)
    with pytest.raises(InputError, match="no compartment there"):
        compression(axon, 1.0, 9e5, 1e6)
    with pytest.raises(InputError, match="has no myelin"):
        demyelination(axon, 0.5, 0.0, 1000.0)
    with pytest.raises(InputError, match=r"allowed 0\.01 to 1"):
        demyelination(a_delta_nociceptor(5), 0.0, 0.0, 500.0)
    with pytest.raises(InputError, match="no channel 'nav1_5'"):
        with_folds(axon, np.array([0]), {"nav1_5": 1.0})
    with pytest.raises(InputError, match="has no channel 'nav1_3'"):
        neuroma(a_delta_nociceptor(5), 1.0)
    with pytest.raises(InputError, match="has a sheath"):
        simulate_bundle(a_delta_nociceptor(5), outside_over_inside=0.1, duration_ms=1.0)
    with pytest.raises(InputError, match="must be positive"):
        sprouting(c_recipe("c_polymodal"), 0)
