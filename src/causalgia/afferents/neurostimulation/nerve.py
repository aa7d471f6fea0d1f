"""A nerve under the skin or beside a contact: its A-beta, A-delta and C fibers.

For transcutaneous stimulation a pad lies on the surface of a homogeneous half space; for
stimulation of the nerve itself a contact lies near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from causalgia.afferents.neurostimulation.bundle import Bundle, myelinated_bundle, straight
from causalgia.afferents.neurostimulation.side_by_side import (
    lanes_taken,
    passive_ends,
    side_by_side,
)
from causalgia.afferents.presets.sundt_2015 import sundt_2015_axon
from causalgia.cable.electrodes import DiscElectrode, Medium
from causalgia.errors import InputError
from causalgia.evidence import parameters

__all__ = ["c_bundle", "nerve_bundle", "skin", "skin_pad"]

NODES = 161
"""So many that also the thin fibers reach beyond a pad's field."""

C_LENGTH_um, C_COMPARTMENTS = 60000.0, 600
C_SITES = (60, 90, 509, 539)


def skin() -> Medium:
    """Tissue below the skin, taken for homogeneous; its surface is normal to y, at 0."""
    own = parameters("causalgia_neurostimulation")
    return Medium(own["nerve_conductivity"].value, surface_normal="y")


def skin_pad(z_um: float = 0.0, share: float = 1.0) -> DiscElectrode:
    """A round pad on the skin."""
    radius = parameters("causalgia_neurostimulation")["surface_electrode_radius"].value
    return DiscElectrode((0.0, 0.0, z_um), radius, "y", share)


def nerve_bundle(
    depth_um: float | None = None, laterals_um: Sequence[float] = (0.0,), nodes: int = NODES
) -> Bundle:
    """Myelinated fibers of a nerve, "a_beta" and "a_delta", as many of each.

    **Arguments:** the `depth_um` of the nerve (None: of `causalgia_neurostimulation`); where its
    fibers lie beside one another; how many `nodes` each has.
    """
    own = parameters("causalgia_neurostimulation")
    diameters = [own[f"{kind}_diameter"].value for kind in ("a_beta", "a_delta")]
    depth = _depth_um(depth_um)
    return myelinated_bundle(
        diameters,
        [straight(lateral, depth, 0.0) for lateral in laterals_um],
        weight=np.full((2, len(laterals_um)), 0.5 / len(laterals_um)),
        kinds=["a_beta", "a_delta"],
        nodes=nodes,
    )


def c_bundle(depth_um: float | None = None, laterals_um: Sequence[float] = (0.0,)) -> Bundle:
    """Unmyelinated fibers of a nerve, "c": axons of Sundt (2015)."""
    own = parameters("causalgia_neurostimulation")
    diameter, depth = own["c_diameter"].value, _depth_um(depth_um)
    axon = sundt_2015_axon(C_LENGTH_um, diameter, C_COMPARTMENTS)
    fiber = passive_ends(side_by_side([replace(axon, active=tuple(range(C_COMPARTMENTS)))]))
    return Bundle(
        lanes_taken(fiber, np.zeros(len(laterals_um), dtype=int)),
        np.stack([straight(lateral, depth, 0.0)(axon.cable) for lateral in laterals_um]),
        np.full(len(laterals_um), diameter),
        np.full(len(laterals_um), 1.0 / len(laterals_um)),
        ("c",) * len(laterals_um),
        C_SITES,
    )


def _depth_um(given: float | None) -> float:
    usual = parameters("causalgia_neurostimulation")["nerve_depth"].value
    if given is not None and not given > 0:
        raise InputError(f"depth_um is {given}, must be positive")
    return usual if given is None else given
