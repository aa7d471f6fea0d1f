"""Arms and comparisons of a trial of any size, exact, in the memory of a few shards.

Everything that is a mean, a share or a linear model follows from sums, which are added up from part
to part: a first pass for means, counts and effects, a second for errors that hold when variances
differ. What is not of this kind is listed in `why_not_summed` and in `docs/trials.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from causalgia.trials.ancova import ArmEffects
from causalgia.trials.arm_sums import ArmSums
from causalgia.trials.design import Design
from causalgia.trials.endpoints import (
    ESTIMANDS,
    Outcomes,
    fill_gaps,
    final_change,
    outcomes_of,
)
from causalgia.trials.estimate import Estimate
from causalgia.trials.linear_sums import Columns, CovarianceSums, RepeatedSums
from causalgia.trials.mmrm import visits_of
from causalgia.trials.primary import RESPONDER_SHARES, adjusted_p, adjusters, is_as_good
from causalgia.trials.result import Analysis, ArmSummary, Comparison
from causalgia.trials.summaries import MEASURE_UNITS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Parts", "analyze_by_shard", "why_not_summed"]

Parts = Callable[[], Iterable[tuple["pd.DataFrame", "pd.DataFrame"]]]
"""Reads the two tables of a trial, part after part, whole patients in each; called twice."""

_PRIMARY = "primary"


def why_not_summed(design: Design) -> str:
    """Why comparisons of this design do not follow from sums; empty: they do."""
    if design.period_count > 1:
        return "patients are compared with themselves"
    if design.interim is not None:
        return "there are interim looks"
    if design.prognostic_score:
        return "a prognostic score is fitted"
    if design.missing == "multiple_imputation":
        return "what is missing is drawn many times"
    return ""


def analyze_by_shard(
    design: Design, parts: Parts, strata: Iterable[str], first: Analysis
) -> Analysis:
    """Put exact arms and comparisons of all patients in the place of those of the first.

    **Arguments:** the `design`, which `why_not_summed` must not refuse; what reads the `parts`; all
    `strata` there are; the analysis of the `first` patients, whose subgroups and other additions
    are kept.
    **Raises:** `InputError` where the tables do not hold what the design needs.
    """
    sums = _Sums(design, tuple(sorted(set(strata))))
    for patients, weeks in parts():
        sums.add(_part(design, patients, weeks))
    sums.settle()
    for patients, weeks in parts():
        sums.add_errors(_part(design, patients, weeks))
    return replace(first, arms=sums.arms(), comparisons=sums.comparisons())


@dataclass(frozen=True)
class _Part:
    """What is needed of some patients: their table, outcomes by estimand and by measure."""

    patients: pd.DataFrame
    outcomes: Outcomes
    estimands: Mapping[str, Outcomes]
    measures: Mapping[str, Outcomes]
    covariates: Mapping[str, np.ndarray]


def _part(design: Design, patients: pd.DataFrame, weeks: pd.DataFrame) -> _Part:
    patients = patients.sort_values("patient").reset_index(drop=True)
    estimands = {e: outcomes_of(patients, weeks, estimand=e) for e in ESTIMANDS}
    outcomes = estimands[design.estimand]
    measures = {
        name: outcomes_of(
            patients, weeks, estimand=design.estimand, measure=name, baseline=f"{name}_baseline"
        )
        for name in MEASURE_UNITS
        if name in weeks.columns and f"{name}_baseline" in patients.columns
    }
    return _Part(patients, outcomes, estimands, measures, adjusters(design, patients, outcomes))


class _Sums:
    """All that is added up."""

    def __init__(self, design: Design, strata: tuple[str, ...]) -> None:
        self.design = design
        control = design.control.name
        others = tuple(sorted(name for name in design.arm_names if name != control))
        self.plain = Columns(control, others, strata)
        self.adjusted = replace(self.plain, covariates=design.adjust)
        self.by_arm = ArmSums(design)
        self.covariance: dict[str, CovarianceSums] = {}
        self.repeated: dict[str, RepeatedSums] = {}
        self.week = np.zeros(0)

    def add(self, part: _Part) -> None:
        """The first pass."""
        self.week = part.outcomes.week
        self.by_arm.add(part.patients, part.outcomes, part.measures)
        for name, table, change in self._covariance_of(part):
            columns = self.adjusted if name == _PRIMARY else self.plain
            self.covariance.setdefault(name, CovarianceSums(columns)).add(table, change)
        if self.design.missing == "mmrm":
            visits = visits_of(self.week)
            for name, outcomes in {**part.estimands, _PRIMARY: part.outcomes}.items():
                columns = self.adjusted if name == _PRIMARY else self.plain
                table = self._table(part, outcomes, columns)
                sums = self.repeated.setdefault(name, RepeatedSums(columns))
                sums.add(table, outcomes.change[:, visits])

    def settle(self) -> None:
        """Between the passes."""
        for sums in self.covariance.values():
            sums.settle()

    def add_errors(self, part: _Part) -> None:
        """The second pass."""
        for name, table, change in self._covariance_of(part):
            self.covariance[name].add_errors(table, change)

    def _table(self, part: _Part, outcomes: Outcomes, columns: Columns) -> np.ndarray:
        covariates = [part.covariates[name] for name in columns.covariates]
        return columns.table(outcomes.arm, outcomes.baseline, outcomes.stratum, covariates)

    def _covariance_of(
        self, part: _Part
    ) -> Iterable[tuple[str, np.ndarray, Float[np.ndarray, " patient"]]]:
        """Each analysis of covariance: its name, columns and changes."""
        table = self._table(part, part.outcomes, self.plain)
        for name, outcomes in part.measures.items():
            own = self._table(part, outcomes, self.plain)
            yield name, own, final_change(fill_gaps(outcomes, "locf"))
        for missing in ("locf", "bocf"):
            filled = fill_gaps(part.estimands["hypothetical"], missing)
            yield f"hypothetical, {missing}", table, final_change(filled)
        missing = self.design.missing
        if missing != "mmrm":
            for name, outcomes in part.estimands.items():
                yield name, table, final_change(fill_gaps(outcomes, missing))
            adjusted = self._table(part, part.outcomes, self.adjusted)
            yield _PRIMARY, adjusted, final_change(fill_gaps(part.outcomes, missing))

    def _change(self, name: str) -> ArmEffects:
        alpha = self.design.alpha
        if name in self.repeated:
            return self.repeated[name].result(self.week[visits_of(self.week)], alpha=alpha)
        return self.covariance[name].result(alpha=alpha, unit=MEASURE_UNITS.get(name, "points"))

    def arms(self) -> tuple[ArmSummary, ...]:
        """Arms described."""
        means = self._primary.means
        return tuple(self.by_arm.summary(name, means[name]) for name in self.design.arm_names)

    def comparisons(self) -> tuple[Comparison, ...]:
        """Arms compared with control."""
        design = self.design
        active = [name for name in design.arm_names if name != design.control.name]
        primary: Mapping[str, Estimate] = self._primary.differences
        if design.endpoint != "change":
            primary = {
                name: self.by_arm.difference(design.endpoint, name, stratified=True)
                for name in active
            }
        adjusted = adjusted_p(design, primary)
        labels = (*ESTIMANDS[:2], "hypothetical, locf", "hypothetical, bocf", *ESTIMANDS[2:])
        sensitivity = {label: self._change(label).differences for label in labels}
        return tuple(
            Comparison(
                arm=name,
                control=design.control.name,
                primary=primary[name],
                adjusted_p=adjusted[name],
                measures=self._measures(name),
                sensitivity={label: by_arm[name] for label, by_arm in sensitivity.items()},
                nnt=self.by_arm.treat(name),
                nnh=self.by_arm.harm(name),
                is_as_good=is_as_good(design, primary[name]),
            )
            for name in active
        )

    def _measures(self, name: str) -> dict[str, Estimate]:
        """All differences but the primary one."""
        found = {"change": self._primary.differences[name]}
        for label in RESPONDER_SHARES:
            found[label] = self.by_arm.difference(label, name, stratified=True)
            found[f"risk ratio {label}"] = self.by_arm.ratio(label, name)
        for measure in MEASURE_UNITS:
            if measure in self.covariance:
                found[measure] = self._change(measure).differences[name]
        return {**found, "utility": self.by_arm.utility(name)}

    @cached_property
    def _primary(self) -> ArmEffects:
        return self._change(_PRIMARY)
