"""What a case gives: both answers, every arm and the numbers behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.patients.chances import Chance

__all__ = [
    "Arm",
    "CaseResult",
    "Estimate",
    "Move",
    "Provenance",
    "RasterPanel",
    "RasterRow",
    "State",
]


@dataclass(frozen=True)
class Estimate:
    """A weighted mean over virtual patients, and the interval that holds 95 % of their weight."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class State:
    """The pathway of the virtual patients at one time, as weighted means.

    **Arguments:** `input_Hz` born at each peripheral place and reaching the cord at rest, summed
    over fiber classes; `projection_Hz` and `rating` (0-10) at rest.
    """

    input_Hz: Mapping[str, float]
    projection_Hz: float
    rating: float


@dataclass(frozen=True)
class Move:
    """One mechanism that a treatment moves by itself: from where to where, at which `place`."""

    quantity: str
    description: str
    place: str
    fiber: str | None
    unit: str
    healthy: float
    untreated: float
    treated: float


@dataclass(frozen=True)
class Arm:
    """One way to go on from today, in the same virtual patients.

    **Arguments:** `key` and `label`; `asked`, whether the case file asked for it; `acts_at`, the
    places where it acts, and `site` as the case names it; `assessed_after_days`; `change` in
    rating at rest against the same patient without further treatment at that time (negative is
    relief) and the probabilities that this takes away 30 % and 50 % of the pain; what it `moves`;
    the pathway `untreated` and `treated` then; `reason`, in words; `rating_quantiles` [quantile,
    week] of the outlook and the `resolution` probability at the horizon.
    """

    key: str
    label: str
    asked: bool
    acts_at: tuple[str, ...]
    site: str | None
    is_cause_control: bool
    assessed_after_days: float
    change: Estimate
    relief_30: Chance
    relief_50: Chance
    moves: tuple[Move, ...]
    untreated: State
    treated: State
    reason: str
    rating_quantiles: Float[np.ndarray, "quantile week"]
    resolution: Chance


@dataclass(frozen=True)
class RasterRow:
    """Spikes of one fiber class born or passing at one place: times in ms."""

    label: str
    times_ms: Float[np.ndarray, " spike"]


@dataclass(frozen=True)
class RasterPanel:
    """Spikes of a typical patient under one condition."""

    label: str
    rows: tuple[RasterRow, ...]
    duration_ms: float


@dataclass(frozen=True)
class Provenance:
    """What a result rests on.

    **Arguments:** `version`; `seed`; a `configuration` hash of case, seed and numbers; how many
    virtual `patients`; their `effective_sample_size` after weighting and the `tempering` exponent
    of the weights (1: none); numbers used by status in `evidence_counts`; `stand_in_error`, how
    far the fitted pathway is from the biophysical one on unseen patients, in points of the
    rating; `sources` as text.
    """

    version: str
    seed: int
    configuration: str
    patients: int
    effective_sample_size: float
    tempering: float
    evidence_counts: Mapping[str, int]
    stand_in_error: Mapping[str, float]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class CaseResult:
    """Both answers for one case.

    **Arguments:** `case`, the case as plain values; `labels` of cause and region; `site_names`
    from place to the name used in this region; `answers` in words; `shares` of the input at rest
    born at each peripheral place; `persists_without_input`, the probability that pain at rest of
    1 or more stays when no spike reaches the cord; `today`; `arms`, the untreated one first;
    `week_days` of the outlook and its `quantiles`; `table` of virtual patients (weight first) and
    `arm_ratings` [arm, week, patient]; `warnings`; `rasters`; `provenance`.
    """

    case: Mapping[str, object]
    cause_label: str
    region_label: str
    site_names: Mapping[str, str]
    answers: Mapping[str, str]
    shares: Mapping[str, Chance]
    persists_without_input: Chance
    today: State
    arms: tuple[Arm, ...]
    week_days: Float[np.ndarray, " week"]
    quantiles: tuple[float, ...]
    table: Mapping[str, Float[np.ndarray, " patient"]]
    arm_ratings: Float[np.ndarray, "arm week patient"]
    warnings: tuple[str, ...]
    rasters: tuple[RasterPanel, ...]
    provenance: Provenance
