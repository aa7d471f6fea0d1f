"""Potentials of electrodes against the formulas of textbooks, and fields given as samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from causalgia.cable import unbranched
from causalgia.cable.electrodes import (
    DiscElectrode,
    Medium,
    PointElectrode,
    activating_function_mV_per_ms,
    along_path_um,
    point_source_mV_per_mA,
    potential_mV_per_mA,
    straight_path_um,
)
from causalgia.cable.field_samples import FieldSamples, read_field
from causalgia.errors import InputError

CABLE = unbranched(10000.0, 10.0, 200)
TISSUE = Medium(0.3)
SIGMA_S_per_m = 0.3
RADIUS_um = 250.0
SKIN = Medium(SIGMA_S_per_m, surface_normal="y")


def scattered(count: int, size_um: float) -> np.ndarray:
    return np.random.default_rng(7).normal(size=(count, 3)) * size_um


def test_a_point_has_the_potential_of_a_point() -> None:
    # 1 mA in 0.3 S/m: 265.258 mV at 1 mm
    path = straight_path_um(CABLE, x_um=600.0, y_um=-800.0, start_um=-25.0)
    potential = potential_mV_per_mA(PointElectrode((0.0, 0.0, 5000.0)), path, TISSUE)
    assert path[100, 2] == pytest.approx(5000.0)
    assert potential[100] == pytest.approx(265.258, rel=1e-5)
    far = np.hypot(1000.0, path[:, 2] - 5000.0)
    np.testing.assert_allclose(potential, 1e6 / (4 * np.pi * 0.3 * far), rtol=1e-12)
    beside = point_source_mV_per_mA(CABLE.position_um, 1000.0, 5025.0, 100.0 / 0.3)
    np.testing.assert_allclose(beside, potential, rtol=1e-12)


def test_current_of_a_point_in_an_anisotropic_medium_crosses_every_box() -> None:
    """The flux of sigma grad(phi) through a box around the electrode is its current."""
    medium = Medium(0.6, 0.08)
    edges = np.linspace(-500.0, 500.0, 201)
    middles = 0.5 * (edges[1:] + edges[:-1])
    first, second = (grid.ravel() for grid in np.meshgrid(middles, middles))
    total_mA = 0.0
    for axis in range(3):
        others = [other for other in range(3) if other != axis]
        for side in (-1.0, 1.0):
            near, far = (np.empty((first.size, 3)) for _ in range(2))
            for points, at in ((near, 499.5), (far, 500.5)):
                points[:, axis], points[:, others[0]] = side * at, first
                points[:, others[1]] = second
            source = PointElectrode((0.0, 0.0, 0.0))
            drop_mV = potential_mV_per_mA(source, near, medium) - potential_mV_per_mA(
                source, far, medium
            )
            # S/m * mV/um * um^2 = 1e-6 mA
            total_mA += 1e-6 * medium.conductivity_S_per_m[axis] * (drop_mV * 5.0**2).sum()
    assert total_mA == pytest.approx(1.0, rel=1e-3)


def test_anisotropy_is_a_stretched_isotropic_medium() -> None:
    along, across, size = 0.6, 0.1, 300.0
    points = scattered(50, 1000.0)
    stretch = np.sqrt(np.array([1.0, 1.0, across / along]))
    isotropic = Medium(np.sqrt(along * across))
    point = PointElectrode((0.0, 0.0, 0.0))
    np.testing.assert_allclose(
        potential_mV_per_mA(point, points, Medium(along, across)),
        potential_mV_per_mA(point, points * stretch, isotropic),
        rtol=1e-12,
    )
    # A disc across the fiber stays round in the stretched space.
    disc = DiscElectrode((0.0, 0.0, 0.0), size, "z")
    np.testing.assert_allclose(
        potential_mV_per_mA(disc, points, Medium(along, across)),
        potential_mV_per_mA(disc, points * stretch, isotropic),
        rtol=1e-9,
    )


def test_a_disc_on_a_surface_is_that_of_wiley_and_webster() -> None:
    points = scattered(300, 400.0)
    points[:, 1] = np.abs(points[:, 1])
    points[:40, 1] = 0.0
    potential = potential_mV_per_mA(DiscElectrode((0.0, 0.0, 0.0), RADIUS_um), points, SKIN)
    off, deep = np.hypot(points[:, 0], points[:, 2]), points[:, 1]
    reach = np.hypot(off - RADIUS_um, deep) + np.hypot(off + RADIUS_um, deep)
    at_metal = 1e6 / (4.0 * SIGMA_S_per_m * RADIUS_um)
    expected = 2.0 / np.pi * at_metal * np.arcsin(np.minimum(2.0 * RADIUS_um / reach, 1.0))
    np.testing.assert_allclose(potential, expected, rtol=1e-6)


def test_a_disc_is_at_one_potential_and_a_point_from_afar() -> None:
    disc = DiscElectrode((0.0, 0.0, 0.0), RADIUS_um)
    turn = np.linspace(0.0, 2.0 * np.pi, 20)
    on = np.stack([np.cos(turn), np.zeros(20), np.sin(turn)], axis=1) * 0.99 * RADIUS_um
    at_metal = 1e6 / (4.0 * SIGMA_S_per_m * RADIUS_um)
    np.testing.assert_allclose(potential_mV_per_mA(disc, on, SKIN), at_metal, rtol=1e-6)
    np.testing.assert_allclose(potential_mV_per_mA(disc, on, TISSUE), at_metal / 2, rtol=1e-6)
    anisotropic = potential_mV_per_mA(disc, on, Medium(0.6, 0.1))
    np.testing.assert_allclose(anisotropic, anisotropic[0], rtol=1e-6)
    far = np.abs(scattered(30, 30000.0)) + 10000.0
    for medium in (SKIN, TISSUE, Medium(0.6, 0.1, "y")):
        point = potential_mV_per_mA(PointElectrode((0.0, 0.0, 0.0)), far, medium)
        np.testing.assert_allclose(potential_mV_per_mA(disc, far, medium), point, rtol=1e-3)
    assert potential_mV_per_mA(disc, far, SKIN) == pytest.approx(
        1e6 / (2.0 * np.pi * SIGMA_S_per_m * np.linalg.norm(far, axis=1)), rel=1e-3
    )


def test_a_surface_mirrors_a_buried_point_and_lets_no_current_through() -> None:
    deep = PointElectrode((0.0, 500.0, 0.0))
    near = np.array([[300.0, 0.0, 200.0], [300.0, 0.01, 200.0]])
    surface, below = potential_mV_per_mA(deep, near, SKIN)
    alone = potential_mV_per_mA(deep, near[:1], TISSUE)[0]
    assert surface == pytest.approx(2.0 * alone)
    assert below == pytest.approx(surface, rel=1e-9)


def test_contacts_add_up_by_their_shares() -> None:
    path = straight_path_um(CABLE, y_um=500.0)
    cathode = PointElectrode((0.0, 0.0, 4000.0), -1.0)
    anode = DiscElectrode((0.0, 0.0, 6000.0), 100.0, share=0.5)
    together = potential_mV_per_mA([cathode, anode], path, TISSUE)
    apart = potential_mV_per_mA(PointElectrode((0.0, 0.0, 4000.0)), path, TISSUE)
    other = potential_mV_per_mA(DiscElectrode((0.0, 0.0, 6000.0), 100.0), path, TISSUE)
    np.testing.assert_allclose(together, 0.5 * other - apart)


def test_a_cathode_depolarizes_beneath_it_and_an_anode_beside_it() -> None:
    distance = 1000.0
    cathode = -point_source_mV_per_mA(CABLE.position_um, distance, 5025.0, 300.0)
    drive = activating_function_mV_per_ms(CABLE, cathode)
    assert drive.argmax() == 100 and drive[100] > 0
    # Rattay (1986): the second derivative changes its sign at distance / sqrt(2).
    inner = slice(1, -1)
    change = CABLE.position_um[inner][np.flatnonzero(np.diff(np.sign(drive[inner])))] - 5025.0
    assert np.abs(change).tolist() == pytest.approx([distance / np.sqrt(2)] * 2, abs=50.0)
    assert (-drive).argmax() not in range(90, 110) and (-drive)[100] == (-drive).min()
    # per ms: d / (4 R C) times the second derivative of a point's potential
    expected = 1e-3 * 10e-4 / (4 * 100.0 * 1e-6) * 300.0 / (4 * np.pi) / (distance * 1e-4) ** 3
    assert drive[100] == pytest.approx(expected, rel=0.01)


def test_a_bent_path_keeps_its_length() -> None:
    corner = along_path_um(CABLE, np.array([[0, 0, 0], [0, 3000, 0], [0, 3000, 7000.0]]))
    np.testing.assert_allclose(corner[30], [0.0, 1525.0, 0.0])
    np.testing.assert_allclose(corner[-1], [0.0, 3000.0, 6975.0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Medium(0.0), "along_S_per_m is 0.0, must be positive"),
        (lambda: Medium(1.0, surface_normal="w"), "surface_normal is 'w'; allowed: x, y, z"),
        (lambda: DiscElectrode((0, 0, 0), -1.0), "radius_um is -1.0, must be positive"),
        (lambda: PointElectrode((0, 0)), r"position_um is \(0, 0\), must be 3 finite"),
        (lambda: PointElectrode((0, 0, 0), np.nan), "share is nan"),
        (lambda: potential_mV_per_mA([], np.zeros((1, 3)), TISSUE), "none given"),
        (
            lambda: potential_mV_per_mA(PointElectrode((0, 0, 0)), np.zeros(3), TISSUE),
            r"shape \(3,\), must be finite numbers of shape \(compartments, 3\)",
        ),
        (
            lambda: potential_mV_per_mA(PointElectrode((0, 0, 0)), np.zeros((1, 3)), TISSUE),
            "compartment 0 lies on a point electrode",
        ),
        (
            lambda: potential_mV_per_mA(PointElectrode((0, -1, 0)), np.eye(3), SKIN),
            "must lie in the half space of the fiber",
        ),
        (
            lambda: potential_mV_per_mA(DiscElectrode((0, 1, 0), 1.0), np.eye(3), SKIN),
            "must lie on the surface",
        ),
        (
            lambda: potential_mV_per_mA(DiscElectrode((0, 0, 0), 1.0, "x"), np.eye(3), SKIN),
            "normal is 'x', must be that of the surface, 'y'",
        ),
        (
            lambda: potential_mV_per_mA(PointElectrode((0, 1, 0)), scattered(9, 1.0), SKIN),
            "compartments lie on both sides of the surface at y = 0 um",
        ),
        (
            lambda: along_path_um(CABLE, np.array([[0, 0, 0], [0, 0, 9000.0]])),
            "the path is 9000 um long, the cable needs 10000 um",
        ),
        (
            lambda: along_path_um(CABLE, np.zeros((2, 3))),
            "points 0 and 1 are the same place",
        ),
        (lambda: along_path_um(CABLE, np.zeros((1, 3))), "must be"),
    ],
)
def test_electrodes_that_make_no_sense_are_refused(make: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()


def sampled(every_um: float, shift_um: float = 0.0) -> FieldSamples:
    places = np.arange(-500.0 + shift_um, 10600.0 + shift_um, every_um)
    return FieldSamples(places, point_source_mV_per_mA(places, 1000.0, 5000.0, 300.0))


def test_sampled_fields_keep_what_a_fiber_answers_to() -> None:
    exact = point_source_mV_per_mA(CABLE.position_um, 1000.0, 5000.0, 300.0)
    drive = activating_function_mV_per_ms(CABLE, exact)[1:-1]
    for every, shift in ((100.0, 0.0), (100.0, 37.0), (250.0, 125.0)):
        field = sampled(every, shift)
        np.testing.assert_allclose(field.onto(CABLE), exact, rtol=1e-3)
        found = activating_function_mV_per_ms(CABLE, field.onto(CABLE))[1:-1]
        miss = np.abs(found - drive).max() / np.abs(drive).max()
        assert miss < (0.02 if every == 100.0 else 0.12)
    places = np.array([0.0, 123.0, 10000.0])
    line = FieldSamples(np.linspace(0.0, 1e4, 5), np.linspace(0.0, 100.0, 5))
    np.testing.assert_allclose(line.onto(places), places / 100.0, rtol=1e-12)


def test_an_error_of_the_sampling_falls_with_the_fourth_power_of_its_step() -> None:
    places = np.linspace(3000.0, 7000.0, 801)
    exact = point_source_mV_per_mA(places, 1000.0, 5000.0, 300.0)
    errors = [np.abs(sampled(every).onto(places) - exact).max() for every in (400.0, 200.0, 100.0)]
    orders = np.log2(np.divide(errors[:-1], errors[1:]))
    assert (orders > 3.5).all()


def test_a_step_between_tissues_does_not_ring() -> None:
    places = np.arange(0.0, 1001.0, 100.0)
    step = FieldSamples(places, np.where(places < 450.0, 0.0, 10.0))
    fine = step.onto(np.linspace(0.0, 1000.0, 2001))
    assert fine.min() == 0.0 and fine.max() == pytest.approx(10.0, abs=1e-12)
    assert (np.diff(fine) >= -1e-12).all()


def written(folder: Path, text: str) -> Path:
    file = folder / "field.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_field_is_read_in_its_units(tmp_path: Path) -> None:
    text = "node, position_mm ,potential_V_per_A\n1,-1,5\n2,0,10\n\n3,1,20\n4,2,5\n"
    field = read_field(written(tmp_path, text))
    assert field.positions_um.tolist() == [-1000.0, 0.0, 1000.0, 2000.0]
    assert field.potential_mV_per_mA.tolist() == [5.0, 10.0, 20.0, 5.0]
    text = "position_um,potential_V_per_mA\n0,1\n1,2\n2,3\n3,4\n"
    assert read_field(written(tmp_path, text)).potential_mV_per_mA[0] == 1000.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "field.csv: the file is empty"),
        ("z,potential_mV_per_mA\n", "no position column with its unit among z, potential_mV"),
        ("position_um,V\n", "no potential column with its unit .* allowed: potential_mV_per_mA"),
        ("position_um,position_mm,V\n", "more than one position column"),
        ("position_um,potential_V_per_A\n0,1\nx,2\n", "row 3: position_um is 'x', must be a"),
        ("position_um,potential_V_per_A\n0,1\n1\n", "row 3: potential_V_per_A is '', must"),
        ("position_um,potential_V_per_A\n0,nan\n", "row 2: potential_V_per_A is 'nan'"),
        ("position_um,potential_V_per_A\n0,1\n1,2\n", "2 positions .* at least 4"),
        (
            "position_um,potential_V_per_A\n0,1\n2,2\n1,3\n4,5\n",
            "field.csv: positions must rise: sample 2 is at 2 um and sample 3 at 1 um",
        ),
    ],
)
def test_a_field_that_cannot_be_read_says_why(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        read_field(written(tmp_path, text))


def test_a_field_covers_the_fiber(tmp_path: Path) -> None:
    short = FieldSamples(np.arange(5) * 1000.0, np.ones(5))
    with pytest.raises(InputError, match=r"cover 0 to 4000 um, .* need 25 to 9975 um"):
        short.onto(CABLE)
    with pytest.raises(InputError, match="cannot be read"):
        read_field(tmp_path / "missing.csv")
    with pytest.raises(InputError, match="finite numbers in a row"):
        FieldSamples(np.zeros((2, 2)), np.zeros(4))
