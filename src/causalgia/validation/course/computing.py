"""The model's side of the natural history: `compute`, for `causalgia validate` and for a fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from causalgia.causes import Cause
from causalgia.course import Constants
from causalgia.course.plan import Respond
from causalgia.errors import InputError
from causalgia.validation.course.followed import Followed, Follower
from causalgia.validation.course.measures import MEASURES, counted
from causalgia.validation.course.outcomes import Definition, definitions
from causalgia.validation.course.recorded import MOST_STEPS
from causalgia.validation.course.statistics import interval, resamples, wilson
from causalgia.validation.course.strata import missing, strata
from causalgia.validation.reference import Reference, load_references
from causalgia.validation.verdict import Computed, NotComputed, Outcome

__all__ = ["compute"]

PATIENTS = 384
"""A stratum, unless asked otherwise."""


def compute(
    ids: Collection[str] | None = None,
    constants: Constants | None = None,
    *,
    patients: int = PATIENTS,
    seed: int = 1,
    use: str | None = "calibrate",
    draws: int = 200,
    most_steps: int = MOST_STEPS,
    efficacies: Mapping[str, float] | None = None,
    changed: Mapping[str, Cause] | None = None,
    respond: Respond | None = None,
) -> Mapping[str, Outcome]:
    """The model's numbers for rows of the natural history, from virtual patients.

    Every stratum is followed once, whatever the number of rows about it, and all strata by one
    compiled program that takes `constants` as data: a fit calls this again and again without
    compiling. People are the same for the same `seed`.

    **Arguments:** the `ids` of rows (None: all of that use); `constants` of the course and
    `efficacies` by target where they differ from the evidence; `patients` a stratum; the `seed`;
    the `use` that rows must have (None: any): a fit leaves it at "calibrate" and so cannot see
    what is only compared; `draws` of the bootstrap (0: no intervals); the `most_steps` a
    stratum is followed in (fewer are longer and less exact); `changed` causes by name, that stand
    in for those of the package; `respond`, the pathway (None: the fitted one).
    **Raises:** `InputError` for a row that does not exist or that has another use.
    """
    outcomes: dict[str, Outcome] = {}
    asked: dict[str, Definition] = {}
    for reference in _rows(ids, use):
        definition = definitions().get(reference.id)
        reason = reference.left_out or _lacking(definition)
        if reason or definition is None:
            outcomes[reference.id] = NotComputed(reason)
        else:
            asked[reference.id] = definition
    if not asked:
        return outcomes
    pathway = respond or _fitted_pathway()
    follower = Follower(patients, seed, pathway, constants, efficacies, most_steps, changed or {})
    weights = resamples(patients, draws, seed)
    for group in _groups(asked):
        followed = {name: follower.follow(strata()[name]) for name in _strata_of(group)}
        for row_id, definition in group.items():
            outcomes[row_id] = _outcome(definition, followed, weights)
    return outcomes


def _fitted_pathway() -> Respond:
    # It loads its weights when imported.
    from causalgia.pathway.surrogate import respond

    return respond


def _rows(ids: Collection[str] | None, use: str | None) -> list[Reference]:
    table = {row.id: row for row in load_references("course")}
    if ids is None:
        return [row for row in table.values() if use is None or row.use == use]
    for row_id in ids:
        if row_id not in table:
            raise InputError(f"unknown row {row_id!r} of the course")
        if use is not None and table[row_id].use != use:
            raise InputError(
                f"row {row_id!r} is to {table[row_id].use}, but only rows to {use} are asked for"
            )
    return [table[row_id] for row_id in ids]


def _lacking(definition: Definition | None) -> str:
    """Why a row cannot be computed by the model as it is; empty where it can."""
    if definition is None:
        return "no definition says how to compute it"
    reasons = [missing(strata()[name]) for name in definition.strata]
    return next((reason for reason in reasons if reason), "")


def _groups(asked: Mapping[str, Definition]) -> list[dict[str, Definition]]:
    """Rows with a stratum in common together, so that few strata are held in memory at once."""
    groups: list[dict[str, Definition]] = []
    for row_id, definition in asked.items():
        own = {row_id: definition}
        apart = []
        for group in groups:
            if set(_strata_of(group)) & set(definition.strata):
                own = {**group, **own}
            else:
                apart.append(group)
        groups = [*apart, own]
    return groups


def _strata_of(group: Mapping[str, Definition]) -> list[str]:
    return list(dict.fromkeys(name for d in group.values() for name in d.strata))


def _outcome(
    definition: Definition, followed: Mapping[str, Followed], weights: np.ndarray
) -> Outcome:
    of = [followed[name] for name in definition.of]
    against = [followed[name] for name in definition.against]
    if definition.by and definition.by not in of[0].traits:
        return NotComputed(f"patients have no {definition.by.replace('_', ' ')}")
    values = definition.scale * MEASURES[definition.compute](definition, of, against, weights)
    value = float(values[0])
    if definition.compute == "share":
        count = int(counted(definition, of).sum())
        low, high = (100.0 * end for end in wilson(value / 100.0, count))
    else:
        low, high = interval(values[1:])
    return Computed(value, low, high, definition.describe())
