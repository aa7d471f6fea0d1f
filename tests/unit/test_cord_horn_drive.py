"""What reaches the dorsal horn, how it is wired, and what is read from its answers."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cord.answers import answers, last_spike_ms, responding
from causalgia.cord.assays import slice_of
from causalgia.cord.connections import VARIED, connections
from causalgia.cord.horn import dorsal_horn
from causalgia.cord.horn_drive import HornDrive, together
from causalgia.cord.spikes import Discharge, Events
from causalgia.errors import InputError


def test_neurons_but_those_of_lamina_i_hear_from_as_many_of_a_source() -> None:
    network = dorsal_horn(3)
    for synapses in network.synapses:
        if synapses.target in VARIED:
            continue
        size = network.sizes()[synapses.target]
        heard = np.bincount(synapses.target_index, minlength=size)
        assert (heard == heard[0]).all() and heard[0] > 0


def test_receptors_of_a_pair_sit_at_the_same_synapses() -> None:
    network = dorsal_horn(3)
    ampa, nmda = (
        next(
            s for s in network.synapses if (s.source, s.target, s.receptor) == ("c", "vertical", r)
        )
        for r in ("c_ampa", "nmda")
    )
    assert (ampa.source_index == nmda.source_index).all()
    assert (ampa.target_index == nmda.target_index).all()


def test_another_seed_is_another_circuit_of_the_same_size() -> None:
    one, same, other = (dorsal_horn(seed) for seed in (1, 1, 2))
    assert len(one.synapses) == len(connections())
    first = [net.synapses[1].source_index for net in (one, same, other)]
    assert (first[0] == first[1]).all()
    assert first[0].size == first[2].size and (first[0] != first[2]).any()


def test_skin_fires_its_classes_at_their_rates() -> None:
    network = dorsal_horn(1)
    pinch = HornDrive(network).skin("pinch", 1000.0, 11000.0, 0.5)
    assert set(pinch) == {"c", "a_delta", "a_beta"}
    assert pinch["c"].time_ms.size / 400.0 == pytest.approx(4.0, rel=0.1)
    assert pinch["c"].time_ms.min() >= 1000.0


def test_fibers_cut_off_answer_nothing_but_fire_ectopically() -> None:
    network = dorsal_horn(1)
    drive = HornDrive(network, surviving=0.5)
    assert drive.skin("heat", 0.0, 5000.0)["c"].fiber.max() < 20
    assert drive.volleys([10.0])["c"].fiber.size == 20
    assert drive.ectopic({"c": 2.0}, 0.0, 5000.0)["c"].fiber.max() >= 20


def test_pieces_share_a_refractory_period() -> None:
    drive = HornDrive(dorsal_horn(1))
    one = drive.column(50.0, 0.0, 1000.0)
    assert together(one, one)["a_beta"].time_ms.size == one["a_beta"].time_ms.size


def test_an_unknown_stimulus_is_refused() -> None:
    with pytest.raises(InputError, match="stimulus is 'brsh'; did you mean 'brush'"):
        HornDrive(dorsal_horn(1)).skin("brsh", 0.0, 1.0)


@pytest.fixture
def discharge() -> Discharge:
    times = np.array([60.0, 70.0, 80.0, 1060.0])
    events = Events(times, np.array([0, 1, 0, 1]), np.array([0, 0, 1, 0]))
    return Discharge({"a": events}, {"a": 2}, 2, 2000.0)


def test_answers_are_counted_a_neuron(discharge: Discharge) -> None:
    assert answers(discharge, "a", [0.0, 1000.0]).tolist() == [[1.0, 0.5], [0.5, 0.0]]


def test_the_last_spike_is_a_mean_of_those_that_fired(discharge: Discharge) -> None:
    found = last_spike_ms(discharge, "a", [0.0, 1000.0])
    assert found[:, 0].tolist() == [65.0, 60.0]
    assert found[0, 1] == 80.0 and np.isnan(found[1, 1])


def test_who_responds_fires_faster_than_asked(discharge: Discharge) -> None:
    assert responding(discharge, "a", 0.0, 500.0).tolist() == [[True, True], [True, False]]
    assert not responding(discharge, "a", 0.0, 500.0, 2.0).any()


def test_a_slice_keeps_what_is_asked_for() -> None:
    small = slice_of(dorsal_horn(1), "lamina_i", ("c",))
    assert [p.name for p in small.populations] == ["lamina_i"]
    assert {s.source for s in small.synapses} == {"c"}
    with pytest.raises(InputError, match="none of them contacts 'pkc_gamma'"):
        slice_of(dorsal_horn(1), "pkc_gamma", ("c",))
