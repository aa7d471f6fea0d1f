"""Fit what a trial adds and how far each target moves its mechanism, to calibrate rows alone.

    python scripts/fit_efficacies.py participation --out participation.csv
    python scripts/fit_efficacies.py improvement --out improvement.csv
    python scripts/fit_efficacies.py efficacies --out efficacies.csv

The first searches how pain fluctuates and what is believed of a treatment, against placebo arms;
the second from which relief people say that they are much improved, where that is what was
published; the third finds one efficacy a target, against arms and differences of drugs that act
there, and searches targets together that one drug holds. Every point is a set of simulated trials
with the same virtual patients, in every arm, so that differences are those of the numbers. The
likelihood is normal; rows of one trial share its weight, as they share its patients. Posterior:
uniform prior over the range of the grid. Rows to validate are out of reach
(`causalgia.validation.treatments.compute(use="calibrate")`).
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
from scipy.interpolate import RegularGridInterpolator

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
    "belief_log_deviation": (1.5, 2.0, 2.5, 3.0),
}
BELIEFS = (0.05, 0.12, 0.22, 0.34, 0.5, 0.7, 1.0, 1.5, 2.5)
"""Points of the search in what a trial adds; every combination is simulated. Belief is a mean for
each syndrome, which rows of that syndrome alone decide, so that all are searched at once."""

IMPROVEMENTS = (20, 25, 30, 35, 40, 45, 50, 60)
"""Reliefs, in percent, of which one may mean "much improved"."""

GRID = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
GRIDS = {"sodium_channel": (0.1, 0.3, 0.5, 0.7, 1.0)}
"""Efficacies that are tried, by target where they differ."""

TARGETS = {
    ("alpha2delta",): ("pregabalin", "gabapentin"),
    ("alpha2delta_in_brain",): ("central_12_pregabalin",),
    ("noradrenaline", "serotonin"): ("duloxetine",),
    ("sodium_channel",): ("oxcarbazepine", "nortriptyline", "amitriptyline"),
    ("mu_opioid",): ("morphine", "oxycodone", "tramadol"),
    ("trpv1_endings",): ("capsaicin",),
    ("cannabinoid_1",): ("cannabinoids",),
    ("snap25",): ("botulinum",),
    ("dorsal_columns",): ("spinal_cord_stimulation",),
}
"""Targets in the order of their fit, those that one drug holds together, and the drugs whose rows
speak for them."""

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
    mixed: list[Reference] = []
    for reference in references:
        wanted = rows()[reference.id]
        if is_control(wanted.arm) and "stops" not in wanted.measure:
            syndromes = syndromes_of(wanted.trial)
            kept = own.setdefault(*syndromes, []) if len(syndromes) == 1 else mixed
            kept.append(reference)
    points: list[dict[str, float]] = []
    posteriors = []
    for values in itertools.product(*PARTICIPATION.values()):
        numbers = dict(zip(PARTICIPATION, values, strict=True))
        some = [{**numbers, **misfits_of(own, patients, numbers, belief)} for belief in BELIEFS]
        for point in some:
            say(point)
        means, likelihood = believed(some, list(own))
        # Where a trial mixes syndromes, at what each of them believes by rows of its own.
        apart = misfit(mixed, patients, numbers={**numbers, **as_numbers(means)})
        say({**numbers, **means, "mixed": apart})
        posteriors.append(({**numbers, **means}, likelihood - 0.5 * apart))
        points += [{**point, "mixed": apart} for point in some]
    say({name: len(some) for name, some in {**own, "mixed": mixed}.items()})
    for numbers, likelihood in posteriors:
        say({**numbers, "log likelihood": round(likelihood, 2)})
    return points


def syndromes_of(trial: str) -> set[str]:
    """Syndromes of those whom a trial enrolls."""
    return {syndrome_of(find_cause(row.cause)) for row in design_of(trial, 10).condition}


def as_numbers(beliefs: Mapping[str, float]) -> dict[str, float]:
    """Mean beliefs by syndrome, as the numbers that hold them."""
    first = beliefs["focal"]
    folds = {f"belief_fold_in_{n}": b / first for n, b in beliefs.items() if n != "focal"}
    return {"belief_mean": first, **folds}


def misfits_of(
    own: Mapping[str, Sequence[Reference]],
    patients: int,
    numbers: Mapping[str, float],
    belief: float,
) -> dict[str, float]:
    """The misfit of each syndrome's rows where everybody has one mean belief."""
    given = {**numbers, **as_numbers(dict.fromkeys(own, belief))}
    found = {name: misfit(some, patients, numbers=given) for name, some in own.items()}
    return {"belief": belief, **found}


def believed(
    points: Sequence[Mapping[str, float]], syndromes: Sequence[str]
) -> tuple[dict[str, float], float]:
    """Posterior mean of belief in each syndrome, and the log likelihood of all their rows.

    Given what all share, belief in one syndrome says nothing of belief in another, but that central
    pain, for which one row speaks, believes no more than focal neuropathies do (Cepeda 2012).
    Between the beliefs tried the misfit is interpolated, as that of efficacies is.
    """
    means, likelihood = {}, 0.0
    fine = np.linspace(BELIEFS[0], BELIEFS[-1], 201)
    for name in sorted(syndromes, key="focal".__ne__):
        between = np.interp(fine, BELIEFS, [point[name] for point in points])
        density = np.exp(-0.5 * (between - between.min()))
        if name == "central_pain":
            density = density * (fine <= means["focal"])
        means[name] = float(density @ fine / density.sum())
        likelihood += math.log(density.mean()) - 0.5 * between.min()
    return means, likelihood


def fit_improvement(references: Sequence[Reference], patients: int) -> list[dict[str, float]]:
    """Search the relief from which people say that they are much improved."""
    own = [r for r in references if rows()[r.id].measure == "improved"]
    points = []
    for percent in IMPROVEMENTS:
        total = 0.0
        for reference in own:
            wanted = rows()[reference.id]
            tables = simulated(wanted.trial, patients, (wanted.arm,))
            arm = arm_of(*tables, wanted.arm, crossover=False)
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
    """One target after the other (or two at once), each with those before it at their best."""
    best: dict[str, float] = {}
    points: list[dict[str, object]] = []
    for targets, drugs in TARGETS.items():
        own = [r for r in references if speaks_for(r, drugs)]
        grids = [GRIDS.get(target, GRID) for target in targets]
        scores = np.zeros([len(grid) for grid in grids])
        for place in np.ndindex(scores.shape):
            values = {t: grid[i] for t, grid, i in zip(targets, grids, place, strict=True)}
            scores[place] = misfit(own, patients, efficacies={**best, **values})
            points.append(
                {
                    "target": " ".join(targets),
                    "efficacy": " ".join(str(value) for value in values.values()),
                    "misfit": round(float(scores[place]), 2),
                    "rows": len(own),
                }
            )
            say(points[-1])
        for target, found in zip(targets, posteriors(grids, scores), strict=True):
            best[target] = found[0]
            say({"target": target, "posterior": "{:.2f} ({:.2f} to {:.2f})".format(*found)})
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
    return posteriors([grid], np.asarray(misfits))[0]


def posteriors(
    grids: Sequence[Sequence[float]], misfits: np.ndarray
) -> list[tuple[float, float, float]]:
    """Mean and interval of 90 % of each number that was searched, whatever the others are.

    **Arguments:** the `grids` of the numbers, and the `misfits` at every combination of them; in
    between they are interpolated.
    """
    fine = [np.linspace(grid[0], grid[-1], 401 if len(grids) == 1 else 101) for grid in grids]
    at = np.stack(np.meshgrid(*fine, indexing="ij"), axis=-1)
    between = RegularGridInterpolator([np.asarray(grid) for grid in grids], misfits)(at)
    density = np.exp(-0.5 * (between - between.min()))
    found = []
    for axis, values in enumerate(fine):
        own = density.sum(axis=tuple(i for i in range(len(fine)) if i != axis))
        cumulative = np.cumsum(own) / own.sum()
        low, high = (float(np.interp(p, cumulative, values)) for p in (0.05, 0.95))
        found.append((float((values * own).sum() / own.sum()), low, high))
    return found


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
