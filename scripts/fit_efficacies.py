"""Fit what a trial adds and how far each target moves its mechanism, to calibrate rows alone.

    python scripts/fit_efficacies.py participation --out participation.csv
    python scripts/fit_efficacies.py improvement --out improvement.csv
    python scripts/fit_efficacies.py efficacies --out efficacies.csv

The first searches how pain fluctuates and what is believed of a treatment, against placebo arms;
the second from which relief people say that they are much improved, where that is what was
published; the third finds one efficacy a target, against arms and differences of drugs that act
there. Every
point is a set of simulated trials with the same virtual patients, so that differences between
points are those of the numbers. The likelihood is normal; rows of one trial share its weight, as
they share its patients. Posterior: uniform prior over the range of the grid. Rows to validate are
out of reach (`causalgia.validation.treatments.compute(use="calibrate")`).
"""

from __future__ import annotations

import argparse
import csv
import itertools
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from causalgia.cache import enable_compilation_cache
from causalgia.causes import find as find_cause
from causalgia.trials.belief import syndrome_of
from causalgia.validation.reference import Reference, load_references
from causalgia.validation.treatments import compute
from causalgia.validation.treatments.arms import arm_of
from causalgia.validation.treatments.computing import simulated
from causalgia.validation.treatments.measures import measure
from causalgia.validation.treatments.settings import design_of, rows
from causalgia.validation.verdict import Computed

PARTICIPATION = {
    "fluctuation_deviation": (1.2, 1.5),
    "belief_log_deviation": (1.0, 1.5, 2.0),
}
BELIEFS = (0.05, 0.12, 0.22, 0.34, 0.5, 0.7)
"""Points of the search in what a trial adds; every combination is simulated. Belief is a mean for
each syndrome, which rows of that syndrome alone decide, so that all are searched at once."""

IMPROVEMENTS = (20, 25, 30, 35, 40, 45, 50, 60)
"""Reliefs, in percent, of which one may mean "much improved"."""

GRID = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
GRIDS = {"sodium_channel": (0.1, 0.3, 0.5, 0.7, 1.0)}
"""Efficacies that are tried, by target where they differ."""

TARGETS = {
    "alpha2delta": ("pregabalin", "gabapentin"),
    "noradrenaline": ("duloxetine",),
    "serotonin": ("duloxetine",),
    "sodium_channel": ("oxcarbazepine", "nortriptyline", "amitriptyline"),
    "mu_opioid": ("morphine", "oxycodone", "tramadol"),
    "trpv1_endings": ("capsaicin",),
    "cannabinoid_1": ("cannabinoids",),
    "snap25": ("botulinum",),
    "dorsal_columns": ("spinal_cord_stimulation",),
}
"""Targets in the order of their fit, and the drugs whose rows speak for them."""

NORMAL_95 = 1.959964
BETWEEN_TRIALS = {"points of 0-10": 0.3, "%": 6.0, "% of baseline": 6.0, "risk": 0.05}
"""How much trials of one thing differ beyond chance (assumed), by unit."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("stage", choices=tuple(STAGES))
    parser.add_argument("--patients", type=int, default=150, help="virtual patients an arm")
    parser.add_argument("--out", type=Path, required=True, help="CSV of all points")
    given = parser.parse_args()
    enable_compilation_cache()
    references = [
        r for r in load_references("treatments") if r.use == "calibrate" and r.id in rows()
    ]
    points: Sequence[Mapping[str, object]] = STAGES[given.stage](references, given.patients)
    with given.out.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(points[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(points)


def fit_participation(references: Sequence[Reference], patients: int) -> list[dict[str, float]]:
    """Search the numbers of taking part against arms without an active treatment."""
    own: dict[str, list[Reference]] = {}
    for reference in references:
        wanted = rows()[reference.id]
        syndromes = syndromes_of(wanted.trial)
        if is_control(wanted.arm) and "stops" not in wanted.measure and len(syndromes) == 1:
            own.setdefault(*syndromes, []).append(reference)
    points = []
    for *values, belief in itertools.product(*PARTICIPATION.values(), BELIEFS):
        numbers = dict(zip(PARTICIPATION, values, strict=True))
        folds = {f"belief_fold_in_{name}": 1.0 for name in own if name != "focal"}
        given = {**numbers, "belief_mean": belief, **folds}
        misfits = {name: misfit(some, patients, numbers=given) for name, some in own.items()}
        points.append({**numbers, "belief": belief, **misfits})
        say(points[-1])
    say({name: len(some) for name, some in own.items()})
    say(posterior_means(points, list(own)))
    return points


def syndromes_of(trial: str) -> set[str]:
    """Syndromes of those whom a trial enrolls."""
    return {syndrome_of(find_cause(row.cause)) for row in design_of(trial, 10).condition}


def posterior_means(
    points: Sequence[Mapping[str, float]], syndromes: Sequence[str]
) -> dict[str, float]:
    """Means of the numbers of taking part over the posterior at the points tried.

    Given what all share, belief in one syndrome says nothing of belief in another.
    """
    shared: dict[tuple[float, ...], list[Mapping[str, float]]] = {}
    for point in points:
        shared.setdefault(tuple(point[name] for name in PARTICIPATION), []).append(point)
    beliefs, likelihoods = [], []
    for some in shared.values():
        # Between the beliefs tried the misfit is interpolated, as that of efficacies is.
        fine = np.linspace(BELIEFS[0], BELIEFS[-1], 201)
        between = [np.interp(fine, BELIEFS, [p[name] for p in some]) for name in syndromes]
        densities = [np.exp(-0.5 * (misfits - misfits.min())) for misfits in between]
        beliefs.append([float(d @ fine / d.sum()) for d in densities])
        likelihoods.append(
            sum(math.log(d.mean()) - 0.5 * m.min() for d, m in zip(densities, between, strict=True))
        )
    weight = np.exp(np.array(likelihoods) - max(likelihoods))
    weight /= weight.sum()
    means = {name: weight @ [s[i] for s in shared] for i, name in enumerate(PARTICIPATION)}
    means |= {
        f"belief, {name}": weight @ [b[i] for b in beliefs] for i, name in enumerate(syndromes)
    }
    return {name: round(float(mean), 3) for name, mean in means.items()}


def fit_improvement(references: Sequence[Reference], patients: int) -> list[dict[str, float]]:
    """Search the relief from which people say that they are much improved."""
    own = [r for r in references if rows()[r.id].measure == "improved"]
    points = []
    for percent in IMPROVEMENTS:
        total = 0.0
        for reference in own:
            wanted = rows()[reference.id]
            arm = arm_of(*simulated(wanted.trial, patients), wanted.arm, crossover=False)
            total += residual(reference, measure(f"responder{percent}", arm, arm)) ** 2
        points.append({"relief_percent": float(percent), "misfit": total, "rows": len(own)})
        say(points[-1])
    mean, low, high = posterior(IMPROVEMENTS, [point["misfit"] for point in points])
    say({"posterior": f"{mean:.0f} ({low:.0f} to {high:.0f}) %"})
    return points


def is_control(arm: str) -> bool:
    """Whether an arm is a placebo."""
    return arm in ("placebo", "sham", "control", "placebo iv")


def fit_efficacies(references: Sequence[Reference], patients: int) -> list[dict[str, object]]:
    """One target after the other, each with those before it at their best."""
    best: dict[str, float] = {}
    points: list[dict[str, object]] = []
    for target, drugs in TARGETS.items():
        own = [r for r in references if speaks_for(r, drugs)]
        grid = GRIDS.get(target, GRID)
        scores = []
        for value in grid:
            scores.append(misfit(own, patients, efficacies={**best, target: value}))
            say({"target": target, "efficacy": value, "misfit": scores[-1], "rows": len(own)})
        mean, low, high = posterior(grid, scores)
        best[target] = mean
        points += [
            {"target": target, "efficacy": v, "misfit": round(s, 2), "rows": len(own)}
            for v, s in zip(grid, scores, strict=True)
        ]
        say({"target": target, "posterior": f"{mean:.2f} ({low:.2f} to {high:.2f})"})
    return points


def speaks_for(reference: Reference, drugs: Sequence[str]) -> bool:
    """Whether a row is about relief by one of the drugs alone."""
    wanted = rows()[reference.id]
    if wanted.measure.startswith(("stops", "nnh")) or is_control(wanted.arm):
        return False
    text = f"{wanted.trial} {wanted.arm}".lower()
    if wanted.arm == "active":
        text = wanted.trial
    elif wanted.trial.startswith(("SLANGEN", "PROCESS")):
        text = "spinal_cord_stimulation"
    return any(drug in text for drug in drugs) and "+" not in wanted.arm.replace("SCS+", "")


def misfit(
    references: Sequence[Reference],
    patients: int,
    *,
    efficacies: Mapping[str, float] | None = None,
    numbers: Mapping[str, float] | None = None,
) -> float:
    """Minus twice the log likelihood: squared residuals in standard errors."""
    found = compute([r.id for r in references], efficacies, numbers, patients=patients)
    # Rows of a trial are not independent: together they count as the root of their number.
    counts = Counter(rows()[r.id].trial for r in references)
    total = 0.0
    for reference in references:
        outcome = found[reference.id]
        assert isinstance(outcome, Computed)
        weight = 1.0 / math.sqrt(counts[rows()[reference.id].trial])
        total += weight * residual(reference, outcome) ** 2
    return total


def residual(reference: Reference, found: Computed) -> float:
    """How far the model is from the published number, in standard errors of both together."""
    published = (reference.value, reference.low, reference.high)
    model = (found.value, found.low, found.high)
    unit = reference.unit
    if rows()[reference.id].measure.startswith("nn"):
        # Numbers needed to treat jump through infinity; their inverses do not.
        published, model = ((1 / v, 1 / b, 1 / a) for v, a, b in (published, model))
        unit = "risk"
    errors = [(high - low) / (2 * NORMAL_95) for _, low, high in (published, model)]
    spread = math.sqrt(sum(e**2 for e in errors) + BETWEEN_TRIALS[unit] ** 2)
    return (model[0] - published[0]) / spread


def posterior(grid: Sequence[float], misfits: Sequence[float]) -> tuple[float, float, float]:
    """Mean and the interval of 90 % of the posterior over a grid, interpolated."""
    fine = np.linspace(grid[0], grid[-1], 401)
    between = np.interp(fine, grid, misfits)
    density = np.exp(-0.5 * (between - between.min()))
    cumulative = np.cumsum(density) / density.sum()
    low, high = (float(np.interp(p, cumulative, fine)) for p in (0.05, 0.95))
    return float((fine * density).sum() / density.sum()), low, high


def say(row: Mapping[str, object]) -> None:
    """Print a point as it is found."""
    print(", ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    sys.stdout.flush()


STAGES = {
    "participation": fit_participation,
    "improvement": fit_improvement,
    "efficacies": fit_efficacies,
}

if __name__ == "__main__":
    main()
