"""The page of an assessment: red flags first, then what it may be, what would tell, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from causalgia import __version__
from causalgia.patients.anatomy import find_origin
from causalgia.patients.assessment import Assessment, OriginOdds
from causalgia.patients.chances import Chance
from causalgia.patients.numerals import minus, percent
from causalgia.patients.questions import LEAST_BITS
from causalgia.reports.assessment_figures import Odds, draw_odds
from causalgia.reports.assessment_plan import plan_sections
from causalgia.reports.assessment_words import (
    INTERVALS,
    answers_of,
    assessment_keys,
    summary_of,
    title_of,
)
from causalgia.reports.body_figure import draw_body, draw_body_upright
from causalgia.reports.frame import framed
from causalgia.reports.sources import Basis
from causalgia.reports.table import table

__all__ = ["alarms", "examined_section", "origins_section", "render_assessment_page"]

_CONTEXT = (
    "Causalgia is a research instrument, not a medical device: it helps to reason, examines "
    "nobody, and must not decide about anybody's treatment. Odds and reliefs are shares of virtual "
    "patients of a model, weighted by how well they fit; relief is that of the treatment alone, "
    "without what expectation adds."
)
_ODDS = (
    "Bars: share of the weight of virtual patients. Line, and the small numbers: where it may lie "
    "because virtual patients are few. Upright mark: the share among anybody seen, before anything "
    "was known."
)
_MAP = (
    "Orange: where it hurts; glow and number: where the lesion may sit, with its nerve and, "
    "dotted, the way to the brain. Shares are of virtual patients, by drawing, signs and all else "
    "known, with their 95 % intervals."
)
_WORTH_LIGHT = 0.03
_KINDS = {
    "told": "ask",
    "examined": "examine",
    "measured": "measure",
    "block": "block",
}
_CLUSTERS = {
    "sensory_loss": "sensory loss",
    "thermal_hyperalgesia": "thermal hyperalgesia",
    "mechanical_hyperalgesia": "mechanical hyperalgesia",
}


def render_assessment_page(found: Assessment) -> str:
    """The whole page as HTML, without any external resource."""
    sections = [
        origins_section(found),
        _causes(found),
        examined_section(found),
        _next(found),
        *plan_sections(found),
        _unasked(found),
    ]
    return framed(
        title_of(found),
        eyebrow="Causalgia assessment",
        lead=summary_of(found),
        answers=answers_of(found),
        sections=[section for section in sections if section],
        context=_CONTEXT,
        first=alarms(found),
        notes=found.notes,
        brackets=INTERVALS,
        basis=_rests(found),
    )


def alarms(found: Assessment) -> str:
    """Red flags, before anything else."""
    if not found.red_flags:
        return ""
    urgent = any(flag.urgency == "now" for flag in found.red_flags)
    head = "See a doctor now" if urgent else "See a doctor within days"
    items = "".join(
        f"<li><strong>{escape(flag.may_be[:1].upper() + flag.may_be[1:])}?</strong> "
        f"{escape(flag.do[:1].upper() + flag.do[1:])}.</li>"
        for flag in found.red_flags
    )
    return f'<div class="alarm" role="alert"><h2>{head}</h2><ul>{items}</ul></div>'


def origins_section(found: Assessment) -> str:
    """Where it may come from: the body map, what speaks for each origin, what tells apart."""
    areas = [area.removeprefix("any ") for area in found.person.findings.areas or ()]
    lit = [
        (replace(find_origin(own.names[0]), label=own.label), _share(own))
        for rank, own in enumerate(found.origins)
        if rank == 0 or own.probability >= _WORTH_LIGHT
    ]
    caption = _MAP if areas else f"No drawing is known. {_MAP}"
    return (
        "<section>\n<h2>Where it may come from</h2>\n<figure>\n"
        f"{draw_body(areas, lit)}\n{draw_body_upright(areas, lit)}\n"
        f"<figcaption>{escape(caption)}</figcaption></figure>\n{_reasons(found)}{_apart(found)}"
        "</section>"
    )


def _share(own: OriginOdds) -> Chance:
    return Chance(own.probability, own.low, own.high)


def _reasons(found: Assessment) -> str:
    parts = []
    for origin in found.origins[:3]:
        lines = [f"<li>{escape(text)}</li>" for text in origin.supports]
        lines += [f'<li class="against">Against: {escape(text)}</li>' for text in origin.against]
        if lines:
            label = origin.label[:1].upper() + origin.label[1:]
            parts.append(f'<h3>{escape(label)}</h3><ul class="reasons">{"".join(lines)}</ul>')
    if not parts:
        return ""
    cards = "".join(f"<figure>{part}</figure>" for part in parts)
    return f'<h3>What speaks for and against</h3>\n<div class="grid">{cards}</div>\n'


def _apart(found: Assessment) -> str:
    if not found.apart:
        return ""
    one, other = (origin.label for origin in found.origins[:2])
    caption = f"How often it is found with 1, the {one}, and with 2, the {other}.".replace(
        "the the ", "the "
    )
    rows = [
        (
            f"pain in the {d.what}" if d.kind == "area" else d.what,
            percent(d.chance),
            percent(d.other_chance),
        )
        for d in found.apart
    ]
    return (
        f"<h3>What would tell the first two apart</h3>\n{table(('', '1', '2'), rows)}\n"
        f'<p class="caption">{escape(caption)}</p>\n'
    )


def _causes(found: Assessment) -> str:
    causes = [Odds(c.label, c.probability, c.low, c.high, c.before) for c in found.causes]
    mechanisms = [
        Odds(m.label[:1].upper() + m.label[1:], m.probability, m.low, m.high, m.before)
        for m in found.posterior.mechanisms
        if m.probability >= 0.02
    ][:5]
    return (
        '<section>\n<h2>What it may be</h2>\n<div class="grid broad">'
        f"<figure><h3>Causes</h3>{draw_odds(causes, 'Odds of causes', 0)}</figure>"
        f"<figure><h3>What keeps it going</h3>{draw_odds(mechanisms, 'Odds of mechanisms', 3)}"
        f'</figure></div>\n<p class="caption">{escape(_ODDS)}</p>\n{_state(found)}</section>'
    )


def _state(found: Assessment) -> str:
    """How the virtual patients that count stand, and how it goes on by itself."""
    posterior = found.posterior
    last = posterior.outlook[-1]
    facts = {
        "Pain without any input from the nerve": f"goes on in {posterior.persists_without_input} "
        "of virtual patients like this one",
        "Severity of the cause, 0–1": _spread(posterior.severity),
        "Cord and brain, 0 healthy to 1": _spread(posterior.central_sensitization),
        "Without further treatment": f"gone in {last.gone} after {last.weeks} weeks; "
        f"pain at rest {last.rating.mean:.1f} "
        f"(middle 95 % of patients: {last.rating.low:.1f} to {last.rating.high:.1f})",
    }
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    return f'<dl class="facts">{rows}</dl>\n'


def _spread(value: object) -> str:
    mean, low, high = (getattr(value, name) for name in ("mean", "low", "high"))
    return f"{mean:.2f} (middle 95 % of patients: {low:.2f} to {high:.2f})"


def examined_section(found: Assessment) -> str:
    """The grade, questionnaires and sensory tests, by published rules."""
    graded = found.grade
    told = {True: "yes", False: "no", None: "not known"}
    steps = [
        (step.name.capitalize(), told[step.met], "; ".join(step.evidence)) for step in graded.steps
    ]
    level = graded.level or "cannot be graded yet"
    words = f"<strong>{escape(level.capitalize())}</strong>"
    if graded.level != graded.highest:
        words += f" ({escape(graded.highest)} at most, by what was not looked for)"
    raise_it = f" To raise it: {graded.next}." if graded.next else ""
    parts = [
        f"<p>{words}.{escape(raise_it)}</p>",
        table(("NeuPSIG grade", "met", "by"), steps, words=3),
    ]
    if found.scores:
        rows = [
            (label, _points(score.range), score.meaning) for label, score in found.scores.items()
        ]
        parts.append("<h3>Questionnaires</h3>" + table(("", "total", "means"), rows, words=3))
    if found.profile is not None:
        parts.append(f"<h3>Sensory tests</h3><p>{escape(_profile(found))}</p>")
    return "<section>\n<h2>Is it neuropathic?</h2>\n" + "\n".join(parts) + "\n</section>"


def _points(limits: tuple[float, float]) -> str:
    low, high = limits
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _profile(found: Assessment) -> str:
    own = found.profile
    assert own is not None
    abnormal = ", ".join(minus(f"{name} {z:+.1f}") for name, z in own.abnormal.items())
    text = f"Abnormal: {abnormal}." if abnormal else "None is abnormal."
    if own.cluster is None:
        return f"{text} Too few tests to say which cluster."
    text += f" Nearest cluster: {_CLUSTERS.get(own.cluster, own.cluster)}."
    if own.irritable is not None:
        text += f" Irritable nociceptor: {'yes' if own.irritable else 'no'}."
    return text


def _next(found: Assessment) -> str:
    if not found.gains:
        return (
            "<section>\n<h2>What would tell most</h2>\n<p>Hardly anything more would change the "
            f"answer: nothing is expected to tell {LEAST_BITS:g} bits about cause "
            "and origin.</p>\n</section>"
        )
    rows = [
        (
            _KINDS[gain.how],
            gain.label[:1].upper() + gain.label[1:],
            f"{gain.about_lesion:.2f}",
            f"{gain.about_mechanism:.2f}",
        )
        for gain in found.gains
    ]
    heads = ("", "", "cause, origin", "mechanism")
    return (
        "<section>\n<h2>What would tell most</h2>\n"
        f"{table(heads, rows, words=2)}\n"
        '<p class="caption">Bits that each is expected to tell: one halves what is possible.</p>'
        "\n</section>"
    )


def _unasked(found: Assessment) -> str:
    if not found.unasked:
        return ""
    items = "".join(f"<li>{escape(flag.ask)}</li>" for flag in found.unasked)
    count = len(found.unasked)
    return (
        "<section>\n<h2>Red flags nobody asked about</h2>\n"
        f"<details{' open' if not found.red_flags else ''}><summary>{count} questions whose answer "
        f"is not known; a yes needs a doctor before any plan</summary>\n<ul>{items}</ul>"
        "</details>\n</section>"
    )


def _rests(found: Assessment) -> Basis:
    posterior = found.posterior
    facts = {
        "Virtual patients": f"{posterior.atlas.count:,} of {len(posterior.atlas.causes)} causes, "
        f"weighted by how well they fit; the weight is worth {posterior.size:.0f} of them",
        "How odd the answers are": f"{percent(posterior.verdict.p)} of virtual patients would "
        "give answers as odd as these",
        **_surprises(found),
        "Version": f"Causalgia {__version__}",
        "Configuration": found.configuration,
        "Model of the virtual patients": posterior.atlas.made_of,
    }
    return Basis(facts, assessment_keys(found))


def _surprises(found: Assessment) -> dict[str, str]:
    odd = [s for s in found.posterior.surprises if s.p < 0.1]
    names: Sequence[str] = [f"{s.name.replace('_', ' ')} (p {s.p:.2f})" for s in odd[:4]]
    return {"Least expected": ", ".join(names)} if names else {}
