"""Receptors of nerve endings open with what was measured to open them."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from causalgia.channels.clamp import gate_summary
from causalgia.channels.touch import piezo2_gating, touch_time_course
from causalgia.channels.transduction import (
    RECEPTORS,
    half_point_mV,
    open_probability,
    proton_uM,
    receptor,
    relax,
    time_course,
    transition_rates,
    trpa1,
    trpm8,
    trpv1,
)
from causalgia.errors import InputError
from causalgia.evidence import parameter

REST_MV = -60.0
GAS, FARADAY = 8.31446, 96485.3


def half_of(name: str, agonist: str, others: dict[str, float]) -> float:
    """Concentration (uM) that opens half of what much of it does, at rest and 25 degC."""
    concentration = np.geomspace(1e-4, 1e5, 4000)
    opened = np.asarray(
        open_probability(receptor(name), REST_MV, 25.0, {agonist: concentration, **others})
    )
    middle = 0.5 * (opened[0] + opened[-1])
    return float(np.interp(middle, opened, concentration))


def test_half_activation_moves_with_temperature_as_its_energies_say() -> None:
    """V_half = (dH - T dS)/zF: 8.3 mV for a degree of TRPM8's entropy, 6.9 of TRPV1's."""
    for name, source in (("trpv1", "voets_2004"), ("trpm8", "olivares_2015")):
        entropy = parameter(f"{source}/{name}_entropy").value
        charge = parameter(f"{source}/{name}_charge").value
        with jax.enable_x64(True):
            cold, warm = half_point_mV(receptor(name), np.array([20.0, 30.0]))
        expected = -10.0 * 1e3 * entropy / (charge * FARADAY)
        assert float(warm - cold) == pytest.approx(expected, rel=1e-3)


def test_trpm8_follows_the_line_of_its_source() -> None:
    """Olivares 2015: V_half = (67 R T - 9000 J/mol)/(0.65 F) with T in degC."""
    with jax.enable_x64(True):
        for celsius in (10.0, 20.0, 30.0):
            expected = 1e3 * (67.0 * GAS * celsius - 9000.0) / (0.65 * FARADAY)
            found = float(half_point_mV(receptor("trpm8"), celsius))
            assert found == pytest.approx(expected, abs=0.5)


def test_heat_opens_trpv1_and_cold_trpm8_and_neither_trpa1() -> None:
    celsius = np.array([10.0, 20.0, 30.0, 40.0, 48.0])
    with jax.enable_x64(True):
        hot, cold, flat = (open_probability(receptor(n), REST_MV, celsius) for n in RECEPTORS)
        assert np.all(np.diff(hot) > 0.0)
        assert hot[-1] > 50.0 * hot[1]
        assert np.all(np.diff(cold) < 0.0)
        assert cold[0] > 30.0 * cold[2]
        assert flat[-1] < 2.0 * flat[0] < 0.02


def test_opening_of_trpv1_is_the_hotter_step_and_closing_of_trpm8() -> None:
    """Voets 2004: a tenfold difference of activation energies; Q10 of the faster rate above 5."""
    with jax.enable_x64(True):
        for name, faster in (("trpv1", 0), ("trpm8", 1)):
            cool, warm = (transition_rates(receptor(name), 0.0, t) for t in (20.0, 30.0))
            ratios = [float(b / a) for a, b in zip(cool, warm, strict=True)]
            gating = receptor(name)
            steep = max(gating.opening_enthalpy, gating.closing_enthalpy)
            assert steep > 7.0 * min(gating.opening_enthalpy, gating.closing_enthalpy)
            assert ratios[faster] > 5.0 * ratios[1 - faster]


def test_acid_makes_trpv1_more_sensitive_to_capsaicin() -> None:
    """Neelands 2005: 0.64 uM at pH 7.4 and 0.045 uM at pH 5.5, to 2%."""
    neutral = half_of("trpv1", "capsaicin", {"proton": proton_uM(7.4)})
    acid = half_of("trpv1", "capsaicin", {"proton": proton_uM(5.5)})
    expected = [parameter(f"neelands_2005/capsaicin_half_{ph}").value for ph in ("neutral", "acid")]
    assert [neutral, acid] == pytest.approx(expected, rel=0.02)
    # "modestly acidic conditions (pH 6.5) that did not directly activate TRPV1"
    modest = open_probability(receptor("trpv1"), REST_MV, 25.0, {"proton": proton_uM(6.5)})
    assert float(modest) < 0.02


def test_menthol_opens_trpm8_at_30_uM_and_mustard_oil_trpa1_at_20_uM() -> None:
    assert half_of("trpm8", "menthol", {}) == pytest.approx(30.0, rel=0.02)
    assert half_of("trpa1", "aitc", {}) == pytest.approx(20.0, rel=0.02)


def test_a_receptor_as_a_channel_gates_alike() -> None:
    voltage = np.array([-80.0, 0.0, 60.0])
    for build, name, agonists in (
        (lambda: trpv1(44.0, 0.2, 6.5), "trpv1", {"capsaicin": 0.2, "proton": proton_uM(6.5)}),
        (lambda: trpm8(18.0, 20.0), "trpm8", {"menthol": 20.0}),
        (lambda: trpa1(30.0, 10.0), "trpa1", {"aitc": 10.0}),
    ):
        celsius = {"trpv1": 44.0, "trpm8": 18.0, "trpa1": 30.0}[name]
        found = gate_summary(build(), 0, voltage)
        with jax.enable_x64(True):
            opened = open_probability(receptor(name), voltage, celsius, agonists)
            opening, closing = transition_rates(receptor(name), voltage, celsius, agonists)
            time_constant = 1.0 / (opening + closing)
        np.testing.assert_allclose(found.steady, opened, rtol=1e-6)
        np.testing.assert_allclose(found.time_constant_ms, time_constant, rtol=1e-6)


def test_sensitization_shifts_the_voltage() -> None:
    usual, moved = gate_summary(trpv1(37.0), 0), gate_summary(trpv1(37.0, shift_mV=20.0), 0)
    assert usual.half_mV is not None and moved.half_mV is not None
    assert usual.half_mV - moved.half_mV == pytest.approx(20.0, abs=0.02)


def test_steps_of_any_length_relax_alike() -> None:
    gating = receptor("trpv1")
    with jax.enable_x64(True):
        whole = relax(gating, 0.02, REST_MV, 45.0, 4.0)
        parts = 0.02
        for _ in range(40):
            parts = relax(gating, parts, REST_MV, 45.0, 0.1)
        assert float(whole) == pytest.approx(float(parts), rel=1e-9)
        course = time_course(gating, REST_MV, np.full(300, 45.0), 0.1)
        steady = open_probability(gating, REST_MV, 45.0)
        np.testing.assert_allclose(course, steady, rtol=1e-9)


def test_a_ramp_of_heat_is_followed_in_several_lanes() -> None:
    ramp = np.linspace(32.0, 50.0, 500)[:, None] + np.array([0.0, -5.0])
    with jax.enable_x64(True):
        opened = np.asarray(time_course(receptor("trpv1"), REST_MV, ramp, 10.0))
        at_rest = open_probability(receptor("trpv1"), REST_MV, ramp)
    assert opened.shape == (500, 2)
    np.testing.assert_allclose(opened, at_rest, rtol=0.02)  # slow against milliseconds


def test_piezo2_answers_the_poke_and_not_the_hold() -> None:
    gating = piezo2_gating()
    indentation = np.zeros(8000)
    indentation[1000:5000] = 9.0  # 400 ms
    with jax.enable_x64(True):
        opened = np.asarray(touch_time_course(gating, indentation, 0.1))
    start, peak = 1000, opened.argmax()
    assert opened[peak] > 0.6
    assert peak - start < 40
    decay = opened[peak:5000] - opened[4999]
    fallen = np.flatnonzero(decay < decay[0] / np.e)[0] * 0.1
    assert fallen == pytest.approx(gating.inactivation_ms, rel=0.1)
    left = gating.inactivation_ms / (gating.inactivation_ms + gating.recovery_ms)
    assert opened[4999] == pytest.approx(left, rel=0.03)
    # pressed lightly, less than a twelfth opens
    assert float(np.max(touch_time_course(gating, np.full(100, 3.0), 0.1))) < 0.08


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: receptor("trpv2"), "receptor 'trpv2' is not known; did you mean 'trpv1'"),
        (lambda: proton_uM(74.0), "ph is 74, allowed 4 to 9"),
        (
            lambda: open_probability(receptor("trpm8"), 0.0, 20.0, {"menthl": 1.0}),
            "agonist 'menthl' is not known; did you mean 'menthol'",
        ),
    ],
)
def test_bad_input_is_named(call, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()
