"""What is probably wrong with a person, at once: findings weighed against the stored atlas."""

from __future__ import annotations

from functools import cache
from typing import Any

from causalgia import treatments
from causalgia.patients.anatomy import SIDES, signs
from causalgia.patients.anatomy.areas import skin
from causalgia.patients.assessment import assess, atlas_at_hand
from causalgia.patients.atlas import Atlas
from causalgia.patients.history import events
from causalgia.patients.observations import BASIC_OBSERVATIONS, INSTRUMENTS
from causalgia.patients.observations.grade import CONFIRMING_TESTS
from causalgia.patients.person import person_of
from causalgia.patients.planning.medicines import other_medicines
from causalgia.patients.planning.red_flags import red_flags
from causalgia.patients.schema import ENZYME
from causalgia.reports.assessment_data import assessment_json
from causalgia.treatments.warnings import known_conditions
from causalgia.web.documents import refuse_files
from causalgia.web.errors import BusyError
from causalgia.web.messages import AssessRequest

__all__ = ["answer_assessment", "questions", "warm_assessment"]


def answer_assessment(request: AssessRequest) -> str:
    """Answer a request, as JSON.

    **Raises:** `InputError` for what no case file may say; `BusyError` where no atlas of this
    version of the model is at hand, which a job would simulate.
    """
    refuse_files("person", request.person)
    person = person_of(dict(request.person), "person")
    atlas = _atlas()
    if atlas is None:
        raise BusyError(
            "the virtual patients of this version of the model are not at hand; ask for a job of "
            "kind 'assess', which simulates them first and takes minutes"
        )
    return assessment_json(assess(person, atlas=atlas, in_full=request.in_full))


_KNOWN: list[Atlas] = []


def _atlas() -> Atlas | None:
    """The atlas, looked for until it is there."""
    if not _KNOWN and (found := atlas_at_hand()) is not None:
        _KNOWN.append(found)
    return _KNOWN[0] if _KNOWN else None


def warm_assessment() -> None:
    """Read what is needed, where it is at hand."""
    if _atlas() is not None:
        answer_assessment(AssessRequest())


@cache
def questions() -> dict[str, Any]:
    """What can be said of a person, as a case file takes it."""
    return {
        "observations": [
            {
                "name": one.name,
                "label": one.label,
                "question": one.question,
                "kind": one.kind,
                "how": one.how,
                "allowed": one.allowed,
            }
            for one in BASIC_OBSERVATIONS.values()
        ],
        "signs": [
            {"name": one.name, "label": one.label, "how": one.how} for one in signs().values()
        ],
        "history": [
            {"name": one.name, "label": one.label, "ask": one.ask} for one in events().values()
        ],
        "red_flags": [
            {"name": one.name, "ask": one.ask, "urgency": one.urgency}
            for one in red_flags().values()
        ],
        "sides": list(SIDES),
        "areas": [
            {"name": name, "part": skin().part[name], "is_midline": name in skin().midline}
            for name in skin().names
        ],
        "area_groups": sorted(skin().groups),
        "questionnaires": [
            {
                "name": one.name,
                "label": one.label,
                "has_total": one.has_total,
                "items": [item.name for item in one.items],
            }
            for one in INSTRUMENTS.values()
        ],
        "confirming_tests": [
            {"name": name, "label": label} for name, label in CONFIRMING_TESTS.items()
        ],
        "conditions": list(known_conditions()),
        "medicines": sorted({*treatments.names(), *other_medicines()}),
        "cyp2d6": list(ENZYME),
    }
