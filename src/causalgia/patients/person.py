"""A person: everything a file says of somebody who hurts, none of it required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from causalgia import causes, treatments
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.patients.anatomy import Region, find_area, find_region, find_site
from causalgia.patients.findings import Findings
from causalgia.patients.history import objections
from causalgia.patients.planning import Situation, Tried
from causalgia.patients.planning.medicines import find_medicine
from causalgia.patients.schema import ENZYME, MedicineTable, PersonTables
from causalgia.quantities import parse_quantity
from causalgia.tables import blame, printable, read_toml, shorten, validated
from causalgia.treatments.warnings import known_conditions

__all__ = ["Block", "Person", "person_of", "read_person"]

_BLOCK = "local_anesthetic_block"
_AREA_OF_REGION = {"face": "forehead"}
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Block:
    """A nerve block already tried: the `place` of the pathway, the `relief` of pain (0-1)."""

    site: str
    place: str
    relief: float


@dataclass(frozen=True)
class Person:
    """What is known of one person.

    **Arguments:** `name` of the file or row; `findings`, for inference; the `region` named (None:
    none); `history` and `red_flags`, answers by name; `questionnaires`, items or a total by name;
    `blocks` tried; the `situation` that treatments depend on; `confirming` tests done,
    and whether they show the lesion; `conflicts`, in what the file contradicts itself.
    """

    name: str
    findings: Findings
    region: Region | None
    history: Mapping[str, bool]
    red_flags: Mapping[str, bool]
    questionnaires: Mapping[str, float | Mapping[str, float]]
    blocks: tuple[Block, ...]
    situation: Situation
    confirming: Mapping[str, bool]
    conflicts: tuple[str, ...]

    @property
    def answers(self) -> int:
        """How many things are known that bear on what is wrong."""
        found = self.findings
        given = (found.areas is not None, found.duration_days is not None, found.causes is not None)
        listed = (found.observed, found.signs, found.known, self.history, self.blocks)
        return sum(given) + sum(len(part) for part in listed) + len(self.questionnaires)


def read_person(file: Path | str) -> Person:
    """Read a case file in which anything may be left out.

    **Raises:** `InputError`, one line that names the file, the field, what was given and what is
    allowed.
    """
    file = Path(file)
    try:
        document = read_toml(file, "a case file", "one line such as [pain] now = 5 will do")
        return person_of(document, file.stem)
    except InputError as error:
        raise InputError(f"{printable(str(file))}: {printable(str(error))}") from None


def person_of(document: dict[str, Any], name: str) -> Person:
    """The person that a document describes.

    **Raises:** `InputError` that names the field, what was given and what is allowed.
    """
    tables = validated(PersonTables, document)
    region = _region(tables)
    return Person(
        name=name,
        findings=Findings(
            observed=_observed(tables),
            areas=_areas(tables),
            signs=_signs(tables),
            known=_known(tables),
            duration_days=_duration(tables),
            causes=_causes(tables),
        ),
        region=region,
        history=dict(tables.history),
        red_flags=dict(tables.red_flags),
        questionnaires=dict(tables.questionnaires),
        blocks=_blocks(tables, region),
        situation=Situation(
            taken=_medicines("taking", tables.taking),
            tried=_medicines("tried", tables.tried),
            conditions=_conditions(tables.patient.conditions),
            age_years=tables.patient.age,
            renal_clearance_mL_min=tables.patient.renal_clearance,
            cyp2d6_activity=None
            if tables.patient.cyp2d6 is None
            else ENZYME[tables.patient.cyp2d6],
        ),
        confirming=dict(tables.tests.confirming),
        conflicts=_conflicts(tables),
    )


def _region(tables: PersonTables) -> Region | None:
    name = tables.pain.region
    return None if name is None else blame("pain.region", find_region, name)


def _observed(tables: PersonTables) -> dict[str, float]:
    """Answers to observation models by name, each complaint once.

    A total of a questionnaire counts where nothing else tells of the complaints in it.
    """
    from causalgia.patients.observations import BASIC_OBSERVATIONS, INSTRUMENTS, observed

    pain = tables.pain
    ratings = {"pain_now": pain.now, "pain_average": pain.average, "pain_worst": pain.worst}
    plain = {name: float(value) for name, value in pain.symptoms.items()}
    plain |= {name: value for name, value in ratings.items() if value is not None}
    plain |= {n: float(v) for n, v in tables.signs.items() if n in BASIC_OBSERVATIONS}
    plain |= tables.tests.sensory
    items = {n: a for n, a in tables.questionnaires.items() if isinstance(a, dict)}
    found = dict(observed(plain, items))
    heard = set(plain) | {
        complaint
        for name, answers in items.items()
        for item in INSTRUMENTS[name].items
        if item.name in answers
        for complaint in item.of
    }
    for name, total in tables.questionnaires.items():
        asked = {complaint for item in INSTRUMENTS[name].items for complaint in item.of}
        if not isinstance(total, dict) and heard.isdisjoint(asked):
            found[name] = total
            heard |= asked
    return found


def _areas(tables: PersonTables) -> tuple[str, ...] | None:
    """The drawing; where there is none, the region that is named."""
    if tables.drawing is not None:
        for number, area in enumerate(tables.drawing.areas, start=1):
            blame(f"drawing.areas[{number}]", find_area, area)
        return tuple(tables.drawing.areas) or None
    region = tables.pain.region
    return None if region is None else (f"any {_AREA_OF_REGION.get(region, region)}",)


def _signs(tables: PersonTables) -> dict[str, bool]:
    from causalgia.patients.anatomy.signs import signs

    return {name: present for name, present in tables.signs.items() if name in signs()}


def _known(tables: PersonTables) -> dict[str, float]:
    patient = tables.patient
    values = {
        "age_years": patient.age,
        "weight_kg": patient.weight,
        "renal_clearance_mL_min": patient.renal_clearance,
        "hba1c_percent": patient.hba1c,
    }
    return {name: value for name, value in values.items() if value is not None}


def _duration(tables: PersonTables) -> tuple[float, float] | None:
    onset, age = tables.cause.onset, tables.patient.age
    if onset is None:
        return None
    if age is not None and onset > age * _DAYS_A_YEAR:
        raise InputError(
            f"cause.onset: {onset / _DAYS_A_YEAR:.1f} years ago is before birth; "
            f"allowed: at most the patient's age, {age:g} years"
        )
    factor = parameter("causalgia_history/onset_factor").value
    return onset / factor, onset * factor


def _causes(tables: PersonTables) -> tuple[str, ...] | None:
    given = tables.cause
    if given.name is not None:
        return (blame("cause.name", causes.find, given.name).name,)
    found = [
        blame(f"cause.possible[{number}]", causes.find, name).name
        for number, name in enumerate(given.possible, start=1)
    ]
    return tuple(dict.fromkeys(found)) or None


def _blocks(tables: PersonTables, region: Region | None) -> tuple[Block, ...]:
    allowed = treatments.find(_BLOCK).sites
    found = []
    for number, block in enumerate(tables.tests.block, start=1):
        field = f"tests.block[{number}].site"
        if region is None:
            if block.site not in allowed:
                raise InputError(
                    f"{field}: {block.site!r} needs pain.region to be found; without it, allowed: "
                    + ", ".join(map(repr, allowed))
                )
            site, place = block.site, block.site
        else:
            site, place = blame(field, find_site, region, block.site)
        if place not in allowed:
            raise InputError(f"{field}: {site!r} cannot be blocked")
        found.append(Block(site, place, block.relief / 100.0))
    return tuple(found)


def _medicines(field: str, listed: Sequence[MedicineTable]) -> tuple[Tried, ...]:
    found = []
    for number, medicine in enumerate(listed, start=1):
        treatment, _ = blame(f"{field}[{number}].name", find_medicine, medicine.name)
        if medicine.dose is not None and treatment is not None and treatment.regimen is not None:
            unit = treatment.regimen.unit
            dose = parse_quantity(medicine.dose, unit, field=f"{field}[{number}].dose")
            if not 0.0 < dose <= 10.0 * treatment.regimen.maximum:
                raise InputError(
                    f"{field}[{number}].dose: {shorten(medicine.dose)} of {treatment.name}; "
                    f"allowed: above 0, and usually at most {treatment.regimen.maximum:g} {unit}"
                )
        name = medicine.name if treatment is None else treatment.name
        relief = None if medicine.relief is None else medicine.relief / 100.0
        found.append(Tried(name, relief))
    return tuple(found)


def _conditions(given: Sequence[str]) -> tuple[str, ...]:
    for number, condition in enumerate(given, start=1):
        if condition not in known_conditions():
            raise InputError(
                f"patient.conditions[{number}]: unknown condition {condition!r}; "
                f"{nearest(condition, known_conditions())}"
            )
    return tuple(given)


def _conflicts(tables: PersonTables) -> tuple[str, ...]:
    """In what the file contradicts itself; what is merely unlikely, inference tells."""
    pain, found = tables.pain, []
    named = [tables.cause.name] if tables.cause.name else []
    for cause in named:
        found += [
            f"the cause is given as {causes.find(cause).label.lower()}, but the history says "
            f"there was no {event}"
            for event in objections(tables.history, cause)
        ]
        if pain.region is not None and cause in find_region(pain.region).impossible_causes:
            found.append(
                f"{causes.find(cause).label} does not hurt in the "
                f"{find_region(pain.region).label}, the region given"
            )
    for lower, higher in (("now", "worst"), ("average", "worst")):
        low, high = getattr(pain, lower), getattr(pain, higher)
        if low is not None and high is not None and low > high:
            found.append(f"pain {lower} ({low:g}) is above the worst pain ({high:g})")
    return tuple(found)
