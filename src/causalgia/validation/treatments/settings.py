"""How each published row is simulated: which trial, which arm, which measure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from causalgia.tables import validated
from causalgia.trials.design import Design

__all__ = ["Wanted", "design_of", "rows", "trials"]


@dataclass(frozen=True)
class Wanted:
    """One number: of which `trial`, of which `arm`, and the `measure`."""

    trial: str
    arm: str
    measure: str


@cache
def _document() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("trials.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def rows() -> Mapping[str, Wanted]:
    """What every row wants, by its id."""
    return MappingProxyType({name: Wanted(**row) for name, row in _document()["rows"].items()})


def trials() -> tuple[str, ...]:
    """Names of all trials."""
    return tuple(_document()["trials"])


@cache
def design_of(trial: str, patients_an_arm: int) -> Design:
    """The design of a trial, with so many virtual patients an arm."""
    given = dict(_document()["trials"][trial])
    weeks = given.pop("weeks")
    kind = given.pop("kind", "parallel")
    eligibility: dict[str, Any] = {"baseline": given.pop("baseline", [4, 10])}
    if "phenotype" in given:
        eligibility["phenotype"] = given.pop("phenotype")
    within = kind == "crossover"
    document = {
        **given,
        "title": trial,
        "kind": kind,
        "condition": [dict(row) for row in _document()["conditions"][given["condition"]]],
        "eligibility": eligibility,
        "patients": patients_an_arm,
        **({"periods": {"weeks": weeks, "washout": 1}} if within else {"weeks": weeks}),
    }
    return validated(Design, document)
