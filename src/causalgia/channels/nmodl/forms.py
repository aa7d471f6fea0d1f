"""Formulas recognized as the quick forms of `causalgia.channels.rates`, by their values.

An exponential in a formula says where its half-point and slope must lie; whether the formula is a
sigmoid, an exponential or a linoid of these is then a matter of comparing values, however it was
written. What a guard against 0/0 does around its singularity is what a linoid does everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from jaxtyping import Float

from causalgia.channels.expression import (
    Apply,
    FormulaGate,
    Node,
    SensingFormulaGate,
    evaluate,
    names_in,
    walk,
)
from causalgia.channels.gates import AbstractGate, AbstractSensingGate, OpenClose, Relaxation
from causalgia.channels.nmodl.algebra import linear
from causalgia.channels.rates import AbstractRate, Exponential, Linear, Linoid, Sigmoid

__all__ = ["PROBE_mV", "gate_of"]

PROBE_mV = np.linspace(-120.0, 80.0, 401) + 0.137
"""Voltages at which formulas are compared, off the round numbers where guards sit."""

CLOSE = 1e-8
"""Relative difference of what is the same formula (guards are series of first order)."""

Trace = Float[np.ndarray, " voltage"]
Bases = list[tuple[float, float]]


def gate_of(
    steady: Node, speed: Node, constants: Mapping[str, float], sensed: tuple[str, str] | None
) -> AbstractGate | AbstractSensingGate:
    """The quickest gate with these formulas.

    **Arguments:** steady state and speed (1/ms) as formulas of `v`; the values of other names;
    the symbol and the ion of a concentration inside that they name.
    """
    names = tuple(sorted((names_in(steady) | names_in(speed)) - {"v"}))
    if sensed is not None:
        symbol, ion = sensed
        names = tuple(name for name in names if name != symbol)
        values = tuple(constants[name] for name in names)
        return SensingFormulaGate(ion, symbol, steady, speed, names, values)
    held = {name: constants[name] for name in names}
    quick = _quick(steady, speed, held)
    return quick or FormulaGate(steady, speed, names, tuple(held.values()))


def _quick(steady: Node, speed: Node, constants: dict[str, float]) -> AbstractGate | None:
    with np.errstate(all="ignore"):
        values = evaluate((steady, speed), {**constants, "v": PROBE_mV}, "numpy")
        level, rate = (np.broadcast_to(value, PROBE_mV.shape) for value in values)
        bases = _bases((steady, speed), constants)
        parts = [_form(trace, bases, 0.0 * rate) for trace in (level, 1.0 / rate)]
        if isinstance(parts[1], Linear) and parts[0] is not None:
            return Relaxation(parts[0], parts[1])
        opening, closing = level * rate, (1.0 - level) * rate
        rates = [_form(trace, bases, 1e-11 * rate) for trace in (opening, closing)]
        if rates[0] is not None and rates[1] is not None:
            return OpenClose(rates[0], rates[1])
        if parts[0] is not None and parts[1] is not None:
            return Relaxation(parts[0], parts[1])
    return None


def _bases(nodes: Iterable[Node], constants: dict[str, float]) -> Bases:
    """Half-point and slope (mV) of each exponential of a linear function of the voltage."""
    found: dict[tuple[float, float], None] = {}
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Apply) and part.function == "exp":
                parts = linear(part.arguments[0], "v")
                if parts is None or "v" in names_in(parts[1]):
                    continue
                offset, slope = evaluate(parts, constants, "numpy")
                if slope:
                    found[(float(-offset / slope), float(1.0 / slope))] = None
    return list(found)


def _form(trace: Trace, bases: Bases, tolerance: Trace) -> AbstractRate | None:
    """The form that has these values at `PROBE_mV`, if there is one."""
    if np.allclose(trace, trace[0], rtol=1e-12, atol=0.0):
        return Linear(0.0, float(trace[0]))
    for half, slope in bases:
        for build in (_exponential, _sigmoid, _linoid):
            form = build(trace, half, slope)
            if form is not None and _same(form, trace, tolerance):
                return form
    return None


def _exponential(trace: Trace, half: float, slope: float) -> AbstractRate:
    place = int(np.argmin(np.abs(PROBE_mV - half)))
    amplitude = trace[place] / np.exp((PROBE_mV[place] - half) / slope)
    return Exponential(float(amplitude), half, slope)


def _sigmoid(trace: Trace, half: float, slope: float) -> AbstractRate | None:
    fall = 1.0 / (1.0 + np.exp((PROBE_mV - half) / slope))
    # Two places far apart give offset and amplitude; a plain sigmoid has no offset at all.
    place = int(np.argmax(fall * (1.0 - fall)))
    plain = Sigmoid(float(trace[place] / fall[place]), half, slope)
    if _same(plain, trace, 0.0 * trace):
        return plain
    rising = Sigmoid(float(trace[place] / (1.0 - fall[place])), half, -slope)
    if _same(rising, trace, 0.0 * trace):
        return rising
    low, high = int(np.argmin(fall)), int(np.argmax(fall))
    if fall[high] - fall[low] < 1e-3:
        return None
    amplitude = (trace[high] - trace[low]) / (fall[high] - fall[low])
    return Sigmoid(float(amplitude), half, slope, float(trace[low] - amplitude * fall[low]))


def _linoid(trace: Trace, half: float, slope: float) -> AbstractRate | None:
    x = (PROBE_mV - half) / slope
    place = int(np.argmin(np.abs(x - 1.0)))
    for sign in (1.0, -1.0):
        amplitude = trace[place] * -np.expm1(-sign * x[place]) / (sign * x[place])
        form = Linoid(float(amplitude), half, sign * slope)
        if _same(form, trace, 0.0 * trace):
            return form
    return None


def _same(form: AbstractRate, trace: Trace, tolerance: Trace) -> bool:
    """Whether a form has the values of a formula, but where the formula itself has none."""
    known = np.isfinite(trace)
    values = _plain(form)
    close = np.abs(values - trace) <= CLOSE * np.abs(trace) + tolerance
    return bool(known.mean() > 0.95 and close[known].all())


def _plain(form: AbstractRate) -> Trace:
    """A form in NumPy's float64, whatever JAX is set to."""
    if isinstance(form, Sigmoid):
        x = (PROBE_mV - form.midpoint_mV) / form.slope_mV
        return form.offset + form.amplitude / (1.0 + np.exp(x))
    assert isinstance(form, Exponential | Linoid)
    x = (PROBE_mV - form.midpoint_mV) / form.slope_mV
    if isinstance(form, Exponential):
        return form.amplitude * np.exp(x)
    return form.amplitude * x / -np.expm1(-x)
