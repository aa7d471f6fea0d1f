"""The numbers that a row may be: how probable something is in each patient of a group.

Wherever it can be, the chance itself is taken and not a draw of it, so that the only noise left is
that of which patients are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Float

from causalgia.patients.observations.basics import basic_observations
from causalgia.patients.observations.complaint import Graded
from causalgia.patients.observations.instruments import Instrument, instruments
from causalgia.patients.observations.intensity import Intensity, normal_share
from causalgia.patients.observations.numbers import Number
from causalgia.patients.observations.observation import Model, Observation
from causalgia.patients.observations.phenotypes import CLUSTERS, clusters_of, irritable_nociceptor
from causalgia.patients.observations.sensory import SENSORY_TESTS
from causalgia.patients.observations.total import Total
from causalgia.patients.observations.z_score import ZScore
from causalgia.patients.streams import stream
from causalgia.patients.virtual import VirtualPatients
from causalgia.validation.patients.definitions import Definition

__all__ = ["MEASURES", "Models"]

Chance: TypeAlias = Float[np.ndarray, " patient"]

_DRAWS = 8
_SEED = 1
_SYMPTOMS = (
    ("touch_evoked", "pressure_evoked"),
    ("color_change", "temperature_change"),
    ("sweating_change", "swelling"),
    ("weakness",),
)
_SIGNS = (
    ("brush_allodynia", "pinprick_hyperalgesia"),
    ("skin_change_seen",),
    ("sweating_or_swelling_seen",),
    ("weakness_seen",),
)
# Budapest: categories of symptoms, then of signs, that each of the two versions asks for.
_BUDAPEST = MappingProxyType({"clinical": (3, 2), "research": (4, 2)})


@dataclass(frozen=True)
class Models:
    """The observation models, made with some numbers."""

    number: Number

    @cached_property
    def basic(self) -> Mapping[str, Observation]:
        """Complaints, signs, ratings and sensory tests."""
        return basic_observations(self.number)

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        """Questionnaires."""
        return instruments(self.number)

    def model(self, name: str) -> Model:
        """That of an observation or of "instrument.item"."""
        if name in self.basic:
            return self.basic[name].model
        instrument, _, item = name.partition(".")
        return self.instruments[instrument].item(item).model

    def yes(self, name: str, patients: VirtualPatients) -> Chance:
        """The chance of a yes."""
        return self.model(name).chance(patients)[0]


def _any(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """Any of some complaints or signs."""
    return _any_of([models.yes(name, patients) for name in definition.names])


def _any_of(chances: list[Chance]) -> Chance:
    missing: Chance = np.prod([1.0 - chance for chance in chances], axis=0)
    return 1.0 - missing


def _at_least(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """A grade or rating of at least so much."""
    model = models.model(definition.names[0])
    assert isinstance(model, (Graded, Intensity))
    counts = np.asarray(model.outcomes) >= definition.least
    return model.chance(patients)[counts].sum(axis=0)


def _beyond(models: Models, test: str, side: int, patients: VirtualPatients) -> Chance:
    """The chance of a z-score beyond the normal range on one side."""
    model = models.model(test)
    assert isinstance(model, ZScore)
    mean = model.within(patients)
    limit = models.number("abnormal_z")
    return normal_share((side * mean - limit) / model.deviation(mean))


def _abnormal(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """Any of some tests beyond the normal range on one side."""
    return _any_of([_beyond(models, test, definition.side, patients) for test in definition.names])


def _any_abnormal(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """Any test beyond the normal range on any side."""
    return _any_of(
        [_beyond(models, test, side, patients) for test in SENSORY_TESTS for side in (-1, 1)]
    )


def _scores(models: Models, patients: VirtualPatients) -> Mapping[str, Float[np.ndarray, " draw"]]:
    """Several sets of z-scores of each patient, one set after the other."""
    many = patients.select(np.tile(np.arange(patients.count), _DRAWS))
    return {
        test: models.model(test).draw(many, stream(_SEED, "validation", test))
        for test in SENSORY_TESTS
    }


def _mean_of_draws(met: np.ndarray) -> Chance:
    mean: Chance = met.reshape(_DRAWS, -1).mean(axis=0)
    return mean


def _cluster(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """Nearest to one of the three clusters."""
    wanted = CLUSTERS.index(definition.names[0])
    return _mean_of_draws(clusters_of(_scores(models, patients)) == wanted)


def _irritable(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """An irritable nociceptor by its sensory tests."""
    return _mean_of_draws(irritable_nociceptor(_scores(models, patients)))


def _total(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """All of some questionnaires at their highest cut-off or above.

    Answers to two of them are taken as independent in a patient: those of people agree more.
    """
    reached = [_reached(models.instruments[name], patients) for name in definition.names]
    both: Chance = np.prod(reached, axis=0)
    return both


def _reached(instrument: Instrument, patients: VirtualPatients) -> Chance:
    total = Total(instrument)
    counts = total.grid >= instrument.cutoffs[-1].at_least - 1e-9
    return total.each(patients)[counts].sum(axis=0)


def _not_total(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """A questionnaire below its highest cut-off."""
    return 1.0 - _total(definition, models, patients)


def _budapest(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """Enough categories of symptoms and of signs of complex regional pain syndrome."""
    told, seen = _BUDAPEST[definition.names[0]]
    symptoms = _at_least_so_many(models, _SYMPTOMS, told, patients)
    return symptoms * _at_least_so_many(models, _SIGNS, seen, patients)


def _at_least_so_many(
    models: Models, categories: tuple[tuple[str, ...], ...], least: int, patients: VirtualPatients
) -> Chance:
    """The chance of at least so many categories with anything in them."""
    chance = np.zeros((len(categories) + 1, patients.count))
    chance[0] = 1.0
    for category in categories:
        yes = _any_of([models.yes(name, patients) for name in category])
        chance[1:] = chance[1:] * (1.0 - yes) + chance[:-1] * yes
        chance[0] *= 1.0 - yes
    return chance[least:].sum(axis=0)


def _budapest_not(definition: Definition, models: Models, patients: VirtualPatients) -> Chance:
    """Too few categories for complex regional pain syndrome."""
    return 1.0 - _budapest(definition, models, patients)


MEASURES: Mapping[str, Callable[[Definition, Models, VirtualPatients], Chance]] = MappingProxyType(
    {
        "any": _any,
        "at_least": _at_least,
        "abnormal": _abnormal,
        "any_abnormal": _any_abnormal,
        "cluster": _cluster,
        "irritable": _irritable,
        "total": _total,
        "not_total": _not_total,
        "budapest": _budapest,
        "budapest_not": _budapest_not,
    }
)
"""Measures that are a share of patients."""
