"""The model's side of complaints, signs and questionnaires: `compute`, for validation and fits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.patients.observations.numbers import Number, in_evidence
from causalgia.patients.observations.total import Total
from causalgia.patients.virtual import VirtualPatients
from causalgia.validation.patients.definitions import Definition, definitions
from causalgia.validation.patients.groups import Members, groups, members
from causalgia.validation.patients.measures import MEASURES, Models
from causalgia.validation.reference import load_references
from causalgia.validation.verdict import Computed, NotComputed, Outcome

__all__ = ["People", "compute", "in_atlas"]

_Z95 = 1.959964


@dataclass(frozen=True)
class People:
    """A population: `patients`, and the `weight` of each among those with the same cause."""

    patients: VirtualPatients
    weight: Float[np.ndarray, " patient"]
    _members: dict[str, Members] = field(default_factory=dict, repr=False)

    def of(self, group: str) -> Members:
        """Those who belong to a group.

        **Raises:** `InputError` where too few do.
        """
        if group not in self._members:
            self._members[group] = members(groups()[group], self.patients, self.weight)
        return self._members[group]


def in_atlas() -> People:
    """The stored population of the package."""
    from causalgia.patients.atlas import atlas

    stored = atlas()
    return People(stored.patients, stored.prior_weight)


def compute(
    ids: Collection[str],
    people: People,
    number: Number = in_evidence,
    *,
    use: Collection[str] | None = ("calibrate",),
) -> Mapping[str, Outcome]:
    """The model's numbers for rows of the tables.

    **Arguments:** the `ids` of rows; the `people` that they are counted in; `number`, the numbers
    of the observation models; the uses that rows may have (None: any): a fit leaves it as it is
    and so cannot see what is only compared.
    **Raises:** `InputError` for a row that does not exist or that has another use.
    """
    table = {row.id: row for row in load_references("patients")}
    models = Models(number)
    found: dict[str, Outcome] = {}
    for row_id in ids:
        if row_id not in table:
            raise InputError(f"unknown row {row_id!r} of patients")
        if use is not None and table[row_id].use not in use:
            raise InputError(
                f"row {row_id!r} is to {table[row_id].use}, but only rows to "
                f"{', '.join(use)} are asked for"
            )
        if table[row_id].left_out:
            found[row_id] = NotComputed(table[row_id].left_out)
        else:
            found[row_id] = _outcome(definitions()[row_id], people, models)
    return found


def _outcome(definition: Definition, people: People, models: Models) -> Outcome:
    try:
        if definition.compute == "area":
            return _area(definition, people, models)
        if definition.compute == "largest_abnormal":
            return _largest(definition, people, models)
        return _share(definition, people, models)
    except InputError as error:
        return NotComputed(str(error))


def _share(definition: Definition, people: People, models: Models) -> Computed:
    own = people.of(definition.of)
    chance = MEASURES[definition.compute](definition, models, own.patients)
    mean = float(own.weight @ chance)
    # Who is there is a weighted sample; the chance of each is known.
    error = float(np.sqrt(np.sum(np.square(own.weight * (chance - mean)))))
    low, high = max(mean - _Z95 * error, 0.0), min(mean + _Z95 * error, 1.0)
    return Computed(100.0 * mean, 100.0 * low, 100.0 * high, _how(own, definition))


def _largest(definition: Definition, people: People, models: Models) -> Computed:
    """The largest share of several tests."""
    shares = [
        _share(Definition(definition.of, "abnormal", (test,), side=definition.side), people, models)
        for test in definition.names
    ]
    return max(shares, key=lambda one: one.value)


def _area(definition: Definition, people: People, models: Models) -> Computed:
    """The chance that a total of one group lies above one of the other; ties count half."""
    ill, other = people.of(definition.of), people.of(definition.against)
    total = Total(models.instruments[definition.names[0]])
    of_ill = total.each(ill.patients) @ ill.weight
    each = total.each(other.patients)
    below = np.cumsum(each, axis=0) - 0.5 * each
    beaten = of_ill @ below
    mean = float(other.weight @ beaten)
    above = 1.0 - np.cumsum(each @ other.weight) + 0.5 * (each @ other.weight)
    beats = 1.0 - above @ total.each(ill.patients)
    variance = np.square(other.weight * (beaten - mean)).sum()
    variance += np.square(ill.weight * (beats - mean)).sum()
    error = _Z95 * float(np.sqrt(variance))
    return Computed(mean, max(mean - error, 0.0), min(mean + error, 1.0), _how(ill, definition))


def _how(own: Members, definition: Definition) -> str:
    label = groups()[definition.of].label
    return f"{label}: {own.patients.count} virtual patients, worth {own.effective:.0f}"
