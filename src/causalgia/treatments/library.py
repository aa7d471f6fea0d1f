"""All treatments by name: data files of the package, and those that others install."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.mechanisms.effects import Effect
from causalgia.treatments.treatment import (
    FORMS,
    KINDS,
    Action,
    Kinetics,
    Regimen,
    Removal,
    Treatment,
)

__all__ = ["find", "names", "read_treatment"]

_GROUP = "causalgia.treatments"


def names() -> tuple[str, ...]:
    """The names of all treatments."""
    return tuple(_treatments())


def find(name: str) -> Treatment:
    """One treatment by name.

    **Raises:** `InputError` with the nearest names where there is none.
    """
    try:
        return _treatments()[name]
    except (KeyError, TypeError):
        raise InputError(f"unknown treatment {name!r}; {nearest(str(name), names())}") from None


@cache
def _treatments() -> Mapping[str, Treatment]:
    folder = resources.files(__package__).joinpath("data")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    own = [read_treatment(f.name, f.read_text(encoding="utf-8")) for f in files]
    table: dict[str, Treatment] = {}
    for treatment in (*own, *(entry.load() for entry in entry_points(group=_GROUP))):
        if treatment.name in table:
            raise InputError(f"treatment {treatment.name!r} is defined twice")
        table[treatment.name] = treatment
    return MappingProxyType(table)


def read_treatment(file: str, text: str) -> Treatment:
    """Read one treatment's data; its name is that of the file.

    Numbers of nature are given as "source/name" of the evidence; doses are given as numbers.
    **Raises:** `InputError` naming file and field.
    """
    try:
        document = tomllib.loads(text)
        return _treatment(file.removesuffix(".toml"), document)
    except (InputError, TypeError, KeyError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file}: {error}") from None


def _treatment(name: str, document: dict[str, Any]) -> Treatment:
    kinetics = {k: _number(v) for k, v in document.pop("kinetics").items()}
    molar_mass = kinetics.pop("molar_mass", None)
    free_fraction = kinetics.pop("free_fraction", 1.0)
    actions = [_action(a, molar_mass, free_fraction) for a in document.pop("actions", [])]
    removals = [
        Removal(insult=r["insult"], places=tuple(r["places"]), target=r["target"])
        for r in document.pop("removals", [])
    ]
    regimen = document.pop("regimen", None)
    treatment = Treatment(
        name=name,
        actions=tuple(actions),
        removals=tuple(removals),
        kinetics=Kinetics(**kinetics),
        regimen=None if regimen is None else Regimen(**regimen),
        sites=tuple(document.pop("sites", ())),
        sources=tuple(document.pop("sources")),
        **document,
    )
    _check(treatment)
    return treatment


def _number(given: Any) -> Any:
    """The value of an evidence path; form, flags and plain numbers as they are."""
    return parameter(given).value if isinstance(given, str) and "/" in given else given


def _action(row: dict[str, Any], molar_mass: float | None, free_fraction: float) -> Action:
    """An action; an `affinity_nM` of free drug becomes a concentration of total drug in ng/mL."""
    row = {k: tuple(v) if isinstance(v, list) else _number(v) for k, v in row.items()}
    target, hill = row.pop("target"), row.pop("hill", 1.0)
    half_maximal = row.pop("half_maximal", 0.0)
    affinity = row.pop("affinity_nM", None)
    if affinity is not None:
        if molar_mass is None:
            raise InputError("kinetics.molar_mass is missing; affinity_nM needs it")
        half_maximal = affinity * molar_mass / 1000.0 / free_fraction
    return Action(Effect(**row), target, half_maximal, hill)


def _check(treatment: Treatment) -> None:
    if treatment.kind not in KINDS:
        raise InputError(f"kind {treatment.kind!r}; {nearest(treatment.kind, KINDS)}")
    if treatment.kinetics.form not in FORMS:
        form = treatment.kinetics.form
        raise InputError(f"kinetics.form {form!r}; {nearest(form, FORMS)}")
    for field in dataclasses.fields(Kinetics):
        value = getattr(treatment.kinetics, field.name)
        if field.type == "float" and not value >= 0.0:
            raise InputError(f"kinetics.{field.name} is {value}, must be 0 or more")
    for part in treatment.pushes:
        parameter(f"causalgia_efficacy/{part.target}")
