"""Contacts on the dura: what the layers do to their field."""

from __future__ import annotations

import numpy as np
import pytest

from causalgia.afferents.neurostimulation.tissue import (
    CordTissue,
    cord_tissue,
    epidural_potential_mV_per_mA,
    plate,
)
from causalgia.cable.electrodes import DiscElectrode, Medium, PointElectrode, potential_mV_per_mA
from causalgia.errors import InputError

CONTACT = PointElectrode((0.0, -300.0, 0.0))
PLACES = np.array([[0.0, 3500.0, 0.0], [1000.0, 3200.0, 4000.0], [500.0, 1000.0, -2000.0]])


def test_layers_of_one_conductivity_are_one_medium() -> None:
    uniform = CordTissue(0.3, 0.3, 0.3, 0.3, fluid_um=3000.0)
    layered = epidural_potential_mV_per_mA([CONTACT], PLACES, uniform)
    assert layered == pytest.approx(potential_mV_per_mA(CONTACT, PLACES, Medium(0.3)), rel=1e-6)


def test_an_insulator_outside_doubles_the_field_of_a_contact_on_it() -> None:
    contact = PointElectrode((0.0, 0.0, 0.0))
    insulated = CordTissue(1e-9, 0.3, 0.3, 0.3, fluid_um=3000.0)
    half = potential_mV_per_mA(contact, PLACES, Medium(0.3, surface_normal="y"))
    assert epidural_potential_mV_per_mA([contact], PLACES, insulated) == pytest.approx(
        half, rel=1e-5
    )


def test_a_thin_fluid_counts_for_nothing() -> None:
    # Between two half spaces, a source sees the mean of their conductivities.
    thin = CordTissue(0.04, 1.7, 0.2, 0.2, fluid_um=0.1)
    contact = PointElectrode((0.0, 0.0, 0.0))
    expected = potential_mV_per_mA(contact, PLACES, Medium(0.12))
    assert epidural_potential_mV_per_mA([contact], PLACES, thin) == pytest.approx(
        expected, rel=2e-3
    )


def test_the_potential_is_continuous_at_the_surface_of_the_cord() -> None:
    tissue = cord_tissue()
    depths = tissue.fluid_um + np.array([-1.0, 1.0])
    places = np.array([[300.0, depth, 2000.0] for depth in depths])
    outside, inside = epidural_potential_mV_per_mA(plate(0.0, 1.0), places, tissue)
    assert inside == pytest.approx(outside, rel=2e-3)


def test_current_is_conserved_at_the_surface_of_the_cord() -> None:
    tissue = CordTissue(0.04, 1.7, 0.2, 0.2, fluid_um=3000.0)
    step, surface = 0.5, tissue.fluid_um
    depths = surface + step * np.array([-1.0, 0.0, 1.0])
    places = np.array([[500.0, depth, 1500.0] for depth in depths])
    above, at, below = epidural_potential_mV_per_mA([CONTACT], places, tissue)
    assert tissue.fluid_S_per_m * (above - at) == pytest.approx(
        tissue.matter_S_per_m * (at - below), rel=5e-3
    )


def test_more_fluid_weakens_the_field_and_a_bipole_has_none_far_away() -> None:
    thin, thick = cord_tissue(2000.0), cord_tissue(6000.0)
    under = [np.array([[0.0, tissue.fluid_um + 100.0, 0.0]]) for tissue in (thin, thick)]
    fields = [
        epidural_potential_mV_per_mA(plate(0.0, 1.0), place, tissue)[0]
        for place, tissue in zip(under, (thin, thick), strict=True)
    ]
    assert fields[0] > 1.5 * fields[1] > 0
    bipole = plate(-4000.0, 1.0) + plate(4000.0, -1.0)
    middle = np.array([[0.0, 4100.0, 0.0]])
    assert abs(epidural_potential_mV_per_mA(bipole, middle, cord_tissue())[0]) < 1e-6


@pytest.mark.parametrize(
    ("electrode", "place", "said"),
    [
        (CONTACT, (0.0, -1.0, 0.0), "y of 0 or more"),
        (PointElectrode((0.0, 10.0, 0.0)), (0.0, 50.0, 0.0), "outside the fluid"),
        (DiscElectrode((0.0, 0.0, 0.0), 100.0), (0.0, 50.0, 0.0), "use `plate` or points"),
    ],
)
def test_what_lies_in_the_wrong_layer_is_refused(electrode, place, said) -> None:
    with pytest.raises(InputError, match=said):
        epidural_potential_mV_per_mA([electrode], np.array([place]), cord_tissue())


def test_a_tissue_without_conductivity_is_refused() -> None:
    with pytest.raises(InputError, match="fluid_um is 0"):
        cord_tissue(0.0)
