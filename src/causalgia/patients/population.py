"""Virtual patients: covariates drawn from what is known of such patients.

Every covariate draws from a stream of its own, one value a patient, so that the first patients of
a large population are those of a small one, and what a case file fixes moves nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float

from causalgia.causes import Cause, Prior
from causalgia.errors import InputError, nearest
from causalgia.evidence import parameter
from causalgia.patients.case import Case
from causalgia.patients.streams import stream

__all__ = ["COVARIATES", "SUSCEPTIBILITIES", "Population", "draw_patients", "draw_population"]

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


COVARIATES = tuple(field.name for field in fields(Population))
"""All that a virtual patient is drawn with."""


def _number(name: str) -> float:
    return parameter(f"causalgia_patients/{name}").value


def draw_population(case: Case, cause: Cause, *, count: int, seed: int) -> Population:
    """Draw virtual patients who have the cause and share what is known of the case.

    **Arguments:** the `case`, whose known covariates all patients share; its `cause`, whose
    priors come before the population's; `count` of patients; `seed`.
    """
    names = ("age_years", "weight_kg", "renal_clearance_mL_min", "hba1c_percent")
    known = {name: getattr(case, name) for name in names if getattr(case, name) is not None}
    return draw_patients(
        cause,
        known,
        count=count,
        seed=seed,
        severity=case.severity,
        onset_years=case.onset_days / 365.25,
    )


def draw_patients(
    cause: Cause,
    known: Mapping[str, float] | None = None,
    *,
    count: int,
    seed: int,
    severity: tuple[float, float] | None = None,
    onset_years: float = 0.0,
) -> Population:
    """Draw virtual patients who have a cause.

    **Arguments:** the `cause`, whose priors come before the population's; covariates that are
    `known`, which all patients share; `count` of patients; `seed`; the range of `severity` where
    it is known; how long ago the cause began, in years.
    **Raises:** `InputError` for a covariate that does not exist.
    """
    known = _checked(known or {})

    def generator(covariate: str) -> np.random.Generator:
        return stream(seed, "population", covariate)

    priors = {prior.covariate: prior for prior in cause.priors}

    def draw(covariate: str, otherwise: Callable[[np.random.Generator], np.ndarray]) -> np.ndarray:
        if covariate in known:
            return np.full(count, known[covariate])
        if covariate in priors:
            return _within(generator(covariate), priors[covariate], count)
        return otherwise(generator(covariate))

    def about(name: str) -> Callable[[np.random.Generator], np.ndarray]:
        return lambda g: _normal(g, name, count)

    def susceptible(name: str) -> Callable[[np.random.Generator], np.ndarray]:
        return lambda g: np.exp(_number(f"{name}_log_sd") * g.standard_normal(count))

    age = draw("age_years", about("age_years"))
    if "age_years" not in known:
        # Nobody had the cause before birth.
        age = np.maximum(age, _LOWEST_AGE_YEARS + onset_years)
    weight = draw("weight_kg", lambda g: np.clip(_normal(g, "weight_kg", count), 40.0, 160.0))
    creatinine = generator("creatinine")
    if severity is not None:
        priors["severity"] = Prior("severity", *severity)
    priors.setdefault("severity", Prior("severity", 0.0, 1.0))
    return Population(
        age_years=age,
        severity=draw("severity", about("severity")),
        persistence=draw("persistence", lambda g: g.random(count)),
        hba1c_percent=draw("hba1c_percent", about("hba1c_percent")),
        renal_clearance_mL_min=draw(
            "renal_clearance_mL_min", lambda _: _clearance(creatinine, age, weight, count)
        ),
        weight_kg=weight,
        cyp2d6_activity=draw("cyp2d6_activity", lambda _: _cyp2d6(generator("cyp2d6"), count)),
        sleep=draw("sleep", lambda g: _usual_sleep(g, count)),
        **{name: draw(name, susceptible(name)) for name in SUSCEPTIBILITIES},
    )


def _checked(known: Mapping[str, float]) -> dict[str, float]:
    for name in known:
        if name not in COVARIATES:
            raise InputError(f"unknown covariate {name!r}; {nearest(name, COVARIATES)}")
    return dict(known)


def _normal(generator: np.random.Generator, name: str, count: int) -> np.ndarray:
    return _number(f"{name}_mean") + _number(f"{name}_sd") * generator.standard_normal(count)


def _within(generator: np.random.Generator, prior: Prior, count: int) -> np.ndarray:
    usual = _number("range_shape")
    first, second = prior.shape or (usual, usual)
    return prior.low + (prior.high - prior.low) * generator.beta(first, second, count)


def _usual_sleep(generator: np.random.Generator, count: int) -> np.ndarray:
    first, second = _number("usual_sleep_first_shape"), _number("usual_sleep_second_shape")
    return generator.beta(first, second, count)


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
