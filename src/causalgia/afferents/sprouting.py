"""Sprouts: thin, immature branches that grow from a cut axon and conduct slowly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from causalgia.afferents.c_classes import CRecipe, c_densities, c_fiber_model
from causalgia.afferents.model import FiberModel
from causalgia.cable import Electrics, Section, cable_of
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["sprouting"]

PARENT, SPROUT = 40, 30
"""Compartments of the parent axon and of each sprout."""


def sprouting(recipe: CRecipe, sprouts: int = 2, sprout_length_um: float = 3000.0) -> FiberModel:
    """A C axon whose cut end has grown sprouts: sections "axon" and "sprout0", "sprout1" ...

    The axon's start is its central end. Sprouts are thin and poor in channels.
    **Raises:** `InputError` for no sprout or a length that is not positive.
    """
    if sprouts < 1 or not sprout_length_um > 0:
        raise InputError(
            f"sprouts is {sprouts} and sprout_length_um {sprout_length_um:g}, must be positive"
        )
    own, published = parameters("causalgia_fibers"), parameters("tigerholm_2014")
    resistivity = published["axial_resistivity"].value
    sections = [
        Section("axon", 4000.0, recipe.diameter_um, PARENT, axial_resistivity_ohm_cm=resistivity)
    ]
    sections += [
        Section(
            f"sprout{index}",
            sprout_length_um,
            own["sprout_diameter"].value,
            SPROUT,
            "axon",
            axial_resistivity_ohm_cm=resistivity,
        )
        for index in range(sprouts)
    ]
    sodium, potassium = own["sprout_sodium"].value, own["sprout_potassium"].value
    folds = {**recipe.folds}
    for name, poor in (
        ("nav1_7", sodium),
        ("nav1_8", sodium),
        ("delayed_rectifier", potassium),
    ):
        folds[name] = poor * recipe.folds.get(name, 1.0)
    immature = c_densities(replace(recipe, folds=folds))
    columns = [c_densities(recipe)] * PARENT + [immature] * (SPROUT * sprouts)
    return replace(
        c_fiber_model(recipe),
        name=f"{recipe.name}_sprouting",
        cable=cable_of(sections),
        electrics=Electrics(np.array(columns).T[:, :, None]),
        description=f"C axon with {sprouts} sprouts",
    )
