"""Ions: charge is counted once, potentials obey Nernst, permeation Goldman, Hodgkin and Katz."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from causalgia.cable import Electrics, Recorder, simulate, unbranched
from causalgia.channels import Channel, Ion, Membrane, Pool
from causalgia.channels.cation import open_channel
from causalgia.channels.gates import HillGate
from causalgia.channels.ions import FARADAY, ghk, nernst_mV
from causalgia.channels.pumps import SodiumPotassiumPump
from causalgia.errors import InputError


def test_nernst_of_a_tenfold_ratio() -> None:
    with jax.enable_x64(True):
        assert float(nernst_mV(1, 10.0, 100.0, 37.0)) == pytest.approx(61.54, abs=0.01)
        assert float(nernst_mV(2, 10.0, 100.0, 37.0)) == pytest.approx(30.77, abs=0.01)


def test_permeation_reverses_at_nernst_and_is_ohmic_between_equals() -> None:
    with jax.enable_x64(True):
        reversal = nernst_mV(2, 1e-4, 2.0, 37.0)
        assert float(ghk(2, reversal, 1e-4, 2.0, 37.0)) == pytest.approx(0.0, abs=1e-9)
        voltages = jnp.asarray([-60.0, 0.0, 30.0])
        # between equal concentrations: P z F c x, with x = z F V / RT
        expected = 1e-3 * FARADAY * 5.0 * np.asarray(voltages) / 26.7267
        assert np.asarray(ghk(1, voltages, 5.0, 5.0, 37.0)) == pytest.approx(expected, rel=1e-4)
        assert float(ghk(2, jnp.asarray(-80.0), 1e-4, 2.0, 37.0)) < 0.0


@pytest.mark.parametrize("depth_um", [None, 0.05])
def test_what_flows_through_the_membrane_is_what_leaves_the_inside(depth_um: float | None) -> None:
    ion = Ion("sodium", 1, Pool(20.0, 20.0, depth_um=depth_um), 150.0)
    membrane = Membrane.of([open_channel("leak", "sodium", "test")], {}, ions=[ion])
    cable = unbranched(50.0, 2.0, 1)
    recorder = Recorder((0,), every_ms=0.005, concentrations=(0,))
    recording = simulate(
        cable,
        membrane,
        Electrics(np.full((1, 1, 1), 1e-5)),
        duration_ms=20.0,
        dt_ms=0.005,
        initial_mV=-60.0,
        recorder=recorder,
        precision="float64",
    )
    # all current goes into the capacitance: its charge is that of the sodium that came in
    risen_mV = float(recording.voltage_mV[-1, 0, 0]) + 60.0
    charge_uC = 1e-3 * risen_mV * float(cable.capacitance_uF[0])
    volume_per_area_um = 0.5 if depth_um is None else depth_um
    volume_l = 1e-7 * volume_per_area_um * float(cable.area_cm2[0])
    gained_mM = float(recording.concentration_mM["sodium", "inside"][-1, 0, 0]) - 20.0
    assert risen_mV > 5.0
    assert gained_mM * volume_l * FARADAY * 1e3 == pytest.approx(charge_uC, rel=1e-6)


def test_a_shell_washes_out_at_its_own_rate() -> None:
    ion = Ion("potassium", 1, 120.0, Pool(12.0, 5.0, 1.0 / 300.0, 0.03))
    membrane = Membrane.of([open_channel("leak", "potassium", "test")], {}, ions=[ion])
    recording = simulate(
        unbranched(50.0, 2.0, 1),
        membrane,
        Electrics(np.zeros((1, 1, 1))),
        duration_ms=300.0,
        dt_ms=0.05,
        recorder=Recorder(concentrations=(0,), every_ms=300.0),
        precision="float64",
    )
    left = float(recording.concentration_mM["potassium", "outside"][-1, 0, 0]) - 5.0
    assert left == pytest.approx(7.0 * np.exp(-1.0), rel=1e-3)


def test_the_pump_moves_three_sodium_for_two_potassium() -> None:
    with jax.enable_x64(True):
        inside = {"sodium": jnp.asarray([[11.4, 30.0]])}
        outside = {"potassium": jnp.asarray([[5.6, 5.6]])}
        currents = SodiumPotassiumPump().currents(jnp.zeros((1, 2)), inside, outside)
        assert np.asarray(currents["sodium"]) == pytest.approx(
            -1.5 * np.asarray(currents["potassium"])
        )
        assert np.all(np.asarray(currents["sodium"] + currents["potassium"]) > 0)
        assert currents["sodium"][0, 1] > currents["sodium"][0, 0]


def test_a_gate_opens_with_the_ion_it_senses() -> None:
    gate = HillGate("calcium", 0.6e-3, 4.0, time_constant_ms=5.0)
    with jax.enable_x64(True):
        steady, speed = gate.kinetics_at(jnp.zeros((1, 3)), jnp.asarray([[1e-4, 0.6e-3, 6e-3]]))
        assert np.asarray(steady)[0] == pytest.approx([7.7e-4, 0.5, 0.9999], rel=2e-3)
        assert np.asarray(speed)[0] == pytest.approx(0.2)


def test_missing_ions_are_named() -> None:
    sensing = Channel("sk", "potassium", (HillGate("calcium", 1e-3, 4.0),), ((1.0, (1,)),), "test")
    with pytest.raises(InputError, match="senses 'calcium', which is not among"):
        Membrane.of([sensing], {"potassium": -85.0})
    permeable = Channel("cav", "calcium", (), ((1.0, ()),), "test", law="ghk")
    with pytest.raises(InputError, match="needs the concentrations of 'calcium'"):
        Membrane.of([permeable], {"calcium": 120.0})
