"""The one analysis that decides, as the design says: estimand, gaps, endpoint, adjustment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError, nearest
from causalgia.trials.ancova import ArmEffects, ancova
from causalgia.trials.design import Design
from causalgia.trials.endpoints import Outcomes, fill_gaps, final_change, outcomes_of, responds
from causalgia.trials.estimate import Estimate
from causalgia.trials.imputation import impute
from causalgia.trials.mmrm import mmrm
from causalgia.trials.prognostic import fit_prognosis, prognostic_columns
from causalgia.trials.responders import mantel_haenszel, newcombe_difference

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "RESPONDER_SHARES",
    "History",
    "adjusted_p",
    "adjusters",
    "change_by_arm",
    "holm",
    "is_as_good",
    "primary_effects",
    "responder_difference",
]

RESPONDER_SHARES = {"responder30": 0.3, "responder50": 0.5}
"""Relief, as a share of baseline, that makes a responder."""

_FOLDS = 5


@dataclass(frozen=True)
class History:
    """Earlier patients without the treatment: their table and their `change` at the end."""

    patients: pd.DataFrame
    change: Float[np.ndarray, " patient"]


def primary_effects(
    design: Design,
    patients: pd.DataFrame,
    weeks: pd.DataFrame,
    history: History | None = None,
) -> Mapping[str, Estimate]:
    """Each arm against control, by the primary endpoint of a trial of one period.

    Change in points (negative: relief), or the difference of shares of responders.
    """
    outcomes = outcomes_of(patients, weeks, estimand=design.estimand)
    if design.endpoint == "change":
        covariates = adjusters(design, patients, outcomes, history)
        return change_by_arm(design, outcomes, covariates).differences
    share = RESPONDER_SHARES[design.endpoint]
    return {
        arm: responder_difference(design, outcomes, arm, share)
        for arm in design.arm_names
        if arm != design.control.name
    }


def change_by_arm(
    design: Design,
    outcomes: Outcomes,
    covariates: Mapping[str, np.ndarray] | None = None,
    *,
    missing: str | None = None,
) -> ArmEffects:
    """Arms by the last week's change, gaps treated as the design (or `missing`) says.

    Trials too small for repeated measures are analyzed by covariance with the last value carried
    forward, which the method of the estimate then says.
    """
    missing = missing or design.missing
    control, alpha = design.control.name, design.alpha
    if missing == "mmrm":
        try:
            return mmrm(outcomes, control, covariates=covariates, alpha=alpha).final
        except InputError as error:
            found = _by_covariance(outcomes, control, covariates, "locf", alpha)
            note = f"{_NOT_REPEATED}: {str(error).removeprefix('repeated measures: ')}"
            return replace(
                found,
                differences={a: replace(e, method=note) for a, e in found.differences.items()},
            )
    if missing == "multiple_imputation":
        return impute(outcomes, control, seed=design.seed, alpha=alpha)
    return _by_covariance(outcomes, control, covariates, missing, alpha)


_NOT_REPEATED = "ANCOVA, last value carried forward, for want of data for repeated measures"


def _by_covariance(
    outcomes: Outcomes,
    control: str,
    covariates: Mapping[str, np.ndarray] | None,
    missing: str,
    alpha: float,
) -> ArmEffects:
    filled = fill_gaps(outcomes, missing)
    return ancova(
        final_change(filled),
        filled.arm,
        control,
        baseline=filled.baseline,
        stratum=filled.stratum,
        covariates=covariates,
        alpha=alpha,
    )


def responder_difference(
    design: Design, outcomes: Outcomes, arm: str, share: float, *, stratified: bool = True
) -> Estimate:
    """Difference of the shares of responders, over strata where the design has any."""
    met = responds(outcomes, share)
    ours, theirs = outcomes.arm == arm, outcomes.arm == design.control.name
    if stratified and design.stratify:
        rows = ours | theirs
        return mantel_haenszel(met[rows], ours[rows], outcomes.stratum[rows], alpha=design.alpha)
    return newcombe_difference(
        int(met[ours].sum()),
        int(ours.sum()),
        int(met[theirs].sum()),
        int(theirs.sum()),
        alpha=design.alpha,
    )


def adjusters(
    design: Design,
    patients: pd.DataFrame,
    outcomes: Outcomes,
    history: History | None = None,
) -> dict[str, np.ndarray]:
    """Covariates to adjust for, and the prognostic score if the design asks for one.

    The score is fitted on `history`; without it, on control patients of the trial, each predicted
    by a fit without them.
    **Raises:** `InputError` for a covariate that is not in the table, or holds words.
    """
    found: dict[str, np.ndarray] = {}
    for name in design.adjust:
        if name not in patients.columns or patients[name].dtype.kind not in "biuf":
            raise InputError(f"adjust: no covariate {name!r}; {nearest(name, _numbers(patients))}")
        found[name] = patients[name].to_numpy(dtype=float)
    if design.prognostic_score:
        found["prognostic score"] = _score(design, patients, outcomes, history)
    return found


def _numbers(patients: pd.DataFrame) -> list[str]:
    return [str(name) for name in patients.columns if patients[name].dtype.kind in "biuf"]


def _score(
    design: Design, patients: pd.DataFrame, outcomes: Outcomes, history: History | None
) -> np.ndarray:
    if history is not None:
        columns = [c for c in prognostic_columns(history.patients) if c in patients.columns]
        return fit_prognosis(history.patients, history.change, columns).predict(patients)
    columns = list(prognostic_columns(patients))
    change = final_change(fill_gaps(outcomes, "locf"))
    control = np.flatnonzero(outcomes.arm == design.control.name)
    fold = np.arange(len(control)) % _FOLDS
    total = np.zeros(len(patients))
    own = np.zeros(len(patients))
    for part in range(_FOLDS):
        rows, left_out = control[fold != part], control[fold == part]
        model = fit_prognosis(patients.iloc[rows], change[rows], columns)
        predicted = model.predict(patients)
        total += predicted / _FOLDS
        own[left_out] = predicted[left_out]
    total[control] = own[control]
    return total


def adjusted_p(design: Design, estimates: Mapping[str, Estimate]) -> dict[str, float]:
    """P values of all arms against control, adjusted as the design says."""
    p_values = {name: estimate.p_value for name, estimate in estimates.items()}
    return holm(p_values) if design.multiplicity == "holm" else p_values


def is_as_good(design: Design, estimate: Estimate) -> bool | None:
    """Whether an arm is worse than control by less than the margin (None: there is no margin)."""
    if design.margin is None:
        return None
    if design.endpoint == "change":
        return estimate.high < design.margin
    return estimate.low > -design.margin


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """P values adjusted for several arms (Holm 1979)."""
    ordered = sorted(p_values, key=lambda name: p_values[name])
    adjusted, highest = {}, 0.0
    for rank, name in enumerate(ordered):
        highest = max(highest, min(1.0, (len(ordered) - rank) * p_values[name]))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}
