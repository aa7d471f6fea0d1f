"""The page of a trial: does it work, for whom, at what price, and what that rests on."""

from __future__ import annotations

from html import escape
from math import ceil

import numpy as np

from causalgia import __version__
from causalgia.patients.chances import chance, share_text
from causalgia.patients.numerals import signed
from causalgia.reports.frame import framed
from causalgia.reports.sources import Basis, behind, doubt_notes
from causalgia.reports.table import table
from causalgia.reports.trial_data import (
    TrialReport,
    interval,
    is_known,
    needed,
    p_text,
    primary_p,
    responders_text,
)
from causalgia.reports.trial_figures import (
    Curve,
    Effect,
    draw_effects,
    draw_relief,
    draw_weeks,
)
from causalgia.reports.trial_flow_figure import draw_flow
from causalgia.reports.trial_page_parts import (
    kind_section,
    subgroup_section,
    tones_of,
    why_section,
)
from causalgia.reports.trial_plan import describe_arm, patient_way
from causalgia.reports.trial_summary import RELIEF_PERCENT
from causalgia.trials.by_period import STOPPING
from causalgia.trials.by_shard import why_not_summed
from causalgia.trials.design import Design
from causalgia.trials.responders import NumberNeeded
from causalgia.trials.result import Comparison

__all__ = ["render_trial_page"]

_CONTEXT = (
    "Causalgia is a research instrument, not a medical device. This is a trial of virtual "
    "patients of a model: it helps to think about designs and mechanisms, replaces no trial of "
    "people, and informs no decision about a person."
)
_WEEKS = (
    "Left: mean pain in the diaries of those who kept one, by week, with 95 % intervals; week 0 is "
    "the week before randomization. Right: the share of patients with at least so much relief in "
    "the last week, counted as the estimand says ({estimand}), with 95 % intervals."
)
_COMPARED = (
    "Diamond: difference from control in the change of mean pain; bar: its {level:.0f} % interval. "
    "NNT: how many to treat for one more with that much relief; NNH: for one more who stops "
    "because of a side effect; n.s.: it cannot be told from none."
)
_BY_PERIOD = (
    "Counted by the treatment of the period in which they came, of those who began it; intervals "
    "of NNH are as of different people, and so rather too wide."
)
_ESTIMAND_NAMES = {
    "treatment_policy": "whatever was taken",
    "hypothetical": "as if nobody had stopped",
    "while_on_treatment": "while on treatment",
    "composite": "stopping counts as failure",
}


def render_trial_page(report: TrialReport) -> str:
    """The whole page as HTML, without any external resource."""
    design, flow = report.design, report.summary.flow
    sections = [
        _flow(report),
        _weeks(report),
        _compared(report),
        why_section(report),
        subgroup_section(report),
        kind_section(report),
        _price(report),
        _method(report),
    ]
    return framed(
        design.title,
        eyebrow="Causalgia trial",
        lead=f"{design.question} {flow.randomized:,} virtual patients randomized of "
        f"{flow.screened:,} screened.",
        answers=_answers(report),
        sections=[section for section in sections if section],
        context=_CONTEXT,
        brackets=f"In brackets: {100 * (1 - report.analysis.alpha):.0f} % intervals.",
        basis=_rests(report),
    )


def _answers(report: TrialReport) -> dict[str, str]:
    analysis = report.analysis
    works, respond, price = [], [], []
    for comparison in analysis.comparisons:
        change = comparison.measures["change"]
        verdict = "" if comparison.adjusted_p < analysis.alpha else ", which chance may explain"
        works.append(f"{comparison.arm}: {interval(change, 1)} points{verdict}.")
        if comparison.nnh:
            price.append(f"{comparison.arm}: {_harmed(comparison)}.")
    for arm in analysis.arms:
        respond.append(f"{responders_text(arm, 'responder50')} on {arm.name}")
    answers = {
        "Does it work?": " ".join(works),
        "Who loses half of the pain?": ", ".join(respond) + ".",
    }
    if price:
        answers["At what price?"] = " ".join(price)
    return answers


def _harmed(comparison: Comparison) -> str:
    known = {name: n for name, n in comparison.nnh.items() if is_known(n) and n.harms}
    stopping = known.pop(STOPPING, None)
    said = []
    if known:
        name = min(known, key=lambda effect: known[effect].value)
        said.append(f"{name} in one more of {_one_more_of(known[name])} treated")
    if stopping is not None:
        said.append(f"one more of {_one_more_of(stopping)} stops because of a side effect")
    return ", ".join(said) or "no harm that can be told from chance"


def _one_more_of(number: NumberNeeded) -> str:
    return f"{ceil(number.value)} ({ceil(number.low)} to {ceil(number.high)})"


def _flow(report: TrialReport) -> str:
    flow = report.summary.flow
    return (
        "<section>\n<h2>From screening to the end</h2>\n<figure>\n"
        f"{draw_flow(flow, narrow=False)}\n{draw_flow(flow, narrow=True)}\n</figure>\n</section>"
    )


def _weeks(report: TrialReport) -> str:
    summary, tones = report.summary, tones_of(report.design)
    caption = _WEEKS.format(estimand=_ESTIMAND_NAMES[report.design.estimand])
    weeks, relief = [], []
    for index, name in enumerate(summary.arms):
        line = (summary.mean[index], summary.low[index], summary.high[index])
        weeks.append(Curve(name, tones[name], summary.week.astype(float), *line))
        share = summary.relief[index]
        known = [chance(float(own), float(summary.ended[index])) for own in share]
        low, high = (np.array([getattr(c, end) for c in known]) for end in ("low", "high"))
        relief.append(Curve(name, tones[name], RELIEF_PERCENT, share, low, high))
    return (
        '<section>\n<h2>Pain and relief</h2>\n<div class="grid broad">'
        f"<figure>{draw_weeks(weeks)}</figure><figure>{draw_relief(relief)}</figure></div>\n"
        f'<p class="caption">{escape(caption)}</p>\n</section>'
    )


def _compared(report: TrialReport) -> str:
    analysis = report.analysis
    heads = ("difference", "NNT 30 %", "NNT 50 %", "NNH")
    effects = [_effect(report.design, comparison) for comparison in analysis.comparisons]
    title = "difference in the change of mean pain, points of 10"
    caption = _COMPARED.format(level=100 * (1 - analysis.alpha))
    arms = table(
        ("", "given", "patients", "baseline", "change", "30 % relief", "50 % relief"),
        [
            (
                arm.name,
                describe_arm(report.design, arm.name),
                f"{arm.randomized:,}",
                f"{arm.baseline.value:.2f} ({arm.baseline.low:.2f} to {arm.baseline.high:.2f})",
                interval(arm.change),
                responders_text(arm, "responder30"),
                responders_text(arm, "responder50"),
            )
            for arm in analysis.arms
        ],
        words=2,
    )
    return (
        "<section>\n<h2>What it does</h2>\n<figure>\n"
        f"{draw_effects(effects, title, heads, narrow=False)}\n"
        f"{draw_effects(effects, title, heads, narrow=True)}\n"
        f"<figcaption>{escape(caption)}</figcaption>\n</figure>\n{_given(report)}{arms}\n"
        f"{_measures(report)}\n</section>"
    )


def _given(report: TrialReport) -> str:
    """What trials of people tell otherwise, and what the treatments given rest on."""
    labels = {row.name: row.label for row in report.design.prescribed}
    return doubt_notes(labels) + "".join(behind(name, label) for name, label in labels.items())


def _effect(design: Design, comparison: Comparison) -> Effect:
    change = comparison.measures["change"]
    cells = (
        signed(change.value),
        needed(comparison.nnt.get("responder30")),
        needed(comparison.nnt.get("responder50")),
        needed(comparison.nnh.get(STOPPING)),
    )
    note = f"against {comparison.control}, {primary_p(design, comparison)}"
    brief = f"{cells[0]} · NNT {cells[1]}, {cells[2]} · NNH {cells[3]}"
    return Effect(comparison.arm, note, change.value, change.low, change.high, cells, brief)


_MEASURES = {
    "responder30": "share with 30 % relief",
    "responder50": "share with 50 % relief",
    "sleep": "sleep, quality of 0–1",
    "npsi": "neuropathic symptoms, 0–100",
    "utility": "benefit less harm, points",
}


def _measures(report: TrialReport) -> str:
    """Other endpoints and other ways to look at the same, folded away."""
    rows = []
    for comparison in report.analysis.comparisons:
        for name, label in _MEASURES.items():
            if name in comparison.measures:
                found = comparison.measures[name]
                rows.append((comparison.arm, label, interval(found), p_text(found.p_value)))
        for name, found in comparison.sensitivity.items():
            label = "change, " + _ESTIMAND_NAMES.get(name, name.replace("_", " "))
            rows.append((comparison.arm, label, interval(found), p_text(found.p_value)))
    listed = table(("", "measure", "difference", "p"), rows, words=2)
    return f"<details><summary>Other measures, other estimands</summary>\n{listed}</details>"


def _price(report: TrialReport) -> str:
    parts = [_side_effects(report), _stops(report)]
    by_period = f'<p class="caption">{_BY_PERIOD}</p>' if report.design.period_count > 1 else ""
    return (
        '<section>\n<h2>At what price</h2>\n<div class="tables">'
        + "".join(f"<div>{part}</div>" for part in parts if part)
        + f"</div>\n{by_period}</section>"
    )


def _side_effects(report: TrialReport) -> str:
    summary = report.summary
    if not summary.adverse:
        return "<p>No side effects are known of what was given.</p>"
    names, sizes = summary.arms, summary.sizes
    counted = dict(sorted(summary.adverse.items(), key=lambda item: -sum(item[1])))
    nnh = {c.arm: c.nnh for c in report.analysis.comparisons if c.nnh}
    rows = [
        (
            effect,
            *(_share(n, size) for n, size in zip(counts, sizes, strict=True)),
            *(needed(found.get(effect)) for found in nnh.values()),
        )
        for effect, counts in counted.items()
    ]
    return table(("Side effect", *names, *(f"NNH {arm}" for arm in nnh)), rows)


def _stops(report: TrialReport) -> str:
    summary = report.summary
    rows = [
        (reason, *(_share(n, size) for n, size in zip(counts, summary.sizes, strict=True)))
        for reason, counts in summary.stops.items()
    ]
    if not rows:
        return "<p>Nobody stopped.</p>"
    return table(("Stopped for", *summary.arms), rows)


def _share(count: int, total: int) -> str:
    return share_text(count / total, total) if total else "–"


def _method(report: TrialReport) -> str:
    steps = "".join(f"<li>{escape(step)}</li>" for step in patient_way(report.design))
    found = [c.primary.method for c in report.analysis.comparisons if c.primary.method]
    how = f"<p>Primary comparison: {escape(found[0])}.</p>" if found else ""
    notes = "".join(f'<p class="warning">{escape(note)}</p>' for note in report.analysis.notes)
    return (
        f"<section>\n<h2>How it was done</h2>\n<ol>{steps}</ol>\n{how}{notes}\n"
        "<p>Virtual patients differ in age, kidneys, enzymes, extent of the illness and its "
        "mechanisms; they fluctuate, expect, forget doses, have side effects, stop and leave "
        "gaps in their diaries as people in trials do. What a treatment does follows from where "
        "and on which mechanism it acts.</p>\n</section>"
    )


def _rests(report: TrialReport) -> Basis:
    run = report.run
    all_of_them = f"all {report.design.patients:,} patients"
    if report.analyzed < report.design.patients:
        all_of_them = (
            f"comparisons and tables of arms: the first {report.analyzed:,} patients, since "
            f"{why_not_summed(report.design)}; flow, curves, side effects and stops: {all_of_them}"
        )
    elif report.explored < report.design.patients:
        all_of_them += (
            f"; subgroups, and what the design adds, the first {report.explored:,} of them"
        )
    facts = {
        "Analyzed": all_of_them,
        "Version and seed": f"Causalgia {__version__}, seed {run.seed}",
        "Configuration": run.design,
        "Model": run.model,
        "Shards": f"{run.shards}, stored under {run.folder.name}",
        "Tables": "patients.parquet, weeks.parquet; all numbers of this page in trial.json",
    }
    return Basis(facts, report.run.sources)
