r"""What an outcome hangs on: the share of its variance that each covariate explains alone.

Patients are cut into groups of equal size along a covariate; with group means $\bar y_g$ the share
is $\mathrm{Var}(\bar y_g) / \mathrm{Var}(y)$, less what chance alone would give. It is the
first-order Sobol index, estimated from the patients at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

__all__ = ["Influence", "influences"]

_GROUPS = 8
_FEWEST = 40


@dataclass(frozen=True)
class Influence:
    """What one covariate does.

    `share` of the variance explained, 0-1; the outcome's probability in the third of patients
    with the `lowest` and the `highest` values, which end at `low_end` and begin at `high_end`;
    `is_stated`, whether the cause names it.
    """

    covariate: str
    share: float
    lowest: float
    highest: float
    low_end: float
    high_end: float
    is_stated: bool


def influences(
    outcome: Float[np.ndarray, " patient"],
    table: Mapping[str, Float[np.ndarray, " patient"]],
    *,
    stated: Collection[str] = (),
) -> tuple[Influence, ...]:
    """Influences of all covariates on an outcome or its probability, the largest share first.

    Empty where hardly anybody is counted, or all fare alike.
    """
    if outcome.size < _FEWEST or np.ptp(outcome) == 0.0:
        return ()
    found = [_influence(outcome, name, values, name in stated) for name, values in table.items()]
    return tuple(sorted(found, key=lambda influence: -influence.share))


def _influence(
    outcome: Float[np.ndarray, " patient"],
    name: str,
    values: Float[np.ndarray, " patient"],
    is_stated: bool,
) -> Influence:
    order = np.argsort(values, kind="stable")
    groups = np.array_split(outcome[order], _GROUPS)
    means = np.array([group.mean() for group in groups])
    by_chance = float(np.mean([group.var(ddof=1) / group.size for group in groups]))
    share = max(float(means.var(ddof=1)) - by_chance, 0.0) / float(outcome.var())
    low_end, high_end = np.percentile(values, [100 / 3, 200 / 3])
    return Influence(
        covariate=name,
        share=min(share, 1.0),
        lowest=float(outcome[values <= low_end].mean()),
        highest=float(outcome[values >= high_end].mean()),
        low_end=float(low_end),
        high_end=float(high_end),
        is_stated=is_stated,
    )
