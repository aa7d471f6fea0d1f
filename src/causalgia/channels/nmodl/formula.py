"""Formulas of a mechanism file: text to tree.

From loosest to tightest: or, and, comparison, sum, product, sign, power (to the right).
"""

from __future__ import annotations

from causalgia.channels.expression import Apply, Name, Node, Number
from causalgia.channels.nmodl.lexer import Tokens

__all__ = ["arguments", "formula"]

_LEVELS = (("||",), ("&&",), ("<", "<=", ">", ">=", "==", "!="), ("+", "-"), ("*", "/"))


def formula(tokens: Tokens, level: int = 0) -> Node:
    """Read a formula, from one of the levels of precedence on."""
    if level == len(_LEVELS):
        return _signed(tokens)
    left = formula(tokens, level + 1)
    while tokens.at(*_LEVELS[level]):
        operator = tokens.take().text
        left = Apply(operator, (left, formula(tokens, level + 1)))
    if tokens.at("%"):
        raise tokens.source.unsupported(tokens.next.line, "the remainder '%'")
    return left


def _signed(tokens: Tokens) -> Node:
    if tokens.accept("-"):
        return Apply("0-", (_signed(tokens),))
    if tokens.accept("+"):
        return _signed(tokens)
    if tokens.accept("!"):
        return Apply("!", (_signed(tokens),))
    return _power(tokens)


def _power(tokens: Tokens) -> Node:
    base = _atom(tokens)
    if tokens.accept("^"):
        return Apply("^", (base, _signed(tokens)))
    return base


def _atom(tokens: Tokens) -> Node:
    token = tokens.next
    if token.kind == "number":
        value = tokens.number("")
        tokens.unit()
        return Number(value)
    if tokens.accept("("):
        inner = formula(tokens)
        tokens.expect(")", "to close a parenthesis")
        return inner
    name = tokens.name("or a number in a formula")
    if tokens.at("["):
        raise tokens.source.unsupported(name.line, f"the array {name.text!r}")
    if tokens.at("("):
        return Apply(name.text, arguments(tokens))
    return Name(name.text)


def arguments(tokens: Tokens) -> tuple[Node, ...]:
    """Read what a function is given, in parentheses."""
    tokens.expect("(", "before arguments")
    found: list[Node] = []
    while not tokens.at(")"):
        if found:
            tokens.expect(",", "between arguments")
        found.append(formula(tokens))
    tokens.take()
    return tuple(found)
