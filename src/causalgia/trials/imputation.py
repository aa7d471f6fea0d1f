r"""Multiple imputation, with those who stopped going on as the control arm does.

Weeks that are missing are drawn from the repeated-measures model given the weeks that are there,
with parameters drawn anew each time. "jump": from stopping on, the mean is that of the control arm
(jump to reference); "copy": it was so all along (copy reference); "own": that of the own arm
(missing at random). (Carpenter, Roger and Kenward 2013.) Results are pooled after Rubin (1987),
with the degrees of freedom of Barnard and Rubin (1999).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from causalgia.errors import InputError, nearest
from causalgia.trials.ancova import ArmEffects, ancova
from causalgia.trials.endpoints import Outcomes, final_change
from causalgia.trials.estimate import Estimate, symmetric_estimate
from causalgia.trials.mmrm import RepeatedMeasures, mmrm, visits_of

__all__ = ["REFERENCES", "impute", "imputed", "pool"]

REFERENCES = ("jump", "copy", "own")
"""How those who stopped go on."""


def impute(
    outcomes: Outcomes,
    control: str,
    *,
    reference: str = "jump",
    count: int = 20,
    seed: int = 1,
    alpha: float = 0.05,
    unit: str = "points",
) -> ArmEffects:
    """Analysis of covariance of the last week's change, over imputed tables.

    **Arguments:** `outcomes`, with gaps; the `control`; `reference` (`REFERENCES`); `count` of
    imputations; `seed`.
    **Raises:** `InputError` for an unknown reference.
    """
    runs = [
        ancova(
            final_change(table),
            table.arm,
            control,
            baseline=table.baseline,
            stratum=table.stratum,
            alpha=alpha,
            unit=unit,
        )
        for table in imputed(outcomes, control, reference=reference, count=count, seed=seed)
    ]
    first = runs[0]
    return ArmEffects(
        control=control,
        means={arm: pool([run.means[arm] for run in runs]) for arm in first.means},
        differences={
            arm: pool([run.differences[arm] for run in runs]) for arm in first.differences
        },
        patients=first.patients,
        residual_sd=float(np.mean([run.residual_sd for run in runs])),
    )


def pool(estimates: Sequence[Estimate]) -> Estimate:
    """One estimate of those from several imputed tables."""
    values = np.array([e.value for e in estimates])
    within = float(np.mean([e.standard_error**2 for e in estimates]))
    between = float(values.var(ddof=1)) if len(values) > 1 else 0.0
    added = (1.0 + 1.0 / len(values)) * between
    total = within + added
    complete = estimates[0].degrees
    share = added / total if total > 0.0 else 0.0
    known = complete if math.isinf(complete) else complete * (complete + 1) / (complete + 3)
    seen = known * (1.0 - share)
    drawn = math.inf if share == 0.0 else (len(values) - 1) / share**2
    degrees = math.inf if math.isinf(seen) and math.isinf(drawn) else 1 / (1 / seen + 1 / drawn)
    return symmetric_estimate(
        float(values.mean()),
        math.sqrt(total),
        unit=estimates[0].unit,
        alpha=1.0 - estimates[0].level,
        degrees=degrees,
        method=f"{estimates[0].method}, {len(values)} imputations",
    )


def imputed(
    outcomes: Outcomes, control: str, *, reference: str = "jump", count: int = 20, seed: int = 1
) -> Iterator[Outcomes]:
    """Complete tables drawn for those with gaps, at the weeks that the model is fitted to."""
    if reference not in REFERENCES:
        raise InputError(f"unknown reference {reference!r}; {nearest(reference, REFERENCES)}")
    if count < 2:
        raise InputError(f"{count} imputations; allowed: at least 2")
    at = np.isin(outcomes.week, _modeled_weeks(outcomes))
    table = replace(outcomes, week=outcomes.week[at], values=outcomes.values[:, at])
    started = np.isfinite(table.values).any(axis=1)
    table = table.only(started)
    model = mmrm(table, control)
    random = np.random.default_rng(seed)
    for _ in range(count):
        yield replace(table, values=_filled(table, model, reference, random))


def _modeled_weeks(outcomes: Outcomes) -> np.ndarray:
    """The weeks at which outcomes are modeled."""
    return outcomes.week[visits_of(outcomes.week)]


def _filled(
    table: Outcomes, model: RepeatedMeasures, reference: str, random: np.random.Generator
) -> np.ndarray:
    from scipy import stats

    fit, matrix = model.fit, model.matrix
    width, visits = fit.effects.shape
    degrees = fit.patients - width
    law = stats.invwishart(df=degrees + visits + 1, scale=fit.covariance * degrees)
    covariance = np.atleast_2d(law.rvs(random_state=random))
    flat = random.multivariate_normal(fit.effects.T.ravel(), fit.errors, method="cholesky")
    effects = flat.reshape(visits, width).T
    own = matrix.values @ effects
    as_control = matrix.values.copy()
    as_control[:, [i for i, name in enumerate(matrix.names) if name.startswith("arm: ")]] = 0.0
    other = as_control @ effects
    change = table.change
    seen = np.isfinite(change)
    stopped = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1] == 0
    ahead = own if reference == "own" else np.where(stopped, other, own)
    behind = own
    if reference == "copy":
        gone = stopped.any(axis=1)
        ahead, behind = ahead.copy(), own.copy()
        ahead[gone], behind[gone] = other[gone], other[gone]
    kinds, member = np.unique(seen, axis=0, return_inverse=True)
    for kind, mask in enumerate(kinds):
        if mask.all():
            continue
        rows = np.flatnonzero(member.ravel() == kind)
        slope = covariance[np.ix_(~mask, mask)] @ np.linalg.inv(covariance[np.ix_(mask, mask)])
        rest = covariance[np.ix_(~mask, ~mask)] - slope @ covariance[np.ix_(mask, ~mask)]
        residual = change[np.ix_(rows, mask)] - behind[np.ix_(rows, mask)]
        noise = random.standard_normal((len(rows), int((~mask).sum())))
        spread = np.linalg.cholesky((rest + rest.T) / 2.0)
        drawn = ahead[np.ix_(rows, ~mask)] + residual @ slope.T + noise @ spread.T
        change[np.ix_(rows, ~mask)] = drawn
    return change + table.baseline[:, None]
