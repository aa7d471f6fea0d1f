"""What prescriptions do to a population on a day: to the cause, and to mechanisms."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from causalgia.causes import Insult
from causalgia.course.patients import Patients
from causalgia.mechanisms.effects import apply_effects
from causalgia.mechanisms.state import Mechanisms
from causalgia.treatments.schedule import Schedule, presence, strengths

__all__ = ["push", "relieve", "take_away", "treat", "treat_for_a_day"]

Values = Float[Array, "entry batch"]


def relieve(
    insult: Insult, schedule: Schedule, day: Float[Array, ""], patients: Patients
) -> Insult:
    """What is left of the insult under treatments that control the cause."""
    return take_away(insult, schedule, strengths(schedule, day, patients))


def take_away(insult: Insult, schedule: Schedule, strength: Float[Array, "row batch"]) -> Insult:
    """What is left of the insult when the pushes of a schedule are so strong."""
    taken = strength[:, None, None, :] * schedule.removes[..., None]
    return insult * jnp.prod(1.0 - jnp.clip(taken, 0.0, 1.0), axis=0)


def treat(
    mechanisms: Values, schedule: Schedule, day: Float[Array, ""], patients: Patients
) -> Values:
    """Mechanisms under treatment at one time, within the ranges of the map."""
    return push(mechanisms, schedule, strengths(schedule, day, patients))


def treat_for_a_day(
    mechanisms: Values,
    schedule: Schedule,
    day: Float[Array, ""],
    span_days: Float[Array, ""],
    patients: Patients,
) -> tuple[Values, Values, Float[Array, ""]]:
    """Mechanisms while everything given on this day is there, without what lies on site for part
    of the day only, and the share of the day of the former.

    Treatments given for part of a day are taken to overlap.
    """
    there = presence(schedule, day, span_days)
    full = strengths(schedule, day + 0.5 * span_days, patients, on_site=True) * (there > 0.0)
    site_bound = schedule.number("site_bound") > 0.0
    share = jnp.max(jnp.where(site_bound, there, 0.0))
    return (
        push(mechanisms, schedule, full),
        push(mechanisms, schedule, jnp.where(site_bound, 0.0, full)),
        share,
    )


def push(mechanisms: Values, schedule: Schedule, strength: Float[Array, "row batch"]) -> Values:
    """Mechanisms under pushes of such strength, within the ranges of the map."""
    pushed = apply_effects(mechanisms, schedule.factor, schedule.shift, strength)
    return Mechanisms(pushed).clipped().values
