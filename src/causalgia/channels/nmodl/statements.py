"""Statements of a mechanism file: what stands between the braces of its blocks."""

from __future__ import annotations

from causalgia.channels.nmodl.formula import arguments, formula
from causalgia.channels.nmodl.lexer import Token, Tokens
from causalgia.channels.nmodl.syntax import (
    Assign,
    Block,
    Call,
    Condition,
    Local,
    Mechanism,
    Solve,
    Statement,
)

__all__ = ["body"]

METHODS = ("cnexp", "derivimplicit", "euler", "runge", "sparse", "adrunge", "after_cvode")
"""Integrators that a file may name: here a gate is always advanced by its exact exponential."""

REFUSED = ("while", "WHILE", "FOR", "FROM", "CONSERVE", "LAG", "PROTECT", "MUTEXLOCK")


def body(tokens: Tokens, mechanism: Mechanism) -> Block:
    """Read statements between braces."""
    tokens.expect("{", "to begin a block")
    found = []
    while not tokens.accept("}"):
        statement = _statement(tokens, mechanism)
        if statement is not None:
            found.append(statement)
    return tuple(found)


def _statement(tokens: Tokens, mechanism: Mechanism) -> Statement | None:
    first = tokens.next
    if tokens.at("~"):
        raise mechanism.source.unsupported(first.line, "a reaction or an implicit equation ('~')")
    if first.text in REFUSED:
        raise mechanism.source.unsupported(first.line, first.text)
    if tokens.accept("TABLE"):
        _table(tokens)
        mechanism.notes.append(f"line {first.line}: TABLE is not needed: rates are exact")
        return None
    if tokens.accept("CONDUCTANCE"):
        _hint(tokens)
        return None
    if tokens.accept("LOCAL"):
        return _local(tokens, mechanism, first)
    if tokens.accept("SOLVE"):
        return _solve(tokens, mechanism, first)
    if tokens.at("if", "IF"):
        return _condition(tokens, mechanism)
    return _assignment(tokens, mechanism)


def _local(tokens: Tokens, mechanism: Mechanism, first: Token) -> Local:
    names = [tokens.name("after LOCAL").text]
    while tokens.accept(","):
        names.append(tokens.name("after ','").text)
    if tokens.at("["):
        raise mechanism.source.unsupported(first.line, f"the array {names[-1]!r}")
    return Local(tuple(names), first.line)


def _solve(tokens: Tokens, mechanism: Mechanism, first: Token) -> Solve:
    name = tokens.name("after SOLVE").text
    if tokens.at("STEADYSTATE"):
        raise mechanism.source.unsupported(first.line, "SOLVE ... STEADYSTATE")
    if tokens.accept("METHOD"):
        method = tokens.name("after METHOD")
        if method.text not in METHODS:
            raise mechanism.source.unsupported(method.line, f"METHOD {method.text}")
    return Solve(name, first.line)


def _hint(tokens: Tokens) -> None:
    """Pass over `CONDUCTANCE g USEION k`, which tells NEURON what follows from the current."""
    tokens.name("after CONDUCTANCE")
    if tokens.accept("USEION"):
        tokens.name("after USEION")


def _table(tokens: Tokens) -> None:
    """Pass over `TABLE a, b DEPEND c FROM low TO high WITH count`."""
    while not tokens.at("DEPEND", "FROM", "}") and tokens.next.kind in ("name", "sign"):
        tokens.take()
    if tokens.accept("DEPEND"):
        while not tokens.at("FROM") and tokens.next.kind != "end":
            tokens.take()
    tokens.expect("FROM", "in TABLE")
    formula(tokens)
    tokens.expect("TO", "in TABLE")
    formula(tokens)
    tokens.expect("WITH", "in TABLE")
    formula(tokens)


def _condition(tokens: Tokens, mechanism: Mechanism) -> Condition:
    line = tokens.take().line
    tokens.expect("(", "after if")
    test = formula(tokens)
    tokens.expect(")", "after a condition")
    chosen = body(tokens, mechanism)
    otherwise: Block = ()
    if tokens.accept("else") or tokens.accept("ELSE"):
        again = tokens.at("if", "IF")
        otherwise = (_condition(tokens, mechanism),) if again else body(tokens, mechanism)
    return Condition(test, chosen, otherwise, line)


def _assignment(tokens: Tokens, mechanism: Mechanism) -> Statement:
    name = tokens.name("or '}' in a block")
    if tokens.at("("):
        return Call(name.text, arguments(tokens), name.line)
    if tokens.at("["):
        raise mechanism.source.unsupported(name.line, f"the array {name.text!r}")
    derivative = tokens.accept("'")
    if derivative and tokens.at("'"):
        raise mechanism.source.unsupported(name.line, f"the second derivative of {name.text!r}")
    tokens.expect("=", f"after {name.text!r}")
    return Assign(name.text, formula(tokens), name.line, derivative)
