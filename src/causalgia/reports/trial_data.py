"""A trial as JSON and as lines of text: same run, same numbers."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from causalgia import __version__
from causalgia.patients.chances import chance, odds_text
from causalgia.patients.numerals import signed
from causalgia.reports.columns import aligned
from causalgia.reports.fiber_data import cited
from causalgia.reports.trial_plan import describe_arm, patient_way
from causalgia.reports.trial_summary import ADVERSE, RELIEF_PERCENT, Summary, summarize
from causalgia.trials.by_shard import why_not_summed
from causalgia.trials.design import SHARD_PATIENTS
from causalgia.trials.store import Run, read_table, write_table

if TYPE_CHECKING:
    import pandas as pd

    from causalgia.trials.design import Design
    from causalgia.trials.estimate import Estimate
    from causalgia.trials.responders import NumberNeeded
    from causalgia.trials.result import Analysis, ArmSummary, Comparison

__all__ = [
    "MOST_ANALYZED",
    "TrialReport",
    "interval",
    "is_known",
    "needed",
    "p_text",
    "primary_p",
    "report_of",
    "responders_text",
    "table_writers",
    "trial_json",
    "trial_sources",
    "trial_text",
]

MOST_ANALYZED = 100_000
"""Of larger trials, what cannot be added up from shard to shard is of the first so many patients,
which no order distinguishes: subgroups, and all comparisons of some designs.
"""

_SHARDS_AT_ONCE = 20

_DIGITS = 6
_PATIENT_COLUMNS = (
    *("patient", "arm", "stratum", "baseline", "sleep_baseline", "npsi_baseline"),
    *("stop_day", "stop_reason", "rescue_days"),
)
_WEEK_COLUMNS = (
    *("patient", "period", "treatment", "week", "diary", "pain"),
    *("on_treatment", "sleep", "npsi"),
)


@dataclass(frozen=True)
class TrialReport:
    """All that is reported: the `design`, the stored `run`, what it looks like, its analysis."""

    design: Design
    run: Run
    summary: Summary
    analysis: Analysis

    @property
    def explored(self) -> int:
        """Of how many patients subgroups are, and what kinds of designs add."""
        return min(self.design.patients, MOST_ANALYZED)

    @property
    def analyzed(self) -> int:
        """Of how many patients arms and comparisons are."""
        return self.explored if why_not_summed(self.design) else self.design.patients


def report_of(design: Design, run: Run) -> TrialReport:
    """Describe and analyze a run that is done."""
    from causalgia.trials.analysis import analyze

    summary = summarize(run, design)
    shards = range(min(run.shards, -(-MOST_ANALYZED // SHARD_PATIENTS)))
    patients = read_table(run, "patients", shards=shards)
    weeks = read_table(run, "weeks", _WEEK_COLUMNS, shards)
    analysis = analyze(design, patients, weeks)
    if len(shards) < run.shards and not why_not_summed(design):
        known = [str(name) for name in patients.columns]
        del patients, weeks
        analysis = _exact(design, run, analysis, known)
    return TrialReport(design, run, summary, analysis)


def _exact(design: Design, run: Run, first: Analysis, known: Sequence[str]) -> Analysis:
    """The same with arms and comparisons of all patients, read part after part."""
    from causalgia.trials.by_shard import analyze_by_shard

    needed = {*_PATIENT_COLUMNS, *design.adjust}
    columns = [name for name in known if name in needed or name.startswith(ADVERSE)]
    starts = range(0, run.shards, _SHARDS_AT_ONCE)
    spans = [range(start, min(start + _SHARDS_AT_ONCE, run.shards)) for start in starts]

    def parts() -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
        for span in spans:
            patients = read_table(run, "patients", columns, span)
            yield patients, read_table(run, "weeks", _WEEK_COLUMNS, span)

    strata: set[str] = set()
    for span in spans:
        strata.update(read_table(run, "patients", ["stratum"], span)["stratum"].unique())
    return analyze_by_shard(design, parts, strata, first)


def trial_sources(report: TrialReport) -> tuple[str, ...]:
    """The publications a trial rests on, as text."""
    return cited(report.run.sources)


def table_writers(run: Run) -> dict[str, Callable[[Path], object]]:
    """What writes the tables of a run beside its report, by the name of the file."""

    def writer(kind: str) -> Callable[[Path], object]:
        return lambda path: write_table(run, kind, path)

    return {f"{kind}.parquet": writer(kind) for kind in ("patients", "weeks")}


def trial_json(report: TrialReport) -> str:
    """All that was found, as JSON of six significant digits; what cannot be told is null."""
    design, run, summary = report.design, report.run, report.summary
    data = {
        "version": __version__,
        "configuration": run.design,
        "model": run.model,
        "seed": run.seed,
        "design": json.loads(design.canonical()),
        "arms": {name: describe_arm(design, name) for name in design.arm_names},
        "way_of_a_patient": patient_way(design),
        "flow": summary.flow,
        "weeks": {
            "week": summary.week,
            "by_arm": {
                name: {"mean": mean, "low": low, "high": high, "count": count}
                for name, mean, low, high, count in zip(
                    *(summary.arms, summary.mean, summary.low, summary.high, summary.count),
                    strict=True,
                )
            },
        },
        "relief": {
            "percent": RELIEF_PERCENT,
            "share_with_at_least": dict(zip(summary.arms, summary.relief, strict=True)),
            "patients": dict(zip(summary.arms, summary.ended, strict=True)),
        },
        "side_effects": {
            "patients": dict(zip(summary.arms, summary.sizes, strict=True)),
            "affected": {
                name: dict(zip(summary.arms, counts, strict=True))
                for name, counts in summary.adverse.items()
            },
            "stopped": {
                reason: dict(zip(summary.arms, counts, strict=True))
                for reason, counts in summary.stops.items()
            },
        },
        "why": {
            "pain_at_rest": summary.rest,
            "born_in": summary.origin,
            "push_alone": {
                name: {
                    "points": points,
                    "standard_error": error,
                    "share_with_1_point": chance(useful, summary.flow.randomized),
                }
                for name, (points, error, useful) in summary.push.items()
            },
        },
        "patients_analyzed": report.analyzed,
        "patients_of_subgroups": report.explored,
        "analysis": report.analysis,
        "sources": trial_sources(report),
    }
    return json.dumps(_plain(data), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return value


def _key(key: object) -> str:
    return " against ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def interval(estimate: Estimate, digits: int = 2, unit: str = "") -> str:
    """An estimate with its interval."""
    if not math.isfinite(estimate.value):
        return "too few to tell"
    low, high = signed(estimate.low, digits), signed(estimate.high, digits)
    return f"{signed(estimate.value, digits)}{unit} ({low} to {high})"


def p_text(p_value: float) -> str:
    """A p value as papers write it."""
    if not math.isfinite(p_value):
        return "–"
    return "<0.001" if p_value < 0.001 else f"{p_value:.3f}"


def responders_text(arm: ArmSummary, criterion: str) -> str:
    """The share of an arm that responds, with its interval."""
    found = arm.responders[criterion]
    return odds_text(found.value, found.low, found.high)


def needed(number: NumberNeeded | None) -> str:
    """A number needed with its interval, where that leaves out none.

    Else that it cannot be told from none; a dash where it was not asked.
    """
    if number is None:
        return "–"
    if not is_known(number):
        return "n.s."
    value, low, high = (
        f"{end:.1f}" if end < 10 else f"{end:,.0f}"
        for end in (number.value, number.low, number.high)
    )
    return f"{value} ({low}–{high})"


def is_known(number: NumberNeeded) -> bool:
    """Whether its interval leaves out that nobody benefits, or nobody is harmed."""
    return number.other_side is None and math.isfinite(number.high)


def trial_text(report: TrialReport) -> str:
    """What was found, in lines for a terminal."""
    flow, analysis = report.summary.flow, report.analysis
    head = ["arm", "patients", "completed", "baseline", "change", "30 % relief", "50 % relief"]
    rows = [head]
    for arm in analysis.arms:
        rows.append(
            [
                arm.name,
                f"{arm.randomized:,}",
                f"{arm.completed:,}",
                f"{arm.baseline.value:.1f}",
                interval(arm.change),
                *(responders_text(arm, f"responder{level}") for level in (30, 50)),
            ]
        )
    lines = [
        f"{report.design.title}: {flow.screened:,} screened, {flow.randomized:,} randomized.",
        *aligned(rows),
        *(_compared(report, comparison) for comparison in analysis.comparisons),
    ]
    return "\n".join(lines)


def _compared(report: TrialReport, comparison: Comparison) -> str:
    change = comparison.measures["change"]
    needs = ", ".join(
        f"NNT for {label} % relief {needed(comparison.nnt.get(f'responder{label}'))}"
        for label in ("30", "50")
    )
    return (
        f"{comparison.arm} against {comparison.control}: {interval(change)} points, "
        f"{primary_p(report.design, comparison)}; {needs}"
    )


_ENDPOINTS = {
    "change": "",
    "responder30": " for 30 % relief",
    "responder50": " for 50 % relief",
}


def primary_p(design: Design, comparison: Comparison) -> str:
    """The p that decides, and what of where it is not the change."""
    return f"p {p_text(comparison.adjusted_p)}{_ENDPOINTS[design.endpoint]}"
