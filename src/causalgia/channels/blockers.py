r"""Blockers as data: how tightly a drug holds each state of each channel.

A drug is a TOML file; `blockers` turns it and a concentration into the `Block`s of a membrane.
Where a source gives the half-maximal concentration $C_{1/2}$ at a potential that inactivates half
of the channels, the constant of the inactivated state follows from it and the resting one,
$K_i = (2 C_{1/2}^{-n} - K_r^{-n})^{-1/n}$; where it gives the rate of binding,
$k_{off} = k_{on} K_i$.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from causalgia.channels.block import Block
from causalgia.channels.channel import Channel
from causalgia.channels.sourced import sourced_numbers
from causalgia.errors import InputError, nearest
from causalgia.evidence import Parameter

__all__ = ["Affinity", "Drug", "blockers", "drug", "drugs", "free_uM", "read_drug"]

_FOLDER = Path(__file__).parent / "data" / "blockers"
_UNITS = {
    "resting_uM": "uM",
    "open_uM": "uM",
    "inactivated_uM": "uM",
    "half_inactivated_uM": "uM",
    "hill": "1",
    "unbinding_per_ms": "1/ms",
    "binding_per_uM_per_ms": "1/(uM*ms)",
}
_DRUG_UNITS = {"free_fraction": "1"}
_TEXTS = ("name", "label", "note")


@dataclass(frozen=True)
class Affinity:
    """Dissociation constants (uM) of a channel's states, Hill coefficient, unbinding rate."""

    resting_uM: float
    open_uM: float
    inactivated_uM: float
    unbinding_per_ms: float
    hill: float = 1.0
    numbers: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Drug:
    """A blocker of channels.

    **Arguments:** `name` and `label`; `channels`, the affinity for each channel it acts on; the
    `free_fraction` of what is in plasma; a `note`.
    """

    name: str
    label: str
    channels: Mapping[str, Affinity]
    free_fraction: float = 1.0
    note: str = ""


def drugs() -> tuple[str, ...]:
    """Names of the drugs that come with the package."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


@cache
def drug(name: str) -> Drug:
    """A drug that comes with the package.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    if name not in drugs():
        raise InputError(f"unknown blocker {name!r}; {nearest(name, drugs())}")
    return read_drug(_FOLDER / f"{name}.toml")


def free_uM(name: str | Drug, plasma_uM: float) -> float:
    """What reaches the channels of a total concentration in plasma (uM)."""
    return plasma_uM * (name if isinstance(name, Drug) else drug(name)).free_fraction


def blockers(
    given: str | Drug,
    concentration_uM: float | Float[np.ndarray, " #batch"],
    channels: Iterable[Channel],
) -> tuple[Block, ...]:
    """The drug on those `channels` (of a membrane) that it acts on.

    What acts on `nav1_7` also acts on `nav1_7_L858H` and every other name that goes on from it.
    **Arguments:** a drug or the name of one; its free concentration, one or [batch].
    **Raises:** `InputError` where it acts on none of them, or for an unknown name.
    """
    who = given if isinstance(given, Drug) else drug(given)
    found = []
    names = [channel.name for channel in channels]
    for name in names:
        affinity = _affinity(who, name)
        if affinity is not None:
            found.append(
                Block(
                    name,
                    concentration_uM,
                    affinity.resting_uM,
                    affinity.open_uM,
                    affinity.inactivated_uM,
                    affinity.unbinding_per_ms,
                    affinity.hill,
                )
            )
    if not found:
        raise InputError(
            f"{who.label} acts on {', '.join(sorted(who.channels))}, which are not among "
            f"{', '.join(names)}"
        )
    return tuple(found)


def _affinity(who: Drug, channel: str) -> Affinity | None:
    matching = [name for name in who.channels if channel == name or channel.startswith(f"{name}_")]
    return who.channels[max(matching, key=len)] if matching else None


def read_drug(file: str | Path) -> Drug:
    """A drug from a TOML file, a user's own or the package's.

    A table `drug` (name, label, free_fraction, note), and for each channel a table
    `channels.<name>` with `resting_uM`, `inactivated_uM` or `half_inactivated_uM`, `open_uM` (as
    inactivated if left out), `hill` (1 if left out), `unbinding_per_ms` or `binding_per_uM_per_ms`;
    or `like = "<other channel>"`, with what differs.
    **Raises:** `InputError` naming file and field.
    """
    path = Path(file)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path.name}: cannot be read as TOML: {error}") from None
    for section in document:
        if section not in ("drug", "channels"):
            hint = nearest(section, ("drug", "channels"))
            raise InputError(f"{path.name}: unknown table {section!r}; {hint}")
    header = _table(f"{path.name}: drug", document.get("drug"))
    texts = {key: str(value) for key, value in header.items() if key in _TEXTS}
    numbers = {key: value for key, value in header.items() if key not in _TEXTS}
    shared = sourced_numbers(f"{path.name}: drug", numbers, _DRUG_UNITS)
    free = next((number.value for number in shared), 1.0)
    if not 0.0 < free <= 1.0:
        raise InputError(
            f"{path.name}: drug: free_fraction is {free:g}, must be above 0 and at most 1"
        )
    tables = _table(f"{path.name}: channels", document.get("channels"))
    name = texts.get("name", path.stem)
    return Drug(
        name=name,
        label=texts.get("label", name),
        channels={channel: _read_affinity(path.name, tables, channel) for channel in tables},
        free_fraction=free,
        note=texts.get("note", ""),
    )


def _table(where: str, entry: object) -> dict[str, Any]:
    if not isinstance(entry, dict) or not entry:
        raise InputError(f"{where}: a table with at least one entry is expected, not {entry!r}")
    return entry


def _read_affinity(file: str, tables: Mapping[str, Any], channel: str) -> Affinity:
    where = f"{file}: channels.{channel}"
    table = _resolved(file, tables, channel)
    numbers = sourced_numbers(where, table, _UNITS)
    values = {number.name: number.value for number in numbers}
    for number in numbers:
        if not number.value > 0.0:
            raise InputError(f"{where}: {number.name} is {number.value:g}, must be positive")
    resting, hill = _needed(where, values, "resting_uM"), values.get("hill", 1.0)
    key = _one_of(where, values, "inactivated_uM", "half_inactivated_uM")
    inactivated = values[key]
    if key == "half_inactivated_uM":
        remaining = 2.0 * inactivated**-hill - resting**-hill
        if not remaining > 0.0:
            raise InputError(
                f"{where}: half_inactivated_uM is {inactivated:g}, must be below "
                f"{2.0 ** (1.0 / hill):.3g} times resting_uM {resting:g}"
            )
        inactivated = remaining ** (-1.0 / hill)
    key = _one_of(where, values, "unbinding_per_ms", "binding_per_uM_per_ms")
    unbinding = values[key] if key == "unbinding_per_ms" else values[key] * inactivated
    return Affinity(
        resting, values.get("open_uM", inactivated), inactivated, unbinding, hill, numbers
    )


def _resolved(file: str, tables: Mapping[str, Any], channel: str) -> dict[str, Any]:
    """The table of a channel, with what it takes from another."""
    table = dict(_table(f"{file}: channels.{channel}", tables[channel]))
    model = table.pop("like", None)
    if model is None:
        return table
    if model not in tables or "like" in tables[model]:
        raise InputError(
            f"{file}: channels.{channel}: like is {model!r}, must be a channel with its own numbers"
        )
    for pair in (
        ("inactivated_uM", "half_inactivated_uM"),
        ("unbinding_per_ms", "binding_per_uM_per_ms"),
    ):
        if any(key in table for key in pair):
            tables = {**tables, model: {k: v for k, v in tables[model].items() if k not in pair}}
    return {**tables[model], **table}


def _needed(where: str, values: Mapping[str, float], key: str) -> float:
    if key not in values:
        raise InputError(f"{where}: {key} is missing")
    return values[key]


def _one_of(where: str, values: Mapping[str, float], first: str, second: str) -> str:
    given = [key for key in (first, second) if key in values]
    if len(given) != 1:
        raise InputError(f"{where}: give {first} or {second}, one of the two")
    return given[0]
