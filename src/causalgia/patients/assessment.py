"""An assessment: what is probably wrong with a person, what would tell more, and what to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from causalgia import __version__
from causalgia.patients.anatomy import find_origin
from causalgia.patients.atlas import Atlas
from causalgia.patients.atlas import atlas as stored_atlas
from causalgia.patients.history import history_log_likelihood
from causalgia.patients.inference import CauseOdds, Posterior, infer
from causalgia.patients.person import Person
from causalgia.patients.planning import Outcomes, Plan, make_plan
from causalgia.patients.planning.red_flags import RedFlag, raised, unasked

__all__ = ["Assessment", "OriginOdds", "assess", "outcomes_of"]

_LEAST_WEIGHT = 1e-9
_ALIKE = 1.3
"""Left and right are told apart from this ratio of their odds on."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class OriginOdds:
    """A possible origin: its `names` (both sides, where no finding tells them apart) and odds."""

    names: tuple[str, ...]
    label: str
    level: str
    before: float
    probability: float


@dataclass(frozen=True)
class Assessment:
    """What is said of one person.

    **Arguments:** the `person`; `red_flags` raised and those `unasked`; the `posterior`; odds of
    `causes` and `origins` worth naming, the likeliest first; the `plan`; `notes`, what limits the
    answer; the `configuration`, a hash of all that decides it.
    """

    person: Person
    red_flags: tuple[RedFlag, ...]
    unasked: tuple[RedFlag, ...]
    posterior: Posterior
    causes: tuple[CauseOdds, ...]
    origins: tuple[OriginOdds, ...]
    plan: Plan
    notes: tuple[str, ...]
    configuration: str

    @property
    def seen_causes(self) -> tuple[str, ...]:
        """Names of the causes worth naming."""
        return tuple(cause.name for cause in self.causes)


def assess(
    person: Person,
    *,
    atlas: Atlas | None = None,
    prior: Mapping[str, float] | None = None,
    tell: Tell = lambda _: None,
) -> Assessment:
    """Reason from what is known of a person to causes, origins and a plan.

    **Arguments:** the `person`; the `atlas` of virtual patients (None: the stored one); `prior`,
    a clinic's own mix of causes; `tell`, told what is being done.
    **Raises:** `InputError` for a medicine, an area or a sign that is not known.
    """
    atlas = stored_atlas(tell) if atlas is None else atlas
    told = {cause: history_log_likelihood(person.history, cause) for cause in atlas.causes}
    reliefs = {block.place: block.relief for block in person.blocks}
    posterior = infer(person.findings, atlas=atlas, prior=prior, told=told, blocks=reliefs)
    plan = make_plan(outcomes_of(posterior), person.situation)
    return Assessment(
        person=person,
        red_flags=raised(person.red_flags),
        unasked=unasked(person.red_flags),
        posterior=posterior,
        causes=_worth_naming(posterior.causes),
        origins=_origins(posterior),
        plan=plan,
        notes=_notes(person, posterior),
        configuration=_configuration(person, posterior, prior),
    )


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


def _origins(posterior: Posterior, most: int = 6) -> tuple[OriginOdds, ...]:
    """Origins worth naming; both sides of one as one where nothing tells them apart."""
    by_kind: dict[str, list[tuple[str, float, float]]] = {}
    for odds in posterior.origins:
        by_kind.setdefault(find_origin(odds.name).kind, []).append(
            (odds.name, odds.before, odds.probability)
        )
    found: list[OriginOdds] = []
    for sides in by_kind.values():
        shares = [share for _, _, share in sides]
        if len(sides) == 2 and max(shares) <= _ALIKE * min(shares):
            origin = find_origin(sides[0][0])
            label = _without_side(origin.label, origin.side)
            names = tuple(name for name, _, _ in sides)
            before = sum(b for _, b, _ in sides)
            found.append(OriginOdds(names, label, origin.level, before, sum(shares)))
        else:
            found += [
                OriginOdds((n,), find_origin(n).label, find_origin(n).level, b, s)
                for n, b, s in sides
            ]
    found.sort(key=lambda own: -own.probability)
    kept = [own for i, own in enumerate(found) if own.probability >= 0.02 or i < 3]
    return tuple(kept[:most])


def _without_side(label: str, side: str) -> str:
    """The label of either side."""
    plain = label.replace(f", {side}", "").replace(f"{side} ", "").strip()
    return f"{plain}, either side"


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
    elif person.answers < 4:
        found.append(f"Little is known ({person.answers} entries): the odds are wide.")
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
