r"""A current split into a density, gates and what drives it.

An ohmic current is a sum of products of gates times $v - e$; in a Goldman-Hodgkin-Katz current
the drive is a function of voltage and concentrations, known by its values, however it is written.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from causalgia.channels.expression import Apply, Name, Node, evaluate, names_in
from causalgia.channels.nmodl.algebra import ONE, build, factors
from causalgia.channels.nmodl.drives import Drive, Ions, Refusal, driven

__all__ = ["Opening", "split"]

Monomial = tuple[tuple[Node, int], ...]
Polynomial = dict[Monomial, float]


@dataclass(frozen=True)
class Opening:
    """A current: its largest density, the polynomial of gates, and the drive.

    `gates` are states and, where a factor follows the voltage at once, its formula.
    """

    density: float
    gates: tuple[Node, ...]
    terms: tuple[tuple[float, tuple[int, ...]], ...]
    drive: Drive


def split(
    current: Node, states: frozenset[str], values: Mapping[str, float], ions: Ions
) -> Opening:
    """Take a current apart.

    **Arguments:** the current (mA/cm2) as a formula; the names of gating variables; the values of
    parameters; what the mechanism knows of ions.
    **Raises:** `Refusal` with what stands in the way.
    """
    total: Polynomial = {}
    drive: Drive | None = None
    for addend in _addends(current):
        mine, rest = driven(factors(addend), states, values, ions)
        if drive is not None and not mine.agrees(drive):
            raise Refusal("a current with two reversal potentials")
        drive = drive or mine
        part: Polynomial = {(): mine.scale}
        for factor in rest:
            part = _times(part, _polynomial(factor, states, values))
        total = _plus(total, part)
    if drive is None:
        raise Refusal("a current without a driving force")
    return _normalized(total, drive)


def _addends(node: Node) -> list[Node]:
    if isinstance(node, Apply) and node.function in ("+", "-"):
        first, second = node.arguments
        sign = [second] if node.function == "+" else [build("0-", second)]
        return [*_addends(first), *(part for each in sign for part in _addends(each))]
    if isinstance(node, Apply) and node.function == "0-":
        return (
            [build("0-", part) for part in _addends(node.arguments[0])] if _is_sum(node) else [node]
        )
    return [node]


def _is_sum(node: Apply) -> bool:
    inner = node.arguments[0]
    return isinstance(inner, Apply) and inner.function in ("+", "-")


def _polynomial(node: Node, states: frozenset[str], values: Mapping[str, float]) -> Polynomial:
    """A formula as a polynomial of states and of factors that follow the voltage at once."""
    names = names_in(node)
    if names <= set(values):
        (value,) = evaluate((node,), values, "numpy")
        return {(): float(value)}
    if isinstance(node, Name) or not names & states:
        return {((node, 1),): 1.0}
    assert isinstance(node, Apply)
    parts = node.arguments
    if node.function == "0-":
        return _times({(): -1.0}, _polynomial(parts[0], states, values))
    if node.function in ("+", "-"):
        sign: Polynomial = {(): 1.0 if node.function == "+" else -1.0}
        second = _times(sign, _polynomial(parts[1], states, values))
        return _plus(_polynomial(parts[0], states, values), second)
    if node.function == "*":
        return _times(*(_polynomial(part, states, values) for part in parts))
    if node.function == "/" and not names_in(parts[1]) & states:
        below = _polynomial(build("/", ONE, parts[1]), states, values)
        return _times(_polynomial(parts[0], states, values), below)
    if node.function == "^" and names_in(parts[1]) <= set(values):
        (exponent,) = evaluate((parts[1],), values, "numpy")
        if exponent in range(1, 9):
            base = _polynomial(parts[0], states, values)
            powers = itertools.accumulate([base] * int(exponent), _times)
            return list(powers)[-1]
    raise Refusal(f"a state inside {node.function!r}, a current that is no polynomial of gates")


def _plus(first: Polynomial, second: Polynomial) -> Polynomial:
    total = dict(first)
    for monomial, weight in second.items():
        total[monomial] = total.get(monomial, 0.0) + weight
    return total


def _times(first: Polynomial, second: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for (left, a), (right, b) in itertools.product(first.items(), second.items()):
        exponents: dict[Node, int] = dict(left)
        for atom, exponent in right:
            exponents[atom] = exponents.get(atom, 0) + exponent
        monomial = tuple(sorted(exponents.items(), key=lambda item: repr(item[0])))
        total[monomial] = total.get(monomial, 0.0) + a * b
    return total


def _normalized(polynomial: Polynomial, drive: Drive) -> Opening:
    """Scale an open fraction so that it is 1 with the gates at their most open."""
    gates = tuple(dict.fromkeys(atom for monomial in polynomial for atom, _ in monomial))
    terms = [
        (weight, tuple(dict(monomial).get(gate, 0) for gate in gates))
        for monomial, weight in polynomial.items()
        if weight
    ]
    corners = [
        sum(w * np.prod(np.power(corner, powers)) for w, powers in terms)
        for corner in itertools.product((0.0, 1.0), repeat=len(gates))
    ]
    density = float(max(corners, default=0.0))
    if not density > 0.0:
        # Largest between closed and open, as n*(1 - n) is: then by its largest term.
        density = float(max((weight for weight, _ in terms), default=0.0))
    if not density > 0.0:
        raise Refusal("a current whose conductance is nowhere positive")
    kept = tuple((float(weight / density), powers) for weight, powers in terms)
    return Opening(density, gates, kept, drive)
