"""What there is to choose from: causes, treatments, mechanisms, tests, and the words for them."""

from __future__ import annotations

from functools import cache
from typing import Any

from causalgia import __version__, causes, treatments
from causalgia.afferents import catalog as fibers
from causalgia.cord import catalog as circuits
from causalgia.cord.protocol import EXPERIMENTS
from causalgia.evidence import load_sources
from causalgia.mechanisms import FIBERS, PLACES, entries
from causalgia.pathway.response import QUALITIES, TESTS
from causalgia.patients.anatomy import regions
from causalgia.patients.planning.doubts import doubts
from causalgia.treatments.wording import PLACE_WORDS
from causalgia.web.assessments import questions
from causalgia.web.messages import JOB_KINDS, Covariates
from causalgia.web.numbers import rounded
from causalgia.web.people import middle

__all__ = ["NOTICE", "library"]

NOTICE = (
    "Causalgia is a research instrument, not a medical device: it must not decide about anybody's "
    "treatment."
)
"""What every page says once."""

_TEST_WORDS = {
    "rest": "At rest, untouched",
    "brush": "A soft brush",
    "pinprick": "A pinprick of 256 mN",
    "heat": "Heat of 47 °C",
    "cold": "Cold of 10 °C",
}
_QUALITY_WORDS = {
    "burning": "Burning",
    "electric": "Electric shocks",
    "tingling": "Tingling",
    "numbness": "Numbness",
    "touch_evoked": "Pain to touch",
    "cold_evoked": "Pain to cold",
}
_FIBER_WORDS = {"c": "C fibers", "a_delta": "A-delta fibers", "a_beta": "A-beta fibers"}
_COVARIATE_WORDS = {
    "age_years": ("Age", "years"),
    "weight_kg": ("Weight", "kg"),
    "hba1c_percent": ("HbA1c", "%"),
    "renal_clearance_mL_min": ("Creatinine clearance", "mL/min"),
    "cyp2d6_activity": ("CYP2D6 activity, 1 usual", "fold"),
    "severity": ("How badly the cause struck", "0-1"),
    "persistence": ("Rank in how long it lasts by itself", "0-1"),
    "channel_plasticity": ("How much channels change", "fold"),
    "microglial_reactivity": ("How strongly microglia answer", "fold"),
    "descending_capacity": ("Descending inhibition", "fold"),
    "regeneration": ("How well axons regrow", "fold"),
    "pain_sensitivity": ("Sensitivity to pain", "fold"),
    "distress": ("Distress", "fold"),
    "sleep": ("Usual sleep", "0-1"),
}


@cache
def library() -> dict[str, Any]:
    """All of it, as plain values."""
    used = {entry.source for entry in entries()}
    for name in causes.names():
        used |= set(causes.find(name).sources)
    for name in treatments.names():
        used |= set(treatments.find(name).sources)
    return {
        "version": __version__,
        "notice": NOTICE,
        "causes": [_cause(name) for name in causes.names()],
        "treatments": [_treatment(name) for name in treatments.names()],
        "mechanisms": _mechanisms(),
        "covariates": _covariates(),
        "places": [{"name": place, "label": _capital(PLACE_WORDS[place])} for place in PLACES],
        "fibers": _labeled(FIBERS, _FIBER_WORDS),
        "tests": _labeled(TESTS, _TEST_WORDS),
        "qualities": _labeled(QUALITIES, _QUALITY_WORDS),
        "regions": [
            {"name": region.name, "label": region.label, "sites": dict(region.usual)}
            for region in regions().values()
        ],
        "fiber_models": [
            {"name": name, "options": list(fibers.find(name).options)} for name in fibers.names()
        ],
        "circuits": [
            {"name": name, "description": circuits.find(name).description}
            for name in circuits.names()
        ],
        "experiments": list(EXPERIMENTS),
        "job_kinds": list(JOB_KINDS),
        "person": questions(),
        "sources": _sources(used),
    }


def _labeled(names: tuple[str, ...], words: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "label": words[name]} for name in names]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cause(name: str) -> dict[str, Any]:
    cause = causes.find(name)
    return {
        "name": name,
        "label": cause.label,
        "description": cause.description,
        "places": list(cause.places),
        "onset": cause.onset,
        "region": cause.default_region,
        "removable_by": list(cause.removable_by),
        "factors": list(cause.factors),
        "longest_step_days": cause.longest_step_days,
        "usual": {covariate: rounded(value) for covariate, value in middle(name).items()},
        "sources": list(cause.sources),
    }


def _treatment(name: str) -> dict[str, Any]:
    treatment = treatments.find(name)
    regimen = treatment.regimen
    return {
        "name": name,
        "label": treatment.label,
        "kind": treatment.kind,
        "acts_on": treatment.acts_on,
        "places": list(treatment.sites),
        "needs_place": treatment.needs_place,
        "is_cause_control": treatment.is_cause_control,
        "investigational": treatment.investigational,
        "assessed_after_days": treatment.assessed_after_days,
        "dose": None
        if regimen is None
        else {
            "unit": regimen.unit,
            "usual": regimen.default,
            "maximum": regimen.maximum,
            "start": regimen.start,
        },
        "side_effects": [effect.name for effect in treatment.side_effects],
        "note": treatment.note,
        "doubt": doubts().get(name, ""),
        "sources": list(treatment.sources),
    }


def _mechanisms() -> list[dict[str, Any]]:
    return [
        {
            "name": entry.name,
            "quantity": entry.quantity,
            "place": entry.place,
            "fiber": entry.fiber,
            "unit": entry.unit,
            "healthy": entry.healthy,
            "low": entry.low,
            "high": entry.high,
            "description": entry.description,
            "source": entry.source,
            "status": entry.status,
        }
        for entry in entries()
    ]


def _covariates() -> list[dict[str, Any]]:
    found = []
    for name, field in Covariates.model_fields.items():
        label, unit = _COVARIATE_WORDS[name]
        low, high = _bounds(field.annotation)
        found.append({"name": name, "label": label, "unit": unit, "low": low, "high": high})
    return found


def _bounds(annotation: Any) -> tuple[float, float]:
    """The least and the most that a number may be, as its declaration says."""
    constraints = annotation.__args__[0].__metadata__[0].metadata
    low = next(c.ge for c in constraints if hasattr(c, "ge"))
    high = next(c.le for c in constraints if hasattr(c, "le"))
    return float(low), float(high)


def _sources(keys: set[str]) -> dict[str, dict[str, Any]]:
    return {
        key: {
            "authors": source.authors,
            "title": source.title,
            "year": source.year,
            "identifier": source.identifier,
        }
        for key, source in sorted(load_sources().items())
        if key in keys
    }
