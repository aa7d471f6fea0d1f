"""Channels of dorsal horn neurons held at a voltage follow the formulas of their sources."""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np
import pytest

from causalgia.channels import Membrane
from causalgia.channels.channel import Channel
from causalgia.channels.dorsal_horn import (
    calcium_activated_cation,
    calcium_activated_potassium,
    kv4,
    l_type_calcium,
    persistent_sodium,
)
from causalgia.channels.gates import AbstractSensingGate
from causalgia.channels.ions import Ion
from causalgia.channels.published.melnick import borg_a_type, melnick_potassium, melnick_sodium
from causalgia.evidence import load_sources

VOLTAGE_mV = np.array([-90.3, -71.7, -60.1, -44.9, -31.2, -10.4, 5.6, 31.3])
Formula = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def _from_rates(opening: np.ndarray, closing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return opening / (opening + closing), 1.0 / (opening + closing)


def _ratio(x: np.ndarray, y: float) -> np.ndarray:
    return x / (np.exp(x / y) - 1.0)


def _persistent_m(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    u = v + 55.0
    return _from_rates(0.32 * _ratio(11.0 - u, 4.0), 0.28 * _ratio(u - 42.0, 5.0))


def _persistent_h(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    u = v + 55.0
    return _from_rates(0.128 * np.exp((12.0 - u) / 18.0), 4.0 / (1.0 + np.exp((35.0 - u) / 10.0)))


def _l_type_m(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y = -(v - 1.31)
    rates = 1.6 / (1.0 + np.exp(-0.072 * (v - 5.0))) + 0.02 * y / (1.0 - np.exp(-y / 5.36))
    return 1.0 / (1.0 + np.exp(-(v + 10.0) / 10.0)), 1.0 / rates / 3.0**1.25


def _sodium_m(v: np.ndarray, alpha: float = 0.0, beta: float = 0.0, q: float = 1.0) -> tuple:
    steady, time = _from_rates(
        0.182 * _ratio(-v - 28.0 + alpha, 9.0), 0.124 * _ratio(v + 28.0 + beta, 9.0)
    )
    return steady, time / q


def _sodium_h(v: np.ndarray, alpha: float = 0.0, beta: float = 0.0, q: float = 1.0) -> tuple:
    opening = 0.061 * _ratio(-v - 35.0 + alpha, 3.0) + 0.0166
    closing = 0.0018 * _ratio(v + 71.0 + beta, 18.0)
    return 1.0 / (1.0 + np.exp((v + 64.0) / 9.0)), 1.0 / (opening + closing) / q


def _potassium_n(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _from_rates(0.035 * _ratio(-v - 15.0, 9.0), 0.014 * np.exp((12.0 - v) / 46.0))


def _potassium_h(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _from_rates(
        0.0083 * (1.0 + 1.0 / (np.exp((v + 20.0) / 10.0) + 1.0)),
        0.0083 / (np.exp(-(v + 20.0) / 10.0) + 1.0),
    )


def _a_type_n(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    kappa, q = 1e-3 * 96480.0 / (8.315 * 309.16), 3.0**0.6
    x = kappa * (v + 45.0)
    return 1.0 / (1.0 + np.exp(-5.0 * x)), np.exp(-1.8 * x) / (0.04 * q * (1.0 + np.exp(-4.0 * x)))


def _a_type_l(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    kappa, q = 1e-3 * 96480.0 / (8.315 * 309.16), 3.0**0.6
    e = np.exp(2.0 * kappa * (v + 67.0))
    return 1.0 / (1.0 + e**2), e / (0.023 * q * (1.0 + e))


SHIFTED = melnick_sodium(4.171, 6.713, 9.906)
CASES: tuple[tuple[Channel, int, Formula], ...] = (
    (persistent_sodium(), 0, _persistent_m),
    (persistent_sodium(), 1, _persistent_h),
    (l_type_calcium(36.0), 0, _l_type_m),
    (melnick_sodium(1.0), 0, _sodium_m),
    (melnick_sodium(1.0), 1, _sodium_h),
    (SHIFTED, 0, lambda v: _sodium_m(v, 6.713, 9.906, 4.171)),
    (SHIFTED, 1, lambda v: _sodium_h(v, 6.713, 9.906, 4.171)),
    (melnick_potassium(1.0), 0, _potassium_n),
    (melnick_potassium(1.0), 1, _potassium_h),
    (borg_a_type(), 0, _a_type_n),
    (borg_a_type(), 1, _a_type_l),
)


@pytest.mark.parametrize(("channel", "gate", "formula"), CASES)
def test_gates_follow_the_published_rates(channel: Channel, gate: int, formula: Formula) -> None:
    chosen = channel.gates[gate]
    assert not isinstance(chosen, AbstractSensingGate)
    with jax.enable_x64(True):
        steady, speed = chosen.kinetics(jax.numpy.asarray(VOLTAGE_mV))
    expected, time_ms = formula(VOLTAGE_mV)
    np.testing.assert_allclose(steady, expected, rtol=1e-9)
    np.testing.assert_allclose(1.0 / np.asarray(speed), time_ms, rtol=1e-9)
    assert channel.source in load_sources()


@pytest.mark.parametrize(
    ("channel", "half_mM", "slowest_ms"),
    [
        (calcium_activated_cation(36.0), 5e-4, 40.0 / 0.002),
        (calcium_activated_potassium(36.0), 1e-3, 1.0 / 0.03),
    ],
)
def test_calcium_opens_by_its_square_and_speeds_up_to_a_tenth_of_a_millisecond(
    channel: Channel, half_mM: float, slowest_ms: float
) -> None:
    gate = channel.gates[0]
    assert isinstance(gate, AbstractSensingGate)
    calcium_mM = np.array([5e-5, 5e-4, 1e-3, 3.0])
    with jax.enable_x64(True):
        given = jax.numpy.asarray(calcium_mM)
        steady, speed = gate.kinetics_at(jax.numpy.zeros(4), given)
    r = (calcium_mM / half_mM) ** 2
    np.testing.assert_allclose(steady, r / (1.0 + r), rtol=1e-9)
    time_ms = np.maximum(0.1, slowest_ms / (1.0 + r) / 3.0**1.4)
    np.testing.assert_allclose(1.0 / np.asarray(speed), time_ms, rtol=1e-9)
    assert float(speed[-1]) == pytest.approx(10.0)


def test_l_type_calcium_flows_by_the_law_of_goldman_hodgkin_and_katz() -> None:
    voltage_mV = np.array([[-40.0], [-10.0], [20.0]])
    membrane = Membrane.of(
        [l_type_calcium(36.0)], {}, ions=[Ion("calcium", 2, 5e-5, 2.0)], temperature_degC=36.0
    )
    with jax.enable_x64(True):
        voltage = jax.numpy.asarray(voltage_mV)
        flow = membrane.flow(membrane.start(voltage), jax.numpy.full((1, 3, 1), 1e-4), voltage)
        current = np.asarray(flow.conductance * voltage - flow.drive)
    w = 2.0 * 96480.0 * 1e-3 * voltage_mV / (8.314 * (36.0 + 273.16))
    opened = 1.0 / (1.0 + np.exp(-(voltage_mV + 10.0) / 10.0))
    flux = -1e-3 * 2.0 * 96480.0 * (2.0 - 5e-5 * np.exp(w)) * w / (np.exp(w) - 1.0)
    # the source rounds the constants of Faraday, gas and zero
    np.testing.assert_allclose(current, 1e-4 * opened**2 * flux, rtol=2e-4)


def test_kv4_opens_below_spikes_and_is_largely_inactivated_at_rest() -> None:
    m, h = kv4().gates
    assert not isinstance(m, AbstractSensingGate)
    assert not isinstance(h, AbstractSensingGate)
    with jax.enable_x64(True):
        opened = np.asarray(m.kinetics(jax.numpy.asarray([-26.53]))[0]) ** 3
        moves = h.kinetics(jax.numpy.asarray([-90.0, -66.0, -62.0, -20.0]))
    available, speed = (np.asarray(values) for values in moves)
    assert opened == pytest.approx(0.5, abs=1e-3)
    assert available[1] == pytest.approx(0.5)
    assert 0.25 < available[2] < 0.4
    # recovers in 25 ms, inactivates in 60 ms
    assert 1.0 / speed[0] == pytest.approx(25.3, abs=0.1)
    assert 1.0 / speed[3] == pytest.approx(60.0, abs=0.1)
