"""Carriers: a fiber or a neuron whose channel is mutated or exchanged for another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from causalgia.afferents.model import FiberModel
from causalgia.channels import Channel, Membrane
from causalgia.channels.mutations import Mutation, alleles, mutation
from causalgia.errors import InputError, nearest

__all__ = ["with_channel", "with_mutation"]


def with_mutation(
    model: FiberModel, name: str | Mutation, copies: int = 1, channel: str | None = None
) -> FiberModel:
    """The same fiber in a carrier of `copies` of a mutation: 1 heterozygous, 2 homozygous.

    One copy leaves half of the density healthy and puts the mutated channel beside it.
    **Arguments:** `channel`, for a mutation of any ("null").
    **Raises:** `InputError` where the fiber lacks the channel, or already has a drug on it.
    """
    change = name if isinstance(name, Mutation) else mutation(name)
    which = change.channel or channel
    membrane = model.membrane
    names = [each.name for each in membrane.channels]
    if which is None:
        raise InputError(f"mutation {change.name!r} can be in any channel: say which")
    if which not in names:
        raise InputError(f"no channel {which!r} in {model.name}; {nearest(which, names)}")
    if membrane.blocks:
        raise InputError(f"{model.name} already has a drug: give the mutation first")
    at = names.index(which)
    pairs = alleles(membrane.channels[at], change, copies)
    channels = [*membrane.channels[:at], *(who for who, _ in pairs), *membrane.channels[at + 1 :]]
    densities = model.electrics.densities_S_per_cm2
    mine = np.stack([share * densities[at] for _, share in pairs])
    both = np.concatenate([densities[:at], mine, densities[at + 1 :]])
    return replace(
        model,
        membrane=_with_channels(membrane, channels),
        electrics=replace(model.electrics, densities_S_per_cm2=both),
    )


def with_channel(model: FiberModel, channel: Channel) -> FiberModel:
    """The same fiber with another channel in the place of that of its name, at its density.

    What a dynamic clamp does: a current blocked, and one of other kinetics put in.
    **Raises:** `InputError` where the fiber lacks a channel of that name, or has a drug on it.
    """
    membrane = model.membrane
    names = [each.name for each in membrane.channels]
    if channel.name not in names:
        raise InputError(f"no channel {channel.name!r} in {model.name}")
    if membrane.blocks:
        raise InputError(f"{model.name} already has a drug: exchange the channel first")
    channels = [channel if each.name == channel.name else each for each in membrane.channels]
    return replace(model, membrane=_with_channels(membrane, channels))


def _with_channels(membrane: Membrane, channels: Sequence[Channel]) -> Membrane:
    return Membrane.of(
        channels,
        _fixed_reversals(membrane),
        ions=membrane.ions,
        pumps=membrane.pumps,
        temperature_degC=membrane.temperature_degC,
    )


def _fixed_reversals(membrane: Membrane) -> dict[str, float | np.ndarray]:
    """Reversal potentials (mV) that do not follow from concentrations."""
    return {
        ion: fixed
        for channel, potentials in zip(membrane.channels, membrane.reversal_mV, strict=True)
        for (ion, _), fixed in zip(channel.carriers, potentials, strict=True)
        if fixed is not None
    }
