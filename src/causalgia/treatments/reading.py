"""One treatment's data: a TOML document checked field by field, with one-line errors."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.mechanisms.effects import Effect
from causalgia.treatments.kinetics import FORMS, PARENT, Kinetics, Metabolite
from causalgia.treatments.side_effects import SideEffect
from causalgia.treatments.targets import find_target
from causalgia.treatments.treatment import (
    GIVERS,
    KINDS,
    Action,
    Regimen,
    Removal,
    RenalLimit,
    Tolerance,
    Treatment,
)

__all__ = ["make_treatment", "parse_treatment"]

_TABLES = (
    *("label", "kind", "assessed_after_days", "sources", "note", "sites", "investigational"),
    *("kinetics", "regimen", "metabolites", "actions", "targets", "removals", "side_effects"),
    *("renal_limits", "contraindications", "groups", "tolerance", "given_by"),
)
_ACTION = ("quantity", "factor", "shift", "places", "fibers", "target", *("hill", "half_maximal"))
_BINDING = ("affinity_nM", "ic50_nM", "half_maximal", "hill", "moiety", "delay_days", "places")
_MAY_BE_INFINITE = (
    *("saturating_dose_mg", "absorption_per_h", "tolerance_days", "cyp2d6_half_inhibition"),
)
_T = TypeVar("_T")


def parse_treatment(file: str, text: str) -> Treatment:
    """Make a treatment of a document; its name is that of the file.

    Numbers of nature are given as "source/name" of the evidence, or as numbers in a user's own
    file; doses are given as numbers.
    **Raises:** `InputError` naming file and field.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: {error}") from None
    return make_treatment(file, document)


def make_treatment(file: str, document: dict[str, Any]) -> Treatment:
    """The same of a document that has been read; `file` names it in errors."""
    try:
        _refuse_unknown("", document, _TABLES)
        treatment = _treatment(file.removesuffix(".toml"), document)
        _check(treatment)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None
    except KeyError as error:
        raise InputError(f"{file}: {error} is missing") from None
    return treatment


def _treatment(name: str, document: dict[str, Any]) -> Treatment:
    kinetics = _kinetics(document["kinetics"], _tables("metabolites", document))
    bound = _table("targets", document.get("targets", {}))
    return Treatment(
        name=name,
        label=_text("label", document["label"]),
        kind=_text("kind", document["kind"]),
        actions=(
            *(_action(row, kinetics) for row in _tables("actions", document)),
            *(a for key in bound for row in _rows(key, bound) for a in _bind(key, row, kinetics)),
        ),
        removals=tuple(_removal(row) for row in _tables("removals", document)),
        kinetics=kinetics,
        regimen=_regimen(document.get("regimen")),
        sites=_texts("sites", document.get("sites", [])),
        assessed_after_days=_number("assessed_after_days", document["assessed_after_days"]),
        sources=_texts("sources", document["sources"]),
        note=_text("note", document.get("note", "")),
        side_effects=tuple(_side_effect(row) for row in _tables("side_effects", document)),
        renal_limits=tuple(
            _build(RenalLimit, "renal_limits", row) for row in _tables("renal_limits", document)
        ),
        contraindications=_texts("contraindications", document.get("contraindications", [])),
        groups=_texts("groups", document.get("groups", [])),
        tolerance=(
            _build(Tolerance, "tolerance", document["tolerance"])
            if "tolerance" in document
            else None
        ),
        investigational=_flag("investigational", document.get("investigational", False)),
        given_by=_text("given_by", document.get("given_by", "")),
    )


def _rows(name: str, bound: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One binding, or a list of them: one for each moiety."""
    given = bound[name]
    for row in given if isinstance(given, list) else (given,):
        yield _table(f"targets.{name}", row)


def _kinetics(table: Any, metabolites: list[dict[str, Any]]) -> Kinetics:
    made = tuple(_build(Metabolite, f"metabolites[{i}]", row) for i, row in enumerate(metabolites))
    kinetics = _build(Kinetics, "kinetics", table, metabolites=made)
    if kinetics.form not in FORMS:
        raise InputError(f"kinetics.form {kinetics.form!r}; {nearest(kinetics.form, FORMS)}")
    _check_record("kinetics", kinetics, _SHARES)
    for metabolite in made:
        _check_record(f"metabolites.{metabolite.name}", metabolite, _METABOLITE_SHARES)
    return kinetics


def _regimen(table: Any) -> Regimen | None:
    if table is None:
        return None
    rest = dict(_table("regimen", table))
    rungs = rest.pop("ladder", [])
    if not isinstance(rungs, list) or not all(isinstance(r, list) and len(r) == 2 for r in rungs):
        raise InputError(f"regimen.ladder is {rungs!r}, must be a list of [day, dose]")
    ladder = tuple(
        (_number("regimen.ladder", day), _number("regimen.ladder", dose)) for day, dose in rungs
    )
    return _build(Regimen, "regimen", rest, ladder=ladder)


def _removal(row: dict[str, Any]) -> Removal:
    _refuse_unknown("removals", row, ("insult", "places", "target"))
    return Removal(
        insult=_text("removals.insult", row["insult"]),
        places=_texts("removals.places", row["places"]),
        target=_text("removals.target", row["target"]),
    )


def _side_effect(row: dict[str, Any]) -> SideEffect:
    """`excess`, or the share `with_drug` that it is the difference of to that on placebo."""
    row = dict(row)
    field = f"side_effects.{row.get('name', '?')}"
    if "with_drug" in row:
        there, placebo = (_number(field, row.pop("with_drug")), _number(field, row["on_placebo"]))
        row["excess"] = max(there - placebo, 0.0)
    return _build(SideEffect, field, row)


def _action(row: dict[str, Any], kinetics: Kinetics) -> Action:
    """An action written out: the mechanism it pushes and the target it comes through."""
    _refuse_unknown("actions", row, dict.fromkeys((*_ACTION, *_BINDING)))
    target = _text("actions.target", row["target"])
    field = f"actions.{target}"
    effect = Effect(
        quantity=_text(f"{field}.quantity", row["quantity"]),
        factor=_number(f"{field}.factor", row.get("factor", 1.0)),
        shift=_number(f"{field}.shift", row.get("shift", 0.0)),
        places=_texts(f"{field}.places", row["places"]) if "places" in row else None,
        fibers=_texts(f"{field}.fibers", row["fibers"]) if "fibers" in row else None,
    )
    return Action(effect, target, **_binding(field, row, kinetics))


def _bind(name: str, row: dict[str, Any], kinetics: Kinetics) -> Iterator[Action]:
    """A target that is held: its own pushes, or those at the `places` given."""
    target, field = find_target(name), f"targets.{name}"
    _refuse_unknown(field, row, _BINDING)
    for effect in target.effects:
        if "places" in row:
            effect = dataclasses.replace(effect, places=_texts(f"{field}.places", row["places"]))
        yield Action(effect, target.name, **_binding(field, row, kinetics))


def _binding(field: str, row: Mapping[str, Any], kinetics: Kinetics) -> dict[str, Any]:
    """How tightly: an affinity of free drug becomes a concentration of total drug in ng/mL."""
    moiety = _text(f"{field}.moiety", row.get("moiety", PARENT))
    found: dict[str, Any] = {"moiety": moiety, "hill": _number(field, row.get("hill", 1.0))}
    if "delay_days" in row:
        found["delay_days"] = _number(f"{field}.delay_days", row["delay_days"])
    who = _moiety(field, moiety, kinetics)
    given = [key for key in ("affinity_nM", "ic50_nM", "half_maximal") if key in row]
    if len(given) > 1:
        raise InputError(f"{field}: give one of {' and '.join(given)}, not both")
    if given == ["half_maximal"] or not given:
        found["half_maximal"] = _number(f"{field}.half_maximal", row.get("half_maximal", 0.0))
        return found
    affinity = _number(f"{field}.{given[0]}", row[given[0]])
    if who.molar_mass is None:
        raise InputError(f"kinetics.molar_mass is missing; {field}.{given[0]} needs it")
    if not affinity > 0.0:
        raise InputError(f"{field}.{given[0]} is {affinity:g}, must be above 0")
    found["half_maximal"] = affinity * who.molar_mass / 1000.0 / who.free_fraction
    return found


def _moiety(field: str, name: str, kinetics: Kinetics) -> Kinetics | Metabolite:
    known = [PARENT, *(metabolite.name for metabolite in kinetics.metabolites)]
    if name not in known:
        raise InputError(f"{field}.moiety {name!r} is no metabolite; {nearest(name, known)}")
    return kinetics.metabolite(name) or kinetics


def _build(kind: type[_T], field: str, table: Any, **more: Any) -> _T:
    """A frozen record of a table, with every number looked up and every key known."""
    table = _table(field, table)
    fields = {f.name: f for f in dataclasses.fields(kind) if f.name not in more}  # type: ignore[arg-type]
    _refuse_unknown(field, table, fields)
    for name, made in fields.items():
        if made.default is dataclasses.MISSING and name not in table:
            raise InputError(f"{field}.{name} is missing")
    readers = {"str": _text, "bool": _flag}
    values = {
        key: readers.get(str(fields[key].type), _number)(f"{field}.{key}", value)
        for key, value in table.items()
    }
    return kind(**values, **more)


def _number(field: str, given: Any) -> float:
    """A number, or that of an evidence path."""
    if isinstance(given, str) and "/" in given:
        try:
            return parameter(given).value
        except InputError as error:
            raise InputError(f"{field}: {error}") from None
    if isinstance(given, bool) or not isinstance(given, (int, float)) or math.isnan(given):
        raise InputError(f"{field} is {given!r}, must be a number or a 'source/name' of evidence")
    if math.isinf(given) and not field.endswith(_MAY_BE_INFINITE):
        raise InputError(f"{field} is {given!r}, must be finite")
    return float(given)


def _table(field: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InputError(f"{field} is {given!r}, must be a table")
    return given


def _tables(name: str, document: dict[str, Any]) -> list[dict[str, Any]]:
    given = document.get(name, [])
    if not isinstance(given, list):
        raise InputError(f"{name} is {given!r}, must be a list of tables, as [[{name}]]")
    return [_table(name, row) for row in given]


def _flag(field: str, given: Any) -> bool:
    if not isinstance(given, bool):
        raise InputError(f"{field} is {given!r}, must be true or false")
    return given


def _text(field: str, given: Any) -> str:
    if not isinstance(given, str):
        raise InputError(f"{field} is {given!r}, must be a text")
    return given


def _texts(field: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise InputError(f"{field} is {given!r}, must be a list of texts")
    return tuple(_text(field, item) for item in given)


def _refuse_unknown(field: str, given: Iterable[str], known: Iterable[str]) -> None:
    allowed = tuple(known)
    for key in given:
        if key not in allowed:
            where = f"{field}: " if field else ""
            raise InputError(f"{where}unknown key {key!r}; {nearest(key, allowed)}")


_SHARES = ("bioavailability", "renal_share", "cyp2d6_share", "fall_per_decade", "free_fraction")
_METABOLITE_SHARES = ("formed_share", "formed_cyp2d6_share", *_SHARES[1:])
_POSITIVE = (
    *("clearance_L_per_h", "volume_L", "free_fraction", "mg_per_day", "cyp2d6_half_inhibition"),
)


def _check(treatment: Treatment) -> None:
    if treatment.kind not in KINDS:
        raise InputError(f"kind {treatment.kind!r}; {nearest(treatment.kind, KINDS)}")
    if treatment.given_by and treatment.given_by not in GIVERS:
        raise InputError(f"given_by {treatment.given_by!r}; {nearest(treatment.given_by, GIVERS)}")
    for part in treatment.pushes:
        parameter(f"causalgia_efficacy/{part.target}")
    _check_regimen(treatment.regimen)


def _check_record(where: str, record: Kinetics | Metabolite, shares: tuple[str, ...]) -> None:
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if "float" not in str(field.type) or value is None:
            continue
        if not value >= 0.0:
            raise InputError(f"{where}.{field.name} is {value:g}, must be 0 or more")
        if field.name in _POSITIVE and not value > 0.0:
            raise InputError(f"{where}.{field.name} is {value:g}, must be above 0")
        if field.name in shares and value > 1.0:
            raise InputError(f"{where}.{field.name} is {value:g}, must be at most 1")
    if record.renal_share + record.cyp2d6_share > 1.0:
        raise InputError(f"{where}: renal_share and cyp2d6_share make more than 1")


def _check_regimen(regimen: Regimen | None) -> None:
    if regimen is None:
        return
    if not 0.0 < regimen.default <= regimen.maximum:
        raise InputError(
            f"regimen.default is {regimen.default:g}, must be above 0 and at most the maximum, "
            f"{regimen.maximum:g}"
        )
    if regimen.start > 0.0 and not (regimen.step > 0.0 and regimen.step_days > 0.0):
        raise InputError("regimen: a start needs a step and step_days above 0")
