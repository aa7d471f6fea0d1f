"""What lesions do to what a nerve carries: fewer spikes, crosstalk, ectopic ones."""

from __future__ import annotations

import numpy as np

from causalgia.afferents.a_classes import a_beta_touch
from causalgia.afferents.c_classes import c_lanes, c_recipe
from causalgia.afferents.ectopy import a_soma, axotomized, soma_activity
from causalgia.afferents.ephaptic import simulate_bundle
from causalgia.afferents.injury import demyelination, with_folds
from causalgia.afferents.model import simulate_fiber
from causalgia.cable.stimulus import Pulses


def test_demyelination_loses_fast_trains_before_slow_ones() -> None:
    model = a_beta_touch(15)
    nodes = model.active
    start, end = model.cable.position_um[[nodes[5], nodes[8]]]
    left = np.array([1.0, 0.035, 0.035])
    period = np.array([[2.5, 20.0, 2.5]])
    thin = demyelination(model, left, start, end)
    run = simulate_fiber(
        thin,
        duration_ms=64.0,
        currents=[Pulses((0,), 0.5, 0.1, 3.0, period, 60.0 / period)],
        spikes=(nodes[2], nodes[12]),
        every_ms=0.5,
        batch=3,
    )
    arrived = run.spike_count()[1] / run.spike_count()[0]
    # 400 and 50 Hz: the demyelinated stretch passes only the slow train
    assert arrived[:2].tolist() == [1.0, 1.0]
    assert arrived[2] < 0.5


def test_crosstalk_needs_a_narrow_space_and_an_excitable_neighbor() -> None:
    healthy = c_lanes([c_recipe("c_polymodal")] * 2, 3000.0, 30)
    folds = {
        "nav1_7": np.array([1.0, 3.0]),
        # as much as an ending has
        "nav1_8": np.array([1.0, 20.0]),
        "delayed_rectifier": np.array([1.0, 0.1]),
        "m_current": np.array([1.0, 0.1]),
        "a_type": np.array([1.0, 0.1]),
    }
    excitable = with_folds(healthy, np.arange(30), folds)
    fired = {}
    for label, pair in (("healthy", healthy), ("excitable", excitable)):
        for ratio in (0.3, 2.0):
            run = simulate_bundle(
                pair, outside_over_inside=ratio, duration_ms=15.0, sites=(5, 15, 25)
            )
            assert (run.count[:, 0] == 1).all()
            fired[label, ratio] = bool(run.count[:, 1].any())
    assert fired == {
        ("healthy", 0.3): False,
        ("healthy", 2.0): False,
        ("excitable", 0.3): False,
        ("excitable", 2.0): True,
    }


def test_more_axotomy_fires_more_somata() -> None:
    # 5 % of A-neurons oscillate at rest in health (Liu 2000); after axotomy 15-25 % fire (recalled)
    severity = np.repeat([0.0, 0.4, 0.8], 8)
    spread = np.random.default_rng(0).normal(0.0, 0.15, severity.size)
    found = soma_activity(axotomized(a_soma(24), np.clip(severity + spread, 0.0, 1.0)))
    active = (found.rate_Hz > 0).reshape(3, 8).mean(axis=1)
    assert active[0] == 0.0
    assert active[0] <= active[1] < active[2]
