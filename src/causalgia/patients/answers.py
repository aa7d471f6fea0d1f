"""From what was simulated to answers: weighted numbers, and the words that follow from them."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import numpy as np
from jaxtyping import Bool, Float

from causalgia import __version__
from causalgia.causes import Cause
from causalgia.evidence import Parameter, all_parameters, load_sources, parameter
from causalgia.evidence.parameter import STATUSES
from causalgia.mechanisms import PERIPHERAL_PLACES, PLACES, entries
from causalgia.mechanisms.map import as_parameters
from causalgia.pathway.weights import end_to_end_error
from causalgia.patients.case import Case
from causalgia.patients.chances import Chance, chance
from causalgia.patients.matching import Match, effective_sample_size, estimate, weighted_quantiles
from causalgia.patients.reasons import explain
from causalgia.patients.result import Arm, CaseResult, Move, Provenance, State
from causalgia.patients.simulate import ArmRun, CaseRun, Snapshot
from causalgia.patients.summary import arm_key, arm_label, site_names, summarize
from causalgia.patients.verdicts import answer_in_words
from causalgia.treatments import Treatment, find

__all__ = ["QUANTILES", "answer_case"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of the outlook."""

# A mechanism counts as moved from a fiftieth of its range on.
_MOVED = 0.02
_LEAST_PAIN, _LEAST_INPUT_HZ = 1e-3, 1e-9


def answer_case(run: CaseRun, *, seed: int) -> CaseResult:
    """Weigh what was simulated, and say what it means."""
    case, weights = run.case, run.match.weights
    names = site_names(case)
    stopped = parameter("causalgia_patients/ongoing_pain_threshold").value
    arms = tuple(_arm(arm, run, names, stopped) for arm in run.arms)
    shares = _shares(run.today)
    # Every spike counts alike: a patient of few spikes says little about where they are born.
    spikes = weights * run.today.input_Hz.sum(axis=0)
    spikes = spikes / max(spikes.sum(), _LEAST_INPUT_HZ)
    worth = effective_sample_size(spikes)
    born = {p: chance(float(shares[i] @ spikes), worth) for i, p in enumerate(PERIPHERAL_PLACES)}
    persists = _chance(run.no_input.rating >= stopped, run.match)
    return CaseResult(
        case=_plain_case(case, run.cause),
        cause_label=run.cause.label,
        region_label=case.region.label,
        site_names=names,
        answers=answer_in_words(case, born, persists, arms, names),
        shares=born,
        persists_without_input=persists,
        today=_state(run.today, weights),
        arms=arms,
        week_days=run.week_days,
        quantiles=QUANTILES,
        table=_table(run, shares),
        arm_ratings=np.stack([arm.rating for arm in run.arms]),
        warnings=_warnings(run.match, run),
        rasters=(),
        provenance=_provenance(case, run.match, seed),
    )


def _chance(has: Bool[np.ndarray, " patient"], match: Match) -> Chance:
    """The share of the weight of virtual patients who have something."""
    return chance(float(has @ match.weights), match.effective_sample_size)


def _shares(snapshot: Snapshot) -> Float[np.ndarray, "place patient"]:
    """Share of the input at rest born at each place; none where nothing reaches the cord."""
    births = snapshot.input_Hz[: len(PERIPHERAL_PLACES)]
    return births / np.maximum(births.sum(axis=0), _LEAST_INPUT_HZ)


def _state(snapshot: Snapshot, weights: Float[np.ndarray, " patient"]) -> State:
    births = snapshot.input_Hz @ weights
    return State(
        input_Hz={place: float(births[i]) for i, place in enumerate(PERIPHERAL_PLACES)},
        projection_Hz=float(snapshot.projection_Hz @ weights),
        rating=float(snapshot.rating @ weights),
    )


def _arm(run: ArmRun, whole: CaseRun, names: dict[str, str], stopped: float) -> Arm:
    case, weights = whole.case, whole.match.weights
    treatment = None if run.request is None else find(run.request.name)
    change = run.treated.rating - run.untreated.rating
    relief = -change / np.maximum(run.untreated.rating, _LEAST_PAIN)
    acts_at = () if treatment is None else _acts_at(treatment, run, whole.cause)
    moves = () if treatment is None else _moves(treatment, run, acts_at, weights)
    untreated, treated = _state(run.untreated, weights), _state(run.treated, weights)
    return Arm(
        key=arm_key(run.request),
        label=arm_label(run.request, case),
        asked=run.asked,
        acts_at=acts_at,
        site=None if run.request is None else run.request.site,
        is_cause_control=treatment is not None and treatment.is_cause_control,
        assessed_after_days=case.horizon_days
        if treatment is None
        else treatment.assessed_after_days,
        change=estimate(change, weights),
        relief_30=_chance(relief >= 0.3, whole.match),
        relief_50=_chance(relief >= 0.5, whole.match),
        moves=moves,
        untreated=untreated,
        treated=treated,
        reason=""
        if treatment is None
        else _reason(treatment, acts_at, moves, untreated, treated, names),
        rating_quantiles=weighted_quantiles(run.rating, weights, QUANTILES),
        resolution=_chance(run.rating[-1] < stopped, whole.match),
    )


def _reason(
    treatment: Treatment,
    acts_at: tuple[str, ...],
    moves: tuple[Move, ...],
    untreated: State,
    treated: State,
    names: dict[str, str],
) -> str:
    control = treatment.is_cause_control
    return explain(acts_at, moves, untreated, treated, names, is_cause_control=control)


def _acts_at(treatment: Treatment, run: ArmRun, cause: Cause) -> tuple[str, ...]:
    """The places where it acts, in the order of the pathway."""
    if run.request is not None and run.request.place is not None and treatment.needs_place:
        return (run.request.place,)
    places: set[str] = set()
    for action in treatment.actions:
        quantity = action.effect.quantity
        places.update(
            action.effect.places or [e.place for e in entries() if e.quantity == quantity]
        )
    for removal in treatment.removals:
        # Where there is no such insult there is nothing to take away.
        places.update(set(removal.places) & set(cause.places))
    return tuple(place for place in PLACES if place in places)


def _moves(
    treatment: Treatment,
    run: ArmRun,
    acts_at: tuple[str, ...],
    weights: Float[np.ndarray, " patient"],
) -> tuple[Move, ...]:
    """Mechanisms that are elsewhere for the treatment, among those it acts on; strongest first.

    A treatment of the cause acts on whatever the cause had moved at its places.
    """
    targets = {action.effect.quantity for action in treatment.actions}
    before, after = run.untreated.mechanisms @ weights, run.treated.mechanisms @ weights
    found = []
    for i, entry in enumerate(entries()):
        is_target = entry.quantity in targets or (treatment.is_cause_control and not targets)
        size = abs(after[i] - before[i]) / (entry.high - entry.low)
        if is_target and entry.place in acts_at and size >= _MOVED:
            move = Move(
                quantity=entry.quantity,
                description=entry.description,
                place=entry.place,
                fiber=entry.fiber,
                unit=entry.unit,
                healthy=entry.healthy,
                untreated=float(before[i]),
                treated=float(after[i]),
            )
            found.append((size, move))
    return tuple(move for _, move in sorted(found, key=lambda pair: -pair[0]))


def _table(
    run: CaseRun, shares: Float[np.ndarray, "place patient"]
) -> dict[str, Float[np.ndarray, " patient"]]:
    covariates = {
        field.name: getattr(run.population, field.name)
        for field in dataclasses.fields(run.population)
    }
    return {
        "weight": run.match.weights,
        **covariates,
        "rating_today": run.today.rating,
        "rating_without_input": run.no_input.rating,
        "projection_Hz": run.today.projection_Hz,
        **{f"share_born_at_{place}": shares[i] for i, place in enumerate(PERIPHERAL_PLACES)},
    }


def _warnings(match: Match, run: CaseRun) -> tuple[str, ...]:
    count = len(match.weights)
    texts = []
    if match.tempering < 1.0:
        texts.append(
            f"Few of the {count} virtual patients resemble this case: their weight was worth only "
            f"{match.untempered_size:.0f} of them. What is known of the case was therefore weighed "
            f"less (to the power of {match.tempering:.2f}), so that "
            f"{match.effective_sample_size:.0f} count: the answers are less particular to this "
            "patient."
        )
    mean = float(run.today.rating @ match.weights)
    if abs(mean - run.case.rating_now) > 2.0:
        texts.append(
            f"The virtual patients nearest to this case have pain at rest of {mean:.1f}, not "
            f"{run.case.rating_now:g}: the model does not explain this rating."
        )
    return tuple(texts)


def _plain_case(case: Case, cause: Cause) -> dict[str, object]:
    plain = dataclasses.asdict(dataclasses.replace(case, region=None))  # type: ignore[arg-type]
    return {**plain, "region": case.region.name, "summary": summarize(case, cause)}


def _provenance(case: Case, match: Match, seed: int) -> Provenance:
    numbers = [*all_parameters(), *as_parameters()]
    return Provenance(
        version=__version__,
        seed=seed,
        configuration=_configuration(case, numbers, len(match.weights), seed),
        patients=len(match.weights),
        effective_sample_size=match.effective_sample_size,
        tempering=match.tempering,
        evidence_counts={s: sum(n.status == s for n in numbers) for s in reversed(STATUSES)},
        stand_in_error=end_to_end_error(),
        sources=tuple(
            f"{s.authors} ({s.year}). {s.title}." + (f" {s.identifier}" if s.identifier else "")
            for s in load_sources().values()
        ),
    )


def _configuration(case: Case, numbers: list[Parameter], patients: int, seed: int) -> str:
    """A hash of all that decides the result."""
    content = {
        "version": __version__,
        "case": repr(dataclasses.replace(case, region=case.region.name)),  # type: ignore[arg-type]
        "numbers": {number.path: number.value for number in numbers},
        "patients": patients,
        "seed": seed,
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()
