"""Gates given as formulas: small trees of numbers, names and functions, evaluated as they stand.

The forms in `causalgia.channels.rates` are quicker and stack; a formula is for kinetics that fit
none of them. The tree is static, so that a formula is compiled once; the constants it names are
leaves, so that they can be fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.channels.exponentials import exp, one_minus_exp
from causalgia.channels.gates import AbstractGate, AbstractSensingGate

__all__ = [
    "ARITY",
    "Apply",
    "FormulaGate",
    "Name",
    "Node",
    "Number",
    "SensingFormulaGate",
    "evaluate",
    "names_in",
    "walk",
]

Values = Float[Array, "..."]


@dataclass(frozen=True, repr=False)
class Number:
    """A constant."""

    value: float

    def __repr__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True, repr=False)
class Name:
    """A quantity that is given at evaluation."""

    name: str

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, repr=False)
class Apply:
    """A function of other nodes, one of `ARITY`; `0-` is a sign, `?:` chooses."""

    function: str
    arguments: tuple[Node, ...]

    def __repr__(self) -> str:
        return f"{self.function}({', '.join(map(repr, self.arguments))})"


Node = Number | Name | Apply
"""A formula."""


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    if isinstance(node, Apply):
        for argument in node.arguments:
            yield from walk(argument)


def names_in(node: Node) -> frozenset[str]:
    """The names that a formula needs."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Name))


class _Library(NamedTuple):
    """Where functions are taken from: NumPy to probe a formula, JAX to run it."""

    arrays: Any
    exp: Callable[[Any], Any]
    expm1: Callable[[Any], Any]


_LIBRARIES = {
    "numpy": _Library(np, np.exp, np.expm1),
    "jax": _Library(jnp, exp, lambda x: -one_minus_exp(-x)),
}

ARITY = {
    **dict.fromkeys(("0-", "!", "fabs", "floor", "ceil", "sin", "cos", "tan"), 1),
    **dict.fromkeys(("exp", "log", "log10", "sqrt", "tanh", "sinh", "cosh", "atan"), 1),
    **dict.fromkeys(("+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "&&", "||"), 2),
    "?:": 3,
}
"""How many arguments each function takes."""

_PLAIN = {
    "0-": "negative",
    "!": "logical_not",
    "fabs": "abs",
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "==": "equal",
    "!=": "not_equal",
    "&&": "logical_and",
    "||": "logical_or",
    **{name: name for name in ("floor", "ceil", "sin", "cos", "tan", "tanh", "sinh", "cosh")},
    "atan": "arctan",
}
_GUARDED = {"log": "log", "log10": "log10", "sqrt": "sqrt"}
_ONE = Number(1.0)


class _Evaluation:
    """One evaluation of formulas that share parts: each part is computed once."""

    def __init__(self, values: Mapping[str, Any], library: _Library) -> None:
        self.values = values
        self.library = library
        self.known: dict[tuple[int, int], tuple[Any, Any]] = {}

    def of(self, node: Node, held: Any = None) -> Any:
        """The value of a node, of which only the elements `held` are used (None: all)."""
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Name):
            return self.values[node.name]
        key = (id(node), id(held))
        if key not in self.known:
            self.known[key] = (self._apply(node, held), held)
        return self.known[key][0]

    def _apply(self, node: Apply, held: Any) -> Any:
        arrays = self.library.arrays
        if node.function == "?:":
            return self._where(node, held)
        if node.function == "-" and (difference := self._exp_less_one(node, held)) is not None:
            return difference
        if node.function == "^":
            return self._power(node, held)
        first, *rest = (self.of(argument, held) for argument in node.arguments)
        if node.function == "exp":
            return self.library.exp(first)
        if node.function == "/":
            return first / self._guarded(rest[0], held)
        if node.function in _GUARDED:
            return getattr(arrays, _GUARDED[node.function])(self._guarded(first, held))
        return getattr(arrays, _PLAIN[node.function])(first, *rest)

    def _where(self, node: Apply, held: Any) -> Any:
        arrays = self.library.arrays
        condition = arrays.asarray(self.of(node.arguments[0], held)).astype(bool)
        refused = arrays.logical_not(condition)
        # What a branch is not asked for is kept finite there: its derivative would be 0 times inf.
        asked = [
            side if held is None else arrays.logical_and(held, side)
            for side in (condition, refused)
        ]
        branches = [
            self.of(branch, mine) for branch, mine in zip(node.arguments[1:], asked, strict=True)
        ]
        return arrays.where(condition, *branches)

    def _exp_less_one(self, node: Apply, held: Any) -> Any:
        """`exp(x) - 1` and `1 - exp(x)` keep their digits near zero, where float32 has few."""
        for (first, second), sign in ((node.arguments, 1.0), (node.arguments[::-1], -1.0)):
            if second == _ONE and isinstance(first, Apply) and first.function == "exp":
                return sign * self.library.expm1(self.of(first.arguments[0], held))
        return None

    def _power(self, node: Apply, held: Any) -> Any:
        base, exponent = node.arguments
        value = self.of(base, held)
        if isinstance(exponent, Number) and exponent.value in range(9):
            return value ** int(exponent.value)
        return self.library.arrays.power(self._guarded(value, held), self.of(exponent, held))

    def _guarded(self, value: Any, held: Any) -> Any:
        return value if held is None else self.library.arrays.where(held, value, 1.0)


def evaluate(
    nodes: Sequence[Node], values: Mapping[str, Any], library: str = "jax"
) -> tuple[Any, ...]:
    """Values of formulas, parts that they share computed once.

    **Arguments:** the `nodes`; the value of each name, arrays that broadcast; the `library`,
    "jax" (differentiable, also where a branch not taken is singular) or "numpy".
    """
    evaluation = _Evaluation(values, _LIBRARIES[library])
    return tuple(evaluation.of(node) for node in nodes)


class FormulaGate(AbstractGate):
    r"""A gate whose steady state and speed (1/ms) are formulas of the voltage `v` (mV).

    `constants` are the values of the other names, in the order of `names`; `speed_factor`
    multiplies the speed (temperature).
    """

    steady: Node = eqx.field(static=True)
    speed: Node = eqx.field(static=True)
    names: tuple[str, ...] = eqx.field(static=True)
    constants: tuple[float, ...]
    speed_factor: float = 1.0

    def kinetics(self, voltage: Values) -> tuple[Values, Values]:
        """Steady state and speed (1/ms) at `voltage` (mV)."""
        values = {**dict(zip(self.names, self.constants, strict=True)), "v": voltage}
        steady, speed = evaluate((self.steady, self.speed), values)
        return _shaped(steady, speed * self.speed_factor, voltage)


class SensingFormulaGate(AbstractSensingGate):
    """A gate whose formulas also name the concentration of an `ion` inside (mM), as `symbol`."""

    ion: str = eqx.field(static=True)
    symbol: str = eqx.field(static=True)
    steady: Node = eqx.field(static=True)
    speed: Node = eqx.field(static=True)
    names: tuple[str, ...] = eqx.field(static=True)
    constants: tuple[float, ...]
    speed_factor: float = 1.0

    def kinetics_at(self, voltage: Values, concentration_mM: Values) -> tuple[Values, Values]:
        """Steady state and speed (1/ms) at `voltage` (mV) and a concentration inside (mM)."""
        values = {**dict(zip(self.names, self.constants, strict=True)), "v": voltage}
        values[self.symbol] = concentration_mM
        steady, speed = evaluate((self.steady, self.speed), values)
        return _shaped(steady, speed * self.speed_factor, voltage + 0.0 * concentration_mM)


def _shaped(steady: Any, speed: Any, like: Values) -> tuple[Values, Values]:
    """Both in one shape, also where a formula does not depend on the voltage."""
    _, *both = jnp.broadcast_arrays(like, steady, speed)
    return both[0].astype(like.dtype), both[1].astype(like.dtype)
