"""Groups of virtual patients as published studies had them: causes, pain, time since the onset."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from causalgia.errors import InputError
from causalgia.patients.observations import BASIC_OBSERVATIONS
from causalgia.patients.observations.intensity import Intensity
from causalgia.patients.virtual import VirtualPatients

__all__ = ["Group", "Members", "groups", "members"]

PAIN_OF_PATIENTS = 3.0
"""Average pain, 0-10, from which on people are seen for it, where a group says nothing else."""

_LONGEST = 36500.0
_FEWEST = 8.0


@dataclass(frozen=True)
class Group:
    """Whom a study saw.

    **Arguments:** a `label`; shares of `causes`; pain from `least_pain` to `most_pain`; `days`
    since the onset, from and to; a `note` on where the shares are from.
    """

    label: str
    causes: Mapping[str, float]
    least_pain: float = PAIN_OF_PATIENTS
    most_pain: float = 10.0
    days: tuple[float, float] = (0.0, _LONGEST)
    note: str = ""


@dataclass(frozen=True)
class Members:
    """Virtual patients of a group, and the `weight` of each, which sums to 1."""

    patients: VirtualPatients
    weight: Float[np.ndarray, " patient"] = field(repr=False)

    @property
    def effective(self) -> float:
        """How many equally weighted patients they are worth."""
        return float(1.0 / np.square(self.weight).sum())


@cache
def groups() -> Mapping[str, Group]:
    """All groups by name."""
    text = resources.files(__package__).joinpath("groups.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    for row in table.values():
        if "days" in row:
            row["days"] = tuple(row["days"])
    return MappingProxyType({name: Group(**row) for name, row in table.items()})


def members(
    group: Group, patients: VirtualPatients, weight: Float[np.ndarray, " patient"]
) -> Members:
    """Those of a population who belong to a group.

    **Arguments:** the `group`; all `patients`; the `weight` of each among those with its cause.
    **Raises:** `InputError` where too few belong to it to tell anything.
    """
    model = BASIC_OBSERVATIONS["pain_average"].model
    assert isinstance(model, Intensity)
    pain = model.felt(patients)
    days = patients.duration_days
    belongs = (pain >= group.least_pain) & (pain <= group.most_pain)
    belongs &= (days >= group.days[0]) & (days <= group.days[1])
    own = np.zeros(patients.count)
    for name, share in group.causes.items():
        if name in patients.causes:
            of_cause = belongs & (patients.cause == patients.causes.index(name))
            whole = float(weight[of_cause].sum())
            if whole > 0.0:
                own[of_cause] = share * weight[of_cause] / whole
    lanes = np.flatnonzero(own)
    found = own[lanes] / max(float(own[lanes].sum()), 1e-12)
    if not len(lanes) or 1.0 / np.square(found).sum() < _FEWEST:
        raise InputError(f"too few virtual patients are there for {group.label}")
    return Members(patients.select(lanes), found)
