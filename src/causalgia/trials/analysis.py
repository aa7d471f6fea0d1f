"""Analyze a trial as its design says: from the two tables to arms, comparisons and decisions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from causalgia.errors import InputError
from causalgia.trials.ancova import ancova
from causalgia.trials.by_period import STOPPING
from causalgia.trials.design import Design
from causalgia.trials.endpoints import (
    ESTIMANDS,
    Outcomes,
    fill_gaps,
    final_change,
    outcomes_of,
    responds,
)
from causalgia.trials.enrichment import (
    Predictor,
    Subgroup,
    phenotype_columns,
    predictors,
    subgroups,
)
from causalgia.trials.estimate import Estimate
from causalgia.trials.factorial import FactorialEffects, factorial
from causalgia.trials.power import first_patients, statistic_of
from causalgia.trials.primary import (
    RESPONDER_SHARES,
    History,
    adjusted_p,
    adjusters,
    change_by_arm,
    is_as_good,
    primary_effects,
    responder_difference,
)
from causalgia.trials.responders import NumberNeeded, newcombe_difference, number_needed, risk_ratio
from causalgia.trials.result import Analysis, Comparison
from causalgia.trials.sequential import Boundary, Decision, boundary_of, decide
from causalgia.trials.summaries import (
    MEASURE_UNITS,
    adverse_names,
    patient_points,
    summarize_arm,
)
from causalgia.trials.utility import compare_utility
from causalgia.trials.withdrawal import WithdrawalEffects, loss_of_response, withdrawal
from causalgia.trials.within import analyze_within

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["analyze"]

_LEAST_FOR_SUBGROUPS = 40
_PERMUTATIONS, _MANY = 800, 2000
_SENSITIVITY = ("locf", "bocf", "multiple_imputation")
# Drawing gaps twenty times would take most of the time of a large trial, and tell little there.
_MOST_TO_IMPUTE = 20_000


def analyze(
    design: Design,
    patients: pd.DataFrame,
    weeks: pd.DataFrame,
    history: History | None = None,
) -> Analysis:
    """Analyze a trial.

    **Arguments:** its `design`; the tables of its `patients` and `weeks`; `history`, earlier
    patients for a prognostic score.
    **Raises:** `InputError` where the tables do not hold what the design needs.
    """
    patients = patients.sort_values("patient").reset_index(drop=True)
    if design.kind in ("crossover", "n_of_1"):
        return analyze_within(design, patients, weeks)
    missing = [name for name in design.arm_names if not (patients["arm"] == name).any()]
    if missing:
        raise InputError(f"arm {missing[0]!r} has no patients; a trial needs some in each arm")
    outcomes = outcomes_of(patients, weeks, estimand=design.estimand)
    others = _other_measures(design, patients, weeks)
    covariates = adjusters(design, patients, outcomes, history)
    change = change_by_arm(design, outcomes, covariates)
    if design.endpoint == "change":
        primary = change.differences
    else:
        primary = primary_effects(design, patients, weeks, history)
    active = [name for name in design.arm_names if name != design.control.name]
    adjusted = adjusted_p(design, primary)
    boundary = _boundary(design)
    sensitivity = _sensitivity(design, patients, weeks)
    comparisons = tuple(
        Comparison(
            arm=name,
            control=design.control.name,
            primary=primary[name],
            adjusted_p=adjusted[name],
            measures=_measures(design, patients, outcomes, others, change.differences[name], name),
            sensitivity={label: by_arm[name] for label, by_arm in sensitivity.items()},
            nnt=_treat(design, outcomes, name),
            nnh=_harm(design, patients, outcomes, name),
            is_as_good=is_as_good(design, primary[name]),
            **_looks(design, patients, weeks, name, boundary, history),
        )
        for name in active
    )
    parts, ranking = _who_responds(design, patients, outcomes, active[0])
    return Analysis(
        endpoint=design.endpoint,
        estimand=design.estimand,
        missing=design.missing,
        alpha=design.alpha,
        arms=tuple(
            summarize_arm(design, patients, outcomes, name, change.means[name], others)
            for name in design.arm_names
        ),
        comparisons=comparisons,
        factorial=_factorial(design, outcomes),
        withdrawal=_withdrawal(design, patients, outcomes),
        subgroups=parts,
        predictors=ranking,
        boundary=boundary,
        notes=design.warnings(),
    )


def _other_measures(
    design: Design, patients: pd.DataFrame, weeks: pd.DataFrame
) -> dict[str, Outcomes]:
    """Outcomes of sleep and of the NPSI where the tables have them."""
    found = {}
    for measure in MEASURE_UNITS:
        baseline = f"{measure}_baseline"
        if measure in weeks.columns and baseline in patients.columns:
            found[measure] = outcomes_of(
                patients, weeks, estimand=design.estimand, measure=measure, baseline=baseline
            )
    return found


def _measures(
    design: Design,
    patients: pd.DataFrame,
    outcomes: Outcomes,
    others: Mapping[str, Outcomes],
    change: Estimate,
    name: str,
) -> dict[str, Estimate]:
    """All differences but the primary one."""
    control = design.control.name
    found = {"change": change}
    for label, share in RESPONDER_SHARES.items():
        found[label] = responder_difference(design, outcomes, name, share)
        met = responds(outcomes, share)
        found[f"risk ratio {label}"] = risk_ratio(
            *_counts(met, outcomes.arm == name),
            *_counts(met, outcomes.arm == control),
            alpha=design.alpha,
        )
    for measure, values in others.items():
        filled = fill_gaps(values, "locf")
        found[measure] = ancova(
            final_change(filled),
            filled.arm,
            control,
            baseline=filled.baseline,
            stratum=filled.stratum,
            alpha=design.alpha,
            unit=MEASURE_UNITS[measure],
        ).differences[name]
    points = patient_points(design, patients, outcomes)
    found["utility"] = compare_utility(points, outcomes.arm, name, control, alpha=design.alpha)
    return found


def _counts(met: np.ndarray, rows: np.ndarray) -> tuple[int, int]:
    return int(met[rows].sum()), int(rows.sum())


def _sensitivity(
    design: Design, patients: pd.DataFrame, weeks: pd.DataFrame
) -> dict[str, Mapping[str, Estimate]]:
    """The change of each arm under each estimand, and under each way with gaps."""
    found = {}
    for estimand in ESTIMANDS:
        outcomes = outcomes_of(patients, weeks, estimand=estimand)
        found[estimand] = change_by_arm(design, outcomes).differences
        if estimand == "hypothetical":
            for missing in _SENSITIVITY if len(patients) <= _MOST_TO_IMPUTE else _SENSITIVITY[:2]:
                try:
                    by_arm = change_by_arm(design, outcomes, missing=missing)
                except InputError:
                    continue
                found[f"hypothetical, {missing}"] = by_arm.differences
    return found


def _treat(design: Design, outcomes: Outcomes, name: str) -> dict[str, NumberNeeded]:
    return {
        label: number_needed(responder_difference(design, outcomes, name, share, stratified=False))
        for label, share in RESPONDER_SHARES.items()
    }


def _harm(
    design: Design, patients: pd.DataFrame, outcomes: Outcomes, name: str
) -> dict[str, NumberNeeded]:
    """Numbers needed to harm: each side effect, and stopping because of any."""
    harms = {n: patients[f"adverse:{n}"].to_numpy(dtype=bool) for n in adverse_names(patients)}
    reasons = patients["stop_reason"].astype(str).to_numpy()
    harms[STOPPING] = reasons == "adverse event"
    ours, theirs = outcomes.arm == name, outcomes.arm == design.control.name
    return {
        label: number_needed(
            newcombe_difference(*_counts(met, ours), *_counts(met, theirs), alpha=design.alpha),
            benefit=False,
        )
        for label, met in harms.items()
    }


def _boundary(design: Design) -> Boundary | None:
    if design.interim is None:
        return None
    return boundary_of(design.interim.boundary, design.interim.looks, design.alpha)


def _looks(
    design: Design,
    patients: pd.DataFrame,
    weeks: pd.DataFrame,
    name: str,
    boundary: Boundary | None,
    history: History | None,
) -> dict[str, Any]:
    """How the trial would have gone look by look, patients in the order of their numbers."""
    if boundary is None or design.interim is None:
        return {}
    found = []
    for share in boundary.information:
        tables = first_patients(patients, weeks, share)
        found.append(primary_effects(design, *tables, history)[name])
    decision = decide(boundary, [statistic_of(e) for e in found], design.interim.futility)
    return {"decision": decision, "as_stopped": _allowing(found[decision.look - 1], decision)}


def _allowing(estimate: Estimate, decision: Decision) -> Estimate:
    """The estimate at a look, ordered by stage: the drift, times the error with all patients."""
    error = estimate.standard_error * math.sqrt(decision.information)
    return replace(
        estimate,
        value=decision.middle * error,
        low=decision.low * error,
        high=decision.high * error,
        p_value=decision.p_value,
        method=f"{estimate.method}, ordered by stage",
    )


def _factorial(design: Design, outcomes: Outcomes) -> FactorialEffects | None:
    if design.kind != "factorial" or len(design.factors) != 2:
        return None
    filled = fill_gaps(outcomes, "locf")
    names = (design.factors[0].name, design.factors[1].name)
    both = " + ".join(names)
    return factorial(
        filled.values[:, -1],
        filled.baseline,
        np.isin(filled.arm, [names[0], both]),
        np.isin(filled.arm, [names[1], both]),
        names,
        alpha=design.alpha,
    )


def _withdrawal(
    design: Design, patients: pd.DataFrame, outcomes: Outcomes
) -> WithdrawalEffects | None:
    if design.kind != "enriched_withdrawal" or design.run_in is None:
        return None
    reasons = patients["stop_reason"].astype(str).to_numpy()
    times, lost = loss_of_response(
        outcomes,
        patients["screening"].to_numpy(dtype=float),
        reasons == "lack of efficacy",
        relief=design.run_in.keep_relief_from or 0.3,
    )
    return withdrawal(times, lost, outcomes.arm, design.control.name, alpha=design.alpha)


def _who_responds(
    design: Design, patients: pd.DataFrame, outcomes: Outcomes, name: str
) -> tuple[tuple[Subgroup, ...], tuple[Predictor, ...]]:
    """Subgroups and predictors, of the first arm against control."""
    rows = np.isin(outcomes.arm, [name, design.control.name])
    if rows.sum() < _LEAST_FOR_SUBGROUPS:
        return (), ()
    table = patients[rows].reset_index(drop=True)
    change = final_change(fill_gaps(outcomes, "locf"))[rows]
    columns = phenotype_columns(table)
    found = subgroups(table, change, name, design.control.name, columns, alpha=design.alpha)
    treated = outcomes.arm[rows] == name
    rounds = _PERMUTATIONS if len(table) <= _MANY else _PERMUTATIONS // 4
    return found, predictors(table, change, treated, columns, permutations=rounds)
