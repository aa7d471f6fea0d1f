"""Fibers of different geometry as lanes of one simulation.

A cable's geometry belongs to all lanes, what its membrane is made of to each. A fiber of another
diameter is therefore given as the first one with other densities: what counts is conductance and
capacitance of a compartment, not its area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from causalgia.afferents.model import FiberModel
from causalgia.cable import Cable, Electrics, Sheath
from causalgia.errors import InputError

__all__ = ["lanes_taken", "passive_ends", "side_by_side"]


def side_by_side(models: Sequence[FiberModel]) -> FiberModel:
    """Fibers with as many compartments each and the same currents, one in each lane.

    The cable of the result is that of the first; lane $i$ has its conductances, capacitances and
    axial conductances multiplied by the ratios of areas and of links.

    **Raises:** `InputError` for no fiber, or fibers that differ in more than their dimensions, or
    whose ions accumulate (a concentration needs the volume itself).
    """
    if not models:
        raise InputError("side_by_side: no fiber given, need at least one")
    first = models[0]
    for model in models[1:]:
        _check_alike(first, model)
    if first.membrane.pools:
        raise InputError(f"side_by_side: {first.name} has ions that accumulate, which it cannot")
    ratios = np.stack([_area_ratio(first.cable, model.cable) for model in models], axis=1)
    active = np.arange(first.cable.size) if first.active is None else np.array(first.active)
    densities = np.concatenate([m.electrics.densities_S_per_cm2[..., :1] for m in models], axis=2)
    electrics = Electrics(
        densities * ratios[active],
        _stacked([m.electrics.passive_S_per_cm2 for m in models], ratios),
        first.electrics.passive_reversal_mV,
        np.stack([_capacitance(m) for m in models], axis=1) * ratios,
        axial_factor=np.stack([_link_ratio(first.cable, m.cable) for m in models], axis=1),
    )
    return replace(first, electrics=electrics, sheath=_sheaths(models, ratios))


def lanes_taken(model: FiberModel, lanes: Int[np.ndarray, " lane"]) -> FiberModel:
    """The fibers of some lanes, in the order given; a lane may be taken more than once."""
    own = model.electrics
    electrics = replace(
        own,
        densities_S_per_cm2=own.densities_S_per_cm2[..., lanes],
        passive_S_per_cm2=_taken(own.passive_S_per_cm2, lanes),
        capacitance_uF_per_cm2=_taken(own.capacitance_uF_per_cm2, lanes),
        axial_factor=np.asarray(own.axial_factor)[:, lanes],
    )
    sheath = model.sheath
    if sheath is not None:
        sheath = Sheath(*(values[:, lanes] for values in vars(sheath).values()))
    return replace(model, electrics=electrics, sheath=sheath)


def passive_ends(model: FiberModel, sites: int = 2) -> FiberModel:
    """The same fiber without sodium channels in the first and last active compartments.

    A fiber in tissue goes on; the end of a cable would be excited by any field along it.
    """
    own = model.electrics.densities_S_per_cm2.copy()
    sodium = [i for i, c in enumerate(model.membrane.channels) if c.reversal == "sodium"]
    ends = [*range(sites), *range(own.shape[1] - sites, own.shape[1])]
    own[np.ix_(sodium, ends)] = 0.0
    return replace(model, electrics=replace(model.electrics, densities_S_per_cm2=own))


def _check_alike(first: FiberModel, other: FiberModel) -> None:
    alike = (
        first.membrane.names == other.membrane.names
        and np.array_equal(first.cable.parent, other.cable.parent)
        and first.active == other.active
        and (first.sheath is None) == (other.sheath is None)
        and np.array_equal(first.electrics.passive_reversal_mV, other.electrics.passive_reversal_mV)
        and (first.initial_mV, first.dt_ms) == (other.initial_mV, other.dt_ms)
    )
    if not alike:
        raise InputError(
            f"side_by_side: {first.description} and {other.description} differ in more than"
            " their dimensions"
        )


def _area_ratio(first: Cable, other: Cable) -> Float[np.ndarray, " compartment"]:
    real = first.area_cm2 > 0
    return np.where(real, other.area_cm2 / np.where(real, first.area_cm2, 1.0), 1.0)


def _link_ratio(first: Cable, other: Cable) -> Float[np.ndarray, " compartment"]:
    linked = first.parent >= 0
    return np.where(linked, other.axial_mS / np.where(linked, first.axial_mS, 1.0), 1.0)


def _capacitance(model: FiberModel) -> Float[np.ndarray, " compartment"]:
    """Capacitance (uF/cm2) of each compartment, wherever the model keeps it."""
    given = model.electrics.capacitance_uF_per_cm2
    if given is not None:
        return np.asarray(given)[:, 0]
    area = model.cable.area_cm2
    return model.cable.capacitance_uF / np.where(area > 0, area, 1.0)


def _stacked(
    given: Sequence[Float[np.ndarray, "compartment 1"] | None], ratios: np.ndarray
) -> Float[np.ndarray, "compartment lane"] | None:
    if given[0] is None:
        return None
    return np.concatenate([np.asarray(values)[:, :1] for values in given], axis=1) * ratios


def _taken(values: np.ndarray | None, lanes: np.ndarray) -> np.ndarray | None:
    return None if values is None else values[:, lanes]


def _sheaths(models: Sequence[FiberModel], ratios: np.ndarray) -> Sheath | None:
    sheaths = [model.sheath for model in models if model.sheath is not None]
    if not sheaths:
        return None
    conductance, capacitance, axial = (
        np.concatenate([getattr(sheath, name)[:, :1] for sheath in sheaths], axis=1)
        for name in ("conductance_S_per_cm2", "capacitance_uF_per_cm2", "axial_mS")
    )
    return Sheath(conductance * ratios, capacitance * ratios, axial)
