r"""Options: what each treatment would do for, and to, a person.

Expected benefit against harm is counted in percent of relief. With the share $s$ of people who
stop because of a side effect,

$$\text{net} = (1-s)\,\overline{\text{relief}} - 5 \sum_i e_i - 10\, s - b$$

where $e_i$ is how much more often side effect $i$ occurs than on placebo, and $b$ a burden of the
kind of treatment (an operation, an implant, habit): weights of `causalgia_planning`, as in the
utility of trials, to be tilted by whoever uses them.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from causalgia.evidence import parameter
from causalgia.patients.chances import Chance, chance
from causalgia.patients.planning.burdens import Burden, burden_of
from causalgia.patients.planning.doubts import doubts
from causalgia.patients.planning.guidelines import Placement, placements
from causalgia.patients.planning.outcomes import Outcomes
from causalgia.patients.result import Estimate
from causalgia.treatments import Treatment, find, prescribe
from causalgia.treatments.side_effects import relative_exposure

__all__ = ["Harm", "Option", "harms_of", "is_drug", "option_of", "schedule_of"]

_LEAST_SHARE = 1e-9


@dataclass(frozen=True)
class Harm:
    """One side effect: the share who have it, on placebo too, and on how many treated one more.

    `needed` is the number needed to harm (infinite: no more than on placebo).
    """

    name: str
    share: float
    on_placebo: float
    needed: float


@dataclass(frozen=True)
class Option:
    """One treatment, weighed.

    **Arguments:** `name`, `label`, `place` (None: not put anywhere) and how it is given
    (`schedule`); `change` of pain at rest in points of 10 when it is judged, `judged_after_days`;
    chances of 30 % and 50 % relief; `harms`; the share who stop because of one; its `burden`;
    `net` benefit in percent of relief; where guidelines place it; `investigational`,
    `is_cause_control`; with `odds_of_cause` that its cause is there (1: not a treatment of one);
    the `doubt` that published trials leave of all this (empty: none).
    """

    name: str
    label: str
    place: str | None
    schedule: str
    judged_after_days: float
    change: Estimate
    relief_30: Chance
    relief_50: Chance
    harms: tuple[Harm, ...]
    stops: float
    burden: Burden
    net: float
    guidelines: tuple[Placement, ...]
    investigational: bool
    is_cause_control: bool
    odds_of_cause: float
    acts_on: str
    doubt: str = ""


def option_of(outcomes: Outcomes, index: int, likely: Collection[str]) -> Option:
    """Weigh one treatment of the outcomes.

    **Arguments:** `likely`, the causes for which guidelines are looked up.
    """
    treatment, place = find(outcomes.names[index]), outcomes.places[index]
    weights = outcomes.weights
    odds = 1.0
    if treatment.is_cause_control:
        # What taking a cause away does is asked of those who have it.
        has = outcomes.with_cause_removable_by(treatment.name)
        odds = float(weights @ has)
        weights = weights * has / max(odds, _LEAST_SHARE)
    relief = outcomes.relief[index]
    change = (outcomes.treated[index] - outcomes.untreated[index]).astype(float)
    harms, burden, stops = harms_of(treatment), burden_of(treatment), stopping_share(treatment)
    size = outcomes.size * max(odds, _LEAST_SHARE)
    return Option(
        name=treatment.name,
        label=treatment.label,
        place=place,
        schedule=schedule_of(treatment),
        judged_after_days=treatment.assessed_after_days,
        change=_estimate(change, weights),
        relief_30=chance(float(weights @ (relief >= _part("partial_relief"))), size),
        relief_50=chance(float(weights @ (relief >= _part("good_relief"))), size),
        harms=harms,
        stops=stops,
        burden=burden,
        net=(1.0 - stops) * 100.0 * float(weights @ relief) - harm_points(treatment),
        guidelines=placements(treatment.name, likely),
        investigational=treatment.investigational,
        is_cause_control=treatment.is_cause_control,
        odds_of_cause=odds,
        acts_on=treatment.acts_on,
        doubt=doubts().get(treatment.name, ""),
    )


def is_drug(name: str) -> bool:
    """Whether a treatment is a drug, by mouth, on the skin, into a vein or by needle."""
    return find(name).kind in ("oral", "patch", "infusion", "injection")


def _part(name: str) -> float:
    return parameter(f"causalgia_planning/{name}").value


def _estimate(values: np.ndarray, weights: np.ndarray) -> Estimate:
    """Mean, and the middle 95 % of the weight; nothing where nobody carries weight."""
    if weights.sum() <= 0.0:
        return Estimate(0.0, 0.0, 0.0)
    from causalgia.patients.weights import estimate

    kept = weights > 0.0
    return estimate(values[kept], weights[kept] / weights[kept].sum())


def harms_of(treatment: Treatment) -> tuple[Harm, ...]:
    """Side effects at the usual dose of a typical patient at full dose, most frequent first."""
    dose = 0.0 if treatment.regimen is None else treatment.regimen.default
    found = []
    for effect in treatment.side_effects:
        share = float(effect.probability(relative_exposure(treatment, effect, dose)))
        excess = share - effect.on_placebo
        needed = 1.0 / excess if excess > _LEAST_SHARE else math.inf
        found.append(Harm(effect.name, share, effect.on_placebo, needed))
    return tuple(sorted(found, key=lambda harm: harm.needed))


def stopping_share(treatment: Treatment) -> float:
    """The share who stop because of a side effect that they have of the treatment."""
    stops = {effect.name: effect.stops for effect in treatment.side_effects}
    stay = math.prod(1.0 - stops[h.name] / h.needed for h in harms_of(treatment))
    return 1.0 - stay


def harm_points(treatment: Treatment) -> float:
    """Harm and burden, in percent of relief."""
    effects = sum(1.0 / harm.needed for harm in harms_of(treatment))
    return (
        _part("side_effect_points") * effects
        + _part("stopping_points") * stopping_share(treatment)
        + burden_of(treatment).points
    )


def schedule_of(treatment: Treatment) -> str:
    """How it is given, as "150 mg/day, 150 more every 7 days, to 300 mg/day"."""
    regimen = treatment.regimen
    if regimen is None:
        return ""
    place = treatment.sites[0] if treatment.needs_place else None
    steps = prescribe(treatment.name, 0.0, place=place).steps()
    rising = [step for step in steps if step[1] > 0.0]
    (_, first), (last_day, last) = rising[0], rising[-1]
    course = regimen.course_days
    ends = "" if course is None else f", for {_days(course)}"
    if len(rising) == 1:
        return f"{last:g} {regimen.unit}{ends}"
    return (
        f"from {first:g} to {last:g} {regimen.unit} in {len(rising) - 1} "
        f"step{'s' if len(rising) > 2 else ''}, full dose from day {last_day + 1:.0f}{ends}"
    )


def _days(days: float) -> str:
    if days < 1:
        hours = round(24 * days)
        return "an hour" if hours == 1 else f"{hours} hours"
    return f"{days:.0f} days"
