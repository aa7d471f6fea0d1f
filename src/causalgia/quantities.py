"""Units at the boundary: "150 mg" or "3 months" as written by people, to floats in house units.

Within the package numbers are bare floats in the house units below, and the name of a bare array
says its unit. A month is 30.4375 days, a twelfth of a year of 365.25 days.

=================  ======  ==================  ======
time of a spike    ms      membrane current    nA
time of a course   day     conductance         S/cm2
voltage            mV      capacitance         uF/cm2
length             um      concentration       mM
temperature        degC    drug in plasma      ng/mL
dose               mg      proportion          1
=================  ======  ==================  ======
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from causalgia.errors import InputError, nearest

if TYPE_CHECKING:
    import pint

__all__ = ["parse_quantity"]

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)", re.DOTALL)
_LONGEST_UNIT = 60
# Unit names with a small power, multiplied or divided, and inverse units as "1/ms". Nothing else
# reaches the unit parser, which would evaluate any arithmetic it is given.
_FACTOR = r"(?:[^\W\d]+|[°%]\w*)(?:\^|\*\*)?(?:-?\d(?:\.\d)?)?"
_UNIT = re.compile(rf"(?:1\s*/\s*)?{_FACTOR}(?:\s*[*/·]\s*{_FACTOR})*")
_POWER = re.compile(r"(?<=[^\W\d])(-?\d)")
# What pint does not know or reads otherwise, and clinicians and physiologists write.
_ALIASES = ("mcg = microgram", "wk = week", "mo = month", "hr = hour", "yr = year")
# What a misspelled unit may have meant.
_COMMON_UNITS = (
    *("ms", "s", "min", "minute", "hour", "day", "week", "month", "year"),
    *("minutes", "hours", "days", "weeks", "months", "years"),
    *("ng", "ug", "mg", "g", "kg", "mL", "dL", "L", "nM", "uM", "mM", "mol", "mmol"),
    *("uV", "mV", "V", "pA", "nA", "uA", "mA", "nS", "uS", "mS", "S", "pF", "nF", "uF", "ohm"),
    *("nm", "um", "mm", "cm", "cm2", "m", "Hz", "kHz", "degC", "degF", "K", "mN", "N", "%"),
)


def parse_quantity(given: object, unit: str, *, field: str = "value") -> float:
    """Turn what a person wrote into a float in `unit`.

    **Arguments:** `given`, a number and its unit in one text ("300 mg/day", "7.2 %"), or a bare
    number where `unit` is "1"; `field`, the name to blame in the message.
    **Returns:** the finite value in `unit`.
    **Raises:** `InputError`, one line, where it is no quantity, lacks its unit, or has a unit
    that is unknown or of another kind.
    """
    number, written = _split(given, unit, field)
    if not math.isfinite(number):
        raise InputError(f"{field}: {_shorten(given)} is not a finite number")
    if not written:
        if unit == "1":
            return number
        example = f"{number:g} {unit}"
        raise InputError(f"{field}: {_shorten(given)} has no unit; write it as {example!r}")
    value = _convert(number, written, unit, f"{field}: {_shorten(given)}")
    if not math.isfinite(value):
        raise InputError(f"{field}: {_shorten(given)} is too large")
    return value


def _split(given: object, unit: str, field: str) -> tuple[float, str]:
    """The number and the unit as written, which is empty where there is none."""
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        try:
            return float(given), ""
        except OverflowError:
            return math.inf, ""
    match = _NUMBER.fullmatch(given.strip()) if isinstance(given, str) else None
    if match is None or match[2].startswith(","):
        example = "0.5" if unit == "1" else f"2.5 {unit}"
        raise InputError(
            f"{field}: {_shorten(given)} is not a quantity; write a number with a decimal point"
            f" and a unit, as {example!r}"
        )
    return float(match[1]), match[2]


def _shorten(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."


def _convert(number: float, written: str, unit: str, blame: str) -> float:
    import pint

    refusal = f"{blame}: {_shorten(written)} is not a unit; allowed: {_allowed(unit)}"
    if len(written) > _LONGEST_UNIT or not _UNIT.fullmatch(written):
        raise InputError(refusal)
    try:
        quantity = _registry().Quantity(number, _parse_unit(written))
        return float(quantity.to(_parse_unit(unit)).magnitude)
    except pint.UndefinedUnitError as error:
        names = error.unit_names
        unknown = names if isinstance(names, str) else next(iter(names))
        hint = _suggest(unknown, unit)
        raise InputError(f"{blame}: unknown unit {unknown!r}; {hint}") from None
    except pint.DimensionalityError:
        raise InputError(
            f"{blame}: {written!r} is of another kind; allowed: {_allowed(unit)}"
        ) from None
    except (pint.PintError, ArithmeticError, AttributeError, SyntaxError, TypeError, ValueError):
        # What pint raises for a malformed unit differs with the way it is malformed.
        raise InputError(refusal) from None


def _allowed(unit: str) -> str:
    return "a bare number or %" if unit == "1" else f"a unit that converts to {unit}"


def _suggest(unknown: str, unit: str) -> str:
    """The units that may have been meant: those of the wanted kind if there are any."""
    alike = [
        name for name in _COMMON_UNITS if _parse_unit(name).is_compatible_with(_parse_unit(unit))
    ]
    return nearest(unknown, alike or _COMMON_UNITS)


@cache
def _parse_unit(text: str) -> Any:
    """The unit object of "S/cm2" and the like; "1" is the unit of a proportion."""
    expression = "" if text == "1" else _POWER.sub(r"**\1", text.replace("·", "*"))
    return _registry().parse_units(expression)


@cache
def _registry() -> pint.UnitRegistry:
    """The one unit registry, built when first needed: it takes a third of a second."""
    import pint

    registry: pint.UnitRegistry = pint.UnitRegistry()
    for alias in _ALIASES:
        registry.define(alias)
    return registry
