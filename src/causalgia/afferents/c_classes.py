r"""The library's own C-fibers: polymodal, mechano-insensitive, cold and touch.

All share the currents, the pump and the ion spaces of the C-fiber of Tigerholm (2014), at the
temperature of the skin, with sodium channels that clamp where they were measured
(`causalgia.channels.measured`), and Nav1.3, which a healthy axon does not make. They differ in what
is known or thought to differ between the classes: diameter, Nav1.7, Nav1.8, potassium channels, HCN
and pump. How much is fitted (`scripts/fit_c_classes.py`) to conduction velocities and to the
slowing by 3 min at 2 Hz that tells the classes apart (Serra 1999): activity loads a fiber with
sodium; the more its spikes bring in (Nav1.8) and the less its pump clears, the slower it gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from causalgia.afferents.balance import resting_currents
from causalgia.afferents.model import FiberModel
from causalgia.afferents.presets.tigerholm_2014 import tigerholm_membrane
from causalgia.cable import Electrics, unbranched
from causalgia.channels import Membrane, measured, sodium
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = [
    "C_CLASSES",
    "CRecipe",
    "c_cold",
    "c_densities",
    "c_fiber_model",
    "c_lanes",
    "c_polymodal",
    "c_recipe",
    "c_silent",
    "c_touch",
    "membrane_of",
]

C_CLASSES = ("c_polymodal", "c_silent", "c_cold", "c_touch")
"""Names of the classes: the second are the mechano-insensitive or silent nociceptors."""

FOLDS = ("nav1_7", "nav1_8", "delayed_rectifier", "m_current", "hcn", "sodium_potassium_pump")
"""The densities in which the classes differ, as multiples of those of Tigerholm (2014)."""

MEASURED = {name: measured.BUILDERS[name] for name in ("nav1_7", "nav1_8", "nav1_9")}
"""Channels that take the place of the published fiber's."""


@dataclass(frozen=True)
class CRecipe:
    """What makes a C-fiber one of a class: its diameter and folds of published densities.

    A density that `folds` leaves out is that of Tigerholm (2014).
    """

    name: str
    diameter_um: float
    folds: Mapping[str, float] = field(default_factory=dict)


@cache
def c_recipe(name: str) -> CRecipe:
    """The recipe of a class, from the evidence.

    **Raises:** `InputError` for an unknown class, with the nearest one.
    """
    if name not in C_CLASSES:
        raise InputError(f"no C-fiber class {name!r}; {nearest(name, C_CLASSES)}")
    own = parameters("causalgia_fibers")
    folds = {fold: own[f"{name}_{fold}"].value for fold in FOLDS}
    return CRecipe(name, own[f"{name}_diameter"].value, folds)


def c_polymodal(length_um: float = 10000.0, compartments: int = 200) -> FiberModel:
    """A mechano- and heat-sensitive C nociceptor."""
    return c_fiber_model(c_recipe("c_polymodal"), length_um, compartments)


def c_silent(length_um: float = 10000.0, compartments: int = 200) -> FiberModel:
    """A mechano-insensitive C nociceptor, silent in healthy skin."""
    return c_fiber_model(c_recipe("c_silent"), length_um, compartments)


def c_cold(length_um: float = 10000.0, compartments: int = 200) -> FiberModel:
    """A C-fiber that answers innocuous cooling."""
    return c_fiber_model(c_recipe("c_cold"), length_um, compartments)


def c_touch(length_um: float = 10000.0, compartments: int = 200) -> FiberModel:
    """A low-threshold mechanoreceptor among C-fibers."""
    return c_fiber_model(c_recipe("c_touch"), length_um, compartments)


def c_fiber_model(
    recipe: CRecipe, length_um: float = 10000.0, compartments: int = 200
) -> FiberModel:
    """A uniform stretch of axon made after a recipe."""
    return c_lanes([recipe], length_um, compartments)


def c_lanes(
    recipes: Sequence[CRecipe], length_um: float = 10000.0, compartments: int = 200
) -> FiberModel:
    """Fibers of several recipes side by side, one lane each.

    Each lane's leaks balance its sodium and its potassium at rest.
    **Raises:** `InputError` for no recipe, or one that would need a negative leak.
    """
    if not recipes:
        raise InputError("recipes is empty: need at least one C-fiber")
    published = parameters("tigerholm_2014")
    membrane, _ = membrane_of()
    columns = np.array([c_densities(recipe) for recipe in recipes]).T
    diameters = np.array([recipe.diameter_um for recipe in recipes])
    first = recipes[0]
    densities = np.broadcast_to(
        columns[:, None, :], (columns.shape[0], compartments, columns.shape[1])
    )
    return FiberModel(
        name=first.name if len(recipes) == 1 else "c_fibers",
        cable=unbranched(
            length_um,
            first.diameter_um,
            compartments,
            axial_resistivity_ohm_cm=published["axial_resistivity"].value,
            capacitance_uF_per_cm2=published["membrane_capacitance"].value,
        ),
        membrane=membrane,
        electrics=Electrics(densities, diameter_scale=diameters / first.diameter_um),
        initial_mV=parameters("causalgia_fibers")["c_resting_potential"].value,
        dt_ms=0.02,
        crossing_mV=-10.0,
        source="causalgia_fibers",
        description="C-fiber of the library's own, with changing sodium and potassium",
    )


@cache
def membrane_of(part: str = "axon") -> tuple[Membrane, Mapping[str, float]]:
    """The membrane that a part of all C classes shares, and the published densities.

    **Arguments:** the `part`: "axon", or "ending", whose sodium channels are still the published
    fiber's (see `causalgia.afferents.terminals`).
    """
    temperature = parameters("causalgia_fibers")["skin_temperature"].value
    published, densities = tigerholm_membrane(temperature, temperature)
    others = MEASURED if part == "axon" else {}
    returning = measured.nav1_3 if part == "axon" else sodium.nav1_3
    channels = [
        others[each.name](temperature, None) if each.name in others else each
        for each in published.channels
    ]
    membrane = Membrane.of(
        [*channels, returning(temperature)],
        {},
        ions=published.ions,
        pumps=published.pumps,
        temperature_degC=temperature,
    )
    return membrane, {**densities, "nav1_3": 0.0}


def c_densities(recipe: CRecipe, part: str = "axon") -> list[float]:
    """Densities in the order of the membrane of `membrane_of`, leaks in balance at rest.

    **Raises:** `InputError` for an unknown channel, or a leak that would have to be negative.
    """
    membrane, published = membrane_of(part)
    rest = parameters("causalgia_fibers")["c_resting_potential"].value
    leaks = {f"{ion.name}_leak": ion for ion in membrane.ions}
    unknown = sorted(set(recipe.folds) - (set(membrane.names) - set(leaks)))
    if unknown:
        raise InputError(
            f"recipe {recipe.name!r}: no channel {unknown[0]!r}; "
            f"{nearest(unknown[0], membrane.names)}"
        )
    densities = {name: published[name] * recipe.folds.get(name, 1.0) for name in membrane.names}
    densities.update(dict.fromkeys(leaks, 0.0))
    unbalanced = resting_currents(membrane, densities, rest)
    for leak, ion in leaks.items():
        pull_mV = ion.reversal_mV(membrane.temperature_degC) - rest
        densities[leak] = unbalanced[ion.name] / pull_mV
        if densities[leak] < 0:
            raise InputError(
                f"recipe {recipe.name!r}: {ion.name} balances at {rest:g} mV only with a negative "
                f"leak ({densities[leak]:.3g} S/cm2); change hcn or sodium_potassium_pump"
            )
    return [densities[name] for name in membrane.names]
