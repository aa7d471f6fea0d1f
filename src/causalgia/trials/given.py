"""Treatments as a design file gives them: dose, place, and from when to when."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
    field_validator,
    model_validator,
)

from causalgia import treatments
from causalgia.errors import InputError, nearest
from causalgia.quantities import parse_quantity
from causalgia.tables import (
    Table,
    number_between,
    quantity_between,
    quantity_in,
    read_name,
    shorten,
)
from causalgia.treatments import Treatment
from causalgia.treatments.library import read_treatment

__all__ = [
    "GivenTable",
    "PriorTable",
    "RenalDoseTable",
    "RescueTable",
    "Share",
    "weeks_between",
]

Name = Annotated[str, BeforeValidator(read_name)]
Share = Annotated[float, quantity_between("1", 0.0, 1.0, "0 to 1, or 0 to 100 %")]
"""A share of 1, as a bare number or in percent."""

_STEPS_ALLOWED = "true, false or 'flexible'"


def weeks_between(low: int, high: int) -> BeforeValidator:
    """A validator of whole weeks, written as a bare number or as a quantity ("12 weeks")."""

    def read(given: object) -> int:
        allowed = f"{low} to {high} whole weeks"
        if isinstance(given, int) and not isinstance(given, bool):
            given = f"{given} weeks"
        weeks = quantity_in(given, "week", low, high, allowed)
        if abs(weeks - round(weeks)) > 1e-9:
            raise InputError(f"{shorten(given)} is no number of weeks; allowed: {allowed}")
        return round(weeks)

    return BeforeValidator(read)


class RenalDoseTable(Table):
    """Another dose for patients whose renal clearance lies below a limit."""

    below: Annotated[float, quantity_between("mL/min", 5, 180, "5 to 180 mL/min")]
    dose: Any


def _titrate(given: object) -> bool | str:
    if isinstance(given, bool) or given == "flexible":
        return given
    raise InputError(f"{shorten(given)} is no way to titrate; allowed: {_STEPS_ALLOWED}")


class GivenTable(Table):
    """A treatment as given in an arm.

    `name` of a treatment or path of a compound's file (whose text is then `compound`); full `dose`
    in the treatment's unit (None: the usual one); `place` of the pathway; `start_week` and
    `stop_week` (None: to the end) after randomization; `titrate`: by the treatment's steps (true),
    at full dose at once (false), or "flexible": upwards while pain stays and the drug is borne.
    With `start_if_relief_below` it begins only in patients whose relief from baseline is less at
    `start_week`, with `stop_if_relief_below` it stops at `stop_week` only in those.
    """

    # Fields that are left out are checked as well: a place may be needed.
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    compound: str | None = None
    name: Name
    dose: Any = None
    place: Name | None = None
    renal_doses: tuple[RenalDoseTable, ...] = ()
    start_week: Annotated[int, weeks_between(0, 260)] = 0
    stop_week: Annotated[int, weeks_between(1, 260)] | None = None
    titrate: Annotated[bool | str, BeforeValidator(_titrate)] = True
    start_if_relief_below: Share | None = None
    stop_if_relief_below: Share | None = None

    @field_validator("name", mode="after")
    @classmethod
    def _is_known(cls, given: str, info: ValidationInfo) -> str:
        _find(given, info.data.get("compound"))
        return given

    @field_validator("dose", mode="after")
    @classmethod
    def _is_allowed(cls, given: object, info: ValidationInfo) -> float | None:
        treatment = _treatment_of(info)
        return None if treatment is None else _dose(given, treatment)

    @field_validator("place", mode="after")
    @classmethod
    def _is_a_site(cls, given: str | None, info: ValidationInfo) -> str | None:
        treatment = _treatment_of(info)
        if treatment is not None:
            _check_place(given, treatment)
        return given

    @field_validator("renal_doses", mode="after")
    @classmethod
    def _are_allowed(
        cls, given: tuple[RenalDoseTable, ...], info: ValidationInfo
    ) -> tuple[RenalDoseTable, ...]:
        treatment = _treatment_of(info)
        if treatment is None:
            return given
        if [row.below for row in given] != sorted({row.below for row in given}):
            raise InputError("limits of renal clearance must rise from row to row")
        return tuple(
            RenalDoseTable.model_construct(below=row.below, dose=_dose(row.dose, treatment))
            for row in given
        )

    @field_validator("stop_week", mode="after")
    @classmethod
    def _stops_later(cls, given: int | None, info: ValidationInfo) -> int | None:
        start = info.data.get("start_week", 0)
        if given is not None and given <= start:
            raise InputError(f"{given} weeks; allowed: after start_week, {start} weeks")
        return given

    @field_validator("stop_if_relief_below", mode="after")
    @classmethod
    def _stops_some_time(cls, given: float | None, info: ValidationInfo) -> float | None:
        if given is not None and info.data.get("stop_week") is None:
            raise InputError("needs stop_week, at which relief is judged")
        return given

    @cached_property
    def treatment(self) -> Treatment:
        """The treatment itself."""
        return _find(self.name, self.compound)

    @property
    def full_dose(self) -> float:
        """The dose after titration, in the treatment's unit; 1 where it has none."""
        regimen = self.treatment.regimen
        return 1.0 if regimen is None else float(self.dose or regimen.default)

    @property
    def label(self) -> str:
        """What is given, as "Pregabalin 600 mg/day"."""
        regimen = self.treatment.regimen
        dose = "" if regimen is None else f" {self.full_dose:g} {regimen.unit}"
        return self.treatment.label + dose


def _find(name: str, compound: str | None) -> Treatment:
    return treatments.find(name) if compound is None else read_treatment(f"{name}.toml", compound)


def _treatment_of(info: ValidationInfo) -> Treatment | None:
    """The treatment named in the same table; None where its name was wrong."""
    if "name" not in info.data:
        return None
    return _find(info.data["name"], info.data.get("compound"))


def _dose(given: object, treatment: Treatment) -> float | None:
    """The dose in the treatment's unit, within what is given to people."""
    if given is None:
        return None
    regimen = treatment.regimen
    if regimen is None:
        raise InputError(f"{shorten(given)} is given, but {treatment.name} has no dose")
    try:
        value = parse_quantity(given, regimen.unit, field="")
    except InputError as error:
        raise InputError(str(error).removeprefix(": ")) from None
    if not 0.0 < value <= regimen.maximum:
        raise InputError(
            f"{shorten(given)} of {treatment.name}; "
            f"allowed: above 0 and at most {regimen.maximum:g} {regimen.unit}"
        )
    return value


def _check_place(place: str | None, treatment: Treatment) -> None:
    if place is None:
        if treatment.needs_place:
            allowed = ", ".join(treatment.sites)
            raise InputError(f"is missing for {treatment.name}; allowed: {allowed}")
    elif not treatment.sites:
        raise InputError(f"{place!r} is given, but {treatment.name} is not put at a place")
    elif place not in treatment.sites:
        hint = nearest(place, treatment.sites)
        raise InputError(f"{place!r} is no place of {treatment.name}; {hint}")


class PriorTable(GivenTable):
    """What a `share` of the patients took before the trial, and stop for it."""

    share: Share = 1.0

    @model_validator(mode="after")
    def _is_over(self) -> PriorTable:
        weekly = {"start_week", "stop_week", "titrate"} | {
            f"{what}_if_relief_below" for what in ("start", "stop")
        }
        for field in sorted(weekly & self.model_fields_set):
            raise InputError(f"{field} is for arms; what was taken before ends with the washout")
        return self


class RescueTable(Table):
    """Rescue: the treatment taken on days on which pain is rated at `threshold` or more."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    compound: str | None = None
    name: Name
    dose: Any = None
    threshold: Annotated[float, number_between(0.0, 10.0, "pain rating")] = 7.0

    @property
    def given(self) -> GivenTable:
        """As a treatment that is given at full dose when asked for."""
        return GivenTable.model_construct(
            name=self.name, compound=self.compound, dose=self.dose, titrate=False
        )

    @field_validator("dose", mode="after")
    @classmethod
    def _is_allowed(cls, given: object, info: ValidationInfo) -> float | None:
        treatment = _treatment_of(info)
        return None if treatment is None else _dose(given, treatment)

    @field_validator("name", mode="after")
    @classmethod
    def _is_known(cls, given: str, info: ValidationInfo) -> str:
        _find(given, info.data.get("compound"))
        return given
