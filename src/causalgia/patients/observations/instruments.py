"""Questionnaires: which complaints their items ask about, and what an answer counts.

Lines from 0 to 100 are simulated in steps of ten.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from causalgia.errors import InputError, nearest
from causalgia.patients.observations.basics import (
    BASIC_OBSERVATIONS,
    basic_observations,
    propensity,
)
from causalgia.patients.observations.complaint import Graded
from causalgia.patients.observations.line import Stretched
from causalgia.patients.observations.numbers import Number, in_evidence
from causalgia.patients.observations.observation import Model

__all__ = ["INSTRUMENTS", "Cutoff", "Instrument", "Item", "find_instrument", "instruments"]

_STEPS: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "yes_no": (0.0, 1.0),
        "six": tuple(float(grade) for grade in range(6)),
        "eleven": tuple(float(grade) for grade in range(11)),
        "line": tuple(10.0 * grade for grade in range(11)),
    }
)


@dataclass(frozen=True)
class Item:
    """One question of an instrument.

    **Arguments:** its `name`; the complaints, signs or ratings it is `of`; the `model` of its
    answers; the `weight` of one point of an answer in the total; the `group` of its subscore,
    empty where there is none.
    """

    name: str
    of: tuple[str, ...]
    model: Model
    weight: float
    group: str

    @property
    def is_examined(self) -> bool:
        """Whether someone has to examine the person for it."""
        return all(BASIC_OBSERVATIONS[own].how == "examined" for own in self.of)


@dataclass(frozen=True)
class Cutoff:
    """What a total of `at_least` so many points means."""

    at_least: float
    meaning: str


@dataclass(frozen=True)
class Instrument:
    """A questionnaire.

    **Arguments:** its `name`, `label` and `source`; its `items`; `cutoffs`, rising, and the
    meaning `below` the first; the `constant` of the total; the `grid` on which totals are counted;
    whether it `has_total`.
    """

    name: str
    label: str
    source: str
    items: tuple[Item, ...]
    cutoffs: tuple[Cutoff, ...]
    below: str
    constant: float
    grid: float
    has_total: bool

    def item(self, name: str) -> Item:
        """One item.

        **Raises:** `InputError` with the nearest names where there is none.
        """
        names = [item.name for item in self.items]
        if name not in names:
            raise InputError(f"{self.name} has no item {name!r}; {nearest(name, names)}")
        return self.items[names.index(name)]

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest total."""
        ends = [sorted(item.weight * point for point in item.model.limits) for item in self.items]
        return (
            self.constant + sum(low for low, _ in ends),
            self.constant + sum(high for _, high in ends),
        )

    def meaning_of(self, total: float) -> str:
        """What a total means, empty where nothing is published."""
        found = self.below
        for cutoff in self.cutoffs:
            # Sums of decimal weights miss a cut-off by rounding alone.
            if total >= cutoff.at_least - 1e-9:
                found = cutoff.meaning
        return found


def _model(of: tuple[str, ...], scale: str, number: Number) -> Model:
    if scale.startswith("rating"):
        model = basic_observations(number)[of[0]].model
        return Stretched(model, 10.0) if scale == "rating_line" else model
    values = _STEPS[scale]
    grades = len(values) - 1
    first, span = (0.0, 0.0) if grades == 1 else _thresholds(scale, number)
    thresholds = tuple(first + span * grade / max(grades - 1, 1) for grade in range(grades))
    return Graded(tuple(propensity(own, number) for own in of), thresholds, values)


def _thresholds(scale: str, number: Number) -> tuple[float, float]:
    """The logit of the lowest grade above none, and from there to the highest."""
    if scale == "six":
        return number("six_lowest"), number("six_range")
    # A mark above 0 on a line says what a yes says.
    return 0.0, number("line_range")


def _item(entry: Mapping[str, Any], usual_scale: str, number: Number) -> Item:
    of = tuple(entry["of"])
    return Item(
        name=entry["name"],
        of=of,
        model=_model(of, entry.get("scale", usual_scale), number),
        weight=float(entry.get("weight", 1.0)),
        group=entry.get("group", ""),
    )


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files(__package__).joinpath("instruments.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def instruments(number: Number = in_evidence) -> Mapping[str, Instrument]:
    """All questionnaires by name, made with some numbers."""
    return MappingProxyType(
        {
            name: Instrument(
                name=name,
                label=entry["label"],
                source=entry["source"],
                items=tuple(_item(item, entry["scale"], number) for item in entry["items"]),
                cutoffs=tuple(Cutoff(**cutoff) for cutoff in entry.get("cutoffs", ())),
                below=entry.get("below", ""),
                constant=float(entry.get("constant", 0.0)),
                grid=float(entry.get("grid", 1.0)),
                has_total=entry.get("has_total", True),
            )
            for name, entry in _table().items()
        }
    )


INSTRUMENTS: Mapping[str, Instrument] = instruments()
"""All questionnaires by name."""


def find_instrument(name: str) -> Instrument:
    """One questionnaire by name.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    if name not in INSTRUMENTS:
        raise InputError(f"no questionnaire {name!r}; {nearest(name, INSTRUMENTS)}")
    return INSTRUMENTS[name]
