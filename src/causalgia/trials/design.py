"""The design of a virtual trial, read from a file and checked."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from causalgia.errors import InputError
from causalgia.tables import (
    Table,
    number_between,
    one_of,
    printable,
    read_name,
    read_toml,
    shorten,
    validated,
    whole_between,
    yes_or_no,
)
from causalgia.trials.design_schema import (
    ArmTable,
    ConditionTable,
    EligibilityTable,
    FactorTable,
    InterimTable,
    PeriodsTable,
    RunInTable,
    UtilityTable,
)
from causalgia.trials.given import GivenTable, PriorTable, RescueTable, weeks_between
from causalgia.trials.sequences import Sequence, cycle_orders, factorial_arms, williams_square

__all__ = ["KINDS", "SHARD_PATIENTS", "STRATA", "Design", "read_design"]

KINDS = ("parallel", "crossover", "enriched_withdrawal", "factorial", "n_of_1")
"""Kinds of design."""

STRATA = ("condition", "baseline", "phenotype", "renal", "age")
"""What randomization may be stratified by."""

SHARD_PATIENTS = 500
"""Patients of a trial are simulated this many at a time."""

_WITHIN = ("crossover", "n_of_1")


class Design(Table):
    """A virtual trial.

    `title`, `question`; `condition`s of the patients and `eligibility`; `kind` (`KINDS`), whether
    it is `blind`; `arms` (or the `factors` they are made of), `background` treatments of all,
    treatments that some took `prior` to the trial, `run_in`, `rescue`; `weeks` of treatment, or
    `periods`; `patients` randomized in total, the
    `seed`, and what randomization is `stratify`-ed by; `endpoint`, `estimand`, `missing` data,
    covariates to `adjust` for (and whether by a `prognostic_score`), `interim` looks, two-sided
    `alpha`, `multiplicity` of arms, the `margin` by which an arm may be worse than an active
    control and still be as good (points, or a share of responders), and weights of `utility`.
    """

    title: Annotated[str, BeforeValidator(read_name)]
    question: Annotated[str, BeforeValidator(read_name)] = "Does it work?"
    kind: Annotated[str, one_of(*KINDS)] = "parallel"
    blind: Annotated[bool, BeforeValidator(yes_or_no)] = True
    condition: Annotated[tuple[ConditionTable, ...], Field(min_length=1)]
    eligibility: EligibilityTable = EligibilityTable()
    factors: tuple[FactorTable, ...] = ()
    arms: Annotated[tuple[ArmTable, ...], Field(min_length=1)]
    background: tuple[GivenTable, ...] = ()
    prior: tuple[PriorTable, ...] = ()
    run_in: RunInTable | None = None
    periods: PeriodsTable | None = None
    weeks: Annotated[int, weeks_between(1, 260)] | None = None
    rescue: RescueTable | None = None
    patients: Annotated[int, whole_between(1, 10_000_000, "number of patients")]
    seed: Annotated[int, whole_between(0, 2**63 - 1, "seed")] = 1
    stratify: tuple[Annotated[str, one_of(*STRATA)], ...] = ()
    endpoint: Annotated[str, one_of("change", "responder30", "responder50")] = "change"
    estimand: Annotated[
        str, one_of("treatment_policy", "hypothetical", "while_on_treatment", "composite")
    ] = "treatment_policy"
    missing: Annotated[str, one_of("mmrm", "locf", "bocf", "multiple_imputation")] = "mmrm"
    adjust: tuple[Annotated[str, BeforeValidator(read_name)], ...] = ()
    prognostic_score: Annotated[bool, BeforeValidator(yes_or_no)] = False
    interim: InterimTable | None = None
    alpha: Annotated[float, number_between(1e-6, 0.5, "alpha")] = 0.05
    multiplicity: Annotated[str, one_of("holm", "none")] = "holm"
    margin: Annotated[float, number_between(0.0, 5.0, "margin")] | None = None
    utility: UtilityTable = UtilityTable()

    @model_validator(mode="before")
    @classmethod
    def _expand_factors(cls, given: Any) -> Any:
        """Arms of a factorial design follow from its factors."""
        if not isinstance(given, dict) or given.get("kind") != "factorial":
            return given
        if "arms" in given and not isinstance(given.get("arms"), tuple):
            raise InputError("arms: a factorial design has [[factors]]; its arms follow from them")
        factors = given.get("factors")
        if not isinstance(factors, list) or not 2 <= len(factors) <= 4:
            raise InputError("factors: a factorial design needs 2 to 4 [[factors]]")
        if not all(isinstance(factor, dict) for factor in factors):
            return given
        return {**given, "arms": factorial_arms(factors)}

    @model_validator(mode="after")
    def _check(self) -> Design:
        for check in (_check_condition, _check_washout, _check_arms, _check_kind):
            check(self)
        for check in (_check_weeks, _check_patients):
            check(self)
        return self

    @property
    def arm_names(self) -> tuple[str, ...]:
        """Names of the arms, in the order of the file."""
        return tuple(arm.name for arm in self.arms)

    @property
    def control(self) -> ArmTable:
        """The arm that others are compared with."""
        return next(arm for arm in self.arms if _is_control(arm, self.arms))

    def arm(self, name: str) -> ArmTable:
        """One arm by name."""
        return self.arms[self.arm_names.index(name)]

    @cached_property
    def prescribed(self) -> tuple[GivenTable, ...]:
        """What is given in any arm, each treatment as given once, in the order of the file."""
        given: dict[str, GivenTable] = {}
        for row in (row for arm in self.arms for row in arm.treatments):
            given.setdefault(row.model_dump_json(), row)
        return tuple(given.values())

    @property
    def period_count(self) -> int:
        """Periods of treatment of a patient; 1 but for crossover and N-of-1 trials."""
        return len(self.sequences[0].arms)

    @property
    def period_weeks(self) -> int:
        """Weeks of treatment in a period."""
        return self.periods.weeks if self.periods is not None else int(self.weeks or 0)

    @property
    def washout_weeks(self) -> int:
        """Weeks without treatment between periods."""
        return 0 if self.periods is None else self.periods.washout

    @property
    def week_count(self) -> int:
        """Weeks from randomization to the end, washouts between periods included."""
        count = self.period_count
        return count * self.period_weeks + (count - 1) * self.washout_weeks

    @property
    def shard_count(self) -> int:
        """Number of shards the trial is simulated in."""
        return math.ceil(self.patients / SHARD_PATIENTS)

    def shard_ranks(self, shard: int) -> range:
        """Ranks of the patients of a shard among all randomized."""
        first = shard * SHARD_PATIENTS
        return range(first, min(first + SHARD_PATIENTS, self.patients))

    @cached_property
    def sequences(self) -> tuple[Sequence, ...]:
        """What patients are randomized to: arms, or orders of arms over the periods."""
        names = self.arm_names
        if self.kind not in _WITHIN or self.periods is None:
            return tuple(Sequence(arm.name, (arm.name,), arm.allocation) for arm in self.arms)
        if self.kind == "crossover":
            orders = williams_square(len(names))
        else:
            orders = cycle_orders(len(names), self.periods.cycles or 1)
        rows = [tuple(names[i] for i in order) for order in orders]
        return tuple(Sequence(", ".join(row), row) for row in rows)

    def warnings(self) -> tuple[str, ...]:
        """What is allowed but doubtful, one plain line each."""
        return tuple(dict.fromkeys(_titration_warnings(self)))

    def canonical(self) -> str:
        """The design as text that is the same for the same design: sorted JSON."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))

    def hash(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode("utf-8")).hexdigest()


def read_design(file: Path | str, changes: Mapping[str, Any] | None = None) -> Design:
    """Read the design of a trial and check every entry.

    **Arguments:** the `file`, in TOML; `changes`, keys that go before what the file says.
    **Raises:** `InputError`, one line that names the file, the field, what was given and what is
    allowed.
    """
    file = Path(file)
    try:
        document = read_toml(file, "a design", "a trial needs a title, [[condition]] and [[arms]]")
        document = {**document, **(changes or {})}
        for place, row in _treatment_rows(document):
            _read_compound(place, row, file.parent)
        return validated(Design, document)
    except InputError as error:
        raise InputError(f"{printable(str(file))}: {printable(str(error))}") from None


def _treatment_rows(document: Mapping[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Every table that names a treatment, with its field."""

    def rows(field: str, given: Any) -> Iterable[tuple[str, dict[str, Any]]]:
        listed = given if isinstance(given, list) else []
        return [(f"{field}[{i}]", r) for i, r in enumerate(listed, 1) if isinstance(r, dict)]

    for name in ("background", "prior"):
        yield from rows(name, document.get(name))
    for name in ("arms", "factors"):
        for field, arm in rows(name, document.get(name)):
            yield from rows(f"{field}.treatments", arm.get("treatments"))
    run_in, rescue = document.get("run_in"), document.get("rescue")
    if isinstance(run_in, dict):
        yield from rows("run_in.treatments", run_in.get("treatments"))
    if isinstance(rescue, dict):
        yield "rescue", rescue


def _read_compound(field: str, row: dict[str, Any], folder: Path) -> None:
    """Take a user's own compound into the design, so that it is complete by itself."""
    name = row.get("name")
    if not isinstance(name, str) or not name.endswith(".toml"):
        return
    try:
        row["compound"] = (folder / name).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise InputError(
            f"{field}.name: no readable file {shorten(name)}; "
            "give the path of a compound in TOML, from the design's folder"
        ) from None
    row["name"] = Path(name).stem


def _is_control(arm: ArmTable, arms: tuple[ArmTable, ...]) -> bool:
    if any(other.control for other in arms):
        return bool(arm.control)
    return arm.is_placebo and arm.control is not False


def _check_condition(design: Design) -> None:
    total = sum(row.share for row in design.condition)
    if abs(total - 1.0) > 1e-6:
        raise InputError(f"condition: shares sum to {total:g}; allowed: shares that sum to 1")


def _check_washout(design: Design) -> None:
    if design.eligibility.washout and not design.prior:
        raise InputError(
            f"eligibility.washout: {design.eligibility.washout} weeks of what? Give in [[prior]] "
            "what patients took before; without it they took nothing"
        )


def _check_arms(design: Design) -> None:
    names = design.arm_names
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"arms: {name!r} is there twice; allowed: each name once")
    controls = [arm.name for arm in design.arms if _is_control(arm, design.arms)]
    if len(controls) == 1 and len(names) > 1:
        return
    if len(names) == 1 and design.kind == "parallel" and controls:
        raise InputError(f"arms: only {names[0]!r}; allowed: at least one arm besides the control")
    if not controls or len(names) == 1:
        raise InputError(
            "arms: there is no control arm; add an arm without treatments (placebo), "
            "or write control = true in one"
        )
    raise InputError(f"arms: {len(controls)} controls ({', '.join(controls)}); allowed: one")


def _check_kind(design: Design) -> None:
    kind, periods, run_in = design.kind, design.periods, design.run_in
    if kind in _WITHIN:
        if periods is None:
            raise InputError(f"periods: is missing; {_PERIODS_NEEDED[kind]}")
        _check_periods(design, periods)
    elif periods is not None:
        raise InputError(f"periods: are given, but kind is {kind!r}; allowed: {', '.join(_WITHIN)}")
    if kind == "enriched_withdrawal":
        if run_in is None or not run_in.treatments:
            raise InputError(
                "run_in: an enriched withdrawal needs [run_in] with the treatment in "
                "[[run_in.treatments]] and keep_relief_from"
            )
        if run_in.keep_relief_from is None:
            raise InputError("run_in.keep_relief_from: is missing; write it as '30 %'")
    if design.factors and kind != "factorial":
        raise InputError(f"factors: are given, but kind is {kind!r}; allowed: 'factorial'")


_PERIODS_NEEDED = {
    "crossover": "a crossover needs [periods] with weeks, as many periods as arms",
    "n_of_1": "an N-of-1 trial needs [periods] with cycles and weeks",
}


def _check_periods(design: Design, periods: PeriodsTable) -> None:
    if design.weeks is not None:
        raise InputError("weeks: is given besides [periods]; leave it out")
    if design.kind == "crossover":
        if periods.cycles is not None:
            raise InputError("periods.cycles: is for N-of-1 trials; leave it out")
        if periods.count not in (None, len(design.arms)):
            raise InputError(
                f"periods.count: {periods.count}; allowed: as many as arms, {len(design.arms)}"
            )
    elif periods.cycles is None:
        raise InputError("periods.cycles: is missing; an N-of-1 trial needs it")
    if any(arm.allocation != 1 for arm in design.arms):
        raise InputError("arms: allocation is given, but every patient is given every arm")


def _check_weeks(design: Design) -> None:
    if design.weeks is None and design.periods is None:
        raise InputError("weeks: is missing; it must be given, as '12 weeks'")
    for arm in design.arms:
        for row in arm.treatments:
            if row.start_week >= design.period_weeks:
                raise InputError(
                    f"arms: {row.name} of {arm.name!r} starts in week {row.start_week}; "
                    f"allowed: before the end, {design.period_weeks} weeks"
                )


def _check_patients(design: Design) -> None:
    fewest = 1 if design.kind == "n_of_1" else len(design.sequences)
    if design.patients < fewest:
        raise InputError(
            f"patients: {design.patients}; allowed: at least one for each of {fewest} "
            f"{'sequences' if design.kind == 'crossover' else 'arms'}"
        )


def _titration_warnings(design: Design) -> Iterable[str]:
    for arm in design.arms:
        for row in arm.treatments:
            regimen = row.treatment.regimen
            if regimen is None or row.titrate is False or not 0 < regimen.start < row.full_dose:
                continue
            steps = math.ceil((row.full_dose - regimen.start) / regimen.step)
            days = steps * regimen.step_days
            if row.start_week * 7 + days > design.period_weeks * 7:
                yield (
                    f"arm {arm.name!r}: {row.label} takes {days / 7:.0f} weeks to titrate, "
                    f"but is given for {design.period_weeks - row.start_week}"
                )
