"""The report: one self-contained page, figures first and plain words beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from causalgia.patients.chances import odds_text
from causalgia.patients.numerals import signed
from causalgia.patients.result import Arm, CaseResult
from causalgia.reports.fan_figure import draw_fan
from causalgia.reports.forest_figure import draw_forest
from causalgia.reports.frame import framed
from causalgia.reports.pathway_figure import draw_pathway, draw_pathway_upright
from causalgia.reports.raster_figure import draw_raster
from causalgia.reports.sources import Basis, behind, doubt_notes
from causalgia.reports.table import table

if TYPE_CHECKING:
    from causalgia.patients.assessment import Assessment

__all__ = ["brackets", "render_page"]

_QUESTIONS = {
    "where": "Where is this pain generated, and why is it hard to treat?",
    "works": "What would work?",
    "outlook": "Can it go away?",
}
_PATHWAY = (
    *("tigerholm_2014", "mcintyre_2002", "aguiar_2010", "causalgia", "causalgia_afferents"),
    *("causalgia_cord", "causalgia_brain", "causalgia_course", "causalgia_patients"),
)
"""Sources of what every case goes through, from fibers to the drawing of patients."""

_CONTEXT = (
    "Causalgia is a research instrument, not a medical device: it helps to reason about "
    "mechanisms and must not decide about anybody's treatment. What it shows holds for virtual "
    "patients of a first approximation of the pain pathway. Relief is against the same virtual "
    "patients without further treatment: what expectation adds in a trial or a clinic (the "
    "placebo response) is not included, nor are side effects, or doses missed."
)


def render_page(result: CaseResult, assessed: Assessment | None = None) -> str:
    """The whole report as HTML, without any external resource.

    **Arguments:** the `result`; what an assessment of the same file says (None: not made), whose
    red flags come first.
    """
    sections = (
        _where(result),
        _treatments(result),
        _outlook(result),
        _reasons(result),
        _rasters(result),
        *_of_assessment(assessed),
    )
    return framed(
        f"{result.cause_label}: pain in the {result.region_label}",
        eyebrow="Causalgia case report",
        lead=str(result.case["summary"]),
        answers={question: result.answers[key] for key, question in _QUESTIONS.items()},
        sections=sections,
        context=_CONTEXT,
        first="" if assessed is None else _alarms(assessed),
        notes=(*result.warnings, *_notes(assessed)),
        brackets=brackets(result),
        basis=_basis(result),
    )


def brackets(result: CaseResult) -> str:
    """What stands in brackets behind the numbers of the answers."""
    size = result.provenance.effective_sample_size
    return (
        f"In brackets: of shares the 95 % interval, as the {size:.0f} virtual patients that count "
        "leave it; of points the middle 95 % of these patients."
    )


def _paragraphs(text: str, class_: str = "") -> str:
    attribute = f' class="{class_}"' if class_ else ""
    return f"<p{attribute}>{escape(text)}</p>"


def _of_assessment(assessed: Assessment | None) -> tuple[str, ...]:
    """Origins, the grade and the plan, from the stored population."""
    if assessed is None:
        return ()
    from causalgia.reports.assessment_page import examined_section, origins_section
    from causalgia.reports.assessment_plan import plan_sections

    plan = plan_sections(assessed, with_options=False)
    return (origins_section(assessed), examined_section(assessed), *plan)


def _alarms(assessed: Assessment) -> str:
    from causalgia.reports.assessment_page import alarms

    return alarms(assessed)


def _notes(assessed: Assessment | None) -> tuple[str, ...]:
    return () if assessed is None else (*_inferred(assessed), *assessed.notes)


def _inferred(assessed: Assessment) -> tuple[str, ...]:
    """That the cause was not given, where it was not."""
    if assessed.verdict == "given":
        return ()
    first = assessed.causes[0]
    return (
        f"The file names no cause. It was inferred: {first.label}, "
        f"{odds_text(first.probability, first.low, first.high)}; "
        "all that follows holds for this cause.",
    )


def _where(result: CaseResult) -> str:
    caption = (
        "Orange light: share of all spikes that reach the cord at rest and are born at that "
        "station (area in proportion). Violet: share of the virtual patients in whom pain at rest "
        "of 1 or more goes on when no spike reaches the cord. Below each: the 95 % interval that "
        "virtual patients being few leaves open. Marks: where each treatment acts; an upright bar "
        "is a block of the nerve or a patch at that site."
    )
    return (
        "<section>\n<h2>From skin to brain</h2>\n<figure>\n"
        f"{draw_pathway(result)}\n{draw_pathway_upright(result)}\n"
        f"<figcaption>{escape(caption)}</figcaption>\n</figure>\n</section>"
    )


def _treatments(result: CaseResult) -> str:
    caption = (
        "Diamond: mean change in pain at rest; bar: the middle 95 % of virtual patients like this "
        "one. The chances are of losing at least 30 % and 50 % of the pain (in the narrow "
        "layout, at the right, in this order). All against the same virtual patients without "
        "further treatment at the same time."
    )
    return (
        "<section>\n<h2>What each treatment would do</h2>\n<figure>\n"
        f"{draw_forest(result, narrow=False)}\n{draw_forest(result, narrow=True)}\n"
        f"<figcaption>{escape(caption)}</figcaption>\n</figure>\n{_doubts(result)}"
        f"{_in_numbers(result)}</section>"
    )


def _treatment(arm: Arm) -> str:
    """The name of an arm's treatment; a key goes on with dose and place."""
    return re.split("[:@]", arm.key)[0]


def _doubts(result: CaseResult) -> str:
    return doubt_notes({_treatment(arm): arm.label for arm in result.arms[1:]})


def _in_numbers(result: CaseResult) -> str:
    """The same as a table, shares with the interval that few virtual patients leave."""
    size = result.provenance.effective_sample_size
    rows = [
        (
            arm.label,
            f"{signed(arm.change.mean, 1)} ({signed(arm.change.low, 1)} to "
            f"{signed(arm.change.high, 1)})",
            str(arm.relief_30),
            str(arm.relief_50),
            str(arm.resolution) if arm.assessed_after_days >= 1 else "–",
        )
        for arm in result.arms[1:]
    ]
    heads = ("treatment", "change in pain", "30 % relief", "50 % relief", "gone at the end")
    untreated = result.arms[0].resolution
    caption = (
        "Change: mean, and the middle 95 % of virtual patients. Shares: with 95 % intervals of "
        f"the {size:.0f} virtual patients that their weights are worth. Gone at the end without "
        f"further treatment: {untreated}."
    )
    return f'{table(heads, rows)}\n<p class="caption">{escape(caption)}</p>\n'


def _outlook(result: CaseResult) -> str:
    cards = "".join(
        f"<figure><h3>{escape(arm.label)}</h3><p>{escape(str(arm.resolution))} have resolved</p>"
        f"{draw_fan(result, arm)}</figure>"
        for arm in result.arms
        if arm.assessed_after_days >= 1
    )
    caption = (
        "Dark band: the middle half of virtual patients; light band: nine of "
        "ten; line: the median; dashed: the median without further treatment. Resolved means "
        "pain at rest below 1 at the end. Blocks that last hours are left out."
    )
    return (
        f'<section>\n<h2>How it would go on</h2>\n<div class="grid">{cards}</div>\n'
        f'<p class="caption">{escape(caption)}</p>\n</section>'
    )


def _reasons(result: CaseResult) -> str:
    items = "".join(
        f"<h3>{escape(arm.label)}{_asked(arm)}</h3>\n{_paragraphs(arm.reason)}\n"
        f"{behind(_treatment(arm))}\n"
        for arm in result.arms[1:]
    )
    means = (
        "All numbers are means over the virtual patients that count; their intervals stand in the "
        "pictures and the table above."
    )
    return (
        "<section>\n<h2>Why each treatment does or does not reach it</h2>\n"
        f"{_paragraphs(means, 'caption')}\n{items}</section>"
    )


def _asked(arm: Arm) -> str:
    return "" if arm.asked else " (added: it treats the cause)"


def _rasters(result: CaseResult) -> str:
    if not result.rasters:
        return (
            "<section>\n<h2>Spikes of a typical patient</h2>\n"
            "<p>No rasters: this run did not integrate single fibers.</p>\n</section>"
        )
    cards = "".join(
        f"<figure><h3>{escape(panel.label)}</h3>{draw_raster(panel)}</figure>"
        for panel in result.rasters
    )
    return (
        "<section>\n<h2>Spikes of a typical patient</h2>\n"
        "<p>The virtual patient who fits this case best, at rest: one fiber of each class, from "
        "skin to cord, every membrane integrated. Spikes run both ways from where they are born; "
        "only those in the row of the spinal cord are felt.</p>\n"
        f'<div class="grid broad">{cards}</div>\n</section>'
    )


def _basis(result: CaseResult) -> Basis:
    origin = result.provenance
    counts = ", ".join(f"{count:,} {status}" for status, count in origin.evidence_counts.items())
    facts = {
        "Virtual patients": f"{origin.patients:,} drawn from the population, weighted by how well "
        f"they fit the case; the weight is worth {origin.effective_sample_size:.0f} of them",
        "Numbers used": f"{counts} (causalgia evidence --assumed lists the assumed ones)",
        "Fitted pathway": _stand_in(origin.stand_in_error),
        "Version and seed": f"Causalgia {origin.version}, seed {origin.seed}",
        "Configuration": origin.configuration,
    }
    return Basis(facts, (*_cause_sources(result), *_PATHWAY))


def _cause_sources(result: CaseResult) -> tuple[str, ...]:
    from causalgia import causes

    name = result.case.get("cause")
    return causes.find(str(name)).sources if name in causes.names() else ()


def _stand_in(error: Mapping[str, float]) -> str:
    """What the fast pathway costs in accuracy."""
    return (
        f"its rating is {error['median']:.1f} points (95 %: {error['p95']:.1f}) from that of "
        "simulated membranes in patients it has not seen; two simulations that differ in noise "
        f"alone are {error['scatter_median']:.1f} ({error['scatter_p95']:.1f}) apart"
    )
