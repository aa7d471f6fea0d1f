"""How sure it is that a pain is neuropathic: unlikely, possible, probable or definite.

The grading of NeuPSIG (Finnerup 2016, recalled): a history of a lesion or disease that explains the
pain and a plausible distribution make it possible; sensory signs in that area make it probable; a
test that confirms the lesion makes it definite. What was not looked for is not counted as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.patients.observations.library import find_observation

__all__ = ["CONFIRMING_TESTS", "GRADES", "Grade", "Level", "Step", "grade"]

Level: TypeAlias = Literal["unlikely", "possible", "probable", "definite"]
"""How sure it is."""

GRADES: tuple[Level, ...] = get_args(Level)
"""All of them, the least sure first."""

CONFIRMING_TESTS: Mapping[str, str] = MappingProxyType(
    {
        "imaging": "Imaging that shows the lesion",
        "surgery": "A lesion seen at surgery",
        "nerve_conduction": "Nerve conduction",
        "electromyography": "Electromyography",
        "skin_biopsy": "Nerve fibers counted in a skin biopsy",
        "corneal_microscopy": "Nerve fibers counted in the cornea",
        "evoked_potentials": "Laser-, heat- or touch-evoked potentials",
        "blink_reflex": "Trigeminal reflexes",
        "genetic": "A gene variant that explains it",
        "virus": "Virus found in the area",
    }
)
"""Tests that can confirm a lesion or disease of the somatosensory system."""

_LOSSES = ("touch_loss", "pinprick_loss", "cold_loss", "warm_loss")
_GAINS = ("brush_allodynia", "pinprick_hyperalgesia", "cold_allodynia")
_SCORES = ("CDT", "WDT", "TSL", "PHS", "CPT", "HPT", "PPT", "MPT", "MPS", "DMA", "MDT", "VDT")


@dataclass(frozen=True)
class Step:
    """One step of the grading: whether it is `met` (None: not looked for), and the `evidence`."""

    name: str
    met: bool | None
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Grade:
    """How sure it is that a pain is neuropathic.

    **Arguments:** the `level` that what is known supports (None: history or distribution is
    not told); the `highest` that what was not looked for could still lead to; the `steps`;
    what to do `next` to raise it, empty where nothing would.
    """

    level: Level | None
    highest: Level
    steps: tuple[Step, ...]
    next: str


def grade(
    *,
    history: bool | None = None,
    distribution: bool | None = None,
    observed: Mapping[str, float] | None = None,
    tests: Mapping[str, bool] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> Grade:
    """Grade a pain.

    **Arguments:** whether the `history` holds a lesion or disease that explains it; whether its
    `distribution` is plausible for that; values `observed` by the name of an observation, of which
    signs and z-scores in the painful area count; confirming `tests` done and whether they confirm;
    `reasons`, words to put behind "history" and "distribution".
    **Raises:** `InputError` for an unknown observation or test.
    """
    said = reasons or {}
    steps = (
        Step("history", history, _told(said, "history", history)),
        Step("distribution", distribution, _told(said, "distribution", distribution)),
        _signs(observed or {}),
        _confirmed(tests or {}),
    )
    level, highest = _level(steps, hoped=False), _level(steps, hoped=True)
    if level == "unlikely" and all(step.met is not False for step in steps[:2]):
        return Grade(None, highest, steps, _next(steps))
    return Grade(level, highest, steps, "" if level == highest else _next(steps))


def _told(reasons: Mapping[str, str], name: str, met: bool | None) -> tuple[str, ...]:
    if met is None:
        return ()
    return (reasons.get(name, "told to be there" if met else "told not to be there"),)


def _signs(observed: Mapping[str, float]) -> Step:
    """Sensory signs; loss weighs first, gain is named after it."""
    limit = parameter("causalgia_observations/abnormal_z").value
    found: list[str] = []
    absent: list[str] = []
    for name in (*_LOSSES, *_GAINS):
        if name in observed:
            own = find_observation(name)
            (found if own.checked(observed[name]) else absent).append(own.label)
    for name in _SCORES:
        if name in observed:
            own = find_observation(name)
            z = own.checked(observed[name])
            (found if abs(z) > limit else absent).append(f"{own.label}, z {z:+.1f}")
    if found:
        return Step("sensory signs", True, tuple(found))
    evidence = tuple(f"not found: {label}" for label in absent)
    return Step("sensory signs", False if absent else None, evidence)


def _confirmed(tests: Mapping[str, bool]) -> Step:
    for name in tests:
        if name not in CONFIRMING_TESTS:
            raise InputError(f"no confirming test {name!r}; {nearest(name, CONFIRMING_TESTS)}")
    found = tuple(CONFIRMING_TESTS[name] for name, confirms in tests.items() if confirms)
    if found:
        return Step("confirming test", True, found)
    evidence = tuple(f"does not confirm: {CONFIRMING_TESTS[name]}" for name in tests)
    return Step("confirming test", False if tests else None, evidence)


def _level(steps: tuple[Step, ...], *, hoped: bool) -> Level:
    """The level, with what was not looked for counted as `hoped`."""
    met = [hoped if step.met is None else step.met for step in steps]
    if not (met[0] and met[1]):
        return "unlikely"
    if not met[2]:
        return "possible"
    return "definite" if met[3] else "probable"


def _next(steps: tuple[Step, ...]) -> str:
    """How to look for the first step that was not looked for."""
    asked = {
        "history": "ask for a lesion or disease that explains the pain",
        "distribution": "have the pain drawn: does it fit a nerve, a root or a tract?",
        "sensory signs": "examine touch, pinprick, cold and warmth in the painful area",
        "confirming test": "do a test that confirms the lesion",
    }
    return next(asked[step.name] for step in steps if step.met is None)
