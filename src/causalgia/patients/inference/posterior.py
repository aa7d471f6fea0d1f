"""From what is known of a person to what is probably wrong: causes, origins and mechanisms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from causalgia.patients.anatomy import Origin
from causalgia.patients.atlas import Atlas
from causalgia.patients.chances import Chance
from causalgia.patients.findings import Findings
from causalgia.patients.inference.lesions import Lesions
from causalgia.patients.inference.mechanism import DOMINANT, central_share, dominant, persists
from causalgia.patients.inference.weighing import Weighed
from causalgia.patients.result import Estimate
from causalgia.patients.weights import estimate

__all__ = ["CauseOdds", "MechanismOdds", "Odds", "Outlook", "Posterior", "Surprise", "Verdict"]

Rows = Float[np.ndarray, " row"]


@dataclass(frozen=True)
class CauseOdds:
    """A cause: its probability `before` anything was known, its `probability` now, and the 95 %
    interval (`low` to `high`) that virtual patients are few leaves open.
    """

    name: str
    label: str
    before: float
    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class Odds:
    """An origin or mechanism, and its probability `before` and now."""

    name: str
    label: str
    before: float
    probability: float


@dataclass(frozen=True)
class MechanismOdds(Odds):
    """A mechanism, and the 95 % interval (`low` to `high`) that few virtual patients leave open."""

    low: float
    high: float


@dataclass(frozen=True)
class Outlook:
    """What becomes of pain at rest without further treatment, `weeks` from now: its mean, and the
    probability that it has gone.
    """

    weeks: int
    rating: Estimate
    gone: Chance


@dataclass(frozen=True)
class Surprise:
    """A finding that the others do not lead to expect.

    `p` is the probability, given all other findings, of an answer at least as improbable.
    """

    name: str
    value: float
    p: float


@dataclass(frozen=True)
class Verdict:
    """What can be said.

    `kind`: "clear", "leading" or "open" (no cause has the odds), or "contradictory" (hardly any
    virtual patient would answer like this); `text`, the same in a sentence or two; `p`, the share
    of virtual patients whose answers would be as odd.
    """

    kind: str
    text: str
    p: float


@dataclass(frozen=True)
class Posterior:
    """How much each virtual patient explains of what is known, and what follows.

    `weighed` weights of the rows of the `atlas`; `lesions`, the origins of each cause in its rows;
    `before` [row], the weights with nothing known; the odds of `causes` and `origins` and
    `mechanisms`, most probable first; `surprises`, the oddest first; the `verdict`; the causes of
    which more patients were `simulated`; `log_likelihoods` [row] of each finding by name.
    """

    findings: Findings
    atlas: Atlas
    weighed: Weighed
    before: Rows
    lesions: tuple[Lesions, ...]
    log_likelihoods: Mapping[str, Rows]
    causes: tuple[CauseOdds, ...]
    origins: tuple[Odds, ...]
    mechanisms: tuple[MechanismOdds, ...]
    surprises: tuple[Surprise, ...]
    verdict: Verdict
    simulated: tuple[str, ...]

    @property
    def weights(self) -> Rows:
        """Of each row of the atlas; they sum to 1."""
        return self.weighed.weights

    @property
    def size(self) -> float:
        """How many equally weighted virtual patients the weights are worth."""
        return self.weighed.size

    def probability(self, cause: str) -> float:
        """Of one cause."""
        return float(self.weights[self.atlas.of_cause(cause)].sum())

    @cached_property
    def severity(self) -> Estimate:
        """How severe the cause is (0-1)."""
        return self.estimate(self.atlas.patients.covariates["severity"])

    @cached_property
    def persists_without_input(self) -> Chance:
        """The probability that pain at rest stays when no spike reaches the cord."""
        return self.chance(persists(self.atlas.patients))

    @cached_property
    def central_sensitization(self) -> Estimate:
        """How far cord and brain are from health (0-1)."""
        return self.estimate(central_share(self.atlas.patients))

    @cached_property
    def outlook(self) -> tuple[Outlook, ...]:
        """Pain at rest at each week that the atlas tells of, if nothing new is done."""
        from causalgia.evidence import parameter

        least = parameter("causalgia_patients/ongoing_pain_threshold").value
        found = []
        for week, pain in zip(self.atlas.weeks, self.atlas.pain_untreated[:, 0], strict=True):
            gone = self.chance((pain < least).astype(float))
            found.append(Outlook(int(week), self.estimate(pain), gone))
        return tuple(found)

    def origin_chance(self, names: Collection[str]) -> Chance:
        """The probability that the lesion is at one of these origins."""
        values = np.zeros(self.atlas.count)
        for lesion in self.lesions:
            own = [i for i, origin in enumerate(lesion.origins) if origin.name in names]
            values[lesion.rows] = lesion.given_row[own].sum(axis=0)
        return self.chance(values)

    def chance(self, values: Rows) -> Chance:
        """The share of something that each row has with a probability, and its 95 % interval."""
        return self.weighed.chance(values)

    def estimate(self, values: Rows) -> Estimate:
        """Weighted mean of something that each row of the atlas has, and its 95 % interval."""
        return estimate(np.asarray(values, dtype=float), self.weights)


def origin_odds(
    lesions: tuple[Lesions, ...],
    before: Rows,
    weights: Rows,
    shares: Mapping[str, Mapping[str, float]],
) -> tuple[Odds, ...]:
    """The odds of origins over all causes, most probable first.

    **Arguments:** the `lesions`; weights of rows `before` and now; from a cause to the share of
    its patients with an origin, by name.
    """
    found: dict[str, tuple[Origin, list[float]]] = {}
    for lesion in lesions:
        prior, now = before[lesion.rows].sum(), lesion.given_row @ weights[lesion.rows]
        for origin, probability in zip(lesion.origins, now, strict=True):
            _, totals = found.setdefault(origin.name, (origin, [0.0, 0.0]))
            totals[0] += prior * shares[lesion.cause][origin.name]
            totals[1] += float(probability)
    odds = [Odds(o.name, o.label, first, now) for o, (first, now) in found.values()]
    return tuple(sorted(odds, key=lambda own: -own.probability))


def mechanism_odds(atlas: Atlas, before: Rows, weighed: Weighed) -> tuple[MechanismOdds, ...]:
    """The odds of what dominates, most probable first."""
    label = dominant(atlas.patients)
    odds = []
    for index, (name, text) in enumerate(DOMINANT.items()):
        has = (label == index).astype(float)
        now = weighed.chance(has)
        odds.append(MechanismOdds(name, text, float(before @ has), now.value, now.low, now.high))
    return tuple(sorted(odds, key=lambda own: -own.probability))
