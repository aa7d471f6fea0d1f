"""An assessment in words: its title, what is known, and three answers."""

from __future__ import annotations

from causalgia import causes
from causalgia.patients.assessment import Assessment, OriginOdds
from causalgia.patients.chances import odds_text
from causalgia.patients.inference.posterior import CauseOdds, MechanismOdds
from causalgia.patients.numerals import percent
from causalgia.patients.observations import find_observation
from causalgia.patients.planning.guidelines import guidelines
from causalgia.patients.planning.options import Option
from causalgia.patients.reasons import join
from causalgia.patients.summary import describe_days
from causalgia.reports.assessment_figures import waiting

__all__ = ["INTERVALS", "answers_of", "assessment_keys", "in_sentence", "summary_of", "title_of"]


INTERVALS = "In brackets: 95 % intervals, for virtual patients like this one being few."
"""What stands in brackets behind a share."""


def title_of(found: Assessment) -> str:
    """What it probably is, or that this cannot be said."""
    label = found.causes[0].label
    return {
        "given": label,
        "clear": f"Probably: {in_sentence(label)}",
        "leading": f"Perhaps: {in_sentence(label)}",
        "open": "No clear cause yet",
        "unknown": "Too little is known to say",
        "contradictory": "Contradictory findings",
    }[found.verdict]


def summary_of(found: Assessment) -> str:
    """What is known, in one sentence."""
    person, known = found.person, found.person.findings
    age = known.known.get("age_years")
    parts = ["A person" if age is None else f"A person of {age:.0f} years"]
    if known.duration_days is not None:
        low, high = known.duration_days
        parts.append(f"pain since about {describe_days((low * high) ** 0.5)}")
    if known.areas:
        parts.append("drawn: " + join([area.removeprefix("any ") for area in known.areas[:6]]))
    ratings = {"pain_now": "now", "pain_average": "on average", "pain_worst": "at worst"}
    told = [f"{known.observed[n]:g} {w}" for n, w in ratings.items() if n in known.observed]
    if told:
        parts.append(f"pain {', '.join(told)}")
    there, absent = _symptoms(found)
    if there:
        parts.append(", ".join(there))
    if absent:
        parts.append("not: " + ", ".join(absent))
    for block in person.blocks:
        parts.append(f"a block at the {block.site.replace('_', ' ')} took {percent(block.relief)}")
    return "; ".join(parts) + "."


def _symptoms(found: Assessment) -> tuple[list[str], list[str]]:
    there: list[str] = []
    absent: list[str] = []
    for name, value in found.person.findings.observed.items():
        own = find_observation(name)
        if own.kind == "yes_no":
            (there if value else absent).append(in_sentence(own.label))
    return there, absent


def in_sentence(label: str) -> str:
    """A label within a sentence: no capital, but for abbreviations."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def answers_of(found: Assessment) -> dict[str, str]:
    """The three questions and their answers."""
    return {
        "What is it, probably?": _what(found),
        "Where does it come from?": _where(found),
        "What next?": _next(found),
    }


def _what(found: Assessment) -> str:
    """The verdict; where no cause is clear, the candidates."""
    first = found.causes[0]
    if found.verdict == "contradictory":
        return "The findings contradict each other or the model; no odds should be trusted."
    if found.verdict == "given":
        return f"{first.label}, as the file says."
    if found.verdict == "clear":
        return f"{first.label}: {_odds(first)}."
    listed = join([f"{in_sentence(c.label)} {_odds(c)}" for c in found.causes[:4]])
    start = {
        "open": "No cause is clear",
        "leading": "Not settled",
        "unknown": "Too little is known to say; so far",
    }[found.verdict]
    return f"{start}: {listed}."


def _where(found: Assessment) -> str:
    first, mechanism = found.origins[0], found.posterior.mechanisms[0]
    place = f"{first.label[:1].upper()}{first.label[1:]}: {_odds(first)}."
    if first.probability < 0.5 and len(found.origins) > 1:
        listed = [f"{o.label} {_odds(o)}" for o in found.origins[:3]]
        place = f"Not settled: {join(listed)}."
    return f"{place} What keeps it going: {mechanism.label}, {_odds(mechanism)}."


def _odds(own: CauseOdds | OriginOdds | MechanismOdds) -> str:
    return odds_text(own.probability, own.low, own.high)


def _next(found: Assessment) -> str:
    parts = []
    if found.red_flags:
        parts.append("The red flags first.")
    elif found.gains and found.verdict not in ("clear", "given"):
        parts.append(f"Find out first: {_first_question(found)}")
    if found.plan.steps:
        step = found.plan.steps[0]
        said = _said(step.option)
        begin = f"Then {said}" if parts else said[:1].upper() + said[1:]
        parts.append(
            f"{begin}: 30 % relief in {step.relief_30}, judged after "
            f"{waiting(step.option.judged_after_days)}."
        )
    else:
        parts.append("No treatment of the library is expected to help more than it harms.")
    return " ".join(parts)


def _first_question(found: Assessment) -> str:
    """The most telling of what can be asked or seen without a device or a needle, if any."""
    simple = [gain for gain in found.gains if gain.how in ("told", "examined")]
    label = max(simple or found.gains, key=lambda gain: gain.about_lesion).label
    return label if label.endswith("?") else f"{in_sentence(label)}."


def _said(option: Option) -> str:
    label = in_sentence(option.label)
    return f"{label} (if the cause is what it seems)" if option.is_cause_control else label


def assessment_keys(found: Assessment) -> tuple[str, ...]:
    """The keys of the publications that an assessment rests on, guidelines first."""
    keys = [
        "causalgia_observations",
        "causalgia_anatomy",
        "causalgia_clinic",
        "causalgia_inference",
        "causalgia_history",
        "causalgia_planning",
        "baron_2017",
    ]
    for cause in found.causes[:3]:
        keys += causes.find(cause.name).sources
    return (*(guideline.key for guideline in guidelines()), *dict.fromkeys(keys))
