"""All observations: the basic ones, the items of questionnaires, and their totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from causalgia.errors import InputError, nearest
from causalgia.patients.observations.basics import BASIC_OBSERVATIONS
from causalgia.patients.observations.instruments import INSTRUMENTS, Instrument, Item
from causalgia.patients.observations.observation import How, Kind, Observation
from causalgia.patients.observations.scoring import score
from causalgia.patients.observations.total import Total

__all__ = ["OBSERVATIONS", "find_observation", "observed"]


def _asked(instrument: Instrument, item: Item) -> Observation:
    """An item as an observation of its own."""
    labels = " or ".join(BASIC_OBSERVATIONS[own].label.lower() for own in item.of)
    questions = " ".join(BASIC_OBSERVATIONS[own].question for own in item.of)
    kind: Kind = "yes_no" if item.model.limits == (0.0, 1.0) else "rating"
    how: How = "examined" if item.is_examined else "told"
    return Observation(
        name=f"{instrument.name}.{item.name}",
        label=f"{instrument.label}: {labels}",
        question=questions,
        kind=kind,
        how=how,
        explained=f"as {', '.join(item.of)}",
        model=item.model,
    )


def _summed(instrument: Instrument) -> Observation:
    """A total as an observation."""
    how: How = "examined" if any(item.is_examined for item in instrument.items) else "told"
    return Observation(
        name=instrument.name,
        label=f"{instrument.label}, total",
        question=f"What is the total of {instrument.label}?",
        kind="rating",
        how=how,
        explained="its items",
        model=Total(instrument),
    )


def _of_instruments() -> Iterator[Observation]:
    for instrument in INSTRUMENTS.values():
        if instrument.has_total:
            yield _summed(instrument)
        for item in instrument.items:
            yield _asked(instrument, item)


OBSERVATIONS: Mapping[str, Observation] = MappingProxyType(
    {**BASIC_OBSERVATIONS, **{own.name: own for own in _of_instruments()}}
)
"""All observations by name: items as "instrument.item", totals under the instrument's name."""


def find_observation(name: str) -> Observation:
    """One observation by name.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    if name not in OBSERVATIONS:
        raise InputError(f"no observation {name!r}; {nearest(name, OBSERVATIONS)}")
    return OBSERVATIONS[name]


def observed(
    plain: Mapping[str, float], questionnaires: Mapping[str, Mapping[str, float]]
) -> Mapping[str, float]:
    """Everything that was answered as observations, each complaint counted once.

    Answers to one complaint in two places are one piece of evidence, not two: what is told plainly
    comes first, then the questionnaires in the order given.

    **Arguments:** `plain`, values by the name of an observation; answers by questionnaire and item.
    **Raises:** `InputError` for what is unknown or off its scale.
    """
    found: dict[str, float] = {}
    heard: set[str] = set()
    for name, value in plain.items():
        found[name] = find_observation(name).checked(value)
        heard.add(name)
    for name, answers in questionnaires.items():
        score(name, answers)
        instrument = INSTRUMENTS[name]
        for item in instrument.items:
            if item.name in answers and heard.isdisjoint(item.of):
                found[f"{name}.{item.name}"] = float(answers[item.name])
                heard.update(item.of)
    return MappingProxyType(found)
