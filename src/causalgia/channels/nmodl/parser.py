"""Blocks of a mechanism file, read one by one into a `Mechanism`."""

from __future__ import annotations

from collections.abc import Callable

from causalgia.channels.nmodl.lexer import Token, Tokens, tokens_of
from causalgia.channels.nmodl.statements import body
from causalgia.channels.nmodl.syntax import Mechanism, Routine, Source

__all__ = ["parse"]

UNIT_CONSTANTS = {
    "(faraday)(coulomb)": 96485.33212,
    "(faraday)(coulombs)": 96485.33212,
    "(faraday)(kilocoulombs)": 96.48533212,
    "(faraday)(10000coulomb)": 9.648533212,
    "(k-mole)(joule/degC)": 8.31446261815324,
    "(k-mole)(joule/kelvin)": 8.31446261815324,
    "(pi)(1)": 3.141592653589793,
}
"""Constants that a UNITS block names by their units."""


def parse(text: str, name: str) -> Mechanism:
    """Read the text of a mechanism file.

    **Arguments:** the text, and what to call it in messages.
    **Raises:** `InputError` with the line of a syntax error or of an unsupported construct.
    """
    source = Source(name)
    tokens = tokens_of(text, source)
    mechanism = Mechanism(source)
    while tokens.next.kind != "end":
        keyword = tokens.name("of a block")
        if keyword.text not in _BLOCKS:
            if keyword.text.isupper():
                raise source.unsupported(keyword.line, f"{keyword.text}")
            raise source.error(keyword.line, f"syntax: expected a block, found {keyword.text!r}")
        _BLOCKS[keyword.text](tokens, mechanism, keyword)
    if not mechanism.suffix:
        raise source.error(1, "no 'NEURON { SUFFIX name ... }' names the mechanism")
    if not mechanism.breakpoint:
        raise source.error(1, "no BREAKPOINT block says what the current is")
    return mechanism


def _neuron(tokens: Tokens, mechanism: Mechanism, _: Token) -> None:
    tokens.expect("{", "after NEURON")
    while not tokens.accept("}"):
        word = tokens.name("or '}' in NEURON")
        if word.text == "SUFFIX":
            mechanism.suffix = tokens.name("after SUFFIX").text
        elif word.text == "USEION":
            _ion(tokens, mechanism)
        elif word.text == "NONSPECIFIC_CURRENT":
            mechanism.nonspecific += _listed(tokens)
        elif word.text in ("RANGE", "GLOBAL"):
            _listed(tokens)
        elif word.text != "THREADSAFE":
            raise mechanism.source.unsupported(word.line, word.text)


def _ion(tokens: Tokens, mechanism: Mechanism) -> None:
    ion = tokens.name("after USEION")
    used: dict[str, list[str]] = {"READ": [], "WRITE": []}
    while tokens.at("READ", "WRITE", "VALENCE"):
        word = tokens.take()
        if word.text == "VALENCE":
            mechanism.valences[ion.text] = int(tokens.number("after VALENCE"))
        else:
            used[word.text] += _listed(tokens)
    for name in used["WRITE"]:
        if name != f"i{ion.text}":
            raise mechanism.source.unsupported(
                ion.line, f"writing {name!r} (give the membrane an Ion with a Pool instead)"
            )
    mechanism.ions[ion.text] = (tuple(used["READ"]), tuple(used["WRITE"]))


def _listed(tokens: Tokens) -> list[str]:
    """Names with commas between them."""
    names = [tokens.name("in a list").text]
    while tokens.accept(","):
        names.append(tokens.name("after ','").text)
    return names


def _units(tokens: Tokens, mechanism: Mechanism, _: Token) -> None:
    tokens.expect("{", "after UNITS")
    while not tokens.accept("}"):
        if tokens.unit():
            tokens.expect("=", "in UNITS")
            tokens.unit()
            continue
        name = tokens.name("in UNITS")
        tokens.expect("=", "in UNITS")
        if tokens.at("("):
            unit = (tokens.unit() + tokens.unit()).replace(" ", "")
            if unit not in UNIT_CONSTANTS:
                raise mechanism.source.unsupported(name.line, f"the constant {unit}")
            mechanism.units[name.text] = UNIT_CONSTANTS[unit]
        else:
            mechanism.units[name.text] = tokens.number("in UNITS")
            tokens.unit()


def _parameters(tokens: Tokens, mechanism: Mechanism, keyword: Token) -> None:
    tokens.expect("{", f"after {keyword.text}")
    while not tokens.accept("}"):
        name = tokens.name(f"or '}}' in {keyword.text}")
        mechanism.lines[name.text] = name.line
        if tokens.accept("="):
            mechanism.values[name.text] = tokens.number(f"for {name.text}")
        else:
            mechanism.assigned.add(name.text)
        tokens.unit()
        if tokens.accept("<"):
            while not tokens.accept(">"):
                if tokens.take().kind == "end":
                    raise tokens.unexpected("'>' after limits")


def _assigned(tokens: Tokens, mechanism: Mechanism, keyword: Token) -> None:
    for name, line in _declared(tokens, mechanism, keyword):
        mechanism.assigned.add(name)
        mechanism.lines[name] = line


def _state(tokens: Tokens, mechanism: Mechanism, keyword: Token) -> None:
    for name, line in _declared(tokens, mechanism, keyword):
        mechanism.states.append(name)
        mechanism.lines[name] = line


def _declared(tokens: Tokens, mechanism: Mechanism, keyword: Token) -> list[tuple[str, int]]:
    """Names with units, and with ranges that only NEURON's panels need."""
    tokens.expect("{", f"after {keyword.text}")
    found = []
    while not tokens.accept("}"):
        name = tokens.name(f"or '}}' in {keyword.text}")
        if tokens.at("["):
            raise mechanism.source.unsupported(name.line, f"the array {name.text!r}")
        found.append((name.text, name.line))
        if tokens.accept("FROM"):
            tokens.number("after FROM")
            tokens.expect("TO", "after FROM")
            tokens.number("after TO")
        tokens.unit()
        tokens.accept(",")
    return found


def _initial(tokens: Tokens, mechanism: Mechanism, _: Token) -> None:
    mechanism.initial = body(tokens, mechanism)


def _breakpoint(tokens: Tokens, mechanism: Mechanism, _: Token) -> None:
    mechanism.breakpoint = body(tokens, mechanism)


def _derivative(tokens: Tokens, mechanism: Mechanism, _: Token) -> None:
    name = tokens.name("after DERIVATIVE").text
    mechanism.derivatives[name] = body(tokens, mechanism)


def _routine(tokens: Tokens, mechanism: Mechanism, keyword: Token) -> None:
    name = tokens.name(f"after {keyword.text}")
    tokens.expect("(", f"after {name.text}")
    parameters: list[str] = []
    while not tokens.accept(")"):
        if parameters:
            tokens.expect(",", "between parameters")
        parameters.append(tokens.name(f"of a parameter of {name.text}").text)
        tokens.unit()
    tokens.unit()
    if name.text in mechanism.routines:
        raise mechanism.source.error(name.line, f"{name.text!r} is defined twice")
    gives = keyword.text == "FUNCTION"
    mechanism.routines[name.text] = Routine(
        tuple(parameters), body(tokens, mechanism), name.line, gives
    )


def _file_names(tokens: Tokens, mechanism: Mechanism, _: Token) -> None:
    """LOCAL outside of all blocks: names of the whole file."""
    mechanism.assigned.update(_listed(tokens))


def _skipped(tokens: Tokens, mechanism: Mechanism, keyword: Token) -> None:
    tokens.expect("{", f"after {keyword.text}")
    while not tokens.accept("}"):
        if tokens.take().kind == "end":
            raise tokens.unexpected(f"'}}' to end {keyword.text}")


_BLOCKS: dict[str, Callable[[Tokens, Mechanism, Token], None]] = {
    "NEURON": _neuron,
    "UNITS": _units,
    "PARAMETER": _parameters,
    "CONSTANT": _parameters,
    "ASSIGNED": _assigned,
    "STATE": _state,
    "INITIAL": _initial,
    "BREAKPOINT": _breakpoint,
    "DERIVATIVE": _derivative,
    "PROCEDURE": _routine,
    "FUNCTION": _routine,
    "LOCAL": _file_names,
    "INDEPENDENT": _skipped,
}
