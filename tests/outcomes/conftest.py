"""A clinic: populations with one cause each, followed on the fitted pathway."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from causalgia import causes
from causalgia.causes import Cause
from causalgia.course import Course, CourseState, Patients, follow, load_constants, respond_under
from causalgia.course.constants import Constants
from causalgia.mechanisms.map import rows
from causalgia.pathway import Response
from causalgia.pathway.surrogate import respond
from causalgia.patients.case import read_case
from causalgia.patients.population import draw_population
from causalgia.treatments import Prescription, build_schedule

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
COUNT = 256
UNKNOWN = ("age_years", "weight_kg", "renal_clearance_mL_min", "hba1c_percent", "severity")
REST = 0


@dataclasses.dataclass(frozen=True)
class Clinic:
    """Patients with one cause, drawn as a case of whom nothing is known would be."""

    cause: Cause
    patients: Patients

    def follow(
        self,
        days: float,
        *prescriptions: Prescription,
        start: CourseState | None = None,
        constants: dict[str, float] | None = None,
        seed: int = 0,
    ) -> Course:
        """Follow everybody; `constants` unplugs or changes numbers of the slow dynamics."""
        return follow(
            self.cause,
            self.patients,
            prescriptions,
            respond=respond,
            days=days,
            start=start,
            seed=seed,
            constants=_constants(tuple(sorted((constants or {}).items()))),
        )

    def now(self, state: CourseState, *given: Prescription, hours: float = 1.0) -> Response:
        """What goes on in everybody, `hours` after something short-lived is given today."""
        schedule = build_schedule(given, ())
        return respond_under(
            state, self.patients, schedule, float(state.day) + hours / 24.0, respond
        )

    def pain(self, state: CourseState, *given: Prescription) -> np.ndarray:
        """Pain at rest now, under what is given."""
        return np.asarray(self.now(state, *given).rating[REST])

    def pain_without_input(self, state: CourseState) -> np.ndarray:
        """Pain at rest with every sodium channel of every nerve fiber blocked."""
        silent = state.mechanisms.at[np.array(rows("sodium_availability"))].set(0.0)
        return self.pain(dataclasses.replace(state, mechanisms=silent))


@cache
def _constants(changes: tuple[tuple[str, float], ...]) -> Constants:
    return load_constants(dict(changes))


@pytest.fixture(scope="session")
def clinic() -> Callable[[str], Clinic]:
    """The clinic for a cause."""

    @cache
    def open_clinic(cause: str) -> Clinic:
        unknown = dict.fromkeys(UNKNOWN)
        case = dataclasses.replace(read_case(EXAMPLES / f"{cause}.toml"), **unknown)
        drawn = draw_population(case, causes.find(cause), count=COUNT, seed=1)
        covariates = {
            field.name: jnp.asarray(getattr(drawn, field.name), dtype=jnp.float32)
            for field in dataclasses.fields(drawn)
        }
        identity = jnp.arange(COUNT, dtype=jnp.uint32)
        return Clinic(causes.find(cause), Patients(identity=identity, **covariates))

    return open_clinic
