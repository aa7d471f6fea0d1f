"""The answers to the questions of a case, in plain words made of its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from causalgia.mechanisms import PERIPHERAL_PLACES
from causalgia.patients.case import Case
from causalgia.patients.chances import Chance
from causalgia.patients.numerals import signed
from causalgia.patients.reasons import join, name_place
from causalgia.patients.result import Arm
from causalgia.patients.summary import describe_days

__all__ = ["answer_in_words"]

_CLEAR_SHARE = 0.6
_HELPFUL_POINTS = 0.5


def answer_in_words(
    case: Case,
    shares: Mapping[str, Chance],
    persists: Chance,
    arms: Sequence[Arm],
    names: Mapping[str, str],
) -> dict[str, str]:
    """Where it is generated and why it is hard to treat; what would work; can it go away."""
    return {
        "where": _where(shares, persists, arms, names),
        "works": _works(arms),
        "outlook": _outlook(case, arms),
    }


def _where(
    shares: Mapping[str, Chance],
    persists: Chance,
    arms: Sequence[Arm],
    names: Mapping[str, str],
) -> str:
    ranked = sorted(PERIPHERAL_PLACES, key=lambda place: -shares[place].value)
    first, second = ranked[:2]
    if shares[first].value < 0.01:
        text = "Next to no spike reaches the cord at rest: what hurts arises behind the nerve."
    elif shares[first].value >= _CLEAR_SHARE:
        text = (
            f"In {name_place(first, names)}: {shares[first]} of the spikes that "
            "reach the cord at rest are born there."
        )
    else:
        text = (
            f"Mostly in {name_place(first, names)}, {shares[first]} of the spikes that reach the "
            f"cord at rest, and {name_place(second, names)}, {shares[second]}."
        )
    missing = [_in_sentence(arm.label) for arm in arms[1:] if _misses(arm, shares)]
    if missing:
        acts, misses = ("acts", "misses") if len(missing) == 1 else ("act", "miss")
        listed = join(missing)
        text += (
            f" {listed[:1].upper()}{listed[1:]} {acts} further out than most of these spikes are "
            f"born, and {misses} them."
        )
    return (
        f"{text} Without any input from the nerve the pain would go on in "
        f"{persists} of virtual patients like this one."
    )


def _misses(arm: Arm, shares: Mapping[str, Chance]) -> bool:
    """Whether it acts on the nerve alone, and most spikes are born nearer the cord."""
    if not arm.acts_at or not set(arm.acts_at) <= set(PERIPHERAL_PLACES):
        return False
    last = max(PERIPHERAL_PLACES.index(place) for place in arm.acts_at)
    return sum(shares[place].value for place in PERIPHERAL_PLACES[last + 1 :]) > 0.5


def _works(arms: Sequence[Arm]) -> str:
    lasting = [arm for arm in arms[1:] if arm.assessed_after_days >= 1.0]
    passing = [
        arm for arm in arms[1:] if arm.assessed_after_days < 1.0 and arm.relief_50.value >= 0.5
    ]
    best = min(lasting, key=lambda arm: arm.change.mean, default=None)
    if best is None:
        text = "No lasting treatment was compared."
    elif best.change.mean > -_HELPFUL_POINTS:
        text = (
            f"None of the lasting treatments compared takes {_HELPFUL_POINTS:g} points on average; "
            f"the best is {_in_sentence(best.label)}, {_points(best)}."
        )
    else:
        text = (
            f"{best.label}: {_points(best)} on average, and at least 30 % relief in "
            f"{best.relief_30} of virtual patients like this one."
        )
    if passing:
        text += f" For hours: {join([f'{_in_sentence(a.label)} {_points(a)}' for a in passing])}."
    return text


def _points(arm: Arm) -> str:
    mean, low, high = (signed(v, 1) for v in (arm.change.mean, arm.change.low, arm.change.high))
    return f"{mean} points ({low} to {high})"


def _outlook(case: Case, arms: Sequence[Arm]) -> str:
    untreated = arms[0]
    text = (
        f"Without further treatment it has gone after {describe_days(case.horizon_days)} in "
        f"{untreated.resolution} of virtual patients like this one"
    )
    lasting = [arm for arm in arms[1:] if arm.assessed_after_days >= 1.0]
    best = max(lasting, key=lambda arm: arm.resolution.value, default=None)
    if best is not None and best.resolution.value > untreated.resolution.value + 0.02:
        text += f"; with {_in_sentence(best.label)} in {best.resolution}"
    return text + ". Gone means below 1 of 10 at rest."


def _in_sentence(label: str) -> str:
    """A label in the middle of a sentence: no capital, and no comma that would cut a list."""
    return label[:1].lower() + label[1:].replace(", ", " (", 1) + (")" if ", " in label else "")
