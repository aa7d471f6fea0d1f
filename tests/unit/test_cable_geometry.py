"""What a cable is made of, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.cable import Section, cable_of, unbranched
from causalgia.errors import InputError


def test_a_cable_has_the_area_and_resistance_of_its_cylinder() -> None:
    cable = unbranched(1000.0, 2.0, 10, axial_resistivity_ohm_cm=100.0)
    assert cable.area_cm2.sum() == pytest.approx(np.pi * 2e-4 * 1000e-4)
    between_first_and_last = (1.0 / cable.axial_mS[1:]).sum()  # kOhm
    length_cm, radius_cm = 900e-4, 1e-4
    assert between_first_and_last == pytest.approx(1e-3 * 100.0 * length_cm / np.pi / radius_cm**2)


def test_a_taper_has_the_resistance_of_a_cone() -> None:
    cone = Section("cone", 100.0, 4.0, 50, end_diameter_um=1.0)
    cable = cable_of([cone, Section("tip", 1e-6, 1.0, 1, parent="cone")])
    # from the middle of the first compartment (3.97 um thick) on
    expected = 1e-3 * 4.0 * 100.0 * 99.0e-4 / (np.pi * 3.97e-4 * 1.0e-4)
    assert (1.0 / cable.axial_mS[1:]).sum() == pytest.approx(expected, rel=1e-6)


def test_positions_run_along_the_path_through_branches() -> None:
    cable = cable_of(
        [
            Section("trunk", 100.0, 2.0, 2),
            Section("left", 40.0, 1.0, 2, parent="trunk"),
            Section("right", 80.0, 1.0, 2, parent="trunk"),
        ]
    )
    assert cable.position_um[cable.section["left"]].tolist() == [110.0, 130.0]
    assert cable.position_um[cable.section["right"]].tolist() == [120.0, 160.0]
    assert cable.nearest(131.0) == cable.section["left"][1]


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ([], "at least one section"),
        ([("a", None), ("a", "a")], "'a' is used twice"),
        ([("a", None), ("b", None)], "'b': the first section, and only it, has no parent"),
        ([("a", None), ("b", "c")], "parent 'c' is not an earlier section"),
        ([("a", None), ("b", "b")], "parent 'b' is not an earlier section .*no loops"),
        ([("a", None), ("b", "c"), ("c", "b")], "parent 'c' is not an earlier section .*no loops"),
    ],
)
def test_what_is_not_a_tree_is_refused(
    sections: list[tuple[str, str | None]], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        cable_of([Section(name, 10.0, 1.0, 1, parent=parent) for name, parent in sections])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"length_um": -5.0}, "'x': length_um is -5.0, must be positive"),
        ({"length_um": float("nan")}, "length_um is nan"),
        ({"diameter_um": 0.0}, "diameter_um is 0.0"),
        ({"axial_resistivity_ohm_cm": -1.0}, "axial_resistivity_ohm_cm is -1.0"),
        ({"compartments": 0}, "compartments is 0, must be 1 or more"),
        ({"end_diameter_um": -1.0}, "end_diameter_um is -1.0"),
        ({"capacitance_uF_per_cm2": 0.0}, "capacitance_uF_per_cm2 is 0.0"),
    ],
)
def test_impossible_sections_are_refused(change: dict[str, float], message: str) -> None:
    given = {"name": "x", "length_um": 10.0, "diameter_um": 1.0, "compartments": 1, **change}
    with pytest.raises(InputError, match=message):
        Section(**given)
