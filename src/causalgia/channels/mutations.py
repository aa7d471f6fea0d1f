r"""Mutations as data: what a changed residue does to the gates of a channel.

A published shift is one of the clamped half-point. What moves in the channel is a gate's whole
voltage axis, $x'(V) = x(V - \delta)$, steady state and time constant together; $\delta$ is looked
for until the clamped mutant differs from the clamped healthy channel by what was published: powers
of a gate, and inactivation during the peak, make the two differ by up to a third. Slow
inactivation, which no such clamp shows, moves by what was published. A slope factor stretches an
axis about the gate's half-point. Slow deactivation divides the
speed of activation below its half-point, $\tau' = \tau / S$ with
$S = 1/f + (1 - 1/f)/(1 + e^{-(V - V_h)/k})$, and leaves the steady state alone. A persistent share
of the channels never inactivates fast.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import equinox as eqx

from causalgia.channels.block import inactivating_gates
from causalgia.channels.channel import Channel
from causalgia.channels.clamp import gate_summary
from causalgia.channels.gates import AbstractGate, AbstractSensingGate, OpenClose, Relaxation
from causalgia.channels.half_points import half_activation_mV, half_inactivation_mV
from causalgia.channels.rates import (
    AbstractRate,
    Bell,
    Exponential,
    Floored,
    Linear,
    Linoid,
    Piecewise,
    Product,
    Reciprocal,
    Sigmoid,
    Sum,
    Voltage,
)
from causalgia.channels.sourced import sourced_numbers
from causalgia.errors import InputError, nearest
from causalgia.evidence import Parameter

__all__ = ["Mutation", "alleles", "mutated", "mutation", "mutations", "shifted_gate"]

_CLAMPED: dict[str, Callable[[Channel], float]] = {
    "activation": half_activation_mV,
    "fast_inactivation": half_inactivation_mV,
}
SEARCH_STEPS, CLOSE_ENOUGH_MV = 12, 0.02

_FILE = Path(__file__).parent / "data" / "mutations.toml"
_UNITS = {
    "activation_shift": "mV",
    "activation_slope_factor": "1",
    "fast_inactivation_shift": "mV",
    "fast_inactivation_slope_factor": "1",
    "fast_inactivation_time_factor": "1",
    "slow_inactivation_shift": "mV",
    "deactivation_factor": "1",
    "persistent_fraction": "1",
    "density_factor": "1",
}


@dataclass(frozen=True)
class Mutation:
    """What one mutation changes.

    **Arguments:** its `name`; the `channel` it is in ("" for any); the `condition` of carriers;
    shifts (mV, negative: at lower voltages) of activation, fast and slow inactivation; slope
    factors (above 1: shallower); how many times slower fast inactivation and, below its
    half-point, deactivation are; the `persistent_fraction` that escapes fast inactivation; the
    `density_factor` of the mutated share; the `numbers` with their sources.
    """

    name: str
    channel: str
    condition: str
    activation_shift: float = 0.0
    activation_slope_factor: float = 1.0
    fast_inactivation_shift: float = 0.0
    fast_inactivation_slope_factor: float = 1.0
    fast_inactivation_time_factor: float = 1.0
    slow_inactivation_shift: float = 0.0
    deactivation_factor: float = 1.0
    persistent_fraction: float = 0.0
    density_factor: float = 1.0
    numbers: tuple[Parameter, ...] = ()


def mutations() -> tuple[str, ...]:
    """Names of all mutations."""
    return tuple(_all())


def mutation(name: str) -> Mutation:
    """One mutation.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    known = _all()
    if name not in known:
        raise InputError(f"unknown mutation {name!r}; {nearest(name, known)}")
    return known[name]


def mutated(channel: Channel, name: str | Mutation) -> Channel:
    """The channel with a mutation in every copy, named `channel_mutation`; not its density.

    **Raises:** `InputError` for an unknown mutation, or one of another channel.
    """
    change = name if isinstance(name, Mutation) else mutation(name)
    if change.channel and channel.name != change.channel:
        raise InputError(
            f"mutation {change.name!r} is in channel {change.channel!r}, not in {channel.name!r}"
        )
    found = _moved(channel, change)
    if any(isinstance(gate, AbstractSensingGate) for gate in channel.gates):
        return found  # a clamp shows no one half-point: the gates move by what was published
    wanted = {kind: getattr(change, f"{kind}_shift") for kind in _CLAMPED}
    before = {kind: _CLAMPED[kind](channel) for kind in wanted if wanted[kind] != 0.0}
    shifts = dict(wanted)
    for _ in range(SEARCH_STEPS):
        missing = {
            kind: half_mV + wanted[kind] - _CLAMPED[kind](found) for kind, half_mV in before.items()
        }
        if all(abs(error) < CLOSE_ENOUGH_MV for error in missing.values()):
            break
        shifts |= {kind: shifts[kind] + error for kind, error in missing.items()}
        found = _moved(
            channel, replace(change, **{f"{kind}_shift": mV for kind, mV in shifts.items()})
        )
    return found


def _moved(channel: Channel, change: Mutation) -> Channel:
    """The channel with its gates moved by a mutation's shifts, whatever a clamp then shows."""
    closing = inactivating_gates(channel)
    gates = []
    for index, gate in enumerate(channel.gates):
        half = gate_summary(channel, index).half_mV
        gates.append(_changed(gate, _kind(index, closing), change, 0.0 if half is None else half))
    terms = _with_persistent(channel.terms, closing, change.persistent_fraction)
    return replace(channel, name=f"{channel.name}_{change.name}", gates=tuple(gates), terms=terms)


def alleles(
    channel: Channel, name: str | Mutation, copies: int = 1
) -> tuple[tuple[Channel, float], ...]:
    """Channels of a carrier of one or two `copies`, each with its share of the healthy density.

    One copy: half of the density healthy, half mutated (times its density factor).
    """
    if copies not in (1, 2):
        raise InputError(f"copies is {copies}, allowed: 1 (heterozygous) or 2 (homozygous)")
    change = name if isinstance(name, Mutation) else mutation(name)
    both = (
        (channel, 1.0 - 0.5 * copies),
        (mutated(channel, change), 0.5 * copies * change.density_factor),
    )
    return tuple(pair for pair in both if pair[1] > 0.0) or ((channel, 0.0),)


def shifted_gate(
    gate: AbstractGate | AbstractSensingGate,
    shift_mV: float,
    stretch: float = 1.0,
    pivot_mV: float = 0.0,
) -> AbstractGate:
    """A gate moved by `shift_mV` along the voltage and stretched about `pivot_mV`.

    **Raises:** `InputError` for a gate that is made of no rates.
    """
    move = _Axis(shift_mV, stretch, pivot_mV)
    if isinstance(gate, OpenClose):
        return replace(gate, opening=move.rate(gate.opening), closing=move.rate(gate.closing))
    if isinstance(gate, Relaxation):
        return replace(
            gate, steady=move.rate(gate.steady), time_constant_ms=move.rate(gate.time_constant_ms)
        )
    raise InputError(f"a gate of kind {type(gate).__name__} cannot be shifted")


class _Displaced(AbstractRate):
    """Any other rate, read at the voltage where it was before."""

    rate: AbstractRate
    shift_mV: float
    stretch: float
    pivot_mV: float

    def __call__(self, voltage: Voltage) -> Voltage:
        moved = (voltage - self.shift_mV - self.pivot_mV) * (1.0 / self.stretch)
        return self.rate(moved + self.pivot_mV)


@dataclass(frozen=True)
class _Axis:
    """A voltage axis moved and stretched: V comes to lie at pivot + shift + stretch (V - pivot)."""

    shift_mV: float
    stretch: float
    pivot_mV: float

    def place(self, voltage: float) -> float:
        return self.pivot_mV + self.shift_mV + self.stretch * (voltage - self.pivot_mV)

    def rate(self, rate: AbstractRate) -> AbstractRate:
        """The rate with its midpoints and slopes where the axis puts them, its form unchanged."""
        if isinstance(rate, Sigmoid | Exponential | Linoid):
            return replace(
                rate,
                midpoint_mV=self.place(rate.midpoint_mV),
                slope_mV=self.stretch * rate.slope_mV,
            )
        if isinstance(rate, Bell):
            return replace(
                rate,
                midpoint_mV=self.place(rate.midpoint_mV),
                width_mV=self.stretch * rate.width_mV,
            )
        if isinstance(rate, Linear):
            slope = rate.per_mV / self.stretch
            return Linear(
                slope, rate.offset + rate.per_mV * self.pivot_mV - slope * self.place(self.pivot_mV)
            )
        if isinstance(rate, Sum | Product):
            return replace(rate, first=self.rate(rate.first), second=self.rate(rate.second))
        if isinstance(rate, Reciprocal | Floored):
            return replace(rate, rate=self.rate(rate.rate))
        if isinstance(rate, Piecewise):
            return Piecewise(
                self.rate(rate.below), self.rate(rate.above), self.place(rate.boundary_mV)
            )
        return _Displaced(rate, self.shift_mV, self.stretch, self.pivot_mV)


def _kind(index: int, closing: tuple[int, ...]) -> str:
    """What a gate is for: the first that closes on depolarization is fast inactivation."""
    if index not in closing:
        return "activation"
    return "fast_inactivation" if index == closing[0] else "slow_inactivation"


def _changed(
    gate: AbstractGate | AbstractSensingGate, kind: str, change: Mutation, half_mV: float
) -> AbstractGate | AbstractSensingGate:
    shift = getattr(change, f"{kind}_shift")
    stretch = getattr(change, f"{kind}_slope_factor", 1.0)
    if isinstance(gate, AbstractSensingGate):
        return gate
    moved = gate if (shift, stretch) == (0.0, 1.0) else shifted_gate(gate, shift, stretch, half_mV)
    if kind == "activation" and change.deactivation_factor != 1.0:
        moved = _slow_to_close(moved, half_mV + shift, change.deactivation_factor)
    if kind == "fast_inactivation" and change.fast_inactivation_time_factor != 1.0:
        moved = eqx.tree_at(
            lambda g: g.speed_factor,
            moved,
            moved.speed_factor / change.fast_inactivation_time_factor,  # type: ignore[attr-defined]
        )
    return moved


CLOSING_SLOPE_MV = 5.0
"""Width of the step from unchanged (above the half-point) to slow (below it)."""


def _slow_to_close(gate: AbstractGate, half_mV: float, factor: float) -> AbstractGate:
    share = Sigmoid(1.0 - 1.0 / factor, half_mV, -CLOSING_SLOPE_MV, 1.0 / factor)
    if isinstance(gate, OpenClose):
        return replace(
            gate, opening=Product(gate.opening, share), closing=Product(gate.closing, share)
        )
    if isinstance(gate, Relaxation):
        return replace(gate, time_constant_ms=Product(gate.time_constant_ms, Reciprocal(share)))
    raise InputError(f"a gate of kind {type(gate).__name__} cannot be slowed")


def _with_persistent(
    terms: tuple[tuple[float, tuple[int, ...]], ...], closing: tuple[int, ...], share: float
) -> tuple[tuple[float, tuple[int, ...]], ...]:
    if share == 0.0 or not closing:
        return terms
    found = []
    for weight, exponents in terms:
        open_ended = tuple(0 if i == closing[0] else e for i, e in enumerate(exponents))
        found += [((1.0 - share) * weight, exponents), (share * weight, open_ended)]
    return tuple(found)


@cache
def _all() -> MappingProxyType[str, Mutation]:
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({name: _read(name, table) for name, table in tables.items()})


def _read(name: str, table: dict[str, Any]) -> Mutation:
    channel, condition = table.pop("channel"), table.pop("condition")
    numbers = sourced_numbers(f"mutation {name}", table, _UNITS)
    healthy = Mutation(name, channel, condition, numbers=numbers)
    changes: dict[str, Any] = {number.name: number.value for number in numbers}
    return replace(healthy, **changes)
