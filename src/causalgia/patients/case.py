"""A case: what is known of one patient, read from a file and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from causalgia import causes, treatments
from causalgia.errors import InputError
from causalgia.pathway.response import QUALITIES
from causalgia.patients.anatomy import Region, find_region, find_site, regions
from causalgia.patients.schema import CaseTables, TreatmentTable
from causalgia.quantities import parse_quantity
from causalgia.tables import blame, printable, read_toml, shorten, validated
from causalgia.treatments import Treatment

__all__ = ["BLOCK", "BlockTest", "Case", "Request", "read_case"]

BLOCK = "local_anesthetic_block"
"""The treatment that a diagnostic block is."""


@dataclass(frozen=True)
class BlockTest:
    """A nerve block already tried.

    **Arguments:** its `site`; the `place` of the pathway that lies there;
    the `relief` of pain at rest, 0-1.
    """

    site: str
    place: str
    relief: float


@dataclass(frozen=True)
class Request:
    """A treatment to compare.

    **Arguments:** its `name`; the `dose` in its own unit (None: the usual one); the `site` as
    named in the region and the `place` that lies there (None: not a treatment of one place).
    """

    name: str
    dose: float | None
    site: str | None
    place: str | None


@dataclass(frozen=True)
class Case:
    """What is known of one patient; None where it is not.

    **Arguments:** `name` of the case; `cause`, `onset_days` since it began, the range of
    `severity` (0-1) and the `root` struck; `region` that hurts; `rating_now` of pain at rest
    (0-10); `symptoms` that are known to be there or not; `blocks` already tried; `requests`, the
    treatments to compare; `horizon_days` of the outlook; covariates of the patient.
    """

    name: str
    cause: str
    onset_days: float
    severity: tuple[float, float] | None
    root: str | None
    region: Region
    rating_now: float
    symptoms: tuple[tuple[str, bool], ...]
    blocks: tuple[BlockTest, ...]
    requests: tuple[Request, ...]
    horizon_days: float
    age_years: float | None
    weight_kg: float | None
    renal_clearance_mL_min: float | None
    hba1c_percent: float | None


def read_case(file: Path | str, cause: str | None = None) -> Case:
    """Read a case file and check every entry.

    **Arguments:** the `file`; the `cause` to take where the file names none.
    **Raises:** `InputError`, one line that names the file, the field, what was given and what is
    allowed.
    """
    file = Path(file)
    try:
        document = read_toml(file, "a case file", "a case needs at least [cause] and [pain]")
        tables = validated(CaseTables, document)
        return _resolve(file.stem, tables, cause)
    except InputError as error:
        raise InputError(f"{printable(str(file))}: {printable(str(error))}") from None


def _resolve(name: str, tables: CaseTables, otherwise: str | None) -> Case:
    """Turn names into what they stand for."""
    pain, patient, given = tables.pain, tables.patient, tables.cause
    region = blame("pain.region", find_region, pain.region)
    if given.name is None and otherwise is None:
        raise InputError(
            "cause.name: is missing; give it, or ask `causalgia assess` for the likely ones"
        )
    cause = blame("cause.name", causes.find, given.name or otherwise)
    if cause.name in region.impossible_causes:
        raise InputError(
            f"pain.region: {pain.region!r} cannot hurt by {cause.name!r}; "
            f"allowed: {', '.join(_possible_regions(cause.name))}"
        )
    if patient.age is not None and given.onset > patient.age * 365.25:
        raise InputError(
            f"cause.onset: {given.onset / 365.25:.1f} years ago is before birth; "
            f"allowed: at most the patient's age, {patient.age:g} years"
        )
    return Case(
        name=name,
        cause=cause.name,
        onset_days=given.onset,
        severity=given.severity,
        root=_root(given.root, region),
        region=region,
        rating_now=pain.now,
        # The other answers are for the assessment: this match is by what the pathway itself tells.
        symptoms=tuple((n, bool(v)) for n, v in sorted(pain.symptoms.items()) if n in QUALITIES),
        blocks=_blocks(tables, region),
        requests=_requests(tables.treatments, region),
        horizon_days=tables.forecast.horizon,
        age_years=patient.age,
        weight_kg=patient.weight,
        renal_clearance_mL_min=patient.renal_clearance,
        hba1c_percent=patient.hba1c,
    )


def _possible_regions(cause: str) -> list[str]:
    return [name for name, region in regions().items() if cause not in region.impossible_causes]


def _root(root: str | None, region: Region) -> str | None:
    if root is not None and root.upper() not in region.roots:
        raise InputError(
            f"cause.root: {root!r} does not serve the {region.label}; "
            f"allowed: {', '.join(region.roots)}"
        )
    return None if root is None else root.upper()


def _blocks(tables: CaseTables, region: Region) -> tuple[BlockTest, ...]:
    allowed = treatments.find(BLOCK).sites
    tests = []
    for number, block in enumerate(tables.tests.block, start=1):
        field = f"tests.block[{number}].site"
        site, place = blame(field, find_site, region, block.site)
        if place not in allowed:
            raise InputError(f"{field}: {site!r} cannot be blocked; {_offer(region, allowed)}")
        tests.append(BlockTest(site, place, block.relief / 100.0))
    return tuple(tests)


def _offer(region: Region, places: tuple[str, ...]) -> str:
    return "allowed: " + ", ".join(repr(region.usual[place]) for place in places)


def _requests(tables: list[TreatmentTable], region: Region) -> tuple[Request, ...]:
    """The treatments to compare, each once."""
    requests: list[Request] = []
    for number, table in enumerate(tables, start=1):
        request = _request(f"treatments[{number}]", table, region)
        twins = [r for r in requests if (r.name, r.dose, r.place) == _identity(request)]
        if twins:
            raise InputError(
                f"treatments[{number}]: {table.name!r} is there twice at the same dose and place; "
                "allowed: each once"
            )
        requests.append(request)
    return tuple(requests)


def _identity(request: Request) -> tuple[str, float | None, str | None]:
    return request.name, request.dose, request.place


def _request(field: str, table: TreatmentTable, region: Region) -> Request:
    treatment = blame(f"{field}.name", treatments.find, table.name)
    dose = _dose(f"{field}.dose", table.dose, treatment)
    if table.site is None:
        if treatment.needs_place:
            raise InputError(f"{field}.site: is missing; {_offer(region, treatment.sites)}")
        return Request(table.name, dose, None, None)
    if not treatment.sites:
        raise InputError(
            f"{field}.site: {table.site!r} is given, but {treatment.name} is not put anywhere; "
            "leave it out"
        )
    site, place = blame(f"{field}.site", find_site, region, table.site)
    if place not in treatment.sites:
        raise InputError(
            f"{field}.site: {table.site!r} is no site of {treatment.name}; "
            f"{_offer(region, treatment.sites)}"
        )
    return Request(table.name, dose, site, place)


def _dose(field: str, given: object, treatment: Treatment) -> float | None:
    """The dose in the treatment's unit, within what is given to people."""
    if given is None:
        return None
    regimen = treatment.regimen
    if regimen is None:
        raise InputError(f"{field}: {shorten(given)} is given, but {treatment.name} has no dose")
    value = parse_quantity(given, regimen.unit, field=field)
    if not 0.0 < value <= regimen.maximum:
        raise InputError(
            f"{field}: {shorten(given)} of {treatment.name}; "
            f"allowed: above 0 and at most {regimen.maximum:g} {regimen.unit}"
        )
    return value
