"""Scoring a questionnaire, whole or with answers missing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.patients.observations.instruments import Instrument, Item, find_instrument
from causalgia.patients.virtual import VirtualPatients

__all__ = ["Score", "score", "simulate", "totals"]


@dataclass(frozen=True)
class Score:
    """What a questionnaire comes to.

    **Arguments:** the `total` (None while answers are missing, or where there is none); the `range`
    that it can lie in; `missing` items; `subscores`, means of the answers given, by group; the
    `cutoff` that was reached (None: none, or unknown); in words, the `meaning`.
    """

    total: float | None
    range: tuple[float, float]
    missing: tuple[str, ...]
    subscores: Mapping[str, float]
    cutoff: float | None
    meaning: str


def score(instrument: str, answers: Mapping[str, float]) -> Score:
    """Score a questionnaire from the answers to its items.

    What is missing is not counted as no: the total is then a range, and means something only where
    every total in it means the same.

    **Raises:** `InputError` for an unknown questionnaire or item, or an answer off its scale.
    """
    own = find_instrument(instrument)
    given = {name: _checked(own, own.item(name), value) for name, value in answers.items()}
    missing = tuple(item.name for item in own.items if item.name not in given)
    low = high = own.constant
    for item in own.items:
        ends = (given[item.name],) * 2 if item.name in given else item.model.limits
        counted = sorted(item.weight * end for end in ends)
        low, high = low + counted[0], high + counted[1]
    subscores = _subscores(own, given)
    if not own.has_total:
        return Score(None, (low, high), missing, subscores, None, "no cut-off is published")
    reached = [cutoff.at_least for cutoff in own.cutoffs if low >= cutoff.at_least - 1e-9]
    return Score(
        total=None if missing else round(low, 6),
        range=(round(low, 6), round(high, 6)),
        missing=missing,
        subscores=subscores,
        cutoff=max(reached, default=None),
        meaning=_meaning(own, low, high, missing),
    )


def _checked(instrument: Instrument, item: Item, value: float) -> float:
    low, high = item.model.limits
    is_number = isinstance(value, Real) and math.isfinite(value)
    whole = len(item.model.outcomes) <= 3
    if not is_number or not low <= value <= high or (whole and value not in item.model.outcomes):
        allowed = (
            ", ".join(f"{outcome:g}" for outcome in item.model.outcomes)
            if whole
            else f"{low:g} to {high:g}"
        )
        raise InputError(f"{instrument.name}.{item.name} is {value!r}, allowed: {allowed}")
    return float(value)


def _subscores(instrument: Instrument, given: Mapping[str, float]) -> Mapping[str, float]:
    groups: dict[str, list[float]] = {}
    for item in instrument.items:
        if item.group and item.name in given:
            groups.setdefault(item.group, []).append(given[item.name])
    return MappingProxyType({name: sum(own) / len(own) for name, own in groups.items()})


def _meaning(instrument: Instrument, low: float, high: float, missing: tuple[str, ...]) -> str:
    if not instrument.cutoffs:
        return "no cut-off is published"
    first, last = instrument.meaning_of(low), instrument.meaning_of(high)
    if first == last:
        return first
    unanswered = ", ".join(missing)
    return f"cannot be told without {unanswered}: from '{first}' to '{last}'"


def simulate(
    instrument: str, patients: VirtualPatients, generator: np.random.Generator
) -> Mapping[str, Float[np.ndarray, " patient"]]:
    """The answers of virtual patients to every item, drawn at random.

    **Raises:** `InputError` for an unknown questionnaire.
    """
    own = find_instrument(instrument)
    return {item.name: item.model.draw(patients, generator) for item in own.items}


def totals(
    instrument: str, answers: Mapping[str, Float[np.ndarray, " patient"]]
) -> Float[np.ndarray, " patient"]:
    """The totals of patients who answered every item.

    **Raises:** `InputError` for an unknown questionnaire, or where an item is missing.
    """
    own = find_instrument(instrument)
    for item in own.items:
        if item.name not in answers:
            raise InputError(f"{own.name}: answers to {item.name} are missing")
    counted = [item.weight * answers[item.name] for item in own.items]
    return own.constant + np.sum(counted, axis=0)
