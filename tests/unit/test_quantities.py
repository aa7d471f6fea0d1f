"""People write "300 mg/day" and "3 months"; the package computes with floats in house units."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalgia.errors import InputError
from causalgia.quantities import parse_quantity


@pytest.mark.parametrize(
    ("given", "unit", "expected"),
    [
        ("150 mg", "mg", 150.0),
        ("0.15 g", "mg", 150.0),
        ("150mg", "mg", 150.0),
        ("500 mcg", "mg", 0.5),
        ("5 µg/mL", "ng/mL", 5000.0),
        ("300 mg/day", "mg/day", 300.0),
        ("12.5 mg/hour", "mg/day", 300.0),
        ("2 days", "day", 2.0),
        ("8 weeks", "day", 56.0),
        ("3 months", "day", 3 * 30.4375),
        ("1 year", "day", 365.25),
        ("36 h", "day", 1.5),
        ("7.2 %", "%", 7.2),
        ("7.2 %", "1", 0.072),
        ("0.072", "1", 0.072),
        (0.072, "1", 0.072),
        (-70, "1", -70.0),
        ("-0.07 V", "mV", -70.0),
        ("0.5 s", "ms", 500.0),
        ("1 mS/cm2", "S/cm2", 1e-3),
        ("10 S/m^2", "S/cm2", 1e-3),
        ("1e-2 F/m**2", "uF/cm2", 1.0),
        ("0.5 1/s", "1/ms", 5e-4),
        ("0.062 1/mV", "1/mV", 0.062),
        ("98.6 degF", "degC", 37.0),
        ("310.15 K", "degC", 37.0),
        ("37 °C", "degC", 37.0),
        ("5 mg/kg/day", "mg/kg/day", 5.0),
    ],
)
def test_what_people_write_becomes_house_units(given: object, unit: str, expected: float) -> None:
    assert parse_quantity(given, unit) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("given", "unit", "phrases"),
    [
        (150, "mg", ["dose: 150 has no unit", "'150 mg'"]),
        ("150", "mg", ["dose: '150' has no unit", "'150 mg'"]),
        ("3 mg", "day", ["'mg' is of another kind", "converts to day"]),
        ("3 months", "mg", ["'months' is of another kind", "converts to mg"]),
        ("300 mg", "mg/day", ["'mg' is of another kind", "converts to mg/day"]),
        ("5 mg", "1", ["'mg' is of another kind", "a bare number or %"]),
        ("3 monhts", "day", ["unknown unit 'monhts'", "did you mean 'months'"]),
        ("3 Weeks", "day", ["unknown unit 'Weeks'", "did you mean 'weeks'"]),
        ("5 mg/dya", "mg/day", ["unknown unit 'dya'", "did you mean 'day'"]),
        ("4 tablets", "mg", ["unknown unit 'tablets'", "allowed: g, kg, mg, ng, ug"]),
        ("two mg", "mg", ["'two mg' is not a quantity", "'2.5 mg'"]),
        ("1,5 mg", "mg", ["'1,5 mg' is not a quantity", "decimal point"]),
        ("1 000 mg", "mg", ["'000 mg' is not a unit"]),
        ("", "mg", ["'' is not a quantity"]),
        (None, "mg", ["None is not a quantity"]),
        (True, "1", ["True is not a quantity"]),
        (["5 mg"], "mg", ["['5 mg'] is not a quantity"]),
        ("nan mg", "mg", ["'nan mg' is not a quantity"]),
        (math.nan, "1", ["nan is not a finite number"]),
        (math.inf, "1", ["inf is not a finite number"]),
        (10**400, "1", ["is not a finite number"]),
        ("1e999 mg", "mg", ["'1e999 mg' is not a finite number"]),
        ("1e308 kg", "mg", ["'1e308 kg' is too large"]),
    ],
)
def test_what_is_wrong_is_said_in_one_line(given: object, unit: str, phrases: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        parse_quantity(given, unit, field="dose")
    message = str(caught.value)
    assert message.startswith("dose: ")
    assert "\n" not in message
    for phrase in phrases:
        assert phrase in message


def test_a_unit_is_never_evaluated_as_arithmetic() -> None:
    # As arithmetic this would be a number with more digits than the machine has memory.
    with pytest.raises(InputError, match="is not a unit"):
        parse_quantity("1 mg**9**9**9", "mg")


@pytest.mark.parametrize("text", ["5" + " " * 10**6 + "?", "5 " + "m" * 10**6, "9" * 10**6 + " mg"])
def test_an_enormous_text_is_refused_in_one_short_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_quantity(text, "mg")
    assert len(str(caught.value)) < 300


@given(st.text(), st.sampled_from(["mg", "day", "1", "degC", "S/cm2"]))
def test_any_text_is_a_finite_number_or_one_line(text: str, unit: str) -> None:
    _accept_or_refuse(text, unit)


_PIECES = st.sampled_from(
    [
        "5",
        "-",
        ".",
        "e",
        " ",
        "mg",
        "day",
        "°",
        "%",
        "°C",
        "µ",
        "_",
        "/",
        "*",
        "**",
        "^",
        "2",
        "(",
        "²",
    ]
)


@given(st.lists(_PIECES, max_size=8), st.sampled_from(["mg", "day", "1", "degC"]))
def test_near_quantities_are_a_finite_number_or_one_line(pieces: list[str], unit: str) -> None:
    _accept_or_refuse("5 " + "".join(pieces), unit)


def _accept_or_refuse(text: str, unit: str) -> None:
    try:
        assert math.isfinite(parse_quantity(text, unit))
    except InputError as error:
        assert len(str(error).splitlines()) == 1
