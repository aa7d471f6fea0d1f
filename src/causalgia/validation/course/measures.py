"""The numbers a row may be: shares, times and ratios of followed patients, with resamples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from causalgia.validation.course.followed import Followed
from causalgia.validation.course.outcomes import (
    Definition,
    change_from_health,
    met,
    step_at,
    times_begun,
    times_ended,
)
from causalgia.validation.course.statistics import (
    hazard_ratio,
    logistic_odds_ratio,
    share,
    weighted_median,
)
from causalgia.validation.course.strata import MONTH_days

__all__ = ["MEASURES", "counted"]

_NOTABLE_CHANGE = 0.1

Many: TypeAlias = Sequence[Followed]
Weights: TypeAlias = Float[np.ndarray, "draw patient"]
Values: TypeAlias = Float[np.ndarray, " draw"]
Measure: TypeAlias = Callable[[Definition, Many, Many, Weights], Values]
"""From a definition, the strata it is of and those it is held against, and weights, to values."""


def _pooled(weights: Weights, many: Many) -> Weights:
    return np.tile(weights, (1, len(many)))


def _met(definition: Definition, many: Many) -> tuple[np.ndarray, np.ndarray]:
    """Who meets the criterion and who is counted, of all strata one after the other."""
    counts = np.concatenate([met(definition, definition.having, one) for one in many])
    return counts, counted(definition, many)


def counted(definition: Definition, many: Many) -> Bool[np.ndarray, " patient"]:
    """Who is counted, of all strata one after the other."""
    return np.concatenate([met(definition, definition.among, one) & one.enrolled for one in many])


def _share(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Percent of those enrolled."""
    return 100.0 * share(*_met(definition, of), _pooled(weights, of))


def _risk_ratio(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Share over share: of two arms, or of those exposed to a factor and those not."""
    if not definition.by:
        return _divide(
            _share(definition, of, (), weights), _share(definition, against, (), weights)
        )
    counts, among = _met(definition, of)
    exposed = _factor(definition, of) >= (definition.least or 0.0)
    pooled = _pooled(weights, of)
    return _divide(share(counts, among & exposed, pooled), share(counts, among & ~exposed, pooled))


def _odds_ratio(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Odds over odds of those exposed to a factor and those not, or for so much more of it."""
    counts, among = _met(definition, of)
    factor, pooled = _factor(definition, of), _pooled(weights, of)
    if definition.per is not None:
        return logistic_odds_ratio(counts[among], factor[among] / definition.per, pooled[:, among])
    exposed = factor >= (definition.least or 0.0)
    with_it = share(counts, among & exposed, pooled)
    without = share(counts, among & ~exposed, pooled)
    return _divide(with_it * (1.0 - without), without * (1.0 - with_it))


def _difference(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Percentage points of one arm more than of the other."""
    return _share(definition, of, (), weights) - _share(definition, against, (), weights)


def _reduction(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Percent by which a share is smaller than in the other arm."""
    return 100.0 * (1.0 - _risk_ratio(definition, of, against, weights))


def _median_time(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Median of the time, in days, from which on a criterion is met no more."""
    ended, begun = _ended(definition, of)
    return weighted_median(ended[begun], _pooled(weights, of)[:, begun])


def _hazard_ratio(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Rate at which a criterion ceases to be met, over that of the other arm."""
    ended, begun = _ended(definition, [*of, *against])
    patients = weights.shape[1]
    exposed = np.arange(len(ended)) < patients * len(of)
    horizon = min(one.day[-1] for one in (*of, *against))
    pooled = _pooled(weights, [*of, *against])
    return hazard_ratio(ended[begun], exposed[begun], horizon, pooled[:, begun])


def _onset_share(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Of those who ever meet a criterion, percent in whom it begins between two times."""
    low, high = (month * MONTH_days for month in definition.months)
    parts = [times_begun(definition, one) for one in of]
    begins = np.concatenate([day for day, _ in parts])
    ever = np.concatenate([begun & one.enrolled for (_, begun), one in zip(parts, of, strict=True)])
    within = (begins > low) & (begins <= high) if low else begins <= high
    return 100.0 * share(within, ever, _pooled(weights, of))


def _level(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """The mean of a mechanism, percent of its healthy value."""
    return 100.0 * (1.0 + _relative_change(definition, of, weights))


def _direction(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """-1, 0 or 1: whether a mechanism has changed by more than a tenth, or a share by as much."""
    if definition.mechanism:
        change = _relative_change(definition, of, weights)
    else:
        change = _risk_ratio(definition, of, against, weights) - 1.0
    return np.where(np.abs(change) > _NOTABLE_CHANGE, np.sign(change), 0.0)


def _rise_time(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Day on which the mean change of a mechanism first reaches a share of its largest."""
    shares = _share_of_largest(definition, of[0], weights)
    return of[0].day[np.argmax(shares >= definition.reached, axis=1)]


def _fall_time(definition: Definition, of: Many, against: Many, weights: Weights) -> Values:
    """Day, after the largest, from which on the mean change is less than a share of it."""
    shares = _share_of_largest(definition, of[0], weights)
    last = shares.shape[1] - 1 - np.argmax(shares[:, ::-1] >= definition.reached, axis=1)
    return np.where(last < shares.shape[1] - 1, of[0].day[last], np.inf)


def _relative_change(definition: Definition, of: Many, weights: Weights) -> Values:
    """Mean change of a mechanism, as a share of its healthy value."""
    changes, healthy = change_from_health(definition, of[0])
    at = step_at(of[0], definition.months[1])
    return _mean(changes[at : at + 1], of[0], weights)[:, 0] / healthy


def _mean(
    values: Float[np.ndarray, "time patient"], followed: Followed, weights: Weights
) -> Float[np.ndarray, "draw time"]:
    among = weights * followed.enrolled
    return (among @ values.T) / among.sum(axis=1, keepdims=True)


def _share_of_largest(
    definition: Definition, followed: Followed, weights: Weights
) -> Float[np.ndarray, "draw time"]:
    change = np.abs(_mean(change_from_health(definition, followed)[0], followed, weights))
    return change / np.maximum(change.max(axis=1, keepdims=True), 1e-9)


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "share": _share,
        "risk_ratio": _risk_ratio,
        "odds_ratio": _odds_ratio,
        "difference": _difference,
        "reduction": _reduction,
        "median_time": _median_time,
        "hazard_ratio": _hazard_ratio,
        "onset_share": _onset_share,
        "level": _level,
        "direction": _direction,
        "rise_time": _rise_time,
        "fall_time": _fall_time,
    }
)
"""What a definition may `compute`."""


def _ended(definition: Definition, many: Many) -> tuple[np.ndarray, np.ndarray]:
    parts = [times_ended(definition, one) for one in many]
    ended = np.concatenate([day for day, _ in parts])
    begun = np.concatenate(
        [begun & one.enrolled for (_, begun), one in zip(parts, many, strict=True)]
    )
    return ended, begun


def _factor(definition: Definition, many: Many) -> Float[np.ndarray, " patient"]:
    return np.concatenate([one.traits[definition.by] for one in many])


def _divide(above: Values, below: Values) -> Values:
    return np.where(below > 0.0, above / np.where(below > 0.0, below, 1.0), np.nan)
