"""What every other answer is made of: complaints and signs, ratings, sensory tests."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib import resources
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter, parameters
from causalgia.patients.observations.complaint import Propensity, YesNo
from causalgia.patients.observations.drives import DRIVES
from causalgia.patients.observations.intensity import Intensity
from causalgia.patients.observations.numbers import SOURCE, Number, in_evidence
from causalgia.patients.observations.observation import How, Observation
from causalgia.patients.observations.pattern import Pattern
from causalgia.patients.observations.sensory import sensory_means
from causalgia.patients.observations.z_score import ZScore
from causalgia.patients.virtual import VirtualPatients

__all__ = ["BASIC_OBSERVATIONS", "basic_observations", "propensity"]

Felt = Callable[[VirtualPatients], Float[np.ndarray, " patient"]]


@cache
def _items() -> Mapping[str, Mapping[str, object]]:
    text = resources.files(__package__).joinpath("items.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def propensity(item: str, number: Number = in_evidence) -> Propensity:
    """How readily a complaint or sign of the table of items is reported.

    **Raises:** `InputError` for an item that is not in the table.
    """
    table = _items()
    if item not in table:
        raise InputError(f"no complaint {item!r}; {nearest(item, table)}")
    how = str(table[item]["how"])
    own = f"{item}_false"
    false = own if own in parameters(SOURCE) else f"{how}_false"
    return Propensity(
        strength=_weighted(item, number),
        half=number(f"{item}_half"),
        slope=number(f"{how}_slope"),
        false=number(false),
    )


def _weighted(item: str, number: Number) -> Felt:
    """Sum of an item's drives, each with its weight."""
    drives = _items()[item]["drives"]
    assert isinstance(drives, list)
    first, *rest = drives
    weights = {first: 1.0} | {drive: number(f"{item}_by_{drive}") for drive in rest}

    def strength(patients: VirtualPatients) -> Float[np.ndarray, " patient"]:
        parts = [weight * DRIVES[drive](patients) for drive, weight in weights.items()]
        total: Float[np.ndarray, " patient"] = np.sum(parts, axis=0)
        return total

    return strength


def _complaints(number: Number) -> Iterator[Observation]:
    for name, item in _items().items():
        how: How = item["how"]  # type: ignore[assignment]
        drives = item["drives"]
        assert isinstance(drives, list)
        yield Observation(
            name=name,
            label=str(item["label"]),
            question=str(item["question"]),
            kind="yes_no",
            how=how,
            explained=", ".join(drive.replace("_", " ") for drive in drives),
            model=YesNo(propensity(name, number)),
        )


def _now(patients: VirtualPatients) -> Float[np.ndarray, " patient"]:
    return patients.rated("rest")


def _average(patients: VirtualPatients) -> Float[np.ndarray, " patient"]:
    """Pain at rest, and more for the share of the day in which clothes brush."""
    touched = parameter("causalgia_course/touched_share").value
    rest = patients.rated("rest")
    return rest + touched * np.maximum(patients.rated("brush") - rest, 0.0)


def _worst(number: Number, patients: VirtualPatients) -> Float[np.ndarray, " patient"]:
    """Between the average and the most that a day brings: a share of the way to 10."""
    average = _average(patients)
    return average + number("worst_share") * (10.0 - average) * np.minimum(average, 1.0)


def _least(number: Number, patients: VirtualPatients) -> Float[np.ndarray, " patient"]:
    return (1.0 - number("least_share")) * _average(patients)


def _interference(number: Number, drive: str) -> Felt:
    """How far pain is in the way: the average pain and, by weight, a drive from 0 to 1."""

    def felt(patients: VirtualPatients) -> Float[np.ndarray, " patient"]:
        own = number(f"interference_by_{drive}")
        return (1.0 - own) * _average(patients) + own * 10.0 * DRIVES[drive](patients)

    return felt


_DISTURBED = (
    ("sleep", "Sleep", "sleep", "sleeplessness"),
    ("activity", "Activity", "what you do", "disuse"),
    ("walking", "Walking", "walking", "disuse"),
    ("work", "Work", "work", "disuse"),
    ("mood", "Mood", "mood", "affect"),
    ("relations", "Relations", "being with others", "affect"),
    ("enjoyment", "Enjoyment", "enjoying life", "affect"),
)


def _ratings(number: Number) -> Iterator[Observation]:
    noise = parameter("causalgia_patients/rating_noise_sd").value

    def rating(name: str, label: str, question: str, explained: str, felt: Felt) -> Observation:
        model = Intensity(felt, noise)
        return Observation(name, label, question, "rating", "told", explained, model)

    over = "pain over the day"
    yield rating("pain_now", "Pain now", "How bad is it now?", "pain at rest", _now)
    yield rating("pain_average", "Average pain", "How bad is it on average?", over, _average)
    worst, least = partial(_worst, number), partial(_least, number)
    yield rating("pain_worst", "Worst pain", "How bad is it at its worst?", over, worst)
    yield rating("pain_least", "Least pain", "How bad is it at its least?", over, least)
    for name, label, what, drive in _DISTURBED:
        yield rating(
            f"{name}_interference",
            f"{label} disturbed",
            f"How much does pain disturb {what}?",
            f"{over} and {drive}",
            _interference(number, drive),
        )


def _pattern(number: Number) -> Observation:
    return Observation(
        name="pain_course",
        label="Course of the pain",
        question="Steady (0), steady with attacks (-1), or attacks first of all (1)?",
        kind="rating",
        how="told",
        explained="as attacks and constant",
        model=Pattern(
            propensity("attacks", number),
            propensity("constant", number),
            number("attacks_foremost"),
        ),
    )


_TESTS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "CDT": ("Cold detection", "Least cooling that is felt", "A-delta fibers lost"),
        "WDT": ("Warm detection", "Least warming that is felt", "C fibers lost"),
        "TSL": ("Thermal sensory limen", "Least change that is felt", "C and A-delta fibers lost"),
        "PHS": ("Paradoxical heat", "Heat felt on cooling", "cold fibers lost, C fibers left"),
        "CPT": ("Cold pain threshold", "First pain on cooling", "C answer to cold, cord, tract"),
        "HPT": ("Heat pain threshold", "First pain on heating", "C answer to heat, cord, tract"),
        "PPT": ("Pressure pain threshold", "First pain on pressure", "C answer to pressure, cord"),
        "MPT": ("Pinprick pain threshold", "Force that pricks", "A-delta answer, cord, tract"),
        "MPS": ("Pinprick pain", "Pain of pinpricks", "A-delta answer, cord, tract"),
        "DMA": ("Pain on light touch", "Pain of brush and wisp", "as brush allodynia"),
        "WUR": ("Wind-up", "Pain of a train over a single prick", "amplification in the cord"),
        "MDT": ("Touch detection", "Least hair that is felt", "A-beta fibers lost"),
        "VDT": ("Vibration detection", "Least vibration that is felt", "A-beta fibers lost"),
    }
)


def _allodynia(number: Number) -> Felt:
    """The z of pain on light touch: 0 in health, the limit where a brush hurts half of people."""
    examined = propensity("brush_allodynia", number)

    def mean(patients: VirtualPatients) -> Float[np.ndarray, " patient"]:
        in_health = float(examined.logit_of(np.zeros(1))[0])
        return number("abnormal_z") * (1.0 - examined.logit(patients) / in_health)

    return mean


def _sensory(number: Number) -> Iterator[Observation]:
    for name, mean in sensory_means(_allodynia(number), number).items():
        label, task, explained = _TESTS[name]
        model = ZScore(mean, number("skin_unlike_nerve"))
        yield Observation(name, label, task, "z_score", "measured", explained, model)


def basic_observations(number: Number = in_evidence) -> Mapping[str, Observation]:
    """Complaints, signs, ratings and sensory tests by name, made with some numbers."""
    found = (*_complaints(number), *_ratings(number), _pattern(number), *_sensory(number))
    return MappingProxyType({own.name: own for own in found})


BASIC_OBSERVATIONS: Mapping[str, Observation] = basic_observations()
"""Complaints, signs, ratings and sensory tests by name."""
