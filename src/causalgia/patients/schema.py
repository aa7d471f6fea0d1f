"""What a case file may say: its tables, keys, units and ranges."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from causalgia.errors import InputError, nearest
from causalgia.pathway.response import QUALITIES
from causalgia.tables import Table, number_between, quantity_in, read_name, shorten

__all__ = ["SEVERITIES", "CaseTables"]

SEVERITIES = {"mild": (0.05, 0.35), "moderate": (0.35, 0.65), "severe": (0.65, 0.95)}
"""Words for how badly the cause struck, as a range of severity from 0 to 1."""


def _quantity(unit: str, low: float, high: float, allowed: str) -> BeforeValidator:
    """A quantity in which "5 months ago" says the same as "5 months"."""

    def read(given: object) -> float:
        text = given.strip().removesuffix(" ago") if isinstance(given, str) else given
        return quantity_in(text, unit, low, high, allowed)

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


Name = Annotated[str, BeforeValidator(read_name)]


class PatientTable(Table):
    """Who hurts; what is left out is drawn from the population."""

    age: Annotated[float | None, _quantity("year", 18, 100, "18 to 100 years")] = None
    weight: Annotated[float | None, _quantity("kg", 35, 250, "35 to 250 kg")] = None
    renal_clearance: Annotated[float | None, _quantity("mL/min", 5, 200, "5 to 200 mL/min")] = None
    hba1c: Annotated[float | None, _quantity("%", 4, 16, "4 to 16 %")] = None


class CauseTable(Table):
    """What happened, how badly, and when it began."""

    name: Name
    onset: Annotated[float, _quantity("day", 1, 20 * 365.25, "1 day to 20 years")]
    severity: Annotated[tuple[float, float] | None, BeforeValidator(_severity)] = None
    root: Name | None = None


class PainTable(Table):
    """Where it hurts, how much without being touched (0-10), and what it feels like."""

    region: Name
    now: Annotated[float, number_between(0, 10, "pain rating")]
    symptoms: Annotated[dict[str, bool], BeforeValidator(_symptoms)] = Field(default_factory=dict)


class BlockTable(Table):
    """A nerve block already tried: where, and how much of the pain at rest it took away."""

    site: Name
    relief: Annotated[float, _quantity("%", 0, 100, "0 to 100 %")]


class TestsTable(Table):
    """Tests already done."""

    block: list[BlockTable] = Field(default_factory=list)


class TreatmentTable(Table):
    """A treatment to compare; dose and site are checked against the treatment."""

    name: Name
    dose: Any = None
    site: Name | None = None


class ForecastTable(Table):
    """How far to look ahead."""

    horizon: Annotated[float, _quantity("day", 84, 5 * 365.25, "12 weeks to 5 years")] = 365.25


class CaseTables(Table):
    """The whole file."""

    cause: CauseTable
    pain: PainTable
    patient: PatientTable = PatientTable()
    tests: TestsTable = TestsTable()
    treatments: list[TreatmentTable] = Field(default_factory=list)
    forecast: ForecastTable = ForecastTable()
