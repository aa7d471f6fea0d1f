"""Spikes that come through a stimulated root ganglion."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.afferents.model import simulate_fiber
from causalgia.afferents.neurostimulation.ganglion import (
    arrivals_after_collision,
    junction_following,
)
from causalgia.afferents.neurostimulation.ganglion_neuron import ganglion_neuron, ganglion_path_um
from causalgia.afferents.presets.sundt_2015 import sundt_2015_axon
from causalgia.cable.stimulus import Pulses
from causalgia.errors import InputError


def test_spikes_that_meet_end_each_other() -> None:
    arriving = arrivals_after_collision(np.array([0.0, 100.0, 200.0]), np.array([105.0]), 20.0)
    assert arriving.tolist() == [20.0, 220.0]
    # One that left the ganglion long before has arrived in the periphery already.
    assert arrivals_after_collision(np.array([100.0]), np.array([70.0]), 20.0).tolist() == [120.0]
    # One spike ends one spike.
    assert arrivals_after_collision(np.array([0.0, 5.0]), np.array([3.0]), 20.0).tolist() == [25.0]


def test_twenty_a_second_stop_slow_fibers_and_hardly_touch_fast_ones() -> None:
    drawn = np.random.default_rng(5)
    spikes = np.cumsum(drawn.exponential(200.0, 2000))
    pulses = np.arange(0.0, spikes[-1], 50.0)
    distance_mm = 70.0
    passing = {
        velocity: arrivals_after_collision(spikes, pulses, distance_mm / velocity).size / 2000
        for velocity in (0.8, 8.0, 40.0)
    }
    assert passing[0.8] < 0.01  # before the first pulse, after the last
    # 2 x 20/s x the conduction time are ended
    assert passing[8.0] == pytest.approx(1.0 - 0.35, abs=0.06)
    assert passing[40.0] > 0.9


def test_an_axon_shows_the_collision() -> None:
    axon = sundt_2015_axon(3000.0, 0.8, 60)
    both = jnp.asarray([[0.2, 0.2, 0.0]])
    run = simulate_fiber(
        axon,
        duration_ms=14.0,
        currents=[
            Pulses((1,), 0.5, 1.0, both),
            Pulses((58,), 0.5, 1.0, jnp.asarray([[0.0, 0.2, 0.2]])),
        ],
        spikes=(6, 53),
        every_ms=1.0,
        batch=3,
    )
    # A spike from either end alone passes both places; from both ends, each only its own.
    assert run.spike_count().T.tolist() == [[1, 1], [1, 1], [1, 1]]
    late = run.spike_count(after_ms=4.0)
    assert late[1, 0] == 1 and late[0, 2] == 1
    assert late[:, 1].tolist() == [0, 0]


@pytest.fixture(scope="module")
def following():
    neuron = ganglion_neuron(0.0)
    seconds = {10.0: 0.4, 50.0: 0.5}
    return {rate: junction_following(neuron, rate, lasting) for rate, lasting in seconds.items()}


def test_a_junction_passes_slow_trains_and_fails_in_fast_ones(following) -> None:
    assert following[10.0].passed()[:, 0].tolist() == [1.0]
    assert following[50.0].passed()[0, 0] < 0.95
    assert following[50.0].passed("peripheral")[0, 0] >= following[50.0].passed()[0, 0]


def test_spikes_load_the_thin_central_axon_with_sodium(following) -> None:
    inside = following[10.0].inside_mM["sodium"]
    gained = inside[-1, :, 0] - inside[0, :, 0]
    peripheral, soma, central = gained[0], gained[2], gained[4]
    assert central > 1.2 * peripheral > 0
    assert peripheral > 10.0 * soma


def test_calcium_opens_sk_only_where_it_is_asked_for() -> None:
    neuron = ganglion_neuron(np.array([0.0, 3e-3]))
    assert "sk" in neuron.membrane.names and "sk" in ganglion_neuron().membrane.names
    assert "sk" not in ganglion_neuron(0.0).membrane.names
    densities = neuron.electrics.densities_S_per_cm2[neuron.membrane.names.index("sk")]
    near = neuron.cable.section["soma"][0]
    assert densities[list(neuron.active or ()).index(near)].tolist() == [0.0, 3e-3]
    assert densities[0].tolist() == [0.0, 0.0]
    with pytest.raises(InputError, match="sk_S_per_cm2 is -1"):
        ganglion_neuron(-1.0)


def test_calcium_that_outlasts_spikes_closes_the_junction() -> None:
    # AF0077: full block of C spikes within 20 s of 20 Hz.
    tired = junction_following(ganglion_neuron(), 20.0, 4.0)
    passed = tired.passed()[:, 0]
    assert passed[0] == 1.0 and passed[3] == 0.0
    # Not for want of spikes that come, and not by sodium, which is what stops it without SK.
    assert tired.passed("peripheral").min() == 1.0
    assert tired.inside_mM["calcium"][-1, 2, 0] > 2.0 * tired.inside_mM["calcium"][0, 2, 0]
    assert tired.inside_mM["sodium"][-1, :, 0].max() < 80.0


@pytest.mark.slow
@pytest.mark.xfail(strict=True, reason="a third of the spikes that start in the soma still pass")
def test_spikes_of_the_ganglion_itself_stop_too() -> None:
    # AF0077: those that the stimulation starts abate as well, over 20 s.
    driven = junction_following(ganglion_neuron(), 20.0, 10.0, drive="ganglion")
    assert driven.passed()[-1, 0] < 0.1


def test_short_trains_pass_it_up_to_25_hz() -> None:
    # AF0131 sets the density of SK: 20 spikes in a row at about 25 Hz (recalled).
    passed = [
        junction_following(ganglion_neuron(), rate, 20.0 / rate).arrived[:, -1, 0].sum()
        for rate in (25.0, 35.0)
    ]
    assert passed[0] == 20 > passed[1]


def test_the_neuron_lies_as_a_t() -> None:
    cable = ganglion_neuron().cable
    place = ganglion_path_um(cable)
    soma = place[cable.section["soma"][0]]
    assert soma[1] > 75.0 and soma[2] == 0.0
    assert (
        place[cable.section["peripheral"], 2].max() < 0 < place[cable.section["central"], 2].min()
    )


def test_what_makes_no_sense_is_refused() -> None:
    neuron = ganglion_neuron()
    with pytest.raises(InputError, match="drive is 'soma'; allowed: periphery, ganglion"):
        junction_following(neuron, 20.0, 1.0, drive="soma")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="rate_Hz is 0"):
        junction_following(neuron, 0.0, 1.0)
    with pytest.raises(InputError, match="no section 'peripheral'"):
        junction_following(sundt_2015_axon(), 20.0, 1.0)
    with pytest.raises(InputError, match="transit_ms is -1"):
        arrivals_after_collision(np.zeros(1), np.zeros(1), -1.0)
