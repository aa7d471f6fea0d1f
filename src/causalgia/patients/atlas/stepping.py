"""Days and weeks of many patients at once, whatever their cause: one compiled program for all.

`course.follow` compiles a program a cause and takes one day for a whole population. Here the insult
is data, computed beforehand for each patient's own day, so that patients of all causes, durations
and treatments run through the same program. The first weeks go by days, what follows by weeks, in
which the insult acts with its mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from causalgia.causes import Cause, Insult
from causalgia.course import CourseState, Patients
from causalgia.course.constants import Constants, load_constants
from causalgia.course.observation import diary_key
from causalgia.course.plan import run_day
from causalgia.course.treating import treat
from causalgia.evidence import parameter
from causalgia.mechanisms.map import rows
from causalgia.pathway import Response
from causalgia.pathway.surrogate import respond
from causalgia.treatments import Schedule

__all__ = [
    "BLOCK",
    "DAILY",
    "Days",
    "advance",
    "days_until",
    "insult_on",
    "insults_of",
    "look",
    "silenced",
    "step_on",
]

BLOCK = 256
"""Patients of one call: full vectors that stay in cache."""

DAILY = 84
"""Days from the onset on that go by single days."""

_WEEK = 7
_CHUNK = 64
# A week's insult is the mean of its days, and a day's that of as many parts.
_PARTS = 7


@dataclass(frozen=True)
class Days:
    """Steps in time: `start` [step] in days since the onset, or since now, and `span` [step]."""

    start: Float[np.ndarray, " step"]
    span: Float[np.ndarray, " step"]

    @property
    def count(self) -> int:
        """How many steps."""
        return len(self.start)

    def chunks(self) -> Iterator[Days]:
        """The same, a program's worth at a time."""
        for first in range(0, self.count, _CHUNK):
            yield Days(self.start[first : first + _CHUNK], self.span[first : first + _CHUNK])


def days_until(day: float) -> Days:
    """Steps from the onset to a day that is a whole number of weeks."""
    by_day = np.arange(min(float(day), DAILY))
    by_week = np.arange(DAILY, max(float(day), DAILY), _WEEK, dtype=float)
    spans = np.concatenate([np.ones(len(by_day)), np.full(len(by_week), float(_WEEK))])
    return Days(np.concatenate([by_day, by_week]), spans)


def advance(
    state: CourseState,
    patients: Patients,
    cause: Cause,
    days: Days,
    schedule: Schedule,
    *,
    until_days: Float[np.ndarray, " batch"],
) -> tuple[CourseState, Float[np.ndarray, " batch"]]:
    """Patients after `days` since the onset, each of whom stands still at `until_days`.

    **Arguments:** where they stand; who they are; their `cause`; the steps; the `schedule` of
    treatments.
    **Returns:** where they stand then, and the day on which each first had pain at rest (infinite:
    not yet).
    """
    first_pain = np.full(patients.count, np.inf)
    for chunk in days.chunks():
        insults = insults_of(cause, chunk, patients)
        state, found = step_on(state, patients, insults, chunk, schedule, until_days=until_days)
        first_pain = np.minimum(first_pain, found)
    return state, first_pain


def insults_of(
    cause: Cause,
    days: Days,
    patients: Patients,
    onset_days: Float[np.ndarray, " batch"] | float = 0.0,
) -> Float[Array, "step kind place batch"]:
    """The mean insult of each step, where the start came `onset_days` after the onset of each.

    **Arguments:** `days`, at most 64 steps; the answer is filled up to as many.
    """
    onset = np.broadcast_to(np.asarray(onset_days, dtype=np.float32), (patients.count,))
    start, span = _filled(days.start, 0.0), _filled(days.span, 1.0)
    return _insults(cause, jnp.asarray(start[:, None] + onset), jnp.asarray(span), patients)


def step_on(
    state: CourseState,
    patients: Patients,
    insults: Float[Array, "step kind place batch"],
    days: Days,
    schedule: Schedule,
    *,
    first: int = 0,
    last: int | None = None,
    until_days: Float[np.ndarray, " batch"] | float = np.inf,
) -> tuple[CourseState, Float[np.ndarray, " batch"]]:
    """Patients after steps whose insults are known, from the `first` to before the `last`.

    **Returns:** where they stand then, and the day of these on which each first had pain at rest
    (infinite: on none).
    """
    until = np.broadcast_to(np.asarray(until_days, dtype=np.float32), (patients.count,))
    after, first_pain = _steps(
        state,
        insults,
        jnp.asarray(_filled(days.start, 0.0)),
        jnp.asarray(_filled(days.span, 1.0)),
        (jnp.int32(first), jnp.int32(days.count if last is None else last)),
        jnp.asarray(until),
        patients,
        schedule,
        _constants(),
    )
    return after, np.asarray(first_pain)


def insult_on(
    cause: Cause, day: Float[np.ndarray, " batch"], patients: Patients
) -> Float[np.ndarray, "kind place batch"]:
    """The insult of each patient on a day of their own."""
    today = Days(np.zeros(1), np.ones(1))
    return np.asarray(insults_of(cause, today, patients, day)[0])


@cache
def _constants() -> Constants:
    return load_constants()


def _filled(values: Float[np.ndarray, " step"], filler: float) -> Float[np.ndarray, " step"]:
    filled = np.full(_CHUNK, filler, dtype=np.float32)
    filled[: len(values)] = values
    return filled


@partial(jax.jit, static_argnums=0)
def _insults(
    cause: Cause,
    start_days: Float[Array, "step batch"],
    span_days: Float[Array, " step"],
    patients: Patients,
) -> Float[Array, "step kind place batch"]:
    """The mean insult of each step."""

    def alone(day: Array, patient: Patients) -> Insult:
        # Causes know days that all patients share: each is a population of one.
        return cause.insult(day, jax.tree.map(lambda value: value[None], patient))[..., 0]

    of_one = jax.vmap(alone, in_axes=(0, 0), out_axes=-1)
    parts = (jnp.arange(_PARTS) + 0.5) / _PARTS

    def of_step(start: Array, span: Array) -> Insult:
        return jnp.mean(jax.vmap(lambda part: of_one(start + part * span, patients))(parts), axis=0)

    return jax.vmap(of_step)(start_days, span_days)


class _Dealt:
    """A cause whose insult is known."""

    def __init__(self, insult: Insult) -> None:
        self._insult = insult

    def insult(self, day: Array, patients: Patients) -> Insult:
        """What it deals out, whatever the day."""
        return self._insult


@jax.jit
def _steps(
    state: CourseState,
    insults: Float[Array, "step kind place batch"],
    start_days: Float[Array, " step"],
    span_days: Float[Array, " step"],
    between: tuple[Int[Array, ""], Int[Array, ""]],
    until_days: Float[Array, " batch"],
    patients: Patients,
    schedule: Schedule,
    constants: Constants,
) -> tuple[CourseState, Float[Array, " batch"]]:
    hurts_from = parameter("causalgia_patients/ongoing_pain_threshold").value

    def one(step: Array, carry: tuple[CourseState, Array]) -> tuple[CourseState, Array]:
        here, first_pain = carry
        day, span = start_days[step], span_days[step]
        board = run_day(
            {
                "day": day,
                "span_days": span,
                "patients": patients,
                "cause": _Dealt(insults[step]),
                "schedule": schedule,
                "constants": constants,
                "respond": respond,
                "diary_key": diary_key(0),
                "mechanisms": here.mechanisms,
                "scars": here.scars,
                "signals": here.signals,
            }
        )
        goes_on = day < until_days
        moved = (
            jnp.where(goes_on, board[name], getattr(here, name))
            for name in ("mechanisms", "scars", "signals")
        )
        after = CourseState(day + span, *moved)
        hurts = goes_on & (after.signal("rating") >= hurts_from)
        return after, jnp.minimum(first_pain, jnp.where(hurts, day, jnp.inf))

    never = jnp.full(patients.count, jnp.inf)
    return jax.lax.fori_loop(*between, one, (state, never))


@jax.jit
def look(
    mechanisms: Float[Array, "entry batch"],
    schedule: Schedule,
    day: Float[Array, ""],
    patients: Patients,
) -> Response:
    """The pathway's answer with the disease as it stands, under treatment at one time."""
    return respond(treat(mechanisms, schedule, day, patients))


def silenced(mechanisms: Float[np.ndarray, "entry batch"]) -> Float[np.ndarray, "entry batch"]:
    """The same with every sodium channel of every nerve fiber blocked: no spike passes."""
    quiet = np.array(mechanisms)
    quiet[list(rows("sodium_availability"))] = 0.0
    return quiet
