"""The case in one sentence, and treatments by the name a reader knows."""

from __future__ import annotations

from causalgia.causes import Cause
from causalgia.patients.case import Case, Request
from causalgia.treatments import find

__all__ = ["arm_key", "arm_label", "describe_days", "site_names", "summarize"]

_SYMPTOM_WORDS = {
    "touch_evoked": "evoked by touch",
    "cold_evoked": "evoked by cold",
    "numbness": "numb",
}


def describe_days(days: float) -> str:
    """A time as people say it."""
    for unit, length, most in (("day", 1.0, 13.5), ("week", 7.0, 80.0), ("month", 30.4375, 720.0)):
        if days < most:
            count = round(days / length)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{days / 365.25:.1f} years".replace(".0 ", " ")


def summarize(case: Case, cause: Cause) -> str:
    """What is known of the case."""
    who = "A patient" if case.age_years is None else f"A patient of {case.age_years:.0f} years"
    where = f" ({case.root})" if case.root else ""
    parts = [f"{who}; {_lower(cause.label)}{where}, {describe_days(case.onset_days)} ago"]
    parts.append(f"pain at rest {case.rating_now:g} of 10")
    words = [(_SYMPTOM_WORDS.get(name, name), present) for name, present in case.symptoms]
    there = [word for word, present in words if present]
    absent = [f"not {word}" for word, present in words if not present]
    if words:
        parts.append(", ".join([*there, *absent]))
    parts += [f"a block at the {b.site} took {100 * b.relief:.0f} % of it" for b in case.blocks]
    return "; ".join(parts) + "."


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def site_names(case: Case) -> dict[str, str]:
    """What each place is called in this region, in the words of the case where it has them."""
    names = dict(case.region.usual)
    named = [(r.place, r.site) for r in case.requests] + [(b.place, b.site) for b in case.blocks]
    for place, site in reversed(named):
        if place is not None and site is not None:
            names[place] = _as_written(site, case)
    if case.root is not None:
        names["root"] = f"{case.root} root"
    return names


def _as_written(site: str, case: Case) -> str:
    """Names of roots keep their capital."""
    for root in case.region.roots:
        if site == f"{root.lower()} root":
            return f"{root} root"
    return site


def arm_key(request: Request | None) -> str:
    """A name for tables: treatment, dose, place."""
    if request is None:
        return "none"
    dose = "" if request.dose is None else f":{request.dose:g}"
    return request.name + dose + ("" if request.place is None else f"@{request.place}")


def arm_label(request: Request | None, case: Case) -> str:
    """What a reader calls it: treatment, dose, site."""
    if request is None:
        return "No further treatment"
    treatment = find(request.name)
    # The dose stands beside the label only where it is chosen among doses of one unit a day.
    regimen, dose = treatment.regimen, ""
    if regimen is not None and (request.dose is not None or regimen.unit == "mg/day"):
        amount = regimen.default if request.dose is None else request.dose
        dose = f" {amount:g} {regimen.unit}"
    name = treatment.label.split(" (")[0]
    at_site = treatment.needs_place and request.site is not None
    return name + dose + (f", {_as_written(request.site or '', case)}" if at_site else "")
