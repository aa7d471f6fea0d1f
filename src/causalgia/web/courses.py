"""What becomes of a few people with a cause, at once: one compiled program for all causes.

Which cause it is, treatments, people and how long to look are data of the program, so that no
request waits for a compiler. Intervals are written into tables of a fixed length.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Key

from causalgia import causes
from causalgia.causes import Cause, Insult
from causalgia.course import Constants, CourseState, Patients, healthy_state, load_constants
from causalgia.course.observation import diary_key
from causalgia.course.plan import run_day
from causalgia.course.run import central_sensitization
from causalgia.errors import InputError, SimulationDiverged
from causalgia.evidence import parameter
from causalgia.mechanisms import FIBERS, PERIPHERAL_PLACES, entries
from causalgia.pathway.response import QUALITIES, TESTS
from causalgia.pathway.surrogate import respond
from causalgia.patients.population import COVARIATES
from causalgia.treatments import Prescription, Schedule
from causalgia.treatments.warnings import warnings_for
from causalgia.web.messages import Arm, CourseAnswer, CourseRequest
from causalgia.web.numbers import rounded, series
from causalgia.web.pathways import states_of
from causalgia.web.people import people_with
from causalgia.web.schedules import prescriptions_of, schedule_of

__all__ = ["LONGEST_DAILY_DAYS", "answer_course", "warm_course"]

LONGEST_DAILY_DAYS = 1827.0
"""Five years: how far one may look day by day, where the cause allows no longer steps."""

_WEEK_days = 7
_MONTH_weeks = 4
_INTERVALS = 262
_FAR_days = 2 * 365.25
_BESIDE = ThreadPoolExecutor(4, thread_name_prefix="arm")
_COMPILING = threading.Lock()
_COMPILED: set[int] = set()
_REST = TESTS.index("rest")
_STATE = ("mechanisms", "scars", "signals")


def answer_course(request: CourseRequest) -> CourseAnswer:
    """Answer a request.

    **Raises:** `InputError` for a name, a dose or a time that cannot be.
    """
    cause, known = causes.find(request.cause), request.covariates.known
    given = prescriptions_of(request.treatments)
    pace = _pace(cause, request.horizon_days)
    who = _Who(cause.name, tuple(sorted(known.items())), request.seed)
    warnings = warnings_for(
        given,
        renal_clearance_mL_min=known.get("renal_clearance_mL_min"),
        age_years=known.get("age_years"),
        cyp2d6_activity=known.get("cyp2d6_activity"),
    )
    untreated, treated = _both(_untreated(who, pace.step_days, pace.steps), given, pace)
    people = who.people()
    days = pace.interval_days * (1.0 + np.arange(pace.intervals))
    return CourseAnswer(
        cause=cause.name,
        person=request.person,
        day=series(days),
        threshold=_threshold(),
        people={name: series(np.asarray(getattr(people, name))) for name in COVARIATES},
        untreated=_arm(untreated, request.person),
        treated=None if treated is None else _arm(treated, request.person),
        states=states_of(untreated["mechanisms"][..., request.person], respond, _INTERVALS),
        warnings=[str(warning) for warning in warnings],
    )


def warm_course(rows: int) -> None:
    """Compile what answers where treatments have so many rows."""
    cause = causes.find(causes.names()[0])
    people = people_with(cause.name, {}, 1)
    start = healthy_state(people, constants=_numbers())
    tables = _followed(cause, people, schedule_of((), rows), _pace(cause, float(_WEEK_days)), start)
    states_of(tables["mechanisms"][..., 0], respond, _INTERVALS)


@dataclass(frozen=True)
class _Pace:
    """How time is cut: so many steps of so many days make an interval, of which there are some."""

    step_days: float
    steps: int
    intervals: int

    @property
    def interval_days(self) -> float:
        """How long an interval is."""
        return self.step_days * self.steps


@dataclass(frozen=True)
class _Who:
    """Who is followed: people with a `cause` and what is `known` of them, drawn from a `seed`."""

    cause: str
    known: tuple[tuple[str, float], ...]
    seed: int

    def people(self) -> Patients:
        """All of them."""
        return people_with(self.cause, dict(self.known), self.seed)


_Tables = Mapping[str, np.ndarray]


class _Untreated:
    """What happens without treatment: followed as far as anybody looked, and on from there."""

    def __init__(self, who: _Who, step_days: float, steps: int) -> None:
        self.cause, self.people = causes.find(who.cause), who.people()
        self._step_days, self._steps = step_days, steps
        self._known: _Tables | None = None
        self._following = threading.Lock()

    def until(self, intervals: int) -> _Tables:
        """What happens in the first intervals."""
        with self._following:
            known = 0 if self._known is None else len(self._known["rating"])
            if known < intervals:
                pace = _Pace(self._step_days, self._steps, intervals)
                self._known = _on(self.cause, self.people, (), pace, self._known)
            assert self._known is not None
            return {name: table[:intervals] for name, table in self._known.items()}


@lru_cache(maxsize=64)
def _untreated(who: _Who, step_days: float, steps: int) -> _Untreated:
    """It stays the same while treatments are tried and one looks nearer and farther."""
    return _Untreated(who, step_days, steps)


def _both(
    untreated: _Untreated, given: tuple[Prescription, ...], pace: _Pace
) -> tuple[_Tables, _Tables | None]:
    """What happens without treatments and with them, which are alike until the first begins."""
    if not given:
        return untreated.until(pace.intervals), None
    begin = min(prescription.start_day for prescription in given)
    alike = min(int(begin // pace.interval_days), pace.intervals)
    before = untreated.until(alike) if alike else None
    # Side by side: a program of so few people keeps one core busy.
    aside = _BESIDE.submit(untreated.until, pace.intervals)
    treated = _on(untreated.cause, untreated.people, given, pace, before)
    return aside.result(), treated


def _on(
    cause: Cause,
    people: Patients,
    given: tuple[Prescription, ...],
    pace: _Pace,
    before: _Tables | None,
) -> _Tables:
    """What happens in all intervals, where what happens `before` is known of the first ones."""
    if before is None:
        start = healthy_state(people, constants=_numbers())
        return _followed(cause, people, schedule_of(given), pace, start)
    known = len(before["rating"])
    if known == pace.intervals:
        return before
    start = CourseState(
        jnp.asarray(known * pace.interval_days, jnp.float32),
        *(jnp.asarray(before[name][-1]) for name in _STATE),
    )
    rest = replace(pace, intervals=pace.intervals - known)
    after = _followed(cause, people, schedule_of(given), rest, start)
    return {name: np.concatenate([before[name], after[name]]) for name in before}


def _pace(cause: Cause, horizon_days: float) -> _Pace:
    """Weeks of days or, where one looks far and the cause is slow, months of weeks."""
    if horizon_days > _FAR_days and cause.longest_step_days >= _WEEK_days:
        days = float(_WEEK_days)
        return _Pace(days, _MONTH_weeks, math.ceil(horizon_days / (days * _MONTH_weeks)))
    if horizon_days > LONGEST_DAILY_DAYS:
        raise InputError(
            f"horizon_days: {horizon_days:g}; allowed: at most {LONGEST_DAILY_DAYS:g} for "
            f"{cause.name}, which moves from day to day"
        )
    return _Pace(1.0, _WEEK_days, math.ceil(horizon_days / _WEEK_days))


def _threshold() -> float:
    return parameter("causalgia_patients/ongoing_pain_threshold").value


class _AnyCause(eqx.Module):
    """A cause that is chosen by number while the program runs."""

    number: Int[Array, ""]

    def insult(self, day: Float[Array, ""], patients: Patients) -> Insult:
        """What the cause chosen deals out on a day."""
        own = [causes.find(name).insult for name in causes.names()]
        return jax.lax.switch(self.number, own, day, patients)


@cache
def _numbers() -> Constants:
    return load_constants()


def _followed(
    cause: Cause, people: Patients, schedule: Schedule, pace: _Pace, start: CourseState
) -> _Tables:
    """Tables of what happens from a state on, [interval, ..., person].

    **Raises:** `SimulationDiverged` where a value is lost.
    """
    # Not by `follow`, which compiles a program for every cause and number of treatments.
    given = (
        start,
        _AnyCause(jnp.asarray(causes.names().index(cause.name), jnp.int32)),
        people,
        schedule,
        _numbers(),
        diary_key(0),
        jnp.asarray(pace.step_days, jnp.float32),
        jnp.asarray(pace.steps, jnp.int32),
        jnp.asarray(pace.intervals, jnp.int32),
    )
    rows = len(schedule.step_day)
    if rows in _COMPILED:
        tables = _follow(*given)
    else:  # once, or every thread that asks would compile it
        with _COMPILING:
            tables = _follow(*given)
            _COMPILED.add(rows)
    found = {name: np.asarray(table)[: pace.intervals] for name, table in tables.items()}
    for name in ("rating", "mechanisms"):
        if not np.isfinite(found[name]).all():
            raise SimulationDiverged(
                f"{name} of {cause.name} is lost with these covariates and treatments"
            )
    return found


@eqx.filter_jit
def _follow(
    state: CourseState,
    cause: _AnyCause,
    people: Patients,
    schedule: Schedule,
    constants: Constants,
    key: Key[Array, ""],
    span_days: Float[Array, ""],
    steps: Int[Array, ""],
    intervals: Int[Array, ""],
) -> dict[str, Float[Array, "interval *shape"]]:
    """The plan of a day, day after day: means over each interval, the state at its end."""
    given = {
        "patients": people,
        "cause": cause,
        "schedule": schedule,
        "constants": constants,
        "respond": respond,
        "diary_key": key,
        "span_days": span_days,
    }
    Sums = dict[str, Float[Array, "..."]]

    def one_day(_: Array, carry: tuple[CourseState, Sums]) -> tuple[CourseState, Sums]:
        here, so_far = carry
        board = run_day({**given, **_board_of(here)})
        after = CourseState(here.day + span_days, *(board[name] for name in _STATE))
        return after, jax.tree.map(lambda sum_, own: sum_ + own / steps, so_far, _seen(board))

    def one_interval(number: Array, carry: tuple[CourseState, Sums]) -> tuple[CourseState, Sums]:
        here, tables = carry
        here, means = jax.lax.fori_loop(0, steps, one_day, (here, nothing))
        row = {
            **means,
            **{name: getattr(here, name) for name in _STATE},
            "central": central_sensitization(here.mechanisms),
        }
        return here, {name: table.at[number].set(row[name]) for name, table in tables.items()}

    shapes = jax.eval_shape(lambda: _seen(run_day({**given, **_board_of(state)})))
    nothing = {name: jnp.zeros(leaf.shape, leaf.dtype) for name, leaf in shapes.items()}
    widths = {
        **{name: leaf.shape for name, leaf in shapes.items()},
        **{name: getattr(state, name).shape for name in _STATE},
        "central": state.mechanisms.shape[1:],
    }
    empty = {name: jnp.zeros((_INTERVALS, *shape)) for name, shape in widths.items()}
    return jax.lax.fori_loop(0, intervals, one_interval, (state, empty))[1]


def _board_of(state: CourseState) -> dict[str, Array]:
    """A state as a day begins with it."""
    return {name: getattr(state, name) for name in ("day", *_STATE)}


def _seen(board: Mapping[str, Any]) -> dict[str, Float[Array, "..."]]:
    """What is kept of a day."""
    response = board["response"]
    return {
        "rating": response.rating,
        "pain": board["pain"],
        "projection_Hz": response.projection_Hz,
        "origin_Hz": response.origin_Hz,
        "qualities": response.qualities,
    }


def _arm(tables: _Tables, person: int) -> Arm:
    """One way to go on: the person shown in full, and everyone's pain at rest."""
    rest = tables["rating"][:, _REST]
    own = {name: table[..., person] for name, table in tables.items()}
    return Arm(
        rating=_by_name(TESTS, own["rating"]),
        pain=series(own["pain"]),
        projection_Hz=_by_name(TESTS, own["projection_Hz"]),
        origin_Hz={
            place: _by_name(FIBERS, own["origin_Hz"][:, i])
            for i, place in enumerate(PERIPHERAL_PLACES)
        },
        qualities=_by_name(QUALITIES, own["qualities"]),
        central=series(own["central"]),
        mechanisms={
            entry.name: series(values)
            for entry, values in zip(entries(), own["mechanisms"].T, strict=True)
            if np.abs(values - entry.healthy).max() > 1e-4
        },
        everyone=[series(one) for one in rest.T],
        in_pain=[rounded(share) for share in (rest >= _threshold()).mean(axis=1)],
    )


def _by_name(names: Sequence[str], table: Float[np.ndarray, "time name"]) -> dict[str, list[float]]:
    return {name: series(column) for name, column in zip(names, table.T, strict=True)}
