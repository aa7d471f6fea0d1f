"""Parts of the page of a trial: tables, subgroups, and what kinds of designs add."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from causalgia.patients.chances import share_text
from causalgia.patients.numerals import minus, signed
from causalgia.reports.prognosis_figures import NAMES
from causalgia.reports.table import table
from causalgia.reports.trial_data import TrialReport, interval, p_text
from causalgia.reports.trial_figures import Curve, Effect, draw_effects, draw_survival
from causalgia.treatments.wording import PLACE_WORDS

if TYPE_CHECKING:
    from causalgia.trials.design import Design
    from causalgia.trials.enrichment import Subgroup

__all__ = ["kind_section", "subgroup_section", "tones_of", "why_section"]

_TONES = (2, 1, 3, 0, 4)
_CONTROL_TONE = 5
_MOST_SUBGROUPS = 6
_MOST_PLACES = 3
_NO_PUSH = 0.05
_NORMAL_95 = 1.959964
_FIRST = ("irritable_nociceptor", "dominant_mechanism")
_COLUMNS = {
    "npsi_baseline": "neuropathic symptoms",
    "sleep_baseline": "sleep before",
    "baseline": "pain before",
    "screening": "pain at screening",
    "months_ill": "months ill",
    "origin": "pain born in",
    "test:": "pain on test, ",
    **NAMES,
}
_SUBGROUPS = (
    "The same difference in parts of the patients, a number cut at its median. Most such "
    "differences are chance: p is for the column's product with the treatment, adjusted for having "
    "looked at all columns."
)


def tones_of(design: Design) -> dict[str, int]:
    """The color of each arm: control gray, the others one after the other."""
    others = [name for name in design.arm_names if name != design.control.name]
    tones = {name: _TONES[i % len(_TONES)] for i, name in enumerate(others)}
    return {**tones, design.control.name: _CONTROL_TONE}


def why_section(report: TrialReport) -> str:
    """What each treatment finds to do in these patients."""
    summary = report.summary
    if not summary.push:
        return ""
    given = {row.name: row for row in report.design.prescribed}
    rows = []
    count = summary.flow.randomized
    for name, (points, error, useful) in summary.push.items():
        nothing = points < _NO_PUSH
        rows.append(
            (
                given[name].label,
                given[name].treatment.acts_on,
                "nothing to take away" if nothing else _taken(points, error, summary.rest),
                share_text(useful, count),
            )
        )
    heads = ("", "acts on", "push alone, points", "1 point or more")
    born = ", ".join(
        f"{PLACE_WORDS.get(place, place)} {share_text(share, count)}"
        for place, share in list(summary.origin.items())[:_MOST_PLACES]
    )
    return (
        "<section>\n<h2>Why</h2>\n"
        f"<p>Most of what reaches the cord at rest is born in: {escape(born)}. "
        "What each treatment takes away of pain at rest at entry, by its push on mechanisms "
        "alone, at the full dose and without belief, fluctuation or recovery:</p>\n"
        f"{table(heads, rows, words=2)}\n</section>"
    )


def _taken(points: float, error: float, rest: float) -> str:
    low, high = points - _NORMAL_95 * error, points + _NORMAL_95 * error
    return f"{points:.1f} ({minus(f'{low:.1f}')} to {high:.1f}) of {rest:.1f}"


def subgroup_section(report: TrialReport) -> str:
    """For whom: the difference by phenotype, of the columns that tell responders best."""
    analysis = report.analysis
    if not analysis.subgroups:
        return ""
    strength: dict[str, float] = {}
    for predictor in analysis.predictors:
        strength.setdefault(predictor.label.partition(":")[0], predictor.adjusted_p)
    there = list(dict.fromkeys(part.column for part in analysis.subgroups))
    first = [column for column in _FIRST if column in there]
    ranked = sorted(there, key=lambda c: strength.get(c, 1.0))
    chosen = list(dict.fromkeys([*first, *ranked]))[:_MOST_SUBGROUPS]
    rows = [
        Effect(
            _readable(part.label),
            f"{part.patients:,} patients",
            part.effect.value,
            part.effect.low,
            part.effect.high,
            (signed(part.effect.value), p_text(strength.get(column, float("nan")))),
            f"{signed(part.effect.value)} in {part.patients:,} patients",
        )
        for column in chosen
        for part in sorted(analysis.subgroups, key=_number)
        if part.column == column
    ]
    arm = analysis.comparisons[0].arm
    title = f"{arm} against {analysis.comparisons[0].control}, points of 10"
    heads = ("difference", "p, adjusted")
    return (
        "<section>\n<h2>For whom</h2>\n<figure>\n"
        f"{draw_effects(rows, title, heads, narrow=False)}\n"
        f"{draw_effects(rows, title, heads, narrow=True)}\n"
        f"<figcaption>{escape(_SUBGROUPS)}</figcaption>\n</figure>\n</section>"
    )


def _readable(label: str) -> str:
    """A subgroup as a reader calls it."""
    for name, words in _COLUMNS.items():
        if label.startswith(name):
            label = words + label.removeprefix(name)
            break
    label = re.sub(r": (\d+\.\d+)$", lambda found: f": {float(found[1]):.3g}", label)
    return re.sub(r"nav1[_ ](\d)", r"Nav1.\1", label).replace("kcc2", "KCC2").replace("_", " ")


def _number(part: Subgroup) -> float:
    """The number that distinguishes a subgroup, by which those of a column are ordered."""
    found = re.search(r": (\d+(\.\d+)?)$", part.label)
    return float(found[1]) if found else 0.0


def kind_section(report: TrialReport) -> str:
    """What crossover, factorial, withdrawal and N-of-1 trials, and interim looks, add."""
    parts = [*_crossover(report), *_factorial(report), *_n_of_1(report), *_looks(report)]
    listed = "".join(f"<p>{escape(text)}</p>" for text in parts)
    figure = _withdrawal(report)
    if not listed and not figure:
        return ""
    return f"<section>\n<h2>What the design adds</h2>\n{listed}{figure}\n</section>"


def _crossover(report: TrialReport) -> list[str]:
    found = report.analysis.crossover
    if found is None:
        return []
    said = [
        f"{found.patients:,} patients were compared with themselves: their values differ by "
        f"{found.within_sd:.2f} points (standard deviation) from period to period, and by "
        f"{found.between_sd:.2f} from patient to patient."
    ]
    if found.carryover is not None:
        told = "" if found.carryover.is_beyond_zero else ", which chance may explain"
        said.append(
            f"What a treatment leaves for the next period: {interval(found.carryover)}{told}."
        )
    return said


def _factorial(report: TrialReport) -> list[str]:
    found = report.analysis.factorial
    if found is None:
        return []
    alone = "; ".join(f"{name} alone {interval(e)}" for name, e in found.alone.items())
    return [
        f"Against neither: {alone}; both {interval(found.both)} points.",
        f"Together they do {interval(found.additive)} points beyond the sum of each (negative: "
        f"more relief), and {interval(found.bliss)} on the logarithm of the pain left beyond "
        "independence.",
    ]


def _n_of_1(report: TrialReport) -> list[str]:
    found = report.analysis.n_of_1 or {}
    return [
        f"{name}: mean effect {interval(effects.mean)} points; patients differ in earnest by "
        f"{effects.patient_sd:.2f} (standard deviation), cycles by {effects.cycle_sd:.2f}; "
        f"{100 * effects.responding:.0f} % of patients are better by a point or more."
        for name, effects in found.items()
    ]


def _looks(report: TrialReport) -> list[str]:
    said = []
    for comparison in report.analysis.comparisons:
        decision = comparison.decision
        if decision is None:
            continue
        outcome = "a difference is shown" if decision.rejected else "no difference is shown"
        ended = {"end": "ran to the end"}.get(decision.reason, f"stopped for {decision.reason}")
        said.append(
            f"{comparison.arm}: the trial {ended}, at look {decision.look} with "
            f"{100 * decision.information:.0f} % of the patients; {outcome} "
            f"(p {p_text(decision.p_value)}, ordered by stage)."
        )
    return said


def _withdrawal(report: TrialReport) -> str:
    found = report.analysis.withdrawal
    if found is None:
        return ""
    tones = tones_of(report.design)
    curves = []
    for name, survival in found.survival.items():
        week = np.repeat(np.concatenate([[0.0], survival.week, [report.design.period_weeks]]), 2)[
            1:-1
        ]
        line = [
            np.repeat(np.concatenate([[1.0], part]), 2)
            for part in (survival.share, survival.low, survival.high)
        ]
        curves.append(Curve(name, tones[name], week, *line))
    ratios = "; ".join(
        f"{name}: hazard ratio {e.value:.2f} ({e.low:.2f} to {e.high:.2f}), log-rank p "
        f"{p_text(found.log_rank_p[name])}"
        for name, e in found.hazard_ratio.items()
    )
    return (
        f'<div class="grid broad"><figure>{draw_survival(curves)}</figure></div>\n'
        f'<p class="caption">Share that still responds, by week (Kaplan and Meier). '
        f"{escape(ratios)}.</p>"
    )
