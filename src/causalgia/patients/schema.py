"""What a case file may say: its tables, keys, units and ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from causalgia.errors import InputError, nearest
from causalgia.patients.history import find_event
from causalgia.patients.planning.red_flags import find_red_flag
from causalgia.tables import Table, number_between, one_of, quantity_in, read_name, shorten

__all__ = ["ENZYME", "SEVERITIES", "CaseTables", "MedicineTable", "PersonTables", "check_sign"]

ENZYME = {"poor": 0.0, "intermediate": 0.5, "normal": 1.0, "ultrarapid": 2.0}
"""Words for how active the enzyme CYP2D6 is, as a fold of normal."""

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


def _symptoms(given: object) -> dict[str, bool | float]:
    """Answers to questions of the observation models: yes or no, or a rating."""
    from causalgia.patients.observations import BASIC_OBSERVATIONS

    asked = {name for name, o in BASIC_OBSERVATIONS.items() if o.kind != "z_score"}
    answers = _dictionary(given, "symptoms with true or false")
    for name, answer in answers.items():
        if name not in asked:
            hint = _closest(name, asked, "'burning' or 'touch_evoked'")
            raise InputError(f"unknown symptom {shorten(name)}; {hint}")
        if BASIC_OBSERVATIONS[name].kind == "yes_no":
            _require_truth(name, answer)
        else:
            answers[name] = BASIC_OBSERVATIONS[name].checked(_number(name, answer))
    return answers


def _number(name: str, given: object) -> float:
    """A bare number that is finite."""
    try:
        if isinstance(given, (int, float)) and math.isfinite(given):
            return float(given)
    except OverflowError:  # an integer of hundreds of digits
        pass
    raise InputError(f"{name} is {shorten(given)}; allowed: a number")


def _closest(name: str, known: Iterable[str], examples: str) -> str:
    """The nearest names; where none is near, examples: all of them are more than a line holds."""
    hint = nearest(name, known)
    return hint if hint.startswith("did you") else f"allowed: names such as {examples}"


def _dictionary(given: object, holds: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InputError(f"{shorten(given)} is no table; allowed: {holds}")
    return dict(given)


def _require_truth(name: str, answer: object) -> None:
    if not isinstance(answer, bool):
        raise InputError(
            f"{name} is {shorten(answer)}; allowed: true, false, or leave it out if unknown"
        )


def _answers(find: Callable[[str], object]) -> BeforeValidator:
    """A table of yes or no by names that are looked up."""

    def read(given: object) -> dict[str, bool]:
        answers = _dictionary(given, "names with true or false")
        for name, answer in answers.items():
            find(name)
            _require_truth(name, answer)
        return answers

    return BeforeValidator(read)


def check_sign(name: str) -> None:
    """Check a sign: one that tells origins apart, or one that is seen on examining the skin.

    **Raises:** `InputError` with the nearest names.
    """
    from causalgia.patients.anatomy.signs import signs
    from causalgia.patients.observations import BASIC_OBSERVATIONS

    examined = {n for n, o in BASIC_OBSERVATIONS.items() if o.how == "examined"}
    if name not in examined and name not in signs():
        hint = _closest(name, [*signs(), *examined], "'spurling' or 'touch_loss'")
        raise InputError(f"unknown sign {shorten(name)}; {hint}")


def _confirming(name: str) -> None:
    from causalgia.patients.observations.grade import CONFIRMING_TESTS

    if name not in CONFIRMING_TESTS:
        raise InputError(f"unknown test {shorten(name)}; {nearest(name, CONFIRMING_TESTS)}")


def _z_scores(given: object) -> dict[str, float]:
    """Parameters of sensory testing against healthy people, by name in any case of letters."""
    from causalgia.patients.observations import BASIC_OBSERVATIONS

    known = {name.lower(): name for name, o in BASIC_OBSERVATIONS.items() if o.kind == "z_score"}
    scores = {}
    for name, score in _dictionary(given, "parameters with z-scores").items():
        if name.lower() not in known:
            hint = nearest(name.lower(), known)
            raise InputError(f"unknown parameter {shorten(name)}; {hint}")
        own = known[name.lower()]
        scores[own] = BASIC_OBSERVATIONS[own].checked(_number(own, score))
    return scores


def _questionnaires(given: object) -> dict[str, float | dict[str, float]]:
    """Questionnaires by name in any case of letters: a total, or a table of items."""
    from causalgia.patients.observations import INSTRUMENTS, OBSERVATIONS, score

    known = {name.lower(): name for name in INSTRUMENTS}
    found: dict[str, float | dict[str, float]] = {}
    for name, answers in _dictionary(given, "questionnaires with totals or items").items():
        own = known.get(name.lower())
        if own is None:
            hint = nearest(name, INSTRUMENTS)
            raise InputError(f"unknown questionnaire {shorten(name)}; {hint}")
        if isinstance(answers, dict):
            items = {item: _number(f"{own}.{item}", answer) for item, answer in answers.items()}
            score(own, items)
            found[own] = items
        elif INSTRUMENTS[own].has_total:
            found[own] = OBSERVATIONS[own].checked(_number(own, answers))
        else:
            raise InputError(f"{own} has no total; give its items")
    return found


Name = Annotated[str, BeforeValidator(read_name)]


class PatientTable(Table):
    """Who hurts; what is left out is drawn from the population."""

    age: Annotated[float | None, _quantity("year", 18, 100, "18 to 100 years")] = None
    weight: Annotated[float | None, _quantity("kg", 35, 250, "35 to 250 kg")] = None
    renal_clearance: Annotated[float | None, _quantity("mL/min", 5, 200, "5 to 200 mL/min")] = None
    hba1c: Annotated[float | None, _quantity("%", 4, 16, "4 to 16 %")] = None
    cyp2d6: Annotated[str | None, one_of(*ENZYME)] = None
    conditions: list[Name] = Field(default_factory=list)


class PersonCauseTable(Table):
    """What is known of the cause: its name, or names that are possible; when it began."""

    name: Name | None = None
    possible: list[Name] = Field(default_factory=list)
    onset: Annotated[float | None, _quantity("day", 1, 20 * 365.25, "1 day to 20 years")] = None
    severity: Annotated[tuple[float, float] | None, BeforeValidator(_severity)] = None
    root: Name | None = None


class CauseTable(PersonCauseTable):
    """What happened, how badly, and when it began."""

    onset: Annotated[float, _quantity("day", 1, 20 * 365.25, "1 day to 20 years")]


class PersonPainTable(Table):
    """Where it hurts, how much (0-10), and what it feels like."""

    region: Name | None = None
    now: Annotated[float | None, number_between(0, 10, "pain rating")] = None
    average: Annotated[float | None, number_between(0, 10, "pain rating")] = None
    worst: Annotated[float | None, number_between(0, 10, "pain rating")] = None
    symptoms: Annotated[dict[str, bool | float], BeforeValidator(_symptoms)] = Field(
        default_factory=dict
    )


class PainTable(PersonPainTable):
    """Where it hurts, how much without being touched (0-10), and what it feels like."""

    region: Name
    now: Annotated[float, number_between(0, 10, "pain rating")]


class DrawingTable(Table):
    """A pain drawing: the areas of skin that are drawn, as "left thumb"."""

    areas: list[Name]


class BlockTable(Table):
    """A nerve block already tried: where, and how much of the pain at rest it took away."""

    site: Name
    relief: Annotated[float, _quantity("%", 0, 100, "0 to 100 %")]


class TestsTable(Table):
    """Tests already done."""

    block: list[BlockTable] = Field(default_factory=list)
    sensory: Annotated[dict[str, float], BeforeValidator(_z_scores)] = Field(default_factory=dict)
    confirming: Annotated[dict[str, bool], _answers(_confirming)] = Field(default_factory=dict)


class TreatmentTable(Table):
    """A treatment to compare; dose and site are checked against the treatment."""

    name: Name
    dose: Any = None
    site: Name | None = None


class MedicineTable(Table):
    """A medicine or treatment taken now or tried before, and what it did for the pain."""

    name: Name
    dose: Any = None
    relief: Annotated[float | None, _quantity("%", 0, 100, "0 to 100 %")] = None


class ForecastTable(Table):
    """How far to look ahead."""

    horizon: Annotated[float, _quantity("day", 84, 5 * 365.25, "12 weeks to 5 years")] = 365.25


class PersonTables(Table):
    """The whole file, of which anything may be left out."""

    cause: PersonCauseTable = PersonCauseTable()
    pain: PersonPainTable = PersonPainTable()
    patient: PatientTable = PatientTable()
    tests: TestsTable = TestsTable()
    treatments: list[TreatmentTable] = Field(default_factory=list)
    forecast: ForecastTable = ForecastTable()
    drawing: DrawingTable | None = None
    signs: Annotated[dict[str, bool], _answers(check_sign)] = Field(default_factory=dict)
    history: Annotated[dict[str, bool], _answers(find_event)] = Field(default_factory=dict)
    red_flags: Annotated[dict[str, bool], _answers(find_red_flag)] = Field(default_factory=dict)
    questionnaires: Annotated[
        dict[str, float | dict[str, float]], BeforeValidator(_questionnaires)
    ] = Field(default_factory=dict)
    taking: list[MedicineTable] = Field(default_factory=list)
    tried: list[MedicineTable] = Field(default_factory=list)


class CaseTables(PersonTables):
    """The whole file of a case to simulate, which needs onset, region and rating."""

    cause: CauseTable
    pain: PainTable
