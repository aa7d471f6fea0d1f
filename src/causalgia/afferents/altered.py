"""Fibers that differ from what they were built as: mutated, drugged, injured, of another shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from causalgia.afferents.model import FiberModel, with_blocks
from causalgia.cable import Section, cable_of
from causalgia.cable.geometry import Cable
from causalgia.channels import Channel, Membrane
from causalgia.channels.blockers import blockers
from causalgia.channels.mutations import alleles, mutation
from causalgia.errors import InputError, nearest

__all__ = ["in_zone", "mutant", "on_sections", "with_densities", "with_drug", "with_myelin"]

BARE_S_per_cm2 = 1e10
"""What a sheath conducts where there is none, as at a node."""


def mutant(model: FiberModel, name: str, copies: int = 1) -> FiberModel:
    """The fiber of a carrier: the channel in two forms that share its density.

    **Arguments:** the `name` of a mutation; one copy of it (heterozygous) or two.
    **Raises:** `InputError` for an unknown mutation, or a fiber without its channel.
    """
    change, membrane = mutation(name), model.membrane
    channels = [channel.name for channel in membrane.channels]
    if change.channel not in channels:
        raise InputError(
            f"{name!r} changes {change.channel or 'no one channel'}, which is not among those of "
            f"{model.name}: {', '.join(channels)}"
        )
    at = channels.index(change.channel)
    forms = alleles(membrane.channels[at], change, copies)
    made: list[Channel] = [*membrane.channels[:at], *membrane.channels[at + 1 :]]
    densities = model.electrics.densities_S_per_cm2
    rest = np.delete(densities, at, axis=0)
    count = len(channels) - 1
    shares = [densities[at : at + 1] * share for _, share in forms]
    changed = Membrane.of(
        [*made, *(channel for channel, _ in forms)],
        _reversals(membrane),
        ions=membrane.ions,
        pumps=membrane.pumps,
        temperature_degC=membrane.temperature_degC,
    )
    stacked = np.concatenate([rest[:count], *shares, rest[count:]])
    electrics = replace(model.electrics, densities_S_per_cm2=stacked)
    return replace(model, membrane=changed, electrics=electrics)


def _reversals(membrane: Membrane) -> dict[str, float | np.ndarray]:
    """The fixed reversal potentials of a membrane, by ion."""
    return {
        ion: value
        for channel, values in zip(membrane.channels, membrane.reversal_mV, strict=True)
        for (ion, _), value in zip(channel.carriers, values, strict=True)
        if value is not None
    }


def with_drug(model: FiberModel, drug: str, concentration_uM: float) -> FiberModel:
    """The fiber in a free concentration of a drug, beside those that it already is in."""
    membrane = model.membrane
    found = blockers(drug, concentration_uM, membrane.channels)
    return with_blocks(model, [*membrane.blocks, *found])


def with_densities(
    model: FiberModel,
    changes: Mapping[str, float],
    where: Bool[np.ndarray, " active"] | None = None,
    *,
    absolute: bool = False,
) -> FiberModel:
    """The fiber with some densities multiplied, in some active compartments or in all.

    A mutated channel counts as a form of its own: `nav1_7` stands for `nav1_7_L858H` as well.
    **Arguments:** a factor for each channel, or, if `absolute`, its density (S/cm2; cm/s where
    its law is "ghk"; mA/cm2 for a pump); which active compartments.
    **Raises:** `InputError` for a channel that the fiber does not have or a negative number.
    """
    names = model.membrane.names
    densities = np.array(model.electrics.densities_S_per_cm2)
    chosen = np.ones(densities.shape[1], bool) if where is None else where
    for name, value in changes.items():
        rows = [row for row, own in enumerate(names) if _is_form(own, name)]
        if not rows:
            raise InputError(f"{name}: {model.name} has no such channel; {nearest(name, names)}")
        if not 0 <= value < np.inf:
            raise InputError(f"{name}: {value} is no density or factor; allowed: 0 or more")
        if absolute and len(rows) > 1:
            raise InputError(f"{name}: has two forms in {model.name}; give a factor")
        for row in rows:
            densities[row, chosen] = value if absolute else densities[row, chosen] * value
    return replace(model, electrics=replace(model.electrics, densities_S_per_cm2=densities))


def _is_form(own: str, name: str) -> bool:
    """Whether a channel is the one named or one of its mutated forms, such as nav1_7_L858H."""
    return own == name or (
        own.startswith(f"{name}_") and own.removeprefix(f"{name}_")[:1].isupper()
    )


def in_zone(model: FiberModel, start_um: float, end_um: float) -> Bool[np.ndarray, " compartment"]:
    """The compartments whose centers lie in a stretch of the path.

    **Raises:** `InputError` for a zone that does not end after its start, or holds none.
    """
    position = model.cable.position_um
    found = (position >= start_um) & (position <= end_um) & (model.cable.area_cm2 > 0)
    if not start_um < end_um or not found.any():
        last = float(np.max(position + 0.5 * model.cable.length_um))
        raise InputError(
            f"{1e-3 * start_um:g} to {1e-3 * end_um:g} mm holds no compartment; "
            f"the fiber goes from 0 to {1e-3 * last:g} mm"
        )
    return np.asarray(found)


def with_myelin(
    model: FiberModel, factor: float, where: Bool[np.ndarray, " compartment"]
) -> FiberModel:
    """The fiber with a share of its lamellae in some compartments; 0 takes the myelin away.

    Lamellae lie in series: a tenth of them conducts ten times as well and holds ten times the
    charge.
    **Raises:** `InputError` for an unmyelinated fiber.
    """
    sheath = model.sheath
    if sheath is None:
        raise InputError(f"{model.name} has no myelin")
    if not 0 <= factor <= 10:
        raise InputError(f"{factor} is no factor of the myelin; allowed: 0 to 10")
    ill = where[:, None] & (sheath.capacitance_uF_per_cm2 > 0)
    by = max(factor, 1e-9)
    conductance = np.where(
        ill,
        np.minimum(sheath.conductance_S_per_cm2 / by, BARE_S_per_cm2),
        sheath.conductance_S_per_cm2,
    )
    held = 0.0 if factor == 0 else sheath.capacitance_uF_per_cm2 / by
    capacitance = np.where(ill, held, sheath.capacitance_uF_per_cm2)
    if factor == 0:
        conductance = np.where(ill, BARE_S_per_cm2, conductance)
    changed = replace(sheath, conductance_S_per_cm2=conductance, capacitance_uF_per_cm2=capacitance)
    return replace(model, sheath=changed)


def on_sections(model: FiberModel, sections: Sequence[Section]) -> FiberModel:
    """The membrane of a uniform fiber on a geometry of one's own.

    The axoplasm and the capacitance are the fiber's, whatever the sections say; they may stand in
    any order.
    **Raises:** `InputError` for a loop, a parent that is not there, two beginnings, or a fiber
    whose membrane differs from place to place or has myelin.
    """
    cable, electrics = model.cable, model.electrics
    densities = electrics.densities_S_per_cm2
    uniform = model.sheath is None and model.active is None and np.ptp(densities, axis=1).max() == 0
    if not uniform or cable.size < 2:
        raise InputError(f"{model.name} is not uniform: it has a geometry of its own")
    resistivity = _axial_resistivity_ohm_cm(cable)
    capacitance = float(cable.capacitance_uF[0] / cable.area_cm2[0])
    made = cable_of(
        [
            replace(
                section,
                axial_resistivity_ohm_cm=resistivity,
                capacitance_uF_per_cm2=capacitance,
            )
            for section in _parents_first(sections)
        ]
    )
    active = int((made.area_cm2 > 0).sum())

    def spread(values: Float[np.ndarray, "compartment #batch"] | float, size: int) -> np.ndarray:
        return np.repeat(np.asarray(values)[:1], size, axis=0)

    passive, reversal = electrics.passive_S_per_cm2, electrics.passive_reversal_mV
    changed = replace(
        electrics,
        densities_S_per_cm2=np.repeat(densities[:, :1], active, axis=1),
        passive_S_per_cm2=None if passive is None else spread(passive, made.size),
        passive_reversal_mV=spread(reversal, made.size) if np.ndim(reversal) else reversal,
    )
    return replace(model, cable=made, electrics=changed)


def _axial_resistivity_ohm_cm(cable: Cable) -> float:
    """Of an unbranched uniform cable."""
    resistance_ohm = 1e3 / cable.axial_mS[1]
    area_cm2 = 1e-8 * np.pi / 4.0 * cable.diameter_um[1] ** 2
    return float(resistance_ohm * area_cm2 / (1e-4 * cable.length_um[1]))


def _parents_first(sections: Sequence[Section]) -> list[Section]:
    """The sections in an order in which each stands behind its parent."""
    by_name = {section.name: section for section in sections}
    for section in sections:
        if section.parent is not None and section.parent not in by_name:
            hint = nearest(section.parent, by_name)
            raise InputError(f"section {section.name!r}: no parent {section.parent!r}; {hint}")
        trail = [section.name]
        parent = section.parent
        while parent is not None:
            if parent in trail:
                loop = " -> ".join([*trail[trail.index(parent) :], parent])
                raise InputError(f"the sections form a loop, {loop}; a fiber is a tree")
            trail.append(parent)
            parent = by_name[parent].parent
    placed: list[Section] = []
    waiting = list(sections)
    while waiting:
        known = {section.name for section in placed}
        ready = [s for s in waiting if s.parent is None or s.parent in known]
        placed += ready
        waiting = [section for section in waiting if section not in ready]
    return placed
