"""Lesions: what a stretch of a fiber has lost, gained or been stripped of.

Each function takes a fiber and gives the injured one. A severity of 0 leaves it as it was; 1 is
the worst that the function describes.
"""

from __future__ import annotations

from dataclasses import replace

import equinox as eqx
import numpy as np
from jaxtyping import Float, Int

from causalgia.afferents.model import FiberModel
from causalgia.cable import Sheath
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameters

__all__ = ["compression", "demyelination", "neuroma", "with_folds", "zone"]

Severity = float | Float[np.ndarray, " lane"]
"""One for all lanes, or one for each."""


def zone(model: FiberModel, start_um: float, end_um: float) -> Int[np.ndarray, " compartment"]:
    """Compartments whose centers lie from `start_um` to `end_um` along the fiber.

    **Raises:** `InputError` where there is none.
    """
    cable = model.cable
    inside = (cable.position_um >= start_um) & (cable.position_um <= end_um) & (cable.area_cm2 > 0)
    found = np.flatnonzero(inside)
    if found.size == 0:
        raise InputError(
            f"zone from {start_um:g} to {end_um:g} um: {model.name} has no compartment there "
            f"(it is {cable.position_um.max():g} um long)"
        )
    return found


def with_folds(
    model: FiberModel,
    compartments: Int[np.ndarray, " compartment"],
    folds: dict[str, Severity],
) -> FiberModel:
    """The fiber with densities multiplied in some compartments, by one factor or one a lane.

    **Raises:** `InputError` for a channel that the fiber does not have, or a negative factor.
    """
    active = np.arange(model.cable.size)[model.cable.area_cm2 > 0]
    active = active if model.active is None else np.asarray(model.active)
    places = np.flatnonzero(np.isin(active, compartments))
    given = model.electrics.densities_S_per_cm2
    lanes = max([given.shape[2], *(np.size(fold) for fold in folds.values())])
    densities = np.broadcast_to(given, (*given.shape[:2], lanes)).copy()
    for name, fold in folds.items():
        if name not in model.membrane.names:
            raise InputError(
                f"no channel {name!r} in {model.name}; {nearest(name, model.membrane.names)}"
            )
        if np.any(~(np.asarray(fold) >= 0)):
            raise InputError(f"fold of {name!r} is {fold}, must be 0 or more")
        densities[model.membrane.names.index(name), places] *= np.asarray(fold)
    return replace(model, electrics=replace(model.electrics, densities_S_per_cm2=densities))


def neuroma(model: FiberModel, severity: Severity, length_um: float = 300.0) -> FiberModel:
    """The cut end of a C-fiber, at the fiber's start: sealed, channels piled up in it.

    Nav1.7 and Nav1.8 that can be carried no farther pile up, Nav1.3 is made again, and potassium
    channels are lost. In a fiber without Nav1.8 none piles up.
    **Raises:** `InputError` for a severity outside 0 to 1, or a fiber without Nav1.3.
    """
    worse = _checked(severity)
    own, names = parameters("causalgia_fibers"), model.membrane.names
    if "nav1_3" not in names:
        raise InputError(f"neuroma: {model.name} has no channel 'nav1_3', as C classes have")
    places = zone(model, 0.0, length_um)
    folds = {
        name: 1.0 + worse * (own[f"neuroma_{name}"].value - 1.0)
        for name in ("nav1_7", "nav1_8", "delayed_rectifier", "m_current")
    }
    injured = with_folds(model, places, folds)
    densities = injured.electrics.densities_S_per_cm2
    lanes = max(densities.shape[2], np.size(worse))
    densities = np.broadcast_to(densities, (*densities.shape[:2], lanes)).copy()
    # Nav1.3 is none in health: counted in shares of the Nav1.7 that was there.
    before = model.electrics.densities_S_per_cm2[names.index("nav1_7"), places]
    densities[names.index("nav1_3"), places] = own["neuroma_nav1_3"].value * worse * before
    return replace(injured, electrics=replace(injured.electrics, densities_S_per_cm2=densities))


def compression(
    model: FiberModel, severity: Severity, start_um: float, end_um: float
) -> FiberModel:
    """A stretch under pressure: sodium channels fail, and a myelinated fiber loses myelin.

    **Raises:** `InputError` for a severity outside 0 to 1, or an empty stretch.
    """
    worse = _checked(severity)
    own = parameters("causalgia_fibers")
    lost = 1.0 - worse * own["compression_sodium_lost"].value
    sodium = [name for name in model.membrane.names if name.startswith(("nav", "nodal_"))]
    folds = {name: lost for name in sodium if name != "nodal_slow"}
    injured = with_folds(model, zone(model, start_um, end_um), folds)
    if model.sheath is None:
        return injured
    left = 1.0 - worse * own["compression_myelin_lost"].value
    return demyelination(injured, left, start_um, end_um)


def demyelination(
    model: FiberModel, myelin_left: Severity, start_um: float, end_um: float
) -> FiberModel:
    """A stretch in which only a share of the lamellae is left, from 0.01 to 1.

    Lamellae lie in series: with half of them the myelin has twice the conductance and twice the
    capacitance.
    **Raises:** `InputError` for a fiber without myelin, a share out of range or an empty stretch.
    """
    if model.sheath is None:
        raise InputError(f"demyelination: {model.name} has no myelin")
    left = np.atleast_1d(np.asarray(myelin_left, dtype=float))
    if np.any(~((left >= 0.01) & (left <= 1.0))):
        raise InputError(f"myelin_left is {myelin_left}, allowed 0.01 to 1")
    places = zone(model, start_um, end_um)
    share = np.ones((model.cable.size, left.size))
    share[places] = left
    sheath: Sheath = model.sheath
    # nodes have no lamellae to lose
    share[list(model.active or ())] = 1.0
    sheath = eqx.tree_at(
        lambda s: (s.conductance_S_per_cm2, s.capacitance_uF_per_cm2),
        sheath,
        (sheath.conductance_S_per_cm2 / share, sheath.capacitance_uF_per_cm2 / share),
    )
    return replace(model, sheath=sheath)


def _checked(severity: Severity) -> Severity:
    if np.any(~((np.asarray(severity) >= 0) & (np.asarray(severity) <= 1))):
        raise InputError(f"severity is {severity}, allowed 0 to 1")
    return severity
