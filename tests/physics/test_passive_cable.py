"""The passive cable against cable theory (Rall 1959): length constant, resistance, time."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cable import Cable, Electrics, Recorder, Recording, Section, cable_of, simulate
from causalgia.cable import unbranched as straight
from causalgia.cable.stimulus import Pulses
from causalgia.channels import Membrane

RESISTIVITY_ohm_cm = 100.0
LEAK_S_per_cm2 = 1e-3
DIAMETER_um = 4.0
CAPACITANCE_uF_per_cm2 = 1.0
RADIUS_cm = 0.5e-4 * DIAMETER_um
LENGTH_CONSTANT_um = 1e4 * np.sqrt(RADIUS_cm / (2.0 * RESISTIVITY_ohm_cm * LEAK_S_per_cm2))
TIME_CONSTANT_ms = CAPACITANCE_uF_per_cm2 * 1e-3 / LEAK_S_per_cm2
SEMI_INFINITE_MOhm = 1e-6 * RESISTIVITY_ohm_cm * 1e-4 * LENGTH_CONSTANT_um / (np.pi * RADIUS_cm**2)
NO_CHANNELS = Membrane.of([], {})


def passive(
    cable: Cable, current_nA: float = 0.1, start_mV: float = -65.0, **options: object
) -> Recording:
    """A current into the first compartment of a cable that has nothing but a leak."""
    defaults = {"duration_ms": 30.0, "dt_ms": 0.05, "precision": "float64"}
    return simulate(
        cable,
        NO_CHANNELS,
        Electrics(
            np.zeros((0, int((cable.area_cm2 > 0).sum()), 1)),
            passive_S_per_cm2=np.full((cable.size, 1), LEAK_S_per_cm2),
        ),
        initial_mV=start_mV,
        currents=[Pulses((0,), 0.0, 1e6, current_nA)],
        **{**defaults, **options},
    )


def test_steady_voltage_decays_with_the_length_constant() -> None:
    cable = straight(8.0 * LENGTH_CONSTANT_um, DIAMETER_um, 800)
    steady = passive(cable).final_voltage_mV[:, 0] + 65.0
    near = cable.position_um < 3.0 * LENGTH_CONSTANT_um
    slope = np.polyfit(cable.position_um[near], np.log(steady[near]), 1)[0]
    assert -1.0 / slope == pytest.approx(LENGTH_CONSTANT_um, rel=1e-3)


def test_a_long_cable_has_the_input_resistance_of_a_semi_infinite_one() -> None:
    cable = straight(8.0 * LENGTH_CONSTANT_um, DIAMETER_um, 1600)
    steady = passive(cable).final_voltage_mV[0, 0] + 65.0
    assert steady / 0.1 == pytest.approx(SEMI_INFINITE_MOhm, rel=5e-3)


def test_a_sealed_cable_has_the_input_resistance_of_its_length() -> None:
    cable = straight(1.0 * LENGTH_CONSTANT_um, DIAMETER_um, 400)
    steady = passive(cable).final_voltage_mV[:, 0] + 65.0
    assert steady[0] / 0.1 == pytest.approx(SEMI_INFINITE_MOhm / np.tanh(1.0), rel=2e-3)
    assert steady[-1] / steady[0] == pytest.approx(1.0 / np.cosh(1.0), rel=2e-3)


def test_equivalent_branches_are_a_continued_cylinder() -> None:
    """Rall's 3/2 power law: two branches of d 2^(-2/3) load a trunk like the trunk going on."""
    slim = DIAMETER_um * 2.0 ** (-2.0 / 3.0)
    slim_um = LENGTH_CONSTANT_um * np.sqrt(slim / DIAMETER_um)
    branched = cable_of(
        [
            Section("trunk", 0.5 * LENGTH_CONSTANT_um, DIAMETER_um, 100),
            Section("left", 0.5 * slim_um, slim, 100, parent="trunk"),
            Section("right", 0.5 * slim_um, slim, 100, parent="trunk"),
        ]
    )
    cylinder = straight(LENGTH_CONSTANT_um, DIAMETER_um, 200)
    assert passive(branched).final_voltage_mV[0, 0] == pytest.approx(
        passive(cylinder).final_voltage_mV[0, 0], rel=1e-5
    )


def test_a_patch_relaxes_with_the_time_constant_of_backward_euler() -> None:
    cable = straight(10.0, DIAMETER_um, 1)
    run = passive(cable, 0.0, -55.0, duration_ms=2.0, recorder=Recorder((0,), every_ms=0.05))
    step = 1.0 / (1.0 + 0.05 / TIME_CONSTANT_ms)
    expected = -65.0 + 10.0 * step ** np.arange(1, 41)
    np.testing.assert_allclose(run.voltage_mV[:, 0, 0], expected, rtol=1e-12)


def test_the_error_falls_with_the_step_to_first_order() -> None:
    cable = straight(10.0, DIAMETER_um, 1)
    truth = -65.0 + 10.0 * np.exp(-1.0 / TIME_CONSTANT_ms)
    errors = [
        abs(passive(cable, 0.0, -55.0, duration_ms=1.0, dt_ms=dt).final_voltage_mV[0, 0] - truth)
        for dt in (0.05, 0.025, 0.0125)
    ]
    orders = np.log2(np.divide(errors[:-1], errors[1:]))
    np.testing.assert_allclose(orders, 1.0, atol=0.03)


def test_the_error_falls_with_the_compartments_to_second_order() -> None:
    truth = 0.1 * SEMI_INFINITE_MOhm / np.sinh(1.0)  # at the far end
    errors = []
    for compartments in (11, 33, 99):
        cable = straight(LENGTH_CONSTANT_um, DIAMETER_um, compartments)
        steady = passive(cable, duration_ms=60.0).final_voltage_mV[:, 0] + 65.0
        # The current enters at the center of the first compartment; Neumann ends mirror it.
        center = cable.position_um[0] / LENGTH_CONSTANT_um
        inside = truth * np.cosh(center) * np.cosh(center)
        errors.append(abs(steady[-1] - inside))
    orders = np.log(np.divide(errors[:-1], errors[1:])) / np.log(3.0)
    np.testing.assert_allclose(orders, 2.0, atol=0.1)


def test_a_line_written_as_sections_is_the_same_line() -> None:
    whole = straight(900.0, DIAMETER_um, 30)
    parts = cable_of(
        [
            Section("a", 300.0, DIAMETER_um, 10),
            Section("b", 360.0, DIAMETER_um, 12, parent="a"),
            Section("c", 240.0, DIAMETER_um, 8, parent="b"),
        ]
    )
    backward = cable_of(
        [
            Section("middle", 480.0, DIAMETER_um, 16),
            Section("end", 420.0, DIAMETER_um, 14, parent="middle", at_end=False),
        ]
    )
    reference = passive(whole).final_voltage_mV[:, 0]
    np.testing.assert_allclose(passive(parts).final_voltage_mV[:, 0], reference, rtol=1e-12)
    order = [*backward.section["middle"][::-1], *backward.section["end"]]
    # The same line, numbered from its middle: it takes the way of branched cables.
    reached = simulate(
        backward,
        NO_CHANNELS,
        Electrics(np.zeros((0, 30, 1)), passive_S_per_cm2=np.full((30, 1), LEAK_S_per_cm2)),
        duration_ms=30.0,
        dt_ms=0.05,
        precision="float64",
        currents=[Pulses((int(order[0]),), 0.0, 1e6, 0.1)],
    ).final_voltage_mV[:, 0]
    np.testing.assert_allclose(reached[order], reference, rtol=1e-12)


def test_charge_put_into_a_branched_tree_is_stored_or_leaks() -> None:
    tree = cable_of(
        [
            Section("trunk", 300.0, 4.0, 6),
            Section("left", 200.0, 2.0, 5, parent="trunk", end_diameter_um=1.0),
            Section("right", 200.0, 3.0, 5, parent="trunk"),
            Section("side", 100.0, 1.0, 3, parent="left", at_end=False),
        ]
    )
    dt = 0.025
    everywhere = tuple(range(tree.size))
    run = passive(tree, 0.3, duration_ms=5.0, dt_ms=dt, recorder=Recorder(everywhere, every_ms=dt))
    above_rest = run.voltage_mV[:, :, 0] + 65.0
    injected_pC = 0.3 * 5.0
    stored_pC = 1e3 * (tree.capacitance_uF * above_rest[-1]).sum()
    # Backward Euler takes the leak at the end of each step.
    leaked_pC = 1e6 * dt * (LEAK_S_per_cm2 * tree.area_cm2 * above_rest).sum()
    assert leaked_pC > 0.2 * injected_pC
    assert stored_pC + leaked_pC == pytest.approx(injected_pC, rel=1e-10)
