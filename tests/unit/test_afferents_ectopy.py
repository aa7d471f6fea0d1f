"""Ectopy: when a stretch of injured nerve makes spikes of its own, and what ends it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from causalgia.afferents.c_fiber import c_fiber
from causalgia.afferents.zones import SETTLING_ms, fiber_spread, simulate_fibers, zone_rates

LESION = {"nav1_3": 0.4, "nav1_7": 1.3, "nav1_8": 1.5, "potassium": 0.45}
"""A zone with the channels of injury, about as the course makes it."""


def makes(fiber: str = "c", **zone: float | list[float]) -> np.ndarray:
    """Rate (Hz) that a zone makes when nothing comes in, for up to six points."""
    base = {"potassium": 1.0, "sodium_availability": 1.0}
    own = {"nav1_3": 0.0, "nav1_7": 1.0, "nav1_8": 1.0}
    if fiber != "c":
        own = {"persistent_sodium": 1.0, "myelin": 1.0}
    given = {**base, **own, **zone}
    points = {name: np.broadcast_to(value, 6) for name, value in given.items()}
    return zone_rates(fiber, points, np.zeros(6), fibers=3, duration_ms=1000.0)


def test_a_c_zone_fires_when_nav1_8_gathers() -> None:
    made = makes(nav1_8=[1.0, 1.2, 1.4, 1.8, 2.2, 2.5])
    assert (made[:2] == 0.0).all()
    assert made[-1] > 10.0


def test_a_c_zone_fires_when_potassium_channels_are_lost() -> None:
    made = makes(potassium=[1.0, 0.9, 0.8, 0.6, 0.45, 0.3])
    assert (made[:2] == 0.0).all()
    assert made[-1] > 10.0


def test_nav1_3_or_nav1_7_alone_make_no_c_zone_fire() -> None:
    # What they carry is soon inactivated near the resting potential; Nav1.8 is not.
    assert makes(nav1_3=[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]) == pytest.approx(0.0)
    assert makes(nav1_7=[0.5, 1.0, 1.4, 1.8, 2.2, 2.5]) == pytest.approx(0.0)


def test_cutting_nav1_8_silences_a_lesion() -> None:
    # 19 % of the fibers of a neuroma fire in wild type mice, 0.4 % without Nav1.8 (Roza 2003);
    # cutting a quarter to a half of it calms an overexcitable neuron (Vasylyev 2024).
    nav1_8 = [1.5, 1.2, 1.0, 0.75, 0.5, 0.2]
    made = makes(**{**LESION, "nav1_8": nav1_8})
    assert made[0] > 10.0
    assert made[3] < 0.3 * made[0]
    assert made[-1] == 0.0


def test_a_sodium_block_silences_a_lesion_before_it_stops_conduction() -> None:
    # Why a little lidocaine in the blood can calm ectopy and spare sensation.
    lesion = {name: np.full(2, value) for name, value in LESION.items()}
    lesion["sodium_availability"] = np.array([1.0, 0.5])
    alone = zone_rates("c", lesion, np.zeros(2), fibers=3, duration_ms=1000.0)
    healthy = {"nav1_3": 0.0, "nav1_7": 1.0, "nav1_8": 1.0, "potassium": 1.0}
    sound = {name: np.full(2, value) for name, value in healthy.items()}
    sound["sodium_availability"] = np.array([1.0, 0.5])
    passed = zone_rates("c", sound, np.full(2, 5.0), fibers=3, duration_ms=1000.0)
    assert alone[0] > 10.0 and alone[1] < 0.3 * alone[0]
    assert passed == pytest.approx(5.0, abs=0.7)


def test_injured_a_fibers_fire_when_potassium_falls_and_persistent_sodium_rises() -> None:
    # Injured A fibers fire within days (Kajander and Bennett 1992, recalled); neither change
    # alone does it at the size that injury reaches.
    share = np.linspace(0.0, 1.0, 6)
    both = makes("a_delta", persistent_sodium=1.0 + share, potassium=1.0 - 0.7 * share)
    sodium = makes("a_delta", persistent_sodium=1.0 + share)
    assert both[0] < 1.0 and both[-1] > 20.0
    assert (sodium < 5.0).all()


def test_near_threshold_noise_makes_the_spikes_and_they_are_irregular() -> None:
    # C fibers of an injured nerve fire irregularly (Kajander and Bennett 1992, recalled).
    fiber, lanes = c_fiber(), 8
    zone = {"nav1_8": np.full(lanes, 2.2)}

    def intervals_ms(noise: float) -> list[np.ndarray]:
        run = simulate_fibers(
            dataclasses.replace(fiber, noise_nA_sqrt_ms=noise),
            [zone],
            batch=lanes,
            duration_ms=1500.0,
            seed=3,
        )
        times = [run.spike_times_ms(1, lane) for lane in range(lanes)]
        return [np.diff(t[t > SETTLING_ms]) for t in times]

    noisy = intervals_ms(fiber.noise_nA_sqrt_ms)
    assert min(len(gaps) for gaps in noisy) > 10
    variation = [gaps.std() / gaps.mean() for gaps in noisy]
    assert np.mean(variation) > 0.25
    assert all(len(gaps) == 0 for gaps in intervals_ms(0.0))


def test_no_two_fibers_are_alike_but_their_mean_is_the_density_asked_for() -> None:
    spread = fiber_spread("c", 20_000, 1)
    for fold in spread.values():
        assert fold.mean() == pytest.approx(1.0, abs=0.01)
        assert fold.std() > 0.1
