"""Formulas as algebra: built tidily, and taken apart where they are linear."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from causalgia.channels.expression import Apply, Name, Node, Number, evaluate, names_in

__all__ = ["ONE", "build", "factors", "linear", "product"]

ZERO = Number(0.0)
ONE = Number(1.0)
"""What a product of nothing is."""


def build(function: str, *arguments: Node) -> Node:
    """A function of nodes: computed if they are numbers, left out where it changes nothing."""
    if all(isinstance(argument, Number) for argument in arguments):
        with np.errstate(all="ignore"):
            (value,) = evaluate((Apply(function, arguments),), {}, "numpy")
        return Number(float(value))
    return _neutral(function, arguments) or Apply(function, arguments)


def _neutral(function: str, arguments: tuple[Node, ...]) -> Node | None:
    """What is left of a function of which one argument makes the rest plain."""
    first, last = arguments[0], arguments[-1]
    if function == "?:":
        if isinstance(first, Number):
            return arguments[1] if first.value else last
        return last if arguments[1] == last else None
    if function == "+":
        return last if first == ZERO else first if last == ZERO else None
    if function == "-":
        return first if last == ZERO else build("0-", last) if first == ZERO else None
    if function == "*":
        return _neutral_product(first, last)
    if function in ("/", "^"):
        return first if last == ONE or (first == ZERO and function == "/") else None
    return _unsigned(first) if function == "0-" else None


def _neutral_product(first: Node, last: Node) -> Node | None:
    if ZERO in (first, last):
        return ZERO
    return last if first == ONE else first if last == ONE else None


def _unsigned(node: Node) -> Node | None:
    """A sign taken into a node."""
    if isinstance(node, Apply) and node.function == "0-":
        return node.arguments[0]
    if isinstance(node, Apply) and node.function == "-":
        return build("-", node.arguments[1], node.arguments[0])
    return None


def product(nodes: Iterable[Node]) -> Node:
    """All of the nodes multiplied."""
    whole: Node = ONE
    for node in nodes:
        whole = build("*", whole, node)
    return whole


def linear(node: Node, name: str) -> tuple[Node, Node] | None:
    """Write a formula as `constant + slope * name`: (constant, slope), or None if it is not so."""
    if name not in names_in(node):
        return node, ZERO
    if isinstance(node, Name):
        return ZERO, ONE
    assert isinstance(node, Apply)  # numbers hold no names
    if node.function in ("+", "-", "0-"):
        return _linear_sum(node, name)
    if node.function == "*":
        for free, other in (node.arguments, node.arguments[::-1]):
            if name not in names_in(free):
                return _scaled(linear(other, name), "*", free)
    if node.function == "/" and name not in names_in(node.arguments[1]):
        return _scaled(linear(node.arguments[0], name), "/", node.arguments[1])
    if node.function == "?:" and name not in names_in(node.arguments[0]):
        parts = [linear(branch, name) for branch in node.arguments[1:]]
        if parts[0] and parts[1]:
            pairs = zip(parts[0], parts[1], strict=True)
            constant, slope = (build("?:", node.arguments[0], a, b) for a, b in pairs)
            return constant, slope
    return None


def _linear_sum(node: Apply, name: str) -> tuple[Node, Node] | None:
    parts = [linear(argument, name) for argument in node.arguments]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    constant, slope = (build(node.function, *terms) for terms in zip(*found, strict=True))
    return constant, slope


def _scaled(parts: tuple[Node, Node] | None, function: str, free: Node) -> tuple[Node, Node] | None:
    if parts is None:
        return None
    if function == "*":
        return build("*", free, parts[0]), build("*", free, parts[1])
    return build("/", parts[0], free), build("/", parts[1], free)


def factors(node: Node) -> list[Node]:
    """The formulas whose product a formula is; what divides stands as one over it."""
    if isinstance(node, Apply):
        if node.function == "*":
            return [factor for argument in node.arguments for factor in factors(argument)]
        if node.function == "/":
            top, bottom = node.arguments
            # K/(K + c) is one factor, between 0 and 1; (v - e)/(1 + exp(v)) is two.
            if "v" not in names_in(top) and names_in(top) & names_in(bottom):
                return [node]
            return [*factors(top), *(build("/", ONE, factor) for factor in factors(bottom))]
        if node.function == "0-":
            return [Number(-1.0), *factors(node.arguments[0])]
        if node.function == "^" and isinstance(node.arguments[1], Number):
            exponent = node.arguments[1].value
            if exponent in range(1, 9):
                return factors(node.arguments[0]) * int(exponent)
    return [] if node == ONE else [node]
