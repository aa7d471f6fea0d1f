"""An assessment: what is probably wrong with a person, what would tell more, and what to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from causalgia import __version__
from causalgia.patients.anatomy import (
    Difference,
    Origin,
    RankedOrigin,
    find_origin,
    rank_origins,
    telling_apart,
)
from causalgia.patients.atlas import Atlas
from causalgia.patients.atlas import atlas as stored_atlas
from causalgia.patients.clinical import grade_of, profile_of, scores_of
from causalgia.patients.history import history_log_likelihood
from causalgia.patients.inference import (
    CauseOdds,
    Gain,
    Odds,
    Posterior,
    infer,
)
from causalgia.patients.observations import Grade, Profile, Score
from causalgia.patients.person import Person
from causalgia.patients.planning import Outcomes, Plan, make_plan
from causalgia.patients.planning.red_flags import RedFlag, raised, unasked
from causalgia.patients.questions import next_questions

__all__ = [
    "FEW_ANSWERS",
    "Assessment",
    "OriginOdds",
    "assess",
    "atlas_at_hand",
    "outcomes_of",
]

FEW_ANSWERS = 4
"""With fewer entries that bear on the cause, none is said to be probable."""

_LEAST_WEIGHT = 1e-9
_ALIKE = 1.3
"""Left and right are told apart from this ratio of their odds on."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class OriginOdds:
    """A possible origin: its `names` (both sides, where no finding tells them apart) and odds.

    `low` to `high` is the 95 % interval of the `probability` that few virtual patients leave open.
    """

    names: tuple[str, ...]
    label: str
    level: str
    before: float
    probability: float
    low: float = 0.0
    high: float = 1.0
    supports: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """What is said of one person.

    **Arguments:** the `person`; `red_flags` raised and those `unasked`; the `posterior`; odds of
    `causes` and `origins` worth naming, the likeliest first; what would tell the first two origins
    `apart`; what further questions, signs and tests would tell (`gains`, in bits); the `grade` of
    neuropathic pain, `scores` of questionnaires, the `profile` of sensory tests; the `plan`;
    `notes`, what limits the answer; the `configuration`, a hash of all that decides it.
    """

    person: Person
    red_flags: tuple[RedFlag, ...]
    unasked: tuple[RedFlag, ...]
    posterior: Posterior
    causes: tuple[CauseOdds, ...]
    origins: tuple[OriginOdds, ...]
    apart: tuple[Difference, ...]
    gains: tuple[Gain, ...]
    grade: Grade
    scores: Mapping[str, Score]
    profile: Profile | None
    plan: Plan
    notes: tuple[str, ...]
    configuration: str

    @property
    def verdict(self) -> str:
        """What can be said of the cause.

        "given" by the file; "contradictory"; "unknown", as too little is known; "open", "leading"
        or "clear".
        """
        kind = self.posterior.verdict.kind
        if kind == "contradictory":
            return kind
        named = self.person.findings.causes
        if named is not None and len(named) == 1:
            return "given"
        return "unknown" if self.person.answers < FEW_ANSWERS else kind


def assess(
    person: Person,
    *,
    atlas: Atlas | None = None,
    prior: Mapping[str, float] | None = None,
    in_full: bool = True,
    tell: Tell = lambda _: None,
) -> Assessment:
    """Reason from what is known of a person to causes, origins and a plan.

    **Arguments:** the `person`; the `atlas` of virtual patients (None: the stored one); `prior`,
    a clinic's own mix of causes; whether to say `in_full` what further tests would tell, which
    takes most of the time; `tell`, told what is being done.
    **Raises:** `InputError` for a medicine, an area or a sign that is not known.
    """
    atlas = stored_atlas(tell) if atlas is None else atlas
    told = {cause: history_log_likelihood(person.history, cause) for cause in atlas.causes}
    reliefs = {block.place: block.relief for block in person.blocks}
    posterior = infer(person.findings, atlas=atlas, prior=prior, told=told, blocks=reliefs)
    plan = make_plan(outcomes_of(posterior), person.situation)
    causes, origins = _worth_naming(posterior.causes), _origins(person, posterior)
    return Assessment(
        person=person,
        red_flags=raised(person.red_flags),
        unasked=unasked(person.red_flags),
        posterior=posterior,
        causes=causes,
        origins=origins,
        apart=_apart(origins),
        gains=next_questions(posterior, person.history) if in_full else (),
        grade=grade_of(person, causes, origins[0].names[0]),
        scores=scores_of(person),
        profile=profile_of(person),
        plan=plan,
        notes=_notes(person, posterior),
        configuration=_configuration(person, posterior, prior),
    )


def atlas_at_hand() -> Atlas | None:
    """The stored atlas, if it is of this version of the model; None where it would be simulated."""
    from causalgia.patients.atlas.library import is_at_hand

    return stored_atlas() if is_at_hand() else None


def outcomes_of(posterior: Posterior) -> Outcomes:
    """What each treatment does in the virtual patients that count, with their weights.

    Pain at rest is judged, and of those who have none, pain on brush.
    """
    from causalgia.evidence import parameter

    atlas = posterior.atlas
    rows = np.flatnonzero(posterior.weights > _LEAST_WEIGHT * posterior.weights.max())
    weights = posterior.weights[rows]
    least = parameter("causalgia_patients/ongoing_pain_threshold").value
    weeks = [arm.week for arm in atlas.treatments]
    untreated = atlas.pain_untreated[weeks][:, :, rows]
    treated = atlas.pain_treated[:, :, rows]
    has_rest = atlas.pain_untreated[0, 0, rows] >= least
    return Outcomes(
        names=tuple(arm.name for arm in atlas.treatments),
        places=tuple(arm.place for arm in atlas.treatments),
        untreated=np.where(has_rest, untreated[:, 0], untreated[:, 1]).astype(float),
        treated=np.where(has_rest, treated[:, 0], treated[:, 1]).astype(float),
        weights=weights / weights.sum(),
        size=posterior.size,
        causes=atlas.causes,
        cause=atlas.patients.cause[rows],
    )


def _worth_naming(causes: tuple[CauseOdds, ...], most: int = 7) -> tuple[CauseOdds, ...]:
    """The likeliest, down to those of 2 %; always at least three to compare, if there are."""
    kept = [c for i, c in enumerate(causes) if c.probability >= 0.02 or i < 3]
    return tuple(c for c in kept if c.probability > 1e-4)[:most]


def _origins(person: Person, posterior: Posterior, most: int = 6) -> tuple[OriginOdds, ...]:
    """Origins worth naming; both sides of one as one where nothing tells them apart."""
    spoken = {r.origin.name: r for r in _ranked(person, posterior)}
    by_kind: dict[str, list[tuple[Origin, Odds]]] = {}
    for odds in posterior.origins:
        origin = find_origin(odds.name)
        by_kind.setdefault(origin.kind, []).append((origin, odds))
    found: list[OriginOdds] = []
    for sides in by_kind.values():
        pair = [(o, odds) for o, odds in sides if o.side in ("left", "right")]
        shares = [odds.probability for _, odds in pair]
        alike = len(pair) == 2 and max(shares) <= _ALIKE * min(shares)
        if alike:
            found.append(_of_either(pair))
        found += [
            OriginOdds((o.name,), o.label, o.level, float(odds.before), odds.probability)
            for o, odds in sides
            if not (alike and o.side in ("left", "right"))
        ]
    found.sort(key=lambda own: -own.probability)
    kept = [own for i, own in enumerate(found) if own.probability >= 0.02 or i < 3]
    return tuple(
        _with_reasons(_with_interval(own, posterior), spoken.get(own.names[0]))
        for own in kept[:most]
    )


def _of_either(pair: Sequence[tuple[Origin, Odds]]) -> OriginOdds:
    """Both sides of an origin as one."""
    origin, _ = pair[0]
    return OriginOdds(
        names=tuple(own.name for own, _ in pair),
        label=_without_side(origin.label, origin.side),
        level=origin.level,
        before=float(sum(odds.before for _, odds in pair)),
        probability=sum(odds.probability for _, odds in pair),
    )


def _with_interval(own: OriginOdds, posterior: Posterior) -> OriginOdds:
    found = posterior.origin_chance(own.names)
    return replace(own, low=found.low, high=found.high)


def _with_reasons(own: OriginOdds, ranked: RankedOrigin | None) -> OriginOdds:
    if ranked is None:
        return own
    return replace(own, supports=_once(ranked.supports), against=_once(ranked.against))


def _once(reasons: tuple[str, ...], most: int = 3) -> tuple[str, ...]:
    """The weightiest reasons; what is said of one side is not said again of the other."""
    found: dict[str, str] = {}
    for reason in reasons:
        found.setdefault(reason.replace("left ", "").replace("right ", ""), reason)
    return tuple(found.values())[:most]


def _ranked(person: Person, posterior: Posterior) -> tuple[RankedOrigin, ...]:
    """What speaks for and against each origin in drawing and signs, the causes as they stand."""
    found = person.findings
    if found.areas is None and not found.signs:
        return ()
    weights = {c.name: c.probability for c in posterior.causes if c.probability > 1e-6}
    return rank_origins(found.areas, found.signs, weights, at_least=1e-4)


def _apart(origins: tuple[OriginOdds, ...]) -> tuple[Difference, ...]:
    """What would tell the first two origins apart, if both are in the running."""
    if len(origins) < 2 or origins[1].probability < 0.02:
        return ()
    first, second = (find_origin(own.names[0]) for own in origins[:2])
    return telling_apart(first, second)


def _without_side(label: str, side: str) -> str:
    """The label of either side."""
    return f"{label.replace(f'{side} ', '').replace(f', {side}', '').strip()}, either side"


def _notes(person: Person, posterior: Posterior) -> tuple[str, ...]:
    """What limits the answer, the weightiest first."""
    found = [f"Contradictory: {conflict}." for conflict in person.conflicts]
    if posterior.verdict.kind == "contradictory":
        found.append(posterior.verdict.text)
    if person.answers == 0:
        found.append(
            "Nothing is known that bears on the cause: the odds are those of anybody seen in a "
            "clinic for pain."
        )
    elif person.answers < FEW_ANSWERS:
        entries = "1 entry" if person.answers == 1 else f"{person.answers} entries"
        found.append(f"Little is known ({entries}): the odds may turn with the next answer.")
    if person.findings.causes is not None and len(person.findings.causes) == 1:
        found.append("The cause is as the file says; it was not questioned.")
    if posterior.weighed.tempering < 1.0:
        found.append(
            f"Few of the {posterior.atlas.count:,} virtual patients resemble this person "
            f"({posterior.weighed.untempered_size:.0f}): what is known was weighed less (to the "
            f"power of {posterior.weighed.tempering:.2f}), so the answer is less particular."
        )
    return tuple(found)


def _configuration(person: Person, posterior: Posterior, prior: Mapping[str, float] | None) -> str:
    """A hash of all that decides the result."""
    content = {
        "version": __version__,
        "person": repr(
            (
                asdict(person.findings),
                dict(person.history),
                dict(person.red_flags),
                person.blocks,
                person.situation,
            )
        ),
        "atlas": posterior.atlas.made_of,
        "prior": dict(prior or {}),
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()
