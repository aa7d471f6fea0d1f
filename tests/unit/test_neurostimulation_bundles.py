"""Fibers of different diameters in one simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from causalgia.afferents.internodes import interpolated_shape
from causalgia.afferents.model import FiberModel, simulate_fiber
from causalgia.afferents.neurostimulation.bundle import dorsal_column, myelinated_bundle, straight
from causalgia.afferents.neurostimulation.side_by_side import (
    lanes_taken,
    passive_ends,
    side_by_side,
)
from causalgia.afferents.presets.mcintyre_2002 import mcintyre_2002
from causalgia.afferents.presets.sundt_2015 import sundt_2015_axon
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_2014
from causalgia.cable.stimulus import Pulses
from causalgia.errors import InputError
from causalgia.evidence import parameters

NODES, DIAMETERS = 11, (5.0, 8.0, 12.0)


def crossings_ms(model: FiberModel, batch: int) -> np.ndarray:
    """When each lane's spike passes its third and its ninth node."""
    assert model.active is not None
    run = simulate_fiber(
        model,
        duration_ms=1.5,
        currents=[Pulses((0,), 0.05, 0.1, 3.0)],
        spikes=(model.active[2], model.active[8]),
        every_ms=1.5,
        batch=batch,
    )
    return run.crossing_ms[0]


@pytest.fixture(scope="module")
def models() -> list[FiberModel]:
    published = [mcintyre_2002(interpolated_shape(d), NODES) for d in DIAMETERS]
    return [replace(model, dt_ms=0.005) for model in published]


def test_a_lane_is_the_fiber_that_it_was_made_of(models: list[FiberModel]) -> None:
    together = crossings_ms(side_by_side(models), 3)
    alone = np.concatenate([crossings_ms(model, 1) for model in models], axis=1)
    assert np.isfinite(alone).all()
    assert together == pytest.approx(alone, abs=2e-4)
    # And they are not all the same fiber: thicker ones are faster, over the same number of nodes.
    lengths = np.array([model.cable.position_um[-1] for model in models])
    assert (np.diff(lengths / (together[1] - together[0])) > 0).all()


def test_lanes_can_be_taken_more_than_once(models: list[FiberModel]) -> None:
    taken = crossings_ms(lanes_taken(side_by_side(models), np.array([2, 0, 2])), 3)
    assert taken[:, 0] == pytest.approx(taken[:, 2], abs=1e-6)
    assert abs(taken[1, 0] - taken[1, 1]) > 1e-3


def test_unmyelinated_fibers_too() -> None:
    axons = [replace(sundt_2015_axon(2000.0, d, 40), active=tuple(range(40))) for d in (0.5, 1.0)]
    joined = side_by_side(axons)
    assert np.allclose(joined.electrics.densities_S_per_cm2[0, :, 1] / 0.04, 2.0)
    assert np.allclose(np.asarray(joined.electrics.axial_factor)[1:, 1], 4.0)


def test_links_of_another_cable_are_refused(models: list[FiberModel]) -> None:
    model = models[0]
    short = replace(model.electrics, axial_factor=np.ones((3, 1)))
    with pytest.raises(InputError, match=r"axial_factor has shape \(3, 1\), must be \(111 comp"):
        crossings_ms(replace(model, electrics=short), 1)
    negative = replace(model.electrics, axial_factor=-1.0)
    with pytest.raises(InputError, match="axial_factor is -1"):
        crossings_ms(replace(model, electrics=negative), 1)


def test_ends_lose_their_sodium_and_nothing_else(models: list[FiberModel]) -> None:
    before, after = models[0], passive_ends(models[0])
    names = before.membrane.names
    lost = before.electrics.densities_S_per_cm2 != after.electrics.densities_S_per_cm2
    assert {name for name, row in zip(names, lost, strict=True) if row.any()} == {
        "nodal_fast",
        "nodal_persistent",
    }
    assert np.flatnonzero(lost[0, :, 0]).tolist() == [0, 1, NODES - 2, NODES - 1]


def test_fibers_that_differ_in_more_are_refused(models: list[FiberModel]) -> None:
    with pytest.raises(InputError, match="differ in more than their dimensions"):
        side_by_side([models[0], mcintyre_2002(interpolated_shape(5.0), NODES + 2)])
    with pytest.raises(InputError, match="ions that accumulate"):
        side_by_side([tigerholm_2014(1000.0, 1.0, 20)])
    with pytest.raises(InputError, match="no fiber"):
        side_by_side([])


def test_a_dorsal_column_has_as_few_large_fibers_as_were_counted() -> None:
    column = dorsal_column((50.0, 250.0), (0.0, 1000.0), fluid_um=3000.0, nodes=19)
    measured = parameters("feirabend_2002")
    large = column.chosen("a_beta_large")
    assert column.weight[large].sum() == pytest.approx(measured["large_fiber_share"].value)
    assert (column.diameter_um[large] > measured["large_fiber_diameter"].value).all()
    assert (column.diameter_um[~large] < measured["large_fiber_diameter"].value).all()
    assert 0.8 < column.weight.sum() < 1.0  # the thinnest fibers are left out
    assert column.size == 6 * 4
    # Every place is there, under the fluid, with its middle node at the contact.
    assert {(x, y) for x, y in column.path_um[:, 0, :2]} == {
        (x, 3000.0 + y) for x in (0.0, 1000.0) for y in (50.0, 250.0)
    }
    assert np.abs(column.path_um[:, 99, 2]).max() == pytest.approx(0.0, abs=1e-6)


def test_bundles_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="nodes is 9, must be 19 or more"):
        dorsal_column(fluid_um=3000.0, nodes=9)
    bundle = myelinated_bundle(
        [6.0], [straight(0.0, 1.0, 0.0)], weight=np.ones((1, 1)), kinds=["a_beta"], nodes=19
    )
    with pytest.raises(InputError, match="kind is 'c'; the bundle has a_beta"):
        bundle.chosen("c")
