"""Running a case: the history, the match, and every way to go on from today."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from causalgia.causes import KINDS, Cause
from causalgia.course import CourseState, Patients, follow, healthy_state
from causalgia.course.plan import Respond
from causalgia.course.treating import treat
from causalgia.mechanisms.map import rows
from causalgia.pathway.response import TESTS, Response
from causalgia.patients.case import BLOCK, Case, Request
from causalgia.patients.matching import Match, log_likelihood, match
from causalgia.patients.population import Population, draw_population
from causalgia.treatments import Prescription, Schedule, build_schedule, find

__all__ = ["ArmRun", "CaseRun", "Snapshot", "Tell", "covariates", "run_arms"]

Tell = Callable[[str], None]
"""Says what is being done."""

_REST = TESTS.index("rest")
_WEEK_DAYS = 7.0
# A block is judged while it lies, half an hour after the injection.
_DURING_BLOCK_DAYS = 0.02


@dataclass(frozen=True)
class Snapshot:
    """The pathway at one time, patient by patient.

    `input_Hz` [place, patient] born at each place at rest, over all fiber classes;
    `projection_Hz` and `rating` [patient] at rest; `qualities` [quality, patient]; `mechanisms`
    [entry, patient] with treatment.
    """

    input_Hz: Float[np.ndarray, "place patient"]
    projection_Hz: Float[np.ndarray, " patient"]
    rating: Float[np.ndarray, " patient"]
    qualities: Float[np.ndarray, "quality patient"]
    mechanisms: Float[np.ndarray, "entry patient"]


@dataclass(frozen=True)
class ArmRun:
    """One way to go on: what was asked for (None: nothing further), and what came of it.

    `rating` [week, patient] of pain at rest; `untreated` and `treated` at the time at which the
    treatment is judged.
    """

    request: Request | None
    asked: bool
    rating: Float[np.ndarray, "week patient"]
    untreated: Snapshot
    treated: Snapshot


@dataclass(frozen=True)
class CaseRun:
    """All that was simulated for a case.

    `today`, and today with `no_input` from the nerve; `week_days` [week] count from today; the
    first of `arms` is without further treatment.
    """

    case: Case
    cause: Cause
    population: Population
    match: Match
    today: Snapshot
    no_input: Snapshot
    week_days: Float[np.ndarray, " week"]
    arms: tuple[ArmRun, ...]


@dataclass(frozen=True)
class _World:
    """What all arms share."""

    cause: Cause
    patients: Patients
    respond: Respond
    seed: int

    def look(
        self, mechanisms: Float[Array, "entry patient"], day: float, *given: Prescription
    ) -> Snapshot:
        """The pathway with the disease as it stands, under prescriptions, at one time."""
        schedule = build_schedule(given, KINDS)
        response, treated = _look(
            mechanisms, schedule, jnp.float32(day), self.patients, self.respond
        )
        return Snapshot(
            input_Hz=np.asarray(response.origin_Hz.sum(axis=1)),
            projection_Hz=np.asarray(response.projection_Hz[_REST]),
            rating=np.asarray(response.rating[_REST]),
            qualities=np.asarray(response.qualities),
            mechanisms=np.asarray(treated),
        )

    def go_on(
        self, start: CourseState | None, days: float, *given: Prescription
    ) -> tuple[
        Float[np.ndarray, "week patient"], Float[np.ndarray, "week entry patient"], CourseState
    ]:
        """Pain at rest and mechanisms week by week, and where everybody stands at the end."""
        course = follow(
            self.cause,
            self.patients,
            given,
            respond=self.respond,
            days=days,
            start=start,
            seed=self.seed,
            record_mechanisms=True,
        )
        assert course.mechanisms is not None
        return course.rating[:, _REST], course.mechanisms, course.state


# Looked at some twenty times a case: a third of the time to compile is worth slower looks.
@partial(jax.jit, static_argnames="respond", compiler_options={"xla_backend_optimization_level": 0})
def _look(
    mechanisms: Float[Array, "entry patient"],
    schedule: Schedule,
    day: Float[Array, ""],
    patients: Patients,
    respond: Respond,
) -> tuple[Response, Float[Array, "entry patient"]]:
    treated = treat(mechanisms, schedule, day, patients)
    return respond(treated), treated


def run_arms(
    case: Case, cause: Cause, respond: Respond, *, patients: int, seed: int, tell: Tell
) -> CaseRun:
    """Simulate the history of virtual patients, match them, and follow them in every arm.

    **Arguments:** the `case` and its `cause`; `respond`, the pathway; how many `patients`; the
    `seed`; `tell`, told what is being done.
    """
    population = draw_population(case, cause, count=patients, seed=seed)
    world = _World(cause, covariates(population), respond, seed)
    tell(f"{patients} virtual patients from onset to today")
    with ThreadPoolExecutor(1) as pool:
        # Any look will do: its program is compiled while that of the days is.
        pool.submit(world.look, healthy_state(world.patients).mechanisms, 0.0)
        _, _, state = world.go_on(None, case.onset_days)
    today = world.look(state.mechanisms, float(state.day))
    matched = match(
        log_likelihood(
            case, today.rating, today.qualities, _block_reliefs(case, world, state, today)
        )
    )
    week_days, arms = _follow_arms(case, world, state, today, tell)
    return CaseRun(
        case=case,
        cause=cause,
        population=population,
        match=matched,
        today=today,
        no_input=world.look(_without_input(state), float(state.day)),
        week_days=week_days,
        arms=arms,
    )


def covariates(population: Population) -> Patients:
    """The covariates of a population as the course takes them."""
    arrays = {
        field.name: jnp.asarray(getattr(population, field.name), dtype=jnp.float32)
        for field in dataclasses.fields(population)
    }
    count = len(population.age_years)
    return Patients(identity=jnp.arange(count, dtype=jnp.uint32), **arrays)


def _block_reliefs(
    case: Case, world: _World, state: CourseState, today: Snapshot
) -> Float[np.ndarray, "block patient"]:
    """The share of pain at rest that each diagnostic block takes away in each virtual patient."""
    day = float(state.day)
    reliefs = np.zeros((len(case.blocks), len(today.rating)))
    for i, block in enumerate(case.blocks):
        given = Prescription(find(BLOCK), day, place=block.place)
        blocked = world.look(state.mechanisms, day + _DURING_BLOCK_DAYS, given)
        reliefs[i] = 1.0 - blocked.rating / np.maximum(today.rating, 1e-3)
    return np.clip(reliefs, 0.0, 1.0)


def _without_input(state: CourseState) -> Float[Array, "entry patient"]:
    """Every sodium channel of every nerve fiber blocked: no spike is born or passes."""
    return state.mechanisms.at[np.array(rows("sodium_availability"))].set(0.0)


def _follow_arms(
    case: Case, world: _World, state: CourseState, today: Snapshot, tell: Tell
) -> tuple[Float[np.ndarray, " week"], tuple[ArmRun, ...]]:
    tell("without further treatment")
    rating, mechanisms, _ = world.go_on(state, case.horizon_days)
    # Today stands before the weeks, which are told by their ends.
    rating = np.concatenate([today.rating[None], rating])
    mechanisms = np.concatenate([np.asarray(state.mechanisms)[None], mechanisms])
    days = _WEEK_DAYS * np.arange(len(rating))
    arms = [ArmRun(None, True, rating, today, today)]
    asked = [(request, True) for request in case.requests]
    named = {request.name for request in case.requests}
    added = [
        (Request(n, None, None, None), False) for n in world.cause.removable_by if n not in named
    ]
    for request, is_asked in (*asked, *added):
        treatment = find(request.name)
        tell(treatment.label)
        given = Prescription(treatment, float(state.day), dose=request.dose, place=request.place)
        after = treatment.assessed_after_days
        lasts = after >= 1.0
        own_rating, own = rating, mechanisms
        if lasts:
            followed, weeks, _ = world.go_on(state, case.horizon_days, given)
            own_rating = np.concatenate([today.rating[None], followed])
            own = np.concatenate([mechanisms[:1], weeks])
        week = min(round(after / _WEEK_DAYS), len(days) - 1)
        day = float(state.day) + (after if week * _WEEK_DAYS <= after else days[week])
        arms.append(
            ArmRun(
                request,
                is_asked,
                own_rating,
                world.look(jnp.asarray(mechanisms[week], jnp.float32), day),
                world.look(jnp.asarray(own[week], jnp.float32), day, given),
            )
        )
    return days, tuple(arms)
