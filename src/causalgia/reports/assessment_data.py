"""An assessment as JSON, as lines of text and as a row of a table: same findings, same numbers."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from causalgia import __version__
from causalgia.patients.assessment import Assessment
from causalgia.patients.numerals import percent
from causalgia.patients.planning.options import Option
from causalgia.patients.planning.plan import Plan
from causalgia.reports.assessment_figures import waiting
from causalgia.reports.assessment_words import INTERVALS, answers_of, summary_of, title_of
from causalgia.reports.fiber_data import plain

__all__ = ["assessment_json", "assessment_row", "assessment_text", "failed_row"]

_SHOWN_CAUSES, _SHOWN_STEPS = 3, 4


def assessment_json(found: Assessment) -> str:
    """All that was found, as JSON of six significant digits."""
    posterior = found.posterior
    content = {
        "title": title_of(found),
        "summary": summary_of(found),
        "verdict": found.verdict,
        "answers": answers_of(found),
        "notes": found.notes,
        "red_flags": [_fields(flag) for flag in found.red_flags],
        "red_flags_not_asked": [flag.name for flag in found.unasked],
        "causes": [_fields(cause) for cause in posterior.causes],
        "origins": [_fields(origin) for origin in found.origins],
        "telling_apart": [_fields(difference) for difference in found.apart],
        "mechanisms": [_fields(mechanism) for mechanism in posterior.mechanisms],
        "further_tests": [_fields(gain) for gain in found.gains],
        "grade": _fields(found.grade),
        "questionnaires": {name: _fields(score) for name, score in found.scores.items()},
        "sensory_profile": None if found.profile is None else _fields(found.profile),
        "persists_without_input": _fields(posterior.persists_without_input),
        "severity": _fields(posterior.severity),
        "outlook": [_fields(outlook) for outlook in posterior.outlook],
        "plan": _plan(found.plan),
        "virtual_patients": {
            "count": posterior.atlas.count,
            "effective": posterior.size,
            "tempering": posterior.weighed.tempering,
            "model": posterior.atlas.made_of,
        },
        "surprises": [_fields(surprise) for surprise in posterior.surprises],
        "version": __version__,
        "configuration": found.configuration,
    }
    return json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False)


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "cause_first": [option.name for option in plan.cause_first],
        "steps": [
            {
                "treatment": step.option.name,
                "schedule": step.option.schedule,
                "judged_after_days": step.option.judged_after_days,
                "reached": step.reached,
                "relief_30": _fields(step.relief_30),
                "relief_50": _fields(step.relief_50),
            }
            for step in plan.steps
        ],
        "options": [_option(option) for option in plan.options],
        "excluded": [{**_option(e.option), "reason": e.reason} for e in plan.excluded],
        "warnings": {
            name: [str(warning) for warning in warnings]
            for name, warnings in plan.warnings.items()
            if warnings
        },
        "warnings_now": [str(warning) for warning in plan.warnings_now],
        "not_checked": plan.unchecked,
        "effective_patients": plan.size,
    }


def _option(option: Option) -> dict[str, Any]:
    fields = {k: v for k, v in _fields(option).items() if k not in ("acts_on", "burden")}
    return {**fields, "burden": option.burden.name}


def _fields(value: Any) -> dict[str, Any]:
    """A dataclass as plain values; what is infinite or not known is null."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        own = getattr(value, field.name)
        found[field.name] = _deep(own)
    return found


def _deep(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): _deep(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_deep(item) for item in value]
    return value


def assessment_text(found: Assessment) -> str:
    """What there is to say on a terminal, red flags first."""
    lines = [f"{'NOW' if f.urgency == 'now' else 'SOON'}: {f}" for f in found.red_flags]
    lines += [*answers_of(found).values(), INTERVALS]
    lines += [f"Note: {note}" for note in found.notes]
    level = found.grade.level or "cannot be graded yet"
    lines.append(f"Neuropathic: {level}.")
    for number, step in enumerate(found.plan.steps, start=1):
        dose = f", {step.option.schedule}" if step.option.schedule else ""
        for_whom = f"; for the {percent(step.reached)} who still need it" if number > 1 else ""
        lines.append(
            f"{number}. {step.option.label}{dose}{for_whom}; judged after "
            f"{waiting(step.option.judged_after_days)}; 30 % relief by then in "
            f"{step.relief_30}, 50 % in {step.relief_50}"
        )
    lines += [f"Warning: {warning}" for warning in found.plan.warnings_now]
    if found.plan.unchecked:
        lines.append(f"Not checked for interactions: {', '.join(found.plan.unchecked)}")
    return "\n".join(lines)


def assessment_row(number: int, found: Assessment) -> dict[str, object]:
    """An assessment as a row of a table; every row has the same columns."""
    row: dict[str, object] = {
        "row": number,
        "name": found.person.name,
        "error": "",
        "verdict": found.verdict,
        "red_flags": "; ".join(flag.name for flag in found.red_flags),
        "grade": found.grade.level or "",
        "contradictions": "; ".join(found.person.conflicts),
    }
    row |= _ranked("cause", [(c.name, c.probability) for c in found.causes])
    row |= _ranked("origin", [("/".join(o.names), o.probability) for o in found.origins])
    mechanisms = found.posterior.mechanisms
    row |= {"mechanism": mechanisms[0].name, "mechanism_odds": mechanisms[0].probability}
    row["persists_without_input"] = found.posterior.persists_without_input.value
    row["severity"] = found.posterior.severity.mean
    steps = found.plan.steps
    for index in range(_SHOWN_STEPS):
        has = index < len(steps)
        row[f"step_{index + 1}"] = steps[index].option.name if has else ""
        row[f"step_{index + 1}_relief_30"] = steps[index].relief_30.value if has else None
    row["effective_patients"] = found.posterior.size
    row["answers"] = found.person.answers
    row |= {f"odds.{c.name}": c.probability for c in sorted(found.posterior.causes, key=_name)}
    return row


def _name(cause: Any) -> str:
    return str(cause.name)


def _ranked(what: str, odds: Sequence[tuple[str, float]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for index in range(_SHOWN_CAUSES):
        name, share = odds[index] if index < len(odds) else ("", None)
        found[f"{what}_{index + 1}"] = name
        found[f"{what}_{index + 1}_odds"] = share
    return found


def failed_row(number: int, name: str, error: str) -> dict[str, object]:
    """A row that could not be read: what is wrong, and nothing else."""
    return {"row": number, "name": name, "error": error}
