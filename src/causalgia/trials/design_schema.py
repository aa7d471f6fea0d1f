"""What a design file may say: its tables, keys, units and ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, field_validator

from causalgia import causes
from causalgia.errors import InputError, nearest
from causalgia.patients.population import COVARIATES
from causalgia.tables import (
    Table,
    number_between,
    one_of,
    quantity_between,
    quantity_in,
    read_name,
    shorten,
    whole_between,
    yes_or_no,
)
from causalgia.trials.given import GivenTable, Share, weeks_between
from causalgia.trials.phenotype import Phenotype, read_phenotype

__all__ = [
    "ArmTable",
    "ConditionTable",
    "EligibilityTable",
    "FactorTable",
    "InterimTable",
    "PeriodsTable",
    "RunInTable",
    "UtilityTable",
]

_YEAR = 365.25


def _range(read: Callable[[object], float], what: str) -> BeforeValidator:
    """A validator of a list of two values, the lower first."""

    def read_range(given: object) -> tuple[float, float]:
        if not isinstance(given, (list, tuple)) or len(given) != 2:
            raise InputError(f"{shorten(given)} is no range; allowed: a list of two {what}")
        low, high = read(given[0]), read(given[1])
        if low > high:
            raise InputError(f"{shorten(given)} is no range; allowed: the lower of the two first")
        return low, high

    return BeforeValidator(read_range)


def _quantities(unit: str, low: float, high: float, allowed: str) -> BeforeValidator:
    return _range(lambda given: quantity_in(given, unit, low, high, allowed), "quantities")


def _numbers(low: float, high: float, what: str) -> BeforeValidator:
    read: Callable[[object], float] = number_between(low, high, what).func  # type: ignore[assignment]
    return _range(read, f"numbers from {low:g} to {high:g}")


Name = Annotated[str, BeforeValidator(read_name)]
YesOrNo = Annotated[bool, BeforeValidator(yes_or_no)]


def _cause(given: object) -> str:
    return causes.find(read_name(given)).name


class ConditionTable(Table):
    """One condition that patients have: its cause, its share of the trial, how long ago it began.

    `known` covariates are the same in all; `severity` 0-1 is drawn from its range.
    """

    cause: Annotated[str, BeforeValidator(_cause)]
    share: Annotated[float, number_between(0.0, 1.0, "share")] = 1.0
    duration: Annotated[
        tuple[float, float], _quantities("day", 1.0, 20 * _YEAR, "1 day to 20 years")
    ] = (91.3125, 5 * _YEAR)
    severity: Annotated[tuple[float, float], _numbers(0.0, 1.0, "severity")] | None = None
    known: dict[str, float] = Field(default_factory=dict)

    @field_validator("known", mode="before")
    @classmethod
    def _known(cls, given: object) -> dict[str, float]:
        if not isinstance(given, dict):
            raise InputError(f"{shorten(given)} is no table; allowed: covariates with a number")
        for name, value in given.items():
            if name not in COVARIATES:
                raise InputError(f"unknown covariate {name!r}; {nearest(name, COVARIATES)}")
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0.0:
                raise InputError(f"{name} is {shorten(value)}; allowed: a number of 0 or more")
        return {name: float(value) for name, value in given.items()}


class EligibilityTable(Table):
    """Who may enter: mean rating of the baseline week, covariates, phenotype.

    `washout`: weeks before the baseline week in which what was taken before is not taken any more.
    """

    baseline: Annotated[tuple[float, float], _numbers(0.0, 10.0, "pain rating")] = (4.0, 10.0)
    age: Annotated[tuple[float, float], _quantities("year", 18, 110, "18 to 110 years")] = (
        18.0,
        110.0,
    )
    renal_clearance_minimum: Annotated[
        float, quantity_between("mL/min", 0, 180, "0 to 180 mL/min")
    ] = 0.0
    hba1c_maximum: Annotated[float, quantity_between("%", 4, 16, "4 to 16 %")] = 16.0
    phenotype: Annotated[
        Phenotype, BeforeValidator(read_phenotype), PlainSerializer(lambda p: p.text)
    ] = Phenotype("any")
    washout: Annotated[int, weeks_between(0, 26)] = 0


class ArmTable(Table):
    """An arm: its share of the patients by `allocation`, and its treatments (none: placebo).

    `control` marks the arm that others are compared with (None: the arm without treatments).
    """

    name: Name
    allocation: Annotated[int, whole_between(1, 100, "allocation")] = 1
    control: Annotated[bool, BeforeValidator(yes_or_no)] | None = None
    treatments: tuple[GivenTable, ...] = ()

    @property
    def is_placebo(self) -> bool:
        """Whether nothing is given."""
        return not self.treatments


class FactorTable(Table):
    """One factor of a factorial design: treatments that half of the arms are given."""

    name: Name
    treatments: Annotated[tuple[GivenTable, ...], Field(min_length=1)]


class RunInTable(Table):
    """Weeks before randomization.

    Without treatments it is a placebo run-in, and patients with more relief than
    `exclude_relief_above` leave. With treatments it is open enrichment, and only patients with at
    least `keep_relief_from` are randomized, if they stayed on it.
    """

    weeks: Annotated[int, weeks_between(1, 52)]
    treatments: tuple[GivenTable, ...] = ()
    exclude_relief_above: Share | None = None
    keep_relief_from: Share | None = None


class PeriodsTable(Table):
    """Periods of a crossover or of an N-of-1 trial.

    `count` of periods (N-of-1: of `cycles`, each with every arm once, in random order), `weeks`
    of each, and weeks of `washout` between them.
    """

    count: Annotated[int, whole_between(2, 24, "number of periods")] | None = None
    cycles: Annotated[int, whole_between(1, 12, "number of cycles")] | None = None
    weeks: Annotated[int, weeks_between(1, 52)]
    washout: Annotated[int, weeks_between(0, 26)] = 0


def _looks(given: object) -> tuple[float, ...]:
    """Shares of the information at which is looked; a whole number stands for equal steps."""
    if isinstance(given, int) and not isinstance(given, bool) and 2 <= given <= 20:
        return tuple((i + 1) / given for i in range(given))
    if isinstance(given, (list, tuple)) and 2 <= len(given) <= 20:
        numbers = [n for n in given if isinstance(n, (int, float)) and not isinstance(n, bool)]
        rising = all(a < b for a, b in zip([0.0, *numbers], numbers, strict=False))
        if len(numbers) == len(given) and rising and abs(numbers[-1] - 1.0) < 1e-9:
            return tuple(float(n) for n in numbers)
    raise InputError(
        f"{shorten(given)} are no looks; allowed: a whole number from 2 to 20, or shares of the "
        "patients that rise to 1"
    )


class InterimTable(Table):
    """Interim looks: when, with what boundary, and when to give up.

    `looks` as shares of the patients; `boundary`; `futility`, the conditional power below which
    the trial stops for futility (0: never).
    """

    looks: Annotated[tuple[float, ...], BeforeValidator(_looks)]
    boundary: Annotated[
        str,
        one_of("obrien_fleming", "pocock", "spending_obrien_fleming", "spending_pocock"),
    ] = "spending_obrien_fleming"
    futility: Share = 0.0


class UtilityTable(Table):
    """Benefit against harm, in points that the user may tilt.

    A patient earns `relief` points for each percent of relief, and loses `adverse_event` points
    for each side effect (by name in `adverse` where they differ) and `drop_out` for leaving.
    """

    relief: Annotated[float, number_between(0.0, 1000.0, "weight")] = 1.0
    adverse_event: Annotated[float, number_between(0.0, 1000.0, "weight")] = 5.0
    drop_out: Annotated[float, number_between(0.0, 1000.0, "weight")] = 10.0
    adverse: dict[str, Annotated[float, number_between(0.0, 1000.0, "weight")]] = Field(
        default_factory=dict
    )
