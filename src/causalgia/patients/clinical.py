"""What published rules say of a person: questionnaires, sensory profile, and the NeuPSIG grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from causalgia.evidence import parameter
from causalgia.patients.anatomy import find_area, find_origin
from causalgia.patients.anatomy.areas import skin
from causalgia.patients.anatomy.drawing import area_chance
from causalgia.patients.history import events
from causalgia.patients.inference import CauseOdds
from causalgia.patients.observations import (
    INSTRUMENTS,
    Grade,
    Profile,
    Score,
    grade,
    profile,
    score,
)
from causalgia.patients.observations.sensory import SENSORY_TESTS
from causalgia.patients.person import Person

__all__ = ["belonging", "grade_of", "profile_of", "scores_of"]

NOT_NEUROPATHIC = "osteoarthritis"
"""The cause of the atlas that is no lesion of nerves: pain of joints, to compare with."""


def scores_of(person: Person) -> Mapping[str, Score]:
    """Questionnaires by label: those answered, and those that single answers suffice for.

    A total given without its items stands as it is. Of questions asked in plain words, a
    questionnaire is scored where its meaning no longer hangs on what was not asked.
    """
    found: dict[str, Score] = {}
    for name, answers in person.questionnaires.items():
        own = INSTRUMENTS[name]
        if isinstance(answers, Mapping):
            found[own.label] = score(name, answers)
        else:
            total = float(answers)
            reached = [c.at_least for c in own.cutoffs if total >= c.at_least - 1e-9]
            cutoff = max(reached, default=None)
            meaning = own.meaning_of(total)
            found[own.label] = Score(total, (total, total), (), {}, cutoff, meaning)
    for name, own in INSTRUMENTS.items():
        if name in person.questionnaires or not own.cutoffs:
            continue
        answers = _answered(name, person.findings.observed)
        if answers:
            result = score(name, answers)
            if not result.meaning.startswith("cannot"):
                found[own.label] = result
    return found


def _answered(instrument: str, observed: Mapping[str, float]) -> dict[str, float]:
    """Yes or no items that plain answers settle: one yes is enough, each no is needed."""
    answers = {}
    for item in INSTRUMENTS[instrument].items:
        if tuple(item.model.outcomes) not in ((0.0, 1.0), (1.0, 0.0)):
            continue
        told = [observed[of] for of in item.of if of in observed]
        if any(told):
            answers[item.name] = 1.0
        elif len(told) == len(item.of):
            answers[item.name] = 0.0
    return answers


def profile_of(person: Person) -> Profile | None:
    """The profile of the sensory tests done (None: none was)."""
    done = {n: v for n, v in person.findings.observed.items() if n in SENSORY_TESTS}
    return profile(done) if done else None


def belonging(areas: Sequence[str], origin: str) -> tuple[int, int]:
    """How many of the areas drawn belong to an origin, and how many were drawn."""
    usual = parameter("causalgia_planning/area_belongs").value
    own = find_origin(origin)
    chance = dict(zip(skin().names, area_chance([own])[0], strict=True))
    side = own.side if own.side in ("left", "right") else "left"
    drawn = [find_area(area).areas(side) for area in areas]
    return sum(max(chance[name] for name in names) >= usual for names in drawn), len(drawn)


def grade_of(person: Person, causes: Sequence[CauseOdds], origin: str) -> Grade:
    """How sure it is that the pain is neuropathic.

    **Arguments:** the `person`; the odds of `causes`, the likeliest first; the likeliest `origin`,
    against which the drawing is held.
    """
    history, why = _history(person, causes)
    distribution, fits = _distribution(person, origin)
    return grade(
        history=history,
        distribution=distribution,
        observed=person.findings.observed,
        tests=person.confirming,
        reasons={"history": why, "distribution": fits},
    )


def _history(person: Person, causes: Sequence[CauseOdds]) -> tuple[bool | None, str]:
    """Whether a lesion or disease is told of that explains the pain."""
    likely = [c for c in causes if c.probability >= _number("cause_mentioned")]
    for name, told in person.history.items():
        event = events()[name]
        for cause in likely:
            if told and event.shares.get(cause.name, 0.0) >= _number("history_explains"):
                return True, f"{event.label}, which leads to {_lower(cause.label)}"
    first = causes[0]
    named = person.findings.causes is not None and len(person.findings.causes) == 1
    if named and first.name != NOT_NEUROPATHIC:
        return True, f"{_lower(first.label)}, as the file says"
    needed = [
        e for e in events().values() if e.shares.get(first.name, 0.0) >= _number("history_needed")
    ]
    if needed:
        denied = all(person.history.get(event.name) is False for event in needed)
        return (False, f"no {needed[0].label}") if denied else (None, "")
    if first.name == NOT_NEUROPATHIC:
        return (
            (False, "pain of joints is likelier")
            if first.probability >= _number("cause_counts")
            else (None, "")
        )
    if first.probability >= _number("cause_counts"):
        return True, f"onset, course and signs as in {_lower(first.label)}"
    return None, ""


def _distribution(person: Person, origin: str) -> tuple[bool | None, str]:
    areas = person.findings.areas
    if not areas or all(find_area(area).side == "any" for area in areas):
        return None, ""
    belong, drawn = belonging(areas, origin)
    label = find_origin(origin).label
    said = f"{belong} of {drawn} areas drawn belong"
    if drawn == 1:
        said = f"the area drawn {'belongs' if belong else 'does not belong'}"
    text = f"{said} to the {label}".replace("the the ", "the ")
    return bool(belong >= np.ceil(_number("distribution_fits") * drawn)), text


def _number(name: str) -> float:
    return parameter(f"causalgia_planning/{name}").value


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
