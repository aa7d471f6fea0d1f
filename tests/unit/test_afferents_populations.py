"""Populations: shares of classes, spreads, and streams that do not depend on each other."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.c_classes import C_CLASSES, c_lanes, c_recipe
from causalgia.afferents.population import a_population, draw_c_class, draw_c_population
from causalgia.afferents.slowing import conduction_velocity_m_per_s
from causalgia.errors import InputError
from causalgia.evidence import parameter


def test_classes_come_in_their_shares() -> None:
    population = draw_c_population(2000, 0)
    for name in C_CLASSES:
        share = parameter(f"causalgia_fibers/{name}_share").value
        assert population.shares[name] == pytest.approx(share, abs=0.03)
        assert len(population.of_class(name)) == round(2000 * population.shares[name])
    assert population.length_mm.mean() == pytest.approx(800.0, rel=0.02)


def test_a_fiber_stays_the_same_in_a_larger_population() -> None:
    few, many = draw_c_class("c_silent", 3, 7), draw_c_class("c_silent", 30, 7)
    assert few == many[:3]
    assert draw_c_class("c_silent", 3, 8) != few


def test_densities_and_diameters_spread_as_said() -> None:
    drawn = draw_c_class("c_polymodal", 4000, 1)
    recipe = c_recipe("c_polymodal")
    diameter = np.array([fiber.diameter_um for fiber in drawn]) / recipe.diameter_um
    nav = np.array([fiber.folds["nav1_8"] for fiber in drawn]) / recipe.folds["nav1_8"]
    assert diameter.mean() == pytest.approx(1.0, abs=0.02)
    assert np.log(diameter).std() == pytest.approx(0.3, abs=0.02)
    assert np.log(nav).std() == pytest.approx(0.15, abs=0.01)
    assert abs(np.corrcoef(diameter, nav)[0, 1]) < 0.05


def test_velocities_of_polymodal_fibers_spread_as_in_human_nerve() -> None:
    # 0.86 m/s with a standard deviation of 0.17 (Van Hees and Gybels 1981)
    measured = parameter("van_hees_1981/polymodal_velocity")
    velocity = conduction_velocity_m_per_s(c_lanes(draw_c_class("c_polymodal", 24, 3), 3000.0, 30))
    assert velocity.mean() == pytest.approx(measured.value, abs=0.1)
    assert velocity.std() == pytest.approx(measured.uncertainty, abs=0.08)


def test_myelinated_fibers_differ_in_their_internodes() -> None:
    fibers = a_population("a_delta_nociceptor", 4, 0, nodes=5)
    assert len({round(float(fiber.cable.position_um[-1])) for fiber in fibers}) == 4


def test_bad_populations_are_told_what_is_wrong() -> None:
    with pytest.raises(InputError, match="count is 0"):
        draw_c_population(0, 0)
    with pytest.raises(InputError, match="a_beta_touch"):
        a_population("a_beta", 2, 0)
