"""What drives a current: a reversal potential, or concentrations on both sides of the membrane."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from causalgia.channels.expression import Node, evaluate, names_in
from causalgia.channels.ions import FARADAY, thermal_mV
from causalgia.channels.nmodl.algebra import linear, product

__all__ = ["Drive", "Ions", "Refusal", "driven"]

TOLERANCE = 0.02
"""Largest difference to the exact GHK or Nernst equation: files round R, F and zero kelvin."""


class Refusal(Exception):
    """What cannot be translated; the reader adds the line."""


@dataclass(frozen=True)
class Ions:
    """What a mechanism knows of the ion that carries a current.

    `name` in the engine, None for an unspecific current; the symbols of its reversal potential
    and its concentrations; its valence; the temperature.
    """

    name: str | None
    reversal: str
    inside: str
    outside: str
    valence: int
    temperature_degC: float
    concentrations: Mapping[str, float]


@dataclass(frozen=True)
class Drive:
    """`law` of a current; `reversal_mV` if the file fixes it, None if it is that of the ion.

    `scale` multiplies the density; `difference` is that to the exact equation, relative.
    """

    law: str
    reversal_mV: float | None
    scale: float
    difference: float = 0.0

    def agrees(self, other: Drive) -> bool:
        """Whether two currents can be one channel."""
        return (self.law, self.reversal_mV) == (other.law, other.reversal_mV)


def driven(
    parts: list[Node], states: frozenset[str], values: Mapping[str, float], ions: Ions
) -> tuple[Drive, list[Node]]:
    """The drive among the factors of a current, and the other factors.

    **Raises:** `Refusal` when there is none.
    """
    free = [part for part in parts if not names_in(part) & states]
    moving = [part for part in free if not names_in(part) <= set(values)]
    outer = [part for part in moving if ions.outside in names_in(part)]
    others = [part for part in moving if part not in outer]
    for count in range(len(others), -1, -1) if outer else ():
        for chosen in itertools.combinations(others, count):
            drive = _ghk([*outer, *chosen], values, ions)
            if drive is not None:
                return drive, _without(parts, [*outer, *chosen])
    for part in free:
        drive = _ohmic(part, values, ions)
        if drive is not None:
            return drive, _without(parts, [part])
    raise Refusal("a current that is neither conductance*(v - e) nor Goldman-Hodgkin-Katz")


def _without(parts: list[Node], taken: list[Node]) -> list[Node]:
    rest = list(parts)
    for part in taken:
        rest.remove(part)
    return rest


def _ohmic(part: Node, values: Mapping[str, float], ions: Ions) -> Drive | None:
    """A factor that is linear in the voltage."""
    pair = linear(part, "v")
    known = {**values, **ions.concentrations}
    if pair is None or not names_in(pair[1]) <= set(values):
        return None
    if not names_in(pair[0]) <= {*known, ions.reversal}:
        return None
    slope = float(evaluate((pair[1],), values, "numpy")[0])
    if slope == 0.0:
        return None

    def reversal(given: Mapping[str, float]) -> float:
        return -float(evaluate((pair[0],), {**known, **given}, "numpy")[0]) / slope

    if ions.reversal in names_in(pair[0]) and ions.reversal not in values:
        if [round(reversal({ions.reversal: e}), 9) for e in (-50.0, 20.0)] != [-50.0, 20.0]:
            raise Refusal(f"a current driven by other than v - {ions.reversal}")
        return Drive("ohmic", None, slope)
    if names_in(pair[0]) & set(ions.concentrations):
        return _nernstian(reversal, slope, ions)
    return Drive("ohmic", reversal({}), slope)


def _nernstian(reversal: Callable[[Mapping[str, float]], float], slope: float, ions: Ions) -> Drive:
    difference = 0.0
    for inside, outside in ((1e-4, 2.0), (5.0, 140.0), (100.0, 3.0)):
        exact = thermal_mV(ions.temperature_degC) / ions.valence * np.log(outside / inside)
        given = reversal({ions.inside: inside, ions.outside: outside})
        difference = max(difference, abs(given / exact - 1.0))
    if not difference < TOLERANCE:
        raise Refusal("a reversal potential that is not that of Nernst")
    return Drive("ohmic", None, slope, difference)


def _ghk(parts: list[Node], values: Mapping[str, float], ions: Ions) -> Drive | None:
    """Factors that together are the GHK current of a permeability, or that over `co`."""
    if not parts or ions.name is None:
        return None
    whole = product(parts)
    if not names_in(whole) <= {"v", *values, *ions.concentrations}:
        return None
    voltage = np.arange(-97.3, 60.0, 13.7)[:, None]
    inside = np.array([1e-4, 1e-2, 1.0, 50.0])
    outside = np.array([2.0, 10.0, 0.5, 140.0])
    given = {**values, "v": voltage, ions.inside: inside, ions.outside: outside}
    with np.errstate(all="ignore"):
        (found,) = evaluate((whole,), given, "numpy")
        x = voltage * (ions.valence / thermal_mV(ions.temperature_degC))
        inward = x / -np.expm1(-x)
        sides = 1e-3 * ions.valence * FARADAY * np.array([inside * inward, outside * (inward - x)])
    for over_outside in (False, True):
        divisor = outside if over_outside else np.ones_like(outside)
        exact, size = (sides[0] - sides[1]) / divisor, (sides[0] + sides[1]) / divisor
        # In the size of what flows each way, since the difference of the two may vanish.
        scale = float(np.median((found / exact)[np.abs(exact) > 0.5 * np.abs(size)]))
        difference = float(np.max(np.abs(found / scale - exact) / np.abs(size)))
        if difference < TOLERANCE:
            usual = ions.concentrations[ions.outside] if over_outside else 1.0
            return Drive("ghk", None, scale / usual, difference)
    return None
