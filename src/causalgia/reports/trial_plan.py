"""What a trial will do, before it does it: arms, the way of a patient, warnings, sizes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from causalgia import causes
from causalgia.trials.store import Run, done_shards

if TYPE_CHECKING:
    from causalgia.trials.design import Design
    from causalgia.trials.given import GivenTable

__all__ = [
    "describe_arm",
    "memory_bound_GiB",
    "patient_way",
    "plan_of",
    "plan_text",
    "source_keys",
]

BASE_GiB = 1.0
"""What a process holds with its compiled programs, the pool of histories and a shard."""

PATIENT_BYTES = 3_600
"""What the analysis holds of a patient."""

_STORED_BYTES = 30
"""What a patient's week takes on the disk, about."""

_OWN_SOURCES = ("causalgia_course", "causalgia_patients", "causalgia_efficacy", "causalgia_trials")
_KINDS = {
    "parallel": "parallel groups",
    "crossover": "crossover",
    "enriched_withdrawal": "enriched enrollment, randomized withdrawal",
    "factorial": "factorial",
    "n_of_1": "N-of-1",
}
_ESTIMANDS = {
    "treatment_policy": "whatever was taken",
    "hypothetical": "as if nobody had stopped",
    "while_on_treatment": "while on treatment",
    "composite": "stopping counts as failure",
}
_MISSING = {
    "mmrm": "missing data by a model of all weeks (MMRM)",
    "locf": "the last value stands for those missing",
    "bocf": "the baseline stands for an end that is missing",
    "multiple_imputation": "missing data imputed many times",
}
_ENDPOINTS = {
    "change": "change of mean pain in the diary",
    "responder30": "at least 30 % relief",
    "responder50": "at least 50 % relief",
}


def source_keys(design: Design) -> tuple[str, ...]:
    """Keys of the publications a trial's numbers come from: causes, treatments, the course."""
    keys = [key for row in design.condition for key in causes.find(row.cause).sources]
    for given in _everything_given(design):
        keys += given.treatment.sources
    return tuple(dict.fromkeys([*keys, *_OWN_SOURCES]))


def _everything_given(design: Design) -> Iterable[GivenTable]:
    yield from design.prescribed
    yield from design.background
    yield from design.prior
    if design.run_in is not None:
        yield from design.run_in.treatments
    if design.rescue is not None:
        yield design.rescue.given


def memory_bound_GiB(design: Design, workers: int = 1) -> float:
    """What a trial holds in memory at most: all workers, and the analysis after them."""
    from causalgia.reports.trial_data import MOST_ANALYZED

    analyzed = min(design.patients, MOST_ANALYZED)
    analysis = BASE_GiB + analyzed * PATIENT_BYTES / 2**30
    if workers == 1:
        return analysis
    from causalgia.trials.cluster import WORKER_GiB

    return max(workers * WORKER_GiB + BASE_GiB, analysis)


def describe_arm(design: Design, name: str) -> str:
    """What an arm is given, in words."""
    given = [row.label for row in design.arm(name).treatments]
    return ", ".join(given) or ("placebo" if design.blind else "nothing")


def patient_way(design: Design) -> tuple[str, ...]:
    """The steps of a patient through the trial, in order, in words."""
    steps = [_illness(design), _screening(design)]
    if design.prior:
        steps.append(_prior(design))
    if design.background:
        steps.append("all go on with " + ", ".join(row.label for row in design.background))
    if design.run_in is not None:
        steps.append(_run_in(design))
    by = f", stratified by {' and '.join(design.stratify)}" if design.stratify else ""
    steps.append(f"randomized{by} to {len(design.sequences)} {_groups(design)}")
    steps.append(_weeks(design))
    if design.rescue is not None:
        rescue = design.rescue
        steps.append(f"{rescue.given.label} on days of pain of {rescue.threshold:g} or more")
    analysis = f"{_ENDPOINTS[design.endpoint]}, {_ESTIMANDS[design.estimand]}"
    if design.period_count > 1:
        steps.append(f"compared within patients: {analysis}")
    else:
        steps.append(f"compared: {analysis}; {_MISSING[design.missing]}")
    return tuple(steps)


def _illness(design: Design) -> str:
    said = []
    for row in design.condition:
        share = f"{100 * row.share:.0f} % " if len(design.condition) > 1 else ""
        low, high = (f"{day / 365.25:.2g}" for day in row.duration)
        said.append(f"{share}{causes.find(row.cause).label}, for {low} to {high} years")
    return "ill with " + "; ".join(said)


def _screening(design: Design) -> str:
    rule = design.eligibility
    said = [f"mean pain of a week {rule.baseline[0]:g}-{rule.baseline[1]:g}"]
    said.append(f"age {rule.age[0]:g}-{rule.age[1]:g}")
    if rule.renal_clearance_minimum > 0:
        said.append(f"renal clearance from {rule.renal_clearance_minimum:g} mL/min")
    if rule.hba1c_maximum < 16:
        said.append(f"HbA1c to {rule.hba1c_maximum:g} %")
    if rule.phenotype.text != "any":
        said.append(rule.phenotype.text.replace("_", " "))
    return "screened: " + ", ".join(said)


def _prior(design: Design) -> str:
    taken = ", ".join(f"{row.label} ({100 * row.share:.0f} %)" for row in design.prior)
    weeks = design.eligibility.washout
    until = f"{_counted(weeks, 'week')} of washout before" if weeks else "on the day of"
    return f"until {until} the baseline week some took {taken}"


def _run_in(design: Design) -> str:
    run_in = design.run_in
    assert run_in is not None
    given = ", ".join(row.label for row in run_in.treatments) or "placebo"
    said = f"run-in of {_counted(run_in.weeks, 'week')} on {given}"
    if run_in.exclude_relief_above is not None:
        said += f"; out with more than {100 * run_in.exclude_relief_above:.0f} % relief"
    if run_in.keep_relief_from is not None:
        said += f"; on with at least {100 * run_in.keep_relief_from:.0f} % relief"
    return said


def _groups(design: Design) -> str:
    return "arms" if design.period_count == 1 else "orders of the arms"


def _weeks(design: Design) -> str:
    blind = "double-blind" if design.blind else "open"
    if design.period_count == 1:
        return f"{_counted(design.period_weeks, 'week')}, {blind}"
    weeks, between = _counted(design.period_weeks, "week"), _counted(design.washout_weeks, "week")
    washout = f" with {between} between" if design.washout_weeks else ""
    return f"{design.period_count} periods of {weeks}{washout}, {blind}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def plan_of(design: Design, run: Run, workers: int = 1) -> dict[str, Any]:
    """The plan as data."""
    visits = design.patients * design.period_count * design.period_weeks
    return {
        "title": design.title,
        "question": design.question,
        "kind": _KINDS[design.kind],
        "patients": design.patients,
        "seed": design.seed,
        "arms": {
            arm.name: {
                "given": describe_arm(design, arm.name),
                "control": arm.name == design.control.name,
            }
            for arm in design.arms
        },
        "way_of_a_patient": list(patient_way(design)),
        "warnings": list(design.warnings()),
        "shards": run.shards,
        "shards_done": len(done_shards(run)),
        "disk_MB": round(visits * _STORED_BYTES / 1e6, 1),
        "memory_bound_GiB": round(memory_bound_GiB(design, workers), 2),
        "configuration": run.design,
        "model": run.model,
        "store": str(run.folder),
    }


def plan_text(plan: dict[str, Any]) -> str:
    """The plan as lines for a terminal."""
    lines = [
        plan["title"],
        f"{plan['kind']}, {plan['patients']:,} patients, seed {plan['seed']}",
    ]
    for name, arm in plan["arms"].items():
        control = " (control)" if arm["control"] else ""
        lines.append(f"  {name}{control}: {arm['given']}")
    lines.append("The way of a patient:")
    lines += [f"  {number}. {step}" for number, step in enumerate(plan["way_of_a_patient"], 1)]
    lines += [f"Warning: {warning}" for warning in plan["warnings"]]
    shards = _counted(plan["shards"], "shard")
    lines.append(
        f"{shards}, {plan['shards_done']} done; about {plan['disk_MB']:g} MB on disk, at most "
        f"{plan['memory_bound_GiB']:g} GiB of memory"
    )
    lines.append(f"Stored in {plan['store']}")
    return "\n".join(lines)
