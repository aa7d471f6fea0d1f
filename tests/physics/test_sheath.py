"""The double cable's solver against dense linear algebra, and its limits."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from causalgia.cable import Electrics, Recorder, Section, Sheath, cable_of, simulate, unbranched
from causalgia.cable.layout import layout_of
from causalgia.cable.sheath import periaxonal_mS, sheathed_line_of
from causalgia.cable.stimulus import Pulses
from causalgia.channels.hodgkin_huxley import HODGKIN_HUXLEY_DENSITIES, hodgkin_huxley_membrane
from causalgia.errors import InputError


def laplacian(links: np.ndarray) -> np.ndarray:
    """Of a line whose link k joins k - 1 and k."""
    matrix = np.diag(np.append(links[1:], 0.0) + links) - np.diag(links[1:], 1)
    return matrix - np.diag(links[1:], -1)


@pytest.mark.parametrize("size", [8, 9, 20, 221])
def test_both_layers_rise_as_dense_algebra_says(size: int) -> None:
    random = np.random.default_rng(size)
    cable = unbranched(100.0 * size, 4.0, size)
    axial = np.append(0.0, random.uniform(0.5, 2.0, size - 1))[:, None] * 1e-3
    space = np.append(0.0, random.uniform(0.5, 2.0, size - 1))[:, None] * 1e-5
    sheath = Sheath(
        random.uniform(1e-6, 1e-5, (size, 1)), random.uniform(1e-3, 1e-2, (size, 1)), space
    )
    layout = layout_of(cable.parent, tuple(range(size)), always_fold=True)
    area = layout.arrange(cable.area_cm2[:, None])
    dt_ms = 0.01
    line = sheathed_line_of(layout, cable, axial, sheath, area, dt_ms)
    diagonal, right, injected, voltage, across, outside = (
        random.uniform(low, high, (size, 3))
        for low, high in ((0.01, 0.1), (-1, 1), (-1, 1), (-70, 20), (-5, 5), (-50, 50))
    )
    with jax.enable_x64(True):
        field = line.currents(layout.arrange(outside))  # type: ignore[arg-type]
        arranged = [layout.arrange(x) for x in (diagonal, right, injected, voltage, across)]
        arranged[2] += np.asarray(field[0])
        arranged.insert(3, np.asarray(field[1]))
        risen, stretched = line.solve_layers(*arranged)  # type: ignore[arg-type]
    found = np.concatenate([layout.restore(np.asarray(x)) for x in (risen, stretched)])

    myelin = 1e3 * sheath.conductance_S_per_cm2[:, 0] * cable.area_cm2
    charging = sheath.capacitance_uF_per_cm2[:, 0] * cable.area_cm2 / dt_ms
    inside, around = laplacian(axial[:, 0]), laplacian(space[:, 0])
    for lane in range(3):
        membrane = np.diag(diagonal[:, lane])
        upper = np.hstack([membrane + inside, -membrane])
        lower = np.hstack([-membrane, membrane + np.diag(myelin + charging) + around])
        potential = outside[:, lane] + across[:, lane]
        given = np.concatenate(
            [
                right[:, lane] + injected[:, lane] - inside @ (potential + voltage[:, lane]),
                -right[:, lane] - myelin * across[:, lane] - around @ potential,
            ]
        )
        solved = np.linalg.solve(np.vstack([upper, lower]), given)
        expected = np.concatenate([solved[:size] - solved[size:], solved[size:]])
        assert found[:, lane] == pytest.approx(expected, rel=1e-8, abs=1e-9)


def test_without_myelin_it_is_the_single_cable() -> None:
    size = 40
    cable = unbranched(4000.0, 4.0, size)
    electrics = Electrics(
        np.array(list(HODGKIN_HUXLEY_DENSITIES.values()))[:, None, None] * np.ones((3, size, 1))
    )
    bare = Sheath(
        np.full((size, 1), 1e10), np.zeros((size, 1)), periaxonal_mS(cable, np.full((size, 1), 1e3))
    )
    traces = [
        simulate(
            cable,
            hodgkin_huxley_membrane(),
            electrics,
            duration_ms=12.0,
            dt_ms=0.01,
            currents=[Pulses((0,), 0.5, 0.5, 2.0)],
            sheath=sheath,
            recorder=Recorder((20,)),
            precision="float64",
        ).voltage_mV
        for sheath in (None, bare)
    ]
    assert traces[0].max() > 0.0
    assert traces[1] == pytest.approx(traces[0], abs=0.05)


def test_a_sheath_needs_a_line_of_its_length() -> None:
    sections = [Section("a", 100.0, 2.0, 5), *(Section(n, 100.0, 2.0, 5, "a") for n in "bc")]
    tree = cable_of(sections)
    line = unbranched(100.0, 2.0, 10)
    for cable, rows, message in (
        (tree, tree.size, "must be unbranched"),
        (line, 7, r"has shape \(7, 1\), must be \(10, lanes\)"),
    ):
        layer = np.ones((rows, 1))
        with pytest.raises(InputError, match=message):
            simulate(
                cable,
                hodgkin_huxley_membrane(),
                Electrics(np.ones((3, int((cable.area_cm2 > 0).sum()), 1))),
                duration_ms=1.0,
                dt_ms=0.1,
                sheath=Sheath(layer, layer, layer),
            )
