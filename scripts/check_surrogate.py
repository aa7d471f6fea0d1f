"""Hold the fitted pathway against the biophysical one on virtual patients it has not seen.

    python scripts/check_surrogate.py --patients 12

Patients are drawn from the course of each cause at several times, integrated membrane by
membrane, and compared in the 0-10 rating at rest and in four tests. The errors are stored beside
the weights and shown in every report.
"""

from __future__ import annotations

import argparse
import json

import jax
import numpy as np

from causalgia import causes
from causalgia.course import follow, typical
from causalgia.pathway import biophysical, surrogate
from causalgia.pathway.floors import FLOORS
from causalgia.pathway.response import TESTS
from causalgia.pathway.weights import WEIGHTS, model_hash

DAYS = {"shingles": (14, 90), "cervical_radiculopathy": (28, 300), "diabetic_neuropathy": (700,)}


def draw(count: int, seed: int) -> np.ndarray:
    """Mechanisms [entry, patient] of unlike patients, early and late in each cause."""
    rng = np.random.default_rng(seed)
    columns = []
    for name, days in DAYS.items():
        for day in days:
            patients = typical(
                256,
                severity=rng.uniform(0.1, 1.0, 256),
                age_years=rng.uniform(40.0, 85.0, 256),
                hba1c_percent=rng.uniform(7.0, 11.0, 256),
                persistence=rng.uniform(0.0, 1.0, 256),
                channel_plasticity=np.exp(0.35 * rng.standard_normal(256)),
                microglial_reactivity=np.exp(0.4 * rng.standard_normal(256)),
                descending_capacity=np.exp(0.4 * rng.standard_normal(256)),
            )
            cause = causes.find(name)
            step_days = min(7.0, cause.longest_step_days)
            course = follow(
                cause, patients, respond=surrogate.respond, days=day, step_days=step_days
            )
            columns.append(np.asarray(course.state.mechanisms))
    pool = np.concatenate(columns, axis=1)
    return pool[:, rng.choice(pool.shape[1], count, replace=False)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=12)
    parser.add_argument("--fibers", type=int, default=20, help="fibers of each class a nerve")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    values = draw(arguments.patients, arguments.seed)
    fast = np.asarray(jax.jit(surrogate.respond)(values.astype(np.float32)).rating)
    slow = biophysical.respond(
        values, fibers=arguments.fibers, duration_ms=2000.0, seed=arguments.seed
    ).rating
    again = biophysical.respond(
        values, fibers=arguments.fibers, duration_ms=2000.0, seed=arguments.seed + 1
    ).rating
    error = np.abs(fast - slow)
    report = {
        "fitted_to": {name: model_hash(name) for name in FLOORS},
        "patients": arguments.patients,
        "fibers": arguments.fibers,
        "rating_error_median": round(float(np.median(error)), 3),
        "rating_error_p95": round(float(np.quantile(error, 0.95)), 3),
        "rating_error_by_test": {
            test: round(float(np.median(row)), 3) for test, row in zip(TESTS, error, strict=True)
        },
        "rating_scatter_of_biophysical_median": round(float(np.median(np.abs(slow - again))), 3),
        "rating_scatter_of_biophysical_p95": round(
            float(np.quantile(np.abs(slow - again), 0.95)), 3
        ),
    }
    text = json.dumps(report, indent=2) + "\n"
    (WEIGHTS / "end_to_end.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
