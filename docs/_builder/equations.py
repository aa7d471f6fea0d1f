r"""Rates, gates and channels as LaTeX, from the objects that the simulation runs.

Numbers are those of the declaration, to six digits. A term carries how tightly it binds (`SUM`,
`PRODUCT`, `ATOM`), so that parentheses are set where they are needed and nowhere else.
"""

from __future__ import annotations

import inspect
import math
from dataclasses import fields
from functools import singledispatch
from typing import Any, NamedTuple

from causalgia.channels import expression, gates, mutations, rates
from causalgia.channels.channel import Channel
from causalgia.channels.published.forms import Root

__all__ = ["ATOM", "PRODUCT", "SUM", "Term", "channel_current", "gate_equations", "number", "rate"]

SUM, PRODUCT, ATOM = 1, 2, 3


class Term(NamedTuple):
    """A piece of LaTeX and how tightly it binds."""

    latex: str
    binding: int

    def inside(self, binding: int) -> str:
        """As it stands within something that binds as tightly as this."""
        return self.latex if self.binding >= binding else rf"\left({self.latex}\right)"


def number(value: float) -> str:
    """Six digits at most, as a power of ten where it is very small or large."""
    text = f"{float(value):.6g}"
    mantissa, _, exponent = text.partition("e")
    if not exponent and value and abs(value) < 1e-3:
        mantissa, _, exponent = f"{float(value):.5e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
    if not exponent:
        return mantissa
    return rf"{mantissa} \times 10^{{{int(exponent)}}}"


def _number(value: float) -> Term:
    latex = number(value)
    if value < 0:
        return Term(latex, SUM)
    return Term(latex, PRODUCT if "times" in latex else ATOM)


def _sum(*terms: Term) -> Term:
    """A sum, without what is zero."""
    kept = [term.latex for term in terms if term.latex != "0"]
    if len(kept) < 2:
        return next((term for term in terms if term.latex != "0"), Term("0", ATOM))
    text = kept[0]
    for latex in kept[1:]:
        text += f" - {latex[1:].lstrip()}" if latex.startswith("-") else f" + {latex}"
    return Term(text, SUM)


def _times(factor: float, term: Term) -> Term:
    """A number times a term; one is not written."""
    if factor == 1.0:
        return term
    sign, size = ("-", -factor) if factor < 0 else ("", factor)
    inner = term.inside(PRODUCT)
    written = inner if size == 1.0 else rf"{_number(size).inside(PRODUCT)}\,{inner}"
    return Term(sign + written, SUM if sign else PRODUCT)


def _fraction(above: str, below: str, sign: str = "") -> Term:
    return Term(rf"{sign}\frac{{{above}}}{{{below}}}", SUM if sign else PRODUCT)


def _above(point_mV: float, voltage: Term) -> Term:
    """The voltage less a midpoint."""
    if point_mV == 0.0:
        return voltage
    return _sum(voltage, Term(number(-point_mV), SUM))


def _exponential(midpoint_mV: float, slope_mV: float, voltage: Term) -> str:
    sign = "-" if slope_mV < 0 else ""
    above = _above(midpoint_mV, voltage)
    shown = above.latex if above.binding == ATOM else f"({above.latex})"
    divided = shown if abs(slope_mV) == 1.0 else f"{shown}/{number(abs(slope_mV))}"
    return f"e^{{{sign}{divided}}}"


VOLTAGE = Term("V", ATOM)


@singledispatch
def rate(form: Any, voltage: Term = VOLTAGE) -> Term:
    """A rate as a function of the voltage.

    **Raises:** `TypeError` for a form that nobody has written down here.
    """
    raise TypeError(f"no equation is known for {type(form).__name__}")


@rate.register
def _(form: rates.Sigmoid, voltage: Term = VOLTAGE) -> Term:
    below = f"1 + {_exponential(form.midpoint_mV, form.slope_mV, voltage)}"
    sign = "-" if form.amplitude < 0 else ""
    fraction = _fraction(number(abs(form.amplitude)), below, sign)
    return _sum(_number(form.offset), fraction)


@rate.register
def _(form: rates.Exponential, voltage: Term = VOLTAGE) -> Term:
    return _times(
        form.amplitude, Term(_exponential(form.midpoint_mV, form.slope_mV, voltage), ATOM)
    )


@rate.register
def _(form: rates.Linoid, voltage: Term = VOLTAGE) -> Term:
    above = _times(form.amplitude / form.slope_mV, _above(form.midpoint_mV, voltage))
    below = f"1 - {_exponential(form.midpoint_mV, -form.slope_mV, voltage)}"
    return _fraction(above.latex, below)


@rate.register
def _(form: rates.Bell, voltage: Term = VOLTAGE) -> Term:
    above = _above(form.midpoint_mV, voltage)
    shown = above.latex if above.binding == ATOM else f"{{({above.latex})}}"
    power = rf"-{shown}^2/(2 \cdot {number(abs(form.width_mV))}^2)"
    return _sum(_number(form.offset), _times(form.amplitude, Term(f"e^{{{power}}}", ATOM)))


@rate.register
def _(form: rates.Sum, voltage: Term = VOLTAGE) -> Term:
    return _sum(rate(form.first, voltage), rate(form.second, voltage))


@rate.register
def _(form: rates.Product, voltage: Term = VOLTAGE) -> Term:
    if isinstance(form.second, rates.Reciprocal):
        below = rate(form.second.rate, voltage)
        return _fraction(rate(form.first, voltage).latex, below.latex)
    first, second = rate(form.first, voltage), rate(form.second, voltage)
    return Term(rf"{first.inside(PRODUCT)} \cdot {second.inside(PRODUCT)}", PRODUCT)


@rate.register
def _(form: rates.Reciprocal, voltage: Term = VOLTAGE) -> Term:
    return _fraction("1", rate(form.rate, voltage).latex)


@rate.register
def _(form: rates.Linear, voltage: Term = VOLTAGE) -> Term:
    if form.per_mV == 0.0:
        return _number(form.offset)
    return _sum(_number(form.offset), _times(form.per_mV, voltage))


@rate.register
def _(form: rates.Floored, voltage: Term = VOLTAGE) -> Term:
    inner = rate(form.rate, voltage).latex
    return Term(rf"\max\left({inner},\,{number(form.floor)}\right)", ATOM)


@rate.register
def _(form: rates.Piecewise, voltage: Term = VOLTAGE) -> Term:
    below, above = rate(form.below, voltage).latex, rate(form.above, voltage).latex
    limit = number(form.boundary_mV)
    cases = rf"{below} & {voltage.latex} < {limit} \\ {above} & {voltage.latex} \ge {limit}"
    return Term(rf"\begin{{cases}} {cases} \end{{cases}}", PRODUCT)


@rate.register
def _(form: Root, voltage: Term = VOLTAGE) -> Term:
    inner = rate(form.rate, voltage).latex
    return Term(rf"\left({inner}\right)^{{1/{number(form.degree)}}}", ATOM)


@rate.register
def _(form: mutations._Displaced, voltage: Term = VOLTAGE) -> Term:
    moved = _above(form.shift_mV + form.pivot_mV, voltage)
    if form.stretch != 1.0:
        moved = _fraction(moved.latex, number(form.stretch))
    moved = _sum(moved, _number(form.pivot_mV))
    return rate(form.rate, Term(rf"\left({moved.latex}\right)", ATOM))


_FUNCTIONS = {"exp": r"\exp", "log": r"\ln", "log10": r"\log_{10}", "sqrt": r"\operatorname{sqrt}"}
_INFIX = {"*": r" \cdot ", "<": " < ", "<=": r" \le ", ">": " > ", ">=": r" \ge "}
_INFIX |= {"==": " = ", "!=": r" \ne ", "&&": r" \wedge ", "||": r" \vee "}


@rate.register
def _(form: expression.Number, voltage: Term = VOLTAGE) -> Term:
    return _number(form.value)


@rate.register
def _(form: expression.Name, voltage: Term = VOLTAGE) -> Term:
    if form.name == "v":
        return voltage
    shown = form.name.replace("_", r"\_")
    return Term(rf"\text{{{shown}}}", ATOM)


@rate.register
def _(form: expression.Apply, voltage: Term = VOLTAGE) -> Term:
    parts = [rate(argument, voltage) for argument in form.arguments]
    name = form.function
    if name == "+":
        return _sum(*parts)
    if name in ("-", "0-"):
        signed = Term(f"-{parts[-1].inside(PRODUCT)}", SUM)
        return _sum(parts[0], signed) if name == "-" else signed
    if name == "/":
        return _fraction(parts[0].latex, parts[1].latex)
    if name == "^":
        return Term(f"{parts[0].inside(ATOM)}^{{{parts[1].latex}}}", ATOM)
    if name == "?:":
        cases = rf"{parts[1].latex} & {parts[0].latex} \\ {parts[2].latex} & \text{{else}}"
        return Term(rf"\begin{{cases}} {cases} \end{{cases}}", PRODUCT)
    if name in _INFIX:
        return Term(_INFIX[name].join(part.inside(PRODUCT) for part in parts), PRODUCT)
    shown = _FUNCTIONS.get(name, rf"\operatorname{{{name}}}")
    return Term(rf"{shown}\left({parts[0].latex}\right)", ATOM)


def gate_equations(
    gate: Any, symbol: str, scaling: float | None = None, phi: str = r"\phi"
) -> list[str]:
    r"""The equations of a gate; none where its class has kinetics of its own.

    **Arguments:** the `gate`; its `symbol` in LaTeX; `scaling`, the part of its speed that is
    written as `phi`, the temperature's (None: its speed is a number).
    """
    factor = gate_speed(gate) / (1.0 if scaling is None else scaling)
    parts = [] if math.isclose(factor, 1.0, rel_tol=1e-9) else [number(factor)]
    speed = r"\,".join(parts + ([] if scaling is None else [phi]))
    steady, time = _indexed(symbol, r"\infty"), rf"\tau_{{{symbol}}}"
    if isinstance(gate, gates.OpenClose):
        total = rf"\alpha_{{{symbol}}} + \beta_{{{symbol}}}"
        return [
            rf"\alpha_{{{symbol}}} = {rate(gate.opening).latex}",
            rf"\beta_{{{symbol}}} = {rate(gate.closing).latex}",
            rf"{steady} = \frac{{\alpha_{{{symbol}}}}}{{{total}}}",
            rf"{time} = \frac{{1}}{{{_quicker(Term(total, SUM), speed)}}}",
        ]
    if isinstance(gate, gates.Relaxation):
        shown = rate(gate.steady).latex
        if gate.steady_power != 1:
            shown = rf"\left({shown}\right)^{{{gate.steady_power}}}"
        return [rf"{steady} = {shown}", rf"{time} = {_slower(rate(gate.time_constant_ms), speed)}"]
    if isinstance(gate, gates.HillGate):
        return _hill(gate, symbol)
    if isinstance(gate, expression.FormulaGate | expression.SensingFormulaGate):
        return [
            rf"{steady} = {rate(gate.steady).latex}",
            rf"{time} = \frac{{1}}{{{_quicker(rate(gate.speed), speed)}}}",
        ]
    return []


def _indexed(symbol: str, index: str) -> str:
    """A symbol with one more index."""
    letter, _, before = symbol.partition("_")
    return rf"{letter}_{{{before},{index}}}" if before else rf"{letter}_{index}"


def _quicker(speed: Term, factor: str) -> str:
    return rf"{factor}\,({speed.latex})" if factor else speed.latex


def _slower(time: Term, factor: str) -> str:
    if not factor:
        return time.latex
    if time.binding == ATOM:
        return rf"\frac{{{time.latex}}}{{{factor}}}"
    return rf"\frac{{1}}{{{factor}}}\,{time.inside(PRODUCT)}"


def _hill(gate: gates.HillGate, symbol: str) -> list[str]:
    ion = {"calcium": r"\text{Ca}", "sodium": r"\text{Na}"}.get(gate.ion, rf"\text{{{gate.ion}}}")
    # Written with a positive power, whichever way the ion moves the gate.
    inf = r"\infty"
    half, inside = number(gate.half_mM), f"{{[{ion}]}}_i"
    inner = rf"{half}/{inside}" if gate.hill > 0 else rf"{inside}/{half}"
    if "times" in half and gate.hill < 0:
        inner = rf"{inside}/({half})"
    return [
        rf"{_indexed(symbol, inf)} = \frac{{{number(gate.maximum)}}}"
        rf"{{1 + \left({inner}\right)^{{{number(abs(gate.hill))}}}}}",
        rf"\tau_{{{symbol}}} = {number(gate.time_constant_ms)}",
    ]


def gate_speed(gate: Any) -> float:
    """What multiplies the speed of a gate; one where it has no such number."""
    return float(getattr(gate, "speed_factor", 1.0))


def gate_words(gate: Any) -> tuple[str, dict[str, float]]:
    """Of a gate with kinetics of its own: what its class says, and the numbers it is given."""
    said = inspect.getdoc(type(gate)) or ""
    numbers = {}
    for field in fields(gate):
        value = getattr(gate, field.name)
        if isinstance(value, int | float) and field.name != "speed_factor":
            numbers[field.name] = float(value)
        elif isinstance(value, tuple):
            numbers |= {f"{field.name}[{i}]": float(one) for i, one in enumerate(value)}
    return said, numbers


REVERSALS = {
    "sodium": r"E_\text{Na}",
    "potassium": r"E_\text{K}",
    "calcium": r"E_\text{Ca}",
    "cation": r"E_\text{cation}",
    "leak": r"E_\text{leak}",
}


def reversal(name: str) -> str:
    """The symbol of a reversal potential."""
    return REVERSALS.get(name, r"E_\text{" + name.replace("_", " ") + "}")


def channel_current(channel: Channel, symbols: tuple[str, ...]) -> str:
    """The current of a channel: conductance, open fraction and drive."""
    terms = []
    for weight, exponents in channel.terms:
        powers = [
            symbol if power == 1 else f"{symbol}^{{{power}}}"
            for symbol, power in zip(symbols, exponents, strict=True)
            if power
        ]
        parts = ([] if weight == 1.0 and powers else [number(weight)]) + powers
        terms.append(r"\,".join(parts))
    opened = " + ".join(terms)
    if len(terms) > 1:
        opened = rf"\left({opened}\right)"
    opened = "" if opened == "1" else opened + r"\,"
    if channel.law == "ghk":
        return rf"I = P\,{opened}\Phi_\text{{{channel.carriers[0][0]}}}(V)"
    drives = [
        (rf"{number(share)}\," if share != 1.0 else "") + rf"(V - {reversal(ion)})"
        for ion, share in channel.carriers
    ]
    drive = drives[0] if len(drives) == 1 else rf"\left[{' + '.join(drives)}\right]"
    return rf"I = g\,{opened}{drive}"
