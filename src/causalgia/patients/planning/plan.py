"""The plan: options ranked by benefit against harm, steps, and what stands against each."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from causalgia import treatments
from causalgia.evidence import parameter
from causalgia.patients.planning.guidelines import AGAINST, LAST_LINE
from causalgia.patients.planning.medicines import find_medicine
from causalgia.patients.planning.options import Option, is_drug, option_of
from causalgia.patients.planning.outcomes import Outcomes
from causalgia.patients.planning.steps import Step, take_steps
from causalgia.patients.planning.tried import hear_tried
from causalgia.treatments import Prescription, SafetyWarning, warnings_for

__all__ = ["Excluded", "Plan", "Situation", "Tried", "is_backed", "make_plan"]

_SHORT_DAYS = 1.0
"""What is judged within a day is a test, not a plan."""


@dataclass(frozen=True)
class Tried:
    """A treatment taken before: its `name`, the `relief` it gave (0-1; None: not said)."""

    name: str
    relief: float | None = None


@dataclass(frozen=True)
class Situation:
    """What decides about treatments beside the pain itself.

    **Arguments:** medicines that are `taken` now and were `tried` before; `conditions` as in the
    contraindications of treatments; `age_years`, `renal_clearance_mL_min`, `cyp2d6_activity`
    where known.
    """

    taken: tuple[Tried, ...] = ()
    tried: tuple[Tried, ...] = ()
    conditions: tuple[str, ...] = ()
    age_years: float | None = None
    renal_clearance_mL_min: float | None = None
    cyp2d6_activity: float | None = None


@dataclass(frozen=True)
class Excluded:
    """An option that is left out of the steps, and why."""

    option: Option
    reason: str


@dataclass(frozen=True)
class Plan:
    """What to do.

    **Arguments:** `options`, the best first; those `excluded` from the steps; `tests`, judged
    within a day; `cause_first`, removals of a cause whose odds ask for it, the likeliest first;
    `steps`; `warnings` of each option by name; `warnings_now` of what is taken already;
    medicines that no table knows (`unchecked`); the effective `size` of the virtual patients, once
    what was tried has weighed them.
    """

    options: tuple[Option, ...]
    excluded: tuple[Excluded, ...]
    tests: tuple[Option, ...]
    cause_first: tuple[Option, ...]
    steps: tuple[Step, ...]
    warnings: dict[str, tuple[SafetyWarning, ...]] = field(default_factory=dict)
    warnings_now: tuple[SafetyWarning, ...] = ()
    unchecked: tuple[str, ...] = ()
    size: float = float("nan")


def make_plan(outcomes: Outcomes, situation: Situation) -> Plan:
    """Rank every treatment of the outcomes and put the best into steps.

    **Raises:** `InputError` for an unknown condition or a misspelled medicine.
    """
    told = {t.name: t.relief for t in (*situation.tried, *situation.taken) if t.relief is not None}
    outcomes = hear_tried(outcomes, told)
    least = parameter("causalgia_planning/cause_mentioned").value
    likely = [cause for cause, odds in outcomes.odds.items() if odds >= least]
    # What pushes nothing, as an active placebo, is no option.
    real = [i for i, name in enumerate(outcomes.names) if treatments.find(name).pushes]
    options = _best_places([(i, option_of(outcomes, i, likely)) for i in real])
    taken, amount_to, unchecked = _medicines(situation.taken)
    conditions = tuple(dict.fromkeys((*situation.conditions, *amount_to)))
    warnings = {
        option.name: _warnings(option, taken, situation, conditions) for _, option in options
    }
    out = {
        option.name: reason
        for _, option in options
        if (reason := _why_not(option, warnings[option.name], situation))
    }
    lasting = [(i, o) for i, o in options if o.judged_after_days >= _SHORT_DAYS]
    open_ = [(i, o) for i, o in lasting if o.name not in out]
    cause_first = _cause_first(open_)
    counts = parameter("causalgia_planning/cause_counts").value
    leading = [(i, o) for i, o in cause_first if o.odds_of_cause >= counts][:1]
    steps = take_steps(
        outcomes,
        leading,
        [(i, o) for i, o in open_ if not o.is_cause_control and is_backed(o)],
        _excluded_pairs([o for _, o in open_]),
        tried=len(situation.tried),
    )
    ranked = sorted((o for _, o in lasting if _is_offered(o)), key=lambda o: -o.net)
    return Plan(
        options=tuple(o for o in ranked if o.name not in out),
        excluded=tuple(Excluded(o, out[o.name]) for o in ranked if o.name in out),
        tests=tuple(o for _, o in options if o.judged_after_days < _SHORT_DAYS),
        cause_first=tuple(o for _, o in cause_first),
        steps=steps,
        warnings=warnings,
        warnings_now=_of_now(taken, situation, conditions),
        unchecked=unchecked,
        size=outcomes.size,
    )


def is_backed(option: Option) -> bool:
    """Whether a plan may try it by itself: of drugs, those that some guideline has in a line."""
    return not is_drug(option.name) or any(
        placement.rank <= LAST_LINE for placement in option.guidelines
    )


def _best_places(options: Sequence[tuple[int, Option]]) -> list[tuple[int, Option]]:
    """Of a treatment that can be put at several places, the place at which it does most."""
    best: dict[str, tuple[int, Option]] = {}
    for index, option in options:
        if option.name not in best or option.net > best[option.name][1].net:
            best[option.name] = (index, option)
    return list(best.values())


def _is_offered(option: Option) -> bool:
    """A removal of a cause that is hardly there is no option."""
    least = parameter("causalgia_planning/cause_mentioned").value
    return not option.is_cause_control or option.odds_of_cause >= least


def _cause_first(options: Sequence[tuple[int, Option]]) -> list[tuple[int, Option]]:
    least = parameter("causalgia_planning/worth_a_step").value
    found = [(i, o) for i, o in options if o.is_cause_control and _is_offered(o) and o.net >= least]
    return sorted(found, key=lambda pair: -pair[1].odds_of_cause * max(pair[1].net, 0.0))


def _medicines(
    taken: Sequence[Tried],
) -> tuple[tuple[Prescription, ...], tuple[str, ...], tuple[str, ...]]:
    """What is taken, as prescriptions; the conditions it amounts to; what no table knows."""
    given: list[Prescription] = []
    conditions: list[str] = []
    unchecked: list[str] = []
    for medicine in taken:
        treatment, amounts_to = find_medicine(medicine.name)
        if treatment is None:
            unchecked.append(medicine.name)
            continue
        conditions += amounts_to
        place = treatment.sites[0] if treatment.needs_place else None
        given.append(Prescription(treatment, 0.0, place=place))
    return tuple(given), tuple(conditions), tuple(unchecked)


def _warnings(
    option: Option,
    taken: Sequence[Prescription],
    situation: Situation,
    conditions: Sequence[str],
) -> tuple[SafetyWarning, ...]:
    """What to warn of when the option comes to what is taken already."""
    added = Prescription(treatments.find(option.name), 0.0, place=option.place)
    others = [p for p in taken if p.treatment.name != option.name]
    found = _safety([added, *others], situation, conditions)
    return tuple(w for w in found if option.name in w.treatments)


def _of_now(
    taken: Sequence[Prescription], situation: Situation, conditions: Sequence[str]
) -> tuple[SafetyWarning, ...]:
    found = _safety(taken, situation, conditions)
    return tuple(w for w in found if w.severity != "note")


def _safety(
    prescriptions: Sequence[Prescription], situation: Situation, conditions: Sequence[str]
) -> tuple[SafetyWarning, ...]:
    return warnings_for(
        prescriptions,
        renal_clearance_mL_min=situation.renal_clearance_mL_min,
        age_years=situation.age_years,
        cyp2d6_activity=situation.cyp2d6_activity,
        conditions=conditions,
    )


def _why_not(option: Option, warnings: Sequence[SafetyWarning], situation: Situation) -> str | None:
    """Why an option is left out of the steps (None: it is not)."""
    forbidden = [w for w in warnings if w.severity == "contraindicated"]
    if forbidden:
        with_ = [name for name in forbidden[0].treatments if name != option.name]
        return (f"with {with_[0]}: " if with_ else "") + forbidden[0].text
    if option.name in {medicine.name for medicine in situation.taken}:
        return "taken already"
    tried = {medicine.name: medicine for medicine in situation.tried}.get(option.name)
    if tried is not None:
        relief = tried.relief
        if relief is None or relief < parameter("causalgia_planning/partial_relief").value:
            return "tried" if relief is None else f"tried: {100 * relief:.0f} % relief"
    if option.investigational:
        return "investigational: no controlled trial shows that it works"
    # The newest guideline that speaks of it counts; those of single causes come before.
    if option.guidelines and option.guidelines[0].rank == AGAINST:
        return f"{option.guidelines[0].guideline} recommends against it"
    if option.burden.first_step == 0 and not option.is_cause_control:
        return f"{option.burden.label}: not part of a plan"
    if not np.isfinite(option.net) or option.net <= 0.0:
        return "more harm and burden than relief in these virtual patients"
    return None


def _excluded_pairs(options: Sequence[Option]) -> frozenset[frozenset[str]]:
    """Pairs that must not be given together."""
    names = sorted(option.name for option in options)
    pairs = itertools.combinations(names, 2)
    return frozenset(frozenset(pair) for pair in pairs if _is_forbidden(*pair))


@cache
def _is_forbidden(one: str, other: str) -> bool:
    """Whether two treatments are contraindicated together, wherever they are put."""
    given = [
        Prescription(t, 0.0, place=t.sites[0] if t.needs_place else None)
        for t in (treatments.find(one), treatments.find(other))
    ]
    return any(
        w.severity == "contraindicated" and len(w.treatments) == 2 for w in warnings_for(given)
    )
