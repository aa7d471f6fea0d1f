"""Fit what a trial adds and how far each target moves its mechanism, to calibrate rows alone.

    python scripts/fit_efficacies.py participation --out participation.csv
    python scripts/fit_efficacies.py efficacies --out efficacies.csv

The first searches how pain fluctuates and what is believed of a treatment, against placebo arms;
the second finds one efficacy a target, against arms and differences of drugs that act there. Every
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
from causalgia.validation.reference import Reference, load_references
from causalgia.validation.treatments import compute
from causalgia.validation.treatments.settings import rows
from causalgia.validation.verdict import Computed

PARTICIPATION = {
    "fluctuation_deviation": (1.3, 1.5, 2.0, 2.4),
    "belief_mean": (0.12, 0.2, 0.27),
    "belief_log_deviation": (1.0, 1.5, 2.0),
}
"""Points of the search in what a trial adds; every combination is simulated."""

GRID = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
GRIDS = {"sodium_channel": (0.1, 0.3, 0.5, 0.7, 1.0)}
"""Efficacies that are tried, by target where they differ."""

TARGETS = {
    "alpha2delta": ("pregabalin", "gabapentin"),
    "noradrenaline": ("duloxetine",),
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
    parser.add_argument("stage", choices=("participation", "efficacies"))
    parser.add_argument("--patients", type=int, default=150, help="virtual patients an arm")
    parser.add_argument("--out", type=Path, required=True, help="CSV of all points")
    given = parser.parse_args()
    enable_compilation_cache()
    references = [
        r for r in load_references("treatments") if r.use == "calibrate" and r.id in rows()
    ]
    stage = fit_participation if given.stage == "participation" else fit_efficacies
    points: Sequence[Mapping[str, object]] = stage(references, given.patients)
    with given.out.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(points[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(points)


def fit_participation(references: Sequence[Reference], patients: int) -> list[dict[str, float]]:
    """Search the numbers of taking part against arms without an active treatment."""
    own = [
        r
        for r in references
        if is_control(rows()[r.id].arm) and "stops" not in rows()[r.id].measure
    ]
    points = []
    for values in itertools.product(*PARTICIPATION.values()):
        numbers = dict(zip(PARTICIPATION, values, strict=True))
        score = misfit(own, patients, numbers=numbers)
        points.append({**numbers, "misfit": round(score, 2), "rows": len(own)})
        say(points[-1])
    say(posterior_means(points))
    return points


def posterior_means(points: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Means of the numbers of taking part over the posterior at the points tried."""
    misfits = np.array([point["misfit"] for point in points])
    density = np.exp(-0.5 * (misfits - misfits.min()))
    return {
        name: round(float(density @ [point[name] for point in points] / density.sum()), 3)
        for name in PARTICIPATION
    }


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


if __name__ == "__main__":
    main()
