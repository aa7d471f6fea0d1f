"""Mutations as data: the clamped mutant differs from the healthy channel by what was published."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.channels.cation import hcn
from causalgia.channels.channel import Channel
from causalgia.channels.clamp import activation, availability, gate_summary, voltage_clamp
from causalgia.channels.gates import HillGate, Relaxation
from causalgia.channels.library import channel as library_channel
from causalgia.channels.mutations import (
    Mutation,
    alleles,
    mutated,
    mutation,
    mutations,
    shifted_gate,
)
from causalgia.channels.potassium import delayed_rectifier, m_current
from causalgia.channels.rates import AbstractRate, Sigmoid
from causalgia.channels.sodium import nav1_7, nav1_8, nav1_9
from causalgia.errors import InputError

ROOM = 22.0
CHANNELS = {"nav1_7": nav1_7(ROOM), "nav1_8": nav1_8(ROOM), "nav1_9": nav1_9(ROOM)}
STEPS = np.arange(-100.0, 61.0, 2.0)
PREPULSES = np.arange(-140.0, 11.0, 5.0)


@pytest.mark.parametrize("name", mutations())
def test_every_number_says_where_it_comes_from(name: str) -> None:
    numbers = mutation(name).numbers
    assert numbers
    for number in numbers:
        assert number.source != "given by the user"
        assert number.status != "measured" or "read" in number.note


@pytest.mark.parametrize(
    ("name", "channel", "gate", "shift_mV"),
    [
        ("L858H", "nav1_7", 0, -13.3),
        ("I848T", "nav1_7", 0, -13.8),
        ("S241T", "nav1_7", 0, -8.4),
        ("delL955", "nav1_7", 0, -24.5),
        ("F1449V", "nav1_7", 1, 4.3),
        ("PEPD", "nav1_7", 1, 20.0),
        ("I228M", "nav1_7", 2, 7.0),
        ("A1304T", "nav1_8", 0, -6.0),
        ("I381T", "nav1_9", 0, -7.0),
    ],
)
def test_the_clamped_channel_moves_by_the_published_shift(
    name: str, channel: str, gate: int, shift_mV: float
) -> None:
    for healthy in (CHANNELS[channel], library_channel(channel, ROOM)):
        mutant = mutated(healthy, name)
        assert mutant.name == f"{channel}_{name}"
        assert moved_mV(gate, healthy, mutant) == pytest.approx(shift_mV, abs=0.6)
        for other in {0, 1, 2} - {gate}:
            if name != "F1449V":
                halves = [gate_summary(one, other).half_mV for one in (healthy, mutant)]
                assert halves[0] == halves[1]


def moved_mV(gate: int, healthy: Channel, mutant: Channel) -> float:
    """How far the half-point of activation, of inactivation or of the third gate has moved."""
    if gate == 0:
        halves = [activation(one, -120.0, STEPS, 50.0)[1].half_mV for one in (healthy, mutant)]
    elif gate == 1:
        halves = [
            availability(one, -120.0, PREPULSES, 500.0, 0.0, 20.0)[1].half_mV
            for one in (healthy, mutant)
        ]
    else:
        halves = [gate_summary(one, gate).half_mV for one in (healthy, mutant)]
    return halves[1] - halves[0]


def test_a_gate_that_is_taken_to_a_power_moves_less_than_the_clamped_current() -> None:
    # the peak of m^3 h: inactivation, which stays where it was, takes less of an earlier peak
    healthy = CHANNELS["nav1_7"]
    moved = gate_summary(mutated(healthy, "L858H"), 0).half_mV - gate_summary(healthy, 0).half_mV
    assert -13.3 < moved < -9.0


def test_a_channel_that_senses_an_ion_moves_its_gates_by_the_shift() -> None:
    healthy = library_channel("cav1", ROOM)
    mutant = mutated(healthy, Mutation("mine", "cav1", "none", activation_shift=-7.0))
    moved = gate_summary(mutant, 0).half_mV - gate_summary(healthy, 0).half_mV
    assert moved == pytest.approx(-7.0, abs=0.02)


def test_deactivation_of_l858h_is_five_to_ten_times_slower() -> None:
    # Cummins 2004 (recalled): 5-10 times at -50 mV
    at = np.array([-50.0])
    before, after = (
        float(gate_summary(channel, 0, at).time_constant_ms[0])
        for channel in (CHANNELS["nav1_7"], mutated(CHANNELS["nav1_7"], "L858H"))
    )
    assert 4.0 < after / before < 10.0


def test_slow_deactivation_leaves_activation_as_it_is() -> None:
    mutant = mutated(CHANNELS["nav1_7"], "L858H")
    healthy = CHANNELS["nav1_7"]
    moved = gate_summary(mutant, 0).half_mV - gate_summary(healthy, 0).half_mV
    shifted = shifted_gate(healthy.gates[0], moved)
    voltage = np.array([0.0, 20.0])
    for ours, theirs in zip(
        mutant.gates[0].kinetics(voltage), shifted.kinetics(voltage), strict=True
    ):
        assert np.asarray(ours) == pytest.approx(np.asarray(theirs), rel=0.05)


def test_the_pepd_class_inactivates_20_millivolts_later_and_6_percent_persists() -> None:
    healthy, mutant = CHANNELS["nav1_7"], mutated(CHANNELS["nav1_7"], "PEPD")
    prepulses = np.arange(-140.0, -10.0, 5.0)
    fits = [
        availability(channel, -140.0, prepulses, 200.0, 0.0, 10.0)[1]
        for channel in (healthy, mutant)
    ]
    assert fits[1].half_mV - fits[0].half_mV == pytest.approx(20.0, abs=3.0)
    late = [
        voltage_clamp(channel, -120.0, [0.0], 100.0, 0.02).open_fraction[:, 0]
        for channel in (healthy, mutant)
    ]
    assert late[0][-1] / late[0].max() < 0.01
    assert late[1][-1] / late[1].max() == pytest.approx(0.06, abs=0.025)


@pytest.mark.parametrize("channel", [delayed_rectifier(ROOM), m_current(ROOM), hcn(ROOM)])
def test_any_rate_form_is_moved_and_stretched(channel: Channel) -> None:
    voltage = np.linspace(-120.0, 60.0, 50)
    for gate in channel.gates:
        moved = shifted_gate(gate, 7.0, 1.5, -30.0)
        expected = gate.kinetics((voltage - 7.0 + 30.0) / 1.5 - 30.0)
        for ours, theirs in zip(moved.kinetics(voltage), expected, strict=True):
            assert np.asarray(ours) == pytest.approx(np.asarray(theirs), rel=1e-4)


class Cubic(AbstractRate):
    """A form that nobody has thought of."""

    scale: float

    def __call__(self, voltage):
        return 1.0 + self.scale * voltage**2


def test_a_form_of_ones_own_is_moved_too() -> None:
    gate = Relaxation(Sigmoid(1.0, -20.0, -5.0), Cubic(1e-3))
    voltage = np.linspace(-50.0, 50.0, 11)
    moved = shifted_gate(gate, -10.0)
    assert np.asarray(moved.kinetics(voltage)[1]) == pytest.approx(
        np.asarray(gate.kinetics(voltage + 10.0)[1]), rel=1e-5
    )


def test_one_copy_is_half_of_the_density_and_two_are_all() -> None:
    channel = CHANNELS["nav1_7"]
    one, two = alleles(channel, "L858H"), alleles(channel, "L858H", copies=2)
    assert [(who.name, share) for who, share in one] == [("nav1_7", 0.5), ("nav1_7_L858H", 0.5)]
    assert [(who.name, share) for who, share in two] == [("nav1_7_L858H", 1.0)]
    assert [share for _, share in alleles(channel, "null")] == [0.5]
    assert [share for _, share in alleles(channel, "null", copies=2)] == [0.0]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="unknown mutation 'L858'; did you mean 'L858H'"):
        mutation("L858")
    with pytest.raises(InputError, match="is in channel 'nav1_7', not in 'nav1_8'"):
        mutated(CHANNELS["nav1_8"], "L858H")
    with pytest.raises(InputError, match="copies is 3"):
        alleles(CHANNELS["nav1_7"], "L858H", copies=3)
    sensing = Channel("s", "sodium", (HillGate("sodium", 10.0, 2.0),), ((1.0, (1,)),), "x")
    with pytest.raises(InputError, match="HillGate cannot be shifted"):
        shifted_gate(sensing.gates[0], 1.0)
