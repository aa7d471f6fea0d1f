"""A FHIR questionnaire response as a person: each item's `linkId` is an entry of a case file.

`{"linkId": "pain.symptoms.burning", "answer": [{"valueBoolean": true}]}` says what
`[pain.symptoms] burning = true` says. Groups may nest; items whose link is no entry are refused
with the nearest names, so that no answer is lost unseen. A response says nothing more than its
links: which question stands behind one is for the questionnaire to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from causalgia.errors import InputError
from causalgia.patients.person import Person, person_of
from causalgia.patients.registry import Column, column_of, put
from causalgia.tables import printable, shorten

__all__ = ["read_response"]

_RESOURCE = "QuestionnaireResponse"
_PLAIN = ("valueBoolean", "valueDecimal", "valueInteger", "valueString")
_DEEPEST = 20


def read_response(file: Path | str) -> Person:
    """Read the person of a questionnaire response (FHIR R4 or R5, JSON).

    **Raises:** `InputError`, one line that names the file, the link, what was given and what is
    allowed.
    """
    file = Path(file)
    try:
        document: dict[str, Any] = {}
        for link, answers in _answered(_resource(file).get("item", []), 0):
            column = _entry(link)
            if column.path != ("name",):
                put(document, column, ";".join(_text(link, answer) for answer in answers))
        return person_of(document, file.stem)
    except InputError as error:
        raise InputError(f"{printable(str(file))}: {printable(str(error))}") from None


def _entry(link: str) -> Column:
    try:
        return column_of(link)
    except InputError as error:
        raise InputError(str(error).replace("column", "linkId", 1)) from None


def _resource(file: Path) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError("no such file; give the path of a questionnaire response") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"not valid JSON: {error}") from None
    if not isinstance(read, dict) or read.get("resourceType") != _RESOURCE:
        raise InputError(f"is no {_RESOURCE}; allowed: a FHIR resource of that type")
    return read


def _answered(items: object, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Links with their answers, through groups and items within answers."""
    if not isinstance(items, list) or depth > _DEEPEST:
        raise InputError("item: is no list of items, or nested too deeply")
    for item in items:
        if not isinstance(item, Mapping) or not isinstance(item.get("linkId"), str):
            raise InputError(f"item: {shorten(item)} has no linkId")
        answers = item.get("answer", [])
        if not isinstance(answers, list):
            raise InputError(f"{item['linkId']}: {shorten(answers)} is no list of answers")
        if answers:
            yield item["linkId"], answers
        yield from _answered(item.get("item", []), depth + 1)


def _text(link: str, answer: object) -> str:
    """An answer as a cell of a table would have it."""
    if isinstance(answer, Mapping):
        for name in _PLAIN:
            if name in answer:
                value = answer[name]
                return str(value).lower() if isinstance(value, bool) else str(value)
        quantity, coding = answer.get("valueQuantity"), answer.get("valueCoding")
        if isinstance(quantity, Mapping) and "value" in quantity:
            unit = quantity.get("unit") or quantity.get("code") or ""
            return f"{quantity['value']} {unit}".strip()
        if isinstance(coding, Mapping) and (coding.get("code") or coding.get("display")):
            return str(coding.get("code") or coding["display"])
    raise InputError(
        f"{link}: {shorten(answer)} is no answer; allowed: valueBoolean, valueDecimal, "
        "valueInteger, valueString, valueQuantity or valueCoding"
    )
