"""Warnings: what a prescriber would be told of these treatments in this patient, one line each."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from causalgia.errors import InputError, nearest
from causalgia.treatments.inhibition import area_ratio
from causalgia.treatments.kinetics import PARENT
from causalgia.treatments.library import find, names
from causalgia.treatments.prescription import Prescription
from causalgia.treatments.treatment import Treatment

__all__ = ["SEVERITIES", "SafetyWarning", "known_conditions", "warnings_for"]

Severity = Literal["contraindicated", "caution", "note"]
SEVERITIES: tuple[Severity, ...] = ("contraindicated", "caution", "note")
"""How grave a warning is, the gravest first."""

_POOR, _MUCH = 0.25, 0.5  # activity of a slow enzyme; share of a clearance that is most of it
_SLOWS_CYP2D6, _WORTH_SAYING = "cyp2d6_inhibitor", 0.1  # a group; a change of level, as a share


@dataclass(frozen=True)
class SafetyWarning:
    """One warning: its `severity`, the names of the `treatments` concerned, and a `text`."""

    severity: Severity
    treatments: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.severity}: {' with '.join(self.treatments)}: {self.text}"


@cache
def known_conditions() -> tuple[str, ...]:
    """All conditions in which some treatment is not given."""
    return tuple(sorted({c for name in names() for c in find(name).contraindications}))


def warnings_for(
    prescriptions: Sequence[Prescription],
    *,
    renal_clearance_mL_min: float | None = None,
    age_years: float | None = None,
    cyp2d6_activity: float | None = None,
    conditions: Sequence[str] = (),
) -> tuple[SafetyWarning, ...]:
    """What to warn of, the gravest first; what is not known of the patient is left out.

    **Arguments:** `cyp2d6_activity`, 1 normal, 0 poor metabolizer; `conditions`, some of
    `known_conditions`.
    **Raises:** `InputError` for an unknown condition, with the nearest names.
    """
    allowed = {*known_conditions(), *(c for p in prescriptions for c in _not_in(p))}
    for condition in conditions:
        if condition not in allowed:
            raise InputError(f"unknown condition {condition!r}; {nearest(condition, allowed)}")
    found: list[SafetyWarning] = []
    for prescription in prescriptions:
        found.extend(_of_conditions(prescription, conditions))
        if renal_clearance_mL_min is not None:
            found.extend(_of_kidneys(prescription, renal_clearance_mL_min))
        if age_years is not None:
            found.extend(_of_age(prescription.treatment, age_years))
        if cyp2d6_activity is not None:
            found.extend(_of_enzyme(prescription, cyp2d6_activity))
        if prescription.treatment.investigational:
            text = "investigational: no controlled trial shows that it works"
            found.append(SafetyWarning("note", (prescription.treatment.name,), text))
    found.extend(_of_pairs(prescriptions))
    once = dict.fromkeys(found)
    return tuple(sorted(once, key=lambda warning: SEVERITIES.index(warning.severity)))


def _not_in(prescription: Prescription) -> tuple[str, ...]:
    return prescription.treatment.contraindications


def _of_conditions(
    prescription: Prescription, conditions: Iterable[str]
) -> Iterator[SafetyWarning]:
    for condition in conditions:
        if condition in _not_in(prescription):
            name = prescription.treatment.name
            yield SafetyWarning("contraindicated", (name,), f"not given with {condition}")


def _of_kidneys(prescription: Prescription, clearance: float) -> Iterator[SafetyWarning]:
    treatment, regimen = prescription.treatment, prescription.treatment.regimen
    limits = [limit for limit in treatment.renal_limits if clearance < limit.below_mL_min]
    if not limits or regimen is None:
        return
    most = min(limit.maximum for limit in limits)
    at = f"at a creatinine clearance of {clearance:g} mL/min"
    if most <= 0.0:
        yield SafetyWarning("contraindicated", (treatment.name,), f"not given {at}")
    elif prescription.full_dose > most:
        text = f"at most {most:g} {regimen.unit} {at}, not {prescription.full_dose:g}"
        yield SafetyWarning("caution", (treatment.name,), text)


def _of_age(treatment: Treatment, age_years: float) -> Iterator[SafetyWarning]:
    for row in _rules()["ages"]:
        if row["group"] in treatment.groups and age_years >= row["from_years"]:
            yield SafetyWarning(row["severity"], (treatment.name,), row["text"])


def _of_enzyme(prescription: Prescription, activity: float) -> Iterator[SafetyWarning]:
    treatment, kinetics = prescription.treatment, prescription.treatment.kinetics
    if activity > _POOR:
        return
    for metabolite in kinetics.metabolites:
        if metabolite.formed_cyp2d6_share > _MUCH:
            text = f"CYP2D6 is slow and makes hardly any {metabolite.name}: less effect"
            yield SafetyWarning("caution", (treatment.name,), text)
    made = [(metabolite.name, metabolite.cyp2d6_share) for metabolite in kinetics.metabolites]
    for who, share in (("it", kinetics.cyp2d6_share), *made):
        if share > _MUCH:
            times = 1.0 / (1.0 - share * (1.0 - activity))
            text = f"CYP2D6 is slow and clears {who}: about {times:.1f} times the level"
            yield SafetyWarning("caution", (treatment.name,), text)


def _of_pairs(prescriptions: Sequence[Prescription]) -> Iterator[SafetyWarning]:
    """Of every two that are given at the same time."""
    for one, other in itertools.combinations(prescriptions, 2):
        if one.treatment.name == other.treatment.name or not _overlap(one, other):
            continue
        for row in _rules()["pairs"]:
            first, second = row["groups"]
            for a, b in dict.fromkeys(((one, other), (other, one))):
                if first in a.treatment.groups and second in b.treatment.groups:
                    pair = (a.treatment.name, b.treatment.name)
                    text = row["text"]
                    if first == _SLOWS_CYP2D6:
                        text += _how_much(a, b)
                    yield SafetyWarning(row["severity"], pair, text)
                    break


def _how_much(inhibitor: Prescription, other: Prescription) -> str:
    """What slowing CYP2D6 does to the levels of another drug and of what becomes of it."""
    slows, changed = inhibitor.treatment.kinetics, other.treatment.kinetics
    moieties = (PARENT, *(metabolite.name for metabolite in changed.metabolites))
    ratios = {m: area_ratio(slows, inhibitor.full_dose, changed, m) for m in moieties}
    said = [
        f"{ratio:.1f} times the {'usual' if m == PARENT else m} level"
        for m, ratio in ratios.items()
        if abs(ratio - 1.0) >= _WORTH_SAYING
    ]
    return f"; about {' and '.join(said)}" if said else ""


def _overlap(one: Prescription, other: Prescription) -> bool:
    ends = [float("inf") if p.last_day is None else p.last_day for p in (one, other)]
    return one.start_day < ends[1] and other.start_day < ends[0]


@cache
def _rules() -> dict[str, list[dict[str, Any]]]:
    text = resources.files(__package__).joinpath("interactions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
