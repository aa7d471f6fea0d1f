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

from causalgia.patients.chances import Chance, chance
from causalgia.patients.streams import stream

__all__ = ["Influence", "influences"]

_GROUPS = 8
_FEWEST = 40
_DRAWS = 200


@dataclass(frozen=True)
class Influence:
    """What one covariate does.

    `share` of the variance explained, 0-1, and its 95 % interval (`share_low` to `share_high`, from
    patients drawn again); the outcome's probability in the third of patients with the `lowest` and
    the `highest` values, which end at `low_end` and begin at `high_end`;
    `is_stated`, whether the cause names it.
    """

    covariate: str
    share: float
    share_low: float
    share_high: float
    lowest: Chance
    highest: Chance
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
    groups = np.array_split(outcome[np.argsort(values, kind="stable")], _GROUPS)
    means = np.array([group.mean() for group in groups])
    by_chance = float(np.mean([group.var(ddof=1) / group.size for group in groups]))
    variance = float(outcome.var())
    share = min(max(float(means.var(ddof=1)) - by_chance, 0.0) / variance, 1.0)
    low, high = _drawn_again(groups, by_chance, variance)
    low_end, high_end = np.percentile(values, [100 / 3, 200 / 3])
    return Influence(
        covariate=name,
        share=share,
        share_low=min(low, share),
        share_high=max(high, share),
        lowest=_mean(outcome[values <= low_end]),
        highest=_mean(outcome[values >= high_end]),
        low_end=float(low_end),
        high_end=float(high_end),
        is_stated=is_stated,
    )


def _mean(outcome: Float[np.ndarray, " patient"]) -> Chance:
    return chance(float(outcome.mean()), outcome.size)


def _drawn_again(
    groups: list[Float[np.ndarray, " patient"]], by_chance: float, variance: float
) -> tuple[float, float]:
    """95 % of the shares found when the patients of each group are drawn again, with return.

    Drawing adds as much between groups as chance had left there: it is taken off twice.
    """
    random = stream(0, "prognosis", "influence")
    means = [
        group[random.integers(group.size, size=(_DRAWS, group.size))].mean(1) for group in groups
    ]
    between = np.stack(means).var(axis=0, ddof=1)
    shares = np.clip((between - 2.0 * by_chance) / variance, 0.0, 1.0)
    low, high = np.percentile(shares, (2.5, 97.5))
    return float(low), float(high)
