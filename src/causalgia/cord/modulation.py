"""What drugs, disease and the brain change in a network, patient by patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from jaxtyping import Float, Int

from causalgia.cord.network import Network
from causalgia.cord.state import NetworkPlan, Settings, given
from causalgia.cord.wiring import Group, Wiring
from causalgia.errors import InputError, nearest

__all__ = ["Modulation", "combined", "settings_of"]

Fold = float | Float[np.ndarray, " patient"]
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Modulation:
    """Folds of healthy; what is not named stays 1 (0 for what is always open).

    **Arguments:** `release`, by source (population or class of afferents), the share of
    transmitter its spikes set free; `conductance`, by (population, receptor) or by receptor alone,
    the fold of the conductance that an event opens; `tonic_uS`, by (population, receptor), what is
    open all the time; `kcc2`, the fold of chloride transport in all neurons. Each is one number or
    one for each patient.
    """

    release: Mapping[str, Fold] = field(default_factory=dict)
    conductance: Mapping[str | tuple[str, str], Fold] = field(default_factory=dict)
    tonic_uS: Mapping[tuple[str, str], Fold] = field(default_factory=dict)
    kcc2: Fold = 1.0

    def within(self, network: Network) -> Modulation:
        """What it says of the sources and populations that are in a network."""
        sources, there = network.sizes(), {p.name for p in network.populations}
        return Modulation(
            {name: share for name, share in self.release.items() if name in sources},
            {
                key: fold
                for key, fold in self.conductance.items()
                if isinstance(key, str) or key[0] in there
            },
            {key: value for key, value in self.tonic_uS.items() if key[0] in there},
            self.kcc2,
        )


def combined(first: Modulation, second: Modulation) -> Modulation:
    """Both at once: folds are multiplied, what is open all the time is added."""

    def times(one: Mapping[_Key, Fold], other: Mapping[_Key, Fold]) -> dict[_Key, Fold]:
        return {
            name: np.multiply(one.get(name, 1.0), other.get(name, 1.0))
            for name in dict.fromkeys([*one, *other])
        }

    tonic = {
        name: np.add(first.tonic_uS.get(name, 0.0), second.tonic_uS.get(name, 0.0))
        for name in dict.fromkeys([*first.tonic_uS, *second.tonic_uS])
    }
    return Modulation(
        times(first.release, second.release),
        times(first.conductance, second.conductance),
        tonic,
        np.multiply(first.kcc2, second.kcc2),
    )


def settings_of(
    wiring: Wiring,
    plan: NetworkPlan,
    modulation: Modulation,
    patients: Int[np.ndarray, " patient"],
) -> Settings:
    """A modulation in the arrays of a run, for some of the patients.

    **Raises:** `InputError` for a source, population or receptor that is not there, or a number
    of values that is not that of the patients.
    """
    _check(wiring, modulation)

    def of(value: Fold, label: str) -> np.ndarray:
        values = np.asarray(value, dtype=float)
        if values.ndim == 0:
            return np.full(patients.size, float(values))
        if values.ndim != 1 or values.size <= patients.max():
            raise InputError(
                f"{label}: {values.size} values, need one or one for each patient "
                f"({patients.max() + 1} or more)"
            )
        return values[patients]

    release = np.ones((wiring.inner.source.size + wiring.outer.source.size, patients.size))
    sources = (
        (wiring.neurons, wiring.inner.source, 0),
        (wiring.fibers, wiring.outer.source, wiring.inner.source.size),
    )
    for places, source, start in sources:
        for name, place in places.items():
            if name in modulation.release:
                mine = start + np.flatnonzero((source >= place.start) & (source < place.stop))
                release[mine] *= of(modulation.release[name], f"release of {name!r}")
    gains, tonics, kcc2 = [], [], []
    for group, static in zip(wiring.groups, plan.groups, strict=True):
        gain, tonic = _group(group, modulation, of, patients.size)
        gains.append(gain)
        tonics.append(_lanes(tonic, static.blocks, static.width))
        pumps = np.broadcast_to(of(modulation.kcc2, "kcc2"), (group.size, patients.size))
        kcc2.append(_lanes(pumps[None], static.blocks, static.width)[:, 0])
    return Settings(
        given(release),
        tuple(given(values) for values in gains),
        tuple(given(values) for values in tonics),
        tuple(given(values) for values in kcc2),
    )


def _group(
    group: Group,
    modulation: Modulation,
    of: Callable[[Fold, str], Float[np.ndarray, " patient"]],
    patients: int,
) -> tuple[Float[np.ndarray, "receptor neuron patient"], ...]:
    """Folds of each conductance and what is always open."""
    shape = (len(group.receptors), group.size, patients)
    gain, tonic = np.ones(shape), np.zeros(shape)
    for port, receptor in enumerate(group.receptors):
        if receptor.name in modulation.conductance:
            gain[port] *= of(modulation.conductance[receptor.name], receptor.name)
        for name, start, count in group.members:
            members = slice(start, start + count)
            key = (name, receptor.name)
            if key in modulation.conductance:
                gain[port, members] *= of(modulation.conductance[key], str(key))
            if key in modulation.tonic_uS:
                tonic[port, members] += of(modulation.tonic_uS[key], str(key))
    return gain, tonic


def _lanes(values: np.ndarray, blocks: int, width: int) -> np.ndarray:
    """[row, neuron, patient] -> [block, row, lane], the last lane repeated where one is short."""
    flat = values.reshape(values.shape[0], -1)
    spare = blocks * width - flat.shape[1]
    flat = np.concatenate([flat, np.repeat(flat[:, -1:], spare, axis=1)], axis=1)
    return np.moveaxis(flat.reshape(values.shape[0], blocks, width), 1, 0)


def _check(wiring: Wiring, modulation: Modulation) -> None:
    sizes = wiring.network.sizes()
    for name in modulation.release:
        if name not in sizes:
            raise InputError(f"release: {name!r} is not a source; {nearest(name, sizes)}")
    receptors = {
        (name, receptor.name)
        for group in wiring.groups
        for receptor in group.receptors
        for name, _, _ in group.members
    }
    alone = {receptor for _, receptor in receptors}
    for label, folds in (
        ("conductance", modulation.conductance),
        ("tonic_uS", modulation.tonic_uS),
    ):
        for key in folds:
            known = receptors if isinstance(key, tuple) else alone
            if key not in known:
                said = " of ".join(reversed(key)) if isinstance(key, tuple) else key
                raise InputError(
                    f"{label}: there is no receptor {said}; {nearest(str(said), sorted(alone))}"
                )
