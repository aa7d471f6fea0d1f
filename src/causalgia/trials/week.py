"""One week of participants: the day of the course, with what a trial adds to it.

The plan of a day is that of `causalgia.course.plan`, but for doses that change with the patient,
what is expected of a treatment, and pain that fluctuates. What is decided at visits (to stop, to
go on with less) comes between the weeks: `causalgia.trials.decisions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Key

from causalgia.causes import Cause, Insult
from causalgia.course import Constants, CourseState, Patients
from causalgia.course.plan import DAY, Respond, Step, run_day
from causalgia.course.treating import push, take_away
from causalgia.mechanisms.map import index_of
from causalgia.mechanisms.state import Mechanisms
from causalgia.pathway import QUALITIES, TESTS, Response
from causalgia.treatments import Schedule
from causalgia.treatments.exposure import advance_exposure, planned_levels
from causalgia.treatments.schedule import kept, occupancy, presence
from causalgia.trials.participants import Numbers

__all__ = ["DAYS_A_WEEK", "TRIAL_DAY", "Given", "Standing", "Week", "simulate_week", "week_numbers"]

DAYS_A_WEEK = 7
"""Days that pass between two decisions."""

Values = Float[Array, "entry batch"]
Scalar = Float[Array, ""]
Rows = Float[Array, "row batch"]

_SLEEP = index_of("sleep_quality", "brain")
_SYMPTOMS = ("burning", "electric", "tingling", "touch_evoked", "cold_evoked")


class Standing(eqx.Module):
    """Where participants stand on a day, beyond their illness.

    `course` of the illness; `exposure` to treatments; `fluctuation` of pain, in points; `belief`
    at work, the share of pain it takes away; `pain` felt the day before.
    """

    course: CourseState
    exposure: Float[Array, "stage row batch"]
    fluctuation: Float[Array, " batch"]
    belief: Float[Array, " batch"]
    pain: Float[Array, " batch"]


class Given(eqx.Module):
    """What participants take in a week.

    For each push [row, batch]: the day on which its treatment `began` (infinite: it has not), in
    days since the onset of the illness, and the `share` of the planned dose that is taken; whether
    it is `rescue` [row, 1], then only taken on days after pain of `threshold` and more; the
    `belief` [batch] that people come to, and the time constant with which it comes.
    """

    began: Rows
    share: Rows
    rescue: Float[Array, "row 1"]
    threshold: Scalar
    belief: Float[Array, " batch"]
    belief_time: Float[Array, " batch"]


class Week(eqx.Module):
    """Means over a week, each [batch].

    `diary` as written and `pain` as felt (0-10), `sleep` quality (0-1), `symptoms` (0-100, a first
    approximation to the NPSI total: mean strength of five qualities), share of days on `rescue`.
    """

    diary: Float[Array, " batch"]
    pain: Float[Array, " batch"]
    sleep: Float[Array, " batch"]
    symptoms: Float[Array, " batch"]
    rescue: Float[Array, " batch"]


def _dose(
    schedule: Schedule,
    given: Given,
    standing: Standing,
    day: Scalar,
    span_days: Scalar,
    patients: Patients,
) -> tuple[Rows, Rows, Float[Array, "stage row batch"], Float[Array, " batch"]]:
    """Each patient takes the dose of this day, and it reaches its target."""
    since = day + 0.5 * span_days - given.began
    hurts = (standing.pain >= given.threshold).astype(standing.pain.dtype)
    asked = jnp.where(given.rescue > 0.0, hurts, 1.0)
    levels = planned_levels(schedule, since) * given.share * asked
    exposure, concentration = advance_exposure(
        standing.exposure, levels, schedule, span_days, patients
    )
    since = jnp.maximum(since, 0.0)
    strength = occupancy(schedule, concentration) * kept(schedule, since, patients)
    there = presence(schedule, day - given.began, span_days)
    rescued = jnp.max(jnp.where(given.rescue > 0.0, given.share * hurts, 0.0), axis=0)
    return strength * (there > 0.0), there, exposure, rescued


def _strike(
    cause: Cause,
    day: Scalar,
    span_days: Scalar,
    patients: Patients,
    schedule: Schedule,
    strength: Rows,
) -> tuple[Insult]:
    """The cause insults the nerve, less what each patient's treatments of it take away."""
    insult = cause.insult(day + 0.5 * span_days, patients)
    return (take_away(insult, schedule, strength),)


def _treat(
    mechanisms: Values, schedule: Schedule, strength: Rows, there: Rows
) -> tuple[Values, Values, Scalar]:
    """Treatments push mechanisms, for all of the day or part of it."""
    site_bound = schedule.number("site_bound") > 0.0
    parts = [
        push(mechanisms, schedule, by) for by in (strength, jnp.where(site_bound, 0.0, strength))
    ]
    full, between = (Mechanisms(part).clipped().values for part in parts)
    return full, between, jnp.max(jnp.where(site_bound & (strength > 0.0), there, 0.0))


def _expect(
    standing: Standing, given: Given, span_days: Scalar, response: Response
) -> tuple[Float[Array, " batch"], Response]:
    """Belief in the treatment comes and goes over weeks, and takes its share of what is felt."""
    way = 1.0 - jnp.exp(-span_days / given.belief_time)
    expected = standing.belief + (given.belief - standing.belief) * way
    felt = eqx.tree_at(lambda r: r.rating, response, response.rating * (1.0 - expected))
    return expected, felt


def _fluctuate(
    numbers: Mapping[str, Scalar],
    standing: Standing,
    patients: Patients,
    day: Scalar,
    span_days: Scalar,
    noise_key: Key[Array, ""],
    pain: Float[Array, " batch"],
) -> tuple[Float[Array, " batch"], Float[Array, " batch"]]:
    """Pain wanders about where the illness holds it, as an Ornstein-Uhlenbeck process."""

    def draw(identity: Array) -> Array:
        own = jax.random.fold_in(noise_key, identity)
        return jax.random.normal(jax.random.fold_in(own, day.astype(jnp.int32)))

    held = jnp.exp(-span_days / numbers["fluctuation_time"])
    drawn = jax.vmap(draw)(patients.identity)
    spread = numbers["fluctuation_deviation"] * jnp.sqrt(1.0 - held**2)
    fluctuation = standing.fluctuation * held + spread * drawn
    part = pain / (pain + numbers["fluctuation_quiet_pain"])
    return fluctuation, jnp.clip(pain + fluctuation * part, 0.0, 10.0)


_OF_THE_COURSE = {step.name: step for step in DAY}

TRIAL_DAY: tuple[Step, ...] = (
    Step(
        "doses",
        "treatments",
        ("schedule", "given", "standing", "day", "span_days", "patients"),
        ("strength", "there", "exposure", "rescued"),
        _dose,
    ),
    Step(
        "cause",
        "causes",
        ("cause", "day", "span_days", "patients", "schedule", "strength"),
        ("insult",),
        _strike,
    ),
    _OF_THE_COURSE["course"],
    Step(
        "treatment",
        "treatments",
        ("mechanisms", "schedule", "strength", "there"),
        ("treated", "between", "treated_share"),
        _treat,
    ),
    _OF_THE_COURSE["pathway"],
    Step(
        "expectation",
        "trials",
        ("standing", "given", "span_days", "response"),
        ("expected", "response"),
        _expect,
    ),
    _OF_THE_COURSE["percept"],
    Step(
        "fluctuation",
        "trials",
        ("numbers", "standing", "patients", "day", "span_days", "noise_key", "pain"),
        ("fluctuation", "pain"),
        _fluctuate,
    ),
    _OF_THE_COURSE["observation"],
)
"""One day of a participant, in order."""


@eqx.filter_jit
def simulate_week(
    standing: Standing,
    given: Given,
    cause: Cause,
    respond: Respond,
    patients: Patients,
    schedule: Schedule,
    constants: Constants,
    diary_key: Key[Array, ""],
    noise_key: Key[Array, ""],
    numbers: Mapping[str, Float[Array, ""]],
) -> tuple[Standing, Week]:
    """Seven days of participants, and the means over them.

    All that differs between arms and designs is data of one compiled program.
    """
    fixed = {
        "given": given,
        "cause": cause,
        "respond": respond,
        "patients": patients,
        "schedule": schedule,
        "constants": constants,
        "diary_key": diary_key,
        "noise_key": noise_key,
        "numbers": numbers,
        "span_days": jnp.ones(()),
    }

    def one_day(here: Standing, _: None) -> tuple[Standing, Week]:
        course = here.course
        moving = {
            "mechanisms": course.mechanisms,
            "scars": course.scars,
            "signals": course.signals,
            "day": course.day,
            "standing": here,
        }
        board = run_day({**fixed, **moving}, TRIAL_DAY)
        after = CourseState(course.day + 1.0, board["mechanisms"], board["scars"], board["signals"])
        end = Standing(
            after, board["exposure"], board["fluctuation"], board["expected"], board["pain"]
        )
        return end, _note(board)

    end, days = jax.lax.scan(one_day, standing, None, length=DAYS_A_WEEK)
    return end, jax.tree.map(lambda day: jnp.mean(day, axis=0), days)


def _note(board: Mapping[str, Any]) -> Week:
    response: Response = board["response"]
    felt = response.qualities[jnp.asarray([QUALITIES.index(name) for name in _SYMPTOMS])]
    usual = jnp.maximum(response.rating[TESTS.index("rest")], 1.0)
    strength = jnp.clip(felt * (board["pain"] / usual), 0.0, 1.0)
    return Week(
        diary=board["diary"],
        pain=board["pain"],
        sleep=board["treated"][_SLEEP],
        symptoms=100.0 * jnp.mean(strength, axis=0),
        rescue=board["rescued"],
    )


def week_numbers(numbers: Numbers) -> dict[str, Float[Array, ""]]:
    """The numbers of fluctuation, as a compiled program takes them."""
    names = ("fluctuation_deviation", "fluctuation_time", "fluctuation_quiet_pain")
    return {name: jnp.asarray(numbers[name], dtype=jnp.float32) for name in names}
