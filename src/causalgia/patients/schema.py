"""What a case file may say: its tables, keys, units and ranges."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from causalgia.errors import InputError, nearest
from causalgia.pathway.response import QUALITIES
from causalgia.quantities import parse_quantity

__all__ = ["SEVERITIES", "CaseTables", "shorten"]

SEVERITIES = {"mild": (0.05, 0.35), "moderate": (0.35, 0.65), "severe": (0.65, 0.95)}
"""Words for how badly the cause struck, as a range of severity from 0 to 1."""


def shorten(given: object) -> str:
    """What was given, in one short line."""
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."


def _quantity(unit: str, low: float, high: float, allowed: str) -> BeforeValidator:
    """A quantity as people write it, in house units, between two bounds."""

    def read(given: object) -> float:
        # "5 months ago" says the same as "5 months".
        text = given.strip().removesuffix(" ago") if isinstance(given, str) else given
        try:
            value = parse_quantity(text, unit, field="")
        except InputError as error:
            raise InputError(str(error).removeprefix(": ")) from None
        if not low <= value <= high:
            raise InputError(f"{shorten(given)} is out of range; allowed: {allowed}")
        return value

    return BeforeValidator(read)


def _number(low: float, high: float, what: str) -> BeforeValidator:
    def read(given: object) -> float:
        is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
        if is_number and low <= given <= high:  # type: ignore[operator]
            return float(given)  # type: ignore[arg-type]
        raise InputError(
            f"{shorten(given)} is no {what}; allowed: a number from {low:g} to {high:g}"
        )

    return BeforeValidator(read)


def _severity(given: object) -> tuple[float, float]:
    if isinstance(given, str):
        if given not in SEVERITIES:
            hint = nearest(given, SEVERITIES)
            raise InputError(f"unknown severity {shorten(given)}; {hint}")
        return SEVERITIES[given]
    if isinstance(given, (int, float)) and not isinstance(given, bool) and 0.0 <= given <= 1.0:
        return (float(given), float(given))
    raise InputError(
        f"{shorten(given)} is no severity; allowed: {', '.join(SEVERITIES)} or a number from 0 to 1"
    )


def _symptoms(given: object) -> dict[str, bool]:
    if not isinstance(given, dict):
        raise InputError(f"{shorten(given)} is no table; allowed: symptoms with true or false")
    for name, present in given.items():
        if name not in QUALITIES:
            raise InputError(f"unknown symptom {shorten(name)}; {nearest(name, QUALITIES)}")
        if not isinstance(present, bool):
            raise InputError(
                f"{name} is {shorten(present)}; allowed: true, false, or leave it out if unknown"
            )
    return given


def _name(given: object) -> str:
    if not isinstance(given, str) or not given.strip():
        raise InputError(f"{shorten(given)} is no name; allowed: a text in quotation marks")
    return given.strip()


Name = Annotated[str, BeforeValidator(_name)]


class _Table(BaseModel):
    """A table of the file: unknown keys are refused with the nearest known one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            raise InputError(
                f"{shorten(given)} is no table; allowed: a table with {', '.join(cls.model_fields)}"
            )
        for key in given:
            if key not in cls.model_fields:
                raise InputError(f"unknown key {shorten(key)}; {nearest(key, cls.model_fields)}")
        return given


class PatientTable(_Table):
    """Who hurts; what is left out is drawn from the population."""

    age: Annotated[float | None, _quantity("year", 18, 100, "18 to 100 years")] = None
    weight: Annotated[float | None, _quantity("kg", 35, 250, "35 to 250 kg")] = None
    renal_clearance: Annotated[float | None, _quantity("mL/min", 5, 200, "5 to 200 mL/min")] = None
    hba1c: Annotated[float | None, _quantity("%", 4, 16, "4 to 16 %")] = None


class CauseTable(_Table):
    """What happened, how badly, and when it began."""

    name: Name
    onset: Annotated[float, _quantity("day", 1, 20 * 365.25, "1 day to 20 years")]
    severity: Annotated[tuple[float, float] | None, BeforeValidator(_severity)] = None
    root: Name | None = None


class PainTable(_Table):
    """Where it hurts, how much without being touched (0-10), and what it feels like."""

    region: Name
    now: Annotated[float, _number(0, 10, "pain rating")]
    symptoms: Annotated[dict[str, bool], BeforeValidator(_symptoms)] = {}


class BlockTable(_Table):
    """A nerve block already tried: where, and how much of the pain at rest it took away."""

    site: Name
    relief: Annotated[float, _quantity("%", 0, 100, "0 to 100 %")]


class TestsTable(_Table):
    """Tests already done."""

    block: list[BlockTable] = []


class TreatmentTable(_Table):
    """A treatment to compare; dose and site are checked against the treatment."""

    name: Name
    dose: Any = None
    site: Name | None = None


class ForecastTable(_Table):
    """How far to look ahead."""

    horizon: Annotated[float, _quantity("day", 84, 5 * 365.25, "12 weeks to 5 years")] = 365.25


class CaseTables(_Table):
    """The whole file."""

    cause: CauseTable
    pain: PainTable
    patient: PatientTable = PatientTable()
    tests: TestsTable = TestsTable()
    treatments: list[TreatmentTable] = []
    forecast: ForecastTable = ForecastTable()
