"""Nerve endings: heat and inflammation become spikes, and what takes them away again."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.endings import (
    a_fiber_drive_Hz,
    c_ending_rates,
    receptor_conductance,
    sensitized,
)
from causalgia.evidence import parameters
from causalgia.mechanisms.state import healthy
from causalgia.pathway.biophysical import simulate_nerve

POINTS = 4


def fires(
    receptor_S_per_cm2: object, prostaglandin: object = 0.0, available: object = 1.0
) -> np.ndarray:
    """Rate (Hz) of C endings with a receptor conductance and inflammation, four points."""
    nav1_8, potassium = sensitized(1.0, np.asarray(prostaglandin, dtype=float))
    given = {
        "nav1_7": 1.0,
        "nav1_8": nav1_8,
        "potassium": potassium,
        "sodium_availability": available,
        "receptor": receptor_S_per_cm2,
    }
    points = {name: np.broadcast_to(value, POINTS) for name, value in given.items()}
    return c_ending_rates(points, fibers=4, duration_ms=1500.0)


def heat_conductance(temperature_degC: object, prostaglandin: object) -> np.ndarray:
    """The receptor conductance at a temperature: TRPV1 alone."""
    own = parameters("causalgia_afferents")
    half = own["trpv1_half_temperature"].value
    half = half - own["trpv1_prostaglandin_shift"].value * np.asarray(prostaglandin)
    opened = np.exp(-(np.asarray(temperature_degC) - half) / own["trpv1_temperature_slope"].value)
    return own["trpv1_maximum"].value / (1.0 + opened)


def test_the_heat_test_opens_what_the_sigmoid_of_trpv1_says() -> None:
    for inflammation in (0.0, 0.5, 1.0):
        for test, temperature in (("heat", 47.0), ("rest", 32.0)):
            expected = heat_conductance(temperature, inflammation)
            assert receptor_conductance(test, 1.0, inflammation) == pytest.approx(expected)


def test_heat_of_47_degrees_fires_c_endings_at_a_few_impulses_a_second() -> None:
    # 1.2 to 13 impulses a second, the faster the ramp (Yarnitsky 1992). No TRPV1, no answer.
    rate = fires([receptor_conductance("heat", trpv1, 0.0) for trpv1 in (1.0, 0.0, 1.0, 0.0)])
    assert 1.0 < rate[0] < 15.0
    assert rate[1] == 0.0


def test_skin_temperature_does_not_fire_healthy_endings() -> None:
    assert fires(receptor_conductance("rest", 1.0, 0.0)) == pytest.approx(0.0)


def test_inflammation_lowers_the_heat_threshold() -> None:
    # Healthy threshold 41.5 degC (Yarnitsky 1992); 40 degC is warm and no more.
    warm = fires(heat_conductance([40.0] * 4, [0.0, 0.3, 0.6, 1.0]), [0.0, 0.3, 0.6, 1.0])
    assert warm[0] == 0.0
    assert warm[-1] > 3.0
    assert (np.diff(warm) >= -0.5).all()


def test_full_inflammation_fires_endings_at_skin_temperature_and_its_end_silences_them() -> None:
    # Why an anti-inflammatory helps: without prostaglandin the same skin is quiet.
    inflammation = np.array([1.0, 0.5, 0.2, 0.0])
    at_rest = fires(receptor_conductance("rest", 1.0, inflammation), inflammation)
    assert at_rest[0] > 1.0
    assert at_rest[2:] == pytest.approx(0.0)


def test_a_sodium_block_at_the_ending_silences_inflammation() -> None:
    # What a lidocaine patch does.
    at_rest = fires(receptor_conductance("rest", 1.0, 1.0), 1.0, [1.0, 0.5, 0.2, 0.0])
    assert at_rest[0] > 1.0 and at_rest[2:] == pytest.approx(0.0)


def test_brush_is_carried_by_a_beta_and_pinprick_by_a_delta_fibers() -> None:
    assert a_fiber_drive_Hz("rest") == {"a_delta": 0.0, "a_beta": 0.0}
    brush, pinprick = a_fiber_drive_Hz("brush"), a_fiber_drive_Hz("pinprick")
    assert brush["a_beta"] > 5.0 * brush["a_delta"]
    assert pinprick["a_delta"] > 5.0 * brush["a_delta"]


def test_no_prostaglandin_silences_inflamed_endings_but_not_an_ectopic_root() -> None:
    # Whole C fibers from skin to cord: why anti-inflammatories fail against an ectopic generator.
    inflamed = {("prostaglandin", "terminal", None): 1.0}
    ectopic = {
        ("nav1_3", "root", "c"): 0.4,
        ("nav1_8", "root", "c"): 1.5,
        ("potassium", "root", "c"): 0.5,
    }
    patients = [{}, inflamed, ectopic, {**ectopic, **inflamed}]
    values = np.stack([np.asarray(healthy().replace(p).values) for p in patients], axis=1)
    quiet, from_skin, from_root, from_both = simulate_nerve(
        "c", values, fibers=4, duration_ms=1000.0
    ).rate_Hz()[0]
    assert quiet == 0.0
    assert from_skin > 1.0
    assert from_root > 10.0
    assert from_both == pytest.approx(from_root, rel=0.2)
