"""The page of a prognosis: can it go away, when, in whom, and does it help to end the cause."""

from __future__ import annotations

from html import escape

from causalgia import __version__
from causalgia.patients.factors import Influence
from causalgia.patients.prognosis import Outlook, Prognosis
from causalgia.reports.frame import framed
from causalgia.reports.prognosis_data import at_months, cell, prognosis_keys
from causalgia.reports.prognosis_figures import NAMES, UNITS, draw_influences, draw_resolution
from causalgia.reports.sources import Basis
from causalgia.reports.table import table

__all__ = ["render_prognosis_page"]

_CONTEXT = (
    "Causalgia is a research instrument, not a medical device. These are shares of virtual "
    "patients of a model whose slow dynamics rest in good part on assumed numbers."
)
_BRACKETS = (
    "In brackets: nine in ten of what is found with patients and numbers drawn anew; of thirds of "
    "the patients, and of what a factor explains, the 95 % interval that their number leaves."
)
_CAPTION = (
    "Share free of pain at rest among virtual patients who would have had pain by then without "
    "treatment. Line: median; band: nine in ten, over patients drawn and over numbers of the slow "
    "dynamics drawn within the margin at which they are known. Orange: nothing done; the dashed "
    "upright line: treatment begins."
)
_INFLUENCES = (
    "Orange: more of it, fewer resolve; green: more resolve. A share of the variance is what the "
    "factor explains alone, of who is free of pain at the end without treatment; line and "
    "brackets: its 95 % interval."
)


def render_prognosis_page(prognosis: Prognosis) -> str:
    """The whole page as HTML, without any external resource."""
    question = prognosis.question
    known = ", ".join(f"{NAMES[n]} {v:g}" for n, v in question.known.items()) or "nothing"
    return framed(
        f"Outlook: {prognosis.cause.label}",
        eyebrow="Causalgia prognosis",
        lead=f"{question.patients} virtual patients from the {prognosis.cause.onset} on, over "
        f"{question.horizon_days / 30.4375:.0f} months; known of all of them: {known}.",
        answers=_answers(prognosis),
        sections=[_outlooks(prognosis), _table(prognosis), _hangs_on(prognosis)],
        context=_CONTEXT,
        brackets=_BRACKETS,
        basis=_rests(prognosis),
    )


def _answers(prognosis: Prognosis) -> dict[str, str]:
    untreated, *treated = prognosis.outlooks
    answers = {
        "How many have pain?": f"{cell(prognosis.ever)} at some time.",
        "Does it go by itself?": f"{_at_last(prognosis, untreated)} of them are free of it after "
        f"{max(at_months(prognosis, untreated))} months.",
    }
    if treated:
        said = [f"{o.label}: {_at_last(prognosis, o)}" for o in treated]
        answers["Does ending the cause help?"] = "; ".join(said) + "."
    elif prognosis.influences:
        first = prognosis.influences[0]
        answers["What does it hang on?"] = (
            f"Most on {NAMES[first.covariate]}: {first.lowest} resolve in the lowest third, "
            f"{first.highest} in the highest."
        )
    return answers


def _at_last(prognosis: Prognosis, outlook: Outlook) -> str:
    """At the last of the months that the table tells."""
    months = at_months(prognosis, outlook)
    return cell(months[max(months)])


def _outlooks(prognosis: Prognosis) -> str:
    cards = "".join(
        f"<figure><h3>{escape(outlook.label)}</h3>{draw_resolution(prognosis, outlook)}</figure>"
        for outlook in prognosis.outlooks
    )
    return (
        f'<section>\n<h2>Can it go away?</h2>\n<div class="grid">{cards}</div>\n'
        f'<p class="caption">{escape(_CAPTION)}</p>\n</section>'
    )


def _table(prognosis: Prognosis) -> str:
    heads = ["Free of pain", *(f"{m} mo" for m in at_months(prognosis, prognosis.outlooks[0]))]
    rows = [
        [outlook.label, *map(cell, at_months(prognosis, outlook).values())]
        for outlook in prognosis.outlooks
    ]
    return f"<section>\n<h2>In numbers</h2>\n{table(heads, rows)}\n</section>"


def _hangs_on(prognosis: Prognosis) -> str:
    if not prognosis.influences:
        return (
            "<section>\n<h2>What it hangs on</h2>\n<p>Too few have pain, or all fare alike: "
            "nothing to tell apart.</p>\n</section>"
        )
    heads = ("Free of pain at the end", "lowest third", "highest third")
    rows = [_thirds(influence) for influence in prognosis.influences if influence.is_stated]
    return (
        "<section>\n<h2>What it hangs on</h2>\n"
        f'<div class="grid broad"><figure>{draw_influences(prognosis.influences)}</figure></div>\n'
        f'<p class="caption">{escape(_INFLUENCES)}</p>\n'
        f"{table(heads, rows)}\n</section>"
    )


def _thirds(influence: Influence) -> tuple[str, str, str]:
    unit = UNITS.get(influence.covariate, "")
    low, high = (f"{end:.3g} {unit}".strip() for end in (influence.low_end, influence.high_end))
    name = NAMES[influence.covariate]
    return name, f"below {low}: {influence.lowest}", f"above {high}: {influence.highest}"


def _rests(prognosis: Prognosis) -> Basis:
    question = prognosis.question
    facts = {
        "Virtual patients": f"{question.patients}, each under {question.draws} sets of numbers",
        "Free of pain": "below 1 of 10 at rest",
        "Version and seed": f"Causalgia {__version__}, seed {question.seed}",
    }
    given = dict.fromkeys(o.treatment for o in prognosis.outlooks if o.treatment)
    return Basis(facts, prognosis_keys(prognosis), treatments=tuple(given))
