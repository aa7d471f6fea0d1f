"""Virtual patients: covariates drawn from what is known of such patients.

Every covariate draws from a stream of its own, one value a patient, so that the first patients of
a large population are those of a small one, and what a case file fixes moves nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from causalgia.causes import Cause
from causalgia.evidence import parameter
from causalgia.patients.case import Case
from causalgia.patients.streams import stream

__all__ = ["SUSCEPTIBILITIES", "Population", "draw_population"]

SUSCEPTIBILITIES = (
    "channel_plasticity",
    "microglial_reactivity",
    "descending_capacity",
    "regeneration",
    "pain_sensitivity",
    "distress",
)
"""How strongly a patient's nerve and cord answer, as factors around 1."""

_LOWEST_AGE_YEARS = 18.0


@dataclass(frozen=True)
class Population:
    """Covariates of virtual patients, each an array [patient].

    `age_years`, `weight_kg`, `renal_clearance_mL_min`, `hba1c_percent`; `cyp2d6_activity` (1: two
    normal alleles); `severity` of the cause (0-1); `persistence`, the patient's rank among those
    in whom the cause lasts (0-1); the susceptibilities, factors around 1; and usual `sleep` (0-1).
    """

    age_years: Float[np.ndarray, " patient"]
    severity: Float[np.ndarray, " patient"]
    persistence: Float[np.ndarray, " patient"]
    hba1c_percent: Float[np.ndarray, " patient"]
    renal_clearance_mL_min: Float[np.ndarray, " patient"]
    weight_kg: Float[np.ndarray, " patient"]
    cyp2d6_activity: Float[np.ndarray, " patient"]
    channel_plasticity: Float[np.ndarray, " patient"]
    microglial_reactivity: Float[np.ndarray, " patient"]
    descending_capacity: Float[np.ndarray, " patient"]
    regeneration: Float[np.ndarray, " patient"]
    pain_sensitivity: Float[np.ndarray, " patient"]
    distress: Float[np.ndarray, " patient"]
    sleep: Float[np.ndarray, " patient"]


def _number(name: str) -> float:
    return parameter(f"causalgia_patients/{name}").value


def draw_population(case: Case, cause: Cause, *, count: int, seed: int) -> Population:
    """Draw virtual patients who have the cause and share what is known of the case.

    **Arguments:** the `case`, whose known covariates all patients share; its `cause`, whose
    priors come before the population's; `count` of patients; `seed`.
    """

    def generator(covariate: str) -> np.random.Generator:
        return stream(seed, "population", covariate)

    ranges = {prior.covariate: (prior.low, prior.high) for prior in cause.priors}

    def draw(covariate: str, otherwise: Callable[[np.random.Generator], np.ndarray]) -> np.ndarray:
        if covariate in ranges:
            return _within(generator(covariate), *ranges[covariate], count)
        return otherwise(generator(covariate))

    age = _known(case.age_years, count)
    if age is None:
        age = draw("age_years", lambda g: _normal(g, "age_years", count))
        # Nobody had the cause before birth.
        age = np.maximum(age, _LOWEST_AGE_YEARS + case.onset_days / 365.25)
    weight = _known(case.weight_kg, count)
    if weight is None:
        weight = np.clip(_normal(generator("weight_kg"), "weight_kg", count), 40.0, 160.0)
    clearance = _known(case.renal_clearance_mL_min, count)
    if clearance is None:
        clearance = _clearance(generator("creatinine"), age, weight, count)
    hba1c = _known(case.hba1c_percent, count)
    if hba1c is None:
        hba1c = draw("hba1c_percent", lambda g: _normal(g, "hba1c_percent", count))
    severity_range = case.severity or ranges.get("severity", (0.0, 1.0))
    return Population(
        age_years=age,
        severity=_within(generator("severity"), *severity_range, count),
        persistence=generator("persistence").random(count),
        hba1c_percent=hba1c,
        renal_clearance_mL_min=clearance,
        weight_kg=weight,
        cyp2d6_activity=_cyp2d6(generator("cyp2d6"), count),
        sleep=generator("sleep").beta(
            _number("usual_sleep_first_shape"), _number("usual_sleep_second_shape"), count
        ),
        **{
            name: np.exp(_number(f"{name}_log_sd") * generator(name).standard_normal(count))
            for name in SUSCEPTIBILITIES
        },
    )


def _known(value: float | None, count: int) -> np.ndarray | None:
    return None if value is None else np.full(count, value)


def _normal(generator: np.random.Generator, name: str, count: int) -> np.ndarray:
    return _number(f"{name}_mean") + _number(f"{name}_sd") * generator.standard_normal(count)


def _within(generator: np.random.Generator, low: float, high: float, count: int) -> np.ndarray:
    shape = _number("range_shape")
    return low + (high - low) * generator.beta(shape, shape, count)


def _clearance(
    generator: np.random.Generator, age: np.ndarray, weight: np.ndarray, count: int
) -> np.ndarray:
    """Creatinine clearance in mL/min by Cockcroft and Gault (1976), for an even mix of sexes."""
    spread = _number("creatinine_log_sd") * generator.standard_normal(count)
    creatinine = _number("creatinine_mg_dL_median") * np.exp(spread)
    # 0.85 for women, half of the patients.
    return np.clip(0.925 * (140.0 - age) * weight / (72.0 * creatinine), 10.0, 180.0)


def _cyp2d6(generator: np.random.Generator, count: int) -> np.ndarray:
    rank = generator.random(count)
    poor = _number("cyp2d6_poor")
    intermediate = poor + _number("cyp2d6_intermediate")
    ultrarapid = 1.0 - _number("cyp2d6_ultrarapid")
    steps = [rank < poor, rank < intermediate, rank < ultrarapid]
    return np.select(steps, [0.0, 0.5, 1.0], default=2.0)
